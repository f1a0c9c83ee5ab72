import ArgumentParser

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draws pictures from a checkpoint of the training chapter.",
    discussion: "book sample --checkpoint FILE --count 16 --seed 1; `book sample --help` lists all options.")

  @Argument(parsing: .captureForPassthrough, help: "Options of `ch06-progan-training sample`.")
  var chapterOptions: [String] = []

  func run() throws { try ChapterProgram(chapter: "06-progan-training").run(["sample"] + chapterOptions) }
}
