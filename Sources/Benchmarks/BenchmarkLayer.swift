import Tensors

/// A convolution layer as it occurs in one of the two documents.
package struct BenchmarkLayer: Sendable {
  package let name: String
  package let geometry: ConvolutionGeometry
  /// A transposed convolution's forward pass is its geometry's input gradient, and the other way round.
  package let isTransposed: Bool

  static func convolution(_ name: String, _ input: [Int], _ outputs: Int, kernel: Int, stride: Int, padding: Int)
    -> Self
  {
    BenchmarkLayer(
      name: name,
      geometry: ConvolutionGeometry(
        input: input, weight: [outputs, input[1], kernel, kernel], stride: .init(stride), padding: .init(padding)),
      isTransposed: false)
  }

  static func transposed(_ name: String, _ input: [Int], _ outputs: Int) -> Self {
    BenchmarkLayer(
      name: name,
      geometry: ConvolutionGeometry(transposing: input, weight: [input[1], outputs, 4, 4], stride: 2, padding: 1),
      isTransposed: true)
  }

  /// The DCGAN document: batch 64; the critic sees 32×32 (the generator's pictures) and 64×64 (the resized data).
  package static let dcgan: [BenchmarkLayer] = {
    var layers = [
      transposed("dcgan/generator-1", [64, 64, 1, 1], 256), transposed("dcgan/generator-2", [64, 256, 2, 2], 128),
      transposed("dcgan/generator-3", [64, 128, 4, 4], 64), transposed("dcgan/generator-4", [64, 64, 8, 8], 32),
      transposed("dcgan/generator-5", [64, 32, 16, 16], 3),
    ]
    for size in [32, 64] {
      let name = "dcgan/discriminator\(size)"
      layers += [
        convolution("\(name)-1", [64, 3, size, size], 64, kernel: 4, stride: 2, padding: 1),
        convolution("\(name)-2", [64, 64, size / 2, size / 2], 128, kernel: 4, stride: 2, padding: 1),
        convolution("\(name)-3", [64, 128, size / 4, size / 4], 256, kernel: 4, stride: 2, padding: 1),
        convolution("\(name)-4", [64, 256, size / 8, size / 8], 1, kernel: 4, stride: 1, padding: 0),
      ]
    }
    return layers
  }()

  /// The ProGAN document: resolution, batch and channels of every stage.
  package static let progan: [BenchmarkLayer] = {
    let stages: [(size: Int, batch: Int, channels: Int, fewer: Int)] = [
      (4, 128, 128, 128), (8, 128, 128, 128), (16, 64, 128, 128), (32, 16, 128, 128), (64, 8, 128, 64),
      (128, 4, 64, 32),
    ]
    var layers: [BenchmarkLayer] = []
    for (size, batch, channels, fewer) in stages {
      layers.append(
        convolution(
          "progan/3x3-\(channels)-\(fewer)-\(size)px", [batch, channels, size, size], fewer, kernel: 3, stride: 1,
          padding: 1))
      if fewer < channels {
        layers.append(
          convolution(
            "progan/3x3-\(fewer)-\(fewer)-\(size)px", [batch, fewer, size, size], fewer, kernel: 3, stride: 1,
            padding: 1))
      }
      layers += [
        convolution("progan/to-rgb-\(size)px", [batch, fewer, size, size], 3, kernel: 1, stride: 1, padding: 0),
        convolution("progan/from-rgb-\(size)px", [batch, 3, size, size], fewer, kernel: 1, stride: 1, padding: 0),
      ]
    }
    layers += [
      convolution("progan/4x4-valid", [128, 129, 4, 4], 128, kernel: 4, stride: 1, padding: 0),
      convolution("progan/3x3-129-128-4px", [128, 129, 4, 4], 128, kernel: 3, stride: 1, padding: 1),
    ]
    return layers
  }()
}
