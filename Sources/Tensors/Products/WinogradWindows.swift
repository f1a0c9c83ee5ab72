/// Where the windows of squares of 2 × 2 outputs lie in images with channels innermost: [image][row][column][channel].
struct WinogradWindows {
  /// Rows of an image, columns of a row and channels of a pixel.
  let rows: Int
  let columns: Int
  let channels: Int
  /// Distance between the elements of a window; neighbouring squares are two of them apart.
  let step: ConvolutionGeometry.Pair

  /// Where every window begins, in the order image, row, column of squares.
  func places(images: Int, squareRows: Int, squareColumns: Int) -> [Int32] {
    var places: [Int32] = []
    places.reserveCapacity(images * squareRows * squareColumns)
    for image in 0..<images {
      for row in 0..<squareRows {
        let first = (image * rows + row * 2 * step.height) * columns
        for column in 0..<squareColumns { places.append(Int32((first + column * 2 * step.width) * channels)) }
      }
    }
    return places
  }

  /// The elements of a window of `side` × `side`, relative to its first.
  func elements(side: Int) -> [Int32] {
    (0..<side * side).map { Int32(($0 / side * step.height * columns + $0 % side * step.width) * channels) }
  }
}
