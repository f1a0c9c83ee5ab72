import Autograd
import Tensors
import Testing

/// One primitive as a function of several float64 tensors, with points at which to test its derivatives.
struct Differentiable: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [[Int]]
  /// Where the inputs are drawn from; functions with a kink or a pole keep away from it.
  let range: ClosedRange<Double>
  let function: @Sendable ([Tensor]) -> Tensor
  var testDescription: String { name }

  init(
    _ name: String, _ shapes: [[Int]], in range: ClosedRange<Double> = -1.5...1.5,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.shapes = shapes
    self.range = range
    self.function = function
  }

  /// Fixed pseudo-random points, the same in every run.
  var inputs: [Tensor] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return shapes.map { shape in
      Tensor(
        (0..<Tensor.elementCount(of: shape)).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11) * 0x1p-53
        }, shape: shape)
    }
  }

  static let positive = 0.2...2.0

  static let all: [Differentiable] = [
    .init("a + b", [[2, 3], [3]]) { $0[0] + $0[1] },
    .init("a - b", [[2, 1], [2, 3]]) { $0[0] - $0[1] },
    .init("a * b", [[2, 3], [1, 3]]) { $0[0] * $0[1] },
    .init("a / b", [[2, 3], [2, 1]], in: positive) { $0[0] / $0[1] },
    .init("-a", [[3]]) { -$0[0] },
    .init("2 - a/3 + 5/a", [[3]], in: positive) { 2 - $0[0] / 3 + 5 / $0[0] },
    .init("maximum(a, b)", [[7], [7]]) { elementwiseMaximum($0[0], $0[1]) },
    .init("minimum(a, b)", [[7], [7]]) { elementwiseMinimum($0[0], $0[1]) },
    .init("exp", [[5]]) { $0[0].exp() },
    .init("log", [[5]], in: positive) { $0[0].log() },
    .init("tanh", [[5]]) { $0[0].tanh() },
    .init("sigmoid", [[5]]) { $0[0].sigmoid() },
    .init("softplus", [[5]]) { $0[0].softplus() },
    .init("squareRoot", [[5]], in: positive) { $0[0].squareRoot() },
    .init("squared", [[5]]) { $0[0].squared() },
    .init("absolute", [[5]]) { $0[0].absolute() },
    .init("relu", [[7]]) { $0[0].relu() },
    .init("leakyReLU", [[7]]) { $0[0].leakyReLU(slope: 0.2) },
    .init("clamped", [[7]]) { $0[0].clamped(to: -0.5...0.5) },
    .init("sum over the middle axis", [[2, 3, 2]]) { $0[0].sum(axes: [1]) },
    .init("mean over two axes", [[2, 3, 2]]) { $0[0].mean(axes: [0, 2]) },
    .init("variance", [[3, 4]]) { $0[0].variance(axes: [1]) },
    .init("standardDeviation", [[3, 4]]) { $0[0].standardDeviation(axes: [0], unbiased: false) },
    .init("norm", [[3, 4]]) { $0[0].norm(axis: 1) },
    .init("maximum over an axis", [[3, 4]]) { $0[0].maximum(axis: 1) },
    .init("reshaped, permuted", [[2, 3, 2]]) { $0[0].permuted([2, 0, 1]).reshaped([4, -1]) },
    .init("sliced, padded", [[4, 3]]) { $0[0].sliced(axis: 0, 1..<3).padded(axis: 1, before: 2, to: 7) },
    .init("concatenated", [[2, 1], [2, 3]]) { concatenated($0, axis: 1) },
    .init("broadcast", [[2, 1, 3]]) { $0[0].broadcast(to: [2, 2, 3]) },
    .init("matrixProduct", [[2, 3], [3, 4]]) { matrixProduct($0[0], $0[1]) },
    .init("matrixProduct of transposes", [[3, 2], [4, 3]]) {
      matrixProduct($0[0], $0[1], transposingA: true, transposingB: true)
    },
    .init("convolution", [[2, 2, 5, 4], [3, 2, 3, 2], [3]]) {
      convolution($0[0], $0[1], bias: $0[2], stride: .init(height: 2, width: 1), padding: .init(height: 1, width: 0))
    },
    .init("convolution, bias and leakyReLU in one pass", [[2, 2, 4, 3], [3, 2, 3, 3], [3]]) {
      convolution($0[0], $0[1], bias: $0[2], padding: 1, activation: .leakyReLU(slope: 0.2))
    },
    .init("convolution and leakyReLU in one pass", [[2, 2, 4, 3], [3, 2, 3, 3]]) {
      convolution($0[0], $0[1], padding: 1, activation: .leakyReLU(slope: 0.2))
    },
    .init("transposedConvolution", [[2, 3, 2, 3], [3, 2, 4, 4], [2]]) {
      transposedConvolution($0[0], $0[1], bias: $0[2], stride: 2, padding: 1)
    },
    .init("averagePooled", [[1, 2, 5, 5]]) { $0[0].averagePooled(PoolingWindow(size: 3, stride: 2, padding: 1)) },
    .init("averagePooled, blocks of 2×2", [[1, 2, 5, 4]]) { $0[0].averagePooled(PoolingWindow(size: 2)) },
    .init("maximumPooled", [[1, 2, 5, 5]]) { $0[0].maximumPooled(PoolingWindow(size: 2)) },
    .init("upsampledNearest", [[1, 2, 2, 3]]) { $0[0].upsampledNearest(factor: 2) },
    .init("batchNormalization", [[3, 2, 2, 2], [2], [2]]) {
      batchNormalization($0[0], weight: $0[1], bias: $0[2], epsilon: 1e-5).output
    },
    .init("pixelNorm", [[2, 3, 2, 2]]) { pixelNorm($0[0], epsilon: 1e-3) },
    .init("softmax", [[3, 4]]) { $0[0].softmax(axis: 1) },
    .init("logSoftmax", [[3, 4]]) { $0[0].logSoftmax(axis: 0) },
  ]
}

@Suite struct FiniteDifferenceTests {
  /// A scalar that weighs every output differently, so that no error can cancel.
  private func probe(_ y: Tensor) -> Tensor {
    let weights = Tensor((0..<y.count).map { 0.3 + 0.7 * Double($0 % 5) }, shape: y.shape)
    return (y * weights).sum()
  }

  private func expectGradients(
    of function: ([Tensor]) -> Tensor, at inputs: [Tensor], _ analytic: [Tensor], _ name: String
  ) {
    let step = 1e-5
    for (index, input) in inputs.enumerated() {
      let values = input.values
      for element in values.indices {
        func shifted(_ amount: Double) -> Double {
          var moved = values
          moved[element] += amount
          var arguments = inputs
          arguments[index] = Tensor(moved, shape: input.shape)
          return function(arguments).item
        }
        let numeric = (shifted(step) - shifted(-step)) / (2 * step)
        let found = analytic[index].values[element]
        #expect(
          abs(found - numeric) <= 1e-6 * max(1, abs(numeric)),
          "\(name): input \(index), element \(element): rule \(found), central difference \(numeric)")
      }
    }
  }

  @Test(arguments: Differentiable.all)
  func `the rule agrees with central differences`(_ primitive: Differentiable) {
    let inputs = primitive.inputs
    let loss = { self.probe(primitive.function($0)) }
    expectGradients(of: loss, at: inputs, gradients(of: loss(inputs), at: inputs), primitive.name)
  }

  @Test(arguments: Differentiable.all)
  func `the rule of the rule agrees with central differences`(_ primitive: Differentiable) {
    let inputs = primitive.inputs
    // A scalar of the first gradients: its own gradient needs the derivative of every rule.
    let penalty = { (arguments: [Tensor]) -> Tensor in
      let y = self.probe(primitive.function(arguments).tanh())
      let first = gradients(of: y, at: arguments, keepingGraph: true)
      return first.map { self.probe($0.squared()) }.reduce(Tensor(0, dtype: .float64)) { $0 + $1 }
    }
    expectGradients(of: penalty, at: inputs, gradients(of: penalty(inputs), at: inputs), primitive.name)
  }

  @Test func `the fused batch normalization gradient equals the composed one`() {
    for dtype in DType.allCases {
      let inputs = Differentiable("", [[5, 3, 7, 2], [3], [3]]) { $0[0] }.inputs.map { $0.converted(to: dtype) }
      let y = batchNormalization(inputs[0], weight: inputs[1], bias: inputs[2], epsilon: 1e-5).output
      let loss = (y * y.detached.tanh()).sum()
      let fused = gradients(of: loss, at: inputs)
      let composed = gradients(of: loss, at: inputs, keepingGraph: true)
      for (a, b) in zip(fused, composed) {
        let scale = b.values.map(abs).max() ?? 0
        let worst = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= scale * (dtype == .float32 ? 1e-5 : 1e-13), "\(dtype): \(worst) of \(scale)")
      }
    }
  }

  @Test(arguments: [[2, 3, 4, 4], [3, 1, 2, 5], [1, 300, 7, 3], [5, 7, 1, 1], [0, 3, 4, 4]])
  func `pixel norm's gradient has the same bits with a graph of its own and without`(_ shape: [Int]) {
    for dtype in DType.allCases {
      let x = Differentiable("", [shape]) { $0[0] }.inputs[0].converted(to: dtype)
      let y = pixelNorm(x, epsilon: 1e-8)
      let cotangent = y.detached.tanh()
      let fused = gradients(of: y, at: x, cotangent: cotangent)
      let composed = gradients(of: y, at: x, cotangent: cotangent, keepingGraph: true)
      #expect(fused.shape == shape && composed.shape == shape)
      if shape[2] * shape[3] == 1 {
        // A single pixel: the channels are neighbors in memory, and their sum takes its lanes.
        let worst = zip(fused.values, composed.values).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= (dtype == .float32 ? 1e-5 : 1e-13), "\(dtype): \(worst)")
      } else {
        #expect(fused.values == composed.values, "\(dtype)")
      }
    }
  }
}
