import KernelContract

/// A convolution whose outputs are computed in squares of 2 × 2 by Winograd's minimal filtering (`WinogradTransform`).
///
/// A part of the work is a band of squares of a few images. Its source is turned so that channels are innermost, and the windows of its
/// squares are transformed. At each of the (r + 1)² points the squares and the transformed weights are then multiplied as matrices over
/// k, the filters of a class of outputs and the channels; the products are transformed back to outputs, the channels still
/// innermost, and turned. The forward pass and the input gradient differ in their taps alone.
struct WinogradConvolution<Scalar: TensorScalar> {
  let kernels: ProductKernels<Scalar>
  /// Source [N, C, H, W] and result [N, M, H', W'].
  private let source: [Int]
  private let result: [Int]
  private let vertical: WinogradAxis
  private let horizontal: WinogradAxis
  private let bands: ImageBands
  private let turned: TurnedImages

  /// Fails where there is nothing to gain: other kernels, fewer channels, or pictures so small that most of a square is wasted.
  init?(
    source: [Int], result: [Int], vertical: TapAxis, horizontal: TapAxis, minimumChannels: Int,
    _ kernels: ProductKernels<Scalar>
  ) {
    guard source[1] >= minimumChannels, result[1] >= 16, let rows = WinogradAxis(vertical),
      let columns = WinogradAxis(horizontal),
      rows.taps == columns.taps, rows.cost * columns.cost < 0.7
    else { return nil }
    self.kernels = kernels
    self.source = source
    self.result = result
    self.vertical = rows
    self.horizontal = columns
    // So many squares a part that their points fit the second cache; fewer where that would leave less than eight parts.
    let points = rows.points * columns.points
    let depth = source[1] * rows.filters[0].count * columns.filters[0].count
    let squares = source[0] * rows.pairs * columns.pairs
    let tile = kernels.wide
    bands = ImageBands(
      batch: source[0], height: rows.pairs, width: columns.pairs,
      pixels: max(4 * tile.rows, min((1 << 17) / (points * depth), squares / 8, 128)))
    turned = TurnedImages(
      channels: source[1], height: source[2], width: source[3], blockChannels: tile.columns,
      images: bands.images, rows: (bands.rows - 1) * 2 * rows.sourceStep + rows.reach,
      columns: (columns.pairs - 1) * 2 * columns.sourceStep + columns.reach)
  }

  // MARK: - Extents

  /// A residue class of outputs.
  private struct Class {
    let row: Int
    let column: Int
    /// Where in the turned source the windows of its filters begin.
    let windows: [Int]
  }

  private var points: Int { vertical.points * horizontal.points }
  /// Squares of a full band, filled up to whole panels.
  private var squares: Int {
    let rows = kernels.wide.rows
    return (bands.images * bands.rows * horizontal.pairs + rows - 1) / rows * rows
  }
  private var depth: Int { source[1] * vertical.filters[0].count * horizontal.filters[0].count }
  /// A cache line more, so that the squares of a panel do not compete for the same cache sets.
  private var dataStride: Int { depth + 16 }
  private var dataPitch: Int { squares * dataStride }
  private var productPitch: Int { squares * kernels.wide.columns + 16 }
  /// Rows and columns of the outputs of a full band, filled up to whole squares.
  private var resultRows: Int { bands.rows * 2 * vertical.resultStep }
  private var resultColumns: Int { horizontal.pairs * 2 * horizontal.resultStep }
  private var stripPitch: Int { bands.images * resultRows * resultColumns * kernels.wide.columns }
  private var strips: Int { (result[1] + kernels.wide.columns - 1) / kernels.wide.columns }

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

  /// Writes the whole result; the weights lie [source channel][kernel row][kernel column][result channel].
  func run(
    _ source: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, kernel: ConvolutionGeometry.Pair,
    to out: UnsafeMutablePointer<Scalar>
  ) {
    let classes = self.classes
    let windows = WinogradWindows(
      rows: turned.rows, columns: turned.columns, channels: turned.blockChannels,
      step: .init(height: vertical.sourceStep, width: horizontal.sourceStep))
    let elements = windows.elements(side: vertical.points)
    let ofClasses = classes.map {
      WinogradWeights(
        weights, channels: self.source[1], results: result[1], kernel: kernel, rows: vertical.filters[$0.row],
        columns: horizontal.filters[$0.column], kernels)
    }
    let dataCount = points * dataPitch
    let productCount = points * productPitch
    let count = turned.elementCount + dataCount + productCount + strips * stripPitch
    WinogradWeights.use(ofClasses) { ofClasses in
      ThreadPool.shared.run(parts: bands.count, workspace: count * MemoryLayout<Scalar>.stride) { part, memory in
        let data = memory.assumingMemoryBound(to: Scalar.self)
        let products = data + dataCount
        let images = products + productCount
        let results = images + turned.elementCount
        let band = bands[part]
        turned.turn(
          source + band.firstImage * self.source[1] * turned.height * turned.width, images: band.images,
          firstRow: band.firstRow * 2 * vertical.sourceStep + vertical.start,
          rows: (band.rows - 1) * 2 * vertical.sourceStep + vertical.reach, firstColumn: horizontal.start, to: images,
          kernels)
        let places = windows.places(images: band.images, squareRows: band.rows, squareColumns: horizontal.pairs)
        for (item, weights) in zip(classes, ofClasses) {
          transformData(images, places, elements, item, to: data)
          multiply(data, weights, band, item, products, to: results)
        }
        deliver(band, results, to: out)
      }
    }
  }

  /// Bᵀ·d of the windows: [point][square][k].
  private func transformData(
    _ images: UnsafePointer<Scalar>, _ places: [Int32], _ elements: [Int32], _ item: Class,
    to data: UnsafeMutablePointer<Scalar>
  ) {
    for block in 0..<turned.blocks {
      let channel = block * turned.blockChannels
      let planes = WinogradPlanes(
        .data, taps: vertical.taps, width: min(turned.blockChannels, turned.channels - channel), outLine: dataStride,
        outRow: horizontal.points * dataPitch, outColumn: dataPitch)
      for (filter, window) in item.windows.enumerated() {
        kernels.winograd(
          planes, lines: places, elements, images + block * turned.blockPitch + window,
          data + filter * turned.channels + channel)
      }
    }
  }

  /// Strip by strip of result channels: the product at every point, then Aᵀ of the products to [strip][image][row][column][channel].
  private func multiply(
    _ data: UnsafePointer<Scalar>, _ weights: WinogradWeights<Scalar>, _ band: ImageBands.Band, _ item: Class,
    _ products: UnsafeMutablePointer<Scalar>, to results: UnsafeMutablePointer<Scalar>
  ) {
    let tile = kernels.wide
    let width = tile.columns
    let panels = (band.images * band.rows * horizontal.pairs + tile.rows - 1) / tile.rows
    let elements = (0..<points).map { Int32($0 * productPitch) }
    let lines = (0..<horizontal.pairs).map { Int32($0 * width) }
    let inverse = WinogradPlanes(
      .inverse, taps: vertical.taps, width: width, outLine: 2 * horizontal.resultStep * width,
      outRow: vertical.resultStep * resultColumns * width, outColumn: horizontal.resultStep * width)
    for strip in 0..<strips {
      for point in 0..<points {
        tile.multiplyRows(
          panels, depth, data + point * dataPitch, dataStride, weights.strip(strip, point: point),
          products + point * productPitch, width, ProductKernels<Scalar>.winogradChain)
      }
      for image in 0..<band.images {
        for row in 0..<band.rows {
          let first = (image * resultRows + row * 2 * vertical.resultStep + item.row) * resultColumns + item.column
          kernels.winograd(
            inverse, lines: lines, elements, products + (image * band.rows + row) * horizontal.pairs * width,
            results + strip * stripPitch + first * width)
        }
      }
    }
  }

  /// Turns the results to where they belong.
  private func deliver(
    _ band: ImageBands.Band, _ results: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    let (height, width) = (result[2], result[3])
    let firstRow = band.firstRow * 2 * vertical.resultStep
    let rows = min(band.rows * 2 * vertical.resultStep, height - firstRow)
    // Rows without filling follow one another on both sides.
    let (runs, run) = resultColumns == width ? (1, rows * width) : (rows, width)
    let columns = kernels.wide.columns
    for image in 0..<band.images {
      for strip in 0..<strips {
        let from = results + strip * stripPitch + image * resultRows * resultColumns * columns
        let plane = ((band.firstImage + image) * result[1] + strip * columns) * height * width
        kernels.transposeEach(
          runs, run, min(columns, result[1] - strip * columns), from, resultColumns * columns, columns,
          out + plane + firstRow * width, width, height * width)
      }
    }
  }
}

extension ProductKernels {
  /// `winograd` with tables as arrays.
  func winograd(_ planes: WinogradPlanes, lines: [Int32], _ elements: [Int32], _ source: Source, _ out: Destination) {
    lines.withUnsafeBufferPointer { lines in
      elements.withUnsafeBufferPointer { elements in
        guard let elements = elements.baseAddress else { return }
        winograd(planes, lines, elements, source, out)
      }
    }
  }
}
