import Foundation

/// Runs over many seeds as text for a terminal or a log.
package struct SeedText {
  package let summary: SeedSummary
  package let style: TextStyle
  /// By name, from how many seeds a run computes it; 1 where nobody says.
  private let seedsPerRun: [String: Int]

  package init(_ summary: SeedSummary, reference: SeedDistributions? = nil, style: TextStyle) {
    self.summary = summary
    self.style = style
    seedsPerRun = reference?.values.mapValues(\.seedsPerRun) ?? [:]
  }

  /// Every claim with how often it held, and where every series and number ended.
  package var text: String {
    var lines = [style.bold("\(summary.chapter) \(summary.precision.rawValue)") + ", \(summary.seeds.count) seeds"]
    if !summary.claims.isEmpty {
      lines.append("")
      lines.append("claims: how often each held, and the 95 % interval of its rate (Clopper and Pearson)")
      lines += aligned(
        summary.claims.map { claim in
          let held = claim.values.count { $0 == 1 }
          let count = claim.values.count { $0 != nil }
          return [Self.shown(claim.name), "\(held) of \(count)", interval(of: claim)?.text ?? ""]
        })
    }
    let others = summary.values.filter { $0.kind != .claim }
    if !others.isEmpty {
      lines.append("")
      lines.append("end of every series, and every number: median [quartiles] (extremes)")
      lines += aligned(others.map { [Self.shown($0.name), Self.spread($0.values.compactMap(\.self))] })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The interval of a claim's rate, from runs that share no seed.
  package func interval(of claim: SeedSummary.Values) -> BinomialInterval? {
    let independent = IndependentRuns.places(of: summary.seeds, apart: seedsPerRun[claim.name] ?? 1)
    let numbers = independent.compactMap { claim.values[$0] }
    return numbers.isEmpty ? nil : BinomialInterval(held: numbers.count { $0 == 1 }, of: numbers.count)
  }

  static func spread(_ numbers: [Double]) -> String {
    guard let five = FiveNumbers(numbers) else {
      let broken = numbers.count { !$0.isFinite }
      return numbers.isEmpty ? "nothing recorded" : "NaN or infinite in \(broken) of \(numbers.count) runs"
    }
    let short = NumberText.short
    return "\(short(five.median)) [\(short(five.lowerQuartile)), \(short(five.upperQuartile))] "
      + "(\(short(five.minimum)) to \(short(five.maximum)))"
  }

  static func shown(_ name: String) -> String { name.hasPrefix("claim/") ? String(name.dropFirst(6)) : name }

  /// Columns side by side, indented; the last is not padded.
  fileprivate func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      "  "
        + row.enumerated().map { column, cell in
          column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
        }.joined(separator: "  ")
    }
  }
}

extension BinomialInterval {
  /// "[68.3 %, 98.8 %], of 20 independent runs".
  package var text: String {
    "[\(Self.percent(lower)), \(Self.percent(upper))], \(held) of \(count) independent run\(count == 1 ? "" : "s")"
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}

extension SeedCheck {
  /// The verdicts as text: claims, what differs, and what the verdict is worth.
  package func text(style: TextStyle) -> String {
    let seeds = reference.seeds
    var lines = [
      "\(style.bold("\(summary.chapter) \(summary.precision.rawValue)")): \(summary.seeds.count) runs against "
        + "\(seeds.count) of the reference (\(reference.origin), seeds \(seeds.min() ?? 0) to \(seeds.max() ?? 0))"
    ]
    let claims = verdicts.filter { $0.kind == .claim }
    if !claims.isEmpty { lines.append("claims: ours, the reference's, with 95 % intervals") }
    lines += claims.map { "  " + line($0, style) }
    let others = verdicts.filter { $0.kind != .claim }
    let shown = others.filter(\.fails)
    if !others.isEmpty {
      let good = others.count { $0.outcome == .holds }
      lines.append("end values: \(good) of \(others.count) are distributed as the reference's")
    }
    lines += shown.map { "  " + line($0, style) }
    if let closest = others.filter({ $0.outcome == .holds }).min(by: { $0.p ?? 1 < $1.p ?? 1 }), let p = closest.p {
      lines.append("  the least alike that holds: \(closest.name), p = \(NumberText.short(p))")
    }
    let unjudged = verdicts.filter { $0.outcome == .cannotBeJudged }
    if !unjudged.isEmpty {
      let apart = unjudged.map(\.seedsPerRun).max() ?? 1
      let advice =
        apart > 1
        ? "runs from seeds less than \(apart) apart share networks: --seeds 0..\(19 * apart)/\(apart) for 20"
        : "more seeds"
      lines.append(
        style.doubtful("\(unjudged.count) not judged: no outcome of so few independent runs could fail; \(advice)"))
    }
    lines.append(
      "each of \(alarms.divisor) tests fails at p ≤ \(NumberText.short(alarms.threshold)): if nothing has changed, at "
        + "most \(NumberText.short(alarms.level * 100)) % of such checks raise a false alarm")
    lines.append(
      failing.isEmpty
        ? style.good("all \(judged.count) that can be judged hold")
        : style.bad("\(failing.count) of \(judged.count) do not hold"))
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ verdict: SeedVerdict, _ style: TextStyle) -> String {
    let name = SeedText.shown(verdict.name).visible
    func rate(_ numbers: [Double]) -> String {
      numbers.isEmpty ? "none" : BinomialInterval(held: numbers.count { $0 == 1 }, of: numbers.count).short
    }
    let pair =
      verdict.kind == .claim
      ? "\(rate(verdict.found)); \(rate(verdict.expected))"
      : "\(SeedText.spread(verdict.found)); the reference \(SeedText.spread(verdict.expected))"
    let p = verdict.p.map { ", p = \(NumberText.short($0))" } ?? ""
    switch verdict.outcome {
    case .holds: return "\(style.good("holds"))  \(name): \(pair)\(p)"
    case .cannotBeJudged: return "\(style.doubtful("not judged"))  \(name): \(pair)"
    case .differs(let reason): return "\(style.bad("differs"))  \(name): \(reason); \(pair)"
    case .missing: return "\(style.bad("missing"))  \(name): the reference does not know it"
    case .orphan: return "\(style.bad("orphan"))  \(name): the reference knows it, not every run recorded it"
    }
  }
}

extension BinomialInterval {
  /// "18 of 20 [68 %, 99 %]".
  package var short: String {
    "\(held) of \(count) [\(String(format: "%.0f", lower * 100)) %, \(String(format: "%.0f", upper * 100)) %]"
  }
}
