/// The extents of a two-dimensional convolution: x [N, C, H, W] with w [O, C, kH, kW] gives y [N, O, H', W'],
/// H' = ⌊(H + 2·padding − kH)/stride⌋ + 1.
///
/// The same geometry describes the transposed convolution, which runs it backwards: from y's shape to x's.
package struct ConvolutionGeometry: Sendable, Equatable {
  package struct Pair: Sendable, Equatable, ExpressibleByIntegerLiteral {
    package let height: Int
    package let width: Int
    package init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
    package init(integerLiteral value: Int) { self.init(height: value, width: value) }
    package init(_ value: Int) { self.init(height: value, width: value) }
  }

  package let batch: Int
  package let inputChannels: Int
  package let outputChannels: Int
  package let input: Pair
  package let kernel: Pair
  package let stride: Pair
  package let padding: Pair
  package let output: Pair

  /// The geometry of a convolution of `input` [N, C, H, W] with `weight` [O, C, kH, kW].
  package init(input: [Int], weight: [Int], stride: Pair, padding: Pair) {
    precondition(
      input.count == 4 && weight.count == 4 && input[1] == weight[1],
      "a convolution of input \(input) with weight \(weight): channels are axis 1 of both")
    precondition(stride.height >= 1 && stride.width >= 1 && padding.height >= 0 && padding.width >= 0)
    batch = input[0]
    inputChannels = input[1]
    outputChannels = weight[0]
    self.input = Pair(height: input[2], width: input[3])
    kernel = Pair(height: weight[2], width: weight[3])
    self.stride = stride
    self.padding = padding
    let output = Pair(
      height: Self.positions(self.input.height, kernel.height, stride.height, padding.height),
      width: Self.positions(self.input.width, kernel.width, stride.width, padding.width))
    precondition(output.height >= 1 && output.width >= 1, "kernel \(weight) does not fit input \(input)")
    self.output = output
  }

  /// The geometry whose input gradient is the transposed convolution of `input` [N, O, H', W'] with `weight`
  /// [O, C, kH, kW]: H = (H' − 1)·stride − 2·padding + kH.
  package init(transposing input: [Int], weight: [Int], stride: Pair, padding: Pair) {
    precondition(
      input.count == 4 && weight.count == 4 && input[1] == weight[0],
      "a transposed convolution of input \(input) with weight \(weight): input axis 1 is weight axis 0")
    let height = (input[2] - 1) * stride.height - 2 * padding.height + weight[2]
    let width = (input[3] - 1) * stride.width - 2 * padding.width + weight[3]
    precondition(height >= 1 && width >= 1, "weight \(weight) with padding \(padding) leaves nothing of \(input)")
    self.init(input: [input[0], weight[1], height, width], weight: weight, stride: stride, padding: padding)
  }

  /// The same of so many images.
  func with(batch: Int) -> ConvolutionGeometry {
    ConvolutionGeometry(
      input: [batch] + inputShape.dropFirst(), weight: weightShape, stride: stride, padding: padding)
  }

  package var inputShape: [Int] { [batch, inputChannels, input.height, input.width] }
  package var weightShape: [Int] { [outputChannels, inputChannels, kernel.height, kernel.width] }
  package var outputShape: [Int] { [batch, outputChannels, output.height, output.width] }

  package var kernelElements: Int { kernel.height * kernel.width }
  /// C·kH·kW: the products summed into one output.
  package var taps: Int { inputChannels * kernelElements }
  package var outputPixels: Int { output.height * output.width }
  package var inputPixels: Int { input.height * input.width }
  /// Multiplications of one pass, the same for the forward pass and both gradients.
  package var multiplications: Int { batch * outputChannels * outputPixels * taps }

  private static func positions(_ extent: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
    let room = extent + 2 * padding - kernel
    return room < 0 ? 0 : room / stride + 1
  }
}
