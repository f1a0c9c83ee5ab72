import KernelContract

/// The weights of one class of outputs at every point of Winograd's minimal filtering, as the right operand of a product:
/// [point][strip of result channels][k][result channel], k = (filter row, filter column, source channel).
struct WinogradWeights<Scalar: TensorScalar> {
  let depth: Int
  let strips: Int
  /// Result channels of a strip.
  let columns: Int
  private let storage: Storage

  /// A strip of one point.
  func strip(_ strip: Int, point: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(storage.pointer.assumingMemoryBound(to: Scalar.self)) + (point * strips + strip) * depth * columns
  }

  /// Transforms weights laid out [source channel][kernel row][kernel column][result channel].
  init(
    _ source: UnsafePointer<Scalar>, channels: Int, results: Int, kernel: ConvolutionGeometry.Pair,
    vertical: (algorithm: MinimalFiltering, filters: [WinogradAxis.Filter]),
    horizontal: (algorithm: MinimalFiltering, filters: [WinogradAxis.Filter]), _ kernels: ProductKernels<Scalar>
  ) {
    let (rows, columns) = (vertical.filters, horizontal.filters)
    let taps = vertical.algorithm.taps
    let width = kernels.wide.columns
    let depth = rows.count * columns.count * channels
    let strips = (results + width - 1) / width
    self.depth = depth
    self.strips = strips
    self.columns = width
    let pitch = strips * depth * width
    storage = Storage(byteCount: vertical.algorithm.points * horizontal.algorithm.points * pitch * MemoryLayout<Scalar>.stride)
    let out = storage.pointer.assumingMemoryBound(to: Scalar.self)
    var offsets: [Int32] = []
    offsets.reserveCapacity(taps * taps * depth)
    for tap in 0..<taps * taps {
      for row in rows {
        for column in columns {
          for channel in 0..<channels {
            let element = row.kernel[tap / taps] * kernel.width + column.kernel[tap % taps]
            offsets.append(Int32((channel * kernel.height * kernel.width + element) * results))
          }
        }
      }
    }
    // A few k at a time, so that the taps of all are still in the first caches when they are transformed.
    let chunk = 32
    let chunks = (depth + chunk - 1) / chunk
    let elements = (0..<taps * taps).map { Int32($0 * chunk * width) }
    let bytes = taps * taps * chunk * width * MemoryLayout<Scalar>.stride
    ThreadPool.shared.run(parts: strips * chunks, workspace: bytes) { part, memory in
      let gathered = memory.assumingMemoryBound(to: Scalar.self)
      let strip = part / chunks
      let first = part % chunks * chunk
      let length = min(chunk, depth - first)
      let count = min(width, results - strip * width)
      if count < width { gathered.update(repeating: 0, count: taps * taps * chunk * width) }
      offsets.withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        for tap in 0..<taps * taps {
          kernels.copyLines(
            length, count, source + strip * width, table + tap * depth + first, gathered + tap * chunk * width, width)
        }
      }
      let planes = WinogradPlanes(
        .filter, rows: vertical.algorithm, columns: horizontal.algorithm, width: length * width,
        outRow: horizontal.algorithm.points * pitch, outColumn: pitch)
      kernels.winograd(
        planes, lines: [WinogradLine(source: 0, out: 0)], elements, gathered, out + (strip * depth + first) * width)
    }
  }

  /// Keeps the weights alive until `body` returns.
  static func use<Result>(_ weights: [Self], _ body: ([Self]) -> Result) -> Result {
    withExtendedLifetime(weights.map(\.storage)) { body(weights) }
  }
}
