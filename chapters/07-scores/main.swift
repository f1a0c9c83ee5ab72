//: ## Running the chapter
//: `swift run -c release ch07-scores --help` lists the options.

import ArgumentParser
import Literate

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions
  @OptionGroup var whole: WholeRunOptions

  static func decimals(in profile: Profile) -> Int { 6 }

  func validate() throws {
    if chapter.data != nil { throw ValidationError("--data: this chapter has data of its own") }
    if whole.from != nil {
      if chapter.profile != .full { throw ValidationError("--from: expected --profile full beside it") }
      if chapter.resume { throw ValidationError("--from and --resume: expected one of them at most") }
    }
  }
}

runChapter("07-scores", builtFrom: buildStamp, Options.self) { options, run in
  try checkEarlierRun(options, in: run)
  if options.chapter.profile == .full {
    Interruption.beginPolling()
    return try trainWholly(options, in: run)
  }
}
