import KernelContract

/// A weight gradient by Winograd's minimal filtering: the transpose, in the weights, of `WinogradConvolution`.
///
/// Where y = Aᵀ[(G·g) ⊙ (Bᵀ·d)], the cotangent of the weights is g̅ = Gᵀ·Σ (A·y̅) ⊙ (Bᵀ·d), the sum over all squares of
/// outputs. At each point that sum is a matrix product over the squares. Operands, bands, parts and the order of sums
/// are those of `WeightGradient`, with squares in place of pixels and points in place of taps.
struct WinogradWeightGradient<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  private let plan: WinogradWeightGradientPlan
  private let direct: WeightGradient<Kernels>

  private var geometry: ConvolutionGeometry { direct.geometry }
  private var tile: RegisterTileExtents { direct.tile }
  private var vertical: WinogradTiling { plan.vertical }
  private var horizontal: WinogradTiling { plan.horizontal }
  /// Bands of tiles.
  private var bands: ImageBands { plan.bands }

  init(_ geometry: ConvolutionGeometry, _ plan: WinogradWeightGradientPlan, _ sharing: BatchSharing? = nil) {
    self.plan = plan
    direct = WeightGradient(geometry, plan.pixels, sharing)
  }

  private var points: Int { vertical.points * horizontal.points }
  /// Residues of the taps modulo the stride; each has its own points.
  private var filters: Int { geometry.stride.height * geometry.stride.width }
  private var rowCount: Int { direct.paddedRows * tile.columns }
  private var sumCount: Int { direct.blocks * filters * points * rowCount }
  /// Squares of a full band.
  private var capacity: Int { bands.images * bands.rows * horizontal.tiles.count }
  private var outputPitch: Int { direct.paddedRows * capacity + Blocking.oddLine }
  private var dataPitch: Int { capacity * tile.columns + Blocking.oddLine }

  func run(
    _ cotangent: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    let share = direct.share
    let storage = Storage(byteCount: share.slots * sumCount * MemoryLayout<Scalar>.stride)
    let sums = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let places = bands.forEachShape(places)
    let leftCount = direct.paddedRows * direct.bandPixels
    let count = leftCount + direct.blockPitch + points * (outputPitch + filters * dataPitch)
    let bytes = count * MemoryLayout<Scalar>.stride
    ThreadPool.current.run(parts: share.parts.count, workspace: bytes) { own, workspace in
      let left = workspace.assumingMemoryBound(to: Scalar.self)
      let right = left + leftCount
      let outputs = right + direct.blockPitch
      let data = outputs + points * outputPitch
      let indices = plan.pixels.bands(of: share.parts.lowerBound + own)
      for index in indices {
        guard let places = places[bands[index].shape] else { preconditionFailure("a band of an unknown shape") }
        let band = direct.bands[index].counted(from: share.firstImage)
        direct.turnCotangentRows(cotangent, band, to: left)
        transformOutputs(left, band, places, to: outputs)
        for block in 0..<direct.blocks {
          direct.turnInput(x, band, block: block, to: right)
          transformData(right, places, to: data)
          multiply(
            outputs, data, places, to: sums + (share.ownSlot + own) * sumCount + block * filters * points * rowCount,
            isFirst: index == indices.lowerBound)
        }
      }
    }
    share.exchange(sums, count: sumCount, with: Kernels.self)
    let taps = transformBack(sums)
    withExtendedLifetime((storage, taps)) {
      direct.deliver(taps.pointer.assumingMemoryBound(to: Scalar.self), to: out)
    }
  }

  /// What the bands of a shape have in common: the squares at every point, and where the transforms find them.
  private struct Places {
    let ranges: [Range<Int>]
    let outputs: [WinogradLines]
    let data: [WinogradLines]
    /// Where the squares lie in an operand.
    let depths: [Int32]
  }

  private func places(_ shape: ImageBands.Shape) -> Places {
    let squares = WinogradSquares(images: shape.images, rows: vertical, shape.rows, columns: horizontal)
    let outputs = WinogradGrid(
      rows: vertical.outputs(of: shape.rows).count, columns: geometry.output.width, channels: tile.rows, step: 1)
    let data = WinogradGrid(
      rows: direct.turned.rows, columns: direct.turned.columns, channels: tile.columns, step: geometry.stride)
    return Places(
      ranges: (0..<points).map { squares.range(at: $0) },
      outputs: squares.lines(.transposedInverse, from: outputs, pitch: tile.rows),
      data: squares.lines(.data, from: data, pitch: tile.columns),
      depths: (0..<squares.count).map { Int32($0 * tile.columns) })
  }

  /// A·y̅ of every square: panels [pixel][row] to [point][panel][square][row].
  private func transformOutputs(
    _ left: UnsafePointer<Scalar>, _ band: ImageBands.Band, _ places: Places, to out: UnsafeMutablePointer<Scalar>
  ) {
    let pixels = band.images * band.rows * geometry.output.width
    for panel in 0..<direct.panels {
      for lines in places.outputs {
        Kernels.winograd(
          .transposedInverse, lines, width: tile.rows, outRow: horizontal.points * outputPitch, outColumn: outputPitch,
          left + panel * pixels * tile.rows, to: out + panel * capacity * tile.rows)
      }
    }
  }

  /// Bᵀ·d of every square: a block's [image][row][column][channel] to [filter][point][square][channel].
  private func transformData(
    _ copy: UnsafePointer<Scalar>, _ places: Places, to out: UnsafeMutablePointer<Scalar>
  ) {
    let stride = geometry.stride
    for filter in 0..<filters {
      let first = filter / stride.width * direct.turned.columns + filter % stride.width
      for lines in places.data {
        Kernels.winograd(
          .data, lines, width: tile.columns, outRow: horizontal.points * dataPitch, outColumn: dataPitch,
          copy + first * tile.columns, to: out + filter * points * dataPitch)
      }
    }
  }

  /// Adds the products at every point, over the squares that have it. The outputs of a point stay in the second cache
  /// for all filters.
  private func multiply(
    _ outputs: UnsafePointer<Scalar>, _ data: UnsafePointer<Scalar>, _ places: Places,
    to sums: UnsafeMutablePointer<Scalar>, isFirst: Bool
  ) {
    places.depths.withUnsafeBufferPointer { depths in
      guard let depths = depths.baseAddress else { return }
      for (point, range) in places.ranges.enumerated() {
        for filter in 0..<filters {
          let product = filter * points + point
          let to = sums + product * rowCount
          if range.isEmpty, isFirst { to.update(repeating: 0, count: rowCount) }
          for panel in 0..<direct.panels {
            Kernels.multiply(
              tile.shape, panels: 1, depth: range.count,
              outputs + point * outputPitch + (panel * capacity + range.lowerBound) * tile.rows,
              data + product * dataPitch + range.lowerBound * tile.columns, offsets: depths,
              to: to + panel * tile.rows * tile.columns, stride: tile.columns, adding: !isFirst,
              chain: Blocking.winogradChain(depth: capacity))
          }
        }
      }
    }
  }

  /// The parts' sums added in order, then Gᵀ of them: [part][block][filter][point][row][column] to
  /// [block][tap][row][column].
  private func transformBack(_ sums: UnsafeMutablePointer<Scalar>) -> Storage {
    let (g, share) = (geometry, direct.share)
    let storage = Storage(byteCount: direct.sumCount * MemoryLayout<Scalar>.stride)
    let out = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let elements = (0..<points).map { Int32($0 * rowCount) }
    let width = min(rowCount, max(64, Blocking.WinogradWeightGradient.share / (points * share.slotsToAdd) / 64 * 64))
    let chunks = (rowCount + width - 1) / width
    ThreadPool.current.run(parts: direct.blocks * filters * chunks) { index in
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
      Kernels.winograd(
        planes, lines: [WinogradLine(source: 0, out: 0)], elements: elements, sums,
        to: out + (block * direct.taps + tap) * rowCount + first)
    }
    return storage
  }
}
