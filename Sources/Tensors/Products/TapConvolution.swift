import KernelContract

/// A convolution without an unrolled input: every output is Σₖ left[m, k]·source[position + offset(k)].
///
/// A part of the work is a band of output rows of a few images. Its source rows are copied once with their zero margin (see
/// `PaddedBand`); then, for every residue class of outputs and every chunk of depth, strips of neighbouring outputs meet all
/// panels of the left operand. The forward pass and the input gradient differ in their taps alone.
struct TapConvolution<Scalar: TensorScalar> {
  let kernels: ProductKernels<Scalar>
  /// Source planes [N, channels, height, width].
  let batch: Int
  let channels: Int
  let height: Int
  let width: Int
  /// Result planes [N, rows of the left operand, height, width].
  let resultHeight: Int
  let resultWidth: Int
  let vertical: TapAxis
  let horizontal: TapAxis
  let tile: ProductTile<Scalar>
  /// Output rows and images of the parts, in rows of a residue class.
  let bands: ImageBands
  let padded: PaddedBand
  /// Whether strips run over the padded rows, margins included: no copying, at the price of outputs that nobody needs.
  let spansMargins: Bool

  init(
    source: [Int], resultRows: Int, resultHeight: Int, resultWidth: Int, vertical: TapAxis, horizontal: TapAxis,
    _ kernels: ProductKernels<Scalar>
  ) {
    self.kernels = kernels
    batch = source[0]
    channels = source[1]
    height = source[2]
    width = source[3]
    self.resultHeight = resultHeight
    self.resultWidth = resultWidth
    self.vertical = vertical
    self.horizontal = horizontal
    tile = resultRows <= kernels.narrow.rows ? kernels.narrow : kernels.wide
    spansMargins = resultRows <= kernels.narrow.rows
    // About 256 columns a part keep source, sums and a chunk of weights in the second cache; fewer where that would leave
    // less than eight parts, but a strip at least. Narrow products have little to keep and want long strips.
    let pixels = vertical.count * horizontal.count
    let most = spansMargins ? 1024 : 256
    let target = max(tile.columns, min(most, batch * pixels / 8))
    bands = ImageBands(batch: batch, height: vertical.count, width: horizontal.count, pixels: target)
    padded = PaddedBand(
      channels: channels, images: bands.images, height: height, width: width, channelStride: height * width,
      imageStride: channels * height * width, rowSplit: vertical.split, columnSplit: horizontal.split, firstRow: 0,
      margin: horizontal.margin, rows: bands.rows + vertical.reach, columns: horizontal.count + horizontal.reach,
      imageCapacity: bands.images)
  }

  // MARK: - Strips

  /// Columns of a full part, in strips, and where their outputs lie in the padded copy.
  ///
  /// With margins, column c is simply element c of a phase plane.
  private func strips(width: Int) -> [[StripRun]] {
    guard !spansMargins else { return [] }
    var strips: [[StripRun]] = []
    var column = 0
    for image in 0..<bands.images {
      for row in 0..<bands.rows {
        var x = 0
        while x < width {
          if column % tile.columns == 0 { strips.append([]) }
          let count = min(width - x, tile.columns - column % tile.columns)
          let source = (image * padded.rows + row) * padded.columns + x
          strips[strips.count - 1].append(
            StripRun(column: column % tile.columns, source: source, count: count))
          column += count
          x += count
        }
      }
    }
    return strips
  }

  // MARK: - Running

  /// One residue class with its weights.
  struct Pass {
    let left: PackedLeft<Scalar>
    let offsets: [Int32]
    let rows: Int
    let columns: Int
  }

  /// Writes the whole result; `passes` are the classes, rows first.
  func run(
    _ source: UnsafePointer<Scalar>, _ passes: [Pass], resultRows: Int, to out: UnsafeMutablePointer<Scalar>
  ) {
    let widths = passes[..<horizontal.residues.count].map(\.columns)
    let plans = widths.map { strips(width: $0) }
    let columns =
      (columnsOfPart(images: bands.images, rows: bands.rows, width: horizontal.count) + tile.columns - 1)
      / tile.columns * tile.columns
    let sumCount = passes[0].left.paddedRows * columns
    // A strip may run past the last output; what it reads there is never delivered, but it has to be memory.
    let copyCount = channels * padded.channelPitch + tile.columns + vertical.reach * padded.columns + horizontal.reach
    let stripCount = ProductKernels<Scalar>.chunk * tile.columns
    let bytes = (sumCount * horizontal.residues.count + copyCount + stripCount) * MemoryLayout<Scalar>.stride
    let stripOffsets = (0..<ProductKernels<Scalar>.chunk).map { Int32($0 * tile.columns) }
    ThreadPool.shared.run(parts: bands.count, workspace: bytes) { part, workspace in
      let memory = workspace.assumingMemoryBound(to: Scalar.self)
      let area = Part(
        band: bands[part], sums: memory, sumStride: columns, phaseStride: sumCount,
        copy: memory + sumCount * horizontal.residues.count,
        strip: memory + sumCount * horizontal.residues.count + copyCount)
      copySource(source, area)
      for residue in vertical.residues.indices {
        let rows = min(bands.rows, vertical.residues[residue].count - area.band.firstRow)
        guard rows > 0 else { continue }
        for (index, pass) in passes[residue * widths.count..<(residue + 1) * widths.count].enumerated() {
          multiply(pass, area, rows: rows, phase: index, plans[index], stripOffsets)
        }
        deliver(area, residue, rows: rows, widths, resultRows: resultRows, to: out)
      }
    }
  }

  private struct Part {
    let band: ImageBands.Band
    /// [horizontal class][row of the left operand][column].
    let sums: UnsafeMutablePointer<Scalar>
    let sumStride: Int
    let phaseStride: Int
    let copy: UnsafeMutablePointer<Scalar>
    let strip: UnsafeMutablePointer<Scalar>
  }

  private func columnsOfPart(images: Int, rows: Int, width: Int) -> Int {
    spansMargins
      ? ((images - 1) * padded.rows + rows) * padded.columns : ((images - 1) * bands.rows + rows) * width
  }

  private func copySource(_ source: UnsafePointer<Scalar>, _ part: Part) {
    var band = padded
    band.images = part.band.images
    band.firstRow = part.band.firstRow * vertical.split - vertical.margin
    kernels.pad(band, source + part.band.firstImage * padded.imageStride, part.copy)
  }

  private func multiply(
    _ pass: Pass, _ part: Part, rows: Int, phase: Int, _ strips: [[StripRun]], _ stripOffsets: [Int32]
  ) {
    let sums = part.sums + phase * part.phaseStride
    let columns = columnsOfPart(images: part.band.images, rows: rows, width: pass.columns)
    guard !pass.offsets.isEmpty else {
      sums.update(repeating: 0, count: pass.left.paddedRows * part.sumStride)
      return
    }
    pass.offsets.withUnsafeBufferPointer { taps in
      stripOffsets.withUnsafeBufferPointer { compact in
        guard let taps = taps.baseAddress, let compact = compact.baseAddress else { return }
        for start in stride(from: 0, to: pass.offsets.count, by: ProductKernels<Scalar>.chunk) {
          let depth = min(ProductKernels<Scalar>.chunk, pass.offsets.count - start)
          let panels = pass.left.chunk(at: start)
          for column in stride(from: 0, to: columns, by: tile.columns) {
            let out = sums + column
            if spansMargins {
              tile.multiply(
                pass.left.panels, depth, panels, UnsafePointer(part.copy + column), taps + start, out, part.sumStride,
                start > 0)
            } else if let run = strips[column / tile.columns].first, Int(run.count) == tile.columns {
              tile.multiply(
                pass.left.panels, depth, panels, UnsafePointer(part.copy + Int(run.source)), taps + start, out,
                part.sumStride, start > 0)
            } else {
              strips[column / tile.columns].withUnsafeBufferPointer { runs in
                kernels.gather(
                  runs, depth, UnsafePointer(part.copy), taps + start, part.strip, tile.columns)
              }
              tile.multiply(
                pass.left.panels, depth, panels, UnsafePointer(part.strip), compact, out, part.sumStride, start > 0)
            }
          }
        }
      }
    }
  }

  /// Brings the sums of one vertical class to their rows of the result, the horizontal classes interleaved.
  private func deliver(
    _ part: Part, _ residue: Int, rows: Int, _ widths: [Int], resultRows: Int, to out: UnsafeMutablePointer<Scalar>
  ) {
    let plane = resultHeight * resultWidth
    let firstRow = residue + part.band.firstRow * vertical.step
    let isDense = !spansMargins && widths.count == 1 && vertical.step == 1
    // Where the classes are unequally wide, so are their rows of sums.
    let isEven = spansMargins || widths.allSatisfy { $0 == widths[0] }
    for image in 0..<part.band.images {
      for row in 0..<resultRows {
        let to = out + ((part.band.firstImage + image) * resultRows + row) * plane + firstRow * resultWidth
        let start = spansMargins ? image * padded.rows * padded.columns : image * bands.rows * widths[0]
        let from = UnsafePointer(part.sums + row * part.sumStride)
        let pitch = spansMargins ? padded.columns : widths[0]
        if isDense {
          kernels.interleave(1, 1, rows * resultWidth, from + start, 0, 0, to, 0)
        } else if isEven {
          kernels.interleave(
            widths.count, rows, resultWidth, from + start, part.phaseStride, pitch, to, vertical.step * resultWidth)
        } else {
          for (phase, width) in widths.enumerated() {
            let sums = from + phase * part.phaseStride + image * bands.rows * width
            for y in 0..<rows {
              for x in 0..<width {
                to[y * vertical.step * resultWidth + x * widths.count + phase] = sums[y * width + x]
              }
            }
          }
        }
      }
    }
  }
}
