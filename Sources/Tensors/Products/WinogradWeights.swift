import KernelContract

/// Weights as a convolution finds them: kernel element e from source channel k to result channel r lies at
/// elements[k·sourceStride + r·resultStride + e].
struct KernelWeights<Scalar: TensorScalar> {
  let elements: UnsafePointer<Scalar>
  let sourceStride: Int
  let resultStride: Int
  let kernel: ConvolutionGeometry.Pair
}

/// The weights of every class of outputs at every point of Winograd's minimal filtering, as the right operand of a product:
/// [class][point][strip of result channels][k][result channel], k = (filter row, filter column, source channel).
struct WinogradWeights<Scalar: TensorScalar> {
  private let depth: Int
  private let strips: Int
  private let points: Int
  /// Result channels of a strip.
  private let columns: Int
  private let storage: Storage

  /// A strip of one point.
  func strip(_ strip: Int, point: Int, of item: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(storage.pointer.assumingMemoryBound(to: Scalar.self))
      + ((item * points + point) * strips + strip) * depth * columns
  }

  /// Classes are counted row by row, as the axes' filters.
  init(
    _ weights: KernelWeights<Scalar>, channels: Int, results: Int, vertical: WinogradAxis, horizontal: WinogradAxis,
    _ kernels: ProductKernels<Scalar>
  ) {
    let taps = vertical.tiling.taps
    let width = kernels.wide.columns
    let kernelElements = weights.kernel.height * weights.kernel.width
    depth = vertical.filters[0].count * horizontal.filters[0].count * channels
    strips = (results + width - 1) / width
    points = vertical.tiling.points * horizontal.tiling.points
    columns = width
    let pitch = strips * depth * width
    let classes = vertical.filters.count * horizontal.filters.count
    storage = Storage(byteCount: classes * points * pitch * MemoryLayout<Scalar>.stride)
    let out = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let filters = Self.filters(vertical, horizontal).map { filter in
      let elements = (0..<taps * taps).map {
        let element = filter.row.kernel[$0 / taps] * weights.kernel.width + filter.column.kernel[$0 % taps]
        return Int32(element * width)
      }
      return (place: filter.item * points * pitch + filter.index * channels * width, elements: elements)
    }
    // A few channels at a time, so that their elements are still in the second cache when they are transformed.
    let chunk = 32
    let chunks = (channels + chunk - 1) / chunk
    let bytes = chunk * kernelElements * width * MemoryLayout<Scalar>.stride
    ThreadPool.shared.run(parts: strips * chunks, workspace: bytes) { part, memory in
      let gathered = memory.assumingMemoryBound(to: Scalar.self)
      let (strip, first) = (part / chunks, part % chunks * chunk)
      let length = min(chunk, channels - first)
      let count = min(width, results - strip * width)
      if count < width { gathered.update(repeating: 0, count: length * kernelElements * width) }
      kernels.transposeEach(
        length, count, kernelElements,
        weights.elements + first * weights.sourceStride + strip * width * weights.resultStride, weights.sourceStride,
        weights.resultStride, gathered, kernelElements * width, width)
      let planes = WinogradPlanes(
        .filter, rows: vertical.tiling.algorithm, columns: horizontal.tiling.algorithm, width: width,
        outRow: horizontal.tiling.points * pitch, outColumn: pitch)
      let lines = (0..<length).map { WinogradLine(source: $0 * kernelElements * width, out: $0 * width) }
      for filter in filters {
        kernels.winograd(
          planes, lines: lines, filter.elements, gathered, out + filter.place + (strip * depth + first) * width)
      }
    }
  }

  private struct Filter {
    /// Its class, and its place among the filters of that class.
    let item: Int
    let index: Int
    let row: WinogradAxis.Filter
    let column: WinogradAxis.Filter
  }

  private static func filters(_ vertical: WinogradAxis, _ horizontal: WinogradAxis) -> [Filter] {
    var filters: [Filter] = []
    for (row, rowFilters) in vertical.filters.enumerated() {
      for (column, columnFilters) in horizontal.filters.enumerated() {
        for (i, rowFilter) in rowFilters.enumerated() {
          for (j, columnFilter) in columnFilters.enumerated() {
            filters.append(
              Filter(
                item: row * horizontal.filters.count + column, index: i * columnFilters.count + j, row: rowFilter,
                column: columnFilter))
          }
        }
      }
    }
    return filters
  }
}
