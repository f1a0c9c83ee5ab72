import Tensors

/// An entry that somebody is to look at: its bits have moved, its values do not hold, or nobody has said yet what they
/// should be.
///
/// An item has every precision in which the entry was checked: to accept it is one decision, and one refusal.
package struct ReviewItem: Sendable, Identifiable {
  /// The chapter, or the name of a recording.
  package let chapter: String
  /// The entry's name, "log" for the log.
  package let name: String
  /// What the check found in each precision, identical ones too.
  package let results: [EntryResult]

  package var id: String { "\(chapter)/\(name)" }

  /// The worst verdict of all precisions.
  package var verdict: Verdict { results.map(\.verdict).max { Self.badness($0) < Self.badness($1) } ?? .identical }

  /// The results that are to be looked at.
  package var open: [EntryResult] { results.filter { $0.verdict != .identical } }

  /// The same as results of a check, for a report or a blessing of this entry alone.
  package var asResults: [PrecisionResult] {
    results.map { PrecisionResult(chapter: chapter, precision: $0.precision, entries: [$0]) }
  }

  private static func badness(_ verdict: Verdict) -> Int {
    switch verdict {
    case .identical: 0
    case .drifted: 1
    case .missing: 2
    case .orphan: 3
    case .wrong: 4
    }
  }
}

extension ReviewItem {
  /// The items of a check, in its order: everything that is not identical in some precision.
  package static func items(of results: [PrecisionResult]) -> [ReviewItem] {
    var order: [String] = []
    var found: [String: (chapter: String, name: String, results: [EntryResult])] = [:]
    for result in results {
      for entry in result.entries {
        let id = "\(result.chapter)/\(entry.name)"
        if found[id] == nil { order.append(id) }
        found[id, default: (result.chapter, entry.name, [])].results.append(entry)
      }
    }
    return order.compactMap { id in
      guard let item = found[id], item.results.contains(where: { $0.verdict != .identical }) else { return nil }
      return ReviewItem(chapter: item.chapter, name: item.name, results: item.results)
    }
  }
}
