import TensorFiles

/// What the runs of many seeds say of one claim or end value, held against the reference's.
package struct SeedVerdict: Sendable {
  package enum Outcome: Sendable, Equatable {
    case holds
    /// The distributions differ, or something that is no number came out.
    case differs(String)
    /// So few independent runs that no outcome could have failed.
    case cannotBeJudged
    /// The reference does not know it.
    case missing
    /// The reference knows it, not every run recorded it.
    case orphan
  }

  package let name: String
  package let kind: SeedDistributions.Kind
  /// Ours and the reference's, of runs that are independent of each other.
  package let found: [Double]
  package let expected: [Double]
  /// From how many seeds a run computes it.
  package let seedsPerRun: Int
  package let p: Double?
  package let smallestP: Double?
  package let isExact: Bool
  package fileprivate(set) var outcome: Outcome

  package var fails: Bool {
    switch outcome {
    case .holds, .cannotBeJudged: false
    case .differs, .missing, .orphan: true
    }
  }
}

/// The check of a chapter over many seeds.
package struct SeedCheck: Sendable {
  package let summary: SeedSummary
  package let reference: SeedDistributions
  package let verdicts: [SeedVerdict]
  package let alarms: FalseAlarms

  /// Every claim and end value that is recorded or expected and whose name matches, in the order of recording.
  package init(_ summary: SeedSummary, _ reference: SeedDistributions, pattern: Glob? = nil) {
    self.summary = summary
    self.reference = reference
    var verdicts = summary.values.filter { pattern?.matches($0.name) ?? true }.map { values in
      Self.compared(values, of: summary.seeds, with: reference.values[values.name], of: reference.seeds)
    }
    let known = Set(summary.values.map(\.name))
    for (name, expected) in reference.values.sorted(by: { $0.key < $1.key })
    where !known.contains(name) && pattern?.matches(name) ?? true {
      verdicts.append(
        SeedVerdict(
          name: name, kind: expected.kind, found: [], expected: expected.values, seedsPerRun: expected.seedsPerRun,
          p: nil, smallestP: nil, isExact: true, outcome: .orphan))
    }
    let alarms = FalseAlarms(smallest: verdicts.compactMap(\.smallestP))
    self.alarms = alarms
    self.verdicts = verdicts.map { verdict in
      guard let p = verdict.p, let smallest = verdict.smallestP else { return verdict }
      var verdict = verdict
      if !alarms.canFail(smallest) {
        verdict.outcome = .cannotBeJudged
      } else if p <= alarms.threshold {
        verdict.outcome = .differs("p = \(NumberText.short(p))")
      }
      return verdict
    }
  }

  package var failing: [SeedVerdict] { verdicts.filter(\.fails) }
  package var judged: [SeedVerdict] { verdicts.filter { $0.outcome != .cannotBeJudged } }

  /// Whether any outcome could have failed: a check that cannot fail says nothing.
  package var canFail: Bool { !judged.isEmpty }

  /// What does not hold, as the result of a check, for reports that know nothing of seeds.
  package var failingResult: PrecisionResult {
    PrecisionResult(
      chapter: summary.chapter, precision: summary.precision,
      entries: failing.map { verdict in
        let (word, note): (Verdict, String) =
          switch verdict.outcome {
          case .differs(let reason): (.wrong, "over \(summary.seeds.count) seeds not as the reference's: \(reason)")
          case .missing: (.missing, "the reference over many seeds does not know it")
          case .orphan: (.orphan, "the reference over many seeds knows it, not every run recorded it")
          case .holds, .cannotBeJudged: (.identical, "")
          }
        return EntryResult(
          name: verdict.name, precision: summary.precision, kind: verdict.kind.rawValue, verdict: word, note: note)
      })
  }

  private static func compared(
    _ ours: SeedSummary.Values, of seeds: [UInt64], with reference: SeedDistributions.Distribution?,
    of otherSeeds: [UInt64]
  ) -> SeedVerdict {
    let apart = reference?.seedsPerRun ?? 1
    let found = IndependentRuns.places(of: seeds, apart: apart).map { ours.values[$0] }
    let numbers = found.compactMap(\.self)
    let expected = reference.map { known in
      IndependentRuns.places(of: otherSeeds, apart: apart).map { known.values[$0] }
    }
    func verdict(_ outcome: SeedVerdict.Outcome, p: Double? = nil, smallest: Double? = nil, isExact: Bool = true)
      -> SeedVerdict
    {
      SeedVerdict(
        name: ours.name, kind: ours.kind, found: numbers, expected: expected ?? [], seedsPerRun: apart, p: p,
        smallestP: smallest, isExact: isExact, outcome: outcome)
    }
    guard let reference, let expected else { return verdict(.missing) }
    guard reference.kind == ours.kind else {
      return verdict(.differs("it is a \(ours.kind.rawValue), the reference has a \(reference.kind.rawValue)"))
    }
    guard ours.values.allSatisfy({ $0 != nil }) else { return verdict(.orphan) }
    let broken = ours.values.count { !($0?.isFinite ?? true) }
    guard broken == 0 else { return verdict(.differs("NaN or infinite in \(broken) of \(seeds.count) runs")) }
    if ours.kind == .claim {
      let test = FisherTest(
        held: numbers.count { $0 == 1 }, of: numbers.count, otherHeld: expected.count { $0 == 1 }, of: expected.count)
      return verdict(.holds, p: test.p, smallest: test.smallestP)
    }
    let test = RankTest(numbers, expected)
    return verdict(.holds, p: test.p, smallest: test.smallestP, isExact: test.isExact)
  }
}

/// Runs that have no seed in common.
package enum IndependentRuns {
  /// The places of seeds that are at least `apart` from each other, as many as there are from the smallest one on.
  package static func places(of seeds: [UInt64], apart: Int) -> [Int] {
    var last: UInt64?
    return seeds.indices.sorted { seeds[$0] < seeds[$1] }.filter { place in
      if let last, seeds[place] - last < UInt64(apart) { return false }
      last = seeds[place]
      return true
    }
  }
}
