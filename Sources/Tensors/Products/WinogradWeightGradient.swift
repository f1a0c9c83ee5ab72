import KernelContract

/// A weight gradient by Winograd's minimal filtering: the transpose, in the weights, of `WinogradConvolution`.
///
/// Where y = Aᵀ[(G·g) ⊙ (Bᵀ·d)], the cotangent of the weights is g̅ = Gᵀ·Σ (A·y̅) ⊙ (Bᵀ·d), the sum over all squares of 2 × 2 outputs. At
/// each point that sum is a matrix product over the squares. Operands, bands, parts and the order of sums are those of
/// `WeightGradient`, with squares in place of pixels and points in place of taps.
struct WinogradWeightGradient<Scalar: TensorScalar> {
  private let direct: WeightGradient<Scalar>
  /// r.
  private let taps: Int

  private var geometry: ConvolutionGeometry { direct.geometry }
  private var kernels: ProductKernels<Scalar> { direct.kernels }
  private var tile: ProductTile<Scalar> { direct.tile }

  /// Fails where there is nothing to gain or outputs do not pair: other kernels, few channels, odd outputs. Also where a batch has
  /// fewer than 512 squares: im2col's sums are then so short that the transforms would make the error the larger one.
  init?(_ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>) {
    taps = g.kernel.height / g.stride.height
    guard taps == 2 || taps == 3, g.kernel.height == taps * g.stride.height, g.kernel.width == taps * g.stride.width,
      g.output.height % 2 == 0, g.output.width % 2 == 0, g.inputChannels >= 16, g.outputChannels >= 16,
      g.batch * g.outputPixels >= 4 * 512
    else { return nil }
    let squares = ImageBands(batch: g.batch, height: g.output.height / 2, width: g.output.width / 2, pixels: 64)
    // As many parts as their sums have room for: over many squares it is the adding of chains that costs accuracy.
    let sums = g.outputChannels * g.inputChannels * g.stride.height * g.stride.width * (taps + 1) * (taps + 1)
    direct = WeightGradient(g, bands: squares.scaled(by: 2), parts: max(4, min(32, (1 << 22) / sums)), kernels)
  }

  private var points: Int { (taps + 1) * (taps + 1) }
  /// Residues of the taps modulo the stride; each has its own points.
  private var filters: Int { geometry.stride.height * geometry.stride.width }
  private var rowCount: Int { direct.paddedRows * tile.columns }
  private var sumCount: Int { direct.blocks * filters * points * rowCount }
  /// Squares along a row of outputs, and of a full band.
  private var rowSquares: Int { geometry.output.width / 2 }
  private var squares: Int { direct.bandPixels / 4 }

  func run(
    _ cotangent: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    let storage = Storage(byteCount: direct.parts * sumCount * MemoryLayout<Scalar>.stride)
    let sums = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let leftCount = direct.paddedRows * direct.bandPixels
    let outputPitch = direct.paddedRows * squares + 16
    let dataPitch = squares * tile.columns + 16
    let count = leftCount + direct.rightCount + points * (outputPitch + filters * dataPitch)
    let windows = WinogradWindows(
      rows: direct.turned.rows, columns: direct.turned.columns, channels: tile.columns, step: geometry.stride)
    let elements = windows.elements(side: taps + 1)
    let depths = (0..<squares).map { Int32($0 * tile.columns) }
    ThreadPool.shared.run(parts: direct.parts, workspace: count * MemoryLayout<Scalar>.stride) { part, workspace in
      let left = workspace.assumingMemoryBound(to: Scalar.self)
      let right = left + leftCount
      let outputs = right + direct.rightCount
      let data = outputs + points * outputPitch
      let first = part * direct.bands.count / direct.parts
      let last = (part + 1) * direct.bands.count / direct.parts
      for index in first..<last {
        let band = direct.bands[index]
        direct.turnCotangentRows(cotangent, band, to: left)
        direct.turnInput(x, band, to: right)
        transformOutputs(left, band, to: outputs, outputPitch)
        let places = windows.places(images: band.images, squareRows: band.rows / 2, squareColumns: rowSquares)
        for block in 0..<direct.blocks {
          transformData(right + block * direct.blockPitch, places, elements, to: data, dataPitch)
          var to = sums + (part * direct.blocks + block) * filters * points * rowCount
          depths.withUnsafeBufferPointer { table in
            guard let table = table.baseAddress else { return }
            for product in 0..<filters * points {
              tile.multiply(
                direct.panels, band.squares(along: rowSquares), outputs + product % points * outputPitch,
                data + product * dataPitch, table, to, tile.columns, index > first, ProductKernels<Scalar>.winogradChain
              )
              to += rowCount
            }
          }
        }
      }
    }
    direct.add(sums, count: sumCount)
    let taps = transformBack(sums)
    withExtendedLifetime((storage, taps)) {
      direct.deliver(taps.pointer.assumingMemoryBound(to: Scalar.self), to: out)
    }
  }

  /// A·y̅ of every square: panels [pixel][row] to [point][panel][square][row].
  private func transformOutputs(
    _ left: UnsafePointer<Scalar>, _ band: ImageBands.Band, to out: UnsafeMutablePointer<Scalar>, _ pitch: Int
  ) {
    let squares = band.squares(along: rowSquares)
    let windows = WinogradWindows(rows: band.rows, columns: geometry.output.width, channels: tile.rows, step: 1)
    let places = windows.places(images: band.images, squareRows: band.rows / 2, squareColumns: rowSquares)
    let elements = windows.elements(side: 2)
    let planes = WinogradPlanes(
      .transposedInverse, taps: taps, width: tile.rows, outLine: tile.rows, outRow: (taps + 1) * pitch, outColumn: pitch
    )
    for panel in 0..<direct.panels {
      kernels.winograd(
        planes, lines: places, elements, left + panel * 4 * squares * tile.rows, out + panel * squares * tile.rows)
    }
  }

  /// Bᵀ·d of every square: a block's [image][row][column][channel] to [filter][point][square][channel].
  private func transformData(
    _ copy: UnsafePointer<Scalar>, _ places: [Int32], _ elements: [Int32], to out: UnsafeMutablePointer<Scalar>,
    _ pitch: Int
  ) {
    let stride = geometry.stride
    let planes = WinogradPlanes(
      .data, taps: taps, width: tile.columns, outLine: tile.columns, outRow: (taps + 1) * pitch, outColumn: pitch)
    for filter in 0..<filters {
      let first = filter / stride.width * direct.turned.columns + filter % stride.width
      kernels.winograd(planes, lines: places, elements, copy + first * tile.columns, out + filter * points * pitch)
    }
  }

  /// Gᵀ of the sums: [block][filter][point][row][column] to [block][tap][row][column].
  private func transformBack(_ sums: UnsafePointer<Scalar>) -> Storage {
    let g = geometry
    let storage = Storage(byteCount: direct.sumCount * MemoryLayout<Scalar>.stride)
    let out = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let planes = WinogradPlanes(
      .transposedFilter, taps: taps, width: rowCount, outRow: g.stride.height * g.kernel.width * rowCount,
      outColumn: g.stride.width * rowCount)
    let elements = (0..<points).map { Int32($0 * rowCount) }
    Parallel.forEach(direct.blocks * filters, costPerIndex: points * rowCount) { index in
      let (block, filter) = index.quotientAndRemainder(dividingBy: filters)
      let tap = filter / g.stride.width * g.kernel.width + filter % g.stride.width
      kernels.winograd(
        planes, lines: [0], elements, sums + index * points * rowCount, out + (block * direct.taps + tap) * rowCount)
    }
    return storage
  }
}

extension ImageBands.Band {
  /// Squares of 2 × 2 pixels, `row` of them along a row.
  fileprivate func squares(along row: Int) -> Int { images * (rows / 2) * row }
}
