//: # Running the chapter
//: `swift run -c release ch04-progan-parts` takes some seconds. `--dtype float64` shows how much of a number is
//: rounding, `--profile full` uses the document's 128 channels in the fade-in picture, `--exercise N` prepares an
//: exercise.

import ArgumentParser
import Datasets
import GANBook
import ProGAN

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption
}

runChapter("04-progan-parts", builtFrom: buildStamp, Options.self) { options, run in
  run.options.sayThatNothingIsResumed()
  let plan = Plan(
    seed: run.options.seed, dtype: run.dtype,
    photographs: try run.options.data.map { try CIFAR10(folder: $0) } ?? .embedded(),
    steps: run.options.iterations ?? 20, channels: run.options.profile == .full ? 128 : 32)
  say("\(plan.photographs.count) photographs, seed \(plan.seed), \(plan.dtype)")
  if let exercise = options.exercise.number { return try runExercise(exercise, plan) }
  if let answer = options.exercise.answer { return try answerExercise(answer, plan) }
  let parts: [(name: String, body: (Plan) throws -> Void)] = [
    ("effective steps", measureEffectiveSteps), ("steps of both networks", measureStepsOfBothNetworks),
    ("pixel norm", measurePixelNorm), ("minibatch standard deviation", measureMinibatchStandardDeviation),
    ("drawings", drawNetworks), ("drawings", drawFadeInGraphs), ("drawings", drawHalvingOrders),
    ("self-test at 512 px", runSelfTest), ("dead parameters", nameDeadParameters), ("fade-in", drawFadeIn),
    ("continuity", measureContinuity), ("schedule", drawSchedule),
  ]
  let progress = ProgressBar("parts", total: parts.count)
  defer { progress.finish() }
  for (index, part) in parts.enumerated() {
    progress.advance(to: index, note: part.name)
    try part.body(plan)
  }
  for answer in 1...3 { try answerExercise(answer, plan) }
}
