//: # Running the chapter
//: `swift run -c release ch05-wgan-gp` takes less than a minute on two cores, nearly all of it for the ring.
//: `--iterations N` trains the critics of the plane for N iterations (400 in the quick profile, 2,000 in the full one)
//: and those of pictures for a quarter of that; `--ring-iterations N` sets those of the ring's generators (500, or
//: 2,000). `--exercise N` prepares an exercise.

import ArgumentParser
import Datasets
import GANBook

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption

  @Option(help: "Iterations of the ring's generators (default: 500, in the full profile 2,000).")
  var ringIterations: Int?

  func validate() throws {
    if let ringIterations, ringIterations < 1 {
      throw ValidationError("--ring-iterations: expected a number from 1 on, found \(ringIterations)")
    }
  }
}

runChapter("05-wgan-gp", builtFrom: buildStamp, Options.self) { options, run in
  run.options.sayThatNothingIsResumed()
  let isQuick = run.options.profile == .quick
  let ringIterations = options.ringIterations ?? run.options.iterations.map { min($0, 500) }
  let plan = Plan(
    seed: run.options.seed, dtype: run.dtype,
    photographs: try run.options.data.map { try CIFAR10(folder: $0) } ?? .embedded(),
    iterations: run.options.iterations ?? (isQuick ? 400 : 2_000),
    ringIterations: ringIterations ?? (isQuick ? 500 : 2_000), isComplete: ringIterations == nil,
    decimals: run.decimals)
  say("\(plan.photographs.count) photographs, seed \(plan.seed), \(plan.dtype), \(plan.iterations) iterations")
  if let exercise = options.exercise.number { return try runExercise(exercise, plan) }
  if let answer = options.exercise.answer { return try answerExercise(answer, plan) }
  try compareDistances(plan)
  workOutALinearCritic(plan)
  try differentiateTwice(plan)
  try compareWithDifferences(plan)
  let (penalized, clipped) = try drawSlopeFields(plan)
  try compareWithTruth(plan, penalized, clipped)
  try tryClippingLimits(plan)
  try makeMistakes(plan)
  measureBeta(plan)
  try trainBetweenTwoPoints(plan)
  try trainOnRing(plan)
  for answer in 1...3 { try answerExercise(answer, plan) }
}
