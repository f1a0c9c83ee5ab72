import Autograd
import NeuralNets
import Tensors
import TorchRandom

//: ## The generator
//: One transposed convolution takes the latent vector, a picture of one pixel with $z$ channels, to 4×4. It is the only
//: layer that is *not* equalized: a plain layer of PyTorch's with PyTorch's default weights. Then comes a block at 4×4,
//: and for every further step the picture is doubled (each pixel repeated 2×2) and passed through the next block. A 1×1
//: convolution per resolution, `toRGB`, turns features into colors.
//:
//: While step $s$ fades in, two pictures are mixed: the new block's, and the one that the *old* `toRGB` makes of the
//: new block's input, the doubled features. Only then comes $\tanh$. At step 0 there is nothing to mix, and the
//: document returns the colors without $\tanh$: its 4×4 pictures are not bound to $[-1, 1]$.

/// z [N, Z, 1, 1] → images [N, 3, S, S], S = 4·2^step. Source: document 2, `Generator`.
package final class Generator: Module {
  let initial: Sequential
  package let blocks: [ConvBlock]
  package let toRGB: [WSConv2d]

  /// Draws as the document constructs: the first layer, then each resolution's block and its `toRGB`.
  package init(latents: Int, channels base: Int, imageSize: Int, imageChannels: Int = 3, random: TorchGenerator) {
    initial = Sequential([
      ConvTranspose2d(latents, base, kernel: 4, random: random), LeakyReLU(0.2), PixelNorm(),  // [N, C, 4, 4]
    ])
    var inputs = base
    var blocks: [ConvBlock] = []
    var toRGB: [WSConv2d] = []
    for step in 0...lastStep(forSize: imageSize) {
      let outputs = channels(atStep: step, of: base)
      blocks.append(ConvBlock(inputs, outputs, random: random))
      toRGB.append(WSConv2d(outputs, imageChannels, kernel: 1, padding: 0, random: random))
      inputs = outputs
    }
    (self.blocks, self.toRGB) = (blocks, toRGB)
  }

  /// The images of `noise` at `step`, of which the newest block has faded in by `alpha`.
  ///
  /// `probe` is told every stage's name and value, in order.
  package func callAsFunction(
    _ noise: Tensor, alpha: Double, step: Int, probe: (String, Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    precondition(blocks.indices.contains(step), "step \(step) of a generator with \(blocks.count) resolutions")
    var upscaled = initial(noise)  // [N, C, 4, 4]
    probe("initial", upscaled)
    var out = blocks[0](upscaled)  // [N, C, 4, 4]
    probe("block 0", out)
    if step == 0 { return toRGB[0](out) }  // [N, 3, 4, 4]
    for index in 1...step {
      upscaled = out.upsampledNearest(factor: 2)  // [N, Cᵢ₋₁, 4·2ⁱ, 4·2ⁱ]
      probe("upscaled \(index)", upscaled)
      out = blocks[index](upscaled)  // [N, Cᵢ, 4·2ⁱ, 4·2ⁱ]
      probe("block \(index)", out)
    }
    let old = toRGB[step - 1](upscaled)  // [N, 3, S, S]
    let new = toRGB[step](out)  // [N, 3, S, S]
    probe("toRGB \(step - 1), old", old)
    probe("toRGB \(step), new", new)
    return fadeIn(alpha, new: new, old: old).tanh()
  }

  package var children: [any Layer] { blocks + toRGB + [initial] }
  /// In PyTorch's order: the lists are registered before the first layer, although they are drawn after it.
  package var state: [StateEntry] {
    numbered(blocks, "prog_blocks") + numbered(toRGB, "rgb_layers") + initial.state.prefixed("initial")
  }
}

/// The state of a PyTorch `ModuleList`.
func numbered(_ layers: [any Layer], _ name: String) -> [StateEntry] {
  layers.enumerated().flatMap { index, layer in layer.state.prefixed("\(name).\(index)") }
}
