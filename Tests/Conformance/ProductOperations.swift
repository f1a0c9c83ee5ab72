import Autograd
import NeuralNets
import Tensors
import TorchRandom

let productOperations: [String: Operation] = [
  "matmul": {
    [
      matrixProduct(
        $0[0], $0[1], transposingA: try $0.flag("transposeA"), transposingB: try $0.flag("transposeB"))
    ]
  },
  "linear": { arguments in
    let weight = try arguments.input(1)
    let bias = arguments.optional(2)
    let layer = Linear(weight.shape[1], weight.shape[0], bias: bias != nil, random: TorchGenerator(seed: 0))
    layer.weight.value = weight
    if let bias { layer.bias?.value = bias }
    return [layer(arguments[0])]
  },
  "convolution": {
    [convolution($0[0], $0[1], bias: $0.optional(2), stride: try $0.pair("stride"), padding: try $0.pair("padding"))]
  },
  "transposed-convolution": {
    [
      transposedConvolution(
        $0[0], $0[1], bias: $0.optional(2), stride: try $0.pair("stride"), padding: try $0.pair("padding"))
    ]
  },
]

extension Arguments {
  fileprivate func pair(_ name: String) throws -> ConvolutionGeometry.Pair {
    let values = try integers(name)
    guard values.count == 2 else { throw Unsuitable(description: "attribute \(name): expected two, found \(values)") }
    return ConvolutionGeometry.Pair(height: values[0], width: values[1])
  }
}
