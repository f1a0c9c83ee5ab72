//: # Running the chapter
//: `swift run -c release ch05-wgan-gp` takes some seconds. `--iterations N` trains the critics of the plane for N iterations (400 in the
//: quick profile, 2,000 in the full one) and those of pictures for a quarter of that. `--exercise N` prepares an exercise.

import ArgumentParser
import Datasets
import Literate
import Tensors

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption
}

runChapter("05-wgan-gp", builtFrom: buildStamp, Options.self) { options, run in
  run.options.sayThatNothingIsResumed()
  let plan = Plan(
    seed: run.options.seed, dtype: run.dtype,
    photographs: try run.options.data.map { try CIFAR10(folder: $0) } ?? .embedded(),
    iterations: run.options.iterations ?? (run.options.profile == .quick ? 400 : 2_000),
    decimals: run.decimals)
  say("\(plan.photographs.count) photographs, seed \(plan.seed), \(plan.dtype), \(plan.iterations) iterations")
  if let exercise = options.exercise.number { return try runExercise(exercise, plan) }
  if let answer = options.exercise.answer { return try answerExercise(answer, plan) }
  workOutALinearCritic(plan)
  try differentiateTwice(plan)
  try compareWithDifferences(plan)
  let (penalized, clipped) = try drawSlopeFields(plan)
  try compareWithTruth(plan, penalized, clipped)
  try tryClippingLimits(plan)
  try makeMistakes(plan)
  measureBeta(plan)
  try trainBetweenTwoPoints(plan)
  for answer in 1...3 { try answerExercise(answer, plan) }
}
