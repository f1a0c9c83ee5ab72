import Foundation
import TestSupport
import Testing

/// Feeds damaged files to every reader: each must throw a `FileError` or return, quickly and without great allocations.
///
/// `BOOK_FUZZ=100000` runs that many mutations instead of the default; the seed is fixed, so a crash comes back. Mutations are made in a child
/// process with limited memory (`fuzz-readers`), so that a crash or an allocation beyond the limit is a failed test.
@Suite struct FuzzTests {
  static let count = ProcessInfo.processInfo.environment["BOOK_FUZZ"].flatMap { Int($0) } ?? 4000

  static let corpus: [String] = {
    func files(in folder: String) -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
      let files = names.filter { !$0.hasSuffix(".json") && !$0.hasSuffix(".md") && !$0.hasSuffix(".py") }
      return files.map { folder + "/" + $0 }.filter { !FileManager.default.isFolder($0) }
    }
    // What PyTorch and NumPy write, and what people's own tools do.
    let samples = ["", "wild", "reported"].flatMap { files(in: Repository.sample($0, of: "TensorFiles").path) }
    let golden = Repository.sample("99-fake", of: "Goldens").path
    return samples
      + ["manifest.json", "log.txt", "reference.safetensors.zst"].map { golden + "/" + $0 }
  }()

  @Test(arguments: [1, 2] as [UInt64]) func `damaged files cause no crash, no hang, no great allocation`(seed: UInt64)
    throws
  {
    let outcome = try ChildProcess.run(
      "fuzz-readers", [String(seed), String(Self.count / 2)] + Self.corpus)
    #expect(outcome.code == 0, "\(outcome.errors.suffix(2000))")
    #expect(outcome.output.contains("\(Self.count / 2) mutations"))
  }
}

extension FileManager {
  fileprivate func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
