//: ## Running the chapter
//: `swift run -c release ch01-minimax` takes seconds. `--iterations` shortens the ascents and the rounds of the
//: equilibrium; `--profile full` draws a million samples for the smoothing instead of 1,024.

import ArgumentParser
import GANBook

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption

  func validate() throws {
    if chapter.data != nil { throw ValidationError("--data: this chapter makes its own data and reads none") }
  }
}

runChapter("01-minimax", builtFrom: buildStamp, Options.self) { options, run in
  let chapter = options.chapter
  chapter.sayThatNothingIsResumed()
  say("seed \(chapter.seed), \(chapter.dtype)")
  if let exercise = options.exercise.number { return try startExercise(exercise, options: chapter) }
  if let answer = options.exercise.answer { return try answerExercise(answer, options: chapter) }
  let random = TorchGenerator(seed: chapter.seed)
  let dtype = chapter.dtype

  try showTheTerms(decimals: run.decimals, dtype: dtype)
  try showOneLatentNumber(dtype: dtype)

  let games = games(dtype: dtype)
  let best = try findBestDiscriminators(games, steps: chapter.iterations ?? 4000)
  try showTheCommonPace(games[1])
  compareValues(games, best, dtype: dtype)
  let separation = try showSeparation(dtype: dtype)
  try showConvexity(dtype: dtype)
  measureConvexity(dtype: dtype, random: random)

  try playToEquilibrium(rounds: chapter.iterations ?? 400, dtype: dtype)
  try showSlopes(dtype: dtype)
  try showGradientsOfAMovedBell(separation, dtype: dtype)
  try showPerfection(dtype: dtype)

  let draws = chapter.profile == .quick ? 1024 : 1_048_576
  try measureSmoothing(draws: draws, dtype: dtype, random: random)
  computeTheLogarithmAsWritten()
  for answer in 1...3 { try answerExercise(answer, options: chapter) }
}
