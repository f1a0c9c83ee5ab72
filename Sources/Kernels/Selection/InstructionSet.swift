import CPUFeatures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The instruction sets that the kernels are compiled for on this architecture; all of them give the same bits.
package enum InstructionSet: String, Sendable, CaseIterable {
  #if arch(x86_64)
    /// AVX2 and FMA.
    case v3
    /// AVX-512.
    case v4
  #else
    case plain
  #endif

  /// The best this processor has, chosen once at start-up. `BOOK_ISA=v3` (or `v4`) forces one.
  nonisolated(unsafe) package private(set) static var current = select()

  /// Computes with a lower one from now on, if this is lower: ranks that compute one sum together lay it out alike.
  /// Before the first product.
  package static func lower(to other: InstructionSet) {
    if other.level < current.level { current = other }
  }

  /// Whether this processor can run the kernels, chosen or not.
  package var isAvailable: Bool {
    #if arch(x86_64)
      switch self {
      case .v3: cpu_x86_64_level() >= 3
      case .v4: cpu_x86_64_level() >= 4
      }
    #else
      true
    #endif
  }

  /// 0 for the lowest.
  package var level: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// All that this processor can run.
  package static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

  private static func select() -> InstructionSet {
    #if arch(x86_64)
      guard v3.isAvailable else {
        stop("this processor lacks AVX2 and FMA (x86-64-v3), which the kernels are compiled for")
      }
      guard let wish = getenv("BOOK_ISA").map({ String(cString: $0) }), !wish.isEmpty else {
        return v4.isAvailable ? .v4 : .v3
      }
      switch wish {
      case "v3": return .v3
      case "v4" where v4.isAvailable: return .v4
      case "v4": stop("BOOK_ISA=v4 was asked for, but this processor has no AVX-512 (x86-64-v4)")
      default: stop("BOOK_ISA is '\(wish)'; it may be v3 or v4")
      }
    #else
      return .plain
    #endif
  }

  /// Nothing can run without kernels, and no caller could mend it: one line, exit code 2.
  private static func stop(_ message: String) -> Never {
    let line = "error: \(message)\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(2)
  }
}
