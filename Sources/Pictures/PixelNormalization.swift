import Tensors

/// From 8-bit pixels to what a network is trained on: `ToTensor` (pixel/255), then `Normalize` ((x − mean)/std).
///
/// Both in float32, widened where float64 is asked for: the data of a float64 run are the float32 run's. There are only
/// 256 pixel values, so a table holds all results.
package struct PixelNormalization: Sendable {
  package let channels: Int
  /// [channel · 256 + pixel].
  package let table: [Float]

  /// One mean and one std for each channel, on the scale of 0 through 1.
  package init(mean: [Double], std: [Double]) {
    precondition(mean.count == std.count && std.allSatisfy { $0 != 0 }, "mean \(mean) does not go with std \(std)")
    channels = mean.count
    table = zip(mean, std).flatMap { mean, std in
      (0..<256).map { (Float($0) / 255 - Float(mean)) / Float(std) }
    }
  }

  /// Writes a picture's channels, one plane after the other.
  func fill<Scalar: TensorScalar>(_ out: Slice<UnsafeMutableBufferPointer<Scalar>>, from picture: Picture) {
    precondition(
      picture.channels <= channels, "a normalization of \(channels) channels was given a picture of \(picture.channels)"
    )
    let area = picture.width * picture.height
    let planes = UnsafeMutableBufferPointer(rebasing: out)
    for channel in 0..<picture.channels {
      for index in 0..<area {
        let pixel = Int(picture.pixels[index * picture.channels + channel])
        planes[channel * area + index] = Scalar(table[channel * 256 + pixel])
      }
    }
  }

  /// To [−1, 1]: mean and std ½ on every one of three channels, as both documents do.
  package static let symmetric = PixelNormalization(mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
  /// To [0, 1]: `ToTensor` alone.
  package static let unit = PixelNormalization(mean: [0, 0, 0], std: [1, 1, 1])
}

extension Tensor {
  /// A picture as [C, H, W].
  package convenience init(
    _ picture: Picture, normalization: PixelNormalization = .unit, dtype: DType = .float32
  ) {
    let shape = [picture.channels, picture.height, picture.width]
    switch dtype {
    case .float32: self.init(shape: shape, of: Float.self) { normalization.fill($0[...], from: picture) }
    case .float64: self.init(shape: shape, of: Double.self) { normalization.fill($0[...], from: picture) }
    }
  }

  /// Pictures of one size as [N, C, H, W].
  package static func batch(
    _ pictures: [Picture], normalization: PixelNormalization = .symmetric, dtype: DType = .float32
  ) -> Tensor {
    guard let first = pictures.first else { preconditionFailure("a batch needs at least one picture") }
    precondition(
      pictures.allSatisfy {
        $0.width == first.width && $0.height == first.height && $0.channels == first.channels
      }, "the pictures of a batch must have one size")
    func fill<Scalar: TensorScalar>(_ out: UnsafeMutableBufferPointer<Scalar>) {
      for (index, picture) in pictures.enumerated() {
        let start = index * picture.pixels.count
        normalization.fill(out[start..<(start + picture.pixels.count)], from: picture)
      }
    }
    let shape = [pictures.count, first.channels, first.height, first.width]
    switch dtype {
    case .float32: return Tensor(shape: shape, of: Float.self) { fill($0) }
    case .float64: return Tensor(shape: shape, of: Double.self) { fill($0) }
    }
  }
}

extension Picture {
  /// A [C, H, W] tensor of values in [0, 1] as 8-bit pixels, as `torchvision.utils.save_image` makes them.
  ///
  /// ⌊clamp(x·255 + ½, 0, 255)⌋ in the tensor's own precision; what is no number becomes 0.
  package init(_ tensor: Tensor) {
    precondition(
      tensor.rank == 3 && (tensor.shape[0] == 1 || tensor.shape[0] == 3) && tensor.count > 0,
      "a picture needs shape [1 or 3, height, width], found \(tensor.shape)")
    let (channels, area) = (tensor.shape[0], tensor.shape[1] * tensor.shape[2])
    var pixels = [UInt8](repeating: 0, count: tensor.count)
    func fill<Scalar: TensorScalar>(_ values: UnsafeBufferPointer<Scalar>) {
      for channel in 0..<channels {
        for index in 0..<area {
          let scaled = values[channel * area + index] * 255 + 0.5
          pixels[index * channels + channel] = scaled > 0 ? UInt8(min(scaled, 255)) : 0
        }
      }
    }
    switch tensor.dtype {
    case .float32: tensor.withElements(of: Float.self) { fill($0) }
    case .float64: tensor.withElements(of: Double.self) { fill($0) }
    }
    self.init(width: tensor.shape[2], height: tensor.shape[1], channels: channels, pixels: pixels)
  }
}
