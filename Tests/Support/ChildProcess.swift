import Foundation

/// Runs the package's own executables as a user would.
package enum ChildProcess {
  package struct Outcome: Sendable {
    package let code: Int32
    package let output: String
    package let errors: String
  }

  /// The folder the tests were built into, where the executables are too.
  package static let buildFolder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

  /// Runs `name`, or another build of it, to its end.
  ///
  /// `interruptAfterLines` sends it SIGINT once it has printed so many lines, `killAfter` sends it `signal` after so many
  /// seconds. A program that `isBuilt` elsewhere is found on the path.
  package static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], interruptAfterLines: Int? = nil,
    killAfter: Double? = nil, signal: Int32 = SIGINT, executable: URL? = nil, isBuilt: Bool = true
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL =
      isBuilt ? executable ?? buildFolder.appending(path: name) : URL(filePath: "/usr/bin/env")
    process.arguments = isBuilt ? arguments : [name] + arguments
    // What CI sets must not change what a test sees.
    var all = ProcessInfo.processInfo.environment.filter { !["CI", "GITHUB_ACTIONS", "NO_COLOR"].contains($0.key) }
    all.merge(environment) { $1 }
    process.environment = all
    let handles = try ["out", "err"].map { name in
      try Data().write(to: URL(filePath: folder(name)))
      return try FileHandle(forWritingTo: URL(filePath: folder(name)))
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    func text(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }
    try process.run()
    if let interruptAfterLines {
      let deadline = Date(timeIntervalSinceNow: 120)
      while process.isRunning, Date() < deadline,
        try text("out").count(where: \.isNewline) < interruptAfterLines
      {
        Thread.sleep(forTimeInterval: 0.02)
      }
      process.interrupt()
    }
    if let killAfter {
      Thread.sleep(forTimeInterval: killAfter)
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    return Outcome(code: process.terminationStatus, output: try text("out"), errors: try text("err"))
  }
}
