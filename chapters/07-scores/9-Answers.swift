//: ## What goes wrong
//: - **Scoring whatever lies in the folder.** Grids, thumbnails, last week's samples. A score program should say how
//:   many pictures it read, and of what size.
//: - **Sorted parts.** Ten parts in the order of the files' names are no random parts. If classes are sampled in turn,
//:   every part is one class, and the score collapses.
//: - **Another network, another number.** torchvision's Inception and the one that FIDs are published with have
//:   different weights, other pooling, even another number of classes. Scores through them may not be compared, and
//:   neither may ours with theirs.
//: - **Resizing.** To enlarge 32 pixels to 299 *before* or *after* saving as 8 bits, with or without a filter, is
//:   another score each time.
//: - **A matrix root that turns complex.** $(\Sigma_1\Sigma_2)^{1/2}$ of a covariance of fewer pictures than features
//:   has no unique real root, and programs print $10^{80}$ or drop an imaginary part. Only its trace is needed, and
//:   that is a sum of singular values.
//: - **Comparing best seeds.** A score of one run is one draw. Report several, and all of them.
//:
//: ## Exercises
//: 1. Sort test photographs by class and cut them into ten parts. What is the score now, and what is its largest
//:    possible value?
//: 2. Divide all logits by a temperature of 2 before the softmax, or by ½. No picture has changed. What becomes of the
//:    score?
//: 3. The document's ε of $10^{-10}$ stands inside of two logarithms, where 0·log 0 would otherwise be NaN. By how much
//:    does it change a score? And an ε of $10^{-3}$?

import GANBook
import Scores

/// Answers an exercise with what the classifier sees in test photographs.
func answerExercise(_ number: Int, _ plan: Plan, unknown: Seen) throws {
  switch number {
  case 1: try answerSorting(plan, unknown)
  case 2: try answerTemperature(unknown)
  default: try answerEpsilon(unknown)
  }
}

//: {{fold Answer to exercise 1: sorted by class}}
//: Every part has photographs of one class alone, so $p(y)$ is as narrow as the single predictions and each part's
//: score is close to 1. Were the classifier always right and always sure, it would be exactly 1: only by its mistakes
//: is there more. The largest possible value is 10, the number of classes, in whatever order: it takes a classifier
//: that is sure of every picture and names every class equally often in every part, right or wrong.

private func answerSorting(_ plan: Plan, _ unknown: Seen) throws {
  let byClass = (0..<unknown.count).sorted { (plan.test.label($0), $0) < (plan.test.label($1), $1) }
  let (mixed, sorted) = (
    try inceptionScore(unknown.logits, splits: 10), try inceptionScore(unknown.only(byClass).logits, splits: 10)
  )
  show(
    table: ["order", "score", "±"],
    [("as they come", mixed), ("sorted by class", sorted)].map {
      [$0, formatted($1.score, decimals: 3), formatted($1.deviation, decimals: 3)]
    },
    caption: "\(unknown.count) test photographs in ten parts")
}

//: {{fold Answer to exercise 2: temperature}}
//: It falls when predictions are made softer and rises when they are made sharper, up to a limit: a classifier that is
//: sure of everything, right or wrong. So a score measures the classifier's confidence as much as the pictures. Two
//: classifiers with the same share of right answers give different scores.

private func answerTemperature(_ unknown: Seen) throws {
  let rows = try [2, 1, 0.5, 0.1].map { temperature in
    let scaled = Tensor(unknown.logits.values.map { $0 / temperature }, shape: unknown.logits.shape)
    return [formatted(temperature, decimals: 1), formatted(try inceptionScore(scaled).score, decimals: 3)]
  }
  show(table: ["temperature", "score"], rows, caption: "\(unknown.count) test photographs in one part")
}

//: {{fold Answer to exercise 3: ε}}
//: By at most $10\varepsilon$ in the exponent: $p\log(p + \varepsilon)$ differs from $p\log p$ by no more than
//: $\varepsilon$ for each of ten classes, and the two sums err to the same side. So $10^{-10}$ is nothing, and an ε of
//: $10^{-3}$ shows in the third digit.

private func answerEpsilon(_ unknown: Seen) throws {
  let rows = try [0, 1e-10, 1e-6, 1e-3].map { epsilon in
    var score = try InceptionScore(pictures: unknown.count, splits: 1, precision: .float64, epsilon: epsilon)
    try score.append(unknown.logits)
    return [epsilon == 0 ? "0" : scientific(epsilon), formatted(try score.result().score, decimals: 9)]
  }
  show(table: ["ε", "score"], rows, caption: "\(unknown.count) test photographs in one part")
}
