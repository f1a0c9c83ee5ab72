import Files
import Foundation

/// The results as JUnit XML: what the schema of Jenkins' xUnit plugin (junit-10.xsd) knows, and for each test case the
/// `file` and `line` that recorded it, as pytest writes them and GitLab shows them.
///
/// A suite a chapter and precision, a test case an entry. An entry that does not hold is a failure, with the whole
/// report on it as text; a run that failed is an error of a test case named "run".
package enum JUnitReport {
  package static func text(
    _ results: [PrecisionResult], exact: Bool, sources: SourcePaths = SourcePaths(paths: [])
  ) -> String {
    let suites = results.map { suite($0, exact: exact, sources) }
    let tests = suites.reduce(0) { $0 + $1.tests }
    let failures = suites.reduce(0) { $0 + $1.failures }
    let errors = suites.reduce(0) { $0 + $1.errors }
    let seconds = results.reduce(0) { $0 + $1.runSeconds + $1.compareSeconds }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="\(results.command)" tests="\(tests)" failures="\(failures)" errors="\(errors)" time="\(time(seconds))">
      \(suites.map(\.xml).joined(separator: "\n"))
      </testsuites>

      """
  }

  private struct Suite {
    let xml: String
    let tests: Int
    let failures: Int
    let errors: Int
  }

  private static func suite(_ result: PrecisionResult, exact: Bool, _ sources: SourcePaths) -> Suite {
    let name = [result.chapter, result.precision?.rawValue ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
    var cases: [String] = []
    if let failure = result.failure {
      cases.append(
        """
            <testcase name="run" classname="\(attribute(name))" time="\(time(result.runSeconds))">
              <error type="run" message="\(attribute(firstLine(failure)))">\(MarkupText.escaped(failure))</error>
            </testcase>
        """)
    }
    var failures = 0
    for entry in result.entries {
      let place = entry.source.map {
        " file=\"\(attribute(sources.path(of: $0) ?? $0.file))\" line=\"\($0.line)\""
      }
      let opening =
        "    <testcase name=\"\(attribute(entry.name))\" classname=\"\(attribute(name))\"\(place ?? "") time=\"0.000\""
      guard entry.verdict.fails(exact: exact) else {
        cases.append(opening + "/>")
        continue
      }
      failures += 1
      let message = "\(entry.word): \(entry.note)"
      var lines = [message]
      if let source = entry.source { lines.append("recorded at \(sources.text(of: source))") }
      if let mismatch = entry.mismatch { lines += MismatchText.lines(mismatch, kind: entry.kind, note: entry.note) }
      cases.append(
        """
        \(opening)>
              <failure type="\(entry.word)" message="\(attribute(message))">\(MarkupText.escaped(lines.joined(separator: "\n")))</failure>
            </testcase>
        """)
    }
    let errors = result.failure == nil ? 0 : 1
    let attributes =
      "name=\"\(attribute(name))\" tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" "
      + "skipped=\"0\" time=\"\(time(result.runSeconds + result.compareSeconds))\""
    let xml = "  <testsuite \(attributes)>\n\(cases.joined(separator: "\n"))\n  </testsuite>"
    return Suite(xml: xml, tests: cases.count, failures: failures, errors: errors)
  }

  private static func firstLine(_ text: String) -> String { String(text.prefix { !$0.isNewline }) }

  private static func time(_ seconds: Double) -> String { String(format: "%.3f", seconds) }

  /// A reader of XML takes line breaks and tabs in an attribute for blanks unless they are written as numbers.
  private static func attribute(_ text: String) -> String {
    MarkupText.escaped(text).replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
  }
}
