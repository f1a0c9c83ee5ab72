import ArgumentParser
import Benchmarks
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
      ListCommand.self, MakeCommand.self, RunCommand.self, CheckCommand.self, BlessCommand.self, ReviewCommand.self,
      BenchCommand.self, DiffCommand.self, TraceCommand.self, BisectCommand.self,
      ReferenceCommand.self, WeaveCommand.self, SampleCommand.self, PortraitsCommand.self,
      FetchCommand.self, ScoreCommand.self, ServeCommand.self,
    ])

  /// ArgumentParser ends with 64 for a bad option; the book promises 2 for everything that could not run.
  static func main() {
    CommandLineProgram.begin()
    pinLAPACK()
    do {
      var command = try parsed(PathBytes.commandLineArguments)
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
      let isOurs = error is CatalogError || error is StaleProgram || error is FileError || error is FolderInUse
      Terminal.shared.printError(isOurs ? "book: error: \(error)" : fullMessage(for: error))
      Foundation.exit(2)
    }
  }
}

extension Book {
  /// The programs that are started from here take one set of OpenBLAS's kernels on every x86-64 with AVX2, instead of
  /// those it has for the processor: the last bits of LAPACK's singular values, and so of Fréchet distances, are
  /// theirs. Products are our own in any case.
  private static func pinLAPACK() {
    if ["v3", "v4"].contains(ProductBenchmarks.instructionSet) { setenv("OPENBLAS_CORETYPE", "Haswell", 0) }
  }
}

/// A command that has a list of words of its own and hands on what stands behind `--`: ArgumentParser knows no two
/// lists of words.
protocol PassingOptionsOn: ParsableCommand {
  var chapterOptions: [String] { get set }
}

extension Book {
  private static let passingOn: [any PassingOptionsOn.Type] = [RunCommand.self, BisectCommand.self]

  /// The command that the arguments ask for.
  private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    let passesOn = passingOn.contains { $0.configuration.commandName == arguments.first }
    let cut = passesOn ? arguments.firstIndex(of: "--") : nil
    let command = try parseAsRoot(Array(arguments[..<(cut ?? arguments.count)]))
    guard let cut, var command = command as? any PassingOptionsOn else { return command }
    command.chapterOptions = Array(arguments[(cut + 1)...])
    return command
  }
}

extension ExitCode {
  /// Something does not hold.
  static let doesNotHold = ExitCode(1)
  /// Could not run.
  static let couldNotRun = ExitCode(2)
}
