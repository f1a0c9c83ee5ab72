import Scores
import TensorFiles
import Testing

@Suite struct ScoreReportTests {
  private let report = ScoreReport(
    name: "Inception Score", score: 1.57304, deviation: 0.52276, network: "Inception v3 (torchvision)", weights: "1a9a",
    precision: "float32", preprocessing: PicturePreprocessing.torchvisionInception.summary,
    sets: [.init(path: "generated_images", count: 40_150, passedOver: 1)],
    estimator: .inceptionScore(splits: 10, epsilon: 1e-10, softmax: "float32"))

  @Test func `its line is the document's`() {
    #expect(report.line == "Inception Score: 1.5730 ± 0.5228")
  }

  @Test func `the protocol stands beside the number`() {
    #expect(
      report.text == """
        Inception Score: 1.5730 ± 0.5228
          pictures  40150 in generated_images, by name; 1 other files
          network   Inception v3 (torchvision) in float32
          weights   sha256 1a9a
          prepared  torchvision: shorter side to 342 (bilinear with Pillow's filter, 8 bits), middle 299x299, \
        mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225)
          estimator 10 splits (numpy.array_split), softmax in float32, epsilon 1e-10, population deviation
        """)
  }

  @Test func `its JSON holds every digit`() throws {
    guard case .object(let object) = report.json, case .object(let estimator)? = object["estimator"] else {
      Issue.record("no object")
      return
    }
    #expect(object["score"] == .number("1.57304") && object["deviation"] == .number("0.52276"))
    #expect(object["weights"] == .string("1a9a") && object["order"] == .string("by name"))
    #expect(estimator["splits"] == .int(10) && estimator["epsilon"] == .number("1e-10"))
    #expect(
      object["sets"]
        == .array([
          .object(["path": .string("generated_images"), "count": .int(40_150), "passedOver": .int(1)])
        ]))
  }

  @Test func `kernel distances have more decimals and their seed`() {
    let kernel = ScoreReport(
      name: "Kernel classifier distance", score: -0.0000124, deviation: 0.001, network: "n", weights: "w",
      precision: "float32", preprocessing: "p", sets: [.init(path: "a", count: 5), .init(path: "b", count: 6)],
      estimator: .kernelDistance(features: 128, subsets: 100, subsetSize: 5, seed: 3))
    #expect(kernel.line == "Kernel classifier distance: -0.000012 ± 0.001000")
    #expect(kernel.text.contains("5 in a, by name\n  pictures  6 in b, by name\n"))
    #expect(kernel.text.hasSuffix("128 features, kernel (x.y/d + 1)^3, unbiased, 100 subsets of 5 from seed 3"))
  }
}
