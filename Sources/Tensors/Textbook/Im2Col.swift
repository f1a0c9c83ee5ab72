/// The convolution's input unrolled into a matrix, and back.
///
/// Row (c, ky, kx) of the matrix holds, for every output position, the input that tap (ky, kx) of channel c meets
/// there: a convolution becomes one matrix product. Images stand side by side: column g·P + p is output pixel p of
/// image g.
struct Im2Col {
  let geometry: ConvolutionGeometry

  /// Output columns for which tap `k` falls inside an axis of `extent`.
  private static func inside(_ k: Int, _ extent: Int, _ outputs: Int, _ stride: Int, _ padding: Int) -> Range<Int> {
    let first = max(0, (padding - k + stride - 1) / stride)
    let room = extent - 1 + padding - k
    let last = room < 0 ? 0 : min(outputs, room / stride + 1)
    return first..<max(first, last)
  }

  /// Writes `images` images of `x` as columns of a matrix with row length `rowLength`.
  func unroll<Scalar: TensorScalar>(
    _ x: UnsafePointer<Scalar>, images: Int, to columns: UnsafeMutablePointer<Scalar>, rowLength: Int
  ) {
    forEachRun { row, channel, y, outputStart, run, inputStart, stride in
      for image in 0..<images {
        let to = columns + row * rowLength + image * geometry.outputPixels + y * geometry.output.width
        to.update(repeating: 0, count: geometry.output.width)
        guard !run.isEmpty else { continue }
        let from = x + (image * geometry.inputChannels + channel) * geometry.inputPixels + inputStart
        let start = to + outputStart
        if stride == 1 {
          start.update(from: from, count: run.count)
        } else {
          for index in 0..<run.count { start[index] = from[index &* stride] }
        }
      }
    }
  }

  /// Adds every column entry back to the input it came from; `x` is zeroed first.
  func roll<Scalar: TensorScalar>(
    _ columns: UnsafePointer<Scalar>, rowLength: Int, images: Int, to x: UnsafeMutablePointer<Scalar>
  ) {
    x.update(repeating: 0, count: images * geometry.inputChannels * geometry.inputPixels)
    forEachRun { row, channel, y, outputStart, run, inputStart, stride in
      guard !run.isEmpty else { return }
      for image in 0..<images {
        let from = columns + row * rowLength + image * geometry.outputPixels + y * geometry.output.width + outputStart
        let to = x + (image * geometry.inputChannels + channel) * geometry.inputPixels + inputStart
        for index in 0..<run.count { to[index &* stride] += from[index] }
      }
    }
  }

  /// Calls `body` for every matrix row and output row with the run of output columns whose tap lies inside the input.
  @inline(__always)
  private func forEachRun(
    _ body: (
      _ row: Int, _ channel: Int, _ y: Int, _ outputStart: Int, _ run: Range<Int>, _ inputStart: Int, _ stride: Int
    ) -> Void
  ) {
    let g = geometry
    var row = 0
    for channel in 0..<g.inputChannels {
      for ky in 0..<g.kernel.height {
        let rows = Self.inside(ky, g.input.height, g.output.height, g.stride.height, g.padding.height)
        for kx in 0..<g.kernel.width {
          let run = Self.inside(kx, g.input.width, g.output.width, g.stride.width, g.padding.width)
          for y in 0..<g.output.height {
            let inputRow = y * g.stride.height - g.padding.height + ky
            let inputStart = inputRow * g.input.width + run.lowerBound * g.stride.width - g.padding.width + kx
            body(row, channel, y, run.lowerBound, rows.contains(y) ? run : 0..<0, inputStart, g.stride.width)
          }
          row += 1
        }
      }
    }
  }
}
