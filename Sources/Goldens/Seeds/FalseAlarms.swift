/// How small the p of each of many tests must be, so that all of them together raise a false alarm in at most a share
/// `level` of checks.
///
/// Bonferroni's correction over the tests that can fail at all (Tarone 1990, Biometrics 46, 515): a test whose smallest
/// possible p is too large can raise no false alarm, and need not be counted. It holds whatever the tests have to do
/// with each other.
package struct FalseAlarms: Sendable, Equatable {
  package let level: Double
  /// Over how many tests the level is divided.
  package let divisor: Int
  /// A test fails where its p is not above this.
  package var threshold: Double { level / Double(divisor) }

  package static let level = 0.01

  /// `smallest` has the smallest possible p of every test.
  package init(smallest: [Double], level: Double = Self.level) {
    self.level = level
    divisor =
      (1...max(1, smallest.count)).first { k in smallest.count { $0 <= level / Double(k) } <= k }
      ?? max(1, smallest.count)
  }

  /// Whether a test with such a smallest p can fail.
  package func canFail(_ smallest: Double) -> Bool { smallest <= threshold }
}
