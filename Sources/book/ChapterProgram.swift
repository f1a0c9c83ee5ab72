import ArgumentParser
import Files
import Foundation
import Goldens

/// A chapter's executable, run in plain sight: its output is the reader's.
struct ChapterProgram {
  let chapter: String

  private var path: String { GoldenOptions.executableFolder() + "/ch" + chapter }

  /// Throws `StaleProgram` where it was not built from the sources of the checkout, `CatalogError` where it is not there.
  func requireCurrent(in checkout: Checkout) throws {
    try checkout.require(stamp(), of: path, chapter: chapter)
  }

  /// What it was built from; `nil` where it does not say.
  func stamp() throws -> BuildStamp? { try ChapterProcess.stamp(of: path) }

  /// Runs it to its end. Throws `CatalogError` where it cannot be started, its own exit code where it did not end well.
  func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    do { try process.run() } catch {
      throw CatalogError(
        "\(path) could not be started: \(error.localizedDescription); build it with `swift build -c release`")
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else { throw ExitCode.couldNotRun }
    guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
  }
}
