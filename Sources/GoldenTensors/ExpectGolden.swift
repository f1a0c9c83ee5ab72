import Foundation
import Goldens
import TensorFiles

/// Expects values to be those of a golden: element by element |found − golden| ≤ atol + rtol·|golden|, NaN equal to NaN
/// and to nothing else. Every element is kept, and compared.
///
/// The goldens of `ModelTests.swift` are in the folder `Goldens/ModelTests` beside it, under the name given here. Where
/// one is not there, or does not hold, the test fails, with the worst element, how many are outside, and what to do;
/// see ``GoldenMode`` for how they are written. Works in Swift Testing and in XCTest.
///
/// ```swift
/// @Test func `the loss falls as it did`() {
///   expectGolden(train(), named: "losses", atol: 1e-9, rtol: 1e-7)
///   expectGolden(weights, shape: [3, 4], named: "weights", atol: 1e-9, rtol: 1e-7)
/// }
/// ```
///
/// - Parameters:
///   - values: The elements, row by row.
///   - shape: The extent of every axis; one axis where none is given.
///   - name: What the golden is called: any text without `#` and control characters. One name is one golden, in all
///     tests of the file.
///   - atol: The absolute tolerance, finite and not negative.
///   - rtol: The relative tolerance, finite and not negative.
public func expectGolden<Element: GoldenElement>(
  _ values: [Element], shape: [Int]? = nil, named name: String, atol: Double, rtol: Double,
  fileID: StaticString = #fileID, filePath: StaticString = #filePath, line: UInt = #line, column: UInt = #column
) {
  let place = TestPlace(fileID: fileID, filePath: filePath, line: line, column: column)
  GoldenExpectation(name: name, tolerance: .within(atol: atol, rtol: rtol), place: place).hold(values, shape: shape)
}

/// Expects values to be at most so many representable numbers from those of a golden; 0 where every bit counts.
///
/// - Parameters:
///   - values: The elements, row by row.
///   - shape: The extent of every axis; one axis where none is given.
///   - name: What the golden is called; see ``expectGolden(_:shape:named:atol:rtol:fileID:filePath:line:column:)``.
///   - ulps: How many units in the last place an element may be off.
public func expectGolden<Element: GoldenElement>(
  _ values: [Element], shape: [Int]? = nil, named name: String, ulps: UInt64,
  fileID: StaticString = #fileID, filePath: StaticString = #filePath, line: UInt = #line, column: UInt = #column
) {
  let place = TestPlace(fileID: fileID, filePath: filePath, line: line, column: column)
  let tolerance = ulps == 0 ? Tolerance.exact : .ulps(ulps)
  GoldenExpectation(name: name, tolerance: tolerance, place: place).hold(values, shape: shape)
}

/// One call of `expectGolden`.
package struct GoldenExpectation {
  let name: String
  let tolerance: Tolerance
  let place: TestPlace

  package init(name: String, tolerance: Tolerance, place: TestPlace) {
    (self.name, self.tolerance, self.place) = (name, tolerance, place)
  }

  func hold<Element: GoldenElement>(_ values: [Element], shape: [Int]?) {
    guard let failure = failure(values, shape: shape, GoldenFiles(of: place)) else { return }
    place.fail(failure)
  }

  /// Why the expectation does not hold, `nil` where it does.
  package func failure<Element: GoldenElement>(
    _ values: [Element], shape: [Int]?, _ files: GoldenFiles,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    do {
      if !tolerance.isValid {
        throw GoldenError("\(name): the tolerance is \(tolerance), expected finite numbers that are not negative")
      }
      if let problem = RecordedNames.problem(withEntry: name) { throw GoldenError(problem) }
      let mode = try GoldenMode.current(environment: environment)
      let entry = RecordedEntry(
        name: name,
        value: try GoldenValue(
          .tensor, TensorFile.Entry(golden: name, values, shape: shape ?? [values.count]), name: name, keeping: .whole),
        tolerance: tolerance, source: Goldens.SourceLocation(file: place.fileID, line: place.line))
      return try files.locked {
        try files.record(entry, environment: environment)
        return try failure(
          entry, mode, files, refusal: CIRefusal.of("writing a golden", environment: environment))
      }
    } catch { return "\(error)" }
  }

  private func failure(
    _ entry: RecordedEntry, _ mode: GoldenMode, _ files: GoldenFiles, refusal: String?
  ) throws -> String? {
    let result = try files.verdict(on: entry)
    let isNew = result?.verdict ?? .missing == .missing
    if let result, !result.verdict.fails(exact: false) { return nil }
    var lines = [isNew ? "\(name): there is no golden yet in \(files.folder)" : "wrong: \(name): \(result?.note ?? "")"]
    if let mismatch = result?.mismatch {
      lines += MismatchText.lines(mismatch, kind: entry.value.kind.rawValue, note: result?.note ?? "")
    }
    if mode == .all || mode == .missing && isNew {
      if let refusal {
        lines.append(refusal)
      } else {
        try files.write(entry)
        lines.append("it was written now, to \(files.folder): look at it, commit it, and run the test again")
      }
    } else {
      lines.append(
        "where the new values are right, run the test with \(GoldenMode.variable)=\(isNew ? "missing" : "all") once")
    }
    return lines.joined(separator: "\n")
  }
}
