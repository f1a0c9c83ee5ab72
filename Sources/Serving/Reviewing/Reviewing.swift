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
    /// The chapter; of what was recorded elsewhere `recordingPrefix` and the recording's name.
    let chapter: String
    let name: String
    /// The entry in every precision that has been checked.
    let entries: [EntryResult]
    /// Why it cannot be accepted; `nil` where it can.
    let refusal: String?

    var key: String { Reviewing.key(chapter, entries) }
    var isRecorded: Bool { chapter.hasPrefix(Reviewing.recordingPrefix) }
  }

  static let recordingPrefix = "recording:"

  struct ChapterReview: Sendable {
    let chapter: String
    let cases: [Case]
    /// What could not be checked.
    let failures: [String]
  }

  /// The entries of all chapters that are not bit for bit what was blessed, and precisions that say nothing.
  func all() throws -> [ChapterReview] {
    try (settings.recordings.map(reviews(of:)) ?? []) + settings.catalog().chapters.compactMap { try review($0) }
  }

  /// What was recorded elsewhere, a review for each recording.
  private func reviews(of target: RecordingReview) -> [ChapterReview] {
    let results: [PrecisionResult]
    do { results = try target.results() } catch {
      return [ChapterReview(chapter: Self.recordingPrefix + target.recordings, cases: [], failures: ["\(error)"])]
    }
    var names: [String] = []
    for result in results where !names.contains(result.chapter) { names.append(result.chapter) }
    return names.map { name in
      let own = results.filter { $0.chapter == name }
      let cases = ReviewItem.items(of: own).map { item in
        Case(
          chapter: Self.recordingPrefix + name, name: item.name, entries: item.results, refusal: refusal(item, target))
      }
      return ChapterReview(chapter: Self.recordingPrefix + name, cases: cases, failures: failures(own))
    }
  }

  private func failures(_ results: [PrecisionResult]) -> [String] {
    results.compactMap { result in result.failure.map { "\(result.precision?.rawValue ?? "") \($0)" } }
  }

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
    return ChapterReview(chapter: chapter, cases: cases, failures: failures(results))
  }

  // MARK: - Accepting

  /// Takes the bits of an entry as those that `book check --exact` expects: `book bless` of that entry, with the same
  /// refusals.
  ///
  /// `key` names what was looked at. Throws `ServingError` where it is refused, or something else now.
  func accept(_ chapter: String, _ name: String, key: String) throws {
    if chapter.hasPrefix(Self.recordingPrefix), let target = settings.recordings {
      return try accept(recorded: String(chapter.dropFirst(Self.recordingPrefix.count)), name, key: key, target)
    }
    guard try settings.catalog().chapters.contains(chapter) else { throw ServingError("there is no such chapter") }
    let results = LastCheck(settings: settings, chapter: chapter).results()
    try requireUnchanged(chapter, results.flatMap { $0.entries.filter { $0.name == name } }, key)
    if let refusal = refusal(chapter, name, results) { throw ServingError(refusal) }
    let blessing = try blessing(chapter, name, results)
    guard !blessing.rewrites.isEmpty else { throw ServingError("there is nothing to change") }
    try blessing.blessed(provenance: Provenance.ofThisBuild(command: "book serve, \(chapter) \(name)")).write()
  }

  private func accept(recorded name: String, _ entry: String, key: String, _ target: RecordingReview) throws {
    let items = ReviewItem.items(of: try target.results(names: [name]))
    guard let item = items.first(where: { $0.chapter == name && $0.name == entry }) else {
      throw ServingError("there is nothing to change")
    }
    try requireUnchanged(Self.recordingPrefix + name, item.results, key)
    if let refusal = settings.blessingRefusal { throw ServingError(refusal) }
    let proposal = try target.proposal(for: item)
    if let refusal = proposal.refusals.first { throw ServingError(refusal) }
    try proposal.write()
  }

  private func requireUnchanged(_ chapter: String, _ entries: [EntryResult], _ key: String) throws {
    guard Self.key(chapter, entries) == key else {
      throw ServingError("what was found has changed since this page was made: load it again")
    }
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

  private func refusal(_ item: ReviewItem, _ target: RecordingReview) -> String? {
    if let refusal = settings.blessingRefusal { return refusal }
    do { return try target.proposal(for: item).refusals.first } catch { return "\(error)" }
  }

  /// Why `book bless` of the entry would be refused; `nil` where it would not.
  private func refusal(_ chapter: String, _ name: String, _ results: [PrecisionResult]) -> String? {
    if let refusal = settings.blessingRefusal { return refusal }
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
