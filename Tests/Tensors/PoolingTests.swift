import Tensors
import Testing

/// Pooling and upsampling against their definition, element by element, to the bit.
@Suite struct PoolingTests {
  private static let windows = [
    PoolingWindow(size: 1), PoolingWindow(size: 2), PoolingWindow(size: 2, stride: 1),
    PoolingWindow(size: 2, stride: 2, padding: 1), PoolingWindow(size: 3, stride: 2, padding: 1),
    PoolingWindow(size: 4), PoolingWindow(size: 3, stride: 1, padding: 1), PoolingWindow(size: 3, stride: 2),
    PoolingWindow(size: 5, stride: 3), PoolingWindow(size: 4, stride: 1, padding: 2), PoolingWindow(size: 4, stride: 1),
  ]
  private static let shapes = [
    [1, 1, 1, 1], [1, 1, 2, 2], [2, 3, 5, 7], [2, 3, 4, 1], [1, 2, 13, 36], [3, 5, 8, 8], [2, 17, 64, 64],
    [0, 3, 4, 4],
    [2, 0, 4, 4], [2, 3, 0, 4],
  ]

  /// Asked before `#expect`, which would look for the difference of two long arrays for minutes.
  private func hasSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
    a.withBytes { a in b.withBytes { b in a.elementsEqual(b) } }
  }

  /// Random numbers and pairs of −0, of which a sum begun at 0 makes 0.
  private func draw(_ shape: [Int], _ dtype: DType) -> Tensor {
    var random = RandomNumbers(seed: 21)
    let values = random.tensor(shape, .float32).values
    let elements = values.enumerated().map { $0.offset / 2 % 3 == 1 ? -0.0 : $0.element }
    return Tensor(elements, shape: shape).converted(to: dtype)
  }

  /// Calls `body` with every window position and every input below it, in reading order.
  private func forEachPair(
    _ shape: [Int], _ window: PoolingWindow, _ body: (_ output: Int, _ input: Int) -> Void
  ) {
    let (height, width) = (shape[2], shape[3])
    let (outHeight, outWidth) = (window.outputExtent(height), window.outputExtent(width))
    for plane in 0..<shape[0] * shape[1] {
      for y in 0..<outHeight {
        for x in 0..<outWidth {
          for row in 0..<window.size {
            for column in 0..<window.size {
              let (inY, inX) = (y * window.stride - window.padding + row, x * window.stride - window.padding + column)
              guard (0..<height).contains(inY), (0..<width).contains(inX) else { continue }
              body((plane * outHeight + y) * outWidth + x, (plane * height + inY) * width + inX)
            }
          }
        }
      }
    }
  }

  private func sums(_ a: Tensor, _ window: PoolingWindow, _ scale: Double) -> Tensor {
    let shape = [a.shape[0], a.shape[1], window.outputExtent(a.shape[2]), window.outputExtent(a.shape[3])]
    func result<Scalar: TensorScalar>(_: Scalar.Type) -> Tensor {
      let values = a.withElements(of: Scalar.self) { Array($0) }
      var sums = [Scalar](repeating: 0, count: shape.reduce(1, *))
      forEachPair(a.shape, window) { sums[$0] += values[$1] }
      return Tensor(sums.map { $0 * Scalar(scale) }, shape: shape)
    }
    return a.dtype == .float32 ? result(Float.self) : result(Double.self)
  }

  private func spread(_ a: Tensor, to shape: [Int], _ window: PoolingWindow, _ scale: Double) -> Tensor {
    func result<Scalar: TensorScalar>(_: Scalar.Type) -> Tensor {
      let values = a.withElements(of: Scalar.self) { $0.map { $0 * Scalar(scale) } }
      var sums = [Scalar](repeating: 0, count: shape.reduce(1, *))
      forEachPair(shape, window) { sums[$1] += values[$0] }
      return Tensor(sums, shape: shape)
    }
    return a.dtype == .float32 ? result(Float.self) : result(Double.self)
  }

  @Test(arguments: windows, shapes)
  func `sums under a window and their adjoint have the definition's bits for any number of threads`(
    _ window: PoolingWindow, _ shape: [Int]
  ) {
    for dtype in DType.allCases {
      let a = draw(shape, dtype)
      for scale in [1, 0.25, 1.0 / 9] {
        let pooled = sums(a, window, scale)
        let back = spread(pooled, to: shape, window, scale)
        onAnyNumberOfThreads(isShared: a.count > 4 * Parallel.chunk) { threads in
          let found = Primitive.windowSum(a, window, scale: scale)
          #expect(found.shape == pooled.shape)
          #expect(hasSameBits(found, pooled), "\(dtype), scale \(scale), \(threads) threads")
          let spread = Primitive.windowSpread(pooled, window, height: shape[2], width: shape[3], scale: scale)
          #expect(spread.shape == shape)
          #expect(hasSameBits(spread, back), "\(dtype), scale \(scale), \(threads) threads")
        }
      }
    }
  }

  /// NaN and both zeros among the numbers: the maxima are the elements themselves, the first of equals, NaN before
  /// numbers.
  @Test(arguments: windows, shapes)
  func `maxima under a window are the elements selected for any number of threads`(
    _ window: PoolingWindow, _ shape: [Int]
  ) {
    // An empty plane has no maximum, but its padding would have a window.
    if shape[2] * shape[3] == 0, window.padding > 0 { return }
    for dtype in DType.allCases {
      var elements = draw(shape, dtype).values
      for index in stride(from: 5, to: elements.count, by: 11) { elements[index] = 0 }
      for index in stride(from: 7, to: elements.count, by: 53) { elements[index] = .nan }
      let a = Tensor(elements, shape: shape).converted(to: dtype)
      let expected = Primitive.gather(a, Primitive.maximumIndices(a, window))
      onAnyNumberOfThreads(isShared: a.count > 4 * Parallel.chunk) { threads in
        let found = Primitive.windowMaximum(a, window)
        #expect(found.shape == expected.shape)
        #expect(hasSameBits(found, expected), "\(dtype), \(threads) threads")
      }
    }
  }

  @Test func `a window at the border covers fewer inputs`() {
    #expect(PoolingWindow(size: 3, stride: 1, padding: 1).coverage(of: 4) == [2, 3, 3, 2])
    #expect(PoolingWindow(size: 3, stride: 1, padding: 1).coverage(of: 1) == [1])
    #expect(PoolingWindow(size: 3, stride: 2, padding: 1).coverage(of: 4) == [2, 3])
    #expect(PoolingWindow(size: 3, stride: 2).coverage(of: 35) == [Int](repeating: 3, count: 17))
  }

  /// Truncating division would grant one position to a window that juts out by less than its stride.
  @Test func `a window that does not fit has no position`() {
    #expect((0...5).map(PoolingWindow(size: 2).outputExtent) == [0, 0, 1, 1, 2, 2])
    #expect((0...5).map(PoolingWindow(size: 4).outputExtent) == [0, 0, 0, 0, 1, 1])
    #expect((0...5).map(PoolingWindow(size: 3, stride: 2, padding: 1).outputExtent) == [0, 1, 1, 2, 2, 3])
  }
}
