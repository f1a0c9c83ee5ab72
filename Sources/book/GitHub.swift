import Foundation
import Goldens
import Literate

/// Speaks to GitHub Actions where the process runs there.
enum GitHub {
  static func report(_ results: [PrecisionResult], exact: Bool, sources: SourcePaths) throws {
    let environment = ProcessInfo.processInfo.environment
    guard environment["GITHUB_ACTIONS"]?.isEmpty == false else { return }
    let report = GitHubReport(results, exact: exact, sources: sources)
    let annotations = report.annotations
    if !annotations.isEmpty { Terminal.shared.printLine(annotations.trimmingLineEnd) }
    guard let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
    // Steps share the file, so this one appends; GitHub has made it.
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw CatalogError("GITHUB_STEP_SUMMARY names \(path), which cannot be written")
    }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(report.summary.utf8))
    try handle.close()
  }
}
