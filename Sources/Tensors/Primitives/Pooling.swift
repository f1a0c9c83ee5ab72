/// A window that slides over the two spatial axes of [N, C, H, W].
package struct PoolingWindow: Sendable, Equatable {
  package let size: Int
  package let stride: Int
  package let padding: Int

  /// The stride is the window's size unless it is given.
  package init(size: Int, stride: Int? = nil, padding: Int = 0) {
    precondition(size >= 1 && (stride ?? size) >= 1 && padding >= 0 && 2 * padding <= size, "pooling window \(size)")
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
  }

  /// Positions along an axis of `extent`: ⌊(extent + 2·padding − size) / stride⌋ + 1, none where the window does not
  /// fit.
  package func outputExtent(_ extent: Int) -> Int {
    let room = extent + 2 * padding - size
    return room < 0 ? 0 : room / stride + 1
  }

  /// The inputs under output position `index`, clipped to the axis.
  func inputs(under index: Int, of extent: Int) -> Range<Int> {
    let start = index * stride - padding
    return max(0, start)..<max(max(0, start), min(extent, start + size))
  }

  /// How many inputs lie under every position of an axis of `extent`: fewer than the size where the padding begins.
  package func coverage(of extent: Int) -> [Int] {
    (0..<outputExtent(extent)).map { inputs(under: $0, of: extent).count }
  }

  /// As a trace holds it.
  var settings: [Double] { [size, stride, padding].map(Double.init) }

  /// Whether this is the window of ProGAN's halving and doubling, for which there are vector kernels.
  fileprivate var isTwoByTwo: Bool { self == PoolingWindow(size: 2) }
}

extension Primitive {
  /// The sum under every window position, times `scale`: [N, C, H, W] → [N, C, H', W'].
  ///
  /// Every window size adds in the same order; see the numeric contract.
  package static func windowSum(_ a: Tensor, _ window: PoolingWindow, scale: Double = 1) -> Tensor {
    if let shared = a.ofOwnImages({ windowSum($0, window, scale: scale) }) { return shared }
    return Trace.record(TracedOperation("windowSum", window.settings + [scale]), [a]) {
      WindowSum(a: a, window: window, scale: scale).run(on: a.dtype)
    }
  }

  /// The adjoint of `windowSum`: every output, times `scale`, spread over the inputs it was summed from.
  package static func windowSpread(
    _ a: Tensor, _ window: PoolingWindow, height: Int, width: Int, scale: Double = 1
  ) -> Tensor {
    if let shared = a.ofOwnImages({ windowSpread($0, window, height: height, width: width, scale: scale) }) {
      return shared
    }
    return Trace.record(TracedOperation("windowSpread", window.settings + [scale]), [a]) {
      WindowSpread(a: a, window: window, height: height, width: width, scale: scale).run(on: a.dtype)
    }
  }

  static func planes(of a: Tensor) -> (planes: Int, height: Int, width: Int) {
    precondition(a.rank == 4, "[N, C, H, W] was expected, not \(a.shape)")
    return (a.shape[0] * a.shape[1], a.shape[2], a.shape[3])
  }
}

private struct WindowSum: KernelComputation {
  let a: Tensor
  let window: PoolingWindow
  let scale: Double

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let scale = Scalar(scale)
    let (planes, height, width) = Primitive.planes(of: a)
    let outHeight = window.outputExtent(height)
    let outWidth = window.outputExtent(width)
    return Primitive.make(Array(a.shape[..<2]) + [outHeight, outWidth], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      Parallel.forEach(planes, costPerIndex: height * width) { plane in
        let from = source + plane * height * width
        let to = out + plane * outHeight * outWidth
        if window.isTwoByTwo {
          Kernels.poolPairs(rows: outHeight, columns: outWidth, from, stride: width, scale: scale, to: to)
          return
        }
        if window.stride == 1 {
          SlidingWindow(size: window.size, padding: window.padding, height: height, width: width)
            .sum(from, inputScale: 1, outputScale: scale, to: to, with: Kernels.self)
          return
        }
        for y in 0..<outHeight {
          let rows = window.inputs(under: y, of: height)
          for x in 0..<outWidth {
            var total = Scalar.zero
            let columns = window.inputs(under: x, of: width)
            for row in rows { for column in columns { total += from[row * width + column] } }
            to[y * outWidth + x] = total * scale
          }
        }
      }
    }
  }
}

private struct WindowSpread: KernelComputation {
  let a: Tensor
  let window: PoolingWindow
  let height: Int
  let width: Int
  let scale: Double

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let scale = Scalar(scale)
    let (planes, outHeight, outWidth) = Primitive.planes(of: a)
    precondition(
      window.outputExtent(height) == outHeight && window.outputExtent(width) == outWidth,
      "shape \(a.shape) is not what window \(window) makes of \(height)×\(width)")
    return Primitive.make(Array(a.shape[..<2]) + [height, width], Scalar.self) { out in
      let source = a.pointer(to: Scalar.self)
      Parallel.forEach(planes, costPerIndex: height * width) { plane in
        let from = source + plane * outHeight * outWidth
        let to = out + plane * height * width
        if window.isTwoByTwo {
          // Only an odd row or column is left without a window.
          if height % 2 + width % 2 > 0 { to.update(repeating: 0, count: height * width) }
          Kernels.spreadPairs(rows: outHeight, columns: outWidth, from, scale: scale, to: to, stride: width)
          return
        }
        if window.stride == 1, outHeight > 0, outWidth > 0 {
          // Every input lies under as many outputs as the window has places, but for the margins.
          SlidingWindow(
            size: window.size, padding: window.size - 1 - window.padding, height: outHeight, width: outWidth
          )
          .sum(from, inputScale: scale, outputScale: 1, to: to, with: Kernels.self)
          return
        }
        to.update(repeating: 0, count: height * width)
        for y in 0..<outHeight {
          let rows = window.inputs(under: y, of: height)
          for x in 0..<outWidth {
            let value = from[y * outWidth + x] * scale
            let columns = window.inputs(under: x, of: width)
            for row in rows { for column in columns { to[row * width + column] += value } }
          }
        }
      }
    }
  }
}
