import Foundation
import Synchronization

/// A program run as a child: started and waited for with system calls alone, without a run loop.
///
/// It stays in this process's group, so that a terminal's Ctrl-C and Ctrl-Z reach both. A request to end that reaches
/// only this process is handed on (`Interruption`).
package struct Subprocess: Sendable {
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// Stopped because it had not ended in time.
    case overran
  }

  /// What one of the child's standard descriptors is.
  package enum Stream: Sendable, Equatable {
    /// This process's own.
    case inherited
    case null
    /// A file that is made, or emptied.
    case file(String)
    /// A file that is made, or written on at its end.
    case extended(String)
  }

  /// A path, or a name that is looked for on the search path.
  package let executable: String
  package let arguments: [String]
  /// What its environment has beside this process's; `nil` takes a variable away.
  package var environment: [String: String?] = [:]
  /// The folder it runs in; this process's own where there is none.
  package var folder: String?
  package var input = Stream.null
  package var output = Stream.inherited
  package var errors = Stream.inherited
  /// Seconds it may take.
  package var timeLimit: Double?
  /// Whether it watches its lifeline, and so ends when this process does, however that ends. See `Lifeline`.
  package var isBound = false

  /// Seconds between the request to end and the end by force: time to write a checkpoint.
  package static let grace = 5.0

  package init(_ executable: String, _ arguments: [String] = []) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Runs it to its end.
  ///
  /// Throws `SubprocessError` where it cannot be started, `Interrupted` where this process has been asked to end,
  /// before or meanwhile.
  package func run() throws -> Ending {
    let child = try start()
    let ending = child.wait()
    if Interruption.isPending { throw Interrupted() }
    return ending
  }

  /// Runs it to its end and returns what it wrote on standard output.
  package func collectOutput() throws -> (ending: Ending, output: [UInt8]) {
    let pipe = try Pipe.make()
    let child: RunningSubprocess
    do { child = try start(output: pipe.writing) } catch {
      pipe.closeReading()
      pipe.closeWriting()
      throw error
    }
    pipe.closeWriting()
    defer { pipe.closeReading() }
    let output = pipe.readToEnd(until: child.deadline)
    let ending = child.wait()
    if Interruption.isPending { throw Interrupted() }
    return (ending, output)
  }

  /// Starts it. The caller waits for it.
  package func start() throws -> RunningSubprocess { try start(output: nil) }

  private func start(output writing: Int32?) throws -> RunningSubprocess {
    var opened: [Int32] = []
    defer { for descriptor in opened { Platform.close(descriptor) } }
    func open(_ stream: Stream, forWriting: Bool) throws -> Int32? {
      let path: String
      var extending = false
      switch stream {
      case .inherited: return nil
      case .null: path = "/dev/null"
      case .file(let name): path = name
      case .extended(let name): (path, extending) = (name, true)
      }
      guard let descriptor = Platform.open(path, forWriting: forWriting, extending: extending) else {
        throw SubprocessError("\(path) cannot be \(forWriting ? "written" : "read"): \(Platform.lastError)")
      }
      opened.append(descriptor)
      return descriptor
    }
    var descriptors: [Int32: Int32] = [:]
    descriptors[0] = try open(input, forWriting: false)
    descriptors[1] = try writing ?? open(output, forWriting: true)
    descriptors[2] = try open(errors, forWriting: true)

    var variables = ProcessInfo.processInfo.environment
    variables[Lifeline.variable] = nil
    for (name, value) in environment { variables[name] = value }
    let lifeline = isBound ? try Pipe.make() : nil
    if let lifeline {
      descriptors[Lifeline.descriptor] = lifeline.reading
      variables[Lifeline.variable] = String(Lifeline.descriptor)
    }
    defer { lifeline?.closeReading() }

    guard Interruption.beginStart() else {
      lifeline?.closeWriting()
      throw Interrupted()
    }
    let command = commandInFolder
    let result = Platform.spawn(
      command[0], Array(command.dropFirst()), environment: variables.map { "\($0.key)=\($0.value)" },
      descriptors: descriptors)
    guard case .success(let identifier) = result else {
      Interruption.endStart(of: nil)
      lifeline?.closeWriting()
      if case .failure(let error) = result { throw SubprocessError("\(executable) could not be started: \(error)") }
      throw SubprocessError("\(executable) could not be started")
    }
    let slot = Interruption.endStart(of: identifier)
    return RunningSubprocess(
      identifier: identifier, slot: slot, lifeline: lifeline,
      deadline: timeLimit.map { ContinuousClock.now + .seconds($0) })
  }
}

extension Subprocess {
  /// The command; a shell that goes to the folder first, and then becomes the command, where there is one.
  private var commandInFolder: [String] {
    guard let folder else { return [executable] + arguments }
    return ["/bin/sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", folder, executable] + arguments
  }
}

/// A child that has been started. It is waited for exactly once.
package final class RunningSubprocess: Sendable {
  package let identifier: Int32
  private let slot: Int?
  private let lifeline: Pipe?
  let deadline: ContinuousClock.Instant?
  private let ending = Mutex<Subprocess.Ending?>(nil)

  init(identifier: Int32, slot: Int?, lifeline: Pipe?, deadline: ContinuousClock.Instant?) {
    self.identifier = identifier
    self.slot = slot
    self.lifeline = lifeline
    self.deadline = deadline
  }

  /// Sends it a signal; nothing where it has been waited for.
  package func send(_ signal: Int32) { ending.withLock { if $0 == nil { Platform.send(signal, to: identifier) } } }

  package var hasEnded: Bool { ending.withLock { $0 != nil } || Platform.hasEnded(identifier) }

  /// Waits for its end. A child that overruns its time is asked to end, and then made to.
  package func wait() -> Subprocess.Ending {
    if let known = ending.withLock({ $0 }) { return known }
    let overran = !hasEnded(by: deadline)
    if overran {
      Platform.send(Platform.terminate, to: identifier)
      if !hasEnded(by: .now + .seconds(Subprocess.grace)) { Platform.send(Platform.kill, to: identifier) }
      _ = hasEnded(by: nil)
    }
    // Nobody may send a signal to the number of a child that is gone: it may be another process's by then.
    Interruption.forget(slot)
    return ending.withLock { ending in
      let status = Platform.reap(identifier)
      let result = overran ? .overran : status
      ending = result
      lifeline?.closeWriting()
      return result
    }
  }

  private func hasEnded(by deadline: ContinuousClock.Instant?) -> Bool {
    guard let deadline else {
      Platform.waitWithoutReaping(identifier)
      return true
    }
    var pause = 1
    while !Platform.hasEnded(identifier) {
      if ContinuousClock.now >= deadline { return false }
      Platform.sleep(milliseconds: pause)
      pause = min(2 * pause, 20)
    }
    return true
  }
}

/// A program that could not be started.
package struct SubprocessError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// This process has been asked to end.
package struct Interrupted: Error, Sendable, Equatable, CustomStringConvertible {
  package init() {}
  package var description: String { "interrupted" }
  /// The exit code of a program that was asked to end by Ctrl-C, SIGTERM or SIGHUP, whichever it was.
  package static let exitCode: Int32 = 130
}
