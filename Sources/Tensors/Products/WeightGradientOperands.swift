import KernelContract

/// Both operands of a weight gradient, turned so that a band's pixels run along the depth.
extension WeightGradient {
  private var outputWidth: Int { geometry.output.width }

  // MARK: - Rows are output channels, columns input channels

  /// Rows and columns of the input that a full band meets.
  private var copyRows: Int { (bands.rows - 1) * geometry.stride.height + geometry.kernel.height }
  private var copyColumns: Int { (outputWidth - 1) * geometry.stride.width + geometry.kernel.width }

  /// Elements of the right operand: the input as [block][image][row][column][channel], or the cotangent as
  /// [block][pixel][channel].
  var rightCount: Int { blocks * blockPitch }
  var blockPitch: Int {
    (rowsAreTaps ? bandPixels : bands.images * copyRows * copyColumns) * tile.columns
  }

  /// How far tap `tap` lies from the output's own place in the copy of the input.
  func tapDistance(_ tap: Int) -> Int {
    (tap / geometry.kernel.width * copyColumns + tap % geometry.kernel.width) * tile.columns
  }

  /// Where the pixels of a band lie in the right operand.
  var pixelOffsets: [Int32] {
    guard !rowsAreTaps else { return (0..<bandPixels).map { Int32($0 * tile.columns) } }
    var offsets: [Int32] = []
    offsets.reserveCapacity(bandPixels)
    for image in 0..<bands.images {
      for row in 0..<bands.rows {
        let line = (image * copyRows + row * geometry.stride.height) * copyColumns
        for column in 0..<outputWidth {
          offsets.append(Int32((line + column * geometry.stride.width) * tile.columns))
        }
      }
    }
    return offsets
  }

  /// The band's cotangent as panels of output channels.
  func turnCotangentRows(
    _ cotangent: UnsafePointer<Scalar>, _ band: ImageBands.Band, to left: UnsafeMutablePointer<Scalar>
  ) {
    let pixels = band.rows * outputWidth
    for image in 0..<band.images {
      let plane =
        cotangent + (band.firstImage + image) * geometry.outputChannels * geometry.outputPixels
        + band.firstRow * outputWidth
      for panel in 0..<panels {
        let first = panel * tile.rows
        kernels.transpose(
          min(tile.rows, rows - first), pixels, plane + first * geometry.outputPixels, geometry.outputPixels,
          left + (panel * band.images + image) * pixels * tile.rows, tile.rows)
      }
    }
  }

  /// The input rows that the band meets, with zeros around the image.
  func turnInput(_ x: UnsafePointer<Scalar>, _ band: ImageBands.Band, to right: UnsafeMutablePointer<Scalar>) {
    let g = geometry
    let width = tile.columns
    let firstRow = band.firstRow * g.stride.height - g.padding.height
    let left = min(g.padding.width, copyColumns)
    let inside = max(0, min(g.input.width, copyColumns - left))
    for block in 0..<blocks {
      let channels = min(width, columns - block * width)
      for image in 0..<band.images {
        let planes = x + ((band.firstImage + image) * g.inputChannels + block * width) * g.inputPixels
        let copy = right + block * blockPitch + image * copyRows * copyColumns * width
        for row in 0..<(band.rows - 1) * g.stride.height + g.kernel.height {
          let line = copy + row * copyColumns * width
          let y = firstRow + row
          guard y >= 0, y < g.input.height else {
            line.update(repeating: 0, count: copyColumns * width)
            continue
          }
          line.update(repeating: 0, count: left * width)
          kernels.transpose(channels, inside, planes + y * g.input.width, g.inputPixels, line + left * width, width)
          (line + (left + inside) * width).update(repeating: 0, count: (copyColumns - left - inside) * width)
        }
      }
    }
  }

  // MARK: - Rows are taps, columns output channels

  private var vertical: TapAxis {
    .forward(
      kernel: geometry.kernel.height, stride: geometry.stride.height, padding: geometry.padding.height,
      outputs: geometry.output.height)
  }

  private var horizontal: TapAxis {
    .forward(
      kernel: geometry.kernel.width, stride: geometry.stride.width, padding: geometry.padding.width,
      outputs: geometry.output.width)
  }

  private var padded: PaddedBand {
    PaddedBand(
      channels: geometry.inputChannels, images: bands.images, height: geometry.input.height,
      width: geometry.input.width, channelStride: geometry.inputPixels,
      imageStride: geometry.inputChannels * geometry.inputPixels, rowSplit: geometry.stride.height,
      columnSplit: geometry.stride.width, firstRow: 0, margin: geometry.padding.width,
      rows: bands.rows + vertical.reach, columns: geometry.output.width + horizontal.reach,
      imageCapacity: bands.images)
  }

  /// Elements that `turnTaps` needs to work in: the padded input and the taps' rows.
  var unrolledCount: Int {
    rowsAreTaps ? geometry.inputChannels * padded.channelPitch + rows * bandPixels : 0
  }

  /// Where the taps lie in the padded input.
  var tapOffsets: [Int32] {
    padded.tapOffsets(vertical.residues[0], horizontal.residues[0])
  }

  /// The band's unrolled input as panels of taps.
  func turnTaps(
    _ x: UnsafePointer<Scalar>, _ band: ImageBands.Band, _ tapOffsets: [Int32],
    unrolled: UnsafeMutablePointer<Scalar>, to left: UnsafeMutablePointer<Scalar>
  ) {
    var input = padded
    input.images = band.images
    input.firstRow = band.firstRow * geometry.stride.height - geometry.padding.height
    let copy = unrolled + rows * bandPixels
    kernels.pad(input, x + band.firstImage * input.imageStride, copy)
    var runs: [StripRun] = []
    for image in 0..<band.images {
      for row in 0..<band.rows {
        runs.append(
          StripRun(
            column: runs.count * outputWidth, source: (image * input.rows + row) * input.columns, count: outputWidth))
      }
    }
    let pixels = runs.count * outputWidth
    runs.withUnsafeBufferPointer { runs in
      tapOffsets.withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        kernels.gather(runs, rows, copy, table, unrolled, pixels)
      }
    }
    for panel in 0..<panels {
      let first = panel * tile.rows
      kernels.transpose(
        min(tile.rows, rows - first), pixels, unrolled + first * pixels, pixels, left + first * pixels, tile.rows)
    }
  }

  /// The band's cotangent as [block][pixel][output channel].
  func turnCotangentColumns(
    _ cotangent: UnsafePointer<Scalar>, _ band: ImageBands.Band, to right: UnsafeMutablePointer<Scalar>
  ) {
    let pixels = band.rows * outputWidth
    for image in 0..<band.images {
      let plane =
        cotangent + (band.firstImage + image) * geometry.outputChannels * geometry.outputPixels
        + band.firstRow * outputWidth
      for block in 0..<blocks {
        let first = block * tile.columns
        kernels.transpose(
          min(tile.columns, columns - first), pixels, plane + first * geometry.outputPixels, geometry.outputPixels,
          right + block * blockPitch + image * pixels * tile.columns, tile.columns)
      }
    }
  }
}
