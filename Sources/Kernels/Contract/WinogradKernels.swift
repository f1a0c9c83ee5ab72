/// Winograd's minimal filtering algorithms F(m, r): m outputs of a filter with r taps from m + r − 1 multiplications
/// instead of m·r.
///
/// With data d₀… and filter g₀…gᵣ₋₁ the outputs yₜ = Σᵢ dₜ₊ᵢ·gᵢ are y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]; in two dimensions a matrix
/// is applied along each axis: F(2, 2) takes 9 multiplications for 16, F(3, 2) 16 for 36, F(2, 3) 16 for 36.
///
///     F(2, 2):  Bᵀd = d₀ − d₁, d₁, d₂ − d₁                            points 0, 1, ∞
///               Gg  = g₀, g₀ + g₁, g₁
///               Aᵀm = m₀ + m₁, m₁ + m₂
///     F(3, 2):  Bᵀd = d₀ − d₂, (d₁ + d₂)/2, d₃ − d₁, (d₂ − d₁)/2      points 0, 1, ∞, −1
///               Gg  = g₀, g₀ + g₁, g₁, g₀ − g₁
///               Aᵀm = m₀ + m₁ + m₃, m₁ − m₃, m₁ + m₂ + m₃
///     F(2, 3):  Bᵀd = d₀ − d₂, d₁ + d₂, d₂ − d₁, d₃ − d₁              points 0, 1, −1, ∞
///               Gg  = g₀, (g₀ + g₂ + g₁)/2, (g₀ + g₂ − g₁)/2, g₂
///               Aᵀm = m₀ + m₁ + m₂, m₁ − m₂ + m₃
///
/// The filter at the points of F(2, 2) is the beginning of the filter at those of F(3, 2), so that tiles of both share
/// one.
///
/// The points are 0, ±1 and ∞ alone, so the transforms only add, subtract and halve. They enlarge the rounding error of
/// a direct sum of the same chains, by less for F(3, 2) than for F(2, 2); sums that are shorter by the taps, and short
/// chains, make up for it, and over the layers of both documents the error stays below im2col's. A fifth point, as F(4,
/// 2) needs, makes it 2.3 times as large as that.
///
/// Sources: S. Winograd, *Arithmetic Complexity of Computations*, SIAM 1980; A. Lavin and S. Gray, *Fast Algorithms for
/// Convolutional Neural Networks*, CVPR 2016, §4.
package enum MinimalFiltering: Sendable, CaseIterable, CustomStringConvertible {
  case f22
  case f32
  case f23

  /// m.
  package var outputs: Int { self == .f32 ? 3 : 2 }
  /// r.
  package var taps: Int { self == .f23 ? 3 : 2 }
  /// Points, and data elements of a window.
  package var points: Int { outputs + taps - 1 }

  package var description: String { "F(\(outputs), \(taps))" }
}

/// The transforms that a minimal filtering algorithm is made of, along one axis.
package enum WinogradTransform: Sendable, CaseIterable {
  /// Bᵀ: a window of data elements to the points.
  case data
  /// G: the taps to the points.
  case filter
  /// Aᵀ: the points to the outputs.
  case inverse
  /// A: cotangents of the outputs to the points.
  case transposedInverse
  /// Gᵀ: the points to the cotangents of the taps.
  case transposedFilter

  /// Elements along an axis that go in.
  package func inputs(_ algorithm: MinimalFiltering) -> Int {
    switch self {
    case .data, .inverse, .transposedFilter: algorithm.points
    case .filter: algorithm.taps
    case .transposedInverse: algorithm.outputs
    }
  }

  /// Elements along an axis that come out.
  package func outputs(_ algorithm: MinimalFiltering) -> Int {
    switch self {
    case .data, .filter, .transposedInverse: algorithm.points
    case .inverse: algorithm.outputs
    case .transposedFilter: algorithm.taps
    }
  }
}

/// Where a transform finds its elements and where it puts them: for every line, `width` squares of elements side by
/// side.
///
/// Element (i, j) of the square at x lies at source[line.source + elements[i·n + j] + x], n elements along a row;
/// result (i, j) goes to out[line.out + i·outRow + j·outColumn + x].
package struct WinogradPlanes: Sendable {
  package let transform: WinogradTransform
  /// The algorithms from row to row and from column to column; they have the same number of taps.
  package let rows: MinimalFiltering
  package let columns: MinimalFiltering
  package let width: Int
  package let outRow: Int
  package let outColumn: Int

  package init(
    _ transform: WinogradTransform, rows: MinimalFiltering, columns: MinimalFiltering, width: Int, outRow: Int,
    outColumn: Int
  ) {
    precondition(rows.taps == columns.taps, "both axes have the same number of taps")
    self.transform = transform
    self.rows = rows
    self.columns = columns
    self.width = width
    self.outRow = outRow
    self.outColumn = outColumn
  }
}

/// A line of squares: where its elements and its results begin.
package struct WinogradLine: Sendable {
  package let source: Int32
  package let out: Int32

  package init(source: Int, out: Int) {
    self.source = Int32(source)
    self.out = Int32(out)
  }
}

/// The transforms of Winograd's minimal filtering.
package protocol WinogradKernels<Scalar>: ScalarKernels {
  /// Applies one transform along both axes of many squares of elements.
  static func winograd(
    _ planes: WinogradPlanes, lines: UnsafeBufferPointer<WinogradLine>, elements: Offsets, _ source: Source,
    to out: Destination)
}
