import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ## Inception v3
//: The Inception Score asks a classifier what it sees; the Fréchet distance asks it what it *almost* says, the 2,048
//: numbers in front of its last layer. The classifier is Inception v3 (Szegedy et al. 2016), trained on ImageNet:
//: 299×299 pixels in, a thousand classes out. There are two of it in use, and no score of one may be compared with a
//: score of the other.
//:
//: - **torchvision's**, which the document loads. It takes pictures normalized by ImageNet's mean and deviation, as all
//:   of torchvision's networks do, and first undoes that, since these weights were trained on values from −1 to 1.
//: - **the one of published FIDs**, the TensorFlow network of 2015 in PyTorch's clothes. It has 1,008 outputs, of which
//:   eight mean nothing, takes values from 0 to 1, and pools differently in all nine blocks that pool without halving.

/// Which of the two networks in use.
package enum InceptionVariant: String, Sendable, CaseIterable {
  /// `torchvision.models.inception_v3`: pictures normalized by ImageNet's mean and deviation, 1,000 logits, an
  /// auxiliary head.
  case torchvision
  /// `pytorch_fid.inception.fid_inception_v3`: pictures in [0, 1], 1,008 logits.
  case fid

  package var classes: Int { self == .torchvision ? 1000 : 1008 }
}

/// What the network makes of N pictures.
package struct InceptionOutput {
  /// [N, 1000] or [N, 1008]; softmax makes probabilities of them.
  package let logits: Tensor
  /// [N, 2048]: the last block's maps, each averaged to one number.
  package let features: Tensor
}

/// Inception v3 in evaluation mode: pictures [N, 3, H, W], H = W = 299 for the shapes noted here, 75 pixels at least.
///
/// State names are torchvision's. Sources: Szegedy et al. 2016; torchvision, `Inception3`; pytorch-fid,
/// `FIDInceptionA`, `C`, `E_1`, `E_2`.
package final class Inception3: NamedParts {
  package let variant: InceptionVariant
  let conv2d_1a: BasicConv2d
  let conv2d_2a: BasicConv2d
  let conv2d_2b: BasicConv2d
  let conv2d_3b: BasicConv2d
  let conv2d_4a: BasicConv2d
  let mixed_5b: InceptionA
  let mixed_5c: InceptionA
  let mixed_5d: InceptionA
  let mixed_6a: InceptionB
  let mixed_6b: InceptionC
  let mixed_6c: InceptionC
  let mixed_6d: InceptionC
  let mixed_6e: InceptionC
  /// Torchvision's alone.
  package let auxiliary: InceptionAux?
  let mixed_7a: InceptionD
  let mixed_7b: InceptionE
  let mixed_7c: InceptionE
  let fc: Linear
  private let halving = PoolingWindow(size: 3, stride: 2)

  /// Draws as torchvision constructs with `init_weights=False`: PyTorch's default weights in the order of the state.
  package init(variant: InceptionVariant = .torchvision, random: TorchGenerator) {
    self.variant = variant
    let mean: PoolingBranch = variant == .torchvision ? .meanWithPadding : .meanOfPixels
    conv2d_1a = BasicConv2d(3, 32, kernel: 3, stride: 2, random: random)
    conv2d_2a = BasicConv2d(32, 32, kernel: 3, random: random)
    conv2d_2b = BasicConv2d(32, 64, kernel: 3, padding: 1, random: random)
    conv2d_3b = BasicConv2d(64, 80, kernel: 1, random: random)
    conv2d_4a = BasicConv2d(80, 192, kernel: 3, random: random)
    mixed_5b = InceptionA(192, poolFeatures: 32, pool: mean, random: random)
    mixed_5c = InceptionA(256, poolFeatures: 64, pool: mean, random: random)
    mixed_5d = InceptionA(288, poolFeatures: 64, pool: mean, random: random)
    mixed_6a = InceptionB(288, random: random)
    mixed_6b = InceptionC(768, channels: 128, pool: mean, random: random)
    mixed_6c = InceptionC(768, channels: 160, pool: mean, random: random)
    mixed_6d = InceptionC(768, channels: 160, pool: mean, random: random)
    mixed_6e = InceptionC(768, channels: 192, pool: mean, random: random)
    auxiliary = variant == .torchvision ? InceptionAux(768, classes: variant.classes, random: random) : nil
    mixed_7a = InceptionD(768, random: random)
    mixed_7b = InceptionE(1280, pool: mean, random: random)
    mixed_7c = InceptionE(2048, pool: variant == .torchvision ? .meanWithPadding : .maximum, random: random)
    fc = Linear(2048, variant.classes, random: random)
  }

  //: The network, top to bottom. Five plain convolutions bring 299 pixels down to 35; three blocks A; a halving block
  //: B; four blocks C; a halving block D; two blocks E; the mean of every map; one linear layer.

  /// Logits and features. `probe` is told every stage's name and value, in order.
  package func callAsFunction(
    _ pictures: Tensor, probe: (String, Tensor) -> Void = { _, _ in }
  ) -> InceptionOutput {
    precondition(
      pictures.rank == 4 && pictures.shape[1] == 3 && pictures.shape[2] >= 75 && pictures.shape[3] >= 75,
      "pictures [N, 3, H, W] of at least 75 pixels were expected, found \(pictures.shape)")
    var x = toUnitRange(pictures)  // [N, 3, 299, 299]
    func stage(_ name: String, _ apply: (Tensor) -> Tensor) {
      x = apply(x)
      probe(name, x)
    }
    stage("Conv2d_1a_3x3") { conv2d_1a($0) }  // [N, 32, 149, 149]
    stage("Conv2d_2a_3x3") { conv2d_2a($0) }  // [N, 32, 147, 147]
    stage("Conv2d_2b_3x3") { conv2d_2b($0) }  // [N, 64, 147, 147]
    stage("maxpool1") { $0.maximumPooled(halving) }  // [N, 64, 73, 73]
    stage("Conv2d_3b_1x1") { conv2d_3b($0) }  // [N, 80, 73, 73]
    stage("Conv2d_4a_3x3") { conv2d_4a($0) }  // [N, 192, 71, 71]
    stage("maxpool2") { $0.maximumPooled(halving) }  // [N, 192, 35, 35]
    stage("Mixed_5b") { mixed_5b($0) }  // [N, 256, 35, 35]
    stage("Mixed_5c") { mixed_5c($0) }  // [N, 288, 35, 35]
    stage("Mixed_5d") { mixed_5d($0) }  // [N, 288, 35, 35]
    stage("Mixed_6a") { mixed_6a($0) }  // [N, 768, 17, 17]
    stage("Mixed_6b") { mixed_6b($0) }  // [N, 768, 17, 17]
    stage("Mixed_6c") { mixed_6c($0) }  // [N, 768, 17, 17]
    stage("Mixed_6d") { mixed_6d($0) }  // [N, 768, 17, 17]
    stage("Mixed_6e") { mixed_6e($0) }  // [N, 768, 17, 17]
    stage("Mixed_7a") { mixed_7a($0) }  // [N, 1280, 8, 8]
    stage("Mixed_7b") { mixed_7b($0) }  // [N, 2048, 8, 8]
    stage("Mixed_7c") { mixed_7c($0) }  // [N, 2048, 8, 8]
    let features = x.averagedOverPlanes()  // [N, 2048]
    return InceptionOutput(logits: fc(features), features: features)  // [N, 1000], [N, 2048]
  }

  /// Pictures as each variant is given them, to values from −1 to 1.
  private func toUnitRange(_ pictures: Tensor) -> Tensor {
    switch variant {
    case .torchvision:
      let scales = Tensor([0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5], shape: [3, 1, 1])
      let shifts = Tensor([(0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5], shape: [3, 1, 1])
      return pictures * scales.converted(to: pictures.dtype) + shifts.converted(to: pictures.dtype)
    case .fid: return pictures * 2 - 1
    }
  }

  var parts: [(name: String, layer: any Layer)] {
    let lower: [(String, any Layer)] = [
      ("Conv2d_1a_3x3", conv2d_1a), ("Conv2d_2a_3x3", conv2d_2a), ("Conv2d_2b_3x3", conv2d_2b),
      ("Conv2d_3b_1x1", conv2d_3b), ("Conv2d_4a_3x3", conv2d_4a), ("Mixed_5b", mixed_5b), ("Mixed_5c", mixed_5c),
      ("Mixed_5d", mixed_5d), ("Mixed_6a", mixed_6a), ("Mixed_6b", mixed_6b), ("Mixed_6c", mixed_6c),
      ("Mixed_6d", mixed_6d), ("Mixed_6e", mixed_6e),
    ]
    let head: [(String, any Layer)] = auxiliary.map { [("AuxLogits", $0)] } ?? []
    let upper: [(String, any Layer)] = [
      ("Mixed_7a", mixed_7a), ("Mixed_7b", mixed_7b), ("Mixed_7c", mixed_7c), ("fc", fc),
    ]
    return (lower + head + upper).map { (name: $0.0, layer: $0.1) }
  }
}
