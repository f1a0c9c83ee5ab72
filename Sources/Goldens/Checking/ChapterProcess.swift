import Foundation
import TensorFiles

/// One chapter executable, run as a child.
package struct ChapterProcess: Sendable {
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// Stopped because it had not ended in time.
    case overran
  }

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

  /// Seconds between the request to end and the end by force: time to write a checkpoint.
  private static let grace = 5

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

  /// Runs it to its end. Throws `CatalogError` where it cannot be started.
  package func run() throws -> Ending {
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw CatalogError("\(executable) is not there or not executable; build it with `swift build -c release`")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    var changes = environment
    if let threads { changes["BOOK_THREADS"] = String(threads) }
    process.environment = ProcessInfo.processInfo.environment.merging(changes) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.open(outputPath)
    process.standardError = try Self.open(errorPath)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch { throw CatalogError("\(executable) could not be started: \(error)") }
    let deadline: DispatchTime = timeLimit.map { .now() + .seconds($0) } ?? .distantFuture
    let overran = ended.wait(timeout: deadline) == .timedOut
    if overran {
      process.terminate()
      if ended.wait(timeout: .now() + .seconds(Self.grace)) == .timedOut { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    if overran { return .overran }
    return process.terminationReason == .uncaughtSignal
      ? .killed(signal: process.terminationStatus) : .exited(process.terminationStatus)
  }

  private static func open(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw CatalogError("\(path) cannot be written") }
    return handle
  }

  /// The last lines of a text file, for the report on a run that failed.
  package static func tail(_ path: String, lines: Int = 8) -> String {
    guard let bytes = try? FileSystem.read(path) else { return "" }
    let text = String(decoding: bytes.suffix(16_384), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(lines).joined(separator: "\n            ")
  }
}
