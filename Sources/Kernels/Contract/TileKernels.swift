/// The two blocks of outputs that a call of the micro-kernel can keep in registers.
package enum RegisterTileShape: Sendable {
  /// For products with many rows.
  case wide
  /// Few rows, many columns: products with three rows (RGB) would waste most of a wide tile.
  case narrow
}

/// A tile as the kernels of one instruction set have it.
package struct RegisterTileExtents: Sendable {
  package let shape: RegisterTileShape
  /// Rows of a panel.
  package let rows: Int
  /// Columns of a strip.
  package let columns: Int

  package init(_ shape: RegisterTileShape, rows: Int, columns: Int) {
    self.shape = shape
    self.rows = rows
    self.columns = columns
  }
}

/// The micro-kernel under matrix products and convolutions.
///
/// A product is Σₖ left[i, k]·right[k, j]. The left operand is packed: `rows` of its rows are interleaved to a *panel*,
/// [depth][rows], and panels follow one another. The right operand may lie anywhere as long as the `columns` elements
/// of a *strip* that meet at one k are neighbors: element (k, j) is at right[offsets[k] + j]. That one freedom makes a
/// matrix product, a convolution and a weight gradient the same loop: only the offsets differ.
package protocol TileKernels<Scalar>: ScalarKernels {
  static func extents(of tile: RegisterTileShape) -> RegisterTileExtents

  /// out[p·rows + i, j] = Σₖ left[p][k, i]·right[offsets[k] + j] in chains of `chain` products, added to what is there
  /// if `adding`.
  ///
  /// Writes whole tiles: `out` has room for panels·rows rows of `columns` elements, `outStride` apart.
  static func multiply(
    _ tile: RegisterTileShape, panels: Int, depth: Int, _ left: Source, _ right: Source, offsets: Offsets,
    to out: Destination, stride outStride: Int, adding: Bool, chain: Int)

  /// out[i, j] = Σₖ left[i·leftStride + k]·right[k·columns + j] in chains of `chain` products, for i < panels·rows and
  /// j < columns: the left operand as it lies, the right one a packed strip.
  static func multiplyRows(
    _ tile: RegisterTileShape, panels: Int, depth: Int, _ left: Source, stride leftStride: Int, _ right: Source,
    to out: Destination, stride outStride: Int, chain: Int)
}
