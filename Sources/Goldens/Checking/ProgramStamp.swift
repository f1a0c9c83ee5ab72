import Files
import Foundation

extension ChapterProcess {
  /// What a chapter's program was built from, by its own word; `nil` where it does not say.
  ///
  /// - Throws: `CatalogError` where the program is not there or cannot be started.
  package static func stamp(of executable: String) throws -> BuildStamp? {
    let folder = FileManager.default.temporaryDirectory.path + "/gan-book-stamp-\(UUID().uuidString)"
    try FileSystem.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = ChapterProcess(
      executable: executable, arguments: [stampOption], outputPath: folder + "/stamp", errorPath: folder + "/errors",
      timeLimit: 60)
    guard try process.run() == .exited(0) else { return nil }
    let text = try FileSystem.read(process.outputPath, limit: 16 << 20)
    return BuildStamp(text: String(decoding: text, as: UTF8.self))
  }
}
