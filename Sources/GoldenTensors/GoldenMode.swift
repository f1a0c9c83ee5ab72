import Foundation

/// What `expectGolden` does about a golden that is not there, or does not hold.
///
/// The environment variable `GOLDENS` says it for a whole run, ``withGoldens(_:_:)`` for a part of a test:
///
/// ```sh
/// GOLDENS=missing swift test      # writes goldens that are not there; each of these expectations fails, once
/// GOLDENS=all swift test          # also those that do not hold
/// git diff --stat                 # what was written is to be looked at, and committed
/// ```
///
/// What writes a golden fails in any case, so that a test that passes has compared something. Where `CI` is set nothing
/// is written.
public enum GoldenMode: String, Sendable, CaseIterable {
  /// Nothing is ever written.
  case never
  /// A golden that is not there is written.
  case missing
  /// One that does not hold is written, too.
  case all

  @TaskLocal static var scoped: GoldenMode?

  /// The environment variable.
  static let variable = "GOLDENS"

  /// The mode of this scope. Throws `GoldenError` for a word that is none, which must not pass for another.
  static func current(environment: [String: String]) throws -> GoldenMode {
    if let scoped { return scoped }
    guard let word = environment[variable], !word.isEmpty else { return .never }
    guard let mode = GoldenMode(rawValue: word) else {
      let known = allCases.map(\.rawValue).joined(separator: ", ")
      throw GoldenError("\(variable)=\(word): expected one of \(known)")
    }
    return mode
  }
}

/// Runs `body` with a mode of its own, whatever `GOLDENS` says.
public func withGoldens<Result>(_ mode: GoldenMode, _ body: () throws -> Result) rethrows -> Result {
  try GoldenMode.$scoped.withValue(mode, operation: body)
}

/// An expectation that cannot be looked at.
struct GoldenError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
