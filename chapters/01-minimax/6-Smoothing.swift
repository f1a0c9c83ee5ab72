//: ## Gradients through noise
//: Why may one differentiate through a generator that rolls dice? The document quotes, among related work,
//:
//: $$\lim_{\sigma \to 0} \nabla_x\, \mathbb{E}_{\epsilon \sim \mathcal N(0, \sigma^2 I)} f(x + \epsilon) = \nabla_x f(x).$$
//:
//: The left side averages slopes over a cloud of width $\sigma$; as the cloud shrinks, only the slope at its center is
//: left. How fast? Expand $f$ in $\epsilon$: odd powers average to zero, and
//:
//: $$\nabla_x \mathbb{E} f(x + \epsilon) = \nabla f(x) + \tfrac{\sigma^2}{2} \nabla \Delta f(x) + O(\sigma^4),$$
//:
//: a bias of order $\sigma^2$, whose factor is a **third** derivative. Our autograd can be asked for it.
//:
//: The function is a hill, $f(x) = e^{-\|x\|^2/2}$ in the plane, because its smoothed form is known exactly: a hill
//: that is wider and lower, $(1 + \sigma^2)^{-1} e^{-\|x\|^2 / 2(1 + \sigma^2)}$.

import GANBook

/// e^(−‖x‖²/2) for each row of x [N, 2]: [N].
func hill(_ x: Tensor) -> Tensor { (x.squared().sum(axes: [1]) * -0.5).exp() }

/// ∇(Δf) at x [1, 2]: three derivatives, one after the other.
func gradientOfLaplacian(_ f: (Tensor) -> Tensor, at x: Tensor) -> Tensor {
  let slope = gradients(of: f(x).sum(), at: x, keepingGraph: true)
  let laplacian = (0..<2).map { axis in
    gradients(of: slope.sliced(axis: 1, axis..<axis + 1).sum(), at: x, keepingGraph: true)
      .sliced(axis: 1, axis..<axis + 1).sum()
  }
  return gradients(of: laplacian[0] + laplacian[1], at: x)
}

/// A mean over rows and its standard error, for [N, 2].
struct Estimate {
  let mean: [Double]
  let standardError: [Double]

  init(_ rows: Tensor) {
    (mean, standardError) = withoutRecording {
      let error = rows.standardDeviation(axes: [0]) / Double(rows.shape[0]).squareRoot()
      return (rows.mean(axes: [0]).values, error.values)
    }
  }

  /// The length of the difference from `truth`, and the error of that length.
  func distance(from truth: [Double]) -> (length: Double, error: Double) {
    (length(zip(mean, truth).map { $0 - $1 }), length(standardError))
  }
}

private func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

//: Three ways to estimate the left side from draws $\epsilon = \sigma u$:
//:
//: - **the slopes' mean**, $\nabla f(x + \epsilon)$, which needs $f$'s derivative: the way back-propagation takes;
//: - **the same in pairs** $\pm\epsilon$, in which the odd terms cancel within each pair instead of on average;
//: - **the score**, $f(x + \epsilon)\, \epsilon / \sigma^2$, which needs no derivative of $f$ at all, and pays for it.

/// What the estimates say at every width, and the truth.
struct Smoothing {
  let draws: Int
  let sigmas = (0...6).map { 1 / Double(1 << $0) }
  /// ∇f(x) and ∇(Δf)(x).
  let truth: [Double]
  let third: Tensor
  /// Of the smoothed gradient, for every σ: its exact value, and the three estimates.
  let exact: [[Double]]
  let estimates: [Estimates]

  typealias Estimates = (plain: Estimate, paired: Estimate, score: Estimate)

  /// `unit` are the draws u [N, 2].
  init(at x: Tensor, unit: Tensor) {
    draws = unit.shape[0]
    truth = gradients(of: hill(x).sum(), at: x).values
    third = gradientOfLaplacian(hill, at: x)
    estimates = sigmas.map { sigma in
      // One row a draw: the gradient of the sum at the rows is every row's own gradient.
      let there = withoutRecording { x + unit * sigma }
      let back = withoutRecording { x - unit * sigma }
      let slopes = gradients(of: hill(there).sum(), at: there)
      let mirrored = gradients(of: hill(back).sum(), at: back)
      let score = withoutRecording { hill(there).reshaped([unit.shape[0], 1]) * unit * (1 / sigma) }
      return (Estimate(slopes), Estimate(withoutRecording { (slopes + mirrored) * 0.5 }), Estimate(score))
    }
    exact = sigmas.map { sigma in
      let width = 1 + sigma * sigma
      let height = withoutRecording { (Tensor(-0.625 / width, dtype: .float64)).exp().item } / width
      return x.values.map { -$0 / width * height }
    }
  }

  var biases: [Double] { exact.map { length(zip($0, truth).map { $0 - $1 }) } }
  var predicted: [Double] { sigmas.map { $0 * $0 / 2 * length(third.values) } }
  var paired: [(length: Double, error: Double)] { estimates.map { $0.paired.distance(from: truth) } }

  /// By how many standard errors the worst estimate misses the exact value.
  var worst: Double {
    zip(estimates, exact).flatMap { estimate, exact in
      [estimate.plain, estimate.paired, estimate.score].flatMap { estimate in
        exact.indices.map { abs(estimate.mean[$0] - exact[$0]) / estimate.standardError[$0] }
      }
    }.max() ?? .nan
  }
}

func measureSmoothing(draws: Int, dtype: DType, random: TorchGenerator) throws {
  let x = Tensor([1, 0.5], shape: [1, 2]).converted(to: dtype)
  let unit = random.normal([draws, 2], dtype: dtype)
  let smoothing = Smoothing(at: x, unit: unit)
  recordSmoothing(smoothing, unit)
  showErrors(of: smoothing)
  try showEstimates(of: smoothing)
  try showSmoothingPlot(smoothing)
  judgeSmoothing(smoothing)
}

private func recordSmoothing(_ smoothing: Smoothing, _ unit: Tensor) {
  record("smoothing/draws", exact: unit)
  record(
    "smoothing/gradient-of-laplacian", smoothing.third, atol: 1e-12, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
  let estimates = smoothing.estimates
  record(
    "smoothing/means",
    Tensor(estimates.flatMap { $0.plain.mean + $0.paired.mean + $0.score.mean }, shape: [7, 3, 2])
      .converted(to: unit.dtype), atol: 1e-12, rtol: 1e-10, float32: .within(atol: 1e-5, rtol: 1e-4))
  record(
    "smoothing/standard-errors",
    Tensor(
      estimates.flatMap { $0.plain.standardError + $0.paired.standardError + $0.score.standardError }, shape: [7, 3, 2]
    )
    .converted(to: unit.dtype), atol: 1e-12, rtol: 1e-9, float32: .within(atol: 1e-6, rtol: 1e-3))
  record("smoothing/exact-bias", series: smoothing.biases, atol: 1e-13, rtol: 0, float32: .within(atol: 2e-7, rtol: 0))
}

private func showErrors(of smoothing: Smoothing) {
  let (biases, predicted, paired) = (smoothing.biases, smoothing.predicted, smoothing.paired)
  show(
    table: ["σ", "exact bias", "σ²/2·|∇Δf|", "measured, pairs", "± slopes", "± pairs", "± score"],
    smoothing.estimates.enumerated().map { index, estimate in
      [formatted(smoothing.sigmas[index], decimals: 6)]
        + [
          biases[index], predicted[index], paired[index].length, estimate.plain.distance(from: smoothing.truth).error,
          paired[index].error, estimate.score.distance(from: smoothing.truth).error,
        ].map(scientific)
    }, caption: "Bias and standard errors from \(smoothing.draws) draws")
}

//: First two of the estimates themselves, the first component of the gradient, with bars of two standard errors; the
//: pairs would be hard to tell from the slopes here. Both scatter about the exact smoothed gradient, which runs into
//: the plain one; the score's bars grow as $\sigma$ shrinks until they say nothing.

private func showEstimates(of smoothing: Smoothing) throws {
  let sigmas = smoothing.sigmas
  func component(_ name: String, _ pick: (Smoothing.Estimates) -> Estimate) -> LinePlot.Series {
    let chosen = smoothing.estimates.map(pick)
    return .init(name, x: sigmas, y: chosen.map { $0.mean[0] }, errors: chosen.map { 2 * $0.standardError[0] })
  }
  try show(
    LinePlot(
      title: "Two estimates of the smoothed gradient",
      description:
        """
        The slopes' mean lies on the exact curve; the score leaves it as sigma shrinks, and its error bars grow out \
        of the plot.
        """,
      xLabel: "σ", yLabel: "first component", xScale: .logarithmic, yRange: -1...0.2,
      series: [
        .init("exact", x: sigmas, y: smoothing.exact.map { $0[0] }), component("score", \.score),
        component("slopes", \.plain),
      ], references: [("∂f/∂x₁", smoothing.truth[0])]),
    as: "estimates", caption: "\(smoothing.draws) draws each, bars of ± 2 standard errors")
}

//: The bias falls by four when $\sigma$ halves: slope 2 in the logarithmic plot. So does the error of the pairs,
//: whose first surviving term is quadratic as well; the plain mean's error falls only like $\sigma$ and **hides the
//: bias** at small $\sigma$. The score's error *grows* like $1/\sigma$. This is why a GAN is trained through the
//: samples: back-propagation through $x = G(z)$ is the first estimator, and the limit is taken for free, since $G$
//: needs no $\epsilon$ beyond $z$.

private func judgeSmoothing(_ smoothing: Smoothing) {
  let sigmas = Array(smoothing.sigmas[2...])
  let slope = logarithmicSlope(sigmas, Array(smoothing.biases[2...]))
  let measured = logarithmicSlope(sigmas, smoothing.paired[2...].map(\.length))
  record("smoothing/slope", scalar: slope, atol: 1e-9, rtol: 0, float32: .within(atol: 1e-3, rtol: 0))
  say(
    "slope of the exact bias \(formatted(slope, decimals: 3)), of the measured one \(formatted(measured, decimals: 3))")
  claim("smoothing/bias-is-quadratic", abs(slope - 2) <= 0.1 && abs(measured - 2) <= 0.1)
  say("the exact value lies within \(formatted(smoothing.worst, decimals: 2)) standard errors of every estimate")
  claim("smoothing/within-four-standard-errors", smoothing.worst <= 4)
}

private func showSmoothingPlot(_ smoothing: Smoothing) throws {
  let (sigmas, paired) = (smoothing.sigmas, smoothing.paired)
  try show(
    LinePlot(
      title: "How far the smoothed gradient is from the gradient",
      description:
        "On logarithmic axes the bias falls with slope two, the error of pairs with slope two, of single slopes with "
        + "slope one; the score's error rises.",
      xLabel: "σ", yLabel: "length", xScale: .logarithmic, yScale: .logarithmic,
      series: [
        .init("bias, exact", x: sigmas, y: smoothing.biases),
        .init(
          "measured in pairs, ± 2 standard errors", x: sigmas, y: paired.map(\.length),
          errors: paired.map { 2 * $0.error }),
        .init("σ²/2·|∇Δf|", x: sigmas, y: smoothing.predicted),
        .init(
          "standard error, slopes", x: sigmas,
          y: smoothing.estimates.map { $0.plain.distance(from: smoothing.truth).error }),
        .init(
          "standard error, score", x: sigmas,
          y: smoothing.estimates.map { $0.score.distance(from: smoothing.truth).error }),
      ]),
    as: "smoothing", caption: "The identity's limit, its bias of order σ², and what the estimators cost")
}

/// The slope of the straight line through the logarithms, by least squares.
func logarithmicSlope(_ x: [Double], _ y: [Double]) -> Double {
  let (logX, logY) = withoutRecording {
    (Tensor(x, shape: [x.count]).log().values, Tensor(y, shape: [y.count]).log().values)
  }
  let (meanX, meanY) = (logX.reduce(0, +) / Double(x.count), logY.reduce(0, +) / Double(y.count))
  let covariance = zip(logX, logY).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return covariance / logX.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}
