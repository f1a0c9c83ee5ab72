/// The block of outputs one micro-kernel call keeps in registers, and the call.
///
/// A product is Σₖ left[i, k]·right[k, j]. The left operand is packed: `rows` of its rows are interleaved to a *panel*,
/// [depth][rows], and panels follow one another. The right operand may lie anywhere as long as the `columns` elements of a
/// *strip* that meet at one k are neighbours: element (k, j) is at right[offsets[k] + j]. That one freedom makes a matrix
/// product, a convolution and a weight gradient the same loop: only the table differs.
package struct ProductTile<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>

  /// Rows of a panel.
  package let rows: Int
  /// Columns of a strip.
  package let columns: Int
  /// out[p·rows + i, j] = Σₖ left[p][k, i]·right[offsets[k] + j] in chains of 32, added to what is there if `adding`.
  ///
  /// Writes whole tiles: `out` has room for panels·rows rows of `columns` elements, `outStride` apart.
  package let multiply:
    @Sendable (
      _ panels: Int, _ depth: Int, _ left: Source, _ right: Source, _ offsets: UnsafePointer<Int32>,
      _ out: Destination, _ outStride: Int, _ adding: Bool
    ) -> Void

  package init(
    rows: Int, columns: Int,
    multiply: @escaping @Sendable (Int, Int, Source, Source, UnsafePointer<Int32>, Destination, Int, Bool) -> Void
  ) {
    self.rows = rows
    self.columns = columns
    self.multiply = multiply
  }
}

/// What matrix products and convolutions are built from: two micro-kernels and the ways to bring operands in front of them.
package struct ProductKernels<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>
  package typealias Offsets = UnsafePointer<Int32>

  /// The longest chain of fused multiply-adds: deeper products are sums of such chains, added in order.
  package static var chain: Int { 32 }
  /// The depth brought in front of the micro-kernel at a time, a multiple of the chain: what fits the first cache.
  package static var chunk: Int { 128 }

  /// The tile for products with many rows.
  package let wide: ProductTile<Scalar>
  /// Few rows, many columns: products with three rows (RGB) would waste most of a wide tile.
  package let narrow: ProductTile<Scalar>

  /// out[j·outStride + i] = source[i·sourceStride + j] for i < rows, j < columns.
  package let transpose:
    @Sendable (
      _ rows: Int, _ columns: Int, _ source: Source, _ sourceStride: Int, _ out: Destination, _ outStride: Int
    ) -> Void
  /// out[k·outStride + i] = source[offsets[k] + i] for k < depth, i < count.
  package let copyLines:
    @Sendable (
      _ depth: Int, _ count: Int, _ source: Source, _ offsets: Offsets, _ out: Destination, _ outStride: Int
    ) -> Void
  /// out[k·outStride + run.column + i] = source[offsets[k] + run.source + i] for every run, k < depth and i < run.count.
  package let gather:
    @Sendable (
      _ runs: UnsafeBufferPointer<StripRun>, _ depth: Int, _ source: Source, _ offsets: Offsets, _ out: Destination,
      _ outStride: Int
    ) -> Void
  /// Copies a band of input rows with their zero margin, split by stride phase; see `PaddedBand`.
  package let pad: @Sendable (PaddedBand, _ source: Source, _ out: Destination) -> Void
  /// out[r·outStride + x] = source[r·sourceStride + (x mod phases)·phaseStride + ⌊x/phases⌋] for r < rows, x < width.
  package let interleave:
    @Sendable (
      _ phases: Int, _ rows: Int, _ width: Int, _ source: Source, _ phaseStride: Int, _ sourceStride: Int,
      _ out: Destination, _ outStride: Int
    ) -> Void

  package init(
    wide: ProductTile<Scalar>, narrow: ProductTile<Scalar>,
    transpose: @escaping @Sendable (Int, Int, Source, Int, Destination, Int) -> Void,
    copyLines: @escaping @Sendable (Int, Int, Source, Offsets, Destination, Int) -> Void,
    gather:
      @escaping @Sendable (
        UnsafeBufferPointer<StripRun>, Int, Source, Offsets, Destination, Int
      ) -> Void,
    pad: @escaping @Sendable (PaddedBand, Source, Destination) -> Void,
    interleave: @escaping @Sendable (Int, Int, Int, Source, Int, Int, Destination, Int) -> Void
  ) {
    self.wide = wide
    self.narrow = narrow
    self.transpose = transpose
    self.copyLines = copyLines
    self.gather = gather
    self.pad = pad
    self.interleave = interleave
  }
}

/// Neighbouring outputs of one image row inside a strip: `count` columns from `column` on, whose inputs start at `source`.
package struct StripRun: Sendable {
  package let column: Int32
  package let source: Int32
  package let count: Int32

  package init(column: Int, source: Int, count: Int) {
    self.column = Int32(column)
    self.source = Int32(source)
    self.count = Int32(count)
  }
}

/// A band of rows of several images, copied with a zero margin so that every tap of a convolution reads at a fixed distance
/// from its output, stride or not.
///
/// The copy is laid out [channel][row phase][column phase][image][row][column]. Row r of row phase φ is input row
/// firstRow + r·rowSplit + φ, column q of column phase ψ is input column q·columnSplit + ψ − margin; what lies outside the
/// image is zero. With the convolution's stride as the split, the inputs that one tap meets along a row of outputs are neighbours.
package struct PaddedBand: Sendable {
  /// Channels and images to copy.
  package var channels: Int
  package var images: Int
  /// The input plane and the distance between the planes of neighbouring channels and images.
  package var height: Int
  package var width: Int
  package var channelStride: Int
  package var imageStride: Int
  package var rowSplit: Int
  package var columnSplit: Int
  /// Input row of row 0 of phase 0; negative inside the upper margin.
  package var firstRow: Int
  /// Columns of zeros left of the image.
  package var margin: Int
  /// Rows and columns of one phase plane of one image.
  package var rows: Int
  package var columns: Int
  /// Images the layout has room for, and rows; the last band of a batch may fill fewer.
  package var imageCapacity: Int

  package init(
    channels: Int, images: Int, height: Int, width: Int, channelStride: Int, imageStride: Int, rowSplit: Int,
    columnSplit: Int, firstRow: Int, margin: Int, rows: Int, columns: Int, imageCapacity: Int
  ) {
    self.channels = channels
    self.images = images
    self.height = height
    self.width = width
    self.channelStride = channelStride
    self.imageStride = imageStride
    self.rowSplit = rowSplit
    self.columnSplit = columnSplit
    self.firstRow = firstRow
    self.margin = margin
    self.rows = rows
    self.columns = columns
    self.imageCapacity = imageCapacity
  }

  package var phaseStride: Int { imageCapacity * rows * columns }
  package var channelPitch: Int { rowSplit * columnSplit * phaseStride }
}
