//: ## The draft
//: Above its score the document's program has an earlier one, commented out. It differs in four things. Would anybody
//: have noticed?
//:
//: - It uses a class that it does not import: it would have stopped at once, the best that can happen to a mistake.
//: - It puts all logits into one array, where the later one has a list of arrays: the same numbers, more memory.
//: - It has **no softmax** and takes logits for probabilities. Some are negative, and the logarithm of a negative
//:   number is no number: neither is the score. This one would have been noticed, too.
//: - It prepares pictures as a GAN's are, to values from −1 to 1, where Inception expects ImageNet's mean and deviation
//:   taken out. That **runs**. Our classifier is the other way round: it expects what a GAN expects. So it is given
//:   ImageNet's here, which more than doubles all contrast. What comes out looks like a score, and is another one;
//:   nothing but the right preparation beside it tells. With Inception's weights, `book score inception DIR
//:   --prepared draft` scores any folder as the draft would have.

import GANBook
import Scores

/// What the draft's mistakes do to the score of test photographs.
func showTheDraft(_ unknown: Seen, _ plan: Plan) throws {
  let right = unknown.only(0..<Plan.sampleCount)
  let wrong = try plan.look(at: Plan.sampleCount) { places in
    let channels = { (values: [Double]) in Tensor(values, shape: [3, 1, 1]).converted(to: .float32) }
    return withoutRecording {
      (plan.test.batch(places) * 0.5 + 0.5 - channels([0.485, 0.456, 0.406])) / channels([0.229, 0.224, 0.225])
    }
  }
  let labels = (0..<Plan.sampleCount).map { plan.test.label($0) }
  let rows = try [right, wrong].map { seen in
    (try inceptionScore(seen.logits, splits: 10), accuracy(of: seen.logits, labels))
  }
  let withoutSoftmax = scoreWithoutSoftmax(right.logits)
  show(
    table: ["preparation", "classifier score", "±", "recognized"],
    zip(["as the classifier expects", "ImageNet's"], rows).map { name, row in
      [name, formatted(row.0.score, decimals: 3), formatted(row.0.deviation, decimals: 3)]
        + ["\(formatted(100 * row.1, decimals: 1)) %"]
    }, caption: "\(Plan.sampleCount) test photographs in ten parts, prepared in two ways")
  say("without softmax: \(withoutSoftmax.isNaN ? "NaN" : formatted(withoutSoftmax, decimals: 3))")
  for (name, row) in zip(["right", "wrong"], rows) {
    record(
      "draft/\(name)", series: [row.0.score, row.0.deviation, row.1], atol: 1e-8, rtol: 0,
      float32: .within(atol: 5e-3, rtol: 0))
  }
  claim("without-softmax-is-no-number", withoutSoftmax.isNaN)
}

/// exp of the mean Σ p (log(p + ε) − log(p̄ + ε)) with logits in the place of p.
private func scoreWithoutSoftmax(_ logits: Tensor) -> Double {
  withoutRecording {
    let mean = logits.mean(axes: [0])
    return (logits * ((logits + 1e-10).log() - (mean + 1e-10).log())).sum(axes: [1]).mean().exp().item
  }
}
