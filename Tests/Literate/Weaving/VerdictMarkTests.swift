import Files
import Foundation
import Literate
import TensorFiles
import TestSupport
import Testing

@Suite struct VerdictMarkTests {
  private func workshop(_ found: Double, _ changes: JSONObject = [:]) throws -> Workshop {
    let workshop = try Workshop(["main.swift": "let a = 1\nlet b = 2\n"])
    try workshop.write(run: [], opening: changes, scalars: [("x", found, 2)], goldens: [("x", 1, 2)])
    return workshop
  }

  @Test(arguments: [
    (1.0, "identical", "✓"), (1 + 1e-9, "drifted", "≈"), (1.1, "wrong", "✗"), (Double.nan, "wrong", "✗"),
  ])
  func `a recorded value carries its verdict at its line and links to its entry`(
    found: Double, mark: String, sign: String
  )
    throws
  {
    let workshop = try workshop(found)
    #expect(try workshop.weave(formats: [.html, .md, .ipynb]).failures.isEmpty)
    let page = try workshop.page("html")
    let line = try #require(page.split(separator: "\n").first { $0.contains("data-line=\"2\"") })
    #expect(line.contains("class=\"mark \(mark)\" href=\"#golden-x\"") && line.contains(">\(sign)</a>"))
    #expect(page.contains("<tr id=\"golden-x\"><td class=\"sign \(mark)\">"))
    #expect(try workshop.page("md").contains("[\(sign) 1](#golden-entries)"))
    #expect(try workshop.page("ipynb").contains("Recorded: \(sign) 1"))
  }

  @Test(arguments: [
    ("seed", JSONValue.int(7), "seed 7"), ("profile", .string("full"), "profile full"),
    ("iterations", .int(3), "iterations 3"),
  ])
  func `a run with other options than the goldens' is not said to be checked`(
    key: String, value: JSONValue, words: String
  )
    throws
  {
    let workshop = try workshop(1, [key: value])
    let outcome = try workshop.weave(formats: [.html])
    #expect(outcome.woven.first?.verdicts.caveat?.contains(words) == true)
    #expect(outcome.woven.first?.verdicts.summary == "1 unchecked")
    let page = try workshop.page("html")
    #expect(!page.contains("class=\"mark identical\"") && page.contains("not held against anything"))
  }

  @Test func `a log with fewer decimals than the goldens hold is compared as far as it was printed`() throws {
    let workshop = try Workshop(["main.swift": "let a = 1\n"])
    func verdict(_ text: String) throws -> String? {
      try workshop.write(
        run: [], opening: ["decimals": .int(2)], log: [("loss: \(text)", 1)], expectedLog: [("loss: 0.1234", 1)])
      return try workshop.weave().woven.first?.verdicts.entries.first?.mark.rawValue
    }
    #expect(try verdict("0.12") == "drifted")
    #expect(try verdict("0.13") == "wrong")
  }

  @Test func `a chapter without goldens says so, and damaged goldens are refused`() throws {
    let workshop = try workshop(1)
    try AtomicFile.write("x", to: workshop.folder("goldens/97-test/log.txt"))
    #expect(try workshop.reason().contains("log.txt"))
    try FileManager.default.removeItem(atPath: workshop.folder("goldens"))
    #expect(try workshop.weave().woven.first?.verdicts.caveat?.contains("no goldens") == true)
  }
}
