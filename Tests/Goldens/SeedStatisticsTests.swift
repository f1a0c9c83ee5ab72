import Foundation
import Goldens
import TensorFiles
import TestSupport
import Testing

/// Intervals and tests of `book check --seeds` against SciPy's (`goldens/reference/seed_statistics.py`).
@Suite struct SeedStatisticsTests {
  private let samples: JSONCursor

  init() throws { samples = try JSONCursor(contentsOf: Repository.sample("seed-statistics.json", of: "Goldens").path) }

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(a - b) <= tolerance * max(abs(b), 1e-12)
  }

  @Test func `intervals are Clopper's and Pearson's`() throws {
    let cases = try samples.member("intervals").items().map { try $0.items().map { try $0.double() } }
    #expect(cases.count == 10)
    for row in cases {
      let interval = BinomialInterval(held: Int(row[0]), of: Int(row[1]))
      #expect(isClose(interval.lower, row[2]) && isClose(interval.upper, row[3]), "\(row) \(interval)")
    }
  }

  @Test func `an interval holds the true rate at least as often as it says, exactly counted`() {
    let n = 15
    let intervals = (0...n).map { BinomialInterval(held: $0, of: n) }
    for rate in [0.02, 0.1, 0.37, 0.5, 0.8, 0.99] {
      let share = (0...n).reduce(0.0) { sum, k in
        let inside = intervals[k].lower <= rate && rate <= intervals[k].upper
        let chosen = (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
        return sum + (inside ? chosen * pow(rate, Double(k)) * pow(1 - rate, Double(n - k)) : 0)
      }
      #expect(share >= 0.95, "\(rate): \(share)")
    }
  }

  @Test func `rank tests are exact, with ties too, and approximate where they say so`() throws {
    let cases = try samples.member("ranks").items()
    #expect(cases.count == 14)
    for sample in cases {
      let (a, b) = try (
        sample.member("a").items().map { try $0.double() }, sample.member("b").items().map { try $0.double() }
      )
      let expected = try sample.member("p").double()
      let by = try sample.member("by").string()
      let test = RankTest(a, b)
      #expect(test.isExact == (a.count + b.count <= RankTest.exactLimit))
      #expect(isClose(test.p, expected), "\(by): \(test.p), expected \(expected)")
      #expect(test.smallestP <= test.p + 1e-12)
    }
  }

  @Test func `values that are all alike can never differ`() {
    let test = RankTest([1, 1, 1], [1, 1, 1, 1])
    #expect(test.p == 1 && test.smallestP == 1)
  }

  @Test func `Fisher's test is SciPy's`() throws {
    let cases = try samples.member("fisher").items().map { try $0.items().map { try $0.double() } }
    #expect(cases.count == 6)
    for row in cases {
      let test = FisherTest(held: Int(row[0]), of: Int(row[1]), otherHeld: Int(row[2]), of: Int(row[3]))
      #expect(isClose(test.p, row[4]), "\(row) \(test.p)")
    }
  }

  @Test func `false alarms are divided over the tests that can fail`() {
    // Three that can, at a third of the level; the two others never could.
    let alarms = FalseAlarms(smallest: [1e-9, 1e-9, 1e-3, 0.1, 1], level: 0.01)
    #expect(alarms.divisor == 3 && alarms.canFail(1e-3) && !alarms.canFail(0.1))
    #expect(FalseAlarms(smallest: [], level: 0.01).divisor == 1)
    #expect(FalseAlarms(smallest: Array(repeating: 1e-9, count: 50), level: 0.01).threshold == 0.01 / 50)
  }

  @Test func `of draws from one distribution at most the promised share raises an alarm`() {
    // Eight tests at a time, 400 checks of ten against ten draws: the share of checks with an alarm is at most 5 % by
    // theory.
    var state: UInt64 = 7
    func draw() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let alarms = (0..<400).count { _ in
      let tests = (0..<8).map { _ in RankTest((0..<10).map { _ in draw() }, (0..<10).map { _ in draw() }) }
      let level = FalseAlarms(smallest: tests.map(\.smallestP), level: 0.05)
      return tests.contains { $0.p <= level.threshold }
    }
    // Binomial with 400 and 0.05: more than 36 in 2 of 1,000 tries; the draws are fixed.
    #expect(alarms <= 36, "\(alarms)")
    #expect(alarms > 0)
  }

  @Test func `seeds are read as written, and anything else is refused`() {
    #expect(SeedRange("0..3")?.seeds == [0, 1, 2, 3])
    #expect(SeedRange("0..190/10")?.seeds == (0..<20).map { $0 * 10 })
    #expect(SeedRange("7,3,11..12")?.seeds == [3, 7, 11, 12])
    #expect(SeedRange("18446744073709551615")?.seeds == [.max])
    for text in [
      "", "a", "3..1", "1..", "..3", "0..3/0", "3/2", "1,1", "0..2,2", "-1", "+1", "0..1000000", "0..3/1/1", "0...3",
      "1, 2", "0..99999999999999999999",
    ] {
      #expect(SeedRange(text) == nil, "\(text)")
    }
  }

  @Test func `runs that share seeds are counted once`() {
    #expect(IndependentRuns.places(of: [0, 1, 2, 9, 10, 11, 25], apart: 10) == [0, 4, 6])
    #expect(IndependentRuns.places(of: [5, 3, 4], apart: 1).count == 3)
    #expect(IndependentRuns.places(of: [5, 3, 4], apart: 2) == [1, 0])
  }

  @Test func `five numbers are NumPy's quantiles`() {
    #expect(FiveNumbers([4, 1, 3, 2]) == FiveNumbers([1, 2, 3, 4]))
    let five = FiveNumbers([1, 2, 3, 4])
    #expect(five?.lowerQuartile == 1.75 && five?.median == 2.5 && five?.upperQuartile == 3.25)
    #expect(FiveNumbers([]) == nil && FiveNumbers([1, .nan]) == nil)
  }
}
