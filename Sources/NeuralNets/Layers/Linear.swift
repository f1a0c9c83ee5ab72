import Autograd
import Tensors
import TorchRandom

/// y = x·Wᵀ + b for x [N, in] and W [out, in].
package final class Linear: Layer {
  package let weight: Parameter
  package let bias: Parameter?

  package init(_ inputs: Int, _ outputs: Int, bias: Bool = true, random: TorchGenerator) {
    weight = Parameter(random.defaultWeight([outputs, inputs]))
    self.bias = bias ? Parameter(random.defaultBias(outputs, weightShape: [outputs, inputs])) : nil
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let product = matrixProduct(x, weight.value, transposingB: true)
    let output = bias.map { product + $0.value } ?? product
    Trace.layer(weight.layerPath, output)
    return output
  }

  package var state: [StateEntry] { weightAndBias(weight, bias) }
}
