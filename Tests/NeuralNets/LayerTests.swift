import Autograd
import NeuralNets
import Tensors
import Testing
import TorchRandom

@Suite struct LayerTests {
  private func network() -> Sequential {
    let random = TorchGenerator(seed: 1)
    return Sequential([
      Conv2d(3, 4, kernel: 3, random: random), BatchNorm2d(4), LeakyReLU(0.2),
      Sequential([ConvTranspose2d(4, 2, kernel: 4, stride: 2, padding: 1, bias: false, random: random), Tanh()]),
    ])
  }

  @Test func `state is named as PyTorch names it`() {
    #expect(
      network().state.map(\.name) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
        "3.0.weight",
      ])
    #expect(network().namedParameters.map(\.name) == ["0.weight", "0.bias", "1.weight", "1.bias", "3.0.weight"])
  }

  @Test func `layers are visited children first`() {
    let names = network().allLayers.map { String(describing: type(of: $0)) }
    #expect(
      names == ["Conv2d", "BatchNorm2d", "LeakyReLU", "ConvTranspose2d", "Tanh", "Sequential", "Sequential"])
  }

  @Test func `a state dictionary moves everything between networks`() throws {
    let source = network()
    let x = TorchGenerator(seed: 2).normal([2, 3, 7, 5])
    _ = source(x)
    let target = network()
    target.parameters[0].value = .zeros(target.parameters[0].shape, dtype: .float32)
    try target.load(source.stateDictionary)
    source.setTraining(false)
    target.setTraining(false)
    #expect(source(x).values == target(x).values)
    #expect(
      target.stateDictionary["1.num_batches_tracked"].map { if case .counter(1) = $0 { true } else { false } } == true)
  }

  @Test func `a foreign state is refused by name and changes nothing`() throws {
    let target = network()
    let before = target.parameters[0].value.values
    var entries = network().stateDictionary.entries
    entries[3].value = .tensor(.zeros([9], dtype: .float32))
    #expect(throws: StateDictionaryError.shape(name: "1.bias", expected: [4], found: [9])) {
      try target.load(StateDictionary(entries))
    }
    #expect(throws: StateDictionaryError.missing(name: "3.0.weight")) {
      try target.load(StateDictionary(Array(network().stateDictionary.entries.dropLast())))
    }
    #expect(throws: StateDictionaryError.unexpected(name: "7.weight")) {
      try target.load(StateDictionary(network().stateDictionary.entries + [("7.weight", .counter(1))]))
    }
    #expect(target.parameters[0].value.values == before)
  }

  @Test func `running variance takes the unbiased batch variance`() {
    let layer = BatchNorm2d(1)
    let x = Tensor([1, 2, 3, 6] as [Float], shape: [2, 1, 1, 2])
    _ = layer(x)
    // Mean 3, squared deviations 4 + 1 + 0 + 9 = 14: 14/3 unbiased.
    #expect(abs(layer.runningMean.value.item - 0.3) < 1e-7)
    #expect(abs(layer.runningVariance.value.item - (0.9 + 0.1 * 14 / 3)) < 1e-6)
    #expect(layer.batchesTracked.value == 1)
  }

  @Test func `evaluation mode uses and keeps the running statistics`() {
    let layer = BatchNorm2d(1)
    layer.isTraining = false
    let x = Tensor([1, 2, 3, 6] as [Float], shape: [2, 1, 1, 2])
    let y = layer(x)
    #expect(zip(y.values, x.values).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(layer.batchesTracked.value == 0)
  }

  /// Values, gradients and second gradients of a layer with the activation behind it, in one pass and in two.
  private func expectSameBitsFusedAndInTurn(
    _ layer: any Layer, _ x: Tensor, _ random: TorchGenerator, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let inputs = [x] + layer.parameters.values
    for activation: any Layer in [ReLU(), LeakyReLU(0.2)] {
      let inTurn = activation(layer(x))
      let direction = random.normal(inTurn.shape, dtype: x.dtype)
      func results(_ y: Tensor) -> [[Double]] {
        let loss = (y.squared() * direction).sum()
        let kept = gradients(of: loss, at: inputs, keepingGraph: true)
        let second = gradients(of: kept[0].squared().sum(), at: inputs)
        return [y.values] + gradients(of: loss, at: inputs).map(\.values) + second.map(\.values)
      }
      let areSame = results(Sequential([layer, activation])(x)) == results(inTurn)
      #expect(areSame, "\(activation)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: DType.allCases)
  func `a normalization fused with its activation has the bits of both in turn`(_ dtype: DType) {
    let random = TorchGenerator(seed: 4)
    let normalization = BatchNorm2d(3)
    normalization.weight.value = random.normal([3], mean: 1, std: 0.5)
    normalization.bias.value = random.normal([3])
    normalization.convert(to: dtype)
    expectSameBitsFusedAndInTurn(normalization, random.normal([5, 3, 7, 3], dtype: dtype), random)
  }

  /// One of every way in which a convolution is computed: by taps, minimal filtering, one product for all images and
  /// one for each.
  @Test(
    arguments: DType.allCases,
    [
      (inputs: 3, outputs: 5, size: 9, kernel: 4, stride: 2, padding: 1),
      (inputs: 16, outputs: 24, size: 12, kernel: 3, stride: 1, padding: 1),
      (inputs: 16, outputs: 40, size: 16, kernel: 4, stride: 2, padding: 1),
      (inputs: 2, outputs: 3, size: 4, kernel: 4, stride: 1, padding: 0),
      (inputs: 3, outputs: 2, size: 8, kernel: 1, stride: 1, padding: 0),
    ])
  func `a convolution fused with its activation has the bits of both in turn`(
    _ dtype: DType, _ extents: (inputs: Int, outputs: Int, size: Int, kernel: Int, stride: Int, padding: Int)
  ) {
    let random = TorchGenerator(seed: 5)
    for bias in [false, true] {
      let convolution = Conv2d(
        extents.inputs, extents.outputs, kernel: extents.kernel, stride: extents.stride, padding: extents.padding,
        bias: bias, random: random)
      convolution.convert(to: dtype)
      let x = random.normal([3, extents.inputs, extents.size, extents.size], dtype: dtype)
      expectSameBitsFusedAndInTurn(convolution, x, random)
    }
  }

  @Test func `converting widens every tensor exactly`() {
    let network = network()
    let before = network.parameters.map(\.value.values)
    network.convert(to: .float64)
    #expect(network.parameters.allSatisfy { $0.value.dtype == .float64 })
    #expect(network.parameters.map(\.value.values) == before)
  }
}

@Suite struct BinaryCrossEntropyTests {
  @Test func `it is the negative log-likelihood and survives extreme logits`() {
    let logits = Tensor([-800, -2, 0, 3, 800] as [Double], shape: [5])
    let loss = binaryCrossEntropy(logits: logits, targets: Tensor([0, 1, 0.5, 1, 1] as [Double], shape: [5]))
    func softplus(_ x: Double) -> Double { Tensor(x, dtype: .float64).softplus().item }
    #expect(abs(loss.item - (0 + softplus(2) + softplus(0) + softplus(-3) + 0) / 5) < 1e-15)
  }
}

@Suite struct AdamTests {
  @Test func `the first step is the learning rate whatever the gradient`() {
    for gradient in [1e-3, 1.0, 1e3] {
      let parameter = Parameter(Tensor(repeating: 1, shape: [3], dtype: .float64))
      let adam = Adam([parameter], learningRate: 0.01)
      adam.step([Tensor(repeating: gradient, shape: [3], dtype: .float64)])
      #expect(parameter.value.values.allSatisfy { abs($0 - 0.99) < 1e-6 })
    }
  }

  @Test func `a parameter without gradient stays and keeps its step count`() {
    let parameters = (0..<2).map { _ in Parameter(Tensor.ones([2], dtype: .float32)) }
    let adam = Adam(parameters, learningRate: 0.1)
    adam.step([nil, .ones([2], dtype: .float32)])
    #expect(parameters[0].value.values == [1, 1])
    #expect(adam.moments.map(\.step) == [0, 1])
  }

  @Test func `saved moments continue the run bit for bit`() throws {
    let gradient = TorchGenerator(seed: 3).normal([50])
    func run(restarting: Bool) throws -> [Double] {
      let parameter = Parameter(Tensor.ones([50], dtype: .float32))
      var adam = Adam([parameter], learningRate: 0.1, betas: (0.5, 0.999))
      for step in 0..<6 {
        if restarting && step == 3 {
          let saved = adam.moments.map { ($0.step, $0.first, $0.second) }
          adam = Adam([parameter], learningRate: 0.1, betas: (0.5, 0.999))
          try adam.load(saved)
        }
        adam.step([gradient * Double(step + 1)])
      }
      return parameter.value.values
    }
    #expect(try run(restarting: true) == run(restarting: false))
  }
}
