/// A window that moves over a plane by one pixel at a time.
///
/// The plane is copied into a frame of padding first. Then the element under place (row, column) of the window lies,
/// for every position at once, at a fixed distance from the position itself: one long run of memory for each place,
/// instead of a short loop for each position. Positions that straddle the end of a row are computed with the others and
/// left out when the result is copied.
struct SlidingWindow {
  let size: Int
  let padding: Int
  let height: Int
  let width: Int

  /// Elements of a row of the frame.
  private var pitch: Int { width + 2 * padding }
  private var rows: Int { height + 2 * padding }
  private var outHeight: Int { max(0, rows - size + 1) }
  private var outWidth: Int { max(0, pitch - size + 1) }

  /// The sums under every position, of inputs times `inputScale`, times `outputScale`: (H + 2·padding − size + 1) rows
  /// of outputs.
  ///
  /// Begun at 0 and added by rows, as the numeric contract says; the padding's zeros change no bit of a sum that is
  /// begun at 0.
  func sum<Kernels: TensorKernels>(
    _ source: UnsafePointer<Kernels.Scalar>, inputScale: Kernels.Scalar, outputScale: Kernels.Scalar,
    to out: UnsafeMutablePointer<Kernels.Scalar>, with _: Kernels.Type
  ) {
    guard outHeight > 0, outWidth > 0 else { return }
    let count = (outHeight - 1) * pitch + outWidth
    withFrame(of: source, filledWith: 0, scale: inputScale, working: count) { frame, sums in
      sums.update(repeating: 0, count: count)
      for row in 0..<size {
        for column in 0..<size { Kernels.accumulate(count: count, frame + row * pitch + column, to: sums) }
      }
      for y in 0..<outHeight {
        for x in 0..<outWidth { out[y * outWidth + x] = sums[y * pitch + x] * outputScale }
      }
    }
  }

  /// Working memory for `maximum`: the maxima along rows and one row of results, and the frame if there is one.
  var maximumCount: Int { rows * pitch + pitch + (padding > 0 ? rows * pitch : 0) }

  /// The maximum under every `stride`-th position: along rows, then along columns, which leaves the first of equals the
  /// first.
  ///
  /// A plane without padding is its own frame.
  func maximum<Kernels: TensorKernels>(
    _ source: UnsafePointer<Kernels.Scalar>, stride: Int, working: UnsafeMutablePointer<Kernels.Scalar>,
    to out: UnsafeMutablePointer<Kernels.Scalar>, with _: Kernels.Type
  ) {
    guard outHeight > 0, outWidth > 0 else { return }
    let (best, row) = (working, working + rows * pitch)
    var frame = source
    if padding > 0 {
      fill(row + pitch, with: -.infinity, around: source, scale: 1)
      frame = UnsafePointer(row + pitch)
    }
    let count = (rows - 1) * pitch + outWidth
    if size == 1 { best.update(from: frame, count: count) }
    for column in 1..<max(1, size) {
      Kernels.binary(
        .maximum, count: count, frame + column, stride: 1, column == 1 ? frame : UnsafePointer(best), stride: 1,
        to: best)
    }
    var to = out
    for y in Swift.stride(from: 0, to: outHeight, by: stride) {
      if size == 1 { row.update(from: best + y * pitch, count: outWidth) }
      for below in 1..<max(1, size) {
        let above = below == 1 ? best + y * pitch : row
        Kernels.binary(
          .maximum, count: outWidth, best + (y + below) * pitch, stride: 1, above, stride: 1, to: row)
      }
      for x in Swift.stride(from: 0, to: outWidth, by: stride) {
        to.pointee = row[x]
        to += 1
      }
    }
  }

  /// Calls `body` with the plane in its frame and with working memory for `count` elements.
  private func withFrame<Scalar: TensorScalar>(
    of source: UnsafePointer<Scalar>, filledWith padding: Scalar, scale: Scalar, working count: Int,
    _ body: (_ frame: UnsafeMutablePointer<Scalar>, _ working: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: rows * pitch + count) { buffer in
      guard let frame = buffer.baseAddress else { return }
      fill(frame, with: padding, around: source, scale: scale)
      body(frame, frame + rows * pitch)
    }
  }

  private func fill<Scalar: TensorScalar>(
    _ frame: UnsafeMutablePointer<Scalar>, with value: Scalar, around source: UnsafePointer<Scalar>, scale: Scalar
  ) {
    frame.update(repeating: value, count: rows * pitch)
    for y in 0..<height {
      let to = frame + (y + padding) * pitch + padding
      for x in 0..<width { to[x] = source[y * width + x] * scale }
    }
  }
}

extension Primitive {
  /// The maximum under every window position: the elements that `maximumIndices` selects.
  package static func windowMaximum(_ a: Tensor, _ window: PoolingWindow) -> Tensor {
    if let shared = a.ofOwnImages({ windowMaximum($0, window) }) { return shared }
    return Trace.record(TracedOperation("windowMaximum", window.settings), [a]) {
      WindowMaximum(a: a, window: window).run(on: a.dtype)
    }
  }
}

private struct WindowMaximum: KernelComputation {
  let a: Tensor
  let window: PoolingWindow

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let (planes, height, width) = Primitive.planes(of: a)
    let (outHeight, outWidth) = (window.outputExtent(height), window.outputExtent(width))
    precondition(
      outHeight * outWidth == 0 || height * width > 0, "an empty window of shape \(a.shape) has no maximum")
    let sliding = SlidingWindow(size: window.size, padding: window.padding, height: height, width: width)
    return Primitive.make(Array(a.shape[..<2]) + [outHeight, outWidth], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      // Working memory from the pool: large planes would otherwise cost fresh pages each.
      let group = max(1, Parallel.chunk / max(1, height * width))
      let bytes = sliding.maximumCount * MemoryLayout<Scalar>.stride
      ThreadPool.current.run(parts: (planes + group - 1) / group, workspace: bytes) { part, workspace in
        let working = workspace.assumingMemoryBound(to: Scalar.self)
        for plane in part * group..<min((part + 1) * group, planes) {
          sliding.maximum(
            source + plane * height * width, stride: window.stride, working: working,
            to: out + plane * outHeight * outWidth, with: Kernels.self)
        }
      }
    }
  }
}
