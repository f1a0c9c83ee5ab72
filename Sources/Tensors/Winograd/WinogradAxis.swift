import KernelContract

/// The outputs along one axis of a convolution, cut into tiles of Winograd's minimal filtering.
///
/// With two taps there are tiles of three outputs and, behind them, as many of two as the rest asks for, with three
/// taps only tiles of two. One output alone takes a tile of two.
package struct WinogradTiling: Sendable {
  package struct Tile: Sendable {
    package let firstOutput: Int
    package let algorithm: MinimalFiltering
  }

  package let tiles: [Tile]
  /// The algorithm with the most points: those of the other tiles are the first of its.
  package let algorithm: MinimalFiltering
  package let taps: Int

  /// Whether there is an algorithm with so many taps.
  package static func serves(taps: Int) -> Bool { taps == 2 || taps == 3 }

  /// Two or three taps.
  package init(outputs: Int, taps: Int) {
    precondition(Self.serves(taps: taps), "minimal filtering of two or three taps, not \(taps)")
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

  /// Whether the tiles cover all outputs and no more.
  package func fits(outputs: Int) -> Bool { boundaries.last == outputs }

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

/// One axis of a convolution as tiles of outputs, where Winograd's minimal filtering applies to it.
///
/// It does where every output meets two or three neighbors of each phase of the source: every residue class of outputs
/// (`TapAxis`) is then a sum of *filters* over the phases, and a tile whose first output is t meets, for every filter,
/// a *window* of source elements: start + step·(t + i), i = 0, 1, …, counted from the source's first element.
struct WinogradAxis: Sendable {
  struct Filter: Sendable {
    /// The kernel elements of the taps, in the order of the source elements they meet.
    let kernel: [Int]
    /// Where the window of output 0 begins; negative in the margin.
    let start: Int
  }

  /// The outputs of the largest class.
  let tiling: WinogradTiling
  /// Distance between the elements of a window.
  let sourceStep: Int
  /// Distance between the outputs of a class.
  let resultStep: Int
  /// The filters of every residue class.
  let filters: [[Filter]]
  /// Multiplications for every one that a sum over the taps takes.
  let cost: Double

  /// The first source element that output 0 meets.
  var start: Int { filters.flatMap { $0 }.map(\.start).min() ?? 0 }

  /// How many source elements a run of outputs meets, the first at `start` from its own place.
  func reach(of outputs: Int) -> Int {
    let last = filters.flatMap { $0 }.map(\.start).max() ?? 0
    return last - start + (outputs + tiling.taps - 2) * sourceStep + 1
  }

  /// `nil` where a class of outputs meets another number of taps in some phase, or taps that are no neighbors.
  static func of(_ axis: TapAxis) -> WinogradAxis? {
    let taps = (axis.residues.first?.taps.count ?? 0) / axis.split
    guard WinogradTiling.serves(taps: taps) else { return nil }
    var filters: [[Filter]] = []
    for residue in axis.residues {
      guard residue.taps.count == taps * axis.split else { return nil }
      var ofResidue: [Filter] = []
      for phase in 0..<axis.split {
        let ofPhase = residue.taps.filter { $0.phase == phase }.sorted { $0.shift < $1.shift }
        guard let first = ofPhase.first?.shift, ofPhase.map(\.shift) == Array(first..<first + taps) else { return nil }
        ofResidue.append(Filter(kernel: ofPhase.map(\.kernel), start: first * axis.split + phase - axis.margin))
      }
      filters.append(ofResidue)
    }
    return WinogradAxis(axis, WinogradTiling(outputs: axis.count, taps: taps), filters)
  }

  private init(_ axis: TapAxis, _ tiling: WinogradTiling, _ filters: [[Filter]]) {
    self.tiling = tiling
    sourceStep = axis.split
    resultStep = axis.step
    self.filters = filters
    let products = tiling.products * axis.residues.count
    cost = Double(products) / Double(max(1, tiling.taps * axis.residues.reduce(0) { $0 + $1.count }))
  }
}
