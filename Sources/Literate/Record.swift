import Goldens
import TensorFiles
import Tensors

// What a chapter says is its result. Everything recorded is held against PyTorch by `book check`, within
// |a − b| ≤ atol + rtol·|b|.
//
// A chapter runs in both precisions. `atol` and `rtol` are for float64; `float32:` is for float32, where training is
// chaotic and PyTorch scatters around itself. Without it the same tolerance serves both.

/// Records a tensor. One of more than 4096 elements is kept as a seeded sample, its moments and its digest; `whole`
/// keeps it all.
package func record(
  _ name: String, _ tensor: Tensor, atol: Double, rtol: Double, float32: Tolerance? = nil, whole: Bool = false,
  line: UInt = #line, file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(
    name, tensor, run.tolerance(atol, rtol, float32), keeping: whole ? .whole : nil, at: source)
  run.note(name, "\(tensor.dtype) \(tensor.shape)", source)
}

/// Records a tensor with a tolerance whose `atol` is a share of its largest element: of gradients, whose small elements
/// are sums that cancel.
package func record(
  _ name: String, relativeToLargest tensor: Tensor, atol share: Double, rtol: Double, float32: Tolerance? = nil,
  line: UInt = #line, file: String = #fileID
) {
  let size = tensor.values.reduce(0) { max($0, abs($1)) }
  record(
    name, tensor, atol: share * size, rtol: rtol, float32: float32?.scaled(by: size), line: line, file: file)
}

/// Records a tensor that may be so many representable numbers off.
package func record(
  _ name: String, _ tensor: Tensor, ulps: UInt64, whole: Bool = false, line: UInt = #line, file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(name, tensor, .ulps(ulps), keeping: whole ? .whole : nil, at: source)
  run.note(name, "\(tensor.dtype) \(tensor.shape)", source)
}

/// Records a tensor of which every bit is fixed, such as random draws or data: only its digest is kept.
package func record(_ name: String, exact tensor: Tensor, line: UInt = #line, file: String = #fileID) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(name, tensor, .exact, keeping: .hash, at: source)
  run.note(name, "\(tensor.dtype) \(tensor.shape)", source)
}

/// Records whole numbers of which every bit is fixed, such as an order drawn at random: only their digest is kept.
package func record(_ name: String, exact integers: [Int], line: UInt = #line, file: String = #fileID) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(name, integers: integers, at: source)
  run.note(name, "\(integers.count) integers", source)
}

/// Records one number a step: a report names the first step that diverges.
package func record(
  _ name: String, series: [Double], atol: Double, rtol: Double, float32: Tolerance? = nil, line: UInt = #line,
  file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(name, series: series, run.tolerance(atol, rtol, float32), at: source)
  run.live?.append(series: name, series)
  run.note(name, "series of \(series.count)", source)
}

/// Records one number.
package func record(
  _ name: String, scalar: Double, atol: Double, rtol: Double, float32: Tolerance? = nil, line: UInt = #line,
  file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(name, scalar: scalar, run.tolerance(atol, rtol, float32), at: source)
  run.note(name, "\(scalar)", source)
}

/// Records a picture: rows of interleaved 8-bit channels. `atol` is in steps of 1/255.
package func record(
  _ name: String, pixels: [UInt8], height: Int, width: Int, channels: Int, atol: Double, float32: Tolerance? = nil,
  line: UInt = #line, file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  run.recorder.record(
    name, pixels: pixels, height: height, width: width, channels: channels, run.tolerance(atol, 0, float32), at: source)
  run.note(name, "picture \(width)×\(height)", source)
}

/// Prints a line of the log and records it: text and whole numbers are compared exactly, other numbers within the
/// tolerance.
package func record(
  log text: String, atol: Double, rtol: Double, float32: Tolerance? = nil, line: UInt = #line, file: String = #fileID
) {
  let run = ChapterRun.current
  let source = SourceLocation(file: file, line: line)
  let text = Fault.swappedLosses.isPlanted ? text.withFirstNumbersSwapped : text
  run.recorder.record(log: text, run.tolerance(atol, rtol, float32), at: source)
  Terminal.shared.printLine(text)
  run.append("text", at: source, ["text": .string(text)])
}

extension String {
  /// "a: 1 b: 2 c: 3" as "a: 2 b: 1 c: 3": the museum's mistake of a log that prints one loss under the other's name.
  fileprivate var withFirstNumbersSwapped: String {
    guard let found = firstMatch(of: /^(.*?: )(\S+)(.*?: )(\S+)(.*)$/) else { return self }
    return "\(found.1)\(found.4)\(found.3)\(found.2)\(found.5)"
  }
}

/// Records whether something that the chapter says holds: 1 or 0, compared exactly. The reference program computes the
/// same claim from its own numbers.
package func claim(_ name: String, _ holds: Bool, line: UInt = #line, file: String = #fileID) {
  record("claim/\(name)", scalar: holds ? 1 : 0, atol: 0, rtol: 0, line: line, file: file)
}

extension ChapterRun {
  fileprivate func tolerance(_ atol: Double, _ rtol: Double, _ float32: Tolerance?) -> Tolerance {
    if dtype == .float32, let float32 { return float32 }
    return .within(atol: atol, rtol: rtol)
  }

  fileprivate func note(_ name: String, _ summary: String, _ source: SourceLocation) {
    append("record", at: source, ["name": .string(name), "summary": .string(summary)])
  }
}
