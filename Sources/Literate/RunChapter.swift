import ArgumentParser
import Files
import Goldens
import Processes
import Ranks

/// Runs a chapter from its command line and ends the process: 0 where it finished, 1 where it is not what its ledger
/// says, 2 for anything it could not do, 130 where it was interrupted.
///
/// Every error becomes one line on standard error. `body` gets the parsed options and the run; `say`, `show` and
/// `record` work inside it. `stamp` is the chapter's own `buildStamp`, which the build makes (`Plugins/StampSources`).
///
/// A chapter that shares its batches out says `sharesOut`; any other is refused where it is started as one of many
/// ranks.
package func runChapter<Options: ChapterArguments>(
  _ name: String, builtFrom stamp: String, _ type: Options.Type, sharesOut: Bool = false,
  _ body: (Options, ChapterRun) throws -> Void
) -> Never {
  CommandLineProgram.begin()
  if Array(CommandLine.arguments.dropFirst()) == [ChapterProcess.stampOption] {
    Terminal.shared.printLine(stamp.hasSuffix("\n") ? String(stamp.dropLast()) : stamp)
    Platform.exitProcess(0)
  }
  let options: Options
  do {
    options = try Options.parse(PathBytes.commandLineArguments)
  } catch {
    // Every rank finds the same.
    if let launch = Launch.current, launch.rank > 0 {
      Platform.exitProcess(type.exitCode(for: error).isSuccess ? 0 : 2)
    }
    exitAfterParsing(error, type, name)
  }
  do {
    guard let program = BuildStamp(text: stamp) else {
      throw ChapterError("its build stamp is damaged; build it again")
    }
    try RankedRun.begin(options.chapter, program, sharesOut: sharesOut)
    let decimals = options.chapter.decimals ?? Options.decimals(in: options.chapter.profile)
    let run = try ChapterRun(name, options: RankedRun.own(options.chapter), program: program, decimals: decimals)
    let trace = try run.beginTracing()
    do {
      try body(options, run)
      try run.finish()
      try trace?.end(isFinished: true)
    } catch {
      run.abandon()
      // What went wrong first is what is told.
      try? trace?.end(isFinished: false)
      throw error
    }
    RankedRun.end(0)
  } catch let error as ChapterInterrupted {
    Terminal.shared.setStatus("")
    Terminal.shared.printError("\(name): \(error)")
    RankedRun.end(130)
  } catch let error as LedgerDifference {
    Terminal.shared.setStatus("")
    RankedRun.fail("\(name): does not hold: \(error)", 1)
  } catch let error as AgreedFailure {
    Terminal.shared.setStatus("")
    RankedRun.fail(together: "\(name): error: \(error)", 2)
  } catch {
    Terminal.shared.setStatus("")
    RankedRun.fail("\(name): error: \(error)", 2)
  }
}

/// Runs a chapter that has no options of its own.
package func runChapter(_ name: String, builtFrom stamp: String, _ body: (ChapterRun) throws -> Void) -> Never {
  runChapter(name, builtFrom: stamp, ChapterOptions.self) { try body($1) }
}

private func exitAfterParsing<Options: ChapterArguments>(_ error: any Error, _ type: Options.Type, _ name: String)
  -> Never
{
  let code = type.exitCode(for: error)
  // ArgumentParser derives the name after "USAGE:" from the options' type; the user typed the executable's.
  let message = type.fullMessage(for: error).replacing(/(USAGE|Usage): \S+/) { "\($0.1): ch\(name)" }
    .replacing(/See '\S+ --help'/) { _ in "See 'ch\(name) --help'" }
  if code.isSuccess {
    Terminal.shared.printLine(message)
    Platform.exitProcess(0)
  }
  Terminal.shared.printError(message)
  // ArgumentParser's own code is 64; the book promises 2 for everything that could not run.
  Platform.exitProcess(2)
}
