import Foundation
import TestSupport
import Testing

/// Feeds damaged files to every reader: each must throw an error of a kind that it may throw, or return, quickly and
/// without great allocations.
///
/// The seed is fixed, so a crash comes back. Mutations are made in a child process with limited memory
/// (`fuzz-readers`), so that a crash or an allocation beyond the limit is a failed test. `make fuzz` does this with new
/// seeds, a million times for each reader.
@Suite struct FuzzTests {
  static let count = ProcessInfo.processInfo.environment["BOOK_FUZZ"].flatMap { Int($0) } ?? 1000

  static let readers = [
    "png", "jpeg", "cifar", "packed", "tar", "json", "journal", "goldens", "manifest", "ledger", "recording",
    "tolerances", "seeds", "comments", "stamp", "trace", "layers", "fingerprints", "npy", "npz", "safetensors", "pth",
    "zip", "zstd", "events",
  ]

  @Test(arguments: readers) func `damaged files cause no crash, no hang, no great allocation`(reader: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      "fuzz-readers", [reader, "1", "\(Self.count)", "600", folder("input")],
      environment: ["MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"])
    #expect(outcome.code == 0, "\(outcome.errors.suffix(2000))")
    #expect(outcome.output.contains("\(Self.count) mutations"))
    // Damage that nothing refuses is no damage.
    #expect(
      !outcome.output.contains(" 0 refused") || ["events", "cifar", "stamp"].contains(reader), "\(outcome.output)")
  }

  @Test func `every reader that can be fuzzed is`() throws {
    let outcome = try ChildProcess.run("fuzz-readers", [])
    #expect(outcome.code == 2 && outcome.output.contains("readers: \(Self.readers.joined(separator: " "))\n"))
  }
}
