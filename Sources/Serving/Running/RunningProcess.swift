import Foundation
import Files

/// A process that this one may not be the parent of: a run that an earlier server has started.
package struct RunningProcess: Sendable {
  package let identifier: Int32
  /// What tells it from a later process of the same number; empty where the system does not say.
  let start: String

  package init(_ identifier: Int32) {
    self.identifier = identifier
    start = Self.start(of: identifier)
  }

  package init(_ identifier: Int32, start: String) { (self.identifier, self.start) = (identifier, start) }

  package var isAlive: Bool {
    guard Platform.isAlive(identifier) else { return false }
    let now = Self.stat(of: identifier)
    // A process that has ended and that nobody has waited for is none any more.
    return now.map { $0.start == start && $0.state != "Z" } ?? true
  }

  func interrupt() { if isAlive { Platform.interrupt(identifier) } }

  private static func start(of process: Int32) -> String { stat(of: process)?.start ?? "" }

  /// Linux: the third and the twenty-second word of /proc/N/stat, counted behind the name in parentheses.
  private static func stat(of process: Int32) -> (state: String, start: String)? {
    let text = FileSystem.systemText("/proc/\(process)/stat")
    guard let end = text.lastIndex(of: ")") else { return nil }
    let words = text[text.index(after: end)...].split(separator: " ")
    return words.count > 19 ? (String(words[0]), String(words[19])) : nil
  }

  package struct Usage: Sendable, Encodable, Equatable {
    /// Of memory in use.
    package let megabytes: Int
    package let threads: Int
  }

  /// `nil` where the system does not say.
  package var usage: Usage? {
    let lines = FileSystem.systemText("/proc/\(identifier)/status").split(separator: "\n")
    func number(_ key: String) -> Int? {
      lines.first { $0.hasPrefix(key + ":") }.flatMap { line in
        Int(line.dropFirst(key.count + 1).drop { !$0.isNumber }.prefix { $0.isNumber })
      }
    }
    guard let memory = number("VmRSS"), let threads = number("Threads") else { return nil }
    return Usage(megabytes: memory / 1024, threads: threads)
  }
}
