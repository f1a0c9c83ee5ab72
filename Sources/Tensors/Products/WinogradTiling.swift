import KernelContract

/// The outputs along one axis of a convolution, cut into tiles of Winograd's minimal filtering.
///
/// With two taps there are tiles of three outputs and, behind them, as many of two as the rest asks for, with three taps only tiles of
/// two. One output alone takes a tile of two.
package struct WinogradTiling {
  package struct Tile {
    package let firstOutput: Int
    package let algorithm: MinimalFiltering
  }

  package let tiles: [Tile]
  /// The algorithm with the most points: those of the other tiles are the first of its.
  package let algorithm: MinimalFiltering
  package let taps: Int

  /// Fails where no algorithm has so many taps.
  package init?(outputs: Int, taps: Int) {
    guard taps == 2 || taps == 3 else { return nil }
    var threes = taps == 2 ? outputs / 3 : 0
    // Two tiles of two are better than one of three and one that is half empty.
    if outputs % 3 == 1, threes > 0 { threes -= 1 }
    let twos = (outputs - 3 * threes + 1) / 2
    tiles =
      (0..<threes).map { Tile(firstOutput: 3 * $0, algorithm: .f32) }
      + (0..<twos).map { Tile(firstOutput: 3 * threes + 2 * $0, algorithm: taps == 2 ? .f22 : .f23) }
    algorithm = taps == 3 ? .f23 : threes > 0 ? .f32 : .f22
    self.taps = taps
  }

  package var points: Int { algorithm.points }
  /// Multiplications along this axis.
  package var products: Int { tiles.reduce(0) { $0 + $1.algorithm.points } }

  /// The outputs of a run of tiles.
  package func outputs(of range: Range<Int>) -> Range<Int> {
    guard let first = tiles[range].first, let last = tiles[range].last else { return 0..<0 }
    return first.firstOutput..<last.firstOutput + last.algorithm.outputs
  }

  /// Where every tile begins, and where the last one ends.
  package var boundaries: [Int] { tiles.map(\.firstOutput) + [outputs(of: tiles.indices).upperBound] }
}
