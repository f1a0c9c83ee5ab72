import KernelContract

/// A convolution whose outputs are computed in squares by Winograd's minimal filtering (`MinimalFiltering`).
///
/// A part of the work is a band of squares of a few images. Its source is turned so that channels are innermost, and
/// the windows of its squares are transformed. At each point the squares that have it and the transformed weights are
/// then multiplied as matrices over k, the filters of a class of outputs and the channels; the products are transformed
/// back to outputs, the channels still innermost, and turned. The forward pass and the input gradient differ in their
/// taps alone.
struct WinogradConvolution<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  private let plan: WinogradPlan
  private let tile = Kernels.extents(of: .wide)
  /// Bands of tiles, and of the outputs that these cover.
  private let bands: ImageBands
  private let outputBands: ImageBands
  private let turned: TurnedImages

  private var result: [Int] { plan.result }
  private var vertical: WinogradAxis { plan.vertical }
  private var horizontal: WinogradAxis { plan.horizontal }

  init(_ plan: WinogradPlan) {
    self.plan = plan
    let (source, rows, columns) = (plan.source, plan.vertical, plan.horizontal)
    // So many squares a part that their points fit the second cache; fewer where that would leave too few parts.
    let (height, width) = (rows.tiling.tiles.count, columns.tiling.tiles.count)
    let all = source[0] * height * width
    let most = min(
      Blocking.Winograd.elements / (plan.points * plan.depth), all / Blocking.Winograd.bands,
      Blocking.Winograd.mostSquares)
    bands = ImageBands(
      batch: source[0], height: height, width: width,
      pixels: max(Blocking.Winograd.squares(taps: rows.tiling.taps, all: all), most))
    outputBands = bands.expanded(to: rows.tiling.boundaries)
    turned = TurnedImages(
      channels: source[1], height: source[2], width: source[3], blockChannels: tile.columns, images: bands.images,
      rows: rows.reach(of: outputBands.rows), columns: columns.reach(of: columns.tiling.boundaries.last ?? 0))
  }

  // MARK: - Extents

  /// A residue class of outputs.
  private struct Class {
    let row: Int
    let column: Int
    /// Where in the turned source the windows of its filters begin.
    let windows: [Int]
  }

  private var points: Int { plan.points }
  /// Squares of a full band, and as many as the last panel may pass its end by.
  private var squares: Int { bands.images * bands.rows * horizontal.tiling.tiles.count + tile.rows - 1 }
  private var depth: Int { plan.depth }
  /// A cache line more, so that the squares of a panel do not compete for the same cache sets.
  private var dataStride: Int { depth + Blocking.oddLine }
  private var dataPitch: Int { squares * dataStride }
  private var productPitch: Int { squares * tile.columns + Blocking.oddLine }
  /// Where the squares' outputs of a strip lie: rows and columns of a full band, filled up to whole squares.
  private var resultGrid: WinogradGrid {
    WinogradGrid(
      rows: outputBands.rows * vertical.resultStep,
      columns: (horizontal.tiling.boundaries.last ?? 0) * horizontal.resultStep, channels: tile.columns,
      step: .init(height: vertical.resultStep, width: horizontal.resultStep))
  }
  /// Where the squares' windows lie in a block of the turned source.
  private var sourceGrid: WinogradGrid {
    WinogradGrid(
      rows: turned.rows, columns: turned.columns, channels: turned.blockChannels,
      step: .init(height: vertical.sourceStep, width: horizontal.sourceStep))
  }
  private var stripPitch: Int { bands.images * resultGrid.rows * resultGrid.columns * tile.columns }
  private var strips: Int { (result[1] + tile.columns - 1) / tile.columns }

  private var classes: [Class] {
    vertical.filters.enumerated().flatMap { row, rowFilters in
      horizontal.filters.enumerated().map { column, columnFilters in
        Class(
          row: row, column: column,
          windows: rowFilters.flatMap { rowFilter in
            columnFilters.map {
              ((rowFilter.start - vertical.start) * turned.columns + $0.start - horizontal.start) * turned.blockChannels
            }
          })
      }
    }
  }

  // MARK: - Running

  /// Writes the whole result; `finish`, for the forward pass alone, is called for every run of outputs that is
  /// complete.
  func run(
    _ source: UnsafePointer<Scalar>, _ weights: ConvolutionWeights, to out: UnsafeMutablePointer<Scalar>,
    _ finish: FinishOutputs<Scalar>? = nil
  ) {
    let classes = self.classes
    let weights = WinogradWeights<Kernels>.of(weights, plan)
    let places = bands.forEachShape(places)
    let dataCount = points * dataPitch
    let productCount = strips * points * productPitch
    // A single class has transformed a block before the next one is turned: one place, in the second cache, serves them
    // all.
    let imagePitch = classes.count == 1 ? 0 : turned.blockPitch
    let imageCount = turned.blockPitch + (turned.blocks - 1) * imagePitch
    let count = imageCount + dataCount + productCount + strips * stripPitch
    withExtendedLifetime(weights) {
      ThreadPool.current.run(parts: bands.count, workspace: count * MemoryLayout<Scalar>.stride) { part, memory in
        let data = memory.assumingMemoryBound(to: Scalar.self)
        let products = data + dataCount
        let images = products + productCount
        let results = images + imageCount
        let band = outputBands[part]
        guard let places = places[bands[part].shape] else { preconditionFailure("a band of an unknown shape") }
        for index in classes.indices {
          for block in 0..<turned.blocks {
            if index == 0 { turn(source, band, block: block, to: images + block * imagePitch) }
            transformData(images + block * imagePitch, block: block, places, classes[index], to: data)
          }
          multiply(data, places, products, to: results, classes[index]) { strip, point in
            let (row, column) = point.quotientAndRemainder(dividingBy: horizontal.tiling.points)
            return weights.strip(strip, point: .init(height: row, width: column), of: index)
          }
        }
        deliver(band, results, to: out, finish)
      }
    }
  }

  /// A block of the source that the windows of a band's squares meet.
  private func turn(
    _ source: UnsafePointer<Scalar>, _ band: ImageBands.Band, block: Int, to out: UnsafeMutablePointer<Scalar>
  ) {
    turned.turn(
      block: block, source + band.firstImage * turned.channels * turned.height * turned.width, images: band.images,
      firstRow: band.firstRow * vertical.sourceStep + vertical.start, rows: vertical.reach(of: band.rows),
      firstColumn: horizontal.start, to: out, with: Kernels.self)
  }

  /// What the bands of a shape have in common: the squares at every point, and where the transforms find them.
  private struct Places {
    let ranges: [Range<Int>]
    let data: [WinogradLines]
    let inverse: [WinogradLines]
  }

  private func places(_ shape: ImageBands.Shape) -> Places {
    let squares = WinogradSquares(
      images: shape.images, rows: vertical.tiling, shape.rows, columns: horizontal.tiling)
    let grid = resultGrid
    let width = tile.columns
    return Places(
      ranges: (0..<points).map { squares.range(at: $0) },
      data: squares.lines(.data, from: sourceGrid, pitch: dataStride),
      inverse: squares.groups.map { group in
        let elements = (0..<group.rows.points).flatMap { row in
          (0..<group.columns.points).map { Int32((row * horizontal.tiling.points + $0) * productPitch) }
        }
        return WinogradLines(group, elements: elements) { place, _ in
          place * width
        } out: {
          grid.place($1)
        }
      })
  }

  /// Bᵀ·d of the windows: [point][square][k].
  private func transformData(
    _ images: UnsafePointer<Scalar>, block: Int, _ places: Places, _ item: Class,
    to data: UnsafeMutablePointer<Scalar>
  ) {
    let channel = block * turned.blockChannels
    for (filter, window) in item.windows.enumerated() {
      for lines in places.data {
        Kernels.winograd(
          .data, lines, width: min(turned.blockChannels, turned.channels - channel),
          outRow: horizontal.tiling.points * dataPitch, outColumn: dataPitch, images + window,
          to: data + filter * turned.channels + channel)
      }
    }
  }

  /// The products [strip of result channels][point][square][channel], point by point, so that the squares of one stay
  /// in the second cache; then Aᵀ of them to [strip][image][row][column][channel].
  private func multiply(
    _ data: UnsafePointer<Scalar>, _ places: Places, _ products: UnsafeMutablePointer<Scalar>,
    to results: UnsafeMutablePointer<Scalar>, _ item: Class,
    weights: (_ strip: Int, _ point: Int) -> UnsafePointer<Scalar>
  ) {
    let pitch = resultGrid.elementPitch
    let first = (item.row * resultGrid.columns + item.column) * tile.columns
    for (point, range) in places.ranges.enumerated() {
      for strip in 0..<strips {
        Kernels.multiplyRows(
          tile.shape, panels: (range.count + tile.rows - 1) / tile.rows, depth: depth,
          data + point * dataPitch + range.lowerBound * dataStride, stride: dataStride, weights(strip, point),
          to: products + (strip * points + point) * productPitch + range.lowerBound * tile.columns,
          stride: tile.columns, chain: Blocking.winogradChain(depth: depth))
      }
    }
    for strip in 0..<strips {
      for lines in places.inverse {
        Kernels.winograd(
          .inverse, lines, width: tile.columns, outRow: pitch.height, outColumn: pitch.width,
          products + strip * points * productPitch, to: results + strip * stripPitch + first)
      }
    }
  }

  /// Turns the results to where they belong.
  private func deliver(
    _ band: ImageBands.Band, _ results: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>,
    _ finish: FinishOutputs<Scalar>?
  ) {
    let (height, width) = (result[2], result[3])
    let grid = resultGrid
    let firstRow = band.firstRow * vertical.resultStep
    let rows = min(band.rows * vertical.resultStep, height - firstRow)
    // Rows without filling follow one another on both sides.
    let (runs, run) = grid.columns == width ? (1, rows * width) : (rows, width)
    let columns = tile.columns
    for image in 0..<band.images {
      for strip in 0..<strips {
        let from = results + strip * stripPitch + image * grid.rows * grid.columns * columns
        let to = out + ((band.firstImage + image) * result[1] + strip * columns) * height * width + firstRow * width
        let channels = min(columns, result[1] - strip * columns)
        Kernels.transposeEach(
          count: runs, rows: run, columns: channels, from, step: grid.columns * columns, stride: columns, to: to,
          step: width, stride: height * width)
        if let finish { for channel in 0..<channels { finish(to + channel * height * width, rows * width) } }
      }
    }
  }
}
