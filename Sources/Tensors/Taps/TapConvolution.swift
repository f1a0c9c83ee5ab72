import KernelContract

/// A convolution without im2col: every output is Σₖ left[m, k]·source[position + offset(k)].
///
/// A part of the work is a band of output rows of a few images. Block by block of channels, the source is laid out in
/// tap planes and strips of neighboring outputs meet all panels of the left operand, once for every residue class of
/// outputs. The forward pass and the input gradient differ in their taps alone.
struct TapConvolution<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  /// One residue class of outputs: its taps and its weights.
  struct Pass {
    let rows: TapAxis.Residue
    let columns: TapAxis.Residue

    var taps: Int { rows.taps.count * columns.taps.count }
  }

  private let plan: TapPlan
  private let tile: RegisterTileExtents
  private let layout: TapLayout
  /// Channels laid out at a time.
  private let blockChannels: Int
  /// Classes, row by row.
  private let passes: [Pass]

  private var result: [Int] { plan.result }

  init(_ plan: TapPlan) {
    self.plan = plan
    let (source, result, vertical, horizontal) = (plan.source, plan.result, plan.vertical, plan.horizontal)
    tile = Kernels.fittingTile(rows: result[1])
    passes = vertical.residues.flatMap { rows in horizontal.residues.map { Pass(rows: rows, columns: $0) } }
    blockChannels = min(source[1], Self.blockChannels(taps: passes.map(\.taps)))
    // So many outputs a part that sums, planes and a block of weights share the second cache; fewer where that would
    // leave too few parts, but a strip at least.
    let range = Blocking.Taps.outputs
    let most = min(range.upperBound, max(range.lowerBound, Blocking.Taps.sums / result[1]))
    let outputs = source[0] * vertical.count * horizontal.count
    layout = TapLayout(
      plan, channels: blockChannels,
      bands: ImageBands(
        batch: source[0], height: vertical.count, width: horizontal.count,
        pixels: max(tile.columns, min(most, outputs / Blocking.Taps.bands))))
  }

  /// So many channels that a block ends where a chain of products ends, for every class, and is deep enough.
  private static func blockChannels(taps: [Int]) -> Int {
    let chain = Blocking.chain
    // The chain is a power of two, so the largest count that any class asks for serves all.
    let whole = taps.map { $0 == 0 ? 1 : chain / min(chain, 1 << $0.trailingZeroBitCount) }.max() ?? 1
    return whole * max(1, Blocking.Taps.depth / (whole * max(1, taps.max() ?? 1)))
  }

  // MARK: - Weights

  /// The weights of every class, packed as the left operand: forward its rows are the weights' own, in the input
  /// gradient the channels of x.
  func pack(_ weight: Tensor, _ pass: ConvolutionPass, _ g: ConvolutionGeometry) -> [PackedLeft<Kernels>] {
    guard pass == .inputGradient else {
      return [
        PackedLeft(
          rows: g.outputChannels, depth: g.taps, rowsAt: weight.pointer(to: Scalar.self), rowStride: g.taps,
          chunk: blockChannels * passes[0].taps, tile: tile)
      ]
    }
    // Weights as [O][tap][C], so that the rows of the left operand are neighbors.
    let turned = tapMajorWeights(weight, g)
    return withExtendedLifetime(turned) {
      passes.map { pass in
        PackedLeft(
          rows: g.inputChannels, linesAt: turned.pointer(to: Scalar.self), offsets: lines(of: pass, g),
          chunk: blockChannels * pass.taps, tile: tile)
      }
    }
  }

  /// Where the weights of one class of inputs begin in [O][tap][C], for k = (output channel, tap row, tap column).
  private func lines(of pass: Pass, _ g: ConvolutionGeometry) -> [Int32] {
    var lines: [Int32] = []
    lines.reserveCapacity(g.outputChannels * pass.taps)
    for channel in 0..<g.outputChannels {
      for row in pass.rows.taps {
        for column in pass.columns.taps {
          let tap = (channel * g.kernel.height + row.kernel) * g.kernel.width + column.kernel
          lines.append(Int32(tap * g.inputChannels))
        }
      }
    }
    return lines
  }

  /// [O, C, kH, kW] as [O, kH·kW, C].
  private func tapMajorWeights(_ weight: Tensor, _ g: ConvolutionGeometry) -> Tensor {
    Primitive.make([g.outputChannels, g.kernelElements, g.inputChannels], Scalar.self) { out in
      let source = weight.pointer(to: Scalar.self)
      Parallel.forEach(g.outputChannels, costPerIndex: g.taps) { channel in
        Kernels.transpose(
          rows: g.inputChannels, columns: g.kernelElements, source + channel * g.taps, stride: g.kernelElements,
          to: out + channel * g.taps, stride: g.inputChannels)
      }
    }
  }

  // MARK: - Running

  /// Writes the whole result; `left` is what `pack` made of the weights. `finish`, for the forward pass alone, is
  /// called for every run of outputs that is complete.
  func run(
    _ source: UnsafePointer<Scalar>, _ left: [PackedLeft<Kernels>], to out: UnsafeMutablePointer<Scalar>,
    _ finish: FinishOutputs<Scalar>? = nil
  ) {
    let bands = layout.bands
    // A cache line more than whole strips, so that the rows of a tile do not compete for the same cache sets.
    let stride = (bands.rows * layout.rowPitch + tile.columns - 1) / tile.columns * tile.columns + Blocking.oddLine
    let sumCount = left[0].paddedRows * stride
    let bytes =
      (passes.count * sumCount + layout.elementCount(overhang: tile.columns)) * MemoryLayout<Scalar>.stride
    let offsets = passes.map { layout.offsets($0.rows, $0.columns) }
    ThreadPool.current.run(parts: bands.count, workspace: bytes) { part, workspace in
      let sums = workspace.assumingMemoryBound(to: Scalar.self)
      let planes = sums + passes.count * sumCount
      let band = bands[part]
      for firstChannel in Swift.stride(from: 0, to: plan.source[1], by: blockChannels) {
        let channels = min(blockChannels, plan.source[1] - firstChannel)
        layout.lay(
          source, band, firstChannel: firstChannel, channels: channels, to: planes, overhang: tile.columns,
          with: Kernels.self)
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
    _ left: PackedLeft<Kernels>, firstChannel: Int, depth: Int, _ planes: UnsafePointer<Scalar>, _ offsets: [Int32],
    columns: Int, _ sums: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    guard depth > 0 else {
      sums.update(repeating: 0, count: left.paddedRows * stride)
      return
    }
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      let panels = left.chunk(firstChannel / blockChannels)
      for column in Swift.stride(from: 0, to: columns, by: tile.columns) {
        Kernels.multiply(
          tile.shape, panels: left.panels, depth: depth, panels, planes + column, offsets: offsets, to: sums + column,
          stride: stride, adding: firstChannel > 0, chain: Blocking.chain)
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
    let (vertical, horizontal) = (plan.vertical, plan.horizontal)
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
          Kernels.interleave(
            phases: classes, rows: isDense ? 1 : rows, width: isDense ? rows * width : width, from,
            phaseStride: sumCount, stride: layout.rowPitch, to: to, stride: vertical.step * width)
          finish?(to, rows * width)
        }
      }
    }
  }
}
