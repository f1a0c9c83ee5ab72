import ArgumentParser
import Goldens
import TensorFiles

/// What `book diff` has for CI: reports beside the terminal's, and tolerances by name.
struct DiffReports: ParsableArguments {
  @Option(help: ArgumentHelp("Write the results as JUnit XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write the results as a page with histograms.", valueName: "file"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Tolerances by name: lines of a glob and \"ATOL RTOL\", \"ulp N\" or \"exact\", of which the first that matches decides; the other options are for names that none matches.",
      valueName: "file"))
  var tolerances: String?

  /// The tolerances by name, `nil` where there are none. Throws `FileError` for a line that is none, `CatalogError` where a report could
  /// not be written: before minutes of reading.
  func table() throws -> ToleranceTable? {
    for path in [junit, html].compactMap(\.self) { try ReportFiles.requireFolder(of: path) }
    return try tolerances.map { try ToleranceTable(contentsOf: $0) }
  }

  /// Writes the reports, and annotations and the step's summary where GitHub Actions runs this.
  func write(_ results: [PrecisionResult]) throws {
    let nowhere = SourcePaths(paths: [])
    if let junit { try AtomicFile.write(JUnitReport.text(results, exact: false), to: junit) }
    if let html { try AtomicFile.write(HTMLReport(results, exact: false).text, to: html) }
    try GitHub.report(results, exact: false, sources: nowhere)
  }
}
