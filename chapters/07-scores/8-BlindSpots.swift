//: ## What a score does not see
//: Last, a set made for the score: of the test photographs of each class the *one* that the classifier is surest of, a
//: hundred times each. Ten pictures, all of a generator's work.

import GANBook
import Scores

/// Scores ten pictures, each of them a hundred times.
func showBlindSpots(known: Seen, unknown: Seen, _ plan: Plan) throws {
  let probabilities = unknown.logits.logSoftmax(axis: 1).values
  let surest = (0..<10).map { label in
    (0..<unknown.count).filter { plan.test.label($0) == label }.reduce(label) {
      probabilities[$1 * 10 + label] > probabilities[$0 * 10 + label] ? $1 : $0
    }
  }
  try show(
    Picture(
      Tensor.batch(surest.map { plan.test.picture($0) }, normalization: .unit).grid(
        columns: 10, padding: 2, padValue: 1)
    ).enlarged(2), as: "surest", caption: "The photograph of each class that the classifier is surest of",
    description: "Ten small photographs in a row.")
  let copies = unknown.only((0..<Plan.sampleCount).map { surest[$0 % 10] })
  let all = unknown.only(0..<Plan.sampleCount)
  let rows = try [
    ("\(Plan.sampleCount) different photographs", all), ("ten photographs, a hundred times each", copies),
  ].map {
    ($0, try inceptionScore($1.logits).score, try frechetDistance($1, known))
  }
  show(
    table: ["set", "classifier score", "Fréchet distance"],
    rows.map { [$0, formatted($1, decimals: 3), formatted($2, decimals: 3)] },
    caption: "Both of test photographs, in one part")
  record("copies/surest", exact: surest)
  record(
    "copies/score", scalar: rows[1].1, atol: 1e-8, rtol: 0, float32: .within(atol: 2e-3, rtol: 0))
  record(
    "copies/frechet", scalar: rows[1].2, atol: 1e-7, rtol: 1e-7, float32: .within(atol: 1e-3, rtol: 2e-3))
  claim("copies-score-nearly-ten", rows[1].1 > 9.9)
  claim("the-distance-sees-copies", rows[1].2 > 5 * rows[0].2)
}

//: Ten pictures reach the largest score there is. The Fréchet distance is not fooled here, because a cloud of ten
//: points has another covariance; by a thousand photographs learned by heart it was, further up.
//:
//: Published scores are made with a network of another size. It is a library in this chapter's folder, and
//: `book score inception`, `fid` and `kid` run it once you have its weights; nothing on this page did.
//:
//: {{weave Inception/Inception3.swift}}
//: {{weave Inception/BasicConv2d.swift}}
//: {{weave Inception/InceptionBlock.swift}}
//: {{weave Inception/InceptionA.swift}}
//: {{weave Inception/InceptionB.swift}}
//: {{weave Inception/InceptionC.swift}}
//: {{weave Inception/InceptionD.swift}}
//: {{weave Inception/InceptionE.swift}}
//: {{weave Inception/InceptionAux.swift}}
//: {{weave Inception/InceptionWeights.swift}}
//: {{weave Inception/InceptionNetwork.swift}}
