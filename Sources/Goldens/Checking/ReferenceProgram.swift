import Files
import Foundation
import Processes
import TensorFiles
import Tensors

/// The PyTorch program that makes a chapter's reference.
package struct ReferenceProgram {
  /// The root of the checkout; everything is named from there.
  package let repository: String
  package let chapter: String
  /// "goldens/reference/ch03_dcgan.py"
  package let script: String

  /// Throws `CatalogError` where there is not exactly one program for the chapter.
  package init(repository: String, chapter: String) throws {
    self.repository = repository
    self.chapter = chapter
    let prefix = "ch\(chapter.prefix { $0.isASCII && $0.isNumber })_"
    let folder = "goldens/reference"
    // "ch02_algorithm_1.py" of 02-algorithm-1, "ch03_dcgan.py" of 03-dcgan-cifar10: the others are what these import.
    let module = "ch" + chapter.replacing("-", with: "_")
    let candidates = try FileSystem.list("\(repository)/\(folder)").filter {
      $0.hasPrefix(prefix) && $0.hasSuffix(".py") && module.hasPrefix($0.dropLast(3))
    }
    guard candidates.count == 1, let name = candidates.first else {
      throw CatalogError(
        """
        expected one program \(folder)/\(prefix)*.py for \(chapter), found \
        \(candidates.isEmpty ? "none" : "\(candidates)")
        """
      )
    }
    script = "\(folder)/\(name)"
  }

  private static let packages = ["torch", "numpy", "safetensors", "zstandard"]

  /// The first of the given Pythons that has what the programs need. Throws `CatalogError` saying how to get one.
  package static func findPython(_ candidates: [String]) throws -> String {
    for candidate in candidates {
      let arguments = ["-c", "import " + packages.joined(separator: ", ")]
      do { if try run(candidate, arguments, in: ".", isQuiet: true) == 0 { return candidate } } catch is SubprocessError
      {}
    }
    throw CatalogError(
      "none of \(candidates.joined(separator: ", ")) is a Python with \(packages.joined(separator: ", ")); make one "
        + "with "
        + "`python3 -m venv .venv && .venv/bin/pip install -r goldens/reference/requirements.txt`, or give --python")
  }

  /// Runs the program, which replaces the golden set as a whole. Throws `RunFailure` where it does not end well.
  ///
  /// `onlyTrained` makes anew only what is drawn from the weights of whole runs.
  package func run(python: String, onlyTrained: Bool = false) throws {
    let code = try Self.run(
      python, [script, "--write-goldens", "goldens/\(chapter)"] + (onlyTrained ? ["--trained"] : []), in: repository,
      isQuiet: false)
    guard code == 0 else { throw RunFailure("\(script) ended with \(code); the golden set is as it was") }
  }

  /// The exit code; 128 and the signal's number for a killed process, as shells have it.
  private static func run(_ program: String, _ arguments: [String], in folder: String, isQuiet: Bool) throws -> Int32 {
    var process = Subprocess(program, arguments)
    process.folder = folder
    if isQuiet { (process.output, process.errors) = (.null, .null) }
    switch try process.run() {
    case .exited(let code): return code
    case .killed(let signal): return 128 + signal
    case .overran: return 128
    }
  }
}

extension GoldenSet {
  /// What another golden set of the chapter changes against this one: a result a precision, in which `wrong` is
  /// changed, `missing` new and `orphan` gone.
  package func changes(to other: GoldenSet) -> [PrecisionResult] {
    let precisions = DType.allCases.filter {
      manifest.precisions.contains($0) || other.manifest.precisions.contains($0)
    }
    return precisions.map { precision in
      let nowhere = SourceLocation(file: other.manifest.path, line: 0)
      let entries = (other.reference[precision] ?? [:]).sorted { $0.key < $1.key }.map {
        RecordedEntry(name: $0.key, value: $0.value, tolerance: .exact, source: nowhere)
      }
      let log = (other.log[precision] ?? []).map { RecordedLine(text: $0, tolerance: .exact, source: nowhere) }
      let recording = Recording(chapter: manifest.chapter, precision: precision, entries: entries, log: log)
      return Checker(goldens: self).check(recording)
    }
  }
}
