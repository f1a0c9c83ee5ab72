import Files
import Foundation
import Goldens
import Literate
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A checkout with one chapter, 97-test, its run and its goldens, all made up.
final class Workshop {
  static let chapter = "97-test"
  let folder: TemporaryFolder

  var run: String { folder("out/97-test") }
  var book: String { folder("out/book") }
  var journalPath: String { run + "/run.jsonl" }

  /// Writes the sources, by their paths within the chapter.
  init(_ sources: [String: String]) throws {
    folder = try TemporaryFolder()
    try FileSystem.createFolder(folder("out/97-test"))
    for (path, text) in sources { try write(source: path, text) }
  }

  func write(source path: String, _ text: String) throws {
    let full = folder("chapters/97-test/\(path)")
    try FileSystem.createFolder(URL(filePath: full).deletingLastPathComponent().path)
    try AtomicFile.write(text, to: full)
  }

  /// The file's id as `#fileID` gives it.
  static func id(_ file: String) -> String { "ch97_test/\(file)" }

  static func event(_ kind: String, _ line: Int, _ members: JSONObject, file: String = "main.swift") -> JSONValue {
    var object: JSONObject = ["kind": .string(kind), "file": .string(id(file)), "line": .int(line)]
    for (key, value) in members.members { object[key] = value }
    return .object(object)
  }

  static func text(_ text: String, _ line: Int, file: String = "main.swift") -> JSONValue {
    event("text", line, ["text": .string(text)], file: file)
  }

  static func picture(
    _ path: String, _ line: Int, caption: String = "", description: String = "what is seen", frames: [String] = [],
    isCover: Bool = false
  ) -> JSONValue {
    var members: JSONObject = [
      "path": .string(path), "caption": .string(caption), "description": .string(description),
    ]
    if !frames.isEmpty { members["frames"] = .array(frames.map { .string($0) }) }
    if isCover { members["cover"] = .bool(true) }
    return event("picture", line, members)
  }

  static func table(_ headings: [String], _ rows: [[String]], _ line: Int, caption: String = "") -> JSONValue {
    func json(_ cells: [String]) -> JSONValue { .array(cells.map { .string($0) }) }
    return event(
      "table", line, ["headings": json(headings), "rows": .array(rows.map(json)), "caption": .string(caption)])
  }

  /// Writes the journal, a recording of `scalars` (name, value, line), and goldens of the same values unless told
  /// otherwise.
  func write(
    run events: [JSONValue], opening changes: JSONObject = [:], scalars: [(String, Double, Int)] = [],
    goldens: [(String, Double, Int)]? = nil, log: [(String, Int)] = [],
    expectedLog: [(String, Int)]? = nil
  ) throws {
    let records = scalars.map { Self.event("record", $0.2, ["name": .string($0.0), "summary": .string("\($0.1)")]) }
    let events = events + log.map { Self.text($0.0, $0.1) } + records
    var opening: JSONObject = [
      "kind": .string("run"), "format": .int(2), "chapter": .string(Self.chapter), "seed": .int(0),
      "dtype": .string("float64"), "profile": .string("quick"), "decimals": .int(4), "events": .int(events.count),
      "timing": .object(["seconds": .int(61), "threads": .int(2), "processor": .string("Abacus <1>")]),
    ]
    let own = "chapters/97-test"
    let files = try BuildStamp.hashes(inFolder: folder(own))
    let named = Dictionary(uniqueKeysWithValues: files.map { ("\(own)/\($0.key)", $0.value) })
    opening["program"] = .string(BuildStamp(root: folder.path, folders: [own], files: named).text)
    for (key, value) in changes.members { opening[key] = value }
    let text = ([.object(opening)] + events).map { $0.compact + "\n" }.joined()
    let index = try recording(scalars, log).write(to: run)
    try AtomicFile.write(text + RunSeal.line(journal: Array(text.utf8), index: index), to: journalPath)
    var writer = GoldenSetWriter(chapter: Self.chapter)
    writer.add(try recording(goldens ?? scalars, expectedLog ?? log))
    if !scalars.isEmpty || !log.isEmpty { try writer.write(to: folder("goldens/97-test")) }
  }

  private func recording(_ scalars: [(String, Double, Int)], _ log: [(String, Int)]) throws -> Recording {
    let recorder = Recorder(chapter: Self.chapter, precision: .float64)
    for (name, value, line) in scalars {
      recorder.record(
        name, scalar: value, .within(atol: 1e-6, rtol: 0),
        at: SourceLocation(file: Self.id("main.swift"), line: UInt(line))
      )
    }
    for (text, line) in log {
      recorder.record(
        log: text, .within(atol: 1e-6, rtol: 0), at: SourceLocation(file: Self.id("main.swift"), line: UInt(line)))
    }
    return try recorder.recording()
  }

  @discardableResult
  func weave(_ selectors: [String] = [], formats: Set<Weaver.Format> = [.ipynb, .md]) throws -> Weaver.Outcome {
    try Weaver(repository: folder.path, runs: folder("out"), out: book, formats: formats).weave(selectors)
  }

  /// Why the chapter could not be woven; empty where it could.
  func reason(formats: Set<Weaver.Format> = [.md]) throws -> String {
    try weave(formats: formats).failures.map(\.reason).joined(separator: "\n")
  }

  func page(_ type: String) throws -> String { try String(contentsOfFile: "\(book)/97-test.\(type)", encoding: .utf8) }

  func notebook() throws -> JSONCursor { try JSONCursor(contentsOf: "\(book)/97-test.ipynb") }

  /// A PNG of 2 by 2 pixels: the signature, the header and nothing that matters here.
  static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0]
}

extension JSONCursor {
  /// The text of a cell's or output's list of lines.
  func joined() throws -> String { try items().map { try $0.string() }.joined() }
}
