import Foundation

/// Two values that were compared, and where.
package struct Difference: Sendable {
  /// Position on every axis; `[]` for a scalar.
  package let index: [Int]
  package let expected: Double
  package let found: Double
  package let absolute: Double
  /// Relative to the expected value; infinite where that is zero.
  package let relative: Double
  /// `nil` where either is NaN.
  package let ulps: UInt64?
  /// The values themselves where they are whole numbers.
  package var whole: WholeNumbers?

  package init(index: [Int], expected: Double, found: Double, absolute: Double, ulps: UInt64?) {
    self.index = index
    self.expected = expected
    self.found = found
    self.absolute = absolute
    relative = absolute == 0 ? 0 : absolute / abs(expected)
    self.ulps = ulps
  }
}

/// Elements whose relative error lies in one power of ten.
package struct HistogramBin: Sendable, Equatable {
  /// "1e-08", "0" for equal elements, "inf" where the expected value is 0 or one of both is not finite.
  package let label: String
  package let count: Int

  package init(label: String, count: Int) {
    self.label = label
    self.count = count
  }
}

/// One of the moments of a sampled tensor that does not hold.
package struct MomentDifference: Sendable {
  package let name: String
  package let expected: Double
  package let found: Double
  package let allowed: Double
}

/// One log line that does not hold.
package struct LineDifference: Sendable {
  /// Counted from 1.
  package let number: Int
  package let expected: String?
  package let found: String?
  /// What is wrong with it, in words.
  package let reason: String
  package let source: SourceLocation?
}

/// Everything a report says about an entry that differs from its reference.
package struct Mismatch: Sendable {
  /// In one line what is wrong.
  package var reason: String
  package var shape: [Int] = []
  /// How many elements were compared: all, or those of the sample.
  package var compared = 0
  package var isSample = false
  /// How many of them are outside the tolerance.
  package var failing = 0
  package var worstAbsolute: Difference?
  package var worstRelative: Difference?
  /// The first element outside the tolerance; for a series the first step that diverges.
  package var first: Difference?
  package var nanCounts = (expected: 0, found: 0)
  package var infinityCounts = (expected: 0, found: 0)
  package var histogram: [HistogramBin] = []
  package var moments: [MomentDifference] = []
  package var lines: [LineDifference] = []

  package init(_ reason: String) { self.reason = reason }

  package var share: Double { compared == 0 ? 0 : Double(failing) / Double(compared) }
}

/// How numbers appear in reports: the shortest decimal that reads back to the same bits, and the bits themselves as hex
/// float.
package enum NumberText {
  package static func hex(_ value: Double) -> String { String(format: "%a", value) }
  package static func both(_ value: Double) -> String { value.isFinite ? "\(value) (\(hex(value)))" : "\(value)" }
  package static func whole(_ value: Double) -> String { String(format: "%.0f", value) }
  package static func short(_ value: Double) -> String { String(format: "%.3g", value) }
  package static func percent(_ share: Double) -> String {
    String(format: share < 0.001 ? "%.2g %%" : "%.3g %%", share * 100)
  }
}
