import Files
import TensorFiles

extension Ledger {
  /// Checks that what the index says fits itself and the log, so that a change is named by its place: "epoch 3", not
  /// "the file".
  func checkConsistency(_ top: JSONCursor, _ logPath: String) throws {
    func wrong(_ place: String, expected: String, found: String, in file: String? = nil) -> FileError {
      FileError(file ?? top.file, .inconsistent, at: place, expected: expected, found: found, remedy: Self.remedy)
    }
    let count = try top.member("lines").int()
    guard count == lines.count else {
      throw wrong("the end", expected: "\(count) lines, as \(top.file) says", found: "\(lines.count)", in: logPath)
    }
    guard count <= iterations else {
      throw wrong("lines", expected: "at most \(iterations), one for each iteration", found: "\(count)")
    }
    try checkOrder(wrong)
    var start = 0
    for epoch in epochs {
      let found = Digest.of(lines: Array(lines[start..<epoch.iteration]))
      guard found == epoch.lines else {
        throw wrong(
          "lines \(start + 1) to \(epoch.iteration), \(epoch.name)",
          expected: "SHA-256 \(epoch.lines), as \(top.file) says",
          found: found, in: logPath)
      }
      start = epoch.iteration
    }
    let hash = Digest.of(lines: lines)
    guard try top.member("log_sha256").string() == hash else {
      throw wrong(
        "lines \(start + 1) to \(count)", expected: "a log with SHA-256 \(try top.member("log_sha256").string())",
        found: hash, in: logPath)
    }
    try checkStretches(wrong)
  }

  private typealias Wrong = (_ place: String, _ expected: String, _ found: String, _ file: String?) -> FileError

  /// Every epoch of a stage follows the one before it, and the last one of a whole run ends it.
  private func checkOrder(_ wrong: Wrong) throws {
    var (stage, number, iteration) = (epochs.first?.stage ?? "", 0, 0)
    var stages: Set<String> = [stage]
    for epoch in epochs {
      if epoch.stage != stage {
        guard stages.insert(epoch.stage).inserted else {
          throw wrong("epochs", "the epochs of \(epoch.stage) together", "\(epoch.name) behind those of \(stage)", nil)
        }
        (stage, number) = (epoch.stage, 0)
      }
      guard epoch.number == number + 1 else {
        throw wrong("epochs", "epoch \(number + 1)" + (stage.isEmpty ? "" : " of \(stage)"), epoch.name, nil)
      }
      guard epoch.iteration > iteration, epoch.iteration <= lines.count else {
        throw wrong(
          epoch.name, "an end behind iteration \(iteration), at \(lines.count) at most", "\(epoch.iteration)", nil)
      }
      (number, iteration) = (epoch.number, epoch.iteration)
    }
    guard !isComplete || iteration == iterations else {
      throw wrong(
        "epochs", "a last one that ends the run at iteration \(iterations)", "one that ends at \(iteration)", nil)
    }
  }

  /// Together the stretches are the run, from its start.
  private func checkStretches(_ wrong: Wrong) throws {
    var end = 0
    for stretch in stretches {
      guard stretch.start == end, stretch.end > end else {
        throw wrong("stretches", "one from iteration \(end) on", "\(stretch.start) ..< \(stretch.end)", nil)
      }
      end = stretch.end
    }
    guard end == lines.count else {
      throw wrong("stretches", "\(lines.count) iterations, as there are lines", "\(end)", nil)
    }
  }
}
