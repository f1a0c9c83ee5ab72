import Synchronization

/// Standard output for what a run says, and one status line on standard error that never mixes with it.
package final class Terminal: Sendable {
  package static let shared = Terminal()

  private let status = Mutex("")
  private let isSilent = Atomic<Bool>(false)
  private let clearLine = "\r\u{1B}[K"

  package static var inputIsTerminal: Bool { Platform.isTerminal(Platform.standardInput) }

  package static var outputIsTerminal: Bool { Platform.isTerminal(Platform.standardOutput) }

  package var hasStatusLine: Bool { Platform.isTerminal(Platform.standardError) }

  /// Says nothing any more: another rank of the run says it.
  package func silence() { isSilent.store(true, ordering: .relaxed) }

  /// Prints a line on standard output, above the status line if there is one.
  package func printLine(_ text: String) {
    if isSilent.load(ordering: .relaxed) { return }
    status.withLock { status in
      if !status.isEmpty { Platform.write(clearLine, to: Platform.standardError) }
      Platform.write(text + "\n", to: Platform.standardOutput)
      if !status.isEmpty { Platform.write(status, to: Platform.standardError) }
    }
  }

  /// Prints a line on standard error.
  package func printError(_ text: String) {
    if isSilent.load(ordering: .relaxed) { return }
    status.withLock { status in
      let line = status.isEmpty ? text + "\n" : clearLine + text + "\n" + status
      Platform.write(line, to: Platform.standardError)
    }
  }

  /// Replaces the status line; "" removes it. Only a terminal has one, and what is wider than it is cut: a line that
  /// wraps cannot be cleared, and would stack up.
  package func setStatus(_ text: String) {
    guard hasStatusLine, !isSilent.load(ordering: .relaxed) else { return }
    let shown = Self.fitted(text, width: width)
    status.withLock { status in
      Platform.write(clearLine + shown, to: Platform.standardError)
      status = shown
    }
  }

  /// The columns of the terminal; `nil` where it does not say.
  package var width: Int? { Platform.terminalWidth(Platform.standardError) }

  /// The text cut to less than `width` columns: the last one is left free, for the cursor.
  package static func fitted(_ text: String, width: Int?) -> String {
    guard let width, width > 1, text.count >= width else { return text }
    return text.prefix(width - 2) + "…"
  }
}
