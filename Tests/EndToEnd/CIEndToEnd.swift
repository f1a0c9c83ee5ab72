import Foundation
import Goldens
import TestSupport
import Testing

/// What a stranger's CI runs: the script behind action.yml and the template for GitLab, and the files themselves as
/// text.
@Suite struct CIEndToEnd {
  private func text(_ name: String) throws -> String {
    try String(contentsOf: Repository.root.appending(path: name), encoding: .utf8)
  }

  @Test func `a job fails, its artifact is blessed elsewhere, the next job passes`() throws {
    let place = try TemporaryFolder()
    let recorder = Recorder(chapter: "model", precision: .float64)
    recorder.record("loss", series: [1, 0.5], .exact, at: SourceLocation(file: "run.py", line: 1))
    try recorder.write(to: place("made/model"))
    try Data().write(to: URL(filePath: place("summary.md")))
    func job(_ run: String, arguments: String = "") throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "bash", [Repository.root.appending(path: "scripts/ci-check").path],
        environment: [
          "BOOK": ChildProcess.buildFolder.appending(path: "book").path, "RUN": run, "REPORTS": "artifact",
          "ARGUMENTS": arguments, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": place("summary.md"), "CI": "true",
        ], isBuilt: false, in: place.path)
    }
    let first = try job("cp -R made recordings")
    #expect(first.code == 1 && first.output.contains("no golden yet") && first.output.contains("book bless"))
    #expect(try String(contentsOfFile: place("summary.md"), encoding: .utf8).contains("| model | float64 |"))
    for name in ["report.html", "report.xml", "report.json"] {
      #expect(FileManager.default.fileExists(atPath: place("artifact/\(name)")))
    }
    // As action.yml collects it, and somebody fetches it.
    try FileManager.default.copyItem(atPath: place("recordings"), toPath: place("artifact/recordings"))
    let blessed = try ChildProcess.run(
      "book", ["bless", "--yes", "--recording", place("artifact"), "--goldens", place("goldens")])
    #expect(blessed.code == 0, "\(blessed.errors)")
    let second = try job("true", arguments: "--exact --entry lo*")
    #expect(second.code == 0 && second.output.contains("bit for bit"), "\(second.output)\(second.errors)")
    let broken = try job("false; true")
    #expect(broken.code == 2 && broken.errors.contains("ended with 1"))
    #expect(broken.output.contains("all 1 entries hold"), "what was recorded is reported all the same")
  }

  @Test func `inputs of the action are declared, and reach a shell only as variables`() throws {
    let action = try text("action.yml")
    let head = try #require(action.range(of: "\nruns:")).lowerBound
    for match in action.matches(of: /inputs\.([a-z]+)/) {
      #expect(action[..<head].contains("\n  \(match.1):\n"), "\(match.1)")
    }
    // An expression in a script is replaced before the shell reads it, by whatever a pull request says.
    var isScript = false
    for line in action.split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      if line.contains("run: ") { isScript = true } else if indent <= 6 { isScript = false }
      #expect(!isScript || !line.contains("${{"), "\(line)")
    }
    for script in ["scripts/ci-check", "scripts/install-dependencies"] {
      #expect(try action.contains(script) && text("docs/gitlab-ci.yml").contains(script))
      #expect(FileManager.default.isExecutableFile(atPath: Repository.root.appending(path: script).path))
    }
  }

  @Test(.enabled(if: PythonWithNumPy.path != nil, "\(PythonWithNumPy.absence)"))
  func `the action and the template are YAML, where Python can tell`() throws {
    let script = """
      import sys
      try:
          import yaml
      except ImportError:
          sys.exit(0)
      for path in sys.argv[1:]:
          assert isinstance(yaml.safe_load(open(path, encoding="utf-8")), dict), path
      """
    let files = ["action.yml", "docs/gitlab-ci.yml"].map { Repository.root.appending(path: $0).path }
    let outcome = try ChildProcess.run(
      PythonWithNumPy.path ?? "python3", ["-c", script] + files, isBuilt: false)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
