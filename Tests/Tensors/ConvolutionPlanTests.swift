import Foundation
import Kernels
import TestSupport
import Tensors
import Testing

/// Which algorithm computes a convolution: the plan's own words, at every boundary and for the layers of both
/// documents, which are also the tables of docs/kernels.md.
@Suite struct ConvolutionPlanTests {
  private static func plan(
    _ pass: ConvolutionPass, _ input: [Int], _ weight: [Int], stride: Int = 1, padding: Int = 0
  ) -> String {
    let g = ConvolutionGeometry(input: input, weight: weight, stride: .init(stride), padding: .init(padding))
    return "\(ConvolutionPlan(pass, of: g))"
  }

  /// A 3×3 convolution of so many channels and pixels, which keeps the extents.
  private static func three(_ pass: ConvolutionPass, batch: Int = 4, _ inputs: Int, _ outputs: Int, _ side: Int)
    -> String
  {
    plan(pass, [batch, inputs, side, side], [outputs, inputs, 3, 3], padding: 1)
  }

  @Test func `a kernel as large as its input is a matrix product in every pass`() {
    for pass in ConvolutionPass.allCases {
      #expect(Self.plan(pass, [6, 40, 4, 4], [19, 40, 4, 4]) == "matrix product")
      // Of one pixel too: the first line that holds is taken.
      #expect(Self.plan(pass, [6, 40, 1, 1], [19, 40, 1, 1]) == "matrix product")
    }
    #expect(Self.plan(.forward, [6, 40, 4, 4], [19, 40, 4, 4], padding: 1).hasPrefix("taps"))
  }

  @Test func `a kernel of one element is a matrix product for each image from 64 pixels on, but for the weights`() {
    for pass in [ConvolutionPass.forward, .inputGradient] {
      #expect(Self.plan(pass, [2, 24, 8, 8], [3, 24, 1, 1]) == "matrix product for each image")
      #expect(Self.plan(pass, [2, 24, 7, 9], [3, 24, 1, 1]) == "taps 1×1")
      #expect(Self.plan(pass, [2, 24, 16, 16], [3, 24, 1, 1], padding: 1) == "taps 1×1")
    }
    #expect(Self.plan(.weightGradient, [2, 24, 8, 8], [3, 24, 1, 1]) == "pixels, 2 bands in 2 parts")
  }

  @Test func `forward Winograd asks for 16 channels on both sides and more than two outputs`() {
    #expect(Self.three(.forward, 16, 16, 8) == "Winograd F(2, 3)×F(2, 3)")
    #expect(Self.three(.forward, 15, 16, 8) == "taps 3×3")
    #expect(Self.three(.forward, 16, 15, 8) == "taps 3×3")
    func four(_ side: Int) -> String {
      Self.plan(.forward, [4, 64, side, side], [128, 64, 4, 4], stride: 2, padding: 1)
    }
    #expect(four(4) == "taps 4×4")
    #expect(four(6) == "Winograd F(3, 2)×F(3, 2)")
    #expect(four(8) == "Winograd F(2, 2)×F(2, 2)")
  }

  @Test func `an input gradient is Winograd's from 96 output channels on`() {
    #expect(Self.three(.inputGradient, 16, 96, 8) == "Winograd F(2, 3)×F(2, 3)")
    #expect(Self.three(.inputGradient, 16, 95, 8) == "taps 3×3")
    #expect(Self.three(.inputGradient, 15, 96, 8) == "taps 3×3")
    #expect(
      Self.plan(.inputGradient, [4, 64, 16, 16], [128, 64, 4, 4], stride: 2, padding: 1)
        == "Winograd F(3, 2)×F(3, 2) in 4 classes")
  }

  @Test func `squares that are mostly waste, and kernels without two or three taps a phase, are sums over taps`() {
    // Three outputs take two tiles of two: 64 multiplications for 81, more than seven tenths; beside nine outputs it is
    // 160 for 243.
    #expect(Self.plan(.forward, [4, 32, 5, 5], [32, 32, 3, 3]) == "taps 3×3")
    #expect(Self.plan(.forward, [4, 32, 5, 11], [32, 32, 3, 3]) == "Winograd F(2, 3)×F(2, 3)")
    for (kernel, stride) in [(5, 1), (1, 2), (7, 2), (3, 2)] {
      #expect(
        Self.plan(.forward, [4, 32, 32, 32], [32, 32, kernel, kernel], stride: stride, padding: 0).hasPrefix("taps"))
    }
    // Two taps along one axis and three along the other.
    #expect(Self.plan(.forward, [4, 32, 32, 32], [32, 32, 2, 3]) == "taps 2×3")
  }

  @Test func `a weight gradient is Winograd's from 2048 output pixels on, where tiles end with the last output`() {
    #expect(Self.three(.weightGradient, batch: 128, 16, 16, 4).hasPrefix("Winograd F(2, 3)×F(2, 3)"))
    #expect(Self.three(.weightGradient, batch: 127, 16, 16, 4).hasPrefix("pixels"))
    #expect(Self.three(.weightGradient, batch: 128, 15, 16, 4).hasSuffix("rows are taps"))
    #expect(Self.three(.weightGradient, batch: 128, 16, 15, 4).hasPrefix("pixels"))
    #expect(Self.three(.weightGradient, batch: 128, 16, 16, 5).hasPrefix("pixels"))
    #expect(Self.three(.weightGradient, batch: 128, 16, 15, 4).contains("rows are taps") == false)
  }

  /// Bits depend on the plan, so it may not depend on who computes.
  @Test func `the plan is the same on any number of threads`() {
    for item in ConvolutionCase.chosen + ConvolutionCase.winograd {
      for pass in ConvolutionPass.allCases {
        let words = Set(
          [1, 7].map { threads in
            ThreadPool.withThreads(threads) { _ in "\(ConvolutionPlan(pass, of: item.geometry))" }
          })
        #expect(words.count == 1)
      }
    }
  }

  // MARK: - docs/kernels.md

  private static let page = Result {
    try String(contentsOf: Repository.root.appending(path: "docs/kernels.md"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private struct Layer {
    let name: String
    let geometry: ConvolutionGeometry
    let isTransposed: Bool

    init(_ name: String, _ input: [Int], _ weight: [Int], stride: Int, padding: Int, isTransposed: Bool = false) {
      self.name = name
      self.isTransposed = isTransposed
      geometry =
        isTransposed
        ? ConvolutionGeometry(transposing: input, weight: weight, stride: .init(stride), padding: .init(padding))
        : ConvolutionGeometry(input: input, weight: weight, stride: .init(stride), padding: .init(padding))
    }

    var row: String {
      let passes: [ConvolutionPass] = [
        isTransposed ? .inputGradient : .forward, isTransposed ? .forward : .inputGradient, .weightGradient,
      ]
      return "| \(name) | " + passes.map { "\(ConvolutionPlan($0, of: geometry))" }.joined(separator: " | ") + " |"
    }
  }

  private static let layers = [
    Layer("D 1 (3 → 64) on 64 px pictures", [64, 3, 64, 64], [64, 3, 4, 4], stride: 2, padding: 1),
    Layer("D 2 (64 → 128) on 64 px pictures", [64, 64, 32, 32], [128, 64, 4, 4], stride: 2, padding: 1),
    Layer("D 3 (128 → 256) on 64 px pictures", [64, 128, 16, 16], [256, 128, 4, 4], stride: 2, padding: 1),
    Layer("D 3 on 32 px pictures", [64, 128, 8, 8], [256, 128, 4, 4], stride: 2, padding: 1),
    Layer("D 4 (256 → 1) on 64 px pictures", [64, 256, 8, 8], [1, 256, 4, 4], stride: 1, padding: 0),
    Layer("D 4 on 32 px pictures", [64, 256, 4, 4], [1, 256, 4, 4], stride: 1, padding: 0),
    Layer(
      "G 2, transposed (256 → 128) to 4×4", [64, 256, 2, 2], [256, 128, 4, 4], stride: 2, padding: 1, isTransposed: true
    ),
    Layer(
      "G 4, transposed (64 → 32) to 16×16", [64, 64, 8, 8], [64, 32, 4, 4], stride: 2, padding: 1, isTransposed: true),
    Layer("ProGAN 3×3, 64 channels, 64 px", [8, 64, 64, 64], [64, 64, 3, 3], stride: 1, padding: 1),
    Layer("ProGAN 1×1 to RGB, 64 px", [8, 64, 64, 64], [3, 64, 1, 1], stride: 1, padding: 0),
    Layer("ProGAN 1×1 to RGB, 4 px", [128, 128, 4, 4], [3, 128, 1, 1], stride: 1, padding: 0),
    Layer("ProGAN 1×1 from RGB, 64 px", [8, 3, 64, 64], [64, 3, 1, 1], stride: 1, padding: 0),
  ]

  @Test(arguments: layers.indices)
  func `the page's row of a layer is what the plan says`(_ index: Int) throws {
    let row = Self.layers[index].row
    #expect(try Self.page.get().contains(row), "docs/kernels.md lacks the line\n\(row)")
  }

  @Test func `the page's table that decides has the plan's numbers`() throws {
    let winograd = "C ≥ \(Blocking.Winograd.channels), O ≥ \(Blocking.Winograd.channels)"
    let rows = [
      "| 1×1: `isPointwise` (kernel 1, stride 1, no padding, ≥ \(Blocking.pointwisePixels) pixels an image) "
        + "| `.pointwiseProducts`: w·x for each image | `.pointwiseProducts`: wᵀ·y̅ | *no such line* |",
      "| Winograd | `.winograd`: outputs > \(Blocking.Winograd.moreOutputsThan) on both axes; \(winograd); **A** | "
        + "`.winograd`: O ≥ \(Blocking.Winograd.inputGradientChannels), C ≥ \(Blocking.Winograd.channels); **A** | "
        + "`.winogradWeights`: \(winograd); batch × output pixels ≥ \(Blocking.WinogradWeightGradient.pixels); **B** |",
      """
      | otherwise | `.taps` | `.taps` | `.pixels`; rows are taps where C < \
      \(Blocking.WeightGradient.rowsAreTapsBelow) |
      """,
    ]
    for row in rows { #expect(try Self.page.get().contains(row), "docs/kernels.md lacks the line\n\(row)") }
    let cost = "less than \(Blocking.Winograd.cost) of"
    #expect(try Self.page.get().contains { $0.contains(cost) }, "docs/kernels.md does not say \"\(cost)\"")
  }
}
