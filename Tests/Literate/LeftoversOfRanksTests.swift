import Files
import Foundation
import Literate
import TestSupport
import Testing

/// What ranks that were killed have left in the temporary folder.
@Suite struct LeftoversOfRanksTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ name: String, minutesOld: Double) throws {
    try FileSystem.createFolder(folder(name))
    try AtomicFile.write("loss", to: folder(name) + "/run.jsonl")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -60 * minutesOld)], ofItemAtPath: folder(name))
  }

  @Test func `the folder of a rank that is gone is removed, with all that it holds`() throws {
    try make("gan-book-rank-1-4711", minutesOld: 2)
    RankedRun.removeLeftovers(in: folder.path)
    #expect(folder.names.isEmpty)
  }

  @Test func `the folders of a rank that runs, of one that begins, and of others are left alone`() throws {
    try make("gan-book-rank-1-1", minutesOld: 2)
    let lock = try FolderLock(folder("gan-book-rank-1-1"))
    try make("gan-book-rank-2-2", minutesOld: 0)
    try make("gan-book-test", minutesOld: 2)
    try FileManager.default.createSymbolicLink(
      atPath: folder("gan-book-rank-3-3"), withDestinationPath: folder("gan-book-test"))
    let names = folder.names
    withExtendedLifetime(lock) { RankedRun.removeLeftovers(in: folder.path) }
    #expect(folder.names == names)
    #expect(FileSystem.kind(of: folder("gan-book-test/run.jsonl")) == .file)
  }
}
