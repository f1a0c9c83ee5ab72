import ArgumentParser
import Foundation
import Goldens

/// A chapter's executable, run in plain sight: its output is the reader's.
struct ChapterProgram {
  let chapter: String

  /// Runs it to its end. Throws `CatalogError` where it cannot be started, its own exit code where it did not end well.
  func run(_ arguments: [String]) throws {
    let path = GoldenOptions.executableFolder() + "/ch" + chapter
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
