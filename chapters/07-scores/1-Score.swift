//: # Scores
//:
//: *How a number like `Inception Score: 1.5730 ± 0.5228` comes about, what it sees, and what it does not see.*
//:
//: The GAN document ends with one number. It is meant to say how good the pictures are, and a reader who knows the
//: literature sees at once that it is bad: the paper that proposed the score reports 11.24 for real CIFAR-10
//: photographs and 8.09 for generated ones (Salimans and others, 2016, *Improved Techniques for Training GANs*, table
//: 3). How bad, and *what* is bad about it, the number does not tell. This chapter computes such numbers with
//: everything in sight: the formula, the network behind it, the pictures that go in, and the order they go in.
//:
//: ## The formula
//: A classifier gives every picture $x$ a distribution $p(y|x)$ over its classes. If it is sure what it sees, that
//: distribution is narrow. If the pictures are of many kinds, the mean of these distributions, $p(y)$, is broad. The
//: **Inception Score** asks for both at once:
//:
//: $$\mathrm{IS} = \exp\Bigl(\frac1N\sum_i D_{\mathrm{KL}}\bigl(p(y|x_i)\,\|\,p(y)\bigr)\Bigr)$$
//:
//: The document cuts the pictures into ten parts, scores each, and prints the mean of the ten and their standard
//: deviation. Three cases can be computed without any network. Where all predictions are equal, $p(y|x) = p(y)$, every
//: divergence is 0 and the score is 1, its least value. Where the classifier is sure of every picture, and each of $K$
//: classes has equally many, every divergence is $\log K$ and the score is $K$, its largest value. And where half of
//: the classes is missing, it is $K/2$.

import GANBook
import Scores

/// The score of logits [N, classes] as one part, or as the mean of more.
///
/// - Throws: `ScoreError` where there are fewer rows than parts, or one is not finite.
func inceptionScore(_ logits: Tensor, splits: Int = 1) throws -> InceptionScore.Result {
  var score = try InceptionScore(pictures: logits.shape[0], splits: splits, precision: .float64)
  try score.append(logits)
  return try score.result()
}

/// Shows the score's value where it can be known beforehand.
func showClosedForms() throws {
  let count = 1_000
  /// Logits of a classifier that is sure that picture i is of class `label(i)`.
  func sure(_ label: (Int) -> Int) -> Tensor {
    Tensor((0..<count).flatMap { i in (0..<10).map { $0 == label(i) ? 100.0 : 0.0 } }, shape: [count, 10])
  }
  let cases: [(String, Double, Tensor)] = [
    ("equal predictions", 1, Tensor((0..<count * 10).map { Double($0 % 10) }, shape: [count, 10])),
    ("sure, 10 classes", 10, sure { $0 % 10 }),
    ("sure, 5 of 10 classes", 5, sure { $0 % 5 }),
    ("sure, always the same class", 1, sure { _ in 3 }),
  ]
  let scores = try cases.map { try inceptionScore($0.2).score }
  show(
    table: ["predictions", "expected", "found"],
    zip(cases, scores).map { [$0.0, formatted($0.1, decimals: 6), formatted($1, decimals: 6)] },
    caption:
      "\(count) predictions; the document's ε of 1e-10 inside of the logarithms is what is missing in the last digit")
  record("closed-forms", series: scores, atol: 1e-9, rtol: 0)
  claim("closed-forms-hold", zip(cases, scores).allSatisfy { abs($0.1 - $1) < 1e-6 })
}

//: Note what the last row says: a classifier that is sure of everything scores 1 all the same if everything is one
//: thing. The score is about *variety between classes*. Whether two pictures of one class differ at all, it cannot
//: know.
