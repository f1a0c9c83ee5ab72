import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### Block D, from 17×17 to 8×8
//: As block B, with a row and a column of 7 in front of the longer branch's stride.

/// [N, C, 17, 17] → [N, C + 512, 8, 8]. Source: torchvision, `InceptionD`.
package final class InceptionD: NamedParts, Layer {
  let branch3x3_1: BasicConv2d
  let branch3x3_2: BasicConv2d
  let branch7x7x3_1: BasicConv2d
  let branch7x7x3_2: BasicConv2d
  let branch7x7x3_3: BasicConv2d
  let branch7x7x3_4: BasicConv2d

  package init(_ inputs: Int, random: TorchGenerator) {
    branch3x3_1 = BasicConv2d(inputs, 192, kernel: 1, random: random)
    branch3x3_2 = BasicConv2d(192, 320, kernel: 3, stride: 2, random: random)
    branch7x7x3_1 = BasicConv2d(inputs, 192, kernel: 1, random: random)
    branch7x7x3_2 = .row(192, 192, taps: 7, random: random)
    branch7x7x3_3 = .column(192, 192, taps: 7, random: random)
    branch7x7x3_4 = BasicConv2d(192, 192, kernel: 3, stride: 2, random: random)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let long = branch7x7x3_3(branch7x7x3_2(branch7x7x3_1(x)))  // [N, 192, 17, 17]
    let branches = [
      branch3x3_2(branch3x3_1(x)),  // [N, 192, 17, 17] → [N, 320, 8, 8]
      branch7x7x3_4(long),  // [N, 192, 8, 8]
      x.maximumPooled(PoolingWindow(size: 3, stride: 2)),  // [N, C, 8, 8]
    ]
    return concatenated(branches, axis: 1)
  }

  var parts: [(name: String, layer: any Layer)] {
    [
      ("branch3x3_1", branch3x3_1), ("branch3x3_2", branch3x3_2), ("branch7x7x3_1", branch7x7x3_1),
      ("branch7x7x3_2", branch7x7x3_2), ("branch7x7x3_3", branch7x7x3_3), ("branch7x7x3_4", branch7x7x3_4),
    ]
  }
}
