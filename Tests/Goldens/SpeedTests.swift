import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A check must cost little beside the run it checks. The limits leave room for a busy machine.
@Suite(.serialized, .timed) struct SpeedTests {
  private func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = Mutator(seed: seed)
    return (0..<count).map { _ in Double(random.next() >> 11) * 0x1p-53 }
  }

  @Test func `a golden set of 100 MB is read and checked in two seconds`() throws {
    let folder = try TemporaryFolder()
    let recording = try recording { recorder in
      for index in 0..<3200 {
        let tensor = Tensor(values(4096, seed: UInt64(index + 1)), shape: [64, 64])
        recorder.record("layer-\(index)", tensor, .within(atol: 1e-9, rtol: 1e-9), at: here)
      }
    }
    var writer = GoldenSetWriter(chapter: "98-test")
    // Every reference value is a little off, so that no comparison is settled by equal bits.
    writer.add(try moved(recording), blessed: false)
    try writer.write(to: folder("g"))
    try recording.write(to: folder("r"))
    let clock = ContinuousClock()
    let start = clock.now
    let goldens = try GoldenSet(readingFrom: folder("g"))
    let golden = clock.now
    let back = try Recording(readingFrom: folder("r"), .float64)
    let read = clock.now
    let result = Checker(goldens: goldens).check(back)
    let end = clock.now
    print("100 MB: golden set \(golden - start), recording \(read - golden), comparison \(end - read)")
    #expect(result.entries.count == 3200 && result.entries.allSatisfy { $0.verdict == .drifted })
    #expect(end - start < .seconds(4), "2 s on two idle cores")
  }

  private func moved(_ recording: Recording) throws -> Recording {
    let entries = try recording.entries.map { entry in
      let values = (entry.value.elements?.values ?? []).map { $0 + 1e-12 }
      let moved = try TensorFile.Entry(name: entry.name, values: values, shape: entry.value.shape)
      return RecordedEntry(
        name: entry.name, value: try GoldenValue(.tensor, moved, name: entry.name), tolerance: entry.tolerance,
        source: entry.source)
    }
    return Recording(chapter: recording.chapter, precision: recording.precision, entries: entries, log: [])
  }

  @Test(arguments: [DType.float32, .float64]) func `comparing runs at a gigabyte a second`(dtype: DType) throws {
    let count = 64 << 20 / dtype.byteCount
    let left = Tensor(repeating: 1, shape: [count], dtype: dtype)
    let right = Tensor(repeating: 1 + 1e-6, shape: [count], dtype: dtype)
    let (a, b) = (try TensorFile.Entry(name: "x", tensor: left), try TensorFile.Entry(name: "x", tensor: right))
    let clock = ContinuousClock()
    let best =
      (0..<5).map { _ in
        clock.measure {
          #expect(
            ElementComparison(expected: a, found: b, tolerance: .within(atol: 1e-5, rtol: 0), ulpFormat: a.elementType)
              .failingCount() == 0)
        }
      }.min() ?? .zero
    print("\(dtype): \(Double(count * dtype.byteCount) / best.inSeconds / 1e9) GB/s")
    #expect(best.inSeconds < Double(count * dtype.byteCount) / 0.5e9, "1 GB/s on an idle machine")
  }

  @Test func `40,000 lines cost a checkpoint well under a second and a megabyte or two`() throws {
    let record = try LedgerRecord(
      Ledger(chapter: "99-fake", act: "first", settings: [:], iterations: 40_000), program: LedgerTests.program,
      threads: 1)
    for iteration in 0..<40_000 {
      let numbers = (0..<5).map { String((iteration &* 7919 &+ $0 &* 104_729) % 10_000) }
      try record.line(
        "[\(iteration / 782)/50][\(iteration % 782)/782] Loss_D: 0.\(numbers.joined(separator: "  Loss_G: 1."))")
    }
    let start = ContinuousClock.now
    let saved = try record.current.contents(level: 3)
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(saved.index.count + saved.log.count < 2 << 20)
  }
}
