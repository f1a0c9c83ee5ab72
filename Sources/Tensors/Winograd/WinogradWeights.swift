import KernelContract

/// Weights as a convolution finds them: kernel element e from source channel k to result channel r lies at
/// elements[k·sourceStride + r·resultStride + e].
struct ConvolutionWeights {
  let tensor: Tensor
  let sourceStride: Int
  let resultStride: Int
  let kernel: ConvolutionGeometry.Pair

  /// The weights of the forward pass or of the input gradient.
  init(_ tensor: Tensor, _ pass: ConvolutionPass, _ g: ConvolutionGeometry) {
    self.tensor = tensor
    (sourceStride, resultStride) = pass == .inputGradient ? (g.taps, g.kernelElements) : (g.kernelElements, g.taps)
    kernel = g.kernel
  }
}

/// The weights of every class of outputs at every point of Winograd's minimal filtering, as the right operand of a
/// product: [class][point][strip of result channels][k][result channel], k = (filter row, filter column, source
/// channel).
struct WinogradWeights<Kernels: TensorKernels>: Sendable {
  typealias Scalar = Kernels.Scalar

  private let form: Form
  private let depth: Int
  private let strips: Int
  /// Points along each axis.
  private let points: ConvolutionGeometry.Pair
  private let storage: Storage

  /// A strip of one point, given by its row and column.
  func strip(_ strip: Int, point: ConvolutionGeometry.Pair, of item: Int) -> UnsafePointer<Scalar> {
    let point = (item * points.height + point.height) * points.width + point.width
    return UnsafePointer(storage.pointer.assumingMemoryBound(to: Scalar.self))
      + (point * strips + strip) * depth * form.columns
  }

  /// All that the transformed weights depend on besides the weights and the points.
  private struct Form: Equatable, Sendable {
    let strides: ConvolutionGeometry.Pair
    let kernel: ConvolutionGeometry.Pair
    let channels: Int
    let results: Int
    let columns: Int
    /// Kernel elements: [class][filter][tap] of either axis.
    let verticalFilters: [[[Int]]]
    let horizontalFilters: [[[Int]]]
  }

  /// The transformed weights, kept with a network's weights: a discriminator meets real and generated images with the
  /// same ones. Those of larger tiles serve smaller ones, whose points are the first of theirs. Weights computed from
  /// others serve one pass alone and would only take memory.
  static func of(_ weights: ConvolutionWeights, _ plan: WinogradPlan) -> WinogradWeights {
    let (vertical, horizontal) = (plan.vertical, plan.horizontal)
    let form = Form(
      strides: .init(height: weights.sourceStride, width: weights.resultStride), kernel: weights.kernel,
      channels: plan.source[1], results: plan.result[1], columns: Kernels.extents(of: .wide).columns,
      verticalFilters: vertical.filters.map { $0.map(\.kernel) },
      horizontalFilters: horizontal.filters.map { $0.map(\.kernel) })
    func make() -> WinogradWeights {
      WinogradWeights(weights, form, vertical: vertical, horizontal: horizontal)
    }
    guard weights.tensor.origin == nil else { return make() }
    return weights.tensor.storage.derive { known in
      known.form == form && known.points.height >= vertical.tiling.points
        && known.points.width >= horizontal.tiling.points
    } make: {
      make()
    }
  }

  /// Classes are counted row by row, as the axes' filters.
  private init(
    _ weights: ConvolutionWeights, _ form: Form, vertical: WinogradAxis, horizontal: WinogradAxis
  ) {
    self.form = form
    let elements = weights.tensor.pointer(to: Scalar.self)
    let taps = vertical.tiling.taps
    let (channels, results, width) = (form.channels, form.results, form.columns)
    let kernelElements = weights.kernel.height * weights.kernel.width
    depth = vertical.filters[0].count * horizontal.filters[0].count * channels
    strips = (results + width - 1) / width
    points = .init(height: vertical.tiling.points, width: horizontal.tiling.points)
    let points = points.height * points.width
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
    let chunk = Blocking.Winograd.weightChannels
    let chunks = (channels + chunk - 1) / chunk
    let bytes = chunk * kernelElements * width * MemoryLayout<Scalar>.stride
    ThreadPool.current.run(parts: strips * chunks, workspace: bytes) { part, memory in
      let gathered = memory.assumingMemoryBound(to: Scalar.self)
      let (strip, first) = (part / chunks, part % chunks * chunk)
      let length = min(chunk, channels - first)
      let count = min(width, results - strip * width)
      if count < width { gathered.update(repeating: 0, count: length * kernelElements * width) }
      Kernels.transposeEach(
        count: length, rows: count, columns: kernelElements,
        elements + first * weights.sourceStride + strip * width * weights.resultStride, step: weights.sourceStride,
        stride: weights.resultStride, to: gathered, step: kernelElements * width, stride: width)
      let planes = WinogradPlanes(
        .filter, rows: vertical.tiling.algorithm, columns: horizontal.tiling.algorithm, width: width,
        outRow: horizontal.tiling.points * pitch, outColumn: pitch)
      let lines = (0..<length).map { WinogradLine(source: $0 * kernelElements * width, out: $0 * width) }
      for filter in filters {
        Kernels.winograd(
          planes, lines: lines, elements: filter.elements, gathered,
          to: out + filter.place + (strip * depth + first) * width)
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
