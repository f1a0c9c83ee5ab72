import Tensors

/// A mistake that real programs have shipped, and how it is shown that the checker finds it: a run of the chapter where
/// it belongs, with the mistake planted, and the entry that must then be wrong.
package struct Exhibit: Sendable {
  package let fault: Fault
  /// What the mistake is, in a sentence.
  package let title: String
  package let chapter: String
  package let precision: DType
  /// Options of a run that comes first, without the mistake, and that the run with it goes on from.
  package var before: [String]?
  package let arguments: [String]
  /// The entry by which it is found.
  package let entry: String
  package var verdict = Verdict.wrong
  /// Whether the entry is held against a run without the mistake, made on the spot: the goldens hold none that runs so
  /// short.
  package var comparesWithCleanRun = false

  /// Where the whole list stands for people.
  package static let page = "docs/museum.md"
}

extension Exhibit {
  package static let all = penalty + growing + training + resuming + scoring

  private static let gradients = ["--iterations", "1", "--ring-iterations", "1"]
  private static let tenLines = ["--iterations", "10", "--decimals", "12"]
  private static let oneIteration = ["--iterations", "1", "--act", "literal", "--decimals", "6"]
  private static let repaired = ["--iterations", "25", "--act", "repaired", "--decimals", "6"]

  private static let penalty = [
    Exhibit(
      fault: .betaPerPixel, title: "The penalty draws a β for each pixel where there should be one for each sample.",
      chapter: "05-wgan-gp", precision: .float64, arguments: gradients, entry: "critic/penalty"),
    Exhibit(
      fault: .normOverChannels, title: "The penalty takes the norm over the channels alone, at every pixel.",
      chapter: "05-wgan-gp", precision: .float64, arguments: gradients, entry: "critic/penalty"),
    Exhibit(
      fault: .undifferentiatedPenalty, title: "The penalty's graph is not kept: it is printed, and never trained on.",
      chapter: "05-wgan-gp", precision: .float64, arguments: gradients, entry: "linear/gradient"),
  ]

  private static let growing = [
    Exhibit(
      fault: .swappedFade, title: "α goes to the old picture and 1 − α to the new one.", chapter: "04-progan-parts",
      precision: .float64, arguments: [], entry: "fade-in/images"),
    Exhibit(
      fault: .slowFade, title: "The schedule forgets the half: α reaches 1 only at the end of all epochs.",
      chapter: "04-progan-parts", precision: .float64, arguments: [], entry: "schedule/alpha"),
    Exhibit(
      fault: .biasedDeviation, title: "The minibatch standard deviation is divided by N and not N − 1.",
      chapter: "04-progan-parts", precision: .float64, arguments: [], entry: "minibatch-std/example"),
    Exhibit(
      fault: .swappedLosses, title: "The log prints each player's loss under the other's name.",
      chapter: "06-progan-training", precision: .float64, arguments: tenLines, entry: "log"),
  ]

  private static let training = [
    Exhibit(
      fault: .doubleSigmoid, title: "The loss takes logits, and is given what has been through a Sigmoid.",
      chapter: "03-dcgan-cifar10", precision: .float32, arguments: repaired, entry: "repaired/loss-d"),
    Exhibit(
      fault: .unequalSizes, title: "Real pictures are 64 px large, fakes 32.", chapter: "03-dcgan-cifar10",
      precision: .float32, arguments: repaired, entry: "repaired/output-x"),
    Exhibit(
      fault: .cleanSampling,
      title: "Pictures are drawn for show without moving the running statistics, which the document's do.",
      chapter: "03-dcgan-cifar10", precision: .float32, arguments: oneIteration,
      entry: "weights-1/G/GAN_Generator.1.running_mean"),
    Exhibit(
      fault: .seedWithoutEffect, title: "The option that makes runs the same has no effect: the seed is never set.",
      chapter: "03-dcgan-cifar10", precision: .float32, arguments: oneIteration, entry: "fixed-noise"),
  ]

  private static let resuming = [
    Exhibit(
      fault: .forgottenMoments, title: "A resumed run has its weights, and an Adam without memory.",
      chapter: "03-dcgan-cifar10", precision: .float64,
      before: ["--iterations", "3", "--act", "literal", "--decimals", "12"],
      arguments: ["--iterations", "5", "--act", "literal", "--decimals", "12", "--resume"],
      entry: "weights-5/D/GAN_Discriminator.0.weight"),
    Exhibit(
      fault: .forgottenRandomState, title: "A resumed run draws the noise of its beginning again.",
      chapter: "03-dcgan-cifar10", precision: .float64,
      before: ["--iterations", "3", "--act", "literal", "--decimals", "12"],
      arguments: ["--iterations", "5", "--act", "literal", "--decimals", "12", "--resume"],
      entry: "weights-5/D/GAN_Discriminator.0.weight"),
    Exhibit(
      fault: .forgottenAlpha, title: "A resumed run fades the newest block in from the start.",
      chapter: "06-progan-training", precision: .float64,
      before: ["--iterations", "5", "--decimals", "12"], arguments: tenLines + ["--resume"], entry: "log"),
    Exhibit(
      fault: .forgottenStep, title: "A resumed run begins at 4 px again, whatever it had grown to.",
      chapter: "06-progan-training", precision: .float64,
      before: ["--from-step", "1", "--iterations", "3", "--decimals", "12"],
      arguments: ["--from-step", "1", "--iterations", "6", "--decimals", "12", "--resume"], entry: "log",
      comparesWithCleanRun: true),
  ]

  private static let scoring = [
    Exhibit(
      fault: .scoreOfEverything, title: "The score is of every picture in the folder, the grids among them.",
      chapter: "07-scores", precision: .float64, arguments: ["--iterations", "10"], entry: "sets/automobiles-G/score"),
    Exhibit(
      fault: .sampleDeviationOfParts, title: "The deviation of the ten parts is divided by N − 1 and not N.",
      chapter: "07-scores", precision: .float64, arguments: ["--iterations", "10"], entry: "sets/automobiles-G/score"),
    Exhibit(
      fault: .silentEvaluation, title: "The evaluation runs, and says nothing.", chapter: "07-scores",
      precision: .float64, arguments: ["--iterations", "10"], entry: "classifier/accuracy", verdict: .orphan),
  ]
}
