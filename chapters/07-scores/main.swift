//: ## Running the chapter
//: `swift run -c release ch07-scores` takes about a minute on two cores; `--profile full` trains the classifier anew, a
//: quarter of an hour. The scores of any two folders are computed by `book score classifier DIR` and
//: `book score frechet-classifier A B`, and with Inception v3's weights, where you have them, by
//: `book score inception`, `fid` and `kid`.

import ArgumentParser
import Datasets
import GANBook

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions
  @OptionGroup var whole: WholeRunOptions

  @Option(help: "Run the answer to an exercise (1, 2 or 3) instead of the chapter.")
  var answer: Int?

  @Option(help: ArgumentHelp("In the full profile, train on the first so many photographs.", visibility: .hidden))
  var pictures: Int?

  func validate() throws {
    if chapter.data != nil { throw ValidationError("--data: this chapter has data of its own") }
    if let answer, !(1...3).contains(answer) { throw ValidationError("--answer \(answer): expected 1, 2 or 3") }
    if let pictures, !(2...1_000_000).contains(pictures) {
      throw ValidationError("--pictures \(pictures): expected 2 to 1000000")
    }
    try whole.validate(
      keepsLedger: chapter.profile == .full, resumes: chapter.resume, expected: "--profile full")
  }
}

runChapter("07-scores", builtFrom: buildStamp, Options.self) { options, run in
  try checkEarlierRun(options, in: run)
  Interruption.beginPolling()  //src
  if options.chapter.profile == .full { return try trainWholly(options, in: run) }
  run.options.sayThatNothingIsResumed()
  say("seed \(run.options.seed), \(run.dtype)")
  let (classifier, ledger) = try keptClassifier(run.dtype)
  let plan = Plan(
    seed: options.chapter.seed, dtype: run.dtype, classifier: classifier, test: try .embedded(.test),
    training: try .embedded(.training))
  let unknown = try plan.look(at: plan.test, 0..<plan.photographs)
  if let answer = options.answer { return try answerExercise(answer, plan, unknown: unknown) }
  try showClosedForms()
  try compareFirstIterations(plan, iterations: min(10, options.chapter.iterations ?? 10))
  try showClassifier(ledger, plan, unknown: unknown)
  let known = try plan.look(at: plan.training, 0..<plan.photographs)
  let sets = try plan.scoredSets(known: known, unknown: unknown)
  try compareSets(sets, known: known, plan)
  try compareMemory(known: known, unknown: unknown, plan)
  solveTheDocumentsLine()
  try dissectTheFolder(sets, plan)
  try showTheDraft(unknown, plan)
  try showSampleSize(known: known, unknown: unknown)
  try showBlindSpots(known: known, unknown: unknown, plan)
  for answer in 1...3 { try answerExercise(answer, plan, unknown: unknown) }
}
