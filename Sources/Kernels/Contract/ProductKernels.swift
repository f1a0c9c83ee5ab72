/// The block of outputs one micro-kernel call keeps in registers, and the call.
///
/// A product is Σₖ left[i, k]·right[k, j]. The left operand is packed: `rows` of its rows are interleaved to a *panel*,
/// [depth][rows], and panels follow one another. The right operand may lie anywhere as long as the `columns` elements of a
/// *strip* that meet at one k are neighbors: element (k, j) is at right[offsets[k] + j]. That one freedom makes a matrix
/// product, a convolution and a weight gradient the same loop: only the table differs.
package struct ProductTile<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>

  /// Rows of a panel.
  package let rows: Int
  /// Columns of a strip.
  package let columns: Int
  /// out[p·rows + i, j] = Σₖ left[p][k, i]·right[offsets[k] + j] in chains of `chain` products, added to what is there if
  /// `adding`.
  ///
  /// Writes whole tiles: `out` has room for panels·rows rows of `columns` elements, `outStride` apart.
  package let multiply:
    @Sendable (
      _ panels: Int, _ depth: Int, _ left: Source, _ right: Source, _ offsets: UnsafePointer<Int32>,
      _ out: Destination, _ outStride: Int, _ adding: Bool, _ chain: Int
    ) -> Void

  /// out[i, j] = Σₖ left[i·leftStride + k]·right[k·columns + j] in chains of `chain` products, for i < panels·rows and j < columns: the left operand
  /// as it lies, the right one a packed strip.
  package let multiplyRows:
    @Sendable (
      _ panels: Int, _ depth: Int, _ left: Source, _ leftStride: Int, _ right: Source, _ out: Destination,
      _ outStride: Int, _ chain: Int
    ) -> Void

  package init(
    rows: Int, columns: Int,
    multiply: @escaping @Sendable (Int, Int, Source, Source, UnsafePointer<Int32>, Destination, Int, Bool, Int) -> Void,
    multiplyRows: @escaping @Sendable (Int, Int, Source, Int, Source, Destination, Int, Int) -> Void
  ) {
    self.rows = rows
    self.columns = columns
    self.multiply = multiply
    self.multiplyRows = multiplyRows
  }
}

/// What matrix products and convolutions are built from: two micro-kernels and the ways to bring operands in front of them.
package struct ProductKernels<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>
  package typealias Offsets = UnsafePointer<Int32>

  /// The longest chain of fused multiply-adds: deeper products are sums of such chains, added in order.
  package static var chain: Int { 32 }
  /// The longest chain at a point of Winograd's minimal filtering, whose transforms enlarge the rounding error of a sum: near the root of
  /// the depth, where the chains' share of the error and that of adding them are about equal.
  package static func winogradChain(depth: Int) -> Int { depth < 512 ? 16 : 24 }

  /// The tile for products with many rows.
  package let wide: ProductTile<Scalar>
  /// Few rows, many columns: products with three rows (RGB) would waste most of a wide tile.
  package let narrow: ProductTile<Scalar>

  /// out[b·outStep + j·outStride + i] = source[b·sourceStep + i·sourceStride + j] for b < count, i < rows, j < columns.
  package let transposeEach:
    @Sendable (
      _ count: Int, _ rows: Int, _ columns: Int, _ source: Source, _ sourceStep: Int, _ sourceStride: Int,
      _ out: Destination, _ outStep: Int, _ outStride: Int
    ) -> Void
  /// out[k·outStride + i] = source[offsets[k] + i] for k < depth, i < count.
  package let copyLines:
    @Sendable (
      _ depth: Int, _ count: Int, _ source: Source, _ offsets: Offsets, _ out: Destination, _ outStride: Int
    ) -> Void
  /// Lays out the input rows that the taps of a convolution meet; see `TapPlanes`. `stage` has room for
  /// `stageCount` elements.
  package let layTaps:
    @Sendable (
      TapPlanes, _ columns: UnsafeBufferPointer<TapColumn>, _ source: Source, _ out: Destination, _ stage: Destination
    ) -> Void
  /// out[r·outStride + x] = source[r·sourceStride + (x mod phases)·phaseStride + ⌊x/phases⌋] for r < rows, x < width.
  package let interleave:
    @Sendable (
      _ phases: Int, _ rows: Int, _ width: Int, _ source: Source, _ phaseStride: Int, _ sourceStride: Int,
      _ out: Destination, _ outStride: Int
    ) -> Void

  /// Applies one of the transforms of Winograd's minimal filtering along both axes of many squares of elements; see
  /// `MinimalFiltering` and `WinogradPlanes`.
  package let winograd:
    @Sendable (
      WinogradPlanes, _ lines: UnsafeBufferPointer<WinogradLine>, _ elements: Offsets, _ source: Source,
      _ out: Destination
    ) -> Void

  package init(
    wide: ProductTile<Scalar>, narrow: ProductTile<Scalar>,
    transposeEach: @escaping @Sendable (Int, Int, Int, Source, Int, Int, Destination, Int, Int) -> Void,
    copyLines: @escaping @Sendable (Int, Int, Source, Offsets, Destination, Int) -> Void,
    layTaps:
      @escaping @Sendable (
        TapPlanes, UnsafeBufferPointer<TapColumn>, Source, Destination, Destination
      ) -> Void,
    interleave: @escaping @Sendable (Int, Int, Int, Source, Int, Int, Destination, Int) -> Void,
    winograd:
      @escaping @Sendable (
        WinogradPlanes, UnsafeBufferPointer<WinogradLine>, Offsets, Source, Destination
      ) -> Void
  ) {
    self.wide = wide
    self.narrow = narrow
    self.transposeEach = transposeEach
    self.copyLines = copyLines
    self.layTaps = layTaps
    self.interleave = interleave
    self.winograd = winograd
  }

  /// out[j·outStride + i] = source[i·sourceStride + j] for i < rows, j < columns.
  package func transpose(
    _ rows: Int, _ columns: Int, _ source: Source, _ sourceStride: Int, _ out: Destination, _ outStride: Int
  ) {
    transposeEach(1, rows, columns, source, 0, sourceStride, out, 0, outStride)
  }
}
