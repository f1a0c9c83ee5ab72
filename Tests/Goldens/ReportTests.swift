import Foundation
import FoundationXML
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A result with every kind of failure, and names that every format must escape.
private func hostileResult() throws -> [PrecisionResult] {
  let name = "a<b>&\"c\" | `d` %, é\u{7}"
  func record(_ shift: Double) throws -> Recording {
    try recording { r in
      r.record("fine", scalar: 1, tight, at: here)
      r.record(name.filter { $0 != "\u{7}" }, Tensor([1, 2 + shift], shape: [2]), tight, at: here)
      r.record("loss", series: (0..<40).map { Double($0) + ($0 > 20 ? shift : 0) }, tight, at: here)
      let pixels = (0..<48).map { UInt8($0 + Int(shift * 9)) }
      r.record("picture", pixels: pixels, height: 4, width: 4, channels: 3, .exact, at: here)
      r.record(log: "<script>alert(1)</script> \(shift)", tight, at: here)
    }
  }
  var result = try check(record(1), against: record(0))
  result.entries.append(
    EntryResult(name: name, precision: .float64, kind: "tensor", verdict: .missing, source: here, note: "x\u{1}\ny"))
  let broken = PrecisionResult(
    chapter: "97-broken", precision: .float32, failure: "killed <by> signal 9\nlast words & more")
  return [result, broken]
}

@Suite struct ReportTests {
  @Test func `JSON is strict JSON with every number also as hex float`() throws {
    let text = JSONReport.text(try hostileResult(), exact: false)
    let top = try JSONCursor(parsing: Array(text.utf8), file: "report")
    #expect(try top.member("holds").bool() == false)
    #expect(try top.member("counts").member("wrong").int() == 4)
    #expect(try top.member("counts").member("identical").int() == 1)
    let entries = try top.member("results").items()[0].member("entries").items()
    let first = try entries[1].member("mismatch").member("first")
    #expect(try first.member("index").items().map { try $0.int() } == [1])
    #expect(try first.member("expected").member("value").double() == 2)
    #expect(try first.member("found").member("hex").string() == "0x1.8p+1")
    #expect(try entries[1].member("source").member("line").int() == 7)
    #expect(try top.member("results").items()[1].member("failure").string().contains("signal 9"))
  }

  @Test func `JUnit XML is well formed, its counts are those of its elements, no failure is empty`() throws {
    final class Counter: NSObject, XMLParserDelegate {
      var counts: [String: Int] = [:]
      var declared: [String: Int] = [:]
      var attributes: Set<String> = []
      var texts: [String] = []
      func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes values: [String: String]
      ) {
        counts[name, default: 0] += 1
        for key in values.keys { attributes.insert("\(name).\(key)") }
        if name == "testsuites" {
          for key in ["tests", "failures", "errors"] { declared[key] = values[key].flatMap { Int($0) } }
        }
        if name == "failure" || name == "error" { texts.append("") }
      }
      func parser(_: XMLParser, foundCharacters text: String) {
        if !texts.isEmpty { texts[texts.count - 1] += text.trimmingCharacters(in: .whitespacesAndNewlines) }
      }
    }
    let counter = Counter()
    let parser = XMLParser(data: Data(JUnitReport.text(try hostileResult(), exact: false).utf8))
    parser.delegate = counter
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(counter.counts == ["testsuites": 1, "testsuite": 2, "testcase": 7, "failure": 5, "error": 1])
    #expect(counter.declared == ["tests": 7, "failures": 5, "errors": 1])
    #expect(counter.texts.count == 6 && counter.texts.allSatisfy { $0.count > 20 })
    // What the schema of Jenkins' xUnit plugin (junit-10.xsd) allows, and where a value was recorded.
    #expect(
      counter.attributes.isSubset(of: [
        "testsuites.name", "testsuites.tests", "testsuites.failures", "testsuites.errors", "testsuites.time",
        "testsuite.name",
        "testsuite.tests", "testsuite.failures", "testsuite.errors", "testsuite.skipped", "testsuite.time",
        "testcase.name",
        "testcase.classname", "testcase.time", "testcase.file", "testcase.line", "failure.type", "failure.message",
        "error.type", "error.message",
      ]))
  }

  @Test func `GitHub gets at most ten annotations with their file, and a summary of the rest`() throws {
    let sources = SourcePaths(paths: [
      "Tests/X/File.swift", "chapters/98-tests/File.swift", "chapters/97-other/File.swift",
    ])
    let entries = (0..<30_000).map {
      EntryResult(
        name: "e\($0)", precision: .float64, kind: "tensor", verdict: .missing,
        source: SourceLocation(file: "ch98_tests/File.swift", line: 7), note: "100 % gone, or:\nnearly")
    }
    let report = GitHubReport(
      [PrecisionResult(chapter: "98-tests", precision: .float64, entries: entries)], exact: false, sources: sources)
    let lines = report.annotations.split(separator: "\n")
    #expect(lines.count == 10)
    #expect(
      lines[0]
        == "::error file=chapters/98-tests/File.swift,line=7,title=missing%3A e0 (float64)::100 %25 gone, or:%0Anearly")
    #expect(report.summary.utf8.count < 1_000_000 && report.summary.contains("more."))
  }

  @Test func `a terminal and a page name the file that a reader can open`() {
    let sources = SourcePaths(paths: ["chapters/98-tests/File.swift", "chapters/97-other/File.swift"])
    func result(_ file: String) -> PrecisionResult {
      let entry = EntryResult(
        name: "e", precision: .float64, kind: "tensor", verdict: .missing,
        source: SourceLocation(file: file, line: 7), note: "gone")
      return PrecisionResult(chapter: "98-tests", precision: .float64, entries: [entry])
    }
    func texts(_ file: String) -> [String] {
      [
        TextReport([result(file)], exact: false, style: .init(usesColor: false), sources: sources).text,
        HTMLReport([result(file)], exact: false, sources: sources).text,
      ]
    }
    for text in texts("ch98_tests/File.swift") { #expect(text.contains("chapters/98-tests/File.swift:7")) }
    // Not found: as the compiler named it.
    for text in texts("ch96_none/Other.swift") { #expect(text.contains("ch96_none/Other.swift:7")) }
  }

  @Test func `the page escapes everything, embeds pictures and marks the first diverging step`() throws {
    let text = HTMLReport(try hostileResult(), exact: false).text
    #expect(!text.contains("<script>") && text.contains("&lt;script&gt;"))
    #expect(text.contains("first diverging step: 21"))
    #expect(text.components(separatedBy: "data:image/png;base64,").count == 4)
    #expect(!text.contains("http"), "nothing from the network")
    let many = PrecisionResult(
      chapter: "98-test", precision: .float64,
      entries: (0..<10_000).map {
        .init(name: "e\($0)", precision: .float64, kind: "tensor", verdict: .missing, note: "gone")
      })
    #expect(HTMLReport([many], exact: false).text.utf8.count < 2_000_000)
  }

  @Test func `the four forms agree on what fails`() throws {
    let results = try hostileResult()
    let failing = results.reduce(0) { $0 + $1.entries.count { $0.verdict.fails(exact: false) } }
    #expect(
      TextReport(results, exact: false, style: .init(usesColor: false)).text.contains(
        "\(failing) of 6 entries do not hold"))
    #expect(HTMLReport(results, exact: false).text.components(separatedBy: "<details").count - 1 == failing)
    #expect(
      GitHubReport(results, exact: false, sources: .init(paths: [])).annotations.split(separator: "\n").count == failing
        + 1)
  }
}

@Suite struct ParallelMapTests {
  @Test(arguments: [1, 2, 7, 100]) func `results come in the order of the items, whatever the jobs`(jobs: Int) {
    #expect(parallelMap(Array(0..<50), jobs: jobs) { $0 * 2 } == (0..<50).map { $0 * 2 })
    #expect(parallelMap([Int](), jobs: jobs) { $0 } == [])
  }
}
