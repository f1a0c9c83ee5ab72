import Pictures
import Tensors

/// Pictures that a network can be trained on, by number.
package protocol ImageDataset: Sendable {
  var count: Int { get }
  /// Picture `index`, in color, at its own size. Throws where its file cannot be read or decoded, naming it.
  func colorPicture(_ index: Int) throws -> Picture
}

extension CIFAR10: ImageDataset {
  package func colorPicture(_ index: Int) -> Picture { picture(index) }
}

extension ImageDataset {
  /// Picture `index` at exactly `size`×`size` pixels, whatever that does to its proportions: Pillow's bits.
  package func colorPicture(_ index: Int, size: Int) throws -> Picture {
    let picture = try colorPicture(index)
    return picture.width == size && picture.height == size ? picture : picture.resized(width: size, height: size)
  }
}

extension Tensor {
  /// Pictures of one size as [N, C, H, W].
  package static func batch(
    _ pictures: [Picture], normalization: PixelNormalization = .symmetric, dtype: DType = .float32
  ) -> Tensor {
    guard let first = pictures.first else { preconditionFailure("a batch needs at least one picture") }
    let (channels, area) = (first.channels, first.width * first.height)
    precondition(
      pictures.allSatisfy { $0.width == first.width && $0.height == first.height && $0.channels == channels },
      "the pictures of a batch must have one size")
    func fill<Scalar: TensorScalar>(_ out: UnsafeMutableBufferPointer<Scalar>) {
      var target = 0
      for picture in pictures {
        for channel in 0..<channels {
          for pixel in 0..<area {
            let value = Int(picture.pixels[pixel * channels + channel])
            out[target] = Scalar(normalization.table[channel * 256 + value])
            target += 1
          }
        }
      }
    }
    let shape = [pictures.count, channels, first.height, first.width]
    switch dtype {
    case .float32: return Tensor(shape: shape, of: Float.self) { fill($0) }
    case .float64: return Tensor(shape: shape, of: Double.self) { fill($0) }
    }
  }
}
