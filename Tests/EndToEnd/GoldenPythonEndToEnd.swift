import Foundation
import Goldens
import Tensors
import TestSupport
import Testing

/// `golden.py`, as somebody uses it who has copied it into a project of their own.
@Suite(.enabled(if: PythonWithNumPy.path != nil, "\(PythonWithNumPy.absence)"))
struct GoldenPythonEndToEnd {
  /// A clean folder with `golden.py` in it, and `book` and `python3` on the path.
  private let place: TemporaryFolder

  init() throws {
    place = try TemporaryFolder()
    let manager = FileManager.default
    try manager.copyItem(
      atPath: Repository.root.appending(path: "python/golden.py").path, toPath: place("golden.py"))
    try manager.createDirectory(atPath: place("bin"), withIntermediateDirectories: true)
    // A virtual environment's Python knows it only under its own path.
    let programs = [
      ("book", ChildProcess.buildFolder.appending(path: "book").path), ("python3", PythonWithNumPy.path ?? "python3"),
    ]
    for (name, path) in programs where path.hasPrefix("/") {
      try "#!/bin/sh\nexec '\(path)' \"$@\"\n".write(toFile: place("bin/\(name)"), atomically: true, encoding: .utf8)
      try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place("bin/\(name)"))
    }
  }

  private func shell(_ script: String) throws -> ChildProcess.Outcome {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try ChildProcess.run(
      "sh", ["-c", script], environment: ["PATH": place("bin") + ":" + path], isBuilt: false, in: place.path)
  }

  private func python(_ lines: String) throws -> ChildProcess.Outcome {
    try lines.write(toFile: place("run.py"), atomically: true, encoding: .utf8)
    return try shell("python3 run.py")
  }

  @Test func `the lines of docs/recording.md, fewer than ten, go from nothing to a failing and a passing check`() throws
  {
    let page = try String(contentsOf: Repository.root.appending(path: "docs/recording.md"), encoding: .utf8)
    let marked = try #require(page.range(of: "GoldenPythonEndToEnd.swift -->\n```sh\n"))
    let block = try #require(page[marked.upperBound...].range(of: "```"))
    let script = page[marked.upperBound..<block.lowerBound]
    #expect(script.split(separator: "\n").count < 10)
    let said = script.replacing("book bless --recording recordings ", with: "book bless --yes --recording recordings ")
      .split(separator: "\n").map { $0.hasPrefix("book ") ? $0.prefix { $0 != "#" } + "; echo \"ended with $?\"" : $0 }
    let outcome = try shell(said.joined(separator: "\n"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let endings = outcome.output.split(separator: "\n").filter { $0.hasPrefix("ended with") }
    #expect(endings == ["ended with 1", "ended with 0", "ended with 0"], "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("there is no golden yet") && outcome.output.contains("all 1 entries hold"))
    #expect(outcome.output.contains("run.py:3"), "a report names the line that recorded")
  }

  @Test func `a fixture of pytest holds what a test records, and keeps nothing of a test that fails`() throws {
    let outcome = try python(
      """
      import golden, os
      class Session: testsfailed = 3
      class Node: pass
      class Request: session, node = Session(), Node()
      def run(node, value, fails=False):
          Request.node.nodeid = node
          fixture = golden.of_test(Request)
          recorded = next(fixture)
          recorded.scalar("x", value, atol=1e-3)
          Session.testsfailed += fails
          try: next(fixture, None)
          except AssertionError as error: print("fails:", "no golden yet" in str(error) or "1 of 1" in str(error))
      run("tests/test_model.py::test_loss[1/2-\u{E9}]", 0.5)
      os.system("book bless --yes --recording recordings >/dev/null")
      run("tests/test_model.py::test_loss[1/2-\u{E9}]", 0.5)
      run("tests/test_model.py::test_loss[1/2-\u{E9}]", 0.75)
      run("tests/test_model.py::test_loss[1/2-\u{E9}]", 0.75, fails=True)
      run("tests/other.py::Tests::test_loss", 1, fails=True)
      print(sorted(os.listdir("goldens")), [os.listdir("recordings/" + name) for name in os.listdir("recordings")])
      """)
    #expect(
      outcome.output == """
        fails: True
        fails: True
        ['tests.test_model@test_loss[1=2F2-=C3=A9]'] [[]]

        """, "\(outcome)")
  }

  @Test func `text that would change how a report looks is refused where it is recorded`() throws {
    let outcome = try python(
      """
      import golden
      with golden.recording("m") as r:
          r.log("a\\tb")
          for name in ("\\t", "\\u202e", "\\ufeff", "\\u2028", "\\x1b", "\\n"):
              try: r.scalar("a" + name, 1)
              except ValueError: print("refused")
      """)
    #expect(outcome.output == String(repeating: "refused\n", count: 6), "\(outcome)")
    #expect(try shell("book bless --yes --recording recordings").code == 0)
  }

  @Test func `every kind and type that golden.py records is read, with the digests that Swift computes`() throws {
    let outcome = try python(
      """
      import golden, numpy as np
      with golden.recording("all", precision="float32") as r:
          for name in ("bool", "uint8", "int8", "uint16", "int16", "float16", "uint32", "int32", "float32", "uint64", \
          "int64"):
              r.record("types/" + name, np.arange(6).reshape(2, 3).astype(name), rtol=0.5)
          try:
              import ml_dtypes
              r.record("types/bfloat16", np.arange(5000).astype(ml_dtypes.bfloat16), atol=1)
          except ImportError:
              pass
          r.record("big-endian", np.arange(6).astype(">f4"))
          r.record("transposed", np.arange(6.0).reshape(2, 3).T)
          r.record("empty", np.zeros((0, 3)))
          r.record("nan", np.array([1, np.nan, np.float64("-nan"), -0.0]))
          r.record("big", np.arange(10000).reshape(100, 100) / 7, ulps=2)
          r.record("draws", np.arange(10.0), keep="hash")
          r.record("number", 3)
          r.series("series", [1, 0.5, 0.25], rtol=1e-6)
          r.scalar("scalar", 0.5, atol=1e-6)
          r.image("picture", np.zeros((4, 5), dtype=np.uint8), atol=1)
          r.log("epoch 1/5  loss 0.6931", atol=1e-4)
      """)
    #expect(outcome.code == 0, "\(outcome.errors)")
    // Reading computes the digest of all that is stored whole and holds it against Python's.
    let outside = try OutsideRecording(readingFrom: place("recordings/all"), .float32)
    #expect(outside.recording.entries.count >= 21 && outside.recording.log.count == 1)
    #expect(outside.madeBy["tool"] == "golden.py")
    let recorder = Recorder(chapter: "all", precision: .float32)
    let here = SourceLocation(file: "run.py", line: 1)
    recorder.record("nan", Tensor([1, .nan, -.nan, -0.0], shape: [4]), .exact, at: here)
    recorder.record("big", Tensor((0..<10_000).map { Double($0) / 7 }, shape: [100, 100]), .exact, at: here)
    recorder.record("draws", Tensor((0..<10).map(Double.init), shape: [10]), .exact, keeping: .hash, at: here)
    for entry in try recorder.recording().entries {
      let theirs = try #require(outside.recording.entries.first { $0.name == entry.name }).value
      #expect(theirs.digest == entry.value.digest && theirs.keeping == entry.value.keeping, "\(entry.name)")
      #expect(theirs.elements?.bytes.elementsEqual(entry.value.elements?.bytes ?? []) ?? true, "\(entry.name)")
      for (a, b) in zip(theirs.moments?.values ?? [], entry.value.moments?.values ?? []) {
        #expect(abs(a - b) <= 1e-13 * abs(b))
      }
    }
  }

  @Test func `a block that ends badly leaves no recording, not even the one before it`() throws {
    let good = "import golden\nwith golden.recording('m') as r:\n    r.scalar('x', 1)\n"
    #expect(try python(good).code == 0)
    #expect(try python(good + "    raise SystemExit(3)\n").code == 3)
    let after = try shell("book check --recording recordings")
    #expect(after.code == 2 && after.errors.contains("holds no recording"), "\(after)")
  }

  @Test func `golden.check raises what does not hold as a failed assertion with the report`() throws {
    func program(_ value: Double) -> String {
      """
      import golden
      with golden.recording("m") as r:
          r.scalar("x", \(value), rtol=1e-6)
      golden.check(r)
      """
    }
    let first = try python(program(1))
    #expect(first.code == 1 && first.errors.contains("AssertionError") && first.errors.contains("no golden yet"))
    #expect(try shell("book bless --recording recordings --yes").code == 0)
    #expect(try python(program(1.0000001)).code == 0)
    let wrong = try python(program(2))
    #expect(wrong.code == 1 && wrong.errors.contains("wrong") && wrong.errors.contains("expected 1.0"))
  }

  @Test(arguments: [
    "golden.recording('../up')", "golden.recording('')", "golden.recording('m', precision='half')",
    "r.record('x', [1.0], atol=float('nan'))", "r.record('x', [1.0], rtol=-1)", "r.record('x', [1j])",
    "r.record('log', [1.0])", "r.record('a#b', [1.0])", "r.record('x', [1.0], ulps=0.5)", "r.log('two\\nlines')",
    "r.log('# float64')", "r.image('x', [[1.0]])", "r.record('x', [1.0]); r.record('x', [1.0])",
  ])
  func `golden.py refuses what the checker would refuse, where it is recorded`(line: String) throws {
    let outcome = try python("import golden\nr = golden.recording('m')\n\(line)\n")
    #expect(outcome.code == 1 && (outcome.errors.contains("ValueError") || outcome.errors.contains("TypeError")))
  }
}
