import Files
import Foundation

/// What is known of one run, kept in a file so that a server that was killed, or another one, goes on with it.
package struct RunState: Codable, Sendable, Equatable {
  package enum Stage: String, Codable, Sendable {
    case running
    /// It has been asked to stop.
    case stopping
    case finished
    /// It was asked to stop, and did.
    case stopped
    case failed

    package var isOver: Bool { self != .running && self != .stopping }
  }

  package let id: String
  package let chapter: String
  package let options: [String: String]
  /// Whether these are the options of the run that the goldens hold.
  package let isGolden: Bool
  /// The options that make it another experiment than the goldens hold.
  package let departures: [String]
  /// What the program was started with.
  package let arguments: [String]
  /// Everything that the run writes.
  package let folder: String
  package let began: Date
  /// What its program was built from.
  package var program: String?
  package var ended: Date?
  package var stage = Stage.running
  /// The process and when it was started, by which it is known again.
  package var process: Int32?
  package var processStart: String?
  /// Its last words where it did not finish.
  package var words: String?
  /// Whether there is a checkpoint to go on from.
  package var canGoOn = false
  /// What the checker says: "58 identical".
  package var verdict: String?
  /// Whether everything that was compared holds; `nil` where nothing was.
  package var holds: Bool?
  /// Why nothing was compared.
  package var caveat: String?
  /// Why there is no page of it.
  package var pageProblem: String?
  /// Seconds that the program took, and its page.
  package var computed: Double?
  package var woven: Double?

  package init(
    id: String, chapter: String, options: [String: String], isGolden: Bool, departures: [String], arguments: [String],
    folder: String, began: Date
  ) {
    (self.id, self.chapter, self.options, self.isGolden) = (id, chapter, options, isGolden)
    (self.departures, self.arguments, self.folder, self.began) = (departures, arguments, folder, began)
  }

  /// A run's name: letters, digits, hyphens.
  package static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,80}/) != nil }

  package static func newName(_ chapter: String, at date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMdd-HHmmss"
    let letters = (0..<4).map { _ in String("abcdefghijkmnpqrstuvwxyz".randomElement() ?? "a") }.joined()
    let number = chapter.prefix { $0 != "-" }.lowercased()
    return "\(number)-\(formatter.string(from: date))-\(letters)"
  }
}

/// The folder of the server's own files: one sub-folder for every run.
package struct RunFolders: Sendable {
  /// "out/serve".
  package let root: String

  package init(root: String) { self.root = root }

  package func folder(_ run: String) -> String { "\(root)/\(run)" }
  func output(_ run: String) -> String { "\(root)/\(run)/stdout.txt" }
  func errors(_ run: String) -> String { "\(root)/\(run)/stderr.txt" }
  /// What the run says, shows and records, as it does.
  func events(_ run: String) -> String { "\(root)/\(run)/events.jsonl" }
  /// Folder of runs as the weaver knows it, of one that must not take the place of the golden one.
  func runs(_ run: String) -> String { "\(root)/\(run)/runs" }
  /// Where its pages go.
  func pages(_ run: String) -> String { "\(root)/\(run)/book" }
  private func statePath(_ run: String) -> String { "\(root)/\(run)/state.json" }

  package func write(_ state: RunState) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(Array(try encoder.encode(state)), to: statePath(state.id))
  }

  package func read(_ run: String) -> RunState? {
    guard RunState.isName(run), let bytes = try? FileSystem.read(statePath(run), limit: 1 << 20) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let state = try? decoder.decode(RunState.self, from: Data(bytes)), state.id == run else { return nil }
    return state
  }

  /// All runs, the latest first.
  package func all() -> [RunState] {
    guard FileSystem.kind(of: root) == .folder, let names = try? FileSystem.list(root) else { return [] }
    return names.compactMap(read).sorted { ($0.began, $0.id) > ($1.began, $1.id) }
  }
}
