//: ## A run and what is kept of it
//: Iterate, look now and then, stop when asked. What is compared with PyTorch is the beginning of each run: training
//: amplifies rounding, and after some hundred steps two correct programs have drifted apart. The end is compared by
//: what it *means*: modes covered, divergence, $D$'s means; each with a `claim` that a check can refute.

import Algorithm1
import Foundation
import GANBook

/// A run under way or done: its name, its players, and what was measured on the way.
struct Run {
  let name: String
  let training: Training
  let grid: Grid
  /// Iterations at which samples were measured, and what was found there.
  private(set) var moments: [Int] = []
  private(set) var divergences: [Double] = []
  /// Empty for the bell, which has no modes to cover.
  private(set) var coverages: [Coverage] = []

  init(_ name: String, _ rules: Rules, seed: UInt64, dtype: DType) {
    self.name = name
    training = Training(rules, seed: seed, dtype: dtype)
    grid = Grid(rules.data)
  }

  /// Runs Algorithm 1 and measures every `interval` iterations; `visit` sees the players after each iteration, and
  /// before the first.
  mutating func train(
    iterations: Int, measuringEvery interval: Int, visit: (Int, Training) throws -> Void = { _, _ in }
  ) throws {
    measure(at: 0)
    try visit(0, training)
    for iteration in 1...iterations {
      try training.iterate()
      if iteration % interval == 0 { measure(at: iteration) }
      try visit(iteration, training)
    }
  }

  private mutating func measure(at iteration: Int) {
    let samples = training.samples(2000)
    moments.append(iteration)
    divergences.append(grid.divergence(of: samples))
    if grid.data == .ring { coverages.append(Coverage(of: samples)) }
  }

  /// The mean of a quantity over the last 100 iterations.
  func late(_ quantity: (Training.Iteration) -> Double) -> Double { mean(training.history.suffix(100).map(quantity)) }

  /// The mean of what was measured in the second half of the run; one moment of a game means little.
  func late(_ measured: [Double]) -> Double { mean(Array(measured.suffix(moments.count / 2 + 1))) }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

//src begin
extension Run {
  /// The weights the run starts from.
  func recordStart() {
    for (label, player) in [("G", training.generator), ("D", training.discriminator)] {
      for (layer, parameter) in player.namedParameters {
        record("\(name)/initial/\(label)/\(layer)", exact: parameter.value)
      }
    }
  }

  /// What a run keeps of each iteration.
  static var quantities: [(name: String, value: (Training.Iteration) -> Double)] {
    [
      ("value", \.value), ("loss-g", \.lossG), ("d-on-data", \.onData), ("d-on-samples", \.onSamples),
      ("slope-g", \.slopeG),
    ]
  }

  /// The first iterations, one series a quantity.
  func recordBeginning() {
    let beginning = training.history.prefix(window)
    for (quantity, value) in Self.quantities {
      // PyTorch's float32 is at most 1.2e-6 from its own float64 over this window, in G's gradient (one thread and two
      // give the same bits at this size); a third longer, and with k = 2 it is 4e-4 away, at twice the length 0.1.
      record(
        "\(name)/\(quantity)", series: beginning.map(value), atol: 1e-9, rtol: 1e-9,
        float32: .within(atol: 1e-6, rtol: 5e-5))
    }
  }

  /// How many iterations are compared: 150 steps of the players together.
  var window: Int { 150 / (training.rules.k + training.rules.stepsOfG) }
}
//src end
