import Files
import Foundation
import Goldens
import Synchronization

/// What a reader has said of entries that do not agree with the goldens: accepted, skipped, commented.
final class Reviewing: Sendable {
  /// What is noted of an entry as it was found; other bits are another case.
  struct Note: Codable, Sendable, Equatable {
    var isSkipped = false
    var comment = ""
  }

  private let settings: ServeSettings
  private let notes: Mutex<[String: Note]>
  private static let commentLimit = 4000

  init(settings: ServeSettings) {
    self.settings = settings
    let bytes = (try? FileSystem.read(Self.path(settings), limit: 16 << 20)) ?? []
    notes = Mutex((try? JSONDecoder().decode([String: Note].self, from: Data(bytes))) ?? [:])
  }

  private static func path(_ settings: ServeSettings) -> String { "\(settings.folders.root)/review.json" }

  // MARK: - Notes

  static func key(_ chapter: String, _ entries: [EntryResult]) -> String {
    let found = entries.map { "\($0.precision?.rawValue ?? "") \($0.verdict.rawValue) \($0.digest ?? "")" }
    let digest = SHA256.hexadecimal(SHA256.hash(data: Array(found.joined(separator: "\n").utf8))).prefix(16)
    return "\(chapter)/\(entries.first?.name ?? "")/\(digest)"
  }

  func note(_ key: String) -> Note { notes.withLock { $0[key] ?? Note() } }

  /// Notes something. Throws `FileError` where it cannot be kept.
  func note(_ key: String, _ change: (inout Note) -> Void) throws {
    try notes.withLock { notes in
      var note = notes[key] ?? Note()
      change(&note)
      note.comment = String(note.comment.prefix(Self.commentLimit))
      notes[key] = note == Note() ? nil : note
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try FileSystem.createFolder(settings.folders.root)
      try AtomicFile.write(Array(try encoder.encode(notes)), to: Self.path(settings))
    }
  }

  // MARK: - What there is to review

  struct Case: Sendable {
    let chapter: String
    let name: String
    /// The entry in every precision that has been checked.
    let entries: [EntryResult]
    /// Why it cannot be accepted; `nil` where it can.
    let refusal: String?

    var key: String { Reviewing.key(chapter, entries) }
  }

  struct ChapterReview: Sendable {
    let chapter: String
    let cases: [Case]
    /// What could not be checked.
    let failures: [String]
  }

  /// The entries of all chapters that are not bit for bit what was blessed, and precisions that say nothing.
  func all() throws -> [ChapterReview] { try settings.catalog().chapters.compactMap { try review($0) } }

  /// `nil` for a chapter without goldens.
  private func review(_ chapter: String) throws -> ChapterReview? {
    guard FileSystem.kind(of: GoldenSet.manifestPath("\(settings.goldens)/\(chapter)")) == .file else { return nil }
    let results = LastCheck(settings: settings, chapter: chapter).results()
    var names: [String] = []
    for entry in results.flatMap(\.entries) where entry.verdict != .identical && !names.contains(entry.name) {
      names.append(entry.name)
    }
    let cases = names.map { name in
      Case(
        chapter: chapter, name: name, entries: results.flatMap { $0.entries.filter { $0.name == name } },
        refusal: refusal(chapter, name, results))
    }
    let failures = results.compactMap { result in
      result.failure.map { "\(result.precision?.rawValue ?? "") \($0)" }
    }
    return ChapterReview(chapter: chapter, cases: cases, failures: failures)
  }

  // MARK: - Accepting

  /// Takes the bits of an entry as those that `book check --exact` expects: `book bless` of that entry, with the same
  /// refusals.
  ///
  /// `key` names what was looked at. Throws `ServingError` where it is refused, or something else now.
  func accept(_ chapter: String, _ name: String, key: String) throws {
    guard try settings.catalog().chapters.contains(chapter) else { throw ServingError("there is no such chapter") }
    let results = LastCheck(settings: settings, chapter: chapter).results()
    let entries = results.flatMap { $0.entries.filter { $0.name == name } }
    guard Self.key(chapter, entries) == key else {
      throw ServingError("what was found has changed since this page was made: load it again")
    }
    if let refusal = refusal(chapter, name, results) { throw ServingError(refusal) }
    let blessing = try blessing(chapter, name, results)
    guard !blessing.rewrites.isEmpty else { throw ServingError("there is nothing to change") }
    try blessing.blessed(provenance: Provenance.ofThisBuild(command: "book serve, \(chapter) \(name)")).write()
  }

  private func blessing(_ chapter: String, _ name: String, _ results: [PrecisionResult]) throws -> Blessing {
    let manifest = try Manifest(contentsOf: GoldenSet.manifestPath("\(settings.goldens)/\(chapter)"))
    let alone = results.map { result in
      var result = result
      result.entries = result.entries.filter { $0.name == name }
      return result
    }
    // A name with a star in it would mean others, too: their digests must not go.
    let blessing = Blessing(manifest, results: alone, pattern: Glob(name))
    guard blessing.changes.allSatisfy({ $0.name == name }) else {
      throw ServingError("\(name) is a pattern that other entries match: use `book bless`")
    }
    return blessing
  }

  /// Why `book bless` of the entry would be refused; `nil` where it would not.
  private func refusal(_ chapter: String, _ name: String, _ results: [PrecisionResult]) -> String? {
    if let ci = ProcessInfo.processInfo.environment["CI"], !ci.isEmpty {
      return "nothing is blessed where CI is set: goldens are blessed by a person who has looked at them"
    }
    if let broken = results.first(where: { $0.failure != nil }) {
      return "\(broken.precision?.rawValue ?? chapter): \(broken.failure ?? "")"
    }
    do {
      let refused = try blessing(chapter, name, results).refusals.first
      guard let refused, case .refuse(let reason) = refused.action else { return nil }
      return "\(refused.precision.rawValue): \(reason)"
    } catch { return "\(error)" }
  }
}
