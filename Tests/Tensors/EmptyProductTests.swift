import Tensors
import Testing

/// Convolutions of no images, from no channels and to none: sums over nothing are zero, in every algorithm's extents.
@Suite struct EmptyProductTests {
  static let cases: [ConvolutionCase] = [
    // Taps, Winograd with three taps and with two, pointwise, fully connected.
    ([5, 3, 8, 8], [4, 3, 5, 5], 1, 2), ([2, 16, 16, 16], [16, 16, 3, 3], 1, 1),
    ([2, 96, 16, 16], [96, 96, 4, 4], 2, 1),
    ([2, 5, 4, 4], [7, 5, 1, 1], 1, 0), ([2, 5, 4, 4], [7, 5, 4, 4], 1, 0),
  ].flatMap { input, weight, stride, padding in
    [(0, input[1], weight[0]), (input[0], 0, weight[0]), (input[0], input[1], 0)].map { batch, inputs, outputs in
      ConvolutionCase(
        [batch, inputs] + input[2...], [outputs, inputs] + weight[2...], stride: (stride, stride),
        padding: (padding, padding))
    }
  }

  @Test(arguments: Implementation.all, cases)
  func `nothing in is zero out, forward and in both gradients`(_ own: Implementation, _ test: ConvolutionCase) {
    for dtype in DType.allCases {
      let (x, weight, cotangent) = test.tensors(dtype)
      let g = test.geometry
      for (found, shape) in [
        (own.products.convolution(x, weight, g), g.outputShape),
        (own.products.convolution(x, weight, g, activation: .leakyReLU(slope: 0.2)), g.outputShape),
        (own.products.convolutionInputGradient(cotangent, weight, g), g.inputShape),
        (own.products.convolutionWeightGradient(cotangent, x, g), g.weightShape),
      ] {
        #expect(found.shape == shape && found.dtype == dtype && found.values.allSatisfy { $0 == 0 })
      }
    }
  }
}
