import KernelContract

/// The squares of one group as a transform finds them: the same for all bands of a shape.
struct WinogradTable {
  let rows: MinimalFiltering
  let columns: MinimalFiltering
  let lines: [WinogradLine]
  let elements: [Int32]

  /// `source` and `out` tell where a square, or the one at a place among all, begins; `elements` where the elements of one lie.
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
  /// The tables of a transform that finds the squares in a grid and puts them side by side, `pitch` apart.
  func tables(_ transform: WinogradTransform, from grid: WinogradGrid, pitch: Int) -> [WinogradTable] {
    groups.map { group in
      let elements = grid.elements(rows: transform.inputs(group.rows), columns: transform.inputs(group.columns))
      return WinogradTable(group, elements: elements) {
        grid.place($1)
      } out: { place, _ in
        place * pitch
      }
    }
  }
}

extension ProductKernels {
  /// `winograd` for the squares of a table.
  func winograd(
    _ transform: WinogradTransform, _ table: WinogradTable, width: Int, outRow: Int, outColumn: Int, _ source: Source,
    _ out: Destination
  ) {
    winograd(
      WinogradPlanes(
        transform, rows: table.rows, columns: table.columns, width: width, outRow: outRow, outColumn: outColumn),
      lines: table.lines, table.elements, source, out)
  }

  /// `winograd` with tables as arrays.
  func winograd(
    _ planes: WinogradPlanes, lines: [WinogradLine], _ elements: [Int32], _ source: Source, _ out: Destination
  ) {
    lines.withUnsafeBufferPointer { lines in
      elements.withUnsafeBufferPointer { elements in
        guard let elements = elements.baseAddress else { return }
        winograd(planes, lines, elements, source, out)
      }
    }
  }
}
