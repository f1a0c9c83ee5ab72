/// One axis of a convolution as pairs of neighbouring outputs, where Winograd's minimal filtering applies to it.
///
/// It does where every output meets two or three neighbours of each phase of the source: every residue class of outputs (`TapAxis`)
/// is then a sum of *filters* over the phases, and pair t of a class meets, for every filter, a *window* of r + 1 source elements:
/// start + step·(2t + i), i = 0…r, counted from the source's first element.
struct WinogradAxis {
  struct Filter {
    /// The kernel elements of the taps, in the order of the source elements they meet.
    let kernel: [Int]
    /// Where the window of pair 0 begins; negative in the margin.
    let start: Int
  }

  /// r.
  let taps: Int
  /// Distance between the elements of a window.
  let sourceStep: Int
  /// Distance between the outputs of a class.
  let resultStep: Int
  /// Outputs of the largest class, in pairs.
  let pairs: Int
  /// The filters of every residue class.
  let filters: [[Filter]]
  /// Multiplications for every one that a sum over the taps takes.
  let cost: Double

  /// Window elements, and points.
  var points: Int { taps + 1 }
  /// The first source element that pair 0 meets, and how many it meets.
  var start: Int { filters.flatMap { $0 }.map(\.start).min() ?? 0 }
  var reach: Int { (filters.flatMap { $0 }.map(\.start).max() ?? 0) - start + taps * sourceStep + 1 }

  init?(_ axis: TapAxis) {
    let taps = (axis.residues.first?.taps.count ?? 0) / axis.split
    guard taps == 2 || taps == 3 else { return nil }
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
    self.taps = taps
    sourceStep = axis.split
    resultStep = axis.step
    pairs = (axis.count + 1) / 2
    self.filters = filters
    let products = pairs * (taps + 1) * axis.residues.count
    cost = Double(products) / Double(max(1, taps * axis.residues.reduce(0) { $0 + $1.count }))
  }
}
