/// A review in progress: what is to be looked at, and what somebody has said of it.
///
/// The terminal and the browser both show one of these; neither decides anything itself.
package struct Review: Sendable {
  /// What became of an item.
  package enum Decision: Sendable, Equatable {
    /// It was blessed: so many digests or goldens were written.
    case accepted(Int)
    /// It was to be accepted, but `book bless` refuses it.
    case refused(String)
    case skipped
    case commented(String)
  }

  package let items: [ReviewItem]
  /// Why whole runs have no verdicts, a line each: nothing in them can be accepted.
  package let failures: [String]
  package private(set) var decisions: [String: Decision] = [:]
  private let target: any ReviewTarget

  package init(_ results: [PrecisionResult], target: any ReviewTarget) {
    items = ReviewItem.items(of: results)
    failures = results.compactMap { result in
      result.failure.map { "\(result.chapter)\(result.precision.map { " \($0.rawValue)" } ?? ""): \($0)" }
    }
    self.target = target
  }

  package func item(_ id: String) -> ReviewItem? { items.first { $0.id == id } }

  /// Items without a decision. One that was refused has been looked at.
  package var undecided: [ReviewItem] { items.filter { decisions[$0.id] == nil } }

  /// Why `item` cannot be accepted, or what accepting it would change. Reads the goldens as they are now.
  package func proposal(for item: ReviewItem) throws -> ReviewProposal { try target.proposal(for: item) }

  /// Blesses the item, with the refusals of `book bless`, and notes the outcome.
  ///
  /// - Throws: what the goldens' files, or sources that have changed, make impossible; then nothing is written and
  ///   nothing decided.
  @discardableResult
  package mutating func accept(_ item: ReviewItem) throws -> Decision {
    let proposal = try target.proposal(for: item)
    let decision: Decision
    if let first = proposal.refusals.first {
      decision = .refused(first)
    } else {
      try proposal.write()
      decision = .accepted(proposal.changes.count)
    }
    decisions[item.id] = decision
    return decision
  }

  package mutating func skip(_ item: ReviewItem) { decisions[item.id] = .skipped }

  package mutating func comment(_ item: ReviewItem, _ text: String) { decisions[item.id] = .commented(text) }

  /// "2 accepted, 1 refused, 3 skipped, 4 left".
  package var summary: String {
    var counts: [(String, Int)] = []
    func count(_ word: String, _ matches: (Decision) -> Bool) {
      counts.append((word, decisions.values.count(where: matches)))
    }
    count("accepted") { if case .accepted = $0 { true } else { false } }
    count("refused") { if case .refused = $0 { true } else { false } }
    count("skipped") { $0 == .skipped }
    count("commented") { if case .commented = $0 { true } else { false } }
    counts.append(("left", undecided.count))
    let shown = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return shown.isEmpty ? "nothing to review" : shown.joined(separator: ", ")
  }
}

/// What accepting an item would do.
package struct ReviewProposal: Sendable {
  /// Why it is refused, with the words of `book bless`; empty where it is not.
  package let refusals: [String]
  /// What would be written, a line each.
  package let changes: [String]
  /// Writes it, whole or not at all.
  package let write: @Sendable () throws -> Void
}

/// Where accepted entries are blessed: the goldens of chapters, or golden sets of recordings.
package protocol ReviewTarget: Sendable {
  /// Plans the blessing of the item against the goldens as they are now.
  func proposal(for item: ReviewItem) throws -> ReviewProposal
}
