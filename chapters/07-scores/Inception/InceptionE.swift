import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### Block E, at 8×8
//: Where little is left of the picture the block grows wide instead of deep: a row and a column of 3 stand *beside*
//: each other and both of their outputs are kept.

/// [N, C, 8, 8] → [N, 2048, 8, 8]. Source: torchvision, `InceptionE`.
package final class InceptionE: NamedParts, Layer {
  let branch1x1: BasicConv2d
  let branch3x3_1: BasicConv2d
  let branch3x3_2a: BasicConv2d
  let branch3x3_2b: BasicConv2d
  let branch3x3dbl_1: BasicConv2d
  let branch3x3dbl_2: BasicConv2d
  let branch3x3dbl_3a: BasicConv2d
  let branch3x3dbl_3b: BasicConv2d
  let branch_pool: BasicConv2d
  private let pool: PoolingBranch

  package init(_ inputs: Int, pool: PoolingBranch, random: TorchGenerator) {
    branch1x1 = BasicConv2d(inputs, 320, kernel: 1, random: random)
    branch3x3_1 = BasicConv2d(inputs, 384, kernel: 1, random: random)
    branch3x3_2a = .row(384, 384, taps: 3, random: random)
    branch3x3_2b = .column(384, 384, taps: 3, random: random)
    branch3x3dbl_1 = BasicConv2d(inputs, 448, kernel: 1, random: random)
    branch3x3dbl_2 = BasicConv2d(448, 384, kernel: 3, padding: 1, random: random)
    branch3x3dbl_3a = .row(384, 384, taps: 3, random: random)
    branch3x3dbl_3b = .column(384, 384, taps: 3, random: random)
    branch_pool = BasicConv2d(inputs, 192, kernel: 1, random: random)
    self.pool = pool
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let single = branch3x3_1(x)  // [N, 384, 8, 8]
    let double = branch3x3dbl_2(branch3x3dbl_1(x))  // [N, 448, 8, 8] → [N, 384, 8, 8]
    let branches = [
      branch1x1(x),  // [N, 320, 8, 8]
      branch3x3_2a(single),  // [N, 384, 8, 8]
      branch3x3_2b(single),  // [N, 384, 8, 8]
      branch3x3dbl_3a(double),  // [N, 384, 8, 8]
      branch3x3dbl_3b(double),  // [N, 384, 8, 8]
      branch_pool(pool(x)),  // [N, 192, 8, 8]
    ]
    return concatenated(branches, axis: 1)
  }

  var parts: [(name: String, layer: any Layer)] {
    [
      ("branch1x1", branch1x1), ("branch3x3_1", branch3x3_1), ("branch3x3_2a", branch3x3_2a),
      ("branch3x3_2b", branch3x3_2b),
      ("branch3x3dbl_1", branch3x3dbl_1), ("branch3x3dbl_2", branch3x3dbl_2), ("branch3x3dbl_3a", branch3x3dbl_3a),
      ("branch3x3dbl_3b", branch3x3dbl_3b), ("branch_pool", branch_pool),
    ]
  }
}
