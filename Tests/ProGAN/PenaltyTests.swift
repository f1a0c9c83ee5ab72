import Autograd
import NeuralNets
import ProGAN
import Tensors
import Testing
import TorchRandom

/// The penalty, and the mistakes with it that real repositories have shipped.
@Suite struct PenaltyTests {
  private let images = TorchGenerator(seed: 3)

  /// f(x) = Σ w·x over all channels and pixels: its slope is w everywhere.
  private func linear(_ w: Tensor) -> (Tensor) -> Tensor {
    { ($0 * w).flattened(from: 1).sum(axes: [1]) }
  }

  private func draw(_ shape: [Int]) -> Tensor { images.normal(shape, dtype: .float64) }

  @Test func `the norm runs over all channels and pixels`() {
    let w = draw([1, 3, 2, 2])
    let length = w.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let penalty = gradientPenalty(
      linear(w), real: draw([4, 3, 2, 2]), fake: draw([4, 3, 2, 2]), beta: .zeros([4, 1, 1, 1], dtype: .float64))
    #expect(abs(penalty.item - (length - 1) * (length - 1)) < 1e-12)
    // Over channels only, every pixel's three numbers would be asked for length 1.
    let overChannels = (w.norm(axis: 1) - 1).squared().mean().item
    #expect(abs(penalty.item - overChannels) > 0.1)
  }

  @Test func `beta is drawn once per sample`() {
    let (real, fake) = (draw([5, 3, 4, 4]), draw([5, 3, 4, 4]))
    let used = TorchGenerator(seed: 8)
    var seen: Tensor?
    _ = gradientPenalty(
      { x in
        seen = x
        return x.flattened(from: 1).squared().sum(axes: [1])
      }, real: real, fake: fake, random: used)
    let other = TorchGenerator(seed: 8)
    let beta = other.uniform([5], dtype: .float64).values
    #expect(used.uniform([1]).item == other.uniform([1]).item, "five numbers were drawn, no more")
    let (mixed, a, b) = (seen?.values ?? [], real.values, fake.values)
    #expect(mixed.count == a.count)
    for (index, value) in mixed.enumerated() {
      let expected = beta[index / 48] * a[index] + (1 - beta[index / 48]) * b[index]
      #expect(abs(value - expected) < 1e-14)
    }
  }

  @Test func `the penalty is differentiated`() throws {
    let game = try SmallGame(step: 2)
    let found = gradients(of: try game.penalty, at: game.critic.parameters.values)
    let size = found.reduce(0) { $0 + $1.values.reduce(0) { $0 + abs($1) } }
    #expect(size > 1e-3)
    // Without the graph the slope is data, and no path leads from the penalty to a weight.
    let mixed = game.beta * game.real + (1 - game.beta) * game.fake.detached
    let slope = gradients(of: try game.score(mixed).sum(), at: mixed)
    let constant = (slope.flattened(from: 1).norm(axis: 1) - 1).squared().mean()
    #expect(abs(constant.item - (try game.penalty.item)) < 1e-14)
    #expect(gradientsIfConnected(of: constant, at: game.critic.parameters.values).allSatisfy { $0 == nil })
  }

  /// Every rule of the critic's backward pass, differentiated once more, against arithmetic.
  @Test(arguments: [0, 1, 2], [HalvingOrder.beforeBlock, .afterBlock])
  func `its weight gradients agree with central differences`(_ step: Int, _ order: HalvingOrder) throws {
    let game = try SmallGame(step: step, order: order)
    let fake = game.fake.detached
    func penalty() throws -> Tensor {
      try gradientPenalty(game.score, real: game.real, fake: fake, beta: game.beta)
    }
    let parameters = game.critic.namedParameters
    let found = gradientsIfConnected(of: try penalty(), at: parameters.map(\.parameter.value))
    let height = 1e-5
    for ((name, parameter), gradient) in zip(parameters, found) {
      guard let gradient else { continue }
      let original = parameter.value
      // Seven weights of each tensor: all of them would take minutes and say no more.
      for index in stride(from: 0, to: original.count, by: max(1, original.count / 7)) {
        func shifted(_ amount: Double) throws -> Double {
          var values = original.values
          values[index] += amount
          parameter.value = Tensor(values, shape: original.shape)
          return try penalty().item
        }
        let numeric = try (shifted(height) - shifted(-height)) / (2 * height)
        let analytic = gradient.values[index]
        #expect(abs(numeric - analytic) <= 1e-7 * max(1, abs(analytic)), "\(name)[\(index)]: \(analytic), \(numeric)")
      }
      parameter.value = original
    }
  }
}
