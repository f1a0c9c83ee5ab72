import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// For suites that hold something to a time: they run by themselves, after all others (`scripts/run-tests`), where
  /// nothing beside them takes the processor.
  public static var timed: Self {
    .enabled(
      if: ProcessInfo.processInfo.environment["BOOK_TIMED_TESTS"] != nil,
      "scripts/run-tests runs it by itself, with BOOK_TIMED_TESTS set")
  }
}
