import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes

/// The command line of the book.
@main
struct Book: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book",
    abstract: "Runs the chapters, holds their numbers against PyTorch, and weaves the book.",
    discussion: "Exit codes: 0 all is well, 1 something does not hold, 2 could not run, 130 interrupted.",
    version: "\(Version.current), built with Swift \(Provenance.swiftVersion)",
    subcommands: [
      ListCommand.self, MakeCommand.self, RunCommand.self, CheckCommand.self, BlessCommand.self, BenchCommand.self,
      DiffCommand.self, TraceCommand.self, BisectCommand.self,
      ReferenceCommand.self, WeaveCommand.self, SampleCommand.self, PortraitsCommand.self,
      FetchCommand.self, ScoreCommand.self,
    ])

  /// ArgumentParser ends with 64 for a bad option; the book promises 2 for everything that could not run.
  static func main() {
    CommandLineProgram.begin()
    do {
      var command = try parseAsRoot(PathBytes.commandLineArguments)
      try command.run()
      if Interruption.isPending { throw Interrupted() }
    } catch  where Interruption.isPending {
      Terminal.shared.setStatus("")
      Terminal.shared.printError("book: interrupted")
      Foundation.exit(Interrupted.exitCode)
    } catch let error as ExitCode {
      Foundation.exit(error.rawValue)
    } catch {
      let code = exitCode(for: error)
      if code.isSuccess {
        print(fullMessage(for: error))
        Foundation.exit(0)
      }
      let isOurs = error is CatalogError || error is StaleProgram || error is FileError
      Terminal.shared.printError(isOurs ? "book: error: \(error)" : fullMessage(for: error))
      Foundation.exit(2)
    }
  }
}

extension ExitCode {
  /// Something does not hold.
  static let doesNotHold = ExitCode(1)
  /// Could not run.
  static let couldNotRun = ExitCode(2)
}
