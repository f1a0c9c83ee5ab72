import KernelContract
import Tensors
import Testing

/// How outputs are cut into the tiles and squares of Winograd's minimal filtering.
@Suite struct WinogradTilingTests {
  @Test(arguments: 1...40, [2, 3])
  func `tiles follow one another and end with the last output, or with one more than it`(_ outputs: Int, _ taps: Int) {
    let tiling = WinogradTiling(outputs: outputs, taps: taps)
    var next = 0
    for tile in tiling.tiles {
      #expect(tile.firstOutput == next)
      #expect(tile.algorithm.taps == taps)
      #expect(tile.algorithm.points <= tiling.points)
      next += tile.algorithm.outputs
    }
    #expect(next == outputs || next == outputs + 1)
    // With two taps only a single output leaves half a tile empty.
    if taps == 2, outputs > 1 { #expect(next == outputs) }
    #expect(tiling.boundaries == tiling.tiles.map(\.firstOutput) + [next])
    #expect(tiling.outputs(of: tiling.tiles.indices) == 0..<next)
    #expect(tiling.outputs(of: 0..<0).isEmpty)
  }

  @Test(arguments: [(4, 6), (8, 11), (16, 22), (9, 12), (7, 10), (2, 3), (1, 3)])
  func `two taps take as few multiplications as tiles of two and three outputs allow`(_ outputs: Int, _ products: Int) {
    #expect(WinogradTiling(outputs: outputs, taps: 2).products == products)
  }

  @Test func `other numbers of taps have no tiling`() {
    for taps in 0...6 { #expect(WinogradTiling.serves(taps: taps) == (taps == 2 || taps == 3)) }
  }

  @Test(arguments: [(16, 16), (8, 4), (4, 8), (5, 7), (3, 3), (2, 2), (1, 9)], [1, 3])
  func `the squares that have a point are neighbors, and every square is there once`(
    _ extents: (height: Int, width: Int), _ images: Int
  ) {
    let rows = WinogradTiling(outputs: extents.height, taps: 2)
    let columns = WinogradTiling(outputs: extents.width, taps: 2)
    for range in [rows.tiles.indices, rows.tiles.count - 1..<rows.tiles.count] {
      let squares = WinogradSquares(images: images, rows: rows, range, columns: columns)
      #expect(squares.count == images * range.count * columns.tiles.count)
      var firstOutputs: Set<[Int]> = []
      for group in squares.groups {
        for square in group.squares { firstOutputs.insert([square.image, square.row, square.column]) }
      }
      #expect(firstOutputs.count == squares.count)
      for point in 0..<rows.points * columns.points {
        let (row, column) = point.quotientAndRemainder(dividingBy: columns.points)
        var expected: Set<Int> = []
        for group in squares.groups where group.rows.points > row && group.columns.points > column {
          expected.formUnion(group.first..<group.first + group.squares.count)
        }
        #expect(Set(squares.range(at: point)) == expected)
      }
    }
  }

  @Test func `expanded bands begin where their tiles do`() {
    let tiling = WinogradTiling(outputs: 17, taps: 2)
    let tiles = ImageBands(batch: 2, height: tiling.tiles.count, width: 10, pixels: 20)
    let outputs = tiles.expanded(to: tiling.boundaries)
    #expect(tiles.count == outputs.count)
    var next = 0
    for index in 0..<outputs.count {
      let band = outputs[index]
      #expect(band.firstImage == tiles[index].firstImage)
      #expect(band.firstRow == (next == 17 ? 0 : next))
      #expect(band.rows <= outputs.rows)
      next = band.firstRow + band.rows
    }
    #expect(next == 17)
  }
}
