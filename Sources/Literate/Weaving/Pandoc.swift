import Files
import Foundation
import Processes
import TensorFiles

/// Pandoc, which turns prose, mathematics and code into HTML.
package enum Pandoc {
  package struct Document: Sendable {
    /// The list of headings, empty where there are none.
    package let contents: String
    package let body: String
  }

  /// Mathematics that pandoc cannot turn into MathML.
  package struct UnreadableMathematics: Error, CustomStringConvertible {
    package let formula: String
    package var description: String { "pandoc cannot turn this mathematics into MathML: \(formula)" }
  }

  /// Throws `WeavingError` where pandoc is not there: before minutes of work whose end needs it.
  package static func requireInstalled() throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    if !folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/pandoc") }) { throw absence }
  }

  private static let absence = WeavingError(
    "pandoc", "it is not there, and HTML is made with it",
    remedy: "install it (Debian, Ubuntu: sudo apt-get install pandoc), or weave with --ipynb or --md")

  private static let divider = "<!--contents above, body below-->"

  /// Throws `WeavingError` where pandoc is not there, fails, or meets mathematics it cannot turn into MathML.
  ///
  /// `name` stands for the text in errors.
  package static func html(_ markdown: String, name: String) throws -> Document {
    let folder = FileManager.default.temporaryDirectory.appending(path: "book-weave-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try AtomicFile.write(markdown, to: path("in.md"))
    try AtomicFile.write("$toc$\n\(divider)\n$body$\n", to: path("template.html"))
    // CommonMark, as GitHub and Jupyter read it, with mathematics and attributes.
    let arguments = [
      "--from=commonmark_x", "--to=html5", "--mathml", "--toc", "--toc-depth=2", "--wrap=none",
      "--template=\(path("template.html"))", "--metadata=title:page", "--output=\(path("out.html"))", path("in.md"),
    ]
    let errors = try run(arguments, folder: folder, name: name)
    // "[WARNING] Could not convert TeX math <formula>, rendering as TeX:", the formula perhaps over several lines.
    if let match = errors.firstMatch(of: /(?s)Could not convert TeX math (.*?), rendering as TeX/) {
      throw UnreadableMathematics(formula: String(match.1))
    }
    let text = String(decoding: try FileSystem.read(path("out.html")), as: UTF8.self)
    guard let cut = text.range(of: "\n\(divider)\n") else { throw WeavingError(name, "pandoc returned no page") }
    return Document(contents: String(text[..<cut.lowerBound]), body: String(text[cut.upperBound...]))
  }

  /// Returns what it says on standard error.
  private static func run(_ arguments: [String], folder: URL, name: String) throws -> String {
    let errorPath = folder.appending(path: "errors")
    var process = Subprocess("pandoc", arguments)
    (process.output, process.errors) = (.null, .file(errorPath.path))
    let ending: Subprocess.Ending
    do { ending = try process.run() } catch is SubprocessError { throw absence }
    let errors = String(decoding: try FileSystem.read(errorPath.path, limit: 64 << 20), as: UTF8.self)
    guard ending == .exited(0) else {
      throw WeavingError(name, "pandoc did not end well (\(ending)): \(errors.prefix(2000))")
    }
    return errors
  }
}
