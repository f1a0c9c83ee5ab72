import Files
import Foundation
import TestSupport
import Testing

@Suite struct TarArchiveTests {
  /// `files` packed by the system's tar.
  private func archive(_ files: [String: [UInt8]], in folder: TemporaryFolder) throws -> [UInt8] {
    for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: folder(name))) }
    let outcome = try ChildProcess.run(
      "tar", ["-czf", folder("a.tar.gz"), "-C", folder.path] + files.keys.sorted(), isBuilt: false)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try FileSystem.read(folder("a.tar.gz"))
  }

  @Test func `files come back in order with their bytes`() throws {
    let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes = try archive(["a.bin": large, "b.bin": [], "c.bin": [1, 2, 3]], in: TemporaryFolder())
    let members = try TarArchive.members(of: bytes, limit: 1 << 20, file: "a.tar.gz")
    #expect(members.map(\.name) == ["a.bin", "b.bin", "c.bin"])
    #expect(members.map(\.bytes) == [large, [], [1, 2, 3]])
  }

  @Test func `a truncated or foreign archive is refused`() throws {
    let bytes = try archive(
      ["a.bin": (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }], in: TemporaryFolder())
    for length in [2, 20, bytes.count / 2, bytes.count - 1] {
      #expect(
        defect { _ = try TarArchive.members(of: Array(bytes.prefix(length)), limit: 1 << 20, file: "a") }
          == .badContainer)
    }
    #expect(defect { _ = try TarArchive.members(of: [], limit: 1, file: "a") } == .badContainer)
    #expect(defect { _ = try TarArchive.members(of: Array("no archive".utf8), limit: 1, file: "a") } == .badContainer)
  }

  @Test func `what it unpacks to is bounded`() throws {
    let bytes = try archive(["a.bin": [UInt8](repeating: 0, count: 1_000_000)], in: TemporaryFolder())
    #expect(defect { _ = try TarArchive.members(of: bytes, limit: 999_999, file: "a") } == .tooLarge)
    #expect(try TarArchive.members(of: bytes, limit: 1_000_000, file: "a").count == 1)
  }
}
