import Files
import Foundation
import Goldens
import Literate
import Synchronization

/// While a chapter runs with its output in a file: the last line it wrote there as the terminal's status; in a pipe,
/// where there is no status line, a plain line every half minute.
final class ChapterStatus: Sendable {
  private let isOver = Mutex(false)
  private static let pollInterval = 0.2
  private static let plainInterval = 30.0

  init(chapter: String, following path: String) {
    let hasStatusLine = Terminal.shared.hasStatusLine
    Terminal.shared.setStatus(chapter)
    let thread = Thread { [weak self] in
      var waited = 0.0
      while true {
        Thread.sleep(forTimeInterval: Self.pollInterval)
        waited += Self.pollInterval
        guard hasStatusLine || waited >= Self.plainInterval else {
          if self?.isOver.withLock({ $0 }) ?? true { return }
          continue
        }
        let line = ChapterProcess.tail(path, lines: 1)
        let text = line.isEmpty ? chapter : "\(chapter)  \(line)"
        // Under the lock of `end()`, so that nothing is shown after it.
        let goesOn = self?.isOver.withLock { isOver in
          if isOver { return false }
          if hasStatusLine { Terminal.shared.setStatus(text) } else { Terminal.shared.printError("  \(text)") }
          return true
        }
        guard goesOn ?? false else { return }
        waited = 0
      }
    }
    thread.start()
  }

  func end() {
    isOver.withLock {
      $0 = true
      Terminal.shared.setStatus("")
    }
  }
}
