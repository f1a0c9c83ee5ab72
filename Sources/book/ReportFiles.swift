import ArgumentParser
import Files
import Foundation
import Goldens
import TensorFiles

/// Where a check, or a comparison of files, writes its results beside the terminal.
struct ReportFiles: ParsableArguments {
  @Option(help: ArgumentHelp("Write the results as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the results as JUnit XML.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Write the results as a page, with pictures, plots and histograms where there are any.", valueName: "file"))
  var html: String?

  /// Throws `CatalogError` where a report could not be written.
  func requireFolders() throws {
    for path in [json, junit, html].compactMap(\.self) {
      let folder = URL(filePath: path).deletingLastPathComponent().path
      guard FileSystem.kind(of: folder) == .folder else {
        throw CatalogError("\(path) cannot be written: there is no folder \(folder)")
      }
    }
  }

  func write(_ results: [PrecisionResult], exact: Bool, sources: SourcePaths) throws {
    if let json { try AtomicFile.write(JSONReport.text(results, exact: exact), to: json) }
    if let junit { try AtomicFile.write(JUnitReport.text(results, exact: exact, sources: sources), to: junit) }
    if let html { try AtomicFile.write(HTMLReport(results, exact: exact, sources: sources).text, to: html) }
  }
}
