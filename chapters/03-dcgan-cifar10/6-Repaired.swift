//: ## The repaired run
//: Two changes, nothing else: D ends in its score, without a Sigmoid, as a loss *with logits* expects; and real
//: pictures stay at 32×32, the size of the fakes. Same data, same seed, same random stream. The length differs: the
//: quick profile gives the literal run 192 iterations and the repaired one 112, so the curves of the repaired run end
//: earlier.
//:
//: Now the printed D(x) and D(G(z)) really are D's probabilities. Expect Loss_G to be large: D is still the stronger
//: player (this is the discussion of $k$ in chapter 2, on real pictures), but a strong D that hands out gradients is a
//: teacher, and a saturated one is a wall.

import Datasets
import GANBook

func repair(_ plan: Plan, in run: ChapterRun) throws -> Training {
  say("The repaired run")
  return try perform(.repaired, plan, in: run)
}

//: ## Side by side

/// Mean and standard deviation of every color channel of [N, 3, H, W].
struct ChannelStatistics {
  let mean: [Double]
  let deviation: [Double]

  init(_ images: Tensor) {
    (mean, deviation) = withoutRecording {
      (
        images.mean(axes: [0, 2, 3]).values,
        images.standardDeviation(axes: [0, 2, 3], unbiased: false).values
      )
    }
  }

  /// √Σ of the squared differences of all six numbers.
  func distance(to other: ChannelStatistics) -> Double {
    zip(mean + deviation, other.mean + other.deviation).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  var text: String {
    func row(_ values: [Double]) -> String { values.map { formatted($0, decimals: 3) }.joined(separator: " ") }
    return "mean \(row(mean))  deviation \(row(deviation))"
  }
}

/// Puts both acts side by side: gradients, color statistics, pictures.
func compare(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  try showGradientsAndLosses(literal, repaired, in: run)
  try compareSamples(literal, repaired, in: run)
}

private func showGradientsAndLosses(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  let norms = LinePlot(
    title: "Length of the gradients",
    description:
      "Gradient norm per iteration on a logarithmic axis. In the literal run G's falls by orders of magnitude; in the "
      + "repaired one it stays where it was.",
    xLabel: "iteration", yLabel: "gradient norm", yScale: .logarithmic,
    series: [
      .init("G, literal", literal.history.lines.map(\.gradientNormG)),
      .init("G, repaired", repaired.history.lines.map(\.gradientNormG)),
      .init("D, literal", literal.history.lines.map(\.gradientNormD)),
      .init("D, repaired", repaired.history.lines.map(\.gradientNormD)),
    ])
  try AtomicFile.write(norms.svg, to: "\(run.folder)/gradient-norms.svg")
  show("gradient-norms.svg", caption: "Length of both gradients in both runs")

  let losses = LinePlot(
    title: "Losses of the literal run",
    description: "Loss_D falls to its floor of 1.0064, Loss_G rises to log 2.",
    xLabel: "iteration", yLabel: "loss",
    series: [
      .init("Loss_D", literal.history.lines.map(\.lossD)), .init("Loss_G", literal.history.lines.map(\.lossG)),
    ],
    references: [("softplus(−1) + ln 2", 1.0064), ("ln 2", 0.6931)])
  try AtomicFile.write(losses.svg, to: "\(run.folder)/losses.svg")
  show("losses.svg", caption: "The literal run settles at its fixed point")
}

//: The pictures of the fixed noise at the end of both runs. To the eye both halves are noise; on the right the 64
//: pictures also resemble one another. A hundred iterations are far too few for shapes, and nothing that can be *seen*
//: here says that the repaired run is the better one. What says so is a number: mean and standard deviation of each
//: color channel, in the data's range of −1 to 1, and their distance to those of the photographs. It is smaller for the
//: repaired run, which had 80 iterations fewer (at this seed; nobody has tried others here).

private func compareSamples(_ literal: Training, _ repaired: Training, in run: ChapterRun) throws {
  let data = ChannelStatistics(repaired.data.batch(0..<min(2_000, repaired.data.count), dtype: repaired.dtype))
  let samples = [literal, repaired].map { $0.sampleFixedNoise() }
  let statistics = samples.map { ChannelStatistics($0) }
  say("photographs   \(data.text)")
  for (training, statistics) in zip([literal, repaired], statistics) {
    let name = training.act.rawValue.padding(to: 13)
    say("\(name) \(statistics.text)  distance \(formatted(statistics.distance(to: data), decimals: 3))")
  }
  try PNG.write(sideBySide(samples), to: "\(run.folder)/side-by-side.png")
  show(
    "side-by-side.png",
    caption:
      "Left: the document's run after \(literal.iteration) iterations. Right: the repaired run after "
      + "\(repaired.iteration). Same seed, same noise, same data.", isCover: true)

  //: Three claims, each of which a check can refute: the literal run's G starves, the repaired run's G never does, and
  //: its pictures end nearer the photographs' colors. The last one is about six numbers, not about pictures anyone
  //: would want.

  guard run.dtype == .float32 else { return }
  let starved = literal.history.lines.last.map { $0.gradientNormG } ?? .nan
  let least = repaired.history.lines.map(\.gradientNormG).min() ?? .nan
  let distances = statistics.map { $0.distance(to: data) }
  say(
    "G's gradient at the end of the literal run: \(formatted(starved, decimals: 5)); least of the repaired run: "
      + formatted(least, decimals: 2))
  claim("literal-generator-starves", starved < 0.02)
  claim("repaired-generator-keeps-learning", least > 1)
  claim("repaired-colors-are-nearer", distances[1] < distances[0])
}

/// Both grids next to each other on one picture.
private func sideBySide(_ samples: [Tensor]) -> Picture {
  Picture(concatenated(samples.map { $0.grid(padding: 2, normalized: true) }, axis: 2))
}

extension String {
  /// The text with blanks behind it, `length` characters long.
  fileprivate func padding(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}

//: {{weave WholeRun.swift}}
//: {{weave Trained.swift}}
