import Files
import Foundation
import Processes
import TensorFiles
import Tensors

/// Plants every mistake of the museum in a run of its chapter, and looks whether the checker finds it, names the entry,
/// and knows it again.
///
/// Before that comes the same run without the mistake, in which the entry must hold: a checker that always complains
/// finds nothing.
package final class Museum {
  /// What became of one mistake.
  package struct Outcome: Sendable {
    package let exhibit: Exhibit
    /// Whether the entry holds without the mistake, and not with it.
    package let isFound: Bool
    /// Whether it has the bits that the mistake always has.
    package let isKnown: Bool
    /// What the checker said, in a line.
    package let said: String
    package let fingerprint: Fingerprints.Fingerprint

    package var wasCaught: Bool { isFound && isKnown }
  }

  private let catalog: ChapterCatalog
  private let executables: String
  private let scratch: String
  private let checkout: Checkout
  private let fingerprints: Fingerprints
  /// Runs without a mistake that have been made.
  private var clean: [String: Recording] = [:]

  package init(catalog: ChapterCatalog, executables: String, scratch: String, checkout: Checkout) throws {
    (self.catalog, self.executables, self.checkout) = (catalog, executables, checkout)
    self.scratch = scratch + "/museum"
    fingerprints = try Fingerprints(readingFrom: catalog.folder)
  }

  /// - Throws: `CatalogError` or `RunFailure` where a run could not be made, `StaleProgram` where a program is older
  ///   than its sources.
  package func show(_ exhibit: Exhibit) throws -> Outcome {
    let control = try cleanRun(exhibit)
    let goldens =
      try exhibit.comparesWithCleanRun
      ? goldens(of: control) : GoldenSet(readingFrom: catalog.path(of: exhibit.chapter))
    let checker = Checker(goldens: goldens, pattern: Glob(exhibit.entry))
    let before = checker.check(control)
    let result = checker.check(try faultyRun(exhibit))
    let entry = result.entries.first { $0.name == exhibit.entry }
    let fingerprint = Fingerprints.Fingerprint(of: exhibit, entry)
    let isKnown = fingerprints[exhibit.fault] == fingerprint
    func outcome(_ isFound: Bool, _ said: String) -> Outcome {
      Outcome(exhibit: exhibit, isFound: isFound, isKnown: isKnown, said: said, fingerprint: fingerprint)
    }
    guard before.failure == nil, before.entries.allSatisfy({ !$0.verdict.fails(exact: false) }) else {
      return outcome(false, "\(exhibit.entry) does not hold without the mistake either: \(Self.summary(before))")
    }
    guard result.failure == nil, result.entries.count == 1, let entry, entry.verdict == exhibit.verdict else {
      return outcome(false, "expected \(exhibit.verdict.rawValue) of \(exhibit.entry), found \(Self.summary(result))")
    }
    let unknown = isKnown ? "" : "; its fingerprint is not the one in \(Fingerprints.path("goldens"))"
    return outcome(true, Self.summary(result) + unknown)
  }

  private static func summary(_ result: PrecisionResult) -> String {
    if let failure = result.failure { return failure }
    return result.entries.map { "\($0.verdict.rawValue) \($0.name): \($0.note)" }.joined(separator: "; ")
  }

  // MARK: - Runs

  /// The exhibit's run without its mistake; where it resumes, one that was never interrupted.
  private func cleanRun(_ exhibit: Exhibit) throws -> Recording {
    let arguments = exhibit.arguments.filter { $0 != "--resume" }
    let key = "\(exhibit.chapter) \(exhibit.precision) \(arguments)"
    if let made = clean[key] { return made }
    let folder = "\(scratch)/clean-\(clean.count)"
    let recording = try run(exhibit, arguments + ["--overwrite"], in: folder)
    clean[key] = recording
    return recording
  }

  private func faultyRun(_ exhibit: Exhibit) throws -> Recording {
    let folder = "\(scratch)/\(exhibit.fault.rawValue)"
    if let before = exhibit.before { _ = try run(exhibit, before + ["--overwrite"], in: folder) }
    let isResumed = exhibit.arguments.contains("--resume")
    return try run(
      exhibit, exhibit.arguments + ["--fault", exhibit.fault.rawValue] + (isResumed ? [] : ["--overwrite"]), in: folder)
  }

  private func run(_ exhibit: Exhibit, _ arguments: [String], in folder: String) throws -> Recording {
    let executable = "\(executables)/ch\(exhibit.chapter)"
    try checkout.require(ChapterProcess.stamp(of: executable), of: executable, chapter: exhibit.chapter)
    try FileSystem.createFolder(folder)
    try Recording.removeAll(from: folder)
    let process = ChapterProcess(
      executable: executable, arguments: ["--dtype", exhibit.precision.rawValue, "--out", folder] + arguments,
      outputPath: folder + "/stdout.txt", errorPath: folder + "/stderr.txt", timeLimit: CheckSession.defaultTimeLimit)
    let ending = try process.run()
    guard ending == .exited(0) else {
      throw RunFailure(
        """
        \(executable) \(arguments.joined(separator: " ")) ended with \(ending): \
        \(ChapterProcess.tail(process.errorPath))
        """
      )
    }
    return try Recording(readingFrom: folder, exhibit.precision)
  }

  /// A golden set of what a run has recorded.
  private func goldens(of recording: Recording) throws -> GoldenSet {
    var writer = GoldenSetWriter(chapter: recording.chapter)
    writer.add(recording)
    let folder = "\(scratch)/goldens/\(recording.chapter)"
    try FileSystem.createFolder(folder)
    try writer.write(to: folder)
    return try GoldenSet(readingFrom: folder)
  }
}
