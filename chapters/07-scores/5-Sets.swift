//: ## Beside each other
//: The Inception Score never looks at real pictures. Two younger scores compare the *features* of generated pictures
//: with those of real ones. The **Fréchet distance** (Heusel and others, 2017) takes both clouds of features for normal
//: distributions, with means $\mu$ and covariances $\Sigma$:
//:
//: $$d^2 = \|\mu_1 - \mu_2\|^2 + \mathrm{tr}\bigl(\Sigma_1 + \Sigma_2 - 2\,(\Sigma_1\Sigma_2)^{1/2}\bigr).$$
//:
//: The **kernel distance** (Bińkowski and others, 2018) makes no such assumption: the squared maximum mean discrepancy
//: under the kernel $(x\cdot y/d + 1)^3$, by an estimator without bias, over subsets.
//:
//: With Inception's features they are called FID and KID. With the features of our classifier they are a *Fréchet
//: classifier distance* and a *kernel classifier distance*: other numbers, comparable with each other and with nothing
//: published.

import GANBook
import Scores

/// A set of pictures and what the classifier sees in it.
struct ScoredSet {
  let name: String
  let seen: Seen
  /// All generated pictures; of photographs only the first.
  let pictures: [Picture]
}

extension Plan {
  /// The sets that are compared.
  func scoredSets(known: Seen, unknown: Seen) throws -> [ScoredSet] {
    let size = Plan.sampleCount
    func photographs(_ name: String, _ seen: Seen, _ pictures: (Int) -> Picture) -> ScoredSet {
      ScoredSet(name: name, seen: seen.only(0..<size), pictures: (0..<8).map(pictures))
    }
    var sets = [
      photographs("test photographs", unknown) { test.picture($0) },
      photographs("training photographs", known) { training.picture($0) },
    ]
    for (name, generator) in try generators() {
      let pictures = samples(of: generator)
      sets.append(ScoredSet(name: "\(name) G", seen: try look(at: pictures), pictures: pictures))
    }
    let noise = noise()
    sets.append(ScoredSet(name: "noise", seen: try look(at: noise), pictures: noise))
    if Fault.scoreOfEverything.isPlanted { sets = try sets.map { try withGrids($0) } }  //src
    return sets
  }
}

//src begin
extension Plan {
  /// The museum's mistake: what is scored is the whole folder, grids included.
  private func withGrids(_ set: ScoredSet) throws -> ScoredSet {
    guard set.pictures.count == Self.sampleCount else { return set }
    let more = try look(at: grids(of: set.pictures, count: 100))
    return ScoredSet(name: set.name, seen: set.seen + more, pictures: set.pictures)
  }
}
//src end

/// The Fréchet distance between two sets of features.
func frechetDistance(_ first: Seen, _ second: Seen) throws -> Double {
  func moments(_ seen: Seen) throws -> FeatureMoments {
    var statistics = FeatureStatistics()
    try statistics.append(seen.features)
    return try statistics.moments()
  }
  return try FrechetDistance(moments(first), moments(second)).value
}

/// The kernel distance between two sets of features.
func kernelDistance(_ first: Seen, _ second: Seen, seed: UInt64) throws -> Double {
  try KernelDistance(first.features, second.features, subsets: 20, subsetSize: 250, seed: seed).value
}

/// Shows all scores of all sets.
func compareSets(_ sets: [ScoredSet], known: Seen, _ plan: Plan) throws {
  try show(
    Picture(
      Tensor.batch(sets.flatMap { $0.pictures.prefix(8) }, normalization: .unit).grid(
        columns: 8, padding: 2, padValue: 1)
    ).enlarged(2), as: "sets", caption: "Eight of each: \(sets.map(\.name).joined(separator: ", "))",
    description: "A row of eight small pictures for each set.", isCover: true)
  let scores = try sets.map { set in
    (
      try inceptionScore(set.seen.logits, splits: 10), try frechetDistance(set.seen, known),
      try kernelDistance(set.seen, known, seed: plan.seed)
    )
  }
  show(
    table: ["set", "classifier score", "±", "Fréchet distance", "kernel distance"],
    zip(sets, scores).map { set, scores in
      [
        set.name, formatted(scores.0.score, decimals: 3), formatted(scores.0.deviation, decimals: 3),
        formatted(scores.1, decimals: 3), formatted(scores.2, decimals: 4),
      ]
    },
    caption: "\(Plan.sampleCount) pictures each, in 10 parts; distances to \(known.count) training photographs")
  for (set, scores) in zip(sets, scores) {
    let prefix = "sets/\(set.name.replacing(" ", with: "-"))"
    recordFirst(of: set.seen, prefix, plan)
    record(
      "\(prefix)/score", series: [scores.0.score, scores.0.deviation], atol: 1e-8, rtol: 0,
      float32: .within(atol: 2e-3, rtol: 0))
    record(
      "\(prefix)/distances", series: [scores.1, scores.2], atol: 1e-7, rtol: 1e-7,
      float32: .within(atol: 1e-3, rtol: 2e-3))
  }
  let score = Dictionary(uniqueKeysWithValues: zip(sets.map(\.name), scores.map { $0.0.score }))
  let frechet = Dictionary(uniqueKeysWithValues: zip(sets.map(\.name), scores.map(\.1)))
  claim(
    "photographs-score-best",
    score["test photographs"] == score.filter { $0.key != "training photographs" }.values.max())
  claim("untrained-is-near-one", (score["untrained G"] ?? 9) < 2)
  claim("training-lowers-distance", (frechet["automobiles G"] ?? .nan) < (frechet["untrained G"] ?? .nan))
}

/// Compares all photographs that the classifier was trained on with as many that it has never seen.
func compareMemory(known: Seen, unknown: Seen, _ plan: Plan) throws {
  let (trained, unseen) = (try inceptionScore(known.logits, splits: 10), try inceptionScore(unknown.logits, splits: 10))
  for (name, result) in [("training", trained), ("test", unseen)] {
    say(
      """
      \(known.count) \(name) photographs: \(formatted(result.score, decimals: 3)) ± \
      \(formatted(result.deviation, decimals: 3))
      """
    )
  }
  record(
    "sets/all-photographs", series: [trained.score, trained.deviation, unseen.score, unseen.deviation], atol: 1e-8,
    rtol: 0, float32: .within(atol: 2e-3, rtol: 0))
  if plan.dtype == .float32 { claim("memory-scores-better", trained.score > unseen.score) }
}

/// The classifier's logits and features of the first four pictures.
func recordFirst(of seen: Seen, _ prefix: String, _ plan: Plan) {
  let first = seen.only(0..<4)
  record(
    "\(prefix)/logits", first.logits.converted(to: plan.dtype), atol: 1e-10, rtol: 1e-10,
    float32: .within(atol: 1e-3, rtol: 1e-3))
  record(
    "\(prefix)/features", first.features.converted(to: plan.dtype), atol: 1e-10, rtol: 1e-10,
    float32: .within(atol: 1e-3, rtol: 1e-3))
}

//: Read the table from below. Noise and an untrained generator score close to 1: whatever the classifier sees in them,
//: it sees the same in all. The run on automobiles makes pictures that anyone recognizes, and its score is low too,
//: lower than its pictures deserve: they are all of *one* class, and to the Inception Score a perfect picture of one
//: class a thousand times is as bad as noise. The Fréchet distance tells the two apart.
//:
//: And photographs the classifier was *trained* on score better than those it has never seen, as the two lines of all
//: photographs say: it is surer of them. A generator that had learned photographs by heart, and could make nothing
//: else, would be beaten by no honest one, and its Fréchet distance would be that of the second row, as small as it
//: gets with so few pictures. No score of this kind sees memory; chapters 3 and 6 look for it by hand.
