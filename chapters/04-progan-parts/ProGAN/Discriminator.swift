import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ## The critic
//: The mirror image of the generator. The document calls it Discriminator; since its output is a score and no
//: probability, the literature says *critic*. A 1×1 convolution per resolution, `fromRGB`, turns colors into features,
//: without an activation. The newest block is followed by a 2×2 mean that halves the picture. While step $s$ fades in,
//: the new block's halved output is mixed with what the *old* `fromRGB` makes of the halved image. At 4×4 the minibatch
//: standard deviation joins as a channel, a 4×4 convolution reads the whole picture out (again no activation), and a
//: linear layer gives the score.
//:
//: Two things in the document's code are easy to overlook.
//:
//: - The block at 4×4, `prog_blocks[0]`, is constructed but never called. Its weights are drawn, saved, and handed to
//:   Adam, and no gradient ever reaches them: the loop that walks down the resolutions stops before index 0.
//: - The newest block sees the picture *before* it is halved. The blocks below it are called *after* halving. So a
//:   block works at $4\cdot2^s$ px while it is the newest, and at half of that from the next step on: growing changes
//:   what the old part of the critic computes, and fading in cannot hide it. `HalvingOrder` is the switch between the
//:   document's order and the paper's.

/// Whether the critic's older blocks see a picture before or after it is halved.
package enum HalvingOrder: Sendable {
  /// Halve, then call the block: the document's code. Growing changes the critic abruptly.
  case beforeBlock
  /// Call the block, then halve, as for the newest block: the paper. At α = 0 the grown critic is the old one.
  case afterBlock
}

/// Images [N, 3, S, S], S = 4·2^step → scores [N, 1]. Source: document 2, `Discriminator`.
package final class Discriminator: Module {
  package let blocks: [ConvBlock]
  package let fromRGB: [WSConv2d]
  let conv: WSConv2d
  let linear: Linear
  private let order: HalvingOrder
  private let halving = PoolingWindow(size: 2)

  /// Draws as the document constructs: each resolution's `fromRGB` and its block, then the last convolution, then the
  /// linear layer.
  package init(
    imageSize: Int, latents: Int, channels base: Int, imageChannels: Int = 3, order: HalvingOrder = .beforeBlock,
    random: TorchGenerator
  ) {
    self.order = order
    var outputs = base
    var blocks: [ConvBlock] = []
    var fromRGB: [WSConv2d] = []
    for step in 0...lastStep(forSize: imageSize) {
      let inputs = channels(atStep: step, of: base)
      fromRGB.append(WSConv2d(imageChannels, inputs, kernel: 1, padding: 0, random: random))
      blocks.append(ConvBlock(inputs, outputs, usesPixelNorm: false, random: random))
      outputs = inputs
    }
    (self.blocks, self.fromRGB) = (blocks, fromRGB)
    conv = WSConv2d(base + 1, latents, kernel: 4, padding: 0, random: random)
    linear = Linear(latents, 1, random: random)
  }

  /// The scores of `images` at `step`, of which the newest block has faded in by `alpha`.
  ///
  /// `probe` is told every stage's name and value, in order.
  ///
  /// - Throws: `BatchOfOneError` for N = 1.
  package func callAsFunction(
    _ images: Tensor, alpha: Double, step: Int, probe: (String, Tensor) -> Void = { _, _ in }
  ) throws(BatchOfOneError) -> Tensor {
    precondition(blocks.indices.contains(step), "step \(step) of a critic with \(blocks.count) resolutions")
    precondition(
      images.rank == 4 && images.shape[2] == resolution(atStep: step) && images.shape[3] == images.shape[2],
      "step \(step) takes images of \(resolution(atStep: step)) pixels, found \(images.shape)")
    var out = fromRGB[step](images)  // [N, Cₛ, S, S]
    probe("fromRGB \(step), new", out)
    if step > 0 {
      let small = images.averagePooled(halving)  // [N, 3, S/2, S/2]
      probe("halved images", small)
      let old = fromRGB[step - 1](small)  // [N, Cₛ₋₁, S/2, S/2]
      probe("fromRGB \(step - 1), old", old)
      out = blocks[step](out)  // [N, Cₛ₋₁, S, S]
      probe("block \(step), whole", out)
      out = out.averagePooled(halving)  // [N, Cₛ₋₁, S/2, S/2]
      probe("block \(step), halved", out)
      out = fadeIn(alpha, new: out, old: old)
      probe("faded in", out)
      for index in (1..<step).reversed() {
        out = halved(out, throughBlock: index, probe: probe)  // [N, Cᵢ, 4·2ⁱ, 4·2ⁱ] → [N, Cᵢ₋₁, 4·2ⁱ⁻¹, 4·2ⁱ⁻¹]
      }
    }
    out = try minibatchStandardDeviation(out)  // [N, C + 1, 4, 4]
    probe("with standard deviation", out)
    out = conv(out)  // [N, Z, 1, 1]
    probe("last convolution", out)
    return linear(out.flattened(from: 1))  // [N, 1]
  }

  /// An older block and a halving, in this critic's order.
  private func halved(_ input: Tensor, throughBlock index: Int, probe: (String, Tensor) -> Void) -> Tensor {
    switch order {
    case .beforeBlock:
      let half = input.averagePooled(halving)
      probe("halved for block \(index)", half)
      let out = blocks[index](half)
      probe("block \(index)", out)
      return out
    case .afterBlock:
      let whole = blocks[index](input)
      probe("block \(index), whole", whole)
      let out = whole.averagePooled(halving)
      probe("block \(index), halved", out)
      return out
    }
  }

  package var children: [any Layer] { blocks + fromRGB + [conv, linear] }
  package var state: [StateEntry] {
    numbered(blocks, "prog_blocks") + numbered(fromRGB, "rgb_layers") + conv.state.prefixed("conv")
      + linear.state.prefixed("linear")
  }
}
