//: ## What goes wrong
//: - **Resume without the rest of the state.** The document saves weights and optimizers. Its `load_checkpoint` goes on
//:   at 4 px, with $\alpha = 0.01$, another epoch order and other noise. Nothing crashes, and the loss curve even looks
//:   plausible.
//: - **A batch of one.** The table of batch sizes ends in 1, for 1024 px. The standard deviation over one picture is
//:   0/0: NaN in the score, NaN in every weight one step later. The same happens in a last, short batch whenever the
//:   number of pictures leaves a remainder of 1. Here it is an error before training begins.
//: - **Reading Loss_G.** The critic's scores have no zero. Only differences between scores mean something.
//: - **Comparing curves of two runs.** Even the same program on the same machine, in another precision, is another run
//:   after some tens of iterations. Compare distributions over seeds, or check the first iterations to twelve digits;
//:   nothing in between.
//: - **Data that do not grow along.** Real pictures must be resized to the resolution of the fakes, with the same care:
//:   chapter 3 shows what a critic does with a difference in size.
//: - **What differs from the paper.** Karras et al. equalize *every* layer, compute the standard deviation over groups
//:   of four, halve the critic's pictures behind each block, show 800,000 images per phase, add the drift term, and
//:   draw samples from averaged weights. `--drift`, `--ema` and `--learning-rate` offer the cheap ones; the falling
//:   learning rate is ours, not theirs. Phases of fading and of rest alternate in both: in the document half of a
//:   resolution's epochs fade its block in, and in the other half $\alpha$ rests at 1.
//:
//: ## Exercises
//: 1. Sample from the weights as they are instead of their average: `--ema 0`. Which gets lost, colors or patches, and
//:    why?
//: 2. Keep the learning rate to the end: `--no-falling-learning-rate`. What becomes of the colors and of the patches?
//: 3. Take five critic steps for each of the generator's (`--critic-iterations 5`), as the WGAN-GP paper does. Is the
//:    critic's estimate of the distance larger or smaller, and which of the two runs has better pictures after the same
//:    number of *critic* steps?
//:
//: The first two take as long as the chapter, the third three times as long: all five steps are the critic's, which is
//: the dearer half. The answers below are found on runs that end at 8 px, in seconds; `--answer N` runs one alone. At
//: 8 px nothing can be read: what an exercise does to the share that can, the whole chapter's last line says, run with
//: the exercise's option and with `--out`.
//:
//: ## Running the chapter
//: `swift run -c release ch06-progan-training --help` lists the options. Without any, the quick profile grows from 4 to
//: 32 px on portraits. `--data embedded-cifar10` takes the photographs inside this package, `--data DIR` a folder of
//: JPEG and PNG files (or CIFAR-10), `--profile full` the document's 8 epochs at each of 4 to 128 px, and
//: `--profile full --act portraits` the whole run shown above.
//:
//: ```
//: .build/release/ch06-progan-training --profile full --data ~/faces --checkpoint-minutes 15
//: tensorboard --logdir out/06-progan-training-full/logs
//: .build/release/ch06-progan-training --profile full --data ~/faces --resume          # after Ctrl-C, or a power cut
//: .build/release/ch06-progan-training sample \
//:   --checkpoint out/06-progan-training-full/checkpoint-float32.safetensors --count 8 --interpolate 12
//: ```
//:
//: Every picture of a folder is looked at before training begins: what is damaged, of another format or not there at
//: all is listed, with what it is, and `--skip-damaged` trains on the rest. A resumed run must find the same pictures,
//: by name and content.
//:
//: `sample` must be the first argument. It takes a checkpoint of any run, finished or not, and writes `samples.png`,
//: and with `--interpolate` `interpolation.png`, to `out/samples` or the folder given by `--out`; `sample --help` lists
//: the rest.

import ArgumentParser
import Datasets
import Foundation
import GANBook
import ProGAN

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions
  @OptionGroup var whole: WholeRunOptions

  @Option(help: "Make a run that keeps a ledger: portraits, of 64 px, or without-growing (with --profile full).")
  var act: Act?

  @Option(help: ArgumentHelp("Train the whole run on its first so many portraits.", visibility: .hidden))
  var pictures: Int?

  @Option(help: "Begin to grow at 4·2^step pixels instead of 4.")
  var fromStep = 0

  @Option(help: "Print the line of every so many iterations.")
  var logEvery = 1

  @Option(help: "Save a checkpoint every so many minutes.")
  var checkpointMinutes = 10.0

  @Option(
    help: ArgumentHelp(
      "Folder of TensorBoard's event files (default: logs/gan in the output folder).", valueName: "dir"))
  var logs: String?

  @Option(help: ArgumentHelp("Epochs at each resolution, separated by commas; their count says where growing ends."))
  var epochs: NumberList?

  @Option(help: "Batch size at each resolution from 4 px on, separated by commas.")
  var batchSizes: NumberList?

  @Option(help: "Adam's learning rate (default: 0.0001 in the full profile, 0.004 in the quick one).")
  var learningRate: Double?

  @Option(help: "Channels of the networks at low resolutions (default: 128 in the full profile, 32 in the quick one).")
  var channels: Int?

  @Option(help: "Steps of the critic for each step of the generator.")
  var criticIterations = 1

  @Option(help: "Weight of the paper's drift term (0.001 there).")
  var drift = 0.0

  @Option(
    help: ArgumentHelp(
      "Decay of a moving average of the generator's weights, which samples are drawn from "
        + "(default: 0.999, the paper's, in the quick profile; 0, the document's none, in the full one)."))
  var ema: Double?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Let the learning rate fall to 0 once the last block has faded in (default: in the quick profile only)."))
  var fallingLearningRate: Bool?

  @Flag(
    help: ArgumentHelp(
      "Train without what cannot be trained on in the folder of pictures (damaged files, other formats, links to "
        + "nothing), which otherwise ends the run before it begins."))
  var skipDamaged = false

  @Option(help: "Run the answer to an exercise (1, 2 or 3) instead of the chapter.")
  var answer: Int?

  @Flag(
    help: "Also compare the first iterations at every resolution with PyTorch; a run without --iterations always does.")
  var firstIterations = false

  static func decimals(in profile: Profile) -> Int { 6 }

  func validate() throws {
    if fromStep < 0 || fromStep > 5 { throw ValidationError("--from-step \(fromStep): expected 0 to 5") }
    if logEvery < 1 { throw ValidationError("--log-every \(logEvery): expected 1 or more") }
    if !(checkpointMinutes > 0 && checkpointMinutes < 1e6) {
      throw ValidationError("--checkpoint-minutes \(checkpointMinutes): expected a positive number")
    }
    if !(1...100).contains(criticIterations) {
      throw ValidationError("--critic-iterations \(criticIterations): expected 1 to 100")
    }
    if let learningRate, !(learningRate > 0 && learningRate <= 1) {
      throw ValidationError("--learning-rate \(learningRate): expected above 0 and at most 1")
    }
    if let channels, !(4...1024).contains(channels) {
      throw ValidationError("--channels \(channels): expected 4 to 1024")
    }
    if !(drift >= 0 && drift.isFinite) { throw ValidationError("--drift \(drift): expected 0 or more") }
    if let answer, !(1...3).contains(answer) { throw ValidationError("--answer \(answer): expected 1, 2 or 3") }
    if let ema, !(ema >= 0 && ema < 1) { throw ValidationError("--ema \(ema): expected 0 or more and below 1") }
    if let epochs, epochs.numbers.count > 6 {
      throw ValidationError("--epochs \(epochs): the networks end at 128 px, so at most 6 numbers")
    }
    if act != nil {
      if chapter.profile != .full { throw ValidationError("--act: expected --profile full beside it") }
      if chapter.data != nil { throw ValidationError("--act: it has data of its own; leave out --data") }
      if fromStep != 0 { throw ValidationError("--act: it begins where it begins; leave out --from-step") }
      if answer != nil { throw ValidationError("--act and --answer: expected one of them at most") }
    }
    if let pictures, !(2...1_000_000).contains(pictures) || act == nil {
      throw ValidationError("--pictures \(pictures): expected 2 to 1000000, and an --act beside it")
    }
    try whole.validate(
      keepsLedger: act != nil, resumes: chapter.resume, expected: "--profile full and an --act")
    if logs?.isEmpty == true { throw ValidationError("--logs: expected a folder, found an empty text") }
  }

  /// The hyper-parameters the options ask for.
  func hyperparameters() -> Hyperparameters {
    var parameters: Hyperparameters =
      act.map { $0.hyperparameters(images: pictures ?? $0.data.count) }
      ?? (chapter.profile == .full ? .document : .quick)
    if let epochs { parameters.epochs = epochs.numbers }
    if let batchSizes {
      parameters.batchSizes.replaceSubrange(0..<min(9, batchSizes.numbers.count), with: batchSizes.numbers.prefix(9))
    }
    if let learningRate { parameters.learningRate = learningRate }
    if let channels { parameters.channels = channels }
    parameters.criticIterations = criticIterations
    parameters.driftWeight = drift
    if let ema { parameters.averageDecay = ema > 0 ? ema : nil }
    if let fallingLearningRate { parameters.learningRateFalls = fallingLearningRate }
    return parameters
  }
}

extension Options {
  /// What a run trains on.
  func data(_ name: String) throws -> OpenedData {
    guard let act else { return try openData(name, profile: chapter.profile, skippingDamaged: skipDamaged) }
    let data = act.data
    return OpenedData(pictures.map { Portraits(count: $0, size: data.size, seed: 0) } ?? data)
  }
}

/// Numbers above zero, separated by commas.
struct NumberList: ExpressibleByArgument, CustomStringConvertible {
  let numbers: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.isEmpty, parts.allSatisfy({ ($0 ?? 0) > 0 && ($0 ?? 0) < 1_000_000 }) else { return nil }
    numbers = parts.compactMap(\.self)
  }

  var description: String { numbers.map(String.init).joined(separator: ",") }
}

if CommandLine.arguments.dropFirst().first == "sample" {
  runSampleCommand(SampleCommand.self, Array(CommandLine.arguments.dropFirst(2)))
}

runChapter("06-progan-training", builtFrom: buildStamp, Options.self, sharesOut: true) { options, run in
  let parameters = options.hyperparameters()
  try checkEarlierRun(options, parameters, in: run)
  let dataName = options.chapter.data ?? BuiltInData.portraits.rawValue
  // Only a whole run on the package's own pictures is a chapter; everything else is training.
  let builtIn = BuiltInData(rawValue: dataName)
  let isWhole = options.chapter.iterations == nil && options.fromStep == 0 && builtIn != nil && options.act == nil
  if !isWhole && !options.firstIterations && builtIn != nil { Interruption.beginPolling() }  //src
  let opened = try options.data(dataName)
  let data = KeptPictures(opened.images)
  let portraits = isWhole || options.act != nil ? opened.images as? Portraits : nil
  let firstStep = options.act?.firstStep ?? options.fromStep
  guard firstStep < parameters.epochs.count else {
    throw ChapterError("--from-step \(options.fromStep): growing ends at step \(parameters.epochs.count - 1)")
  }
  try refuseBatchesOfOne(parameters, images: data.count, firstStep: firstStep)
  let plan = Plan(
    parameters: parameters, data: data, isOfPortraits: opened.images is Portraits, seed: options.chapter.seed,
    dtype: options.chapter.dtype,
    firstStep: firstStep, iterations: options.chapter.iterations, decimals: run.decimals,
    logEvery: options.logEvery, checkpointInterval: .seconds(options.checkpointMinutes * 60),
    logFolder: options.logFolder(in: run), isQuick: options.isQuick,
    identity: options.identity(parameters, in: run).merging(opened.identity) { $1 }, options: options)
  say("\(data.count) pictures, seed \(plan.seed), \(plan.dtype)")
  if let answer = options.answer { return try answerExercise(answer, plan) }

  if options.firstIterations || isWhole {
    try compareFirstIterations(plan)
    try recordTrainedSamples(plan)
  }

  let steps = parameters.epochs.indices.dropFirst(plan.firstStep)
  let meters = try (isWhole ? Array(steps) : []).map { step in
    try QualityMeter(data, size: resolution(atStep: step), latents: parameters.latents, dtype: plan.dtype)
  }
  let before = isWhole ? measureUntrained(plan, meters) : []
  let reader = portraits.map { _ in SampleReader(latents: parameters.latents, count: 100) }
  var growing = try GrowingRun(plan, meters: meters, reader: reader, in: run)
  try growing.train()
  guard isWhole else { return }
  try showGrowth(growing.finished, firstStep: plan.firstStep)
  try showInterpolation(growing.training)
  try showCurves(growing.training.history)
  try showCriticsDelay(plan, after: growing.training.history)
  showQuality(
    zip(zip(steps, before), growing.finished.compactMap(\.quality)).map {
      (resolution(atStep: $0.0), $0.1, $1)
    })
  if plan.dtype == .float32 { try showChaos(plan) }
  if let portraits { try showPortraits(portraits, plan, growing.training) }
}

/// What there is to see of a generator that has learned portraits; then the answers, and one line that says how well it
/// has.
func showPortraits(_ portraits: Portraits, _ plan: Plan, _ grown: Training) throws {
  let reader = SampleReader(latents: plan.parameters.latents, count: 1000)
  let pictures = reader.pictures(grown)
  let samples = Readings(of: pictures)
  try showFaces(portraits, pictures)
  try showFactors(samples)
  try showLegibility(grown.history)
  claimThatPortraitsWereLearned(samples)
  try showNearest(portraits, Array(pictures.prefix(200)))
  try showWithoutGrowing(WithoutGrowing(plan, reader: reader), grown: samples, iterations: grown.history.count)
  for answer in 1...3 { try answerExercise(answer, plan) }
  if plan.dtype == .float32 { try showWholeRun(plan) }
  say(samples.summary)
}

/// The table of batch sizes ends in 1, and a data set can leave one picture over: the critic's layer that compares the
/// pictures of a batch cannot work there.
func refuseBatchesOfOne(_ parameters: Hyperparameters, images: Int, firstStep: Int) throws {
  for step in parameters.epochs.indices.dropFirst(firstStep) {
    let batch = min(parameters.batchSizes[step], images)
    guard batch == 1 || images % batch == 1 else { continue }
    throw ChapterError(
      "\(images) \(images == 1 ? "picture" : "pictures") in batches of \(batch) at \(resolution(atStep: step)) px "
        + "leave a batch of 1, for which the critic's "
        + "minibatch standard deviation is not defined; give other --batch-sizes, or one picture more or less")
  }
}
