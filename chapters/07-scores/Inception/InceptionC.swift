import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### Block C, at 17×17
//: Rows and columns of 7: once each, and twice each.

/// [N, 768, 17, 17] → [N, 768, 17, 17], with `channels` inside the long branches. Source: torchvision, `InceptionC`.
package final class InceptionC: NamedParts, Layer {
  let branch1x1: BasicConv2d
  let branch7x7_1: BasicConv2d
  let branch7x7_2: BasicConv2d
  let branch7x7_3: BasicConv2d
  let branch7x7dbl_1: BasicConv2d
  let branch7x7dbl_2: BasicConv2d
  let branch7x7dbl_3: BasicConv2d
  let branch7x7dbl_4: BasicConv2d
  let branch7x7dbl_5: BasicConv2d
  let branch_pool: BasicConv2d
  private let pool: PoolingBranch

  package init(_ inputs: Int, channels c: Int, pool: PoolingBranch, random: TorchGenerator) {
    branch1x1 = BasicConv2d(inputs, 192, kernel: 1, random: random)
    branch7x7_1 = BasicConv2d(inputs, c, kernel: 1, random: random)
    branch7x7_2 = .row(c, c, taps: 7, random: random)
    branch7x7_3 = .column(c, 192, taps: 7, random: random)
    branch7x7dbl_1 = BasicConv2d(inputs, c, kernel: 1, random: random)
    branch7x7dbl_2 = .column(c, c, taps: 7, random: random)
    branch7x7dbl_3 = .row(c, c, taps: 7, random: random)
    branch7x7dbl_4 = .column(c, c, taps: 7, random: random)
    branch7x7dbl_5 = .row(c, 192, taps: 7, random: random)
    branch_pool = BasicConv2d(inputs, 192, kernel: 1, random: random)
    self.pool = pool
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let once = branch7x7_2(branch7x7_1(x))  // [N, c, 17, 17]
    let twice = branch7x7dbl_4(branch7x7dbl_3(branch7x7dbl_2(branch7x7dbl_1(x))))  // [N, c, 17, 17]
    let branches = [
      branch1x1(x),  // [N, 192, 17, 17]
      branch7x7_3(once),  // [N, 192, 17, 17]
      branch7x7dbl_5(twice),  // [N, 192, 17, 17]
      branch_pool(pool(x)),  // [N, 192, 17, 17]
    ]
    return concatenated(branches, axis: 1)
  }

  var parts: [(name: String, layer: any Layer)] {
    [
      ("branch1x1", branch1x1), ("branch7x7_1", branch7x7_1), ("branch7x7_2", branch7x7_2),
      ("branch7x7_3", branch7x7_3),
      ("branch7x7dbl_1", branch7x7dbl_1), ("branch7x7dbl_2", branch7x7dbl_2), ("branch7x7dbl_3", branch7x7dbl_3),
      ("branch7x7dbl_4", branch7x7dbl_4), ("branch7x7dbl_5", branch7x7dbl_5), ("branch_pool", branch_pool),
    ]
  }
}
