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
  let sourcesHash: String

  private static func path(_ scratch: String, _ chapter: String) -> String { "\(scratch)/\(chapter)/last-check.json" }

  /// One hash of all sources of a chapter.
  static func sourcesHash(repository: String, chapter: String) -> String {
    let hashes = SourceHashes.hashes(inFolder: "\(repository)/chapters/\(chapter)")
    return Digest.of(lines: hashes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })
  }

  static func manifestHash(repository: String, chapter: String) -> String {
    let path = GoldenSet.manifestPath("\(repository)/goldens/\(chapter)")
    return (try? FileSystem.read(path)).map(Digest.of) ?? ""
  }

  /// Notes the results of one chapter.
  static func write(_ results: [PrecisionResult], chapter: String, exact: Bool, repository: String, scratch: String)
    throws
  {
    var counts = JSONObject()
    for verdict in Verdict.allCases {
      counts[verdict.rawValue] = .int(results.reduce(0) { $0 + $1.entries.count { $0.verdict == verdict } })
    }
    let note: JSONObject = [
      "holds": .bool(!results.contains { $0.fails(exact: exact) }), "counts": .object(counts),
      "date": .string(Provenance.timestamp(Date())),
      "manifest": .string(manifestHash(repository: repository, chapter: chapter)),
      "sources": .string(sourcesHash(repository: repository, chapter: chapter)),
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
      sourcesHash = try cursor.member("sources").string()
      let found = try cursor.member("counts")
      counts = try Verdict.allCases.reduce(into: [:]) { $0[$1] = try found.member($1.rawValue).int() }
    } catch { return nil }
  }
}
