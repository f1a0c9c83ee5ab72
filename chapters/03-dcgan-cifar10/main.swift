//: ## What goes wrong
//: - **Read a loss without knowing its floor.** A Loss_D that settles at 1.0064 with four equal digits is no sign of
//:   equilibrium. Derive the numbers a program would print at the fixed points it can reach, and compare.
//: - **Sigmoid twice.** Where a loss is called *with logits*, the network must not end in a Sigmoid. Nothing crashes,
//:   the losses look reasonable, and G starves.
//: - **Real and fake prepared differently.** Another size, another resampling, another range: D can win by that alone.
//: - **Sampling in training mode.** It looks harmless and changes the state of batch normalization at every iteration.
//:
//: ## Exercises
//: 1. Give D its Sigmoid back but keep both sizes at 32×32 (`Act.realSize`). Which of the two mistakes starves G?
//: 2. Derive the fixed point of Loss_D and Loss_G for a D that outputs $p = 1/2$ on everything, with the second Sigmoid
//:    in place. Would you have recognized equilibrium in the document's log?
//: 3. The fourth act labels real pictures 0.9 *and* slows D down. Do only the first, in the repaired run. What happens
//:    to the length of G's gradient, and why?
//:
//: ## Running the chapter
//: `swift run -c release ch03-dcgan-cifar10 --help` lists the options. Without any, the quick profile runs the
//: literal act on 2,000 of the photographs that are part of this package, 128 iterations, and the repaired one, 64; a
//: minute on two cores. `--profile full` runs both for the document's 50 epochs on all 50,000, and two acts more,
//: `automobiles` and `balanced`; `--data DIR` takes the official binary CIFAR-10. `ch03-dcgan-cifar10 sample --trained`
//: draws from what a whole run has learned; `sample --help` lists the options.

import ArgumentParser
import Datasets
import Foundation
import GANBook
import Inception

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions
  @OptionGroup var whole: WholeRunOptions

  @Option(help: "Run the answer to an exercise (1, 2 or 3) instead of the chapter.")
  var answer: Int?

  @Option(help: "Save a grid of 64 samples every so many iterations; the document's program does after each.")
  var gridEvery = 50

  @Option(help: "Steps of D to one of G.")
  var k = 1

  /// The document prints four, the goldens hold six.
  static func decimals(in profile: Profile) -> Int { profile == .quick ? 6 : 4 }

  @Option(
    help: ArgumentHelp(
      """
      Run only one act: literal (the document's program), repaired, automobiles (repaired, on these alone), or balanced \
      (repaired, with D held back).
      """))
  var act: Act?

  @Option(
    help: ArgumentHelp(
      """
      At a whole run's end, print the Inception Score of its folder as the document does, with these weights of \
      Inception v3.
      """,
      valueName: "file"))
  var scoreWeights: String?

  @Option(help: ArgumentHelp("Train on the first so many of the quick profile's photographs.", visibility: .hidden))
  var pictures: Int?

  func validate() throws {
    if let answer, !(1...3).contains(answer) { throw ValidationError("--answer \(answer): expected 1, 2 or 3") }
    if !(1...1000).contains(k) { throw ValidationError("--k \(k): expected 1 to 1000") }
    if let pictures, !(2...1_000_000).contains(pictures) {
      throw ValidationError("--pictures \(pictures): expected 2 to 1000000")
    }
    try whole.validate(keepsLedger: chapter.profile == .full, resumes: chapter.resume, expected: "--profile full")
    if whole.from != nil, act == nil { throw ValidationError("--from: expected an --act beside it") }
    if scoreWeights != nil, chapter.profile != .full {
      throw ValidationError(
        "--score-weights: expected --profile full beside it: the quick profile makes no samples to score")
    }
    if scoreWeights?.isEmpty == true { throw ValidationError("--score-weights: expected a file, found an empty text") }
    if gridEvery < 1 { throw ValidationError("--grid-every \(gridEvery): expected 1 or more") }
  }

  /// Whether this is the run that the page is woven from, or its like with another seed.
  var isQuickRun: Bool { chapter.profile == .quick && chapter.data == nil && chapter.iterations == nil }

  func acts(in run: ChapterRun) -> [Act] {
    if let act { return [act] }
    if chapter.profile == .full { return Act.allCases }
    return run.asksOnly(for: Act.repaired.prefix) ? [.repaired] : Act.quickCases
  }
}

extension Act: ExpressibleByArgument {}

if CommandLine.arguments.dropFirst().first == "sample" {
  runSampleCommand(SampleCommand.self, Array(CommandLine.arguments.dropFirst(2)))
}

runChapter("03-dcgan-cifar10", builtFrom: buildStamp, Options.self, sharesOut: true) { options, run in
  for act in options.acts(in: run) { try checkEarlierCheckpoint(of: act, options, in: run) }
  if options.chapter.data == nil { Interruption.beginPolling() }  //src
  let data = try photographs(for: options)
  let plan = Plan(
    data: data, options: options, seed: options.chapter.seed, dtype: options.chapter.dtype,
    iterations: options.chapter.iterations, k: options.k, gridEvery: options.gridEvery, decimals: run.decimals,
    // Read before the run: hours of it must not end at a file that is missing.
    scoreNetwork: try options.scoreWeights.map {
      try InceptionNetwork(weights: $0, preprocessing: nil, dtype: .float32)
    }, limit: options.pictures)

  say("\(data.count) photographs, seed \(plan.seed), \(plan.dtype)" + (plan.k == 1 ? "" : ", k = \(plan.k)"))
  let answerIterations = min(options.chapter.iterations ?? 12, options.answer == nil ? 12 : .max)
  if let answer = options.answer { return try answerExercise(answer, plan, iterations: answerIterations) }
  showSummaries()
  try showPhotographs(data)
  let trainings = try options.acts(in: run).map {
    switch $0 {
    case .literal: try reproduceTheDocument(plan, in: run)
    case .repaired: try repair(plan, in: run)
    case .automobiles: try trainOnAutomobiles(plan, in: run)
    case .balanced: try holdBackTheDiscriminator(plan, in: run)
    }
  }
  guard trainings.count >= 2 else { return }
  try compare(trainings[0], trainings[1], in: run)
  if options.chapter.profile == .quick { try compareBalancedBeginning(plan) }
  if options.chapter.data == nil { try showWholeRuns(plan) }
  if plan.dtype == .float32 && options.isQuickRun { try compareFirstLines(plan) }
  guard plan.dtype == .float32 else { return }
  for answer in 1...3 { try answerExercise(answer, plan, iterations: answerIterations) }
}
