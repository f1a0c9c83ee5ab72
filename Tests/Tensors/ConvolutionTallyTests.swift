import Tensors
import Testing

/// What benchmarks learn of an iteration: which convolutions it made.
@Suite struct ConvolutionTallyTests {
  @Test func `a tally holds every pass over every extents once, with how often it was made, and nothing from outside`()
  {
    let items = [
      ConvolutionCase([2, 5, 8, 8], [7, 5, 4, 4], stride: (2, 2), padding: (1, 1)),
      ConvolutionCase([2, 3, 5, 5], [4, 3, 3, 3]),
    ]
    let tensors = items.map { $0.tensors(.float32) }
    let tally = ConvolutionTally()
    func forward(_ index: Int) {
      _ = Primitive.products.convolution(tensors[index].x, tensors[index].weight, items[index].geometry)
    }
    forward(0)
    CountingBackend.$tally.withValue(tally) {
      forward(1)
      forward(0)
      forward(1)
      let (x, weight, cotangent) = tensors[0]
      let products = Primitive.products
      _ = products.convolution(x, weight, items[0].geometry, activation: .relu)
      _ = products.convolutionInputGradient(cotangent, weight, items[0].geometry)
      _ = products.convolutionWeightGradient(cotangent, x, items[0].geometry)
    }
    forward(1)
    #expect(
      tally.calls == [
        .init(pass: .forward, geometry: items[1].geometry, count: 2),
        .init(pass: .forward, geometry: items[0].geometry, count: 2),
        .init(pass: .inputGradient, geometry: items[0].geometry, count: 1),
        .init(pass: .weightGradient, geometry: items[0].geometry, count: 1),
      ])
  }
}
