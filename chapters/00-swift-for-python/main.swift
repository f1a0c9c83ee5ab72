//: ## Running this page
//: `swift run -c release ch00-swift-for-python` prints what stands on this page. The last file of every chapter looks
//: like this one: options come in, and the functions above are called in order.

import ArgumentParser
import GANBook

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  func validate() throws {
    if chapter.data != nil { throw ValidationError("--data: this chapter makes its own data and reads none") }
  }
}

runChapter("00-swift-for-python", builtFrom: buildStamp, Options.self) { options, run in
  let chapter = options.chapter
  chapter.sayThatNothingIsResumed()
  nameValues()
  callFunctions()
  cutLists()
  passFunctions()
  copyAndShare()
  chooseALoss()
  unwrapOptionals()
  try failAndRecover()

  drawNumbers(seed: chapter.seed, dtype: run.dtype)
  differentiate(dtype: run.dtype)
  let fit = fitALine(steps: chapter.iterations ?? 60, seed: chapter.seed, dtype: run.dtype)
  try showTheFit(fit)
  recordTheFit(fit)

  answerFirst()
  answerSecond()
  answerThird(steps: chapter.iterations ?? 60, seed: chapter.seed, dtype: run.dtype)
}
