/// The transforms of Winograd's minimal filtering algorithms F(2, r): two outputs of a filter with r taps from r + 1
/// multiplications instead of 2r.
///
/// With data d₀…dᵣ and filter g₀…gᵣ₋₁ the outputs yₜ = Σᵢ dₜ₊ᵢ·gᵢ are y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]; in two dimensions every matrix is
/// applied along both axes, (r + 1)² multiplications for 4r²: 9 for 16 with two taps, 16 for 36 with three.
///
///     F(2, 2):  Bᵀd = d₀ − d₁, d₁, d₂ − d₁          Gg = g₀, g₀ + g₁, g₁
///               Aᵀm = m₀ + m₁, m₁ + m₂
///     F(2, 3):  Bᵀd = d₀ − d₂, d₁ + d₂, d₂ − d₁, d₃ − d₁
///               Gg  = g₀, (g₀ + g₂ + g₁)/2, (g₀ + g₂ − g₁)/2, g₂
///               Aᵀm = m₀ + m₁ + m₂, m₁ − m₂ + m₃
///
/// Their points are 0, ±1 and ∞ alone, so the transforms only add, subtract and halve. They double the rounding error of a direct sum
/// of the same chains; sums that are shorter by the taps, and chains of 16 products, make up for it, and over the layers of both
/// documents the error stays below im2col's. Further points (as of F(4, 3)) would make it more than twice as large as that.
///
/// Sources: S. Winograd, *Arithmetic Complexity of Computations*, SIAM 1980; A. Lavin and S. Gray, *Fast Algorithms for
/// Convolutional Neural Networks*, CVPR 2016, §4.
package enum WinogradTransform: Sendable, CaseIterable {
  /// Bᵀ: r + 1 data elements to as many points.
  case data
  /// G: r taps to r + 1 points.
  case filter
  /// Aᵀ: r + 1 points to 2 outputs.
  case inverse
  /// A: 2 cotangents of the outputs to r + 1 points.
  case transposedInverse
  /// Gᵀ: r + 1 points to the cotangents of r taps.
  case transposedFilter

  /// Elements along an axis that go in.
  package func inputs(taps: Int) -> Int {
    switch self {
    case .data, .inverse, .transposedFilter: taps + 1
    case .filter: taps
    case .transposedInverse: 2
    }
  }

  /// Elements along an axis that come out.
  package func outputs(taps: Int) -> Int {
    switch self {
    case .data, .filter, .transposedInverse: taps + 1
    case .inverse: 2
    case .transposedFilter: taps
    }
  }
}

/// Where a transform finds its elements and where it puts them: for every line, `width` squares of elements side by side.
///
/// Element (i, j) of the square at x lies at source[lines[line] + elements[i·n + j] + x], n elements along an axis; result (i, j) goes
/// to out[line·outLine + i·outRow + j·outColumn + x].
package struct WinogradPlanes: Sendable {
  package let transform: WinogradTransform
  /// Taps of the filter along an axis: 2 or 3.
  package let taps: Int
  package let width: Int
  package let outLine: Int
  package let outRow: Int
  package let outColumn: Int

  package init(
    _ transform: WinogradTransform, taps: Int, width: Int, outLine: Int = 0, outRow: Int, outColumn: Int
  ) {
    self.transform = transform
    self.taps = taps
    self.width = width
    self.outLine = outLine
    self.outRow = outRow
    self.outColumn = outColumn
  }
}
