//: # A game in the plane
//: To see what the penalty does we need a case whose answer is known. Take sand on a unit square, and the same square
//: moved by a vector $d$. The best plan moves every grain by $d$: $W_1 = \lVert d\rVert$, exactly, and the best critic
//: is the ramp $f(x) = x\cdot d/\lVert d\rVert$, with slope 1 everywhere. A second case bends: all fakes in one point
//: and the real ones on a ring of radius $r$ around it, $W_1 = r$, where the best critic is the cone $\lVert x\rVert$.

import GANBook
import ProGAN

/// Two distributions in the plane whose Wasserstein distance is known.
enum PlanePair {
  /// Uniform on unit squares around (−d/2, 0) and (d/2, 0).
  case squares(distance: Double)
  /// One point, and a ring around it.
  case ring(radius: Double)

  /// W₁, in closed form.
  var wassersteinDistance: Double {
    switch self {
    case .squares(let distance): distance
    case .ring(let radius): radius
    }
  }

  /// Real samples and fakes, [count, 2] each, drawn in this order.
  func draw(_ count: Int, from random: TorchGenerator, dtype: DType) -> (real: Tensor, fake: Tensor) {
    switch self {
    case .squares(let distance):
      let shift = Tensor([distance / 2, 0], shape: [1, 2]).converted(to: dtype)
      let real = random.uniform([count, 2], from: -0.5, to: 0.5, dtype: dtype) + shift
      return (real, random.uniform([count, 2], from: -0.5, to: 0.5, dtype: dtype) - shift)
    case .ring(let radius):
      // A direction is a normal vector brought to length 1.
      let direction = random.normal([count, 2], dtype: dtype)
      return (direction / direction.norm(axis: 1, keepingAxis: true) * radius, .zeros([count, 2], dtype: dtype))
    }
  }
}

/// A critic for points: 2 → width → width → 1 with leaky ReLU 0.2. Points [N, 2] → scores [N, 1], or of more
/// dimensions.
final class PlaneCritic: Layer {
  let network: Sequential

  init(dimensions: Int = 2, width: Int = 64, random: TorchGenerator) {
    network = Sequential([
      Linear(dimensions, width, random: random), LeakyReLU(0.2),
      Linear(width, width, random: random), LeakyReLU(0.2),
      Linear(width, 1, random: random),
    ])
  }

  func callAsFunction(_ x: Tensor) -> Tensor { network(x) }
  var children: [any Layer] { [network] }
  var state: [StateEntry] { network.state }

  /// ‖∇f‖ at every point of x [N, 2].
  func slopes(at x: Tensor) -> [Double] {
    gradients(of: self(x).sum(), at: x).norm(axis: 1).values
  }
}

/// How a critic is kept from becoming steep.
enum Constraint {
  case penalty
  /// After every step each weight is cut to [−c, c]: the first WGAN.
  case clipping(Double)
}

/// One critic in training.
final class PlaneTraining {
  let pair: PlanePair
  let constraint: Constraint
  let critic: PlaneCritic
  /// The estimate E f(real) − E f(fake) of each iteration's batch, before its step.
  private(set) var estimates: [Double] = []
  /// The mean slope on the lines, same time.
  private(set) var slopes: [Double] = []
  private let optimizer: Adam
  private let random: TorchGenerator
  private let dtype: DType
  private let batch = 64

  init(_ pair: PlanePair, _ constraint: Constraint, _ plan: Plan) {
    self.pair = pair
    self.constraint = constraint
    dtype = plan.dtype
    random = plan.random()
    critic = PlaneCritic(random: random)
    critic.convert(to: dtype)
    optimizer = Adam(critic.parameters, learningRate: 1e-3, betas: (0, 0.99))
  }

  //: One iteration is the critic's half of the document's loop. The β are drawn in either case, so that both critics
  //: see the same points.

  func iterate() {
    let (real, fake) = pair.draw(batch, from: random, dtype: dtype)  // [64, 2] each
    let beta = random.uniform([batch, 1], dtype: dtype)  // [64, 1]
    slopes.append(mean(critic.slopes(at: withoutRecording { beta * real + (1 - beta) * fake })))
    let (realScores, fakeScores) = (critic(real), critic(fake))  // [64, 1]
    estimates.append((realScores.mean() - fakeScores.mean()).item)
    switch constraint {
    case .penalty:
      let penalty = gradientPenalty({ critic($0) }, real: real, fake: fake, beta: beta)
      let loss = criticLoss(real: realScores, fake: fakeScores, penalty: penalty)
      optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
    case .clipping(let limit):
      let loss = fakeScores.mean() - realScores.mean()
      optimizer.step(gradientsIfConnected(of: loss, at: critic.parameters.values))
      for parameter in critic.parameters {
        parameter.value = withoutRecording { parameter.value.clamped(to: -limit...limit) }
      }
    }
  }

  /// Trains to the plan's end; `observe` is called before the first iteration and after each.
  func run(_ name: String, _ plan: Plan, observe: (Int) throws -> Void = { _ in }) throws {
    try observe(0)
    try Literate.iterate(name, plan.iterations) { iteration in
      iterate()
      try requireFinite(estimates.last ?? .nan, "estimate", at: iteration + 1)
      try observe(iteration + 1)
    }
  }

  /// The mean of a series' last tenth.
  func settled(_ series: KeyPath<PlaneTraining, [Double]>) -> Double {
    let values = self[keyPath: series]
    return mean(Array(values.suffix(max(1, values.count / 10))))
  }
}
