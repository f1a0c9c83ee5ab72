import Tensors

extension Tensor {
  /// Many images as one, in rows of `columns`: `torchvision.utils.make_grid`.
  ///
  /// `self` is [N, C, H, W], [C, H, W] or [H, W]. The result is
  /// [C, rows·(H + padding) + padding, columns·(W + padding) + padding] with `padValue` between the
  /// images; a single image comes back without a border. One channel becomes three. With fewer images than `columns`
  /// the row is only as long as the images.
  ///
  /// `normalized` maps the smallest and largest value **of all images together** to 0 and 1: (x − low)/max(high − low,
  /// 1e-5), in the tensor's own precision, the divisor in double. One NaN makes everything NaN.
  package func grid(
    columns: Int = 8, padding: Int = 2, normalized: Bool = false, padValue: Double = 0
  ) -> Tensor {
    precondition(columns > 0 && padding >= 0, "no grid has \(columns) columns and a padding of \(padding)")
    precondition((2...4).contains(rank) && count > 0, "a grid needs [N, C, H, W], [C, H, W] or [H, W], found \(shape)")
    switch dtype {
    case .float32: return grid(of: Float.self, columns, padding, normalized, padValue)
    case .float64: return grid(of: Double.self, columns, padding, normalized, padValue)
    }
  }

  private func grid<Scalar: TensorScalar>(
    of _: Scalar.Type, _ columns: Int, _ padding: Int, _ isNormalized: Bool, _ padValue: Double
  ) -> Tensor {
    let extents = Array(repeating: 1, count: 4 - rank) + shape
    let (images, storedChannels, height, width) = (extents[0], extents[1], extents[2], extents[3])
    let channels = storedChannels == 1 ? 3 : storedChannels
    let across = min(columns, images)
    let down = (images + across - 1) / across
    // A single image is returned as it is.
    let border = images == 1 ? 0 : padding
    let gridHeight = down * (height + border) + border
    let gridWidth = across * (width + border) + border

    return withElements(of: Scalar.self) { elements in
      let (low, divisor) = isNormalized ? Self.range(of: elements) : (0, 1)
      return Tensor(shape: [channels, gridHeight, gridWidth], of: Scalar.self) { out in
        out.initialize(repeating: Scalar(padValue))
        for image in 0..<images {
          let top = image / across * (height + border) + border
          let left = image % across * (width + border) + border
          for channel in 0..<channels {
            let plane = (image * storedChannels + min(channel, storedChannels - 1)) * height * width
            for row in 0..<height {
              let target = (channel * gridHeight + top + row) * gridWidth + left
              for column in 0..<width {
                let value = elements[plane + row * width + column]
                out[target + column] = isNormalized ? (value - low) / divisor : value
              }
            }
          }
        }
      }
    }
  }

  /// The smallest value and what the distances from it are divided by.
  private static func range<Scalar: TensorScalar>(
    of elements: UnsafeBufferPointer<Scalar>
  ) -> (low: Scalar, divisor: Scalar) {
    var (low, high) = (elements[0], elements[0])
    for element in elements {
      if element.isNaN { return (.nan, .nan) }
      if element < low { low = element }
      if element > high { high = element }
    }
    return (low, Scalar(max(Double(high) - Double(low), 1e-5)))
  }
}
