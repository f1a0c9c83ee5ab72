import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### Block A, at 35×35
//: The 5×5 branch stands beside two 3×3 convolutions in a row, which see 5×5 pixels as well, with fewer weights and one
//: more ReLU.

/// [N, C, 35, 35] → [N, 224 + poolFeatures, 35, 35]. Source: torchvision, `InceptionA`.
package final class InceptionA: NamedParts, Layer {
  let branch1x1: BasicConv2d
  let branch5x5_1: BasicConv2d
  let branch5x5_2: BasicConv2d
  let branch3x3dbl_1: BasicConv2d
  let branch3x3dbl_2: BasicConv2d
  let branch3x3dbl_3: BasicConv2d
  let branch_pool: BasicConv2d
  private let pool: PoolingBranch

  package init(_ inputs: Int, poolFeatures: Int, pool: PoolingBranch, random: TorchGenerator) {
    branch1x1 = BasicConv2d(inputs, 64, kernel: 1, random: random)
    branch5x5_1 = BasicConv2d(inputs, 48, kernel: 1, random: random)
    branch5x5_2 = BasicConv2d(48, 64, kernel: 5, padding: 2, random: random)
    branch3x3dbl_1 = BasicConv2d(inputs, 64, kernel: 1, random: random)
    branch3x3dbl_2 = BasicConv2d(64, 96, kernel: 3, padding: 1, random: random)
    branch3x3dbl_3 = BasicConv2d(96, 96, kernel: 3, padding: 1, random: random)
    branch_pool = BasicConv2d(inputs, poolFeatures, kernel: 1, random: random)
    self.pool = pool
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let branches = [
      branch1x1(x),  // [N, 64, 35, 35]
      branch5x5_2(branch5x5_1(x)),  // [N, 48, 35, 35] → [N, 64, 35, 35]
      branch3x3dbl_3(branch3x3dbl_2(branch3x3dbl_1(x))),  // [N, 64, 35, 35] → [N, 96, 35, 35] → [N, 96, 35, 35]
      branch_pool(pool(x)),  // [N, poolFeatures, 35, 35]
    ]
    return concatenated(branches, axis: 1)
  }

  var parts: [(name: String, layer: any Layer)] {
    [
      ("branch1x1", branch1x1), ("branch5x5_1", branch5x5_1), ("branch5x5_2", branch5x5_2),
      ("branch3x3dbl_1", branch3x3dbl_1), ("branch3x3dbl_2", branch3x3dbl_2), ("branch3x3dbl_3", branch3x3dbl_3),
      ("branch_pool", branch_pool),
    ]
  }
}
