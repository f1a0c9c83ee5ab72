import Literate
import Testing

@Suite struct MathematicsTests {
  private func finished(_ formula: String) -> String {
    Mathematics.finished("<p><math display=\"inline\">\(formula)</math></p>")
  }

  @Test func `what stands below min stays its only companion`() {
    let text = finished("<munder><mo>min</mo><mi>G</mi></munder><munder><mo>max</mo><mi>D</mi></munder><mi>V</mi>")
    // An element with a base and something below it has two children, no more.
    #expect(text.contains("<munder><mi>min</mi><mi>G</mi></munder><mspace"))
    #expect(text.contains("<munder><mi>max</mi><mi>D</mi></munder><mspace"))
  }

  @Test func `a function's name has a space before its argument and none before a bracket`() {
    #expect(finished("<mo>log</mo><mi>D</mi>").contains("<mi>log</mi><mspace width=\"0.167em\"></mspace><mi>D</mi>"))
    #expect(finished("<mo>log</mo><mrow><mo form=\"prefix\">(</mo></mrow>").contains("<mi>log</mi><mrow>"))
  }

  @Test(arguments: ["msub", "msup", "msubsup", "munder", "mover", "munderover"])
  func `a name with something above or below it keeps its element's children`(element: String) {
    let below = element.count > 5 ? "<mi>a</mi><mi>b</mi>" : "<mi>a</mi>"
    let script = "<\(element)><mo>lim</mo>\(below)</\(element)>"
    let space = "<mspace width=\"0.167em\"></mspace>"
    let text = finished("<mn>2</mn>\(script)\(script)<mi>x</mi>")
    let plain = script.replacing("mo>", with: "mi>")
    #expect(text.contains("<mn>2</mn>\(space)\(plain)\(space)\(plain)\(space)<mi>x</mi>"), "\(text)")
    #expect(finished("\(script)<mrow><mo form=\"prefix\">(</mo></mrow>").contains("\(plain)<mrow>"))
  }

  @Test func `a slash made big is an operator`() {
    #expect(
      finished("<mi minsize=\"1.2\" maxsize=\"1.2\">/</mi>").contains("<mo minsize=\"1.2em\" maxsize=\"1.2em\">/</mo>"))
  }

  @Test func `the brace of cases grows with them, other brackets do not`() {
    let brace = "<mo stretchy=\"true\" form=\"prefix\">{</mo>"
    let cases = finished("\(brace)<mtable><mtr><mtd columnalign=\"left\"><mi>x</mi></mtd></mtr></mtable>")
    #expect(cases.contains("\(brace)<mtable><mtr><mtd style=\"text-align:left\">"))
    #expect(finished("\(brace)<mi>x</mi>").contains("<mo stretchy=\"false\" form=\"prefix\">{</mo><mi>x</mi>"))
  }

  /// As a browser was seen to set them: pandoc's overline was as wide as one letter, its combining hat stood beside the
  /// letter.
  @Test func `an overline is as wide as what it is over, hats and tildes stand above`() {
    let bar = finished("<mover><mrow><mi>a</mi><mi>b</mi></mrow><mo accent=\"true\">¯</mo></mover>")
    #expect(
      bar.contains(
        "<mrow style=\"border-top:0.06em solid;padding-top:0.08em\"><mrow><mi>a</mi><mi>b</mi></mrow></mrow>"))
    for (combining, own) in [("\u{302}", "^"), ("\u{303}", "~")] {
      let text = finished("<mover><mi>H</mi><mo accent=\"true\">\(combining)</mo></mover>")
      #expect(text.contains("<mover><mi>H</mi><mo accent=\"true\" stretchy=\"false\">\(own)</mo></mover>"))
    }
  }

  @Test func `text without formulas is left alone`() {
    #expect(Mathematics.finished("<p>min < max</p>") == "<p>min < max</p>")
  }
}
