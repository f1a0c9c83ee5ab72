import Pictures
import Tensors

/// What is made of a picture before a scoring network sees it: one size for all, then (x/255 − mean)/std in each
/// channel.
///
/// Part of a score as much as the network is, so it says what it does in words that are printed beside the score.
package struct PicturePreprocessing: Sendable {
  package enum Resizing: Sendable, Equatable {
    /// The shorter side made this long by Pillow's bilinear filter on 8-bit pixels, then the middle square of `crop`.
    case shorterSide(Int, crop: Int)
    /// Exactly this square by Pillow's bilinear filter on 8-bit pixels, whatever that does to the proportions.
    case square(Int)
    /// Exactly this square by bilinear interpolation of x/255 in float32, without a filter.
    case interpolatedSquare(Int)
  }

  package let name: String
  package let resizing: Resizing
  package let mean: [Double]
  package let std: [Double]

  package init(name: String, resizing: Resizing, mean: [Double], std: [Double]) {
    precondition(mean.count == 3 && std.count == 3, "a color picture has three channels, not \(mean.count)")
    (self.name, self.resizing, self.mean, self.std) = (name, resizing, mean, std)
  }

  /// Width and height of what comes out.
  package var side: Int {
    switch resizing {
    case .shorterSide(_, let crop): crop
    case .square(let side), .interpolatedSquare(let side): side
    }
  }

  /// In words, for the protocol of a score.
  package var summary: String {
    let size =
      switch resizing {
      case .shorterSide(let side, let crop):
        "shorter side to \(side) (bilinear with Pillow's filter, 8 bits), middle \(crop)x\(crop)"
      case .square(let side): "to \(side)x\(side) (bilinear with Pillow's filter, 8 bits)"
      case .interpolatedSquare(let side): "to \(side)x\(side) (bilinear without a filter, float32)"
      }
    func list(_ values: [Double]) -> String {
      Set(values).count == 1 ? "\(values[0])" : "(\(values.map { "\($0)" }.joined(separator: ", ")))"
    }
    return "\(name): \(size), mean \(list(mean)), std \(list(std))"
  }

  /// How many times the other side the longer one may be, where the shorter is resized and the longer follows.
  package static let proportionLimit = 100

  /// Throws `ScoreError` where a picture of this size would fill the memory on the way to its middle.
  package func check(width: Int, height: Int, path: String) throws {
    guard case .shorterSide = resizing else { return }
    guard max(width, height) <= Self.proportionLimit * min(width, height) else {
      throw ScoreError.tooLong(path: path, width: width, height: height, limit: Self.proportionLimit)
    }
  }

  /// A color picture as the network takes it, [3, side, side] in float32.
  package func callAsFunction(_ picture: Picture) -> Tensor {
    precondition(picture.channels == 3, "a picture of \(picture.channels) channel was given for one in color")
    let normalization = PixelNormalization(mean: mean, std: std)
    switch resizing {
    case .shorterSide(let side, let crop):
      let middle = picture.resized(shorterSide: side).centerCropped(width: crop, height: crop)
      return Tensor(middle, normalization: normalization)
    case .square(let side):
      return Tensor(picture.resized(width: side, height: side), normalization: normalization)
    case .interpolatedSquare(let side):
      return interpolated(picture, side: side)
    }
  }

  private func interpolated(_ picture: Picture, side: Int) -> Tensor {
    let unit = Tensor(picture, normalization: .unit)
    let area = picture.width * picture.height
    let interpolation = BilinearInterpolation(
      width: picture.width, height: picture.height, newWidth: side, newHeight: side)
    return Tensor(shape: [3, side, side], of: Float.self) { out in
      unit.withElements(of: Float.self) { values in
        for channel in 0..<3 {
          let plane = UnsafeMutableBufferPointer(rebasing: out[(channel * side * side)..<((channel + 1) * side * side)])
          interpolation.resize(
            UnsafeBufferPointer(rebasing: values[(channel * area)..<((channel + 1) * area)]), into: plane)
          let (mean, std) = (Float(self.mean[channel]), Float(self.std[channel]))
          for index in plane.indices { plane[index] = (plane[index] - mean) / std }
        }
      }
    }
  }
}
