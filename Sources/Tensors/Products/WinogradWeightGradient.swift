import KernelContract

/// A weight gradient by Winograd's minimal filtering: the transpose, in the weights, of `WinogradConvolution`.
///
/// Where y = Aᵀ[(G·g) ⊙ (Bᵀ·d)], the cotangent of the weights is g̅ = Gᵀ·Σ (A·y̅) ⊙ (Bᵀ·d), the sum over all squares of outputs. At
/// each point that sum is a matrix product over the squares. Operands, bands, parts and the order of sums are those of
/// `WeightGradient`, with squares in place of pixels and points in place of taps.
struct WinogradWeightGradient<Scalar: TensorScalar> {
  private let direct: WeightGradient<Scalar>
  private let vertical: WinogradTiling
  private let horizontal: WinogradTiling
  /// Bands of tiles.
  private let bands: ImageBands

  private var geometry: ConvolutionGeometry { direct.geometry }
  private var kernels: ProductKernels<Scalar> { direct.kernels }
  private var tile: ProductTile<Scalar> { direct.tile }

  /// Fails where there is nothing to gain or outputs do not fill squares: other kernels, few channels, odd outputs. Also where a batch
  /// has fewer than 512 squares: im2col's sums are then so short that the transforms would make the error the larger one.
  init?(_ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>) {
    let taps = g.kernel.height / g.stride.height
    guard g.kernel.height == taps * g.stride.height, g.kernel.width == taps * g.stride.width,
      let rows = WinogradTiling(outputs: g.output.height, taps: taps),
      let columns = WinogradTiling(outputs: g.output.width, taps: taps),
      rows.boundaries.last == g.output.height, columns.boundaries.last == g.output.width,
      g.inputChannels >= 16, g.outputChannels >= 16, g.batch * g.outputPixels >= 4 * 512
    else { return nil }
    vertical = rows
    horizontal = columns
    // With two taps a band's operands are smaller than the sums that they are added to: larger bands read and write these less often.
    // Four bands at least, so that four threads have work.
    let (height, width) = (rows.tiles.count, columns.tiles.count)
    bands = ImageBands(
      batch: g.batch, height: height, width: width, pixels: taps == 2 ? min(288, g.batch * height * width / 4) : 64)
    // As many parts as their sums have room for: over many squares it is the adding of chains that costs accuracy.
    let sums = g.outputChannels * g.inputChannels * g.stride.height * g.stride.width * rows.points * columns.points
    direct = WeightGradient(
      g, bands: bands.expanded(to: rows.boundaries), parts: max(4, min(32, (1 << 22) / sums)), kernels)
  }

  private var points: Int { vertical.points * horizontal.points }
  /// Residues of the taps modulo the stride; each has its own points.
  private var filters: Int { geometry.stride.height * geometry.stride.width }
  private var rowCount: Int { direct.paddedRows * tile.columns }
  private var sumCount: Int { direct.blocks * filters * points * rowCount }
  /// Squares of a full band.
  private var capacity: Int { bands.images * bands.rows * horizontal.tiles.count }
  private var outputPitch: Int { direct.paddedRows * capacity + 16 }
  private var dataPitch: Int { capacity * tile.columns + 16 }

  func run(
    _ cotangent: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    let storage = Storage(byteCount: direct.parts * sumCount * MemoryLayout<Scalar>.stride)
    let sums = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let tables = bands.forEachShape(tables)
    let leftCount = direct.paddedRows * direct.bandPixels
    let count = leftCount + direct.blockPitch + points * (outputPitch + filters * dataPitch)
    ThreadPool.shared.run(parts: direct.parts, workspace: count * MemoryLayout<Scalar>.stride) { part, workspace in
      let left = workspace.assumingMemoryBound(to: Scalar.self)
      let right = left + leftCount
      let outputs = right + direct.blockPitch
      let data = outputs + points * outputPitch
      let first = part * bands.count / direct.parts
      let last = (part + 1) * bands.count / direct.parts
      for index in first..<last {
        guard let tables = tables[bands[index].shape] else { preconditionFailure("a band without tables") }
        let band = direct.bands[index]
        direct.turnCotangentRows(cotangent, band, to: left)
        transformOutputs(left, band, tables, to: outputs)
        for block in 0..<direct.blocks {
          direct.turnInput(x, band, block: block, to: right)
          transformData(right, tables, to: data)
          multiply(
            outputs, data, tables, to: sums + (part * direct.blocks + block) * filters * points * rowCount,
            isFirst: index == first)
        }
      }
    }
    let taps = transformBack(sums)
    withExtendedLifetime((storage, taps)) {
      direct.deliver(taps.pointer.assumingMemoryBound(to: Scalar.self), to: out)
    }
  }

  /// What the bands of a shape have in common: the squares at every point, and where the transforms find them.
  private struct Tables {
    let ranges: [Range<Int>]
    let outputs: [WinogradTable]
    let data: [WinogradTable]
    /// Where the squares lie in an operand.
    let depths: [Int32]
  }

  private func tables(_ shape: ImageBands.Shape) -> Tables {
    let squares = WinogradSquares(images: shape.images, rows: vertical, shape.rows, columns: horizontal)
    let outputs = WinogradGrid(
      rows: vertical.outputs(of: shape.rows).count, columns: geometry.output.width, channels: tile.rows, step: 1)
    let data = WinogradGrid(
      rows: direct.turned.rows, columns: direct.turned.columns, channels: tile.columns, step: geometry.stride)
    return Tables(
      ranges: (0..<points).map { squares.range(at: $0) },
      outputs: squares.tables(.transposedInverse, from: outputs, pitch: tile.rows),
      data: squares.tables(.data, from: data, pitch: tile.columns),
      depths: (0..<squares.count).map { Int32($0 * tile.columns) })
  }

  /// A·y̅ of every square: panels [pixel][row] to [point][panel][square][row].
  private func transformOutputs(
    _ left: UnsafePointer<Scalar>, _ band: ImageBands.Band, _ tables: Tables, to out: UnsafeMutablePointer<Scalar>
  ) {
    let pixels = band.images * band.rows * geometry.output.width
    for panel in 0..<direct.panels {
      for table in tables.outputs {
        kernels.winograd(
          .transposedInverse, table, width: tile.rows, outRow: horizontal.points * outputPitch, outColumn: outputPitch,
          left + panel * pixels * tile.rows, out + panel * capacity * tile.rows)
      }
    }
  }

  /// Bᵀ·d of every square: a block's [image][row][column][channel] to [filter][point][square][channel].
  private func transformData(
    _ copy: UnsafePointer<Scalar>, _ tables: Tables, to out: UnsafeMutablePointer<Scalar>
  ) {
    let stride = geometry.stride
    for filter in 0..<filters {
      let first = filter / stride.width * direct.turned.columns + filter % stride.width
      for table in tables.data {
        kernels.winograd(
          .data, table, width: tile.columns, outRow: horizontal.points * dataPitch, outColumn: dataPitch,
          copy + first * tile.columns, out + filter * points * dataPitch)
      }
    }
  }

  /// Adds the products at every point, over the squares that have it. The outputs of a point stay in the second cache for all filters.
  private func multiply(
    _ outputs: UnsafePointer<Scalar>, _ data: UnsafePointer<Scalar>, _ tables: Tables,
    to sums: UnsafeMutablePointer<Scalar>, isFirst: Bool
  ) {
    tables.depths.withUnsafeBufferPointer { depths in
      guard let depths = depths.baseAddress else { return }
      for (point, range) in tables.ranges.enumerated() {
        for filter in 0..<filters {
          let product = filter * points + point
          let to = sums + product * rowCount
          if range.isEmpty, isFirst { to.update(repeating: 0, count: rowCount) }
          for panel in 0..<direct.panels {
            tile.multiply(
              1, range.count, outputs + point * outputPitch + (panel * capacity + range.lowerBound) * tile.rows,
              data + product * dataPitch + range.lowerBound * tile.columns, depths,
              to + panel * tile.rows * tile.columns, tile.columns, !isFirst,
              ProductKernels<Scalar>.winogradChain(depth: capacity))
          }
        }
      }
    }
  }

  /// The parts' sums added in order, then Gᵀ of them: [part][block][filter][point][row][column] to [block][tap][row][column].
  private func transformBack(_ sums: UnsafeMutablePointer<Scalar>) -> Storage {
    let g = geometry
    let storage = Storage(byteCount: direct.sumCount * MemoryLayout<Scalar>.stride)
    let out = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let elements = (0..<points).map { Int32($0 * rowCount) }
    // As many elements at a time as the second cache holds of all points and parts: what is added is transformed while it is near.
    let width = min(rowCount, max(64, (1 << 16) / (points * direct.parts) / 64 * 64))
    let chunks = (rowCount + width - 1) / width
    ThreadPool.shared.run(parts: direct.blocks * filters * chunks) { index in
      let (product, chunk) = index.quotientAndRemainder(dividingBy: chunks)
      let (block, filter) = product.quotientAndRemainder(dividingBy: filters)
      let tap = filter / g.stride.width * g.kernel.width + filter % g.stride.width
      let first = chunk * width
      let count = min(width, rowCount - first)
      let sums = sums + product * points * rowCount + first
      for point in 0..<points { direct.addParts(count, pitch: sumCount, at: sums + point * rowCount) }
      let planes = WinogradPlanes(
        .transposedFilter, rows: vertical.algorithm, columns: horizontal.algorithm, width: count,
        outRow: g.stride.height * g.kernel.width * rowCount, outColumn: g.stride.width * rowCount)
      kernels.winograd(
        planes, lines: [WinogradLine(source: 0, out: 0)], elements, sums,
        out + (block * direct.taps + tap) * rowCount + first)
    }
    return storage
  }
}
