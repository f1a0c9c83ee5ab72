//: # What the document changes about the paper
//: The document's program is a shortened ProGAN. Karras et al. 2018 differ from it in this:
//:
//: | | document | paper |
//: |---|---|---|
//: | equalized learning rate | `WSConv2d` only | every layer |
//: | minibatch standard deviation | over the whole batch | the same in its text, over groups of 4 in its code |
//: | $\tanh$ at the end | from 8 px on | never: colors are linear |
//: | latent vector | as drawn | normalized to length $\sqrt z$ |
//: | first layers | transposed convolution, then a block of two | transposed or dense layer, then one convolution |
//: | critic's block at 4×4 | constructed, not called | called |
//: | last convolution of the critic | no activation | leaky ReLU |
//: | older blocks of the critic | halve, then convolve | convolve, then halve |
//: | length of a phase | 8 epochs | 800,000 images to fade in, 800,000 to settle |
//: | drift term $0.001\cdot E[D(x)^2]$ | none | keeps scores near 0 |
//: | pictures for display | the generator as it is | a running average of its weights |
//: | Adam | $\beta = (0, 0.99)$, $\eta = 10^{-4}$ | $\beta = (0, 0.99)$, $\eta = 10^{-3}$ |
//:
//: Chapter 6 offers the cheap ones as options: the running average, the drift term, more critic steps.
//:
//: # What goes wrong
//: - **$N$ in the place of $N - 1$.** At batches of 2 every deviation is 29 % too small, and a critic trained with one
//:   is shown other numbers with the other.
//: - **A batch of one.** The deviation is 0/0. In PyTorch the NaN goes through the loss into every weight, and the log
//:   says `nan` from then on. A data set whose size leaves a remainder of 1 does the same in the last batch of every
//:   epoch.
//: - **Fading in the wrong way round**, $\alpha\,\text{old} + (1-\alpha)\,\text{new}$. Nothing crashes: at
//:   $\alpha = 0.01$ the untrained block is in charge at once, and at the end of the fade-in it is gone, until the next
//:   step calls it at full strength.
//: - **Scaling the bias too.** With $s\,(x * W + b)$ a step of Adam moves the output by $s\,\eta$ instead of $\eta$:
//:   behind a 3×3 convolution of 256 channels, $s = \sqrt{2/2304}$, by a thirty-fourth.
//: - **Halving in another order after growing**, as the document's critic does. Its scores jump at the start of each
//:   resolution, and that is easily mistaken for the price of growing.
//: - **Weights that are never used.** They cost memory, and they decide the random stream: leave out the critic's block
//:   0 and every following draw is another one.
//:
//: # Exercises
//: `--exercise N` runs a starting point.
//:
//: 1. Equalize the generator's first layer too. The starting point shows its relative step; what should its gain be, if
//:    a transposed convolution of a 1×1 picture has fan-in $z$?
//: 2. Exchange the arguments of `fadeIn`. The starting point prints the change of the pictures at $\alpha = 0$ for both
//:    orders. Which test of `Tests/ProGAN` fails when you do it in the library?
//: 3. Split the batch of `minibatchStandardDeviation` into groups of 4, as the paper's code does. The starting point
//:    prints what the one number says about a batch in which half of the images are collapsed; what would two numbers
//:    say?

import GANBook
import ProGAN

/// Runs what an exercise starts from. Nothing is recorded: there is no reference for what a reader changes.
func runExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: equalizeTheFirstLayer(plan)
  case 2: fadeTheWrongWay(plan)
  default: try splitTheBatch(plan)
  }
}

private func equalizeTheFirstLayer(_ plan: Plan) {
  let layer = ConvTranspose2d(128, 128, kernel: 4, random: plan.random())
  let size = layer.weight.value.rootMeanSquare
  say("size of the first layer's weights: \(formatted(size, decimals: 5))")
  say("relative step at a learning rate of 1e-4: \(formatted(1e-4 / size, decimals: 5)), equalized: 0.00010")
}

private func fadeTheWrongWay(_ plan: Plan) {
  let random = plan.random()
  let generator = Generator(latents: 64, channels: 16, imageSize: 16, random: random)
  let noise = random.normal([4, 64, 1, 1])
  withoutRecording {
    let old = generator(noise, alpha: 1, step: 1).upsampledNearest(factor: 2)
    // α·old + (1 − α)·new at α is α·new + (1 − α)·old at 1 − α.
    for (order, alpha) in [("new, old", 0.0), ("old, new", 1.0)] {
      let change = generator(noise, alpha: alpha, step: 2).largestDifference(from: old)
      say("fadeIn(α, \(order)) at α = 0: largest change of a pixel \(formatted(change, decimals: 5))")
    }
  }
}

private func splitTheBatch(_ plan: Plan) throws {
  for (name, indices) in [("all different", Array(0..<8)), ("half collapsed", [0, 0, 0, 0, 1, 2, 3, 4])] {
    let images = plan.photographs.batch(indices)
    let whole = images.standardDeviation(axes: [0]).mean().item
    let groups = [0..<4, 4..<8].map { images.sliced(axis: 0, $0).standardDeviation(axes: [0]).mean().item }
    say(
      "\(name): whole batch \(formatted(whole, decimals: 4)), groups of 4 "
        + groups.map { formatted($0, decimals: 4) }.joined(separator: " and "))
  }
}
