import TensorFiles
import Tensors

/// What blessing a chapter would change: the digests of our own bits, entry by entry.
package struct Blessing: Sendable {
  package enum Action: Sendable, Equatable {
    case add(String)
    case replace(old: String, new: String)
    /// The golden set or the run no longer knows the entry.
    case remove(String)
    case keep
    /// The entry does not hold against the reference, in this precision or another; no digest is written.
    case refuse(String)
  }

  package struct Change: Sendable {
    package let precision: DType
    package let name: String
    package let action: Action
  }

  package let changes: [Change]
  private let manifest: Manifest

  /// Plans the blessing of what a check found. Entries outside `pattern` are left alone.
  package init(_ manifest: Manifest, results: [PrecisionResult], pattern: Glob? = nil) {
    self.manifest = manifest
    var changes: [Change] = []
    for result in results {
      guard let precision = result.precision, result.failure == nil else { continue }
      let old = manifest.digests[precision] ?? [:]
      for entry in result.entries {
        changes.append(Change(precision: precision, name: entry.name, action: Self.action(entry, old[entry.name])))
      }
      let known = Set(result.entries.map(\.name))
      for name in old.keys.sorted() where !known.contains(name) && pattern?.matches(name) ?? true {
        changes.append(Change(precision: precision, name: name, action: .remove(old[name] ?? "")))
      }
    }
    self.changes = Self.refusingInAllPrecisions(changes)
  }

  /// An entry that does not hold in one precision is not blessed in the other: the same code computed both.
  private static func refusingInAllPrecisions(_ changes: [Change]) -> [Change] {
    var refused: [String: DType] = [:]
    for change in changes { if case .refuse = change.action { refused[change.name] = change.precision } }
    return changes.map { change in
      guard let precision = refused[change.name] else { return change }
      if case .refuse = change.action { return change }
      return Change(
        precision: change.precision, name: change.name, action: .refuse("it does not hold in \(precision.rawValue)"))
    }
  }

  private static func action(_ entry: EntryResult, _ old: String?) -> Action {
    switch entry.verdict {
    case .wrong: return .refuse("wrong against the reference: \(entry.note)")
    case .missing: return .refuse("there is no reference to hold it against")
    case .orphan: return .refuse("the golden set holds it, but the run did not record it")
    case .identical, .drifted: break
    }
    guard let new = entry.digest else { return .refuse("the run recorded no digest") }
    guard let old else { return .add(new) }
    return old == new ? .keep : .replace(old: old, new: new)
  }

  package var refusals: [Change] {
    changes.filter { if case .refuse = $0.action { true } else { false } }
  }

  /// What would be rewritten: nothing where anything is refused, or half a chapter would be blessed.
  package var rewrites: [Change] {
    guard refusals.isEmpty else { return [] }
    return changes.filter {
      switch $0.action {
      case .add, .replace, .remove: true
      case .keep, .refuse: false
      }
    }
  }

  /// The manifest with the new digests.
  package func blessed(provenance: JSONObject) -> Manifest {
    var digests = manifest.digests
    for change in rewrites {
      switch change.action {
      case .add(let new), .replace(_, let new): digests[change.precision, default: [:]][change.name] = new
      case .remove: digests[change.precision]?[change.name] = nil
      case .keep, .refuse: continue
      }
    }
    var manifest = manifest
    manifest.bless(digests, provenance: provenance)
    return manifest
  }
}
