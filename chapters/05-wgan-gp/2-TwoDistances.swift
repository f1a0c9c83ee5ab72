//: ## Two distances and their slopes
//: Why change the question? Take two bells in the plane, standard deviation ½, and move one away. What does each
//: distance say, and what does its slope, which is all that $G$ ever feels?
//:
//: - The **Jensen–Shannon divergence**, what the best discriminator measures (chapter 1), from the densities.
//: - **$W_1$**, from 256 points of each bell, paired by the best plan. Its slope needs no new plan: where the plan is
//:   best, a better one gains nothing to first order (the envelope theorem, as for $D^*$ in chapter 1), so the slope is
//:   the mean over the pairs of the direction from $x$ to $y$ along the move.
//:
//: {{weave Transport/Assignment.swift}}
//: {{weave Transport/TransportPlan.swift}}
//:
//: ## Computed

import GANBook
import Transport

/// A distance of two bells, and its slope, at some shift.
private struct Measured {
  let value: Double
  let slope: Double
}

private let bellDeviation = 0.5
private let shifts = (0...24).map { Double($0) / 4 }

/// The Jensen–Shannon divergence along the axis of the shift; across it the bells are equal.
private func jensenShannon(_ shift: Double, _ dtype: DType) -> Measured {
  let x = Tensor((0...1000).map { -4 + Double($0) / 71.5 }, shape: [1001]).converted(to: dtype)
  let distance = Tensor(shift, dtype: dtype)
  func masses(_ center: Tensor) -> Tensor {
    let weights = ((x - center).squared() * (-0.5 / (bellDeviation * bellDeviation))).exp()
    return weights / weights.sum()
  }
  // 0·log 0 is 0: the floor vanishes against any mass that matters.
  let floor = dtype == .float64 ? 1e-300 : 1e-37
  let (p, q) = (masses(Tensor(0, dtype: dtype)), masses(distance))
  let middle = (p + q) * 0.5
  func toMiddle(_ mass: Tensor) -> Tensor { (mass * ((mass + floor) / (middle + floor)).log()).sum() }
  let divergence = (toMiddle(p) + toMiddle(q)) * 0.5
  return Measured(value: divergence.item, slope: gradients(of: divergence, at: distance).item)
}

/// W₁ of the clouds with the second moved along the first axis.
private func wasserstein(_ data: Tensor, _ samples: Tensor, _ shift: Double) throws -> Measured {
  let moved = withoutRecording {
    samples + Tensor([shift, 0], shape: [1, 2]).converted(to: samples.dtype)
  }
  let plan = try TransportPlan(from: data, to: moved)
  let (x, y) = (data.values, moved.values)
  let directions = plan.partners.enumerated().map { i, j -> Double in
    let (along, across) = (y[2 * j] - x[2 * i], y[2 * j + 1] - x[2 * i + 1])
    return along / (along * along + across * across).squareRoot()
  }
  return Measured(value: plan.distance, slope: mean(directions))
}

func compareDistances(_ plan: Plan) throws {
  let random = plan.random()
  let data = random.normal([256, 2], dtype: plan.dtype) * bellDeviation
  let samples = random.normal([256, 2], dtype: plan.dtype) * bellDeviation
  let divergences = shifts.map { jensenShannon($0, plan.dtype) }
  let distances = try shifts.map { try wasserstein(data, samples, $0) }
  recordDistances(divergences, distances)
  try show(
    PanelPlot(
      title: "Two distances of two bells",
      description:
        "Left, the Jensen-Shannon divergence rises and is flat at log 2 from a shift of about 3 on; W1 rises in a "
        + "straight line. Right, "
        + "on a logarithmic axis, the slope of the first falls without end, that of W1 stays at 1.",
      panels: [
        panel("distance", divergences.map(\.value), distances.map(\.value), scale: .linear),
        panel("slope", divergences.map(\.slope), distances.map(\.slope), scale: .logarithmic),
      ], columns: 2, panelHeight: 240), as: "two-distances",
    caption: "The divergence stops telling where to go, W₁ never does")
  let far = shifts.firstIndex(of: 4) ?? 0
  say(
    """
    at a shift of 4: slope of JS \(scientific(divergences[far].slope)), of W₁ \
    \(formatted(distances[far].slope, decimals: 4))
    """
  )
  claim("two-distances/js-goes-flat", divergences[far].slope < 1e-3)
  claim("two-distances/w1-does-not", shifts.indices.allSatisfy { shifts[$0] < 1 || distances[$0].slope > 0.9 })
  try checkPrices(data, samples)
}

//: The left end shows the price of looking at points: two clouds of 256 from the *same* bell are not at distance 0, and
//: the slope there is small. The best critic that comes with the plan has the estimate $E f(x) - E f(y)$ of the whole
//: distance, and its slope between any two points of different clouds is at most 1:

private func checkPrices(_ data: Tensor, _ samples: Tensor) throws {
  let plan = try TransportPlan(from: data, to: samples)
  let estimate = mean(plan.criticOnFirst) - mean(plan.criticOnSecond)
  let (x, y) = (data.values, samples.values)
  var steepest = -Double.infinity
  for i in 0..<256 {
    for j in 0..<256 {
      let (dx, dy) = (x[2 * i] - y[2 * j], x[2 * i + 1] - y[2 * j + 1])
      steepest = max(
        steepest, (plan.criticOnFirst[i] - plan.criticOnSecond[j]) / (dx * dx + dy * dy).squareRoot())
    }
  }
  say(
    "two clouds of one bell: W₁ \(formatted(plan.distance, decimals: 6)), best critic's estimate "
      + "\(formatted(estimate, decimals: 6)), its steepest slope \(formatted(steepest, decimals: 6))")
  claim("two-distances/prices-are-the-best-critic", abs(estimate - plan.distance) < 1e-12 && steepest < 1 + 1e-9)
}

//src begin
private func recordDistances(_ divergences: [Measured], _ distances: [Measured]) {
  record(
    "two-distances/js", series: divergences.map(\.value), atol: 1e-12, rtol: 0, float32: .within(atol: 2e-6, rtol: 0))
  record(
    "two-distances/js-slope", series: divergences.map(\.slope), atol: 1e-11, rtol: 0,
    float32: .within(atol: 5e-6, rtol: 0))
  record(
    "two-distances/w1", series: distances.map(\.value), atol: 1e-12, rtol: 0, float32: .within(atol: 1e-6, rtol: 0))
  // In float32 the shift is added with rounding: two plans that are equally good may then change places.
  record(
    "two-distances/w1-slope", series: distances.map(\.slope), atol: 1e-10, rtol: 0,
    float32: .within(atol: 1e-4, rtol: 0))
}

private func panel(_ title: String, _ js: [Double], _ w1: [Double], scale: AxisScale) -> LinePlot {
  LinePlot(
    title: title, description: "", xLabel: "shift", yLabel: "", yScale: scale,
    yRange: scale == .linear ? 0...6 : 1e-8...10,
    series: [.init("JS, nats", x: shifts, y: js), .init("W₁, 256 points", x: shifts, y: w1)],
    references: scale == .linear ? [("log 2", 0.693147)] : [("1", 1)])
}
//src end
