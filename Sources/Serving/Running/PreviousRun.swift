import Files
import Foundation
import Goldens

/// What the golden run before the last one recorded and showed, kept to be compared with: the next run takes its place
/// in `out`.
struct PreviousRun {
  let settings: ServeSettings
  let chapter: String

  /// The folder it is kept in.
  var folder: String { "\(settings.folders.root)/.previous/\(chapter)" }

  /// Keeps the run that is there now; without one, or on a full disk, there is nothing to compare with.
  func keep() {
    let source = "\(settings.runs)/\(chapter)"
    guard FileSystem.kind(of: "\(source)/run.jsonl") == .file, let names = try? FileSystem.list(source) else { return }
    try? FileManager.default.removeItem(atPath: folder)
    try? FileSystem.createFolder(folder)
    for name in names
    where name == "run.jsonl" || name.hasPrefix("recorded-") || name.hasSuffix(".png") || name.hasSuffix(".svg") {
      try? FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
    }
  }
}
