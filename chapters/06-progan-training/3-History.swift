//: ## What is printed
//: One line per iteration (`--log-every N` for fewer):
//:
//: ```
//: [step 0][1/8][0/391] Loss_C: -0.184532  Loss_G: 0.369723  GP: 0.014058  C(x): -0.023015  C(G(z)): -0.348129  alpha: 0.010640
//: ```
//:
//: The brackets hold the step, the epoch and the batch; GP is the penalty before it is weighted; $\alpha$ is already
//: the next iteration's. The critic's scores have no scale of their own, so Loss_G alone says nothing. What can be read
//: is the difference C(x) − C(G(z)), the critic's estimate of the Wasserstein distance, and the penalty, which should
//: be small.

import GANBook

/// The numbers of one iteration.
struct LogLine: Equatable {
  var step: Int
  var lossC: Double
  var lossG: Double
  var penalty: Double
  var scoreReal: Double
  var scoreFake: Double
  var alpha: Double

  /// The critic's estimate of the distance between data and fakes.
  var distance: Double { scoreReal - scoreFake }

  /// What must stay finite.
  var losses: [(name: String, value: Double)] { [("Loss_C", lossC), ("Loss_G", lossG), ("GP", penalty)] }

  func text(epoch: Int, epochs: Int, batch: Int, batches: Int, decimals: Int) -> String {
    func fixed(_ value: Double) -> String { formatted(value, decimals: decimals) }
    return
      "[step \(step)][\(epoch + 1)/\(epochs)][\(batch)/\(batches)] Loss_C: \(fixed(lossC))  Loss_G: \(fixed(lossG))  "
      + "GP: \(fixed(penalty))  C(x): \(fixed(scoreReal))  C(G(z)): \(fixed(scoreFake))  alpha: \(fixed(alpha))"
  }
}

/// The lines so far.
struct History {
  private(set) var lines: [LogLine] = []

  /// Which share of a hundred samples could be read, after how many iterations.
  var legible: [(iteration: Int, share: Double)] = []

  var count: Int { lines.count }

  mutating func append(_ line: LogLine) { lines.append(line) }

  /// The series by the names they are recorded and saved under.
  static let series: [(name: String, value: @Sendable (LogLine) -> Double)] = [
    ("loss-c", { $0.lossC }), ("loss-g", { $0.lossG }), ("penalty", { $0.penalty }), ("c-x", { $0.scoreReal }),
    ("c-gz", { $0.scoreFake }), ("alpha", { $0.alpha }),
  ]

  init() {}

  /// From saved series, one list for each of `series`, and the steps.
  init(steps: [Int], series: [[Double]]) {
    lines = steps.indices.map { index in
      let value = series.map { $0[index] }
      return LogLine(
        step: steps[index], lossC: value[0], lossG: value[1], penalty: value[2], scoreReal: value[3],
        scoreFake: value[4], alpha: value[5])
    }
  }

  /// Iterations at which a new resolution begins, with the resolution's step.
  var beginnings: [(iteration: Int, step: Int)] {
    lines.indices.filter { $0 == 0 || lines[$0].step != lines[$0 - 1].step }.map { ($0, lines[$0].step) }
  }
}
