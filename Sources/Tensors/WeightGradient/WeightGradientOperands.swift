import KernelContract

/// Both operands of a weight gradient, turned so that a band's pixels run along the depth.
extension WeightGradient {
  private var outputWidth: Int { geometry.output.width }

  // MARK: - Rows are output channels, columns input channels

  /// Elements of the right operand: the input as [block][image][row][column][channel], or the cotangent as
  /// [block][pixel][channel].
  var rightCount: Int { blocks * blockPitch }
  var blockPitch: Int { rowsAreTaps ? bandPixels * tile.columns : turned.blockPitch }

  /// How far tap `tap` lies from the output's own place in the copy of the input.
  func tapDistance(_ tap: Int) -> Int {
    (tap / geometry.kernel.width * turned.columns + tap % geometry.kernel.width) * tile.columns
  }

  /// Where the pixels of a band lie in the right operand.
  var pixelOffsets: [Int32] {
    guard !rowsAreTaps else { return (0..<bandPixels).map { Int32($0 * tile.columns) } }
    var offsets: [Int32] = []
    offsets.reserveCapacity(bandPixels)
    for image in 0..<bands.images {
      for row in 0..<bands.rows {
        let line = (image * turned.rows + row * geometry.stride.height) * turned.columns
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
      ReadInOrder.planes(
        plane, planes: rows, stride: geometry.outputPixels, count: pixels, to: left + image * pixels * tile.rows)
      for panel in 0..<panels {
        let first = panel * tile.rows
        Kernels.transpose(
          rows: min(tile.rows, rows - first), columns: pixels, plane + first * geometry.outputPixels,
          stride: geometry.outputPixels, to: left + (panel * band.images + image) * pixels * tile.rows,
          stride: tile.rows)
      }
    }
  }

  /// A block of the input that the band meets, channels innermost.
  func turnInput(
    _ x: UnsafePointer<Scalar>, _ band: ImageBands.Band, block: Int, to right: UnsafeMutablePointer<Scalar>
  ) {
    let g = geometry
    turned.turn(
      block: block, x + band.firstImage * g.inputChannels * g.inputPixels, images: band.images,
      firstRow: band.firstRow * g.stride.height - g.padding.height,
      rows: (band.rows - 1) * g.stride.height + g.kernel.height, firstColumn: -g.padding.width, to: right,
      with: Kernels.self)
  }

  // MARK: - Rows are taps, columns output channels

  /// The input laid out for all taps at once: their rows are then there to be turned.
  var tapLayout: TapLayout {
    TapLayout(TapPlan(.forward, of: geometry), channels: geometry.inputChannels, bands: bands)
  }

  /// The band's unrolled input as panels of taps; `memory` holds the laid out input and the unrolled one.
  func turnTaps(
    _ x: UnsafePointer<Scalar>, _ band: ImageBands.Band, _ layout: TapLayout, _ offsets: [Int32],
    in memory: UnsafeMutablePointer<Scalar>, to left: UnsafeMutablePointer<Scalar>
  ) {
    let pixels = band.rows * layout.rowPitch
    let unrolled = memory + layout.elementCount(overhang: 0)
    layout.lay(x, band, channels: geometry.inputChannels, to: memory, overhang: 0, with: Kernels.self)
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      Kernels.copyLines(depth: rows, count: pixels, memory, offsets: offsets, to: unrolled, stride: pixels)
    }
    for panel in 0..<panels {
      let first = panel * tile.rows
      Kernels.transpose(
        rows: min(tile.rows, rows - first), columns: pixels, unrolled + first * pixels, stride: pixels,
        to: left + first * pixels, stride: tile.rows)
    }
  }

  /// The band's cotangent as [block][pixel][output channel], the pixels in the order of the tap planes: row, image,
  /// column.
  func turnCotangentColumns(
    _ cotangent: UnsafePointer<Scalar>, _ band: ImageBands.Band, to right: UnsafeMutablePointer<Scalar>
  ) {
    for image in 0..<bands.images {
      for block in 0..<blocks {
        let first = block * tile.columns
        let channels = min(tile.columns, columns - first)
        // Rows of a single image follow one another on both sides.
        let (runs, run) = bands.images == 1 ? (1, band.rows * outputWidth) : (band.rows, outputWidth)
        for row in 0..<runs {
          let line = right + block * blockPitch + (row * bands.images + image) * outputWidth * tile.columns
          guard image < band.images else {
            line.update(repeating: 0, count: run * tile.columns)
            continue
          }
          let plane = (band.firstImage + image) * geometry.outputChannels + first
          Kernels.transpose(
            rows: channels, columns: run,
            cotangent + plane * geometry.outputPixels + (band.firstRow + row) * outputWidth,
            stride: geometry.outputPixels, to: line, stride: tile.columns)
        }
      }
    }
  }
}
