import Tensors

/// How far a long run is, how fast, and how long it will take: a bar on a terminal, elsewhere a plain line every few
/// seconds.
///
/// It writes to standard error, so that standard output holds nothing but the run's own lines.
package final class ProgressBar {
  package let label: String
  package let total: Int
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let first: Int
  private var lastShown: ContinuousClock.Instant?
  private let interval: Duration

  /// `startingAt` is where a resumed run goes on: the rate counts only what this process has done.
  package init(_ label: String, total: Int, startingAt first: Int = 0) {
    self.label = label
    self.total = max(total, 1)
    self.first = first
    start = clock.now
    Trace.progress(label, first)
    interval = Terminal.shared.hasStatusLine ? .milliseconds(100) : Self.plainInterval
  }

  /// How often a plain line is written: every five seconds, or as `book make` asks, which shows the last one.
  private static let plainInterval: Duration =
    Platform.environment(intervalVariable).flatMap(Int.init).map { .milliseconds($0) } ?? .seconds(5)

  /// Milliseconds between plain lines of progress.
  package static let intervalVariable = "BOOK_PROGRESS_MILLISECONDS"

  deinit { Terminal.shared.setStatus("") }

  /// Says that `done` of the total are done.
  package func advance(to done: Int, note: String = "") {
    Trace.progress(label, done)
    let now = clock.now
    // A plain log does not want a line for a run of two seconds.
    let previous = lastShown ?? (Terminal.shared.hasStatusLine ? nil : start)
    if let previous, now - previous < interval { return }
    lastShown = now
    func text(withBar: Bool) -> String {
      Self.text(
        label: label, done: done, total: total, doneHere: done - first, elapsed: now - start, note: note,
        withBar: withBar)
    }
    guard Terminal.shared.hasStatusLine else { return Terminal.shared.printError(text(withBar: false)) }
    // The numbers say more than the bar where there is no room for both.
    let whole = text(withBar: true)
    let fits = Terminal.shared.width.map { whole.count < $0 } ?? true
    Terminal.shared.setStatus(fits ? whole : text(withBar: false))
  }

  package func finish() { Terminal.shared.setStatus("") }

  package static func text(
    label: String, done: Int, total: Int, doneHere: Int, elapsed: Duration, note: String, withBar: Bool
  ) -> String {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let rate = seconds > 0 ? Double(doneHere) / seconds : 0
    var parts = ["\(label) \(done)/\(total)"]
    if withBar {
      let filled = min(max(done * 20 / total, 0), 20)
      parts.append("[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]")
    }
    if rate > 0 {
      parts.append(rate >= 1 ? "\(rounded(rate))/s" : "\(rounded(1 / rate)) s each")
      parts.append("\(time(Double(total - done) / rate)) left")
    }
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  private static func rounded(_ value: Double) -> String {
    let tenths = Int((min(value, 1e9) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 3.6e6).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? "\(hours) h \(minutes) min" : minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
  }
}
