import KernelContract

/// The squares of outputs of a band, in the order in which they lie at every point of Winograd's minimal filtering.
///
/// A square has a tile of the rows and one of the columns. Tiles of two outputs have no fourth point, so the squares
/// stand in such an order that those that any point (i, j) has are neighbors: first the tall narrow ones, then the tall
/// wide, the low wide and the low narrow ones.
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

/// Where a transform finds the squares of one group, and where it puts them: the same for all bands of a shape.
struct WinogradLines {
  let rows: MinimalFiltering
  let columns: MinimalFiltering
  let lines: [WinogradLine]
  let elements: [Int32]

  /// `source` and `out` tell where a square, or the one at a place among all, begins; `elements` where the elements of
  /// one lie.
  init(
    _ group: WinogradSquares.Group, elements: [Int32], source: (_ place: Int, WinogradSquares.Square) -> Int,
    out: (_ place: Int, WinogradSquares.Square) -> Int
  ) {
    rows = group.rows
    columns = group.columns
    self.elements = elements
    lines = group.squares.enumerated().map {
      WinogradLine(source: source(group.first + $0, $1), out: out(group.first + $0, $1))
    }
  }
}

extension WinogradSquares {
  /// Where a transform finds the squares of every group in a grid and puts them side by side, `pitch` apart.
  func lines(_ transform: WinogradTransform, from grid: WinogradGrid, pitch: Int) -> [WinogradLines] {
    groups.map { group in
      let elements = grid.elements(rows: transform.inputs(group.rows), columns: transform.inputs(group.columns))
      return WinogradLines(group, elements: elements) {
        grid.place($1)
      } out: { place, _ in
        place * pitch
      }
    }
  }
}

extension WinogradKernels {
  /// A transform of the squares of one group.
  static func winograd(
    _ transform: WinogradTransform, _ lines: WinogradLines, width: Int, outRow: Int, outColumn: Int, _ source: Source,
    to out: Destination
  ) {
    winograd(
      WinogradPlanes(
        transform, rows: lines.rows, columns: lines.columns, width: width, outRow: outRow, outColumn: outColumn),
      lines: lines.lines, elements: lines.elements, source, to: out)
  }

  /// The same with lines and elements as arrays.
  static func winograd(
    _ planes: WinogradPlanes, lines: [WinogradLine], elements: [Int32], _ source: Source, to out: Destination
  ) {
    lines.withUnsafeBufferPointer { lines in
      elements.withUnsafeBufferPointer { elements in
        guard let elements = elements.baseAddress else { return }
        winograd(planes, lines: lines, elements: elements, source, to: out)
      }
    }
  }
}
