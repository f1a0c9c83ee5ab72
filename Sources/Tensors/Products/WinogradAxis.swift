/// One axis of a convolution as tiles of outputs, where Winograd's minimal filtering applies to it.
///
/// It does where every output meets two or three neighbors of each phase of the source: every residue class of outputs (`TapAxis`)
/// is then a sum of *filters* over the phases, and a tile whose first output is t meets, for every filter, a *window* of source elements:
/// start + step·(t + i), i = 0, 1, …, counted from the source's first element.
struct WinogradAxis {
  struct Filter {
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

  init?(_ axis: TapAxis) {
    let taps = (axis.residues.first?.taps.count ?? 0) / axis.split
    guard let tiling = WinogradTiling(outputs: axis.count, taps: taps) else { return nil }
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
    self.tiling = tiling
    sourceStep = axis.split
    resultStep = axis.step
    self.filters = filters
    let products = tiling.products * axis.residues.count
    cost = Double(products) / Double(max(1, taps * axis.residues.reduce(0) { $0 + $1.count }))
  }
}
