import Files
import Synchronization
import TensorFiles

/// What a run says, shows and records, in a file that grows while it runs: for whoever watches, and for nobody's
/// numbers.
///
/// The journal and the recording appear whole at the end of a run, or not at all. This file is neither: it may lack its
/// end, and a full disk that stops it does not stop the run.
package final class LiveEvents: Sendable {
  /// Names the file; without it there is none.
  package static let variable = "BOOK_RUN_EVENTS"

  private let file: Mutex<AppendedFile?>

  /// The file that the environment names; `nil` where it names none or one that cannot be written.
  init?() {
    guard let path = Platform.environment(Self.variable), let opened = try? AppendedFile(extending: path) else {
      return nil
    }
    file = Mutex(opened)
  }

  func append(_ event: JSONValue) {
    let line = Array((event.compact + "\n").utf8)
    file.withLock { file in
      do { try file?.append(line) } catch { file = nil }
    }
  }

  /// A recorded series, with at most `limit` of its values: a curve on a screen has no more.
  func append(series name: String, _ values: [Double]) {
    let limit = 1000
    let step = max(1, (values.count + limit - 1) / limit)
    let shown = stride(from: 0, to: values.count, by: step).map { index in
      values[index].isFinite ? JSONValue.double(values[index]) : .null
    }
    append(.object(["kind": .string("series"), "name": .string(name), "values": .array(shown)]))
  }
}
