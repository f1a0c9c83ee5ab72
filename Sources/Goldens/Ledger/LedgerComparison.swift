/// The first place where a run is not what its ledger says.
package struct LedgerDifference: Error, Sendable, Equatable, CustomStringConvertible {
  package let chapter: String
  package let act: String
  /// "line 5", "epoch 3", "setting seed".
  package let place: String
  package let expected: String
  package let found: String

  package var description: String {
    "\(chapter) \(act), \(place): the ledger says \(expected), the run found \(found)"
  }
}

extension Ledger {
  /// Where a run of `iterations` iterations first differs from this ledger; `nil` where it is exactly its beginning.
  ///
  /// Fails closed: a line or an epoch that the run has not is a difference as well as one that it has not like this.
  package func difference(from run: Ledger, through iterations: Int) -> LedgerDifference? {
    if let difference = settingsDifference(from: run) { return difference }
    var epochs = self.epochs.prefix { $0.iteration <= iterations }[...]
    var found = run.epochs[...]
    for place in 0..<max(iterations, run.lines.count) {
      let text = place < run.lines.count ? run.lines[place] : nil
      if place >= iterations || text != line(place) { return lineDifference(place, found: text, through: iterations) }
      while epochs.first?.iteration == place + 1 || found.first?.iteration == place + 1 {
        if let difference = epochDifference(epochs.first, found.first, at: place + 1) { return difference }
        epochs.removeFirst()
        found.removeFirst()
      }
    }
    guard let rest = found.first else { return nil }
    return difference(at: rest.name, expected: "no such epoch by iteration \(iterations)", found: "one")
  }

  /// Where what decides the numbers differs.
  func settingsDifference(from run: Ledger) -> LedgerDifference? {
    for (name, expected, found) in [("chapter", chapter, run.chapter), ("act", act, run.act)] where expected != found {
      return difference(at: name, expected: expected, found: found)
    }
    for name in Set(settings.keys).union(run.settings.keys).sorted() where settings[name] != run.settings[name] {
      return difference(
        at: "setting \(name)", expected: settings[name] ?? "nothing", found: run.settings[name] ?? "nothing")
    }
    guard iterations == run.iterations else {
      return difference(at: "the whole run", expected: "\(iterations) iterations", found: "\(run.iterations)")
    }
    return nil
  }

  /// Line `place`, counted from 0; `nil` behind the end.
  private func line(_ place: Int) -> String? { place < lines.count ? lines[place] : nil }

  func lineDifference(_ place: Int, found: String?, through iterations: Int? = nil) -> LedgerDifference {
    let expected = place < iterations ?? .max ? line(place) : nil
    return difference(
      at: "line \(place + 1)", expected: expected.map { "\"\($0)\"" } ?? "no such line",
      found: found.map { "\"\($0)\"" } ?? "no such line")
  }

  /// Compares the epochs that end at the same iteration.
  func epochDifference(_ expected: Epoch?, _ found: Epoch?, at iteration: Int) -> LedgerDifference? {
    func name(_ epoch: Epoch?) -> String {
      epoch.flatMap { $0.iteration == iteration ? "the end of \($0.name)" : nil } ?? "no epoch's end"
    }
    let (left, right) = (name(expected), name(found))
    guard left == right else { return difference(at: "iteration \(iteration)", expected: left, found: right) }
    guard let expected, let found, expected.state != found.state else { return nil }
    return difference(at: expected.name, expected: "state \(expected.state)", found: "state \(found.state)")
  }

  private func difference(at place: String, expected: String, found: String) -> LedgerDifference {
    LedgerDifference(chapter: chapter, act: act, place: place, expected: expected, found: found)
  }
}
