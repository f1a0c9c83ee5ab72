import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import TensorFiles

/// `book check --recording`: what any program has recorded, held against golden sets.
struct RecordingChecking {
  let recordings: String
  let goldens: String
  let names: [String]
  let pattern: Glob?
  let exact: Bool
  let reports: ReportFiles

  func run() throws {
    try reports.requireFolders()
    let folder = try RecordingFolder(recordings)
    let results = try RecordingCheck(folder, goldens: goldens, names: names, pattern: pattern).results()
    let sources = Self.sources(of: folder, goldens: goldens)
    let report = TextReport(results, exact: exact, style: GoldenOptions.style(), sources: sources)
    Terminal.shared.printLine(report.text.trimmingLineEnd)
    try reports.write(results, exact: exact, sources: sources)
    try GitHub.report(results, exact: exact, sources: sources)
    if results.isEmpty || results.contains(where: { $0.fails(exact: exact) }) { throw ExitCode.doesNotHold }
  }

  /// Chapters name their sources by module, which are looked for where the goldens are a checkout's.
  static func sources(of folder: RecordingFolder, goldens: String) -> SourcePaths {
    let root = URL(filePath: goldens).deletingLastPathComponent().path
    let isPackage = FileSystem.kind(of: "\(root)/Package.swift") == .file
    return SourcePaths(root: isPackage ? root : nil, recordings: folder.recordings.map(\.recording))
  }
}
