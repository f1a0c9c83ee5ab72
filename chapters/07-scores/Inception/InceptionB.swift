import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### Block B, from 35×35 to 17×17
//: Pooling first and widening later would squeeze everything through few channels; widening first costs four times as
//: much. The block halves the picture on all branches at once. The pooling branch passes its input's channels on as
//: they are. Stride 2 without padding: a window every second pixel, ⌊(35 − 3)/2⌋ + 1 = 17 of them.

/// [N, C, 35, 35] → [N, C + 480, 17, 17]. Source: torchvision, `InceptionB`.
package final class InceptionB: NamedParts, Layer {
  let branch3x3: BasicConv2d
  let branch3x3dbl_1: BasicConv2d
  let branch3x3dbl_2: BasicConv2d
  let branch3x3dbl_3: BasicConv2d

  package init(_ inputs: Int, random: TorchGenerator) {
    branch3x3 = BasicConv2d(inputs, 384, kernel: 3, stride: 2, random: random)
    branch3x3dbl_1 = BasicConv2d(inputs, 64, kernel: 1, random: random)
    branch3x3dbl_2 = BasicConv2d(64, 96, kernel: 3, padding: 1, random: random)
    branch3x3dbl_3 = BasicConv2d(96, 96, kernel: 3, stride: 2, random: random)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let branches = [
      branch3x3(x),  // [N, 384, 17, 17]
      branch3x3dbl_3(branch3x3dbl_2(branch3x3dbl_1(x))),  // [N, 64, 35, 35] → [N, 96, 35, 35] → [N, 96, 17, 17]
      x.maximumPooled(PoolingWindow(size: 3, stride: 2)),  // [N, C, 17, 17]
    ]
    return concatenated(branches, axis: 1)
  }

  var parts: [(name: String, layer: any Layer)] {
    [
      ("branch3x3", branch3x3), ("branch3x3dbl_1", branch3x3dbl_1), ("branch3x3dbl_2", branch3x3dbl_2),
      ("branch3x3dbl_3", branch3x3dbl_3),
    ]
  }
}
