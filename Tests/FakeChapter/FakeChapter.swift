//: # A chapter that is not one
//: It computes nothing of interest.

import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Pictures
import Processes
import TensorFiles
import Tensors

/// What can go wrong with a chapter.
enum Fault: String, CaseIterable, ExpressibleByArgument {
  case none, value, flippedBit, transposed, nan, missing, extra, swappedLines, logValue, crash, exit, error, empty,
    duplicate
  case otherSeeds, otherClaim, oddSeedsFail
  case otherShape, otherType, hash, noRecording, spin, hang, deaf, walk
  case ledgerLine, ledgerState, ledgerEnd, ledgerSilent, ledgerWeights
}

/// A chapter that computes nothing of interest, quickly, and goes wrong as told.
struct FakeOptions: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions
  @OptionGroup var whole: WholeRunOptions
  @Option var act: String?
  @Option(name: .customLong("go-wrong")) var fault: Fault = .none
}

@main
enum FakeChapter {
  static func main() {
    // What a build would have compiled in, where a test of the live book plays the compiler.
    let stamp = ProcessInfo.processInfo.environment["FAKE_STAMP"].flatMap {
      try? String(contentsOfFile: $0, encoding: .utf8)
    }
    runChapter("99-fake", builtFrom: stamp ?? buildStamp, FakeOptions.self) { options, run in
      if options.fault == .spin { try spin(run) }
      if options.fault == .walk { try walk(run) }
      if options.fault == .hang { hang() }
      if options.fault == .deaf { beDeaf() }
      if options.fault == .error { throw ChapterError("the data is not there") }
      if options.fault == .oddSeedsFail, !options.chapter.seed.isMultiple(of: 2) { throw ChapterError("seed is odd") }
      if options.fault == .empty { return }
      if options.chapter.profile == .full { return try runWhole(options, run) }
      try record(options.fault, run)
      if options.fault == .exit { Foundation.exit(0) }
      if options.fault == .crash { raise(SIGKILL) }
    }
  }

  /// Two acts of three epochs of four iterations, with a ledger; the second one learns something.
  static func runWhole(_ options: FakeOptions, _ run: ChapterRun) throws {
    for act in ["first", "second"] where options.act == nil || options.act == act {
      // One that does not compare as it goes, so that only `book` can find the fault.
      var whole = options.whole
      if options.fault == .ledgerSilent { whole.ledger = nil }
      let begun = try run.beginLedger(
        of: act, arguments: ["--act", act], settings: ["images": "4"], iterations: 12, departures: [], whole)
      guard let ledger = begun else { return }
      let end = min(12, options.chapter.iterations ?? 12) - (options.fault == .ledgerEnd ? 1 : 0)
      for iteration in 0..<end {
        let isWrong = [.ledgerLine, .ledgerSilent].contains(options.fault) && iteration == 6
        try ledger.line("[\(iteration / 4 + 1)/3][\(iteration % 4)/4] loss: \(isWrong ? 0 : iteration)")
        guard iteration % 4 == 3 else { continue }
        let epoch = iteration / 4 + 1
        let state = "\(act) \(epoch)\(options.fault == .ledgerState && epoch == 2 ? " other" : "")"
        try ledger.epoch(epoch, state: Digest.of(Array(state.utf8)))
      }
      guard act == "second", ledger.ledger.isComplete else {
        try run.write(ledger)
        continue
      }
      let weights = Tensor([1, 2, options.fault == .ledgerWeights ? 4 : 3], shape: [3])
      try run.write(ledger, [TensorFile.Entry(name: "weights", tensor: weights)])
    }
  }

  /// A long run that can be interrupted.
  static func spin(_ run: ChapterRun) throws {
    let bar = ProgressBar("spinning", total: 600)
    for step in 0..<600 {
      bar.advance(to: step)
      if Interruption.isRequested {
        throw ChapterInterrupted(at: "step \(step)", checkpoint: run.folder + "/checkpoint")
      }
      usleep(100_000)
    }
  }

  /// A few seconds with lines, progress, a growing series and a picture, saved where it is interrupted and gone on with
  /// from there.
  static func walk(_ run: ChapterRun) throws {
    let checkpoint = run.folder + "/checkpoint"
    let total = run.options.iterations ?? 40
    var first = 0
    if run.resumes(from: checkpoint) { first = Int(try String(contentsOfFile: checkpoint, encoding: .utf8)) ?? 0 }
    let bar = ProgressBar("walking", total: total, startingAt: first)
    for step in first..<total {
      if Interruption.isRequested {
        try AtomicFile.write("\(step)", to: checkpoint)
        throw ChapterInterrupted(at: "step \(step)", checkpoint: checkpoint)
      }
      say("[1/1][\(step)/\(total)] loss: \(formatted(1 / Double(step + 1), decimals: 4))")
      bar.advance(to: step + 1)
      if step == first + 2 {
        let pixels = Tensor((0..<3 * 8 * 8).map { Double($0) / 192 }, shape: [3, 8, 8])
        try show(Picture(pixels), as: "walked", caption: "A walk", description: "Shades of gray.")
      }
      usleep(100_000)
    }
    Literate.record("steps", series: (0..<total).map { Double($0) }, atol: 0, rtol: 0)
  }

  /// A save that takes its time.
  static func beDeaf() {
    _ = Interruption.isRequested
    while true { sleep(600) }
  }

  /// Deaf to all signals that can be ignored.
  static func hang() {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
    while true { sleep(600) }
  }

  static func record(_ fault: Fault, _ run: ChapterRun) throws {
    let dtype = run.dtype
    say("a chapter that is not one")
    var weights = (0..<12).map { sin(Double($0) + 1) }
    if fault == .value { weights[7] += 2 * (1e-9 + 1e-7 * abs(weights[7])) }
    if fault == .nan { weights[5] = .nan }
    if fault == .flippedBit { weights[3] = weights[3].nextUp }
    if fault == .transposed { weights = (0..<12).map { weights[$0 % 3 * 4 + $0 / 3] } }
    let shape = fault == .otherShape ? [4, 3] : [3, 4]
    let type: DType = fault == .otherType ? (dtype == .float32 ? .float64 : .float32) : dtype
    Literate.record(
      "weights", Tensor(weights, shape: shape).converted(to: type), atol: 1e-9, rtol: 1e-7,
      float32: .within(atol: 1e-6, rtol: 1e-6))
    let big = (0..<10_000).map { cos(Double($0)) + (fault == .value ? 1 : 0) }
    Literate.record(
      "big", Tensor(big, shape: [100, 100]).converted(to: dtype), atol: 1e-9, rtol: 0,
      float32: .within(atol: 1e-6, rtol: 0))
    let draws = (0..<100).map { Double($0) + (fault == .hash && $0 == 99 ? 1 : 0) }
    Literate.record("draws", exact: Tensor(draws, shape: [100]).converted(to: dtype))
    if fault != .missing {
      let losses = (0..<20).map { 1 / Double($0 + 1) + (fault == .value && $0 >= 13 ? 1e-3 : 0) }
      Literate.record("losses", series: losses, atol: 1e-9, rtol: 0)
    }
    Literate.record("limit", scalar: log(2), atol: 1e-12, rtol: 0)
    if fault == .extra || fault == .duplicate {
      Literate.record(fault == .extra ? "extra" : "limit", scalar: 1, atol: 0, rtol: 0)
    }
    let pixels = (0..<32 * 48 * 3).map {
      UInt8(truncatingIfNeeded: $0 * 7 / 3 + (fault == .value && $0 % 11 == 0 ? 3 : 0))
    }
    Literate.record("picture", pixels: pixels, height: 32, width: 48, channels: 3, atol: 1)
    var lines = (0..<3).map { "[1/1][\($0)/3] loss: \(String(format: "%.4f", 1 / Double($0 + 1)))" }
    if fault == .swappedLines { lines.swapAt(0, 1) }
    if fault == .logValue { lines[2] = lines[2].replacingOccurrences(of: "0.3333", with: "0.3343") }
    for line in lines { Literate.record(log: line, atol: 1e-4, rtol: 0) }
    if run.options.seed > 0 { recordSeed(fault, run) }
  }

  //: What differs from seed to seed; the goldens are of seed 0, which has none of it.
  static func recordSeed(_ fault: Fault, _ run: ChapterRun) {
    var generator = run.options.seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    func draw() -> Double {
      generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(generator >> 11) / Double(1 << 53)
    }
    let curve = (0..<20).map { step in draw() + Double(step) + (fault == .otherSeeds ? 2 : 0) }
    Literate.record("curve", series: curve, atol: 0, rtol: 0)
    Literate.record("end", scalar: draw(), atol: 0, rtol: 0)
    claim("seed is even", run.options.seed.isMultiple(of: 2))
    claim("always", fault != .otherClaim)
  }
}
