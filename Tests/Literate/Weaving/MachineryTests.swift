import Literate
import Testing

@Suite struct MachineryTests {
  /// Marks every line of `text` that is folded with "-".
  private func folded(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      CodeLine(number: $0 + 1, text: String($1))
    }
    let pieces = Machinery.pieces(of: lines)
    #expect(pieces.flatMap(\.lines) == lines, "every line stays, in its order")
    return pieces.flatMap { piece in piece.lines.map { (piece.isFolded ? "-" : "+") + $0.text } }.joined(
      separator: "\n")
  }

  @Test func `a plot in the middle of a function is folded and the lesson stays`() {
    #expect(
      folded(
        """
        func train() throws {
          let loss = step()
          try show(
            LinePlot(
              title: "loss (falls)", series: [.init("", [loss])]),
            as: "loss")
          optimizer.step(loss)
        }
        """) == """
          +func train() throws {
          +  let loss = step()
          -  try show(
          -    LinePlot(
          -      title: "loss (falls)", series: [.init("", [loss])]),
          -    as: "loss")
          +  optimizer.step(loss)
          +}
          """)
  }

  @Test func `a single call stays`() {
    #expect(
      folded("let x = 1\nrecord(\"x\", scalar: x)\nlet y = x") == "+let x = 1\n+record(\"x\", scalar: x)\n+let y = x")
  }

  @Test func `calls that follow each other are one fold`() {
    #expect(
      folded("let x = 1\nrecord(\"x\", scalar: x)\nsay(\"\\(x)\")\nclaim(\"one\", x == 1)")
        == "+let x = 1\n-record(\"x\", scalar: x)\n-say(\"\\(x)\")\n-claim(\"one\", x == 1)")
  }

  @Test func `a loop is folded where all of it is`() {
    let loop = "for value in values {\n  record(\"a\", scalar: value)\n  say(\"b\")\n}"
    #expect(folded(loop) == loop.split(separator: "\n").map { "-" + $0 }.joined(separator: "\n"))
    let mixed = "for value in values {\n  let x = f(value)\n  say(\"b\")\n}"
    #expect(!folded(mixed).contains("-"))
  }

  @Test func `a private function that only shows is folded with its comment`() {
    let function = "/// Shows it.\nprivate func showCurves(_ x: [Double]) {\n  let y = x\n  show(y)\n}"
    #expect(folded(function) == function.split(separator: "\n").map { "-" + $0 }.joined(separator: "\n"))
    #expect(!folded(function.replacing("private ", with: "")).contains("-"))
    #expect(!folded(function.replacing("showCurves", with: "shower")).contains("-"))
  }

  @Test func `brackets in texts and comments do not count`() {
    #expect(
      folded("say(\n  \"an open ( and {\")  // and here [\nlet x = 1\nsay(\"\")")
        == "+say(\n+  \"an open ( and {\")  // and here [\n+let x = 1\n+say(\"\")")
    #expect(folded("say(\n  \"(\",\n  \"{\")\nlet x = 1") == "-say(\n-  \"(\",\n-  \"{\")\n+let x = 1")
  }

  @Test func `a fold is called by what it calls`() {
    let lines = ["record(", "  \"x\")", "try show(", "  LinePlot())"].enumerated().map {
      CodeLine(number: $0, text: $1)
    }
    #expect(Machinery.title(of: lines) == "record, show, LinePlot (4 lines)")
  }
}
