import Files
import Foundation
import Goldens
import Literate
import TensorFiles

/// What the last full check of a chapter found, and of what: `book list` says whether it still counts.
struct CheckNote {
  let holds: Bool
  let counts: [Verdict: Int]
  let date: String
  let manifestHash: String
  /// What the checked program was built from.
  let program: BuildStamp

  private static func path(_ scratch: String, _ chapter: String) -> String { "\(scratch)/\(chapter)/last-check.json" }

  static func manifestHash(repository: String, chapter: String) -> String {
    let path = GoldenSet.manifestPath("\(repository)/goldens/\(chapter)")
    return (try? FileSystem.read(path)).map(Digest.of) ?? ""
  }

  /// Notes the results of one chapter.
  static func write(_ results: [PrecisionResult], chapter: String, exact: Bool, checkout: Checkout, scratch: String)
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
    try FileSystem.createFolder("\(scratch)/\(chapter)")
    try AtomicFile.write(JSONValue.object(note).pretty, to: path(scratch, chapter))
  }

  /// The note, `nil` where there is none that can be read.
  init?(scratch: String, chapter: String) {
    guard let cursor = try? JSONCursor(contentsOf: Self.path(scratch, chapter)) else { return nil }
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
