import Autograd
import Tensors

/// The known picture nearest to another one.
package struct NearestPicture: Sendable {
  package let index: Int
  /// √Σ of the squared differences of all pixels, in the units they are given in.
  package let distance: Double
}

/// For each picture the nearest of many known ones: |a − b|² = |a|² − 2ab + |b|², the middle term as a matrix product.
///
/// - Parameters:
///   - pictures: [N, …].
///   - count: How many are known.
///   - known: The known pictures at a range of places, [n, …]. They are asked for in parts of 5,000: all 50,000 of
///     CIFAR-10 as numbers would take 600 MB.
package func nearestPictures(
  to pictures: Tensor, among count: Int, _ known: (Range<Int>) throws -> Tensor
) rethrows -> [NearestPicture] {
  try withoutRecording {
    let size = pictures.count / pictures.shape[0]
    let rows = pictures.reshaped([pictures.shape[0], size])
    let own = rows.squared().sum(axes: [1]).values
    var best = own.map { _ in (index: 0, square: Double.infinity) }
    for start in stride(from: 0, to: count, by: 5_000) {
      let part = try known(start..<min(start + 5_000, count)).converted(to: rows.dtype)
      let others = part.reshaped([part.shape[0], size])
      let products = matrixProduct(rows, others.transposed()).values
      let lengths = others.squared().sum(axes: [1]).values
      for row in own.indices {
        for (place, length) in lengths.enumerated() {
          let square = length - 2 * products[row * lengths.count + place]
          if square < best[row].square { best[row] = (start + place, square) }
        }
      }
    }
    return zip(own, best).map { NearestPicture(index: $1.index, distance: max(0, $0 + $1.square).squareRoot()) }
  }
}
