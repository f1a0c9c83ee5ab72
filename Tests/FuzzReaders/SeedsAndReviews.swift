import Files
import Foundation
import Goldens
import TensorFiles

extension Reader {
  /// The distributions over seeds, with a hash that vouches for the damage, or nothing would get past it.
  func seedDistributions() -> [Subject] {
    let text = """
      {"chapter": "98-test", "content": {"seeds": [1, 2, 3], "values": {"claim/c": {"kind": "claim", "seeds_per_run": 10, "values": \
      [1.0, 0.0, 1.0]}, "end": {"kind": "series", "seeds_per_run": 1, "values": [0.25, -1e-3, 7.5]}}}, "content_sha256": "\
      \(String(repeating: "0", count: 64))", "format": 1, "precision": "float32", "provenance": {"script": "s.py"}}
      """
    return [
      Subject(name: "seeds", bytes: Array(text.utf8)) { bytes in
        let cursor = try JSONCursor(parsing: bytes, file: "seeds")
        var top = try cursor.object()
        if let content = top["content"] {
          top["content_sha256"] = .string(Digest.of(Array(content.sortedCompact.utf8)))
        }
        let read = try SeedDistributions(JSONCursor(.object(top), file: "seeds"))
        for values in read.values.values { _ = RankTest(values.values, values.values).p }
      }
    ]
  }

  func reviewComments() -> [Subject] {
    let text = "{\"entry\": \"a/b\", \"date\": \"2026\", \"text\": \"why\"}\n"
    return [Subject(name: "comments", bytes: Array(text.utf8)) { _ = try ReviewComments.read($0, path: "comments") }]
  }

  func fingerprints(_ folder: String) -> [Subject] {
    let text = """
      {"fingerprints": [{"chapter": "98-test", "digest": "\(String(repeating: "a", count: 64))", "dtype": "float64", \
      "entry": "a/b", "fault": "beta-per-pixel", "values": [1.5, -2e-3]}], "format": 1}
      """
    return [
      Subject(name: "museum.json", bytes: Array(text.utf8)) { bytes in
        overwrite(Fingerprints.path(folder), bytes)
        _ = try Fingerprints(readingFrom: folder).all.map(\.values)
      }
    ]
  }

  /// No stamp is no error: whoever asks for one refuses what has none.
  func buildStamps() -> [Subject] {
    let text = """
      root /x
      folder chapters/01-a
      file \(String(repeating: "a", count: 64)) chapters/01-a/main.swift
      code \(String(repeating: "b", count: 64)) 1-4,9-12 chapters/01-a/main.swift

      """
    return [
      Subject(name: "stamp", bytes: Array(text.utf8)) { bytes in
        for lines in BuildStamp(text: String(decoding: bytes, as: UTF8.self))?.literate.values ?? [:].values {
          _ = (1...20).map { lines.codeIndex(ofLine: $0).map { lines.line(ofCodeIndex: $0) } }
        }
      }
    ]
  }
}
