import Files
import Foundation
import Goldens
import TensorFiles
import Testing

@Suite struct ToleranceTableTests {
  private func table(_ text: String) throws -> ToleranceTable {
    try ToleranceTable(text: Array(text.utf8), file: "tolerances")
  }

  @Test func `the first line that matches decides, names may hold blanks, the rest is comment`() throws {
    let table = try table(
      "# names  atol rtol\n\n*.weight 1e-6 1e-5\r\nfirst layer exact\n*.weight exact\n\tbn* \tulp 2\n")
    #expect(table.rules.count == 4)
    #expect(table.tolerance(for: "a.weight") == .within(atol: 1e-6, rtol: 1e-5))
    #expect(table.tolerance(for: "first layer") == .exact && table.tolerance(for: "bn1") == .ulps(2))
    #expect(table.tolerance(for: "other") == nil)
  }

  @Test(arguments: [
    "* nan 1", "* -1 0", "* inf 0", "* 1", "1 2", "exact", "* ulp -1", "* ulp 0.5", "*", "* 1e-6 1e-5 # both",
  ])
  func `a line that is no rule is refused by its number`(line: String) throws {
    let error = #expect(throws: FileError.self) { try table("# one\n\(line)\n") }
    #expect(error?.defect == .badValue && error?.place == "line 2" && error?.found.contains(line) == true)
  }

  @Test func `a file without rules, and one that is no text, are refused`() {
    #expect(throws: FileError.self) { try table("# nothing\n") }
    #expect(throws: FileError.self) { try ToleranceTable(text: [0xFF, 0x20, 0x30], file: "x") }
  }
}
