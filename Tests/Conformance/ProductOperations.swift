import Autograd
import Tensors

let productOperations: [String: Operation] = [
  "matmul": {
    [
      matrixProduct(
        $0[0], $0[1], transposingA: try $0.flag("transposeA"), transposingB: try $0.flag("transposeB"))
    ]
  },
  "linear": { arguments in
    let product = matrixProduct(arguments[0], arguments[1], transposingB: true)
    return [arguments.optional(2).map { product + $0 } ?? product]
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
