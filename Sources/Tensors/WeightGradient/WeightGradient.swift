import KernelContract

/// The weight gradient as a product over pixels: both operands are turned so that pixels run along the depth.
///
/// Usually the rows are output channels and the columns input channels, once for every tap: one copy of the input with
/// the channels innermost serves all taps, each at its own distance. With few input channels (RGB) most of the columns
/// would be empty, so the rows are then the taps of all channels and the columns output channels.
///
/// The pixels are cut into two bands at least (a long row is a band of its own); consecutive bands add to the sums of
/// one of a few parts, and the parts' sums are added in order.
struct WeightGradient<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  let geometry: ConvolutionGeometry
  let plan: WeightGradientPlan
  let tile: RegisterTileExtents
  /// The input of a full band.
  let turned: TurnedImages
  let rows: Int
  let columns: Int
  /// What of it this process does.
  let share: WeightGradientShare

  var bands: ImageBands { plan.bands }
  var rowsAreTaps: Bool { plan.rowsAreTaps }

  init(_ geometry: ConvolutionGeometry, _ plan: WeightGradientPlan, _ sharing: BatchSharing? = nil) {
    share = WeightGradientShare(plan, sharing)
    let (g, bands) = (geometry, plan.bands)
    self.geometry = g
    self.plan = plan
    rows = plan.rowsAreTaps ? g.taps : g.outputChannels
    columns = plan.rowsAreTaps ? g.outputChannels : g.inputChannels
    tile = Kernels.fittingTile(rows: rows)
    turned = TurnedImages(
      channels: g.inputChannels, height: g.input.height, width: g.input.width, blockChannels: tile.columns,
      images: bands.images, rows: (bands.rows - 1) * g.stride.height + g.kernel.height,
      columns: (g.output.width - 1) * g.stride.width + g.kernel.width)
  }

  /// Products of one band that share the left operand: every tap, unless taps are rows.
  var taps: Int { rowsAreTaps ? 1 : geometry.kernelElements }
  var panels: Int { (rows + tile.rows - 1) / tile.rows }
  var paddedRows: Int { panels * tile.rows }
  var blocks: Int { (columns + tile.columns - 1) / tile.columns }
  /// Sums are laid out [block of columns][tap][row][column].
  var sumCount: Int { blocks * taps * paddedRows * tile.columns }
  var bandPixels: Int { bands.images * bands.rows * geometry.output.width }

  func run(
    _ cotangent: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    let storage = Storage(byteCount: share.slots * sumCount * MemoryLayout<Scalar>.stride)
    withExtendedLifetime(storage) {
      run(cotangent, x, sums: storage.pointer.assumingMemoryBound(to: Scalar.self), to: out)
    }
  }

  private func run(
    _ cotangent: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, sums: UnsafeMutablePointer<Scalar>,
    to out: UnsafeMutablePointer<Scalar>
  ) {
    let leftCount = paddedRows * bandPixels
    let layout = rowsAreTaps ? tapLayout : nil
    let unrolledCount = layout.map { $0.elementCount(overhang: 0) + rows * bandPixels } ?? 0
    let bytes = (leftCount + rightCount + unrolledCount) * MemoryLayout<Scalar>.stride
    let offsets = pixelOffsets
    let tapOffsets = layout.map { $0.offsets($0.vertical.residues[0], $0.horizontal.residues[0]) } ?? []
    ThreadPool.current.run(parts: share.parts.count, workspace: bytes) { own, workspace in
      let left = workspace.assumingMemoryBound(to: Scalar.self)
      let right = left + leftCount
      let indices = plan.bands(of: share.parts.lowerBound + own)
      for index in indices {
        let band = bands[index].counted(from: share.firstImage)
        if let layout {
          turnTaps(x, band, layout, tapOffsets, in: right + rightCount, to: left)
          turnCotangentColumns(cotangent, band, to: right)
        } else {
          turnCotangentRows(cotangent, band, to: left)
          for block in 0..<blocks { turnInput(x, band, block: block, to: right + block * blockPitch) }
        }
        multiply(
          band, left, right, offsets, sums + (share.ownSlot + own) * sumCount,
          isFirst: index == indices.lowerBound)
      }
    }
    share.exchange(sums, count: sumCount, with: Kernels.self)
    Parallel.forChunks(of: sumCount, chunk: Blocking.WeightGradient.share) {
      addParts($0.count, pitch: sumCount, at: sums + $0.lowerBound)
    }
    deliver(sums, to: out)
  }

  private func multiply(
    _ band: ImageBands.Band, _ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>, _ offsets: [Int32],
    _ sums: UnsafeMutablePointer<Scalar>, isFirst: Bool
  ) {
    // The tap planes of a band that is not full hold images of zeros.
    let pixels = (rowsAreTaps ? bands.images : band.images) * band.rows * geometry.output.width
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      var out = sums
      for block in 0..<blocks {
        for tap in 0..<taps {
          Kernels.multiply(
            tile.shape, panels: panels, depth: pixels, left, right + block * blockPitch + tapDistance(tap),
            offsets: offsets, to: out, stride: tile.columns, adding: !isFirst, chain: Blocking.chain)
          out += paddedRows * tile.columns
        }
      }
    }
  }

  /// Adds the other parts' sums to `count` of the first's, in order; the parts lie `pitch` elements apart. Where the
  /// ranks have made the sum together, there is nothing to add.
  func addParts(_ count: Int, pitch: Int, at sums: UnsafeMutablePointer<Scalar>) {
    for part in 1..<max(1, share.slotsToAdd) { Kernels.accumulate(count: count, sums + part * pitch, to: sums) }
  }

  /// Sums [block][tap][row][column] to weights [O, C, kH, kW].
  func deliver(_ sums: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>) {
    let width = tile.columns
    if rowsAreTaps {
      for block in 0..<blocks {
        let outputs = min(width, columns - block * width)
        Kernels.transpose(
          rows: rows, columns: outputs, sums + block * paddedRows * width, stride: width,
          to: out + block * width * geometry.taps, stride: geometry.taps)
      }
    } else {
      Parallel.forEach(rows, costPerIndex: geometry.taps) { row in
        for block in 0..<blocks {
          let channels = min(width, columns - block * width)
          Kernels.transpose(
            rows: taps, columns: channels, sums + (block * taps * paddedRows + row) * width, stride: paddedRows * width,
            to: out + row * geometry.taps + block * width * taps, stride: taps)
        }
      }
    }
  }
}
