import Files
import Foundation
import TensorFiles
import Tensors

/// One way to go wrong, and what the checker must say of it.
struct SelfTestFault {
  enum Expectation {
    case entry(String, Verdict)
    /// No verdicts at all, but a reason.
    case failure
  }

  let name: String
  let verdict: Expectation
  /// What the report must contain: index, values, source line.
  let parts: [String]
  let plant: (Stage) throws -> Void

  /// The files a fault is planted in.
  struct Stage {
    static let chapter = "98-self-test"
    static let tolerance = Tolerance.within(atol: 1e-9, rtol: 1e-7)

    let goldens: String
    let recorded: String

    init(folder: String) throws {
      goldens = folder + "/goldens/" + Self.chapter
      recorded = folder + "/recorded"
      try FileSystem.createFolder(goldens)
      try FileSystem.createFolder(recorded)
    }

    static let weights = (0..<12).map { Double($0 * $0) / 7 - 3 }
    static let losses = (0..<30).map { 1 / Double($0 + 1) }
    static let lines = (0..<3).map { "[1/1][\($0)/3] loss: 0.\($0)500" }

    /// What is recorded without a fault; a fault changes one argument.
    func recording(
      weights: [Double] = weights, losses: [Double] = losses, lines: [String] = lines, shape: [Int] = [3, 4],
      limit: Double? = 2,
      extra: Double? = nil, draws: [Double] = [1, 2, 3]
    ) throws -> Recording {
      let recorder = Recorder(chapter: Self.chapter, precision: .float64)
      func here(_ line: UInt) -> SourceLocation { SourceLocation(file: "self-test/Chapter.swift", line: line) }
      recorder.record("weights", Tensor(weights, shape: shape), Self.tolerance, at: here(10))
      recorder.record("losses", series: losses, Self.tolerance, at: here(20))
      if let limit { recorder.record("limit", scalar: limit, Self.tolerance, at: here(30)) }
      if let extra { recorder.record("extra", scalar: extra, Self.tolerance, at: here(40)) }
      recorder.record("draws", Tensor(draws, shape: [3]), .exact, keeping: .hash, at: here(50))
      let pixels = [UInt8](repeating: 128, count: 48)
      recorder.record(
        "picture", pixels: pixels, height: 4, width: 4, channels: 3, .within(atol: 1, rtol: 0), at: here(60))
      for (number, line) in lines.enumerated() {
        recorder.record(log: line, Self.tolerance, at: here(70 + UInt(number)))
      }
      return try recorder.recording()
    }

    func write() throws {
      let recording = try recording()
      var writer = GoldenSetWriter(chapter: Self.chapter)
      writer.add(recording)
      try writer.write(to: goldens)
      try recording.write(to: recorded)
    }
  }

  private static func with(_ position: Int, _ change: (Double) -> Double) -> [Double] {
    var weights = Stage.weights
    weights[position] = change(weights[position])
    return weights
  }

  private static func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try FileSystem.read(path)
    change(&bytes)
    try AtomicFile.write(bytes, to: path)
  }

  static var all: [SelfTestFault] { inValues + inNames + inFiles }

  private static var inValues: [SelfTestFault] {
    let weights = Stage.weights
    let expected = weights[6]
    let twice = expected + 2 * (1e-9 + 1e-7 * abs(expected))
    let transposed = (0..<12).map { weights[$0 % 3 * 4 + $0 / 3] }
    return [
      SelfTestFault(
        name: "one flipped bit", verdict: .entry("weights", .drifted),
        parts: ["[2, 3]", "1 ULP", "\(weights[11])", "self-test/Chapter.swift:10"]
      ) { try $0.recording(weights: with(11) { $0.nextUp }).write(to: $0.recorded) },
      SelfTestFault(
        name: "a value off by two tolerances", verdict: .entry("weights", .wrong),
        parts: ["[1, 2]", "\(expected)", "\(twice)", "1 of 12", "self-test/Chapter.swift:10"]
      ) { try $0.recording(weights: with(6) { _ in twice }).write(to: $0.recorded) },
      SelfTestFault(name: "a transposed tensor", verdict: .entry("weights", .wrong), parts: ["10 of 12", "[0, 1]"]) {
        try $0.recording(weights: transposed).write(to: $0.recorded)
      },
      SelfTestFault(
        name: "another shape", verdict: .entry("weights", .wrong), parts: ["expected shape [3, 4], found [4, 3]"]
      ) { try $0.recording(shape: [4, 3]).write(to: $0.recorded) },
      SelfTestFault(
        name: "NaN", verdict: .entry("weights", .wrong), parts: ["[0, 2]", "NaN: expected 0, found 1", "found nan"]
      ) { try $0.recording(weights: with(2) { _ in .nan }).write(to: $0.recorded) },
      SelfTestFault(name: "nothing but zeros", verdict: .entry("weights", .wrong), parts: ["12 of 12", "found 0.0"]) {
        try $0.recording(weights: .init(repeating: 0, count: 12)).write(to: $0.recorded)
      },
      SelfTestFault(
        name: "a series that diverges", verdict: .entry("losses", .wrong),
        parts: ["first step that diverges: 17", "13 of 30"]
      ) { stage in
        let losses = Stage.losses.enumerated().map { $0.offset < 17 ? $0.element : $0.element * 1.001 }
        try stage.recording(losses: losses).write(to: stage.recorded)
      },
      SelfTestFault(name: "another random draw", verdict: .entry("draws", .wrong), parts: ["every bit is fixed"]) {
        try $0.recording(draws: [1, 2, 4]).write(to: $0.recorded)
      },
    ]
  }

  private static var inNames: [SelfTestFault] {
    [
      SelfTestFault(name: "an entry that is not recorded", verdict: .entry("limit", .orphan), parts: ["did not record"])
      {
        try $0.recording(limit: nil).write(to: $0.recorded)
      },
      SelfTestFault(
        name: "an entry without a golden", verdict: .entry("extra", .missing), parts: ["self-test/Chapter.swift:40"]
      ) { try $0.recording(extra: 1).write(to: $0.recorded) },
      SelfTestFault(
        name: "swapped log lines", verdict: .entry("log", .wrong),
        parts: ["line 1: expected 0, found 1", "self-test/Chapter.swift:70", Stage.lines[0]]
      ) { try $0.recording(lines: [Stage.lines[1], Stage.lines[0], Stage.lines[2]]).write(to: $0.recorded) },
      SelfTestFault(name: "a missing log line", verdict: .entry("log", .wrong), parts: ["line 3: the line is missing"])
      {
        try $0.recording(lines: Array(Stage.lines.dropLast())).write(to: $0.recorded)
      },
      SelfTestFault(name: "an empty recording", verdict: .failure, parts: ["recorded nothing"]) {
        try Recording(chapter: Stage.chapter, precision: .float64, entries: [], log: []).write(to: $0.recorded)
      },
      SelfTestFault(name: "a recording of another chapter", verdict: .failure, parts: ["97-other"]) {
        let recording = try $0.recording()
        try Recording(chapter: "97-other", precision: .float64, entries: recording.entries, log: recording.log)
          .write(to: $0.recorded)
      },
      SelfTestFault(name: "a name recorded twice", verdict: .failure, parts: ["limit", "again"]) { stage in
        try stage.recording(extra: 1).write(to: stage.recorded)
        try edit(Recording.indexPath(stage.recorded, .float64)) {
          let text = String(decoding: $0, as: UTF8.self)
          $0 = Array(text.replacing("\"name\": \"extra\"", with: "\"name\": \"limit\"").utf8)
        }
      },
    ]
  }

  private static var inFiles: [SelfTestFault] {
    [
      SelfTestFault(name: "a truncated reference", verdict: .failure, parts: ["reference.safetensors.zst", "expected"])
      {
        try edit($0.goldens + "/reference.safetensors.zst") { $0.removeLast(11) }
      },
      SelfTestFault(
        name: "a flipped bit in the reference file", verdict: .failure, parts: ["reference.safetensors.zst"]
      ) {
        try edit($0.goldens + "/reference.safetensors.zst") { $0[$0.count / 2] ^= 4 }
      },
      SelfTestFault(name: "an edited log", verdict: .failure, parts: ["log.txt", "SHA-256"]) {
        try edit($0.goldens + "/log.txt") { $0[$0.count - 2] ^= 1 }
      },
      SelfTestFault(name: "a truncated recording", verdict: .failure, parts: ["recorded-float64.safetensors"]) {
        try edit(Recording.tensorsPath($0.recorded, .float64)) { $0.removeLast() }
      },
      SelfTestFault(name: "no recording", verdict: .failure, parts: ["recorded-float64.json", "No such file"]) {
        try Recording.remove(from: $0.recorded, .float64)
      },
    ]
  }
}
