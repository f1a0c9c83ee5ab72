import Tensors

/// Bilinear resizing of float planes without a filter: `F.interpolate(x, size, mode="bilinear", align_corners=False)`.
///
/// Output i looks at s = (i + ½)·in/out − ½, cut at 0, and mixes the two neighbors of s. Where it shrinks it skips
/// pixels instead of averaging them, so it is another picture than `Resizer` makes: one of the reasons why FIDs of one
/// set differ.
///
/// In float32, as PyTorch's; one multiplication and addition is fused there and here.
struct BilinearInterpolation {
  /// The neighbors of an output and the weight of the second.
  private struct Tap {
    let first: Int
    let second: Int
    let weight: Float
  }

  private let columns: [Tap]
  private let rows: [Tap]
  private let width: Int

  init(width: Int, height: Int, newWidth: Int, newHeight: Int) {
    precondition(
      min(width, height, newWidth, newHeight) > 0, "cannot interpolate \(width)x\(height) to \(newWidth)x\(newHeight)")
    self.width = width
    columns = Self.taps(from: width, to: newWidth)
    rows = Self.taps(from: height, to: newHeight)
  }

  private static func taps(from inputs: Int, to outputs: Int) -> [Tap] {
    let scale = Float(inputs) / Float(outputs)
    return (0..<outputs).map { output in
      let place = max(0, Float(-0.5).addingProduct(scale, Float(output) + 0.5))
      let first = min(Int(place), inputs - 1)
      return Tap(first: first, second: min(first + 1, inputs - 1), weight: min(max(place - Float(first), 0), 1))
    }
  }

  /// One plane, [height, width] to [newHeight, newWidth].
  func resize(_ plane: UnsafeBufferPointer<Float>, into out: UnsafeMutableBufferPointer<Float>) {
    func row(_ number: Int, _ tap: Tap) -> Float {
      let (a, b) = (plane[number * width + tap.first], plane[number * width + tap.second])
      return (a * (1 - tap.weight)).addingProduct(b, tap.weight)
    }
    for (y, vertical) in rows.enumerated() {
      for (x, horizontal) in columns.enumerated() {
        let (a, b) = (row(vertical.first, horizontal), row(vertical.second, horizontal))
        out[y * columns.count + x] = (a * (1 - vertical.weight)).addingProduct(b, vertical.weight)
      }
    }
  }
}
