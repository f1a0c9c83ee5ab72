//: ## Running the chapter
//: `swift run -c release ch02-algorithm-1` takes two to three minutes on two cores. `--iterations` sets the
//: length of every run, in steps of $G$; `--profile full` runs five times as long.

import ArgumentParser
import GANBook

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption

  func validate() throws {
    if chapter.data != nil { throw ValidationError("--data: this chapter makes its own data and reads none") }
  }
}

/// What the command line asks of the runs.
struct Plan {
  let seed: UInt64
  let dtype: DType
  let bellIterations: Int
  let ringIterations: Int
  /// Steps of D against a resting G.
  let restingSteps: Int
  /// Whether the runs are long enough for what is claimed of their ends.
  let isComplete: Bool

  init(_ options: ChapterOptions) {
    seed = options.seed
    dtype = options.dtype
    let times = options.profile == .quick ? 1 : 5
    bellIterations = options.iterations ?? 600 * times
    ringIterations = options.iterations ?? 1000 * times
    restingSteps = min(options.iterations ?? 1000, 1000)
    isComplete = options.iterations == nil
  }
}

runChapter("02-algorithm-1", builtFrom: buildStamp, Options.self) { options, _ in
  options.chapter.sayThatNothingIsResumed()
  let plan = Plan(options.chapter)
  say("seed \(plan.seed), \(plan.dtype)")
  if let exercise = options.exercise.number { return try startExercise(exercise, plan) }
  let answerIterations = min(options.chapter.iterations ?? 300, options.exercise.answer == nil ? 300 : .max)
  if let answer = options.exercise.answer { return try answerExercise(answer, plan, iterations: answerIterations) }
  try trainBell(plan)
  let film = Film(plan)
  let outcomes = try trainByK(plan, film)
  try showTheNumberK(outcomes, plan)
  try film.show(["k=0.2", "k=1", "k=20"])
  try showAnEverBetterDiscriminator(plan)
  try compareLosses(outcomes[1], plan)
  for answer in 1...3 { try answerExercise(answer, plan, iterations: answerIterations) }
}
