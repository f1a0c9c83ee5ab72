import Files
import Foundation
import Processes
import TensorFiles

/// One chapter executable, run as a child.
package struct ChapterProcess: Sendable {
  package typealias Ending = Subprocess.Ending

  package let executable: String
  package let arguments: [String]
  /// Where its output goes; the folder exists.
  package let outputPath: String
  package let errorPath: String
  /// How many threads it may use, where the caller does not leave that to it.
  package let threads: Int?
  /// What its environment has beside this process's.
  package let environment: [String: String]
  /// Seconds it may take; `nil` where it may take as long as it likes.
  package let timeLimit: Int?

  /// The option that makes a chapter print its build stamp and end; for `book`, not for people.
  package static let stampOption = "--print-build-stamp"

  package init(
    executable: String, arguments: [String], outputPath: String, errorPath: String, threads: Int? = nil,
    environment: [String: String] = [:], timeLimit: Int? = nil
  ) {
    self.environment = environment
    self.executable = executable
    self.arguments = arguments
    self.outputPath = outputPath
    self.errorPath = errorPath
    self.threads = threads
    self.timeLimit = timeLimit
  }

  /// Runs it to its end. Throws `CatalogError` where it cannot be started, `Interrupted` where this process has been
  /// asked to end.
  package func run() throws -> Ending {
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw CatalogError("\(executable) is not there or not executable; build it with `swift build -c release`")
    }
    var process = Subprocess(executable, arguments)
    process.environment = environment
    if let threads { process.environment["BOOK_THREADS"] = String(threads) }
    (process.output, process.errors) = (.file(outputPath), .file(errorPath))
    process.timeLimit = timeLimit.map(Double.init)
    process.isBound = true
    do { return try process.run() } catch let error as SubprocessError { throw CatalogError("\(error)") }
  }

  /// The last lines of a text file, for the report on a run that failed.
  package static func tail(_ path: String, lines: Int = 8) -> String {
    guard let bytes = try? FileSystem.read(path) else { return "" }
    let text = String(decoding: bytes.suffix(16_384), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(lines).joined(separator: "\n            ")
  }

  /// Why a program ended: the last line of the file that speaks of an error, else its last. What ArgumentParser refuses
  /// is followed by lines of help.
  package static func lastWords(_ path: String) -> String {
    let lines = tail(path).split(separator: "\n").map { $0.drop { $0 == " " } }
    return String(lines.last { $0.lowercased().contains("error: ") } ?? lines.last ?? "")
  }
}
