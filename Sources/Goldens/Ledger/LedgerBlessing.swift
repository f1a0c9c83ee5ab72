import Files
import TensorFiles

/// Whether a run's ledger may become the golden one.
package struct LedgerBlessing: Sendable {
  package enum Action: Sendable, Equatable {
    case add
    /// There is another one, and where it first differs.
    case replace(LedgerDifference?)
    case keep
    case refuse(String)
  }

  package let ledger: Ledger
  package let action: Action

  /// `golden` is the ledger that is there.
  package init(_ run: Ledger, chapter: String, golden: Ledger?, checkout: Checkout) {
    ledger = run
    // A run that is the golden one, bit for bit, needs no sources to vouch for it: it was vouched for when that was
    // blessed.
    if let golden, golden.digest == run.digest, run.chapter == chapter {
      action = .keep
    } else if let reason = Self.reasonToRefuse(run, chapter, checkout) {
      action = .refuse(reason)
    } else if let golden {
      action = .replace(golden.difference(from: run, through: run.lines.count))
    } else {
      action = .add
    }
  }

  /// The ledger as a golden: without the stamps, which were those of the sources.
  package func blessed(provenance: JSONObject) -> Ledger {
    var golden = ledger
    golden.programs = [:]
    golden.provenance = provenance
    return golden
  }

  private static func reasonToRefuse(_ run: Ledger, _ chapter: String, _ checkout: Checkout) -> String? {
    guard run.chapter == chapter else { return "it is the ledger of \(run.chapter)" }
    if !run.departures.isEmpty {
      return "the run was made with \(run.departures.joined(separator: ", ")): it is not the run that everybody makes"
    }
    guard run.isComplete else {
      return "the run is at iteration \(run.lines.count) of \(run.iterations): go on with --resume"
    }
    guard !run.stretches.isEmpty else { return "it does not say what made it" }
    for stretch in run.stretches {
      let place = "its iterations \(stretch.start) to \(stretch.end)"
      guard let stamp = run.programs[stretch.program].flatMap(BuildStamp.init), stamp.digest == stretch.program else {
        return "it does not say what program made \(place)"
      }
      let changes = checkout.changes(since: stamp, chapter: chapter)
      if !changes.isEmpty {
        return "since \(place) were made, \(changes.description): make the run again from its start"
      }
    }
    return nil
  }
}
