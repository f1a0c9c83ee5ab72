import TensorFiles
import Tensors

/// Runs chapters as child processes and checks what they record.
package struct CheckSession: Sendable {
  package let catalog: ChapterCatalog
  /// The folder of the chapter executables, where `book` itself lies.
  package let executables: String
  /// Where the runs write: a folder of this tool's own.
  package let scratch: String
  package var pattern: Glob?

  package init(catalog: ChapterCatalog, executables: String, scratch: String, pattern: Glob? = nil) {
    self.catalog = catalog
    self.executables = executables
    self.scratch = scratch
    self.pattern = pattern
  }

  /// The results of a chapter, one for every precision that its golden set holds. Never throws: what goes wrong is a result that fails.
  ///
  /// `announce` is told what is being run.
  package func check(_ chapter: String, announce: (String) -> Void = { _ in }) -> [PrecisionResult] {
    let goldens: GoldenSet
    do {
      goldens = try GoldenSet(readingFrom: catalog.path(of: chapter))
    } catch {
      return [PrecisionResult(chapter: chapter, precision: nil, failure: "\(error)")]
    }
    guard goldens.manifest.chapter == chapter else {
      let found = goldens.manifest.chapter
      return [
        PrecisionResult(
          chapter: chapter, precision: nil, failure: "\(goldens.manifest.path): it is the manifest of \(found)")
      ]
    }
    return goldens.manifest.precisions.map { precision in
      announce("running \(chapter) \(precision.rawValue)")
      return check(goldens, precision)
    }
  }

  /// Runs the chapter in one precision and compares.
  private func check(_ goldens: GoldenSet, _ precision: DType) -> PrecisionResult {
    let chapter = goldens.manifest.chapter
    let clock = ContinuousClock()
    let start = clock.now
    let recording: Recording
    do {
      recording = try run(goldens.manifest, precision)
    } catch {
      var result = PrecisionResult(chapter: chapter, precision: precision, failure: "\(error)")
      result.couldNotRun = error is CatalogError
      result.runSeconds = (clock.now - start).inSeconds
      return result
    }
    let ran = clock.now
    var result = Checker(goldens: goldens, pattern: pattern).check(recording)
    result.runSeconds = (ran - start).inSeconds
    result.compareSeconds = (clock.now - ran).inSeconds
    return result
  }

  /// Runs the chapter and reads what it recorded. Throws `RunFailure` where it did not end well.
  private func run(_ manifest: Manifest, _ precision: DType) throws -> Recording {
    let folder = "\(scratch)/\(manifest.chapter)/\(precision.rawValue)"
    try FileSystem.createFolder(folder)
    // The chapter removes them too, but a chapter that never gets that far must not be judged by an old recording.
    try Recording.remove(from: folder, precision)
    let process = ChapterProcess(
      executable: "\(executables)/ch\(manifest.chapter)",
      arguments: [
        "--profile", manifest.profile, "--seed", String(manifest.seed), "--dtype", precision.rawValue, "--out", folder,
      ] + (manifest.runs[precision] ?? []),
      outputPath: folder + "/stdout.txt", errorPath: folder + "/stderr.txt")
    let ending = try process.run()
    let tail = ChapterProcess.tail(process.errorPath)
    let said = tail.isEmpty ? "it said nothing on standard error" : "its last words:\n            \(tail)"
    switch ending {
    case .exited(0): return try Recording(readingFrom: folder, precision)
    case .exited(let code): throw RunFailure("the chapter ended with exit code \(code); \(said)")
    case .killed(let signal): throw RunFailure("the chapter was killed by signal \(signal); \(said)")
    }
  }
}

/// A chapter's run that did not end well.
package struct RunFailure: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
