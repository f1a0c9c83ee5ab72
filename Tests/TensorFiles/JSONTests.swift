import Files
import TensorFiles
import TestSupport
import Testing

private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)[...], file: "j") }

@Suite struct JSONTests {
  @Test func `the parser keeps numbers as written and members in order`() throws {
    let value = try parse(#" {"b": [1e-3, -0, 12345678901234567890], "a": {"x": null, "y": true}} "#)
    #expect(value.compact == #"{"b": [1e-3, -0, 12345678901234567890], "a": {"x": null, "y": true}}"#)
  }

  @Test func `escapes are understood and written back`() throws {
    let value = try parse(#""\u00e9\ud83d\ude00\n\t\"\\\/\u0001""#)
    #expect(value == .string("é😀\n\t\"\\/\u{1}"))
    #expect(value.compact == #""é😀\n\t\"\\/\u0001""#)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{,}", "01", "-", "1.", ".5", "1e", "+1", "nul", "NaN", "'a'", "\"a", "\"\\x\"", "\"\\ud800\"",
    "\"\\u12g4\"", "\"\n\"", "[1 2]", "{\"a\" 1}", "{\"a\":1,}", "1 1", "{1:2}", "\"\\udc00\\ud800\"",
  ])
  func `what RFC 8259 does not allow is refused`(text: String) {
    #expect(defect { _ = try parse(text) } == .notJSON)
  }

  @Test func `duplicate keys, deep nesting and bytes that are no text are refused`() {
    #expect(defect { _ = try parse(#"{"a":1,"\u0061":2}"#) } == .duplicateKey)
    #expect(defect { _ = try parse(String(repeating: "[", count: 10_000)) } == .nestedTooDeeply)
    #expect(defect { _ = try JSONParser.parse([0x22, 0xC3, 0x28, 0x22], file: "j") } == .notUTF8)
    let many = "[" + String(repeating: "0,", count: 2_000_000) + "0]"
    #expect(defect { _ = try parse(many) } == .tooManyValues)
  }

  @Test func `the pretty form sorts keys and keeps small parts on one line`() throws {
    let value = try parse(
      #"{"b": {"y": 1, "x": [1, 2]}, "a": "# + "[" + (0..<60).map(String.init).joined(separator: ",") + "]}")
    let lines = value.pretty.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "{")
    #expect(lines[1] == "  \"a\": [")
    #expect(lines[lines.count - 3] == #"  "b": {"x": [1, 2], "y": 1}"#)
    #expect(try parse(value.pretty) == value)
  }

  @Test func `a missing or ill-typed member is reported with its path`() throws {
    let cursor = JSONCursor(try parse(#"{"runs": [{"n": "x"}]}"#), file: "m.json")
    let error = #expect(throws: FileError.self) { try cursor.member("runs").items()[0].member("n").int() }
    #expect(error.map { "\($0)" } == "m.json, runs[0].n: expected an integer, found a string")
    #expect(throws: FileError.self) { try cursor.member("run") }
    #expect(throws: FileError.self) { try cursor.onlyKeys(["run"]) }
  }
}
