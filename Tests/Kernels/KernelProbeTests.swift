import Foundation
import KernelContract
import KernelProbe
import TestSupport
import Testing

/// Every kernel on numbers of all kinds, on every instruction set of this processor and on an emulated aarch64.
@Suite struct KernelProbeTests {
  /// A record as one line, as `scripts/emulate-aarch64` prints it.
  struct Line: Equatable {
    /// Name, kind, id and bits.
    let call: String
    let raw: String
    let canonical: String
    let count: Int
    let nans: Int

    init(_ record: ProbeRecord) {
      func hexadecimal(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
      }
      call = "\(record.name) \(record.kind) \(record.id) \(record.bits)"
      (raw, canonical) = (hexadecimal(record.raw), hexadecimal(record.canonical))
      (count, nans) = (record.count, record.nans)
    }

    init(_ text: Substring) throws {
      let words = text.split(separator: " ").map(String.init)
      try #require(words.count == 8, "\(text)")
      call = words[..<4].joined(separator: " ")
      (raw, canonical) = (words[4], words[5])
      (count, nans) = (try #require(Int(words[6])), try #require(Int(words[7])))
    }
  }

  private static func records(of set: CompiledSet) -> [Line] {
    func records<Kernels: KernelSet>(_ kernels: Kernels.Type) -> [Line] where Kernels.Scalar: ProbedScalar {
      var records: [Line] = []
      KernelProbe(kernels) { records.append(Line($0)) }.run()
      return records
    }
    return records(set.float32) + records(set.float64)
  }

  private static let own: [Line] = records(of: CompiledSet.all[0])

  /// Says which kernels differ, not in which of thousands of calls.
  private func expectSame(_ other: [Line], _ name: String) {
    #expect(other.map(\.call) == Self.own.map(\.call), "\(name) makes other calls")
    let wrong = zip(other, Self.own).filter {
      $0.canonical != $1.canonical || $0.count != $1.count || $0.nans != $1.nans
    }
    #expect(
      wrong.isEmpty,
      """
      \(name): \(wrong.count) of \(other.count) records differ: \
      \(Set(wrong.map { $0.0.call.prefix { $0 != " " } }).sorted())
      """
    )
    let ordinary = zip(other, Self.own).filter { $0.1.nans == 0 }
    #expect(ordinary.allSatisfy { $0.raw == $1.raw }, "\(name): without NaNs the bits themselves are the same")
  }

  @Test func `the probe reaches every kernel, and numbers of all kinds`() {
    #expect(Self.own.count > 5000)
    #expect(Self.own.contains { $0.nans > 0 } && Self.own.contains { $0.nans == 0 })
    // Small cases of one kernel may agree (a sum of nothing, a step of ones and zeros), but none gives the same again
    // and again.
    let results = Dictionary(grouping: Self.own) { String($0.call.prefix { $0 != " " }) }
    for (kernel, records) in results where records.count > 3 {
      let different = Set(records.map(\.canonical)).count
      #expect(different > records.count / 5, "\(kernel): \(different) different results of \(records.count)")
    }
  }

  @Test(arguments: CompiledSet.all.dropFirst())
  func `every instruction set gives the same bits, but for the sign and payload of a NaN`(_ set: CompiledSet) {
    expectSame(Self.records(of: set), set.testDescription)
  }

  private static let script = Repository.root.appending(path: "scripts/emulate-aarch64").path

  /// Whether the tools for it are here. CI has them, and says so (BOOK_REQUIRE_AARCH64): there it is never skipped.
  private static let canEmulate =
    ProcessInfo.processInfo.environment["BOOK_REQUIRE_AARCH64"] != nil
    || (try? ChildProcess.run(script, ["--check"], isBuilt: false).code) == 0

  @Test(.enabled(if: canEmulate, "needs qemu-user-static, and a Swift toolchain with Embedded Swift, clang and lld"))
  func `an emulated aarch64 gives the bits of x86-64, but for the sign and payload of a NaN`() throws {
    let outcome = try ChildProcess.run(Self.script, [], isBuilt: false)
    #expect(outcome.code == 0, "\(outcome.errors.suffix(2000))")
    expectSame(try outcome.output.split(separator: "\n").map(Line.init), "aarch64")
  }
}
