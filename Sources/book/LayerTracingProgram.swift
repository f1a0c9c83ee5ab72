import Foundation
import Goldens
import Literate
import Processes
import TensorFiles

/// The PyTorch program that writes what the layers of a chapter's reference put out.
struct LayerTracingProgram {
  private static let script = "goldens/reference/trace_layers.py"

  let repository: String
  let interpreter: String

  /// - Throws: `CatalogError` where no Python has PyTorch.
  init(repository: String, python: String?) throws {
    self.repository = repository
    let environment = ProcessInfo.processInfo.environment
    interpreter = try ReferenceProgram.findPython(
      python.map { [$0] }
        ?? [environment["BOOK_PYTHON"], repository + "/.venv/bin/python", "python3"].compactMap { $0 }
        .filter { !$0.isEmpty })
  }

  /// Runs it with those of the chapter's options that it knows.
  ///
  /// - Throws: `CatalogError` where it does not end well: its own words say why.
  func run(_ chapter: String, options: [String], count: Int, to path: String) throws {
    Terminal.shared.printError("running \(Self.script)")
    let errors = path + ".errors"
    var process = Subprocess(
      interpreter,
      ["\(repository)/\(Self.script)", String(chapter.prefix(2)), "--count", String(count), "--out", path] + options)
    (process.output, process.errors) = (.null, .file(errors))
    guard try process.run() == .exited(0) else {
      throw CatalogError("\(Self.script) failed: \(ChapterProcess.tail(errors, lines: 3))")
    }
    try? FileManager.default.removeItem(atPath: errors)
  }
}
