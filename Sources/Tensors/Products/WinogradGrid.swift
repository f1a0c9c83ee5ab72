/// Images with channels innermost, [image][row][column][channel], in which the squares' elements lie `step` apart.
struct WinogradGrid {
  /// Rows of an image, columns of a row and channels of a pixel.
  let rows: Int
  let columns: Int
  let channels: Int
  let step: ConvolutionGeometry.Pair

  /// Where a square begins.
  func place(_ square: WinogradSquares.Square) -> Int {
    ((square.image * rows + square.row * step.height) * columns + square.column * step.width) * channels
  }

  /// From element to element of a square, down and to the right.
  var elementPitch: ConvolutionGeometry.Pair {
    .init(height: step.height * columns * channels, width: step.width * channels)
  }

  /// The elements of a square, row by row, relative to its first.
  func elements(rows: Int, columns: Int) -> [Int32] {
    let pitch = elementPitch
    return (0..<rows * columns).map { Int32($0 / columns * pitch.height + $0 % columns * pitch.width) }
  }
}
