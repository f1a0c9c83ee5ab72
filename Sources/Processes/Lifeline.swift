import Foundation

/// A pipe that nothing is ever written into, and whose writing end a parent holds: it breaks when the parent is gone,
/// even by `kill -9`, which no parent can hand on.
///
/// Unlike Linux's signal on a parent's death it does not depend on the thread that started the child, holds between PID
/// namespaces, and cannot come too late.
package enum Lifeline {
  /// Names the descriptor of the reading end to the child.
  static let variable = "BOOK_LIFELINE"
  static let descriptor: Int32 = 3

  /// Asks this process to end, as SIGTERM would, once the parent that gave it a lifeline is gone. Does nothing where
  /// there is none.
  package static func watch() {
    guard let text = ProcessInfo.processInfo.environment[variable], let descriptor = Int32(text),
      Platform.isPipe(descriptor)
    else { return }
    Platform.keepFromChildren(descriptor)
    let thread = Thread {
      while let bytes = Platform.read(descriptor), !bytes.isEmpty {}
      Platform.send(Platform.terminate, to: Platform.ownIdentifier)
    }
    thread.start()
  }
}
