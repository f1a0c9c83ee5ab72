import KernelContract

/// The squares of outputs of a band, in the order in which they lie at every point of Winograd's minimal filtering.
///
/// A square has a tile of the rows and one of the columns. Tiles of two outputs have no fourth point, so the squares stand in such an order
/// that those that any point (i, j) has are neighbors: first the tall narrow ones, then the tall wide, the low wide and the low narrow ones.
package struct WinogradSquares {
  /// A square's image and first output, counted from the band's first.
  package struct Square {
    package let image: Int
    package let row: Int
    package let column: Int
  }

  /// Squares of one size.
  package struct Group {
    package let rows: MinimalFiltering
    package let columns: MinimalFiltering
    /// The first one's place among all.
    package let first: Int
    package let squares: [Square]
  }

  package let groups: [Group]
  private let points: ConvolutionGeometry.Pair

  package init(images: Int, rows: WinogradTiling, _ range: Range<Int>, columns: WinogradTiling) {
    points = .init(height: rows.points, width: columns.points)
    let origin = rows.outputs(of: range).lowerBound
    let tall = rows.tiles[range].filter { $0.algorithm == .f32 }
    let low = rows.tiles[range].filter { $0.algorithm != .f32 }
    let wide = columns.tiles.filter { $0.algorithm == .f32 }
    let narrow = columns.tiles.filter { $0.algorithm != .f32 }
    var groups: [Group] = []
    var first = 0
    for (rows, columns) in [(tall, narrow), (tall, wide), (low, wide), (low, narrow)] {
      guard let row = rows.first, let column = columns.first else { continue }
      let squares = (0..<images).flatMap { image in
        rows.flatMap { row in
          columns.map { Square(image: image, row: row.firstOutput - origin, column: $0.firstOutput) }
        }
      }
      groups.append(Group(rows: row.algorithm, columns: column.algorithm, first: first, squares: squares))
      first += squares.count
    }
    self.groups = groups
  }

  package var count: Int { groups.reduce(0) { $0 + $1.squares.count } }

  /// The squares that have a point, points counted row by row.
  package func range(at point: Int) -> Range<Int> {
    let (row, column) = point.quotientAndRemainder(dividingBy: points.width)
    let those = groups.filter { $0.rows.points > row && $0.columns.points > column }
    guard let first = those.first, let last = those.last else { return 0..<0 }
    return first.first..<last.first + last.squares.count
  }
}
