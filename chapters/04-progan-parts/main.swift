//: # The loss
//: {{weave ProGAN/GradientPenalty.swift}}
//:
//: ## Running the chapter
//: `swift run -c release ch04-progan-parts` takes some seconds. `--dtype float64` shows how much of a number is rounding,
//: `--profile full` uses the document's 128 channels in the fade-in picture, `--exercise N` prepares an exercise.

import ArgumentParser
import Datasets
import Literate
import ProGAN
import Tensors

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption
}

runChapter("04-progan-parts", Options.self) { options, run in
  run.options.sayThatNothingIsResumed()
  let plan = Plan(
    seed: run.options.seed, dtype: run.dtype,
    photographs: try run.options.data.map { try CIFAR10(folder: $0) } ?? .embedded(),
    steps: run.options.iterations ?? 20, channels: run.options.profile == .full ? 128 : 32)
  say("\(plan.photographs.count) photographs, seed \(plan.seed), \(plan.dtype)")
  if let exercise = options.exercise.number { return try runExercise(exercise, plan) }
  let parts: [(name: String, body: (Plan) throws -> Void)] = [
    ("effective steps", measureEffectiveSteps), ("steps of both networks", measureStepsOfBothNetworks),
    ("pixel norm", measurePixelNorm), ("minibatch standard deviation", measureMinibatchStandardDeviation),
    ("self-test at 512 px", runSelfTest), ("dead parameters", nameDeadParameters), ("fade-in", drawFadeIn),
    ("continuity", measureContinuity), ("schedule", drawSchedule),
  ]
  let progress = ProgressBar("parts", total: parts.count)
  defer { progress.finish() }
  for (index, part) in parts.enumerated() {
    if Interruption.isRequested { throw ChapterInterrupted(at: part.name, checkpoint: nil) }
    progress.advance(to: index, note: part.name)
    try part.body(plan)
  }
}

//: ## What the document changes about the paper
//: The document's program is a shortened ProGAN. Karras et al. 2018 differ from it in this:
//:
//: | | document | paper |
//: |---|---|---|
//: | equalized learning rate | `WSConv2d` only | every layer |
//: | minibatch standard deviation | over the whole batch | over groups of 4 |
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
//: ## What goes wrong
//: - **$N$ in the place of $N - 1$.** At batches of 2 every deviation is 29 % too small, and a network trained with one cannot be used
//:   with the other.
//: - **A batch of one.** The deviation is 0/0. In PyTorch the NaN goes through the loss into every weight, and the log says `nan`
//:   from then on. A data set whose size leaves a remainder of 1 does the same in the last batch of every epoch.
//: - **Fading in the wrong way round**, $\alpha\,\text{old} + (1-\alpha)\,\text{new}$. Nothing crashes: at $\alpha = 0.01$ the untrained
//:   block is in charge at once, and at the end of the fade-in it is gone, until the next step calls it at full strength.
//: - **Scaling the bias too.** With $s\,(x * W + b)$ the bias of a wide layer hardly learns.
//: - **Halving in another order after growing**, as the document's critic does. Losses jump at the start of each resolution, and it is
//:   easily mistaken for the price of growing.
//: - **Weights that are never used.** They cost memory and time, and they decide the random stream: leave out the critic's block 0
//:   and every following draw is another one.
//:
//: ## Exercises
//: `--exercise N` runs a starting point.
//:
//: 1. Equalize the generator's first layer too. The starting point shows its relative step; what should its gain be, if a
//:    transposed convolution of a 1×1 picture has fan-in $z$?
//: 2. Exchange the arguments of `fadeIn`. The starting point prints the change of the pictures at $\alpha = 0$ for both orders. Which test of
//:    `Tests/ProGAN` fails when you do it in the library?
//: 3. Split the batch of `minibatchStandardDeviation` into groups of 4, as the paper does. The starting point prints what the one number
//:    says about a batch in which half of the images are collapsed; what would two numbers say?
