import Foundation
import TensorFiles
import TestSupport
import Testing

/// What `book diff` has for CI.
@Suite struct DiffReportsEndToEnd {
  private let place: TemporaryFolder
  private let arguments: [String]

  /// Two files that differ by 1e-4 in "w", and in that "only" is in the first and "more" in the second.
  init() throws {
    place = try TemporaryFolder()
    func save(_ entries: [(String, [Double])], _ path: String) throws {
      try TensorFile(entries: entries.map { try .init(name: $0.0, values: $0.1, shape: [$0.1.count]) })
        .writeSafetensors(to: path)
    }
    try save([("w", [1, 2]), ("b", [1]), ("only", [1])], place("a.safetensors"))
    try save([("w", [1, 2.0001]), ("b", [1]), ("more", [1])], place("b.safetensors"))
    arguments = ["diff", place("a.safetensors"), place("b.safetensors")]
  }

  private func diff(_ more: String..., environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", arguments + more, environment: environment)
  }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: place(name), encoding: .utf8) }

  @Test func `reports name what differs, is absent and is extra, in the words of two files`() throws {
    try Data().write(to: URL(filePath: place("summary.md")))
    let outcome = try diff(
      "--junit", place("r.xml"), "--html", place("r.html"),
      environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": place("summary.md")])
    #expect(outcome.code == 1 && outcome.output.contains("::error title=wrong%3A w::1 of 2 elements"))
    #expect(
      outcome.output.contains("::error title=absent%3A only::") && outcome.output.contains("title=extra%3A more::"))
    for name in ["r.xml", "r.html", "summary.md"] {
      let report = try text(name)
      #expect(report.contains("book diff") && report.contains("1 of 2 elements") && report.contains("extra"), "\(name)")
      #expect(!report.contains("book check") && !report.contains("orphan"), "\(name)")
    }
    #expect(try text("r.xml").contains("tests=\"4\" failures=\"3\" errors=\"0\""))
  }

  @Test func `without GitHub nothing is annotated, and a report without a folder ends with 2 before anything is read`()
    throws
  {
    #expect(try !diff().output.contains("::error"))
    let outcome = try diff("--html", place("none/r.html"))
    #expect(outcome.code == 2 && outcome.output.isEmpty && outcome.errors.contains("none"))
  }

  @Test func `tolerances by name decide before the options, which decide for the rest`() throws {
    try "w  1e-3 0\n".write(toFile: place("t"), atomically: true, encoding: .utf8)
    #expect(try diff("--entry", "w", "--tolerances", place("t")).code == 0)
    #expect(try diff("--entry", "?", "--tolerances", place("t")).code == 0)
    try "w  exact\n".write(toFile: place("t"), atomically: true, encoding: .utf8)
    #expect(try diff("--entry", "?", "--atol", "1", "--tolerances", place("t")).code == 1)
    try "v  exact\n".write(toFile: place("t"), atomically: true, encoding: .utf8)
    #expect(try diff("--entry", "?", "--atol", "1", "--tolerances", place("t")).code == 0)
    try "w  nan 0\n".write(toFile: place("t"), atomically: true, encoding: .utf8)
    let outcome = try diff("--tolerances", place("t"))
    #expect(outcome.code == 2 && outcome.errors.contains("line 1"))
    #expect(try diff("--tolerances", place("absent")).code == 2)
  }
}
