import ArgumentParser
import Foundation
import Goldens

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs chapters one after the other, their output in plain sight.",
    discussion: "Options behind -- go to every chapter: book run 03 -- --seed 42 --threads 1")

  @Argument(help: "Chapters by number or folder name (default: all).")
  var chapters: [String] = []

  @Argument(parsing: .postTerminator, help: "Options for the chapters.")
  var chapterOptions: [String] = []

  @OptionGroup var options: GoldenOptions

  func run() throws {
    // Ctrl-C reaches the chapter too, which saves its state; the book waits for it.
    signal(SIGINT, SIG_IGN)
    for chapter in try options.catalog().select(chapters) {
      let path = GoldenOptions.executableFolder() + "/ch" + chapter
      let process = Process()
      process.executableURL = URL(filePath: path)
      process.arguments = chapterOptions
      do { try process.run() } catch {
        throw CatalogError(
          "\(path) could not be started: \(error.localizedDescription); build it with `swift build -c release`")
      }
      process.waitUntilExit()
      guard process.terminationReason == .exit else { throw ExitCode.couldNotRun }
      guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
    }
  }
}
