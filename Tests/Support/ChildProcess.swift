import Foundation
import Processes

/// Runs the package's own executables as a user would.
package enum ChildProcess {
  package struct Outcome: Sendable {
    package let code: Int32
    package let output: String
    package let errors: String
  }

  /// The folder the tests were built into, where the executables are too.
  package static let buildFolder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

  /// Runs `name`, or another build of it, to its end. One that hangs is stopped after twenty minutes: code -1.
  ///
  /// `interruptAfterLines` sends it SIGINT once it has printed so many lines, `killAfter` sends it `signal` after so
  /// many seconds. A program that `isBuilt` elsewhere is found on the path. It runs in the folder `place`, or in this
  /// process's own.
  package static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], interruptAfterLines: Int? = nil,
    killAfter: Double? = nil, signal: Int32 = SIGINT, executable: URL? = nil, isBuilt: Bool = true,
    in place: String? = nil
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let limit = 1200.0
    var process = Subprocess(isBuilt ? (executable ?? buildFolder.appending(path: name)).path : name, arguments)
    // What CI sets must not change what a test sees.
    for name in ["CI", "GITHUB_ACTIONS", "NO_COLOR"] { process.environment.updateValue(nil, forKey: name) }
    for (name, value) in environment { process.environment[name] = value }
    (process.output, process.errors) = (.file(folder("out")), .file(folder("err")))
    process.folder = place
    process.timeLimit = limit
    func text(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }
    let child = try process.start()
    if let interruptAfterLines {
      let deadline = Date(timeIntervalSinceNow: 120)
      while !child.hasEnded, Date() < deadline,
        try text("out").count(where: \.isNewline) < interruptAfterLines
      {
        Thread.sleep(forTimeInterval: 0.02)
      }
      child.send(SIGINT)
    }
    if let killAfter {
      Thread.sleep(forTimeInterval: killAfter)
      child.send(signal)
    }
    let code: Int32 =
      switch child.wait() {
      case .exited(let code): code
      case .killed(let signal): signal
      case .overran: -1
      }
    let complaint = code < 0 ? "\(name) had not ended after \(limit) seconds\n" : ""
    return Outcome(code: code, output: try text("out"), errors: try text("err") + complaint)
  }
}
