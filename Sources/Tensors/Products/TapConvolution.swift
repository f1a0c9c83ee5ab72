import KernelContract

/// A convolution without im2col: every output is Σₖ left[m, k]·source[position + offset(k)].
///
/// A part of the work is a band of output rows of a few images. Block by block of channels, the source is laid out in tap planes
/// and strips of neighboring outputs meet all panels of the left operand, once for every residue class of outputs. The forward
/// pass and the input gradient differ in their taps alone.
struct TapConvolution<Scalar: TensorScalar> {
  /// One residue class of outputs: its taps and its weights.
  struct Pass {
    let rows: TapAxis.Residue
    let columns: TapAxis.Residue

    var taps: Int { rows.taps.count * columns.taps.count }
  }

  let kernels: ProductKernels<Scalar>
  /// Source [N, C, H, W] and result [N, M, H', W'].
  let source: [Int]
  let result: [Int]
  let vertical: TapAxis
  let horizontal: TapAxis
  let tile: ProductTile<Scalar>
  let layout: TapLayout
  /// Channels laid out at a time.
  let blockChannels: Int
  /// Classes, row by row.
  let passes: [Pass]

  init(source: [Int], result: [Int], vertical: TapAxis, horizontal: TapAxis, _ kernels: ProductKernels<Scalar>) {
    self.kernels = kernels
    self.source = source
    self.result = result
    self.vertical = vertical
    self.horizontal = horizontal
    tile = result[1] <= kernels.narrow.rows ? kernels.narrow : kernels.wide
    passes = vertical.residues.flatMap { rows in horizontal.residues.map { Pass(rows: rows, columns: $0) } }
    blockChannels = min(source[1], Self.blockChannels(taps: passes.map(\.taps)))
    // So many outputs a part that sums, planes and a block of weights share the second cache; fewer where that would leave
    // less than eight parts, but a strip at least.
    let most = min(1024, max(256, (1 << 15) / result[1]))
    let outputs = source[0] * vertical.count * horizontal.count
    layout = TapLayout(
      source: source, channels: blockChannels, vertical: vertical, horizontal: horizontal,
      bands: ImageBands(
        batch: source[0], height: vertical.count, width: horizontal.count,
        pixels: max(tile.columns, min(most, outputs / 8))))
  }

  /// So many channels that a block ends where a chain of products ends, for every class, and is about 256 products deep.
  private static func blockChannels(taps: [Int]) -> Int {
    let chain = ProductKernels<Scalar>.chain
    // The chain is a power of two, so the largest count that any class asks for serves all.
    let whole = taps.map { $0 == 0 ? 1 : chain / min(chain, 1 << $0.trailingZeroBitCount) }.max() ?? 1
    return whole * max(1, 256 / (whole * max(1, taps.max() ?? 1)))
  }

  // MARK: - Running

  /// Writes the whole result; `left` holds the weights of every class, packed in chunks of `blockChannels` channels. `finish`, for the
  /// forward pass alone, is called for every run of outputs that is complete.
  func run(
    _ source: UnsafePointer<Scalar>, _ left: [PackedLeft<Scalar>], to out: UnsafeMutablePointer<Scalar>,
    _ finish: FinishOutputs<Scalar>? = nil
  ) {
    let bands = layout.bands
    // A cache line more than whole strips, so that the rows of a tile do not compete for the same cache sets.
    let stride = (bands.rows * layout.rowPitch + tile.columns - 1) / tile.columns * tile.columns + 16
    let sumCount = left[0].paddedRows * stride
    let bytes =
      (passes.count * sumCount + layout.elementCount(overhang: tile.columns)) * MemoryLayout<Scalar>.stride
    let offsets = passes.map { layout.offsets($0.rows, $0.columns) }
    ThreadPool.shared.run(parts: bands.count, workspace: bytes) { part, workspace in
      let sums = workspace.assumingMemoryBound(to: Scalar.self)
      let planes = sums + passes.count * sumCount
      let band = bands[part]
      for firstChannel in Swift.stride(from: 0, to: self.source[1], by: blockChannels) {
        let channels = min(blockChannels, self.source[1] - firstChannel)
        layout.lay(
          source, band, firstChannel: firstChannel, channels: channels, to: planes, overhang: tile.columns, kernels)
        for index in passes.indices {
          multiply(
            left[index], firstChannel: firstChannel, depth: channels * passes[index].taps, planes, offsets[index],
            columns: bands.rows * layout.rowPitch, sums + index * sumCount, stride)
        }
      }
      deliver(band, sums, sumCount, stride, to: out, finish)
    }
  }

  private func multiply(
    _ left: PackedLeft<Scalar>, firstChannel: Int, depth: Int, _ planes: UnsafePointer<Scalar>, _ offsets: [Int32],
    columns: Int, _ sums: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    guard depth > 0 else {
      sums.update(repeating: 0, count: left.paddedRows * stride)
      return
    }
    offsets.withUnsafeBufferPointer { table in
      guard let table = table.baseAddress else { return }
      let panels = left.chunk(firstChannel / blockChannels)
      for column in Swift.stride(from: 0, to: columns, by: tile.columns) {
        tile.multiply(
          left.panels, depth, panels, planes + column, table, sums + column, stride, firstChannel > 0,
          ProductKernels<Scalar>.chain)
      }
    }
  }

  /// Brings the sums [class][m][row, image, column] to the result, the classes of columns interleaved.
  private func deliver(
    _ band: ImageBands.Band, _ sums: UnsafePointer<Scalar>, _ sumCount: Int, _ stride: Int,
    to out: UnsafeMutablePointer<Scalar>, _ finish: FinishOutputs<Scalar>?
  ) {
    let height = result[2]
    let width = result[3]
    let classes = horizontal.residues.count
    for (residue, axis) in vertical.residues.enumerated() {
      let rows = min(band.rows, axis.count - band.firstRow)
      guard rows > 0 else { continue }
      // Rows of a single image follow one another in sums and result alike.
      let isDense = classes == 1 && vertical.step == 1 && layout.bands.images == 1
      for image in 0..<band.images {
        for m in 0..<result[1] {
          let from = sums + residue * classes * sumCount + m * stride + image * horizontal.count
          let plane = ((band.firstImage + image) * result[1] + m) * height * width
          let to = out + plane + (residue + band.firstRow * vertical.step) * width
          kernels.interleave(
            classes, isDense ? 1 : rows, isDense ? rows * width : width, from, sumCount, layout.rowPitch,
            to, vertical.step * width)
          finish?(to, rows * width)
        }
      }
    }
  }
}
