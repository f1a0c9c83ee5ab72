import Files
import Goldens
import TensorFiles
import Tensors

/// What a run left in `run.jsonl`: with what options it ran, of which sources it was made, what it said and showed.
package struct RunJournal: Sendable {
  package struct Event: Sendable {
    package enum Content: Sendable, Equatable {
      case text(String)
      case picture(ShownPicture)
      case table(headings: [String], rows: [[String]], caption: String)
      case record(name: String)
    }

    package struct ShownPicture: Sendable, Equatable {
      package var path: String
      package var caption: String
      package var description: String
      /// What each picture of an animation is called; empty where they are counted.
      package var frames: [String] = []
      /// Whether the book's index shows it.
      package var isCover = false
    }

    /// `#fileID` of the call.
    package let file: String
    package let line: Int
    package let content: Content
    /// The line of the journal, counted from 1.
    package let place: Int
    /// SHA-256 of the picture as the run showed it.
    package let pictureDigest: String?
  }

  /// How long the run took and on what: never part of a golden.
  package struct Timing: Sendable, Equatable {
    package let seconds: Double
    package let threads: Int
    package let processor: String
  }

  package let path: String
  package let chapter: String
  package let seed: String
  package let precision: DType
  package let profile: String
  package let decimals: Int
  /// The names that alone were asked for, where the run left out what others need.
  package let entry: String?
  package let iterations: Int?
  /// The mistake that was planted in the run on purpose.
  package let fault: String?
  /// What the program that ran was built from.
  package let program: BuildStamp
  package let timing: Timing?
  /// The options it was given, but for where it writes; `nil` where an earlier version wrote the journal.
  package let arguments: [String]?
  package private(set) var events: [Event]

  private static let eventLimit = 500_000

  /// Reads the journal of the run in `folder`. Throws `WeavingError` where it is damaged, `FileError` where a line is
  /// not what it should be.
  package init(readingFrom folder: String, chapter: String) throws {
    let path = folder + "/run.jsonl"
    let remedy = "run \(BookCommand.quoted("run \(chapter)")) again"
    func broken(_ problem: String, line: Int? = nil) -> WeavingError {
      WeavingError(path, line: line, problem, remedy: remedy)
    }
    let bytes = try FileSystem.read(path, limit: 128 << 20)
    guard bytes.last == UInt8(ascii: "\n") else {
      throw broken(bytes.isEmpty ? "it is empty" : "it is cut off: the last line has no end")
    }
    let allLines = bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let lines = allLines.dropLast()
    guard let sealLine = allLines.last, !lines.isEmpty else { throw broken("it has no seal: it is cut off") }
    guard lines.count <= Self.eventLimit else { throw broken("it has \(lines.count) lines, more than a page can hold") }
    let cursors = try lines.enumerated().map { index, line in
      do { return try JSONCursor(parsing: Array(line), file: "\(path):\(index + 1)") } catch let error as FileError {
        throw broken("\(error.place): expected \(error.expected), found \(error.found)", line: index + 1)
      }
    }
    let opening = cursors[0]
    guard try opening.member("kind").string() == "run", try opening.member("format").int() == 2 else {
      throw broken("it does not begin with a run of format 2", line: 1)
    }
    self.path = path
    self.chapter = try opening.member("chapter").string()
    guard self.chapter == chapter else { throw broken("it is a run of \(self.chapter), expected \(chapter)", line: 1) }
    guard case .number(let seed) = try opening.member("seed").value else {
      throw broken("the seed is no number", line: 1)
    }
    self.seed = seed
    precision = try opening.member("dtype").choice()
    profile = try opening.member("profile").string()
    decimals = try opening.member("decimals").int()
    entry = try opening.optionalMember("entry")?.string()
    iterations = try opening.optionalMember("iterations")?.int()
    fault = try opening.optionalMember("fault")?.string()
    guard let program = BuildStamp(text: try opening.member("program").string()) else {
      throw broken("it does not say what its program was built from", line: 1)
    }
    self.program = program
    guard let count = try opening.optionalMember("events")?.int() else {
      throw broken("it does not say how many events it holds: an earlier version wrote it", line: 1)
    }
    guard count == cursors.count - 1 else { throw broken("it says \(count) events, but holds \(cursors.count - 1)") }
    timing = try opening.optionalMember("timing").map {
      Timing(
        seconds: try $0.member("seconds").double(), threads: try $0.member("threads").int(),
        processor: try $0.member("processor").string())
    }
    arguments = try opening.optionalMember("arguments")?.items().map { try $0.string() }
    events = try cursors.dropFirst().enumerated().map { try Event($0.element, place: $0.offset + 2) }
    let index = try FileSystem.read(Recording.indexPath(folder, precision))
    let sealed = Array(bytes.prefix(bytes.count - sealLine.count - 1))
    guard RunSeal.fits(Array(bytes.suffix(sealLine.count + 1)), journal: sealed, index: index) else {
      throw broken("it, or the recording beside it, is not as the run left it")
    }
  }
}

extension RunJournal.Event {
  init(_ cursor: JSONCursor, place: Int) throws {
    self.place = place
    file = try cursor.member("file").string()
    line = try cursor.member("line").int()
    pictureDigest = try cursor.optionalMember("sha256")?.string()
    func text(_ key: String) throws -> String { try cursor.member(key).string() }
    switch try text("kind") {
    case "text": content = .text(try text("text"))
    case "picture":
      content = .picture(
        .init(
          path: try text("path"), caption: try text("caption"), description: try text("description"),
          frames: try cursor.optionalMember("frames")?.items().map { try $0.string() } ?? [],
          isCover: try cursor.optionalMember("cover")?.bool() ?? false))
    case "table":
      let headings = try cursor.member("headings").items().map { try $0.string() }
      let rows = try cursor.member("rows").items().map { row in
        let cells = try row.items().map { try $0.string() }
        guard cells.count == headings.count else {
          throw row.error(.inconsistent, expected: "\(headings.count) cells", found: "\(cells.count)")
        }
        return cells
      }
      guard !headings.isEmpty else {
        throw try cursor.member("headings").error(.inconsistent, expected: "headings", found: "none")
      }
      content = .table(headings: headings, rows: rows, caption: try text("caption"))
    case "record": content = .record(name: try text("name"))
    case let other:
      throw cursor.error(
        .unknownKey, expected: "a text, picture, table or record",
        found: "\"\(other.prefix(40))\"")
    }
  }
}

// MARK: - Whether the run is of these sources

extension RunJournal {
  /// Throws `WeavingError` where the run was made of other code than that of the checkout now: its chapter's, that of
  /// the libraries under it, the package's manifest. Prose may have changed: see `relocated`.
  package func requireSources(in checkout: Checkout) throws {
    let changes = checkout.changes(since: program, chapter: chapter)
    guard let first = changes.first else { return }
    throw WeavingError(
      first, "the run in \(path) is stale: since its program was built, \(changes.description)",
      remedy: "build, and run \(BookCommand.quoted("run \(chapter)")) again")
  }
}

extension RunJournal {
  /// The journal with every line where it stands now. Throws `CatalogError` where that cannot be said.
  package func relocated(_ relocation: SourceRelocation) throws -> RunJournal {
    if relocation.isEmpty { return self }
    var journal = self
    journal.events = try events.map { event in
      guard event.line >= 0 else { return event }
      let now = try relocation.now(SourceLocation(file: event.file, line: UInt(event.line)))
      return Event(
        file: now.file, line: Int(now.line), content: event.content, place: event.place,
        pictureDigest: event.pictureDigest)
    }
    return journal
  }
}
