import GoldenTensors
import Numbers
import Testing

@Test func `the descent takes the steps it took`() {
  expectGolden(descent(steps: 20, rate: 0.15), named: "values", atol: 1e-12, rtol: 1e-9)
}
