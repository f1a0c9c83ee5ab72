import Tensors

/// Checks of what a network made of a batch of pictures, before a score believes it.
enum NetworkOutputs {
  /// Columns at most: the covariance of features has their square.
  static let widthLimit = LinearAlgebraError.sideLimit

  /// Throws `ScoreError` unless `rows` is [N, width] (any width from 1 on where that is nil), all finite. `first` is
  /// the number of the first picture among all.
  static func check(_ rows: Tensor, _ what: String, width: Int?, first: Int) throws {
    guard rows.rank == 2, (1...widthLimit).contains(rows.shape[1]), width == nil || width == rows.shape[1] else {
      throw ScoreError.wrongShape(
        what: what, expected: "[pictures, \(width.map(String.init) ?? "1 to \(widthLimit)")]", found: rows.shape)
    }
    if let place = rows.firstNotFinite {
      let (row, column) = place.index.quotientAndRemainder(dividingBy: rows.shape[1])
      throw ScoreError.notFinite(what: what, picture: "picture \(first + row)", column: column, value: place.value)
    }
  }
}
