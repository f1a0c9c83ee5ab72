import CPUFeatures
import KernelContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#else
  import KernelsPlain
#endif

/// The kernels of the best instruction set this processor has, chosen once at start-up.
///
/// `BOOK_ISA=v3` (or `v4`) forces one; both give the same bits.
package enum Kernels {
  package static let float32: KernelSet<Float> = table.float32
  package static let float64: KernelSet<Double> = table.float64

  /// `v3`, `v4` or `plain`.
  package static let instructionSet: String = table.name

  /// Whether this processor can run the kernels of `name` (`v3`, `v4`), chosen or not.
  package static func hasInstructionSet(_ name: String) -> Bool {
    switch name {
    case "v3": cpu_x86_64_level() >= 3
    case "v4": cpu_x86_64_level() >= 4
    default: name == instructionSet
    }
  }

  private static let table = select()

  private struct Table: Sendable {
    let name: String
    let float32: KernelSet<Float>
    let float64: KernelSet<Double>
  }

  #if arch(x86_64)
    private static func select() -> Table {
      let level = Int(cpu_x86_64_level())
      guard level >= 3 else {
        stop("this processor lacks AVX2 and FMA (x86-64-v3), which the kernels are compiled for")
      }
      guard let wish = getenv("BOOK_ISA").map({ String(cString: $0) }), !wish.isEmpty else {
        return level >= 4 ? v4() : v3()
      }
      switch wish {
      case "v3": return v3()
      case "v4" where level >= 4: return v4()
      case "v4": stop("BOOK_ISA=v4 was asked for, but this processor has no AVX-512 (x86-64-v4)")
      default: stop("BOOK_ISA is '\(wish)'; it may be v3 or v4")
      }
    }

    // Functions: the code that only fills a table already uses its instruction set, and an older processor must never come to it.
    private static func v3() -> Table {
      Table(name: "v3", float32: KernelsV3.KernelTable.float32, float64: KernelsV3.KernelTable.float64)
    }

    private static func v4() -> Table {
      Table(name: "v4", float32: KernelsV4.KernelTable.float32, float64: KernelsV4.KernelTable.float64)
    }
  #else
    private static func select() -> Table {
      Table(name: "plain", float32: KernelsPlain.KernelTable.float32, float64: KernelsPlain.KernelTable.float64)
    }
  #endif

  /// Nothing can run without kernels, and no caller could mend it: one line, exit code 2.
  private static func stop(_ message: String) -> Never {
    let line = "error: \(message)\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(2)
  }
}
