import Literate
import Testing

/// What a terminal's status line may hold.
@Suite struct TerminalTests {
  @Test(arguments: [
    ("short", 80, "short"), ("1234567890", 11, "1234567890"), ("1234567890", 10, "12345678…"),
    ("1234567890", 2, "…"), ("1234567890", 1, "1234567890"),
  ])
  func `a status that would wrap is cut, with the last column left free`(_ text: String, _ width: Int, _ shown: String)
  {
    #expect(Terminal.fitted(text, width: width) == shown)
  }

  @Test func `without a width nothing is cut`() {
    #expect(Terminal.fitted(String(repeating: "x", count: 500), width: nil).count == 500)
  }
}
