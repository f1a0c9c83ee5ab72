import Goldens
import TensorFiles
import TestSupport
import Testing

@Suite struct SelfTestTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func `the checker catches and names every planted fault`() throws {
    let outcomes = try SelfTest(folder: folder.path).run()
    #expect(outcomes.count == 21)
    for outcome in outcomes { #expect(outcome.wasCaught, "\(outcome.fault): \(outcome.report)") }
  }

  /// The faults that a judge misses.
  private func missed(_ judge: @escaping SelfTest.Judge) throws -> Set<String> {
    Set(try SelfTest(folder: folder.path, judge: judge).run().filter { !$0.wasCaught }.map(\.fault))
  }

  @Test func `a checker that passes everything is found out`() throws {
    let missed = try missed { recording, goldens in
      let result = Checker(goldens: goldens).check(recording)
      let entries = result.entries.map {
        EntryResult(name: $0.name, precision: $0.precision, kind: $0.kind, verdict: .identical)
      }
      return PrecisionResult(chapter: result.chapter, precision: result.precision, entries: entries)
    }
    #expect(
      missed.isSuperset(of: [
        "one flipped bit", "NaN", "a transposed tensor", "swapped log lines", "an empty recording",
      ]))
    #expect(!missed.contains("no fault (everything identical)"))
  }

  @Test func `a checker that complains about everything is found out`() throws {
    let missed = try missed { recording, _ in
      PrecisionResult(chapter: recording.chapter, precision: .float64, failure: "no")
    }
    #expect(missed.contains("no fault (everything identical)") && missed.contains("NaN"))
  }

  @Test func `a checker that lets two tolerances pass is found out, and only by the faults that small`() throws {
    let missed = try missed { recording, goldens in
      let loose = recording.entries.map { entry in
        guard case .within(let atol, let rtol) = entry.tolerance else { return entry }
        return RecordedEntry(
          name: entry.name, value: entry.value, tolerance: .within(atol: 3 * atol, rtol: 3 * rtol), source: entry.source
        )
      }
      return Checker(goldens: goldens).check(
        Recording(chapter: recording.chapter, precision: recording.precision, entries: loose, log: recording.log))
    }
    #expect(missed == ["a value off by two tolerances"])
  }

  @Test func `a checker that looks for no orphans is found out`() throws {
    let missed = try missed { recording, goldens in
      var result = Checker(goldens: goldens).check(recording)
      result.entries.removeAll { $0.verdict == .orphan }
      return result
    }
    #expect(missed == ["an entry that is not recorded"])
  }
}
