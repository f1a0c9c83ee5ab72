import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes

/// A chapter's executable, run in plain sight: its output is the reader's.
struct ChapterProgram {
  let chapter: String

  private var path: String { GoldenOptions.executableFolder() + "/ch" + chapter }

  /// Throws `StaleProgram` where it was not built from the sources of the checkout, `CatalogError` where it is not
  /// there.
  func requireCurrent(in checkout: Checkout) throws {
    try checkout.require(stamp(), of: path, chapter: chapter)
  }

  /// What it was built from; `nil` where it does not say.
  func stamp() throws -> BuildStamp? { try ChapterProcess.stamp(of: path) }

  /// Runs it to its end. Throws `CatalogError` where it cannot be started, its own exit code where it did not end well.
  func run(_ arguments: [String]) throws {
    var process = Subprocess(path, arguments)
    process.isBound = true
    let ending: Subprocess.Ending
    do { ending = try process.run() } catch let error as SubprocessError {
      throw CatalogError("\(error); build it with `swift build -c release`")
    }
    guard case .exited(let code) = ending else { throw ExitCode.couldNotRun }
    guard code == 0 else { throw ExitCode(code) }
  }

  /// The exit code of a chapter that was asked to stop.
  static let interrupted = Interrupted.exitCode

  /// Runs it to its end with its output in files, the last line of its progress as this terminal's status.
  ///
  /// Throws `CatalogError` where it cannot be started.
  func run(_ arguments: [String], output: String, errors: String, timeLimit: Int? = nil) throws -> ChapterProcess.Ending
  {
    let process = ChapterProcess(
      executable: path, arguments: arguments, outputPath: output, errorPath: errors,
      environment: [ProgressBar.intervalVariable: "200"], timeLimit: timeLimit)
    let status = ChapterStatus(chapter: chapter, following: errors)
    defer { status.end() }
    return try process.run()
  }
}

extension ChapterProcess.Ending {
  /// Why the run did not end well, with its last words from the file `errors`; `nil` where it did.
  func problem(errors: String) -> String? {
    let words = ChapterProcess.lastWords(errors)
    let said = words.isEmpty ? "it said nothing on standard error" : words
    switch self {
    case .exited(0): return nil
    case .exited(let code): return "exit code \(code): \(said)"
    case .killed(let signal): return "killed by signal \(signal): \(said)"
    case .overran: return "it did not end in time: \(said)"
    }
  }
}
