import Tensors

/// A layer in a line, as PyTorch prints it but for the arguments that have their default.
package func describe(_ layer: any Layer) -> String {
  (layer as? any DescribedLayer)?.text ?? "\(type(of: layer))"
}

/// A layer that says what it is made of.
protocol DescribedLayer: Layer {
  var text: String { get }
}

extension Conv2d: DescribedLayer {
  var text: String { convolutionText("Conv2d", inputs: 1, outputs: 0, weight, stride, padding, bias) }
}

extension ConvTranspose2d: DescribedLayer {
  var text: String {
    convolutionText("ConvTranspose2d", inputs: 0, outputs: 1, weight, stride, padding, bias)
  }
}

extension BatchNorm2d: DescribedLayer {
  var text: String { "BatchNorm2d(\(weight.value.count))" }
}

extension LeakyReLU: DescribedLayer {
  var text: String { "LeakyReLU(\(slope))" }
}

extension Linear: DescribedLayer {
  var text: String {
    "Linear(\(weight.value.shape[1]) → \(weight.value.shape[0])\(bias == nil ? ", no bias" : ""))"
  }
}

private func convolutionText(
  _ name: String, inputs: Int, outputs: Int, _ weight: Parameter, _ stride: ConvolutionGeometry.Pair,
  _ padding: ConvolutionGeometry.Pair, _ bias: Parameter?
) -> String {
  let shape = weight.value.shape
  let kernel = ConvolutionGeometry.Pair(height: shape[2], width: shape[3])
  return "\(name)(\(shape[inputs]) → \(shape[outputs]), kernel \(text(kernel)), stride \(text(stride)), "
    + "padding \(text(padding))\(bias == nil ? ", no bias" : ""))"
}

/// "3" where both axes agree, "1×7" where they do not.
private func text(_ pair: ConvolutionGeometry.Pair) -> String {
  pair.height == pair.width ? "\(pair.height)" : "\(pair.height)×\(pair.width)"
}
