import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ### The auxiliary head
//: During training a second classifier sat on the 17×17 maps, to bring gradients to the lower half. Scoring never calls
//: it. It is here because torchvision's files hold its weights.

/// [N, C, 17, 17] → logits [N, classes]. Source: torchvision, `InceptionAux`.
package final class InceptionAux: NamedParts, Layer {
  let conv0: BasicConv2d
  let conv1: BasicConv2d
  let fc: Linear

  package init(_ inputs: Int, classes: Int, random: TorchGenerator) {
    conv0 = BasicConv2d(inputs, 128, kernel: 1, random: random)
    conv1 = BasicConv2d(128, 768, kernel: 5, random: random)
    fc = Linear(768, classes, random: random)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    let small = x.averagePooled(PoolingWindow(size: 5, stride: 3))  // [N, C, 5, 5]
    let maps = conv1(conv0(small))  // [N, 128, 5, 5] → [N, 768, 1, 1]
    return fc(maps.averagedOverPlanes())  // [N, 768] → [N, classes]
  }

  var parts: [(name: String, layer: any Layer)] { [("conv0", conv0), ("conv1", conv1), ("fc", fc)] }
}
