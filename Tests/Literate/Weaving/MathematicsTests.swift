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
    #expect(finished("<mo>log</mo><mrow><mo>(</mo></mrow>").contains("<mi>log</mi><mrow>"))
  }

  @Test func `text without formulas is left alone`() {
    #expect(Mathematics.finished("<p>min < max</p>") == "<p>min < max</p>")
  }
}
