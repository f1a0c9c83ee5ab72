//: ## The document's folder
//: Now to $1.5730 \pm 0.5228$. The document's program scores *every* picture in its output folder. In it lie the 1,000
//: samples of the end, `gen_00000.png` and so on; and before them it has saved a grid of 64 samples at each of its
//: 39,100 iterations, and another after each of its 50 epochs. So 40,150 pictures are scored, of which 39,150 are
//: grids: sixty-four little pictures in one, made small. They are read in the order of their names. Python's `sorted`
//: puts `gen_` before `grid_`, and `array_split` cuts the sorted list into ten parts of 4,015. The first part has all
//: samples and 3,015 grids, the other nine have nothing but grids.
//:
//: What can then be said of the ten scores, from their mean and their deviation alone? If the nine are alike, $x$, and
//: the first is $y$, then $(9x + y)/10 = 1.5730$ and the deviation is $0.3\,|y - x| = 0.5228$.

import Datasets
import GANBook
import Scores

/// Solves the document's line for the ten scores behind it.
func solveTheDocumentsLine() {
  let (mean, deviation) = (1.5730, 0.5228)
  let difference = deviation / 0.3
  let (nine, first) = (mean - difference / 10, mean + 0.9 * difference)
  let scores = [first] + Array(repeating: nine, count: 9)
  say(
    "the first part \(formatted(first, decimals: 2)), the nine others \(formatted(nine, decimals: 2)): mean "
      + "\(formatted(scores.mean, decimals: 4)), deviation \(formatted(scores.populationDeviation, decimals: 4))")
  record("document/first-and-others", series: [first, nine], atol: 1e-12, rtol: 0)
}

//: So the number that should judge a generator would be, nine tenths of it, the score of grids, and the samples would
//: have scored about 3.1. That is an explanation that fits, not yet a proof. So let us build such a folder, smaller in
//: all its parts by one factor, from the samples of an automobiles' generator and grids of 64 of them, and score it
//: with our classifier.

extension Plan {
  /// Grids of 64 samples each, drawn with replacement, stretched and framed as the document saves them.
  func grids(of samples: [Picture], count: Int) -> [Picture] {
    let random = random()
    let table = Tensor.batch(samples, normalization: .symmetric)
    let size = 3 * CIFAR10.side * CIFAR10.side
    let values = table.values
    return (0..<count).map { _ in
      let chosen = random.integers(64, in: 0..<Int64(samples.count)).map(Int.init)
      let pictures = Tensor(
        chosen.flatMap { values[$0 * size..<($0 + 1) * size] }, shape: [64, 3, CIFAR10.side, CIFAR10.side]
      ).converted(to: .float32)
      return Picture(pictures.grid(padding: 2, normalized: true))
    }
  }
}

/// Scores a folder like the document's, whole and in its parts, sorted and shuffled.
func dissectTheFolder(_ sets: [ScoredSet], _ plan: Plan) throws {
  guard let automobiles = sets.first(where: { $0.name == "automobiles G" }) else { return }
  let alone = automobiles.seen
  let (sampleCount, gridCount) = (1_000 / plan.scale, 39_150 / plan.scale)
  let pictures = plan.grids(of: automobiles.pictures, count: gridCount)
  try show(
    pictures[0], as: "grid",
    caption: "What nearly all pictures of the folder are: a grid, before it is made 32 pixels small",
    description: "Eight rows of eight small generated pictures.")
  let grids = try plan.look(at: pictures)
  recordFirst(of: grids, "folder/grids", plan)
  let folder = alone.only(0..<sampleCount) + grids
  let sorted = try inceptionScore(folder.logits, splits: 10)
  let order = plan.random().permutation(folder.count)
  let shuffled = try inceptionScore(folder.only(order).logits, splits: 10)
  show(
    table: ["part"] + (1...10).map { "\($0)" },
    [("sorted by name", sorted), ("shuffled", shuffled)].map { name, result in
      [name] + result.partScores.map { formatted($0, decimals: 2) }
    },
    caption: "The scores of ten parts of a folder of \(sampleCount) samples and \(gridCount) grids")
  try scoreInParts(folder, order, alone)
  record("folder/order", exact: order)
  for (name, result) in [("sorted", sorted), ("shuffled", shuffled)] {
    record(
      "folder/\(name)", series: result.partScores, atol: 1e-8, rtol: 0, float32: .within(atol: 5e-3, rtol: 0))
  }
  claim("the-first-part-stands-out", sorted.partScores.dropFirst().allSatisfy { $0 < sorted.partScores[0] })
  claim("order-alone-changes-the-deviation", sorted.deviation > 1.5 * shuffled.deviation)
}

/// The same folder in one part, two, and so on.
private func scoreInParts(_ folder: Seen, _ order: [Int], _ alone: Seen) throws {
  let rows = try [1, 2, 5, 10, 20].map { splits in
    (
      splits, try inceptionScore(folder.logits, splits: splits),
      try inceptionScore(folder.only(order).logits, splits: splits)
    )
  }
  let aloneScore = formatted(try inceptionScore(alone.logits).score, decimals: 3)
  show(
    table: ["parts", "sorted", "±", "shuffled", "±"],
    rows.map { splits, sorted, shuffled in
      ["\(splits)"]
        + [sorted.score, sorted.deviation, shuffled.score, shuffled.deviation].map { formatted($0, decimals: 3) }
    },
    caption: "One folder, one network, ten scores; \(Plan.sampleCount) samples alone score \(aloneScore) in one part")
}

//: The pattern is the document's: one part that stands out and nine that are alike, and a deviation that is no
//: uncertainty of anything: it says that the folder was not shuffled. Shuffled, the same pictures give another mean and
//: a small deviation. The numbers themselves are not the document's: our classifier is not Inception, which has a
//: thousand classes to find in a grid, and our samples are of automobiles.
//:
//: {{weave Draft.swift}}
