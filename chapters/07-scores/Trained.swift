//: ## What it learned

import Checkpoints
import Classifier
import Datasets
import GANBook
import Scores

/// The classifier that the package keeps, in evaluation mode, with its ledger.
///
/// - Throws: `FileError` where its weights are absent or not those of the network.
func keptClassifier(_ dtype: DType) throws -> (Classifier, Ledger) {
  let folder = try goldenWholeRuns(of: "07-scores")
  let weights = try TrainedWeights(readingFrom: folder, act: wholeRunAct)
  let classifier = Classifier(random: TorchGenerator(seed: 0))
  try weights.file.restore(classifier)
  classifier.convert(to: dtype)
  classifier.setTraining(false)
  return (classifier, weights.ledger)
}

/// Shows how the kept classifier was trained, and what it makes of photographs that it has never seen.
func showClassifier(_ ledger: Ledger, _ plan: Plan, unknown: Seen) throws {
  say("\(ledger.iterations) iterations, \(ledger.epochs.count) epochs, \(ledger.making)")
  try showTraining(ledger)
  if Fault.silentEvaluation.isPlanted { return }  //src
  let labels = (0..<unknown.count).map { plan.test.label($0) }
  let found = predictions(of: unknown.logits)
  let hits = zip(found, labels).map { $0 == $1 }
  let share = Double(hits.count { $0 }) / Double(hits.count)
  say("\(formatted(100 * share, decimals: 2)) % of \(unknown.count) test photographs are recognized")
  show(
    table: ["class", "recognized", "most often taken for"],
    (0..<10).map { label in
      let own = labels.indices.filter { labels[$0] == label }
      let wrong = Dictionary(grouping: own.filter { !hits[$0] }) { found[$0] }
      let other = wrong.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
      return [
        CIFAR10.classNames[label],
        formatted(100 * Double(own.count { hits[$0] }) / Double(own.count), decimals: 1) + " %",
        other.map { CIFAR10.classNames[$0] } ?? "nothing",
      ]
    }, caption: "Test photographs, class by class")
  recordFirst(of: unknown, "classifier", plan)
  record("classifier/accuracy", scalar: share, atol: 1e-12, rtol: 0, float32: .within(atol: 5e-4, rtol: 0))
  if plan.dtype == .float32 { claim("four-of-five-are-recognized", share >= 0.8) }
}

/// Draws loss and accuracy over the whole training.
private func showTraining(_ ledger: Ledger) throws {
  let lines = ledger.lines.compactMap { line in
    line.split(separator: " ").compactMap { Double($0) }
  }.filter { $0.count == 2 }
  guard lines.count == ledger.lines.count, !lines.isEmpty else { return }
  let part = max(1, lines.count / 200)
  let starts = Array(stride(from: 0, to: lines.count, by: part))
  func means(_ column: Int) -> [Double] {
    starts.map { start in lines[start..<min(start + part, lines.count)].map { $0[column] }.mean }
  }
  let x = starts.map { Double($0) + Double(part) / 2 }
  try show(
    PanelPlot(
      title: "The classifier's training",
      description:
        """
        Loss and accuracy over \(lines.count) iterations; at the end \(means(0).last ?? .nan) and \
        \(means(1).last ?? .nan).
        """,
      panels: [
        LinePlot(
          title: "loss", description: "", xLabel: "iteration", yLabel: "cross-entropy",
          series: [.init("loss", x: x, y: means(0))]),
        LinePlot(
          title: "accuracy", description: "", xLabel: "iteration", yLabel: "share", yRange: 0...1,
          series: [.init("accuracy", x: x, y: means(1))]),
      ], columns: 2, panelHeight: 220),
    as: "training",
    caption:
      """
      The classifier's whole training, on the batch it is about to learn from; each point the mean of \(part) \
      iterations
      """
  )
}
