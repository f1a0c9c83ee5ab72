import Files
import Foundation
import Goldens
import Literate
import TensorFiles

/// What the last check of a chapter found, and of what: `book list` says whether it still counts. One note for
/// `book check`, which runs every precision, one for the check of a run that was there.
struct CheckNote {
  let holds: Bool
  let counts: [Verdict: Int]
  let date: String
  let manifestHash: String
  /// What the checked program was built from.
  let program: BuildStamp

  /// The note of `book check`, whose runs are in `scratch`.
  static func ofCheck(_ scratch: String, _ chapter: String) -> String { "\(scratch)/\(chapter)/last-check.json" }

  /// The note of a check of the run in the folder `runs`.
  static func ofRun(_ runs: String, _ chapter: String) -> String { "\(runs)/\(chapter)/last-check.json" }

  static func manifestHash(repository: String, chapter: String) -> String {
    let path = GoldenSet.manifestPath("\(repository)/goldens/\(chapter)")
    return (try? FileSystem.read(path)).map(Digest.of) ?? ""
  }

  /// Notes the results of one chapter.
  static func write(_ results: [PrecisionResult], chapter: String, exact: Bool, checkout: Checkout, to path: String)
    throws
  {
    // Without a program there was no check to note.
    guard let program = try? ChapterProgram(chapter: chapter).stamp() else { return }
    var counts = JSONObject()
    for verdict in Verdict.allCases {
      counts[verdict.rawValue] = .int(results.reduce(0) { $0 + $1.entries.count { $0.verdict == verdict } })
    }
    let note: JSONObject = [
      "holds": .bool(!results.contains { $0.fails(exact: exact) }), "counts": .object(counts),
      "date": .string(Provenance.timestamp(Date())),
      "manifest": .string(manifestHash(repository: checkout.repository, chapter: chapter)),
      "program": .string(program.text),
    ]
    if let cut = path.lastIndex(of: "/") { try FileSystem.createFolder(String(path[..<cut])) }
    try AtomicFile.write(JSONValue.object(note).pretty, to: path)
  }

  /// The note, `nil` where there is none that can be read.
  init?(readingFrom path: String) {
    guard let cursor = try? JSONCursor(contentsOf: path) else { return nil }
    do {
      holds = try cursor.member("holds").bool()
      date = try cursor.member("date").string()
      manifestHash = try cursor.member("manifest").string()
      guard let program = BuildStamp(text: try cursor.member("program").string()) else { return nil }
      self.program = program
      let found = try cursor.member("counts")
      counts = try Verdict.allCases.reduce(into: [:]) { $0[$1] = try found.member($1.rawValue).int() }
    } catch { return nil }
  }
}
