/// The three products of a convolution. A transposed convolution is its geometry's input gradient.
package enum ConvolutionPass: String, Sendable, CaseIterable {
  case forward
  case inputGradient
  case weightGradient
}

/// How a convolution or one of its gradients is computed, and with it the order of its sums: everything that their bits
/// depend on.
///
/// Made from extents alone, never from what a tensor holds, the number of threads or the instruction set.
/// docs/kernels.md shows the conditions as a table.
package enum ConvolutionPlan: Sendable {
  /// Every output meets the whole input: one matrix product.
  case matrixProduct
  /// Every output meets one pixel: a matrix product for every image.
  case pointwiseProducts
  /// The sum of the definition.
  case taps(TapPlan)
  /// Tiles of outputs from fewer multiplications.
  case winograd(WinogradPlan)
  /// A weight gradient as a product over pixels.
  case pixels(WeightGradientPlan)
  /// A weight gradient as a product over tiles of outputs.
  case winogradWeights(WinogradWeightGradientPlan)

  /// The first line that holds is taken.
  package init(_ pass: ConvolutionPass, of g: ConvolutionGeometry) {
    if g.isFullyConnected {
      self = .matrixProduct
    } else if pass == .weightGradient {
      self = WinogradWeightGradientPlan.of(g).map { .winogradWeights($0) } ?? .pixels(WeightGradientPlan(g))
    } else if g.isPointwise {
      self = .pointwiseProducts
    } else {
      let taps = TapPlan(pass, of: g)
      self = WinogradPlan.of(pass, g, taps).map { .winograd($0) } ?? .taps(taps)
    }
  }
}

extension ConvolutionPlan {
  /// The bands and parts of a weight gradient's sum over the pixels of a batch; `nil` for all that is no such sum.
  var weightGradient: WeightGradientPlan? {
    switch self {
    case .pixels(let plan): plan
    case .winogradWeights(let plan): plan.pixels
    case .matrixProduct, .pointwiseProducts, .taps, .winograd: nil
    }
  }
}

extension ConvolutionGeometry {
  /// Whether every output meets the whole input: the convolution is then a matrix product.
  var isFullyConnected: Bool { kernel == input && padding == 0 && output == 1 }

  /// Whether every output meets one pixel of planes large enough for a strip of their own: a matrix product per image.
  var isPointwise: Bool { kernel == 1 && stride == 1 && padding == 0 && inputPixels >= Blocking.pointwisePixels }

  func resultShape(of pass: ConvolutionPass) -> [Int] {
    switch pass {
    case .forward: outputShape
    case .inputGradient: inputShape
    case .weightGradient: weightShape
    }
  }
}

/// A convolution as its taps: source [N, C, H, W] and result [N, M, H', W'] are x and y forward, y̅ and x̅ in the input
/// gradient.
package struct TapPlan: Sendable {
  let source: [Int]
  let result: [Int]
  let vertical: TapAxis
  let horizontal: TapAxis

  init(_ pass: ConvolutionPass, of g: ConvolutionGeometry) {
    switch pass {
    case .inputGradient:
      source = g.outputShape
      result = g.inputShape
      vertical = .inputGradient(
        kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, inputs: g.input.height,
        outputs: g.output.height)
      horizontal = .inputGradient(
        kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, inputs: g.input.width,
        outputs: g.output.width)
    case .forward, .weightGradient:
      source = g.inputShape
      result = g.outputShape
      vertical = .forward(
        kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, outputs: g.output.height)
      horizontal = .forward(
        kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, outputs: g.output.width)
    }
  }
}

/// A convolution whose outputs are computed in squares.
package struct WinogradPlan: Sendable {
  let source: [Int]
  let result: [Int]
  let vertical: WinogradAxis
  let horizontal: WinogradAxis

  /// k of the product at a point: the filters of a class of outputs times the channels.
  var depth: Int { source[1] * vertical.filters[0].count * horizontal.filters[0].count }
  var points: Int { vertical.tiling.points * horizontal.tiling.points }

  /// `nil` where there is nothing to gain: few channels, pictures so small that most of a square is wasted, or kernels
  /// that do not meet two or three neighbors of every phase along both axes.
  static func of(_ pass: ConvolutionPass, _ g: ConvolutionGeometry, _ taps: TapPlan) -> WinogradPlan? {
    let isLarge: Bool
    switch pass {
    case .forward:
      isLarge =
        min(g.output.height, g.output.width) > Blocking.Winograd.moreOutputsThan
        && g.inputChannels >= Blocking.Winograd.channels
    case .inputGradient: isLarge = g.outputChannels >= Blocking.Winograd.inputGradientChannels
    case .weightGradient: isLarge = false
    }
    guard isLarge, taps.result[1] >= Blocking.Winograd.channels, let vertical = WinogradAxis.of(taps.vertical),
      let horizontal = WinogradAxis.of(taps.horizontal), vertical.tiling.taps == horizontal.tiling.taps,
      vertical.cost * horizontal.cost < Blocking.Winograd.cost
    else { return nil }
    return WinogradPlan(source: taps.source, result: taps.result, vertical: vertical, horizontal: horizontal)
  }
}

/// The bands of output pixels that a weight gradient adds up, and how many independent sums they make.
package struct WeightGradientPlan: Sendable {
  let bands: ImageBands
  let parts: Int
  /// Whether the rows of the product are taps and its columns output channels, not output and input channels.
  let rowsAreTaps: Bool

  init(_ g: ConvolutionGeometry, bands: ImageBands, parts: Int) {
    self.bands = bands
    self.parts = min(bands.count, parts)
    rowsAreTaps = g.inputChannels < Blocking.WeightGradient.rowsAreTapsBelow
  }

  init(_ g: ConvolutionGeometry) {
    let bands = ImageBands(
      batch: g.batch, height: g.output.height, width: g.output.width,
      pixels: min(Blocking.WeightGradient.pixels, g.batch * g.outputPixels / 2))
    self.init(g, bands: bands, parts: Blocking.WeightGradient.parts(weights: g.weightShape.reduce(1, *)))
  }
}

/// The tiles of outputs that a weight gradient adds up, in bands of whole tiles.
package struct WinogradWeightGradientPlan: Sendable {
  let vertical: WinogradTiling
  let horizontal: WinogradTiling
  /// Bands of tiles.
  let bands: ImageBands
  /// The same bands in pixels.
  let pixels: WeightGradientPlan

  /// `nil` where there is nothing to gain or outputs do not fill squares: other kernels, few channels, odd outputs,
  /// small batches.
  static func of(_ g: ConvolutionGeometry) -> WinogradWeightGradientPlan? {
    let taps = g.kernel.height / g.stride.height
    guard WinogradTiling.serves(taps: taps), g.kernel.height == taps * g.stride.height,
      g.kernel.width == taps * g.stride.width, g.inputChannels >= Blocking.Winograd.channels,
      g.outputChannels >= Blocking.Winograd.channels, g.batch * g.outputPixels >= Blocking.WinogradWeightGradient.pixels
    else { return nil }
    let rows = WinogradTiling(outputs: g.output.height, taps: taps)
    let columns = WinogradTiling(outputs: g.output.width, taps: taps)
    guard rows.fits(outputs: g.output.height), columns.fits(outputs: g.output.width) else { return nil }
    let (height, width) = (rows.tiles.count, columns.tiles.count)
    let bands = ImageBands(
      batch: g.batch, height: height, width: width,
      pixels: Blocking.WinogradWeightGradient.squares(taps: taps, all: g.batch * height * width))
    let sums = g.outputChannels * g.inputChannels * g.stride.height * g.stride.width * rows.points * columns.points
    let most = Blocking.WinogradWeightGradient.parts
    return WinogradWeightGradientPlan(
      vertical: rows, horizontal: columns, bands: bands,
      pixels: WeightGradientPlan(
        g, bands: bands.expanded(to: rows.boundaries),
        parts: max(most.lowerBound, min(most.upperBound, Blocking.WinogradWeightGradient.sums / sums))))
  }
}

// MARK: - In words

extension ConvolutionPlan: CustomStringConvertible {
  package var description: String {
    switch self {
    case .matrixProduct: "matrix product"
    case .pointwiseProducts: "matrix product for each image"
    case .taps(let plan): "\(plan)"
    case .winograd(let plan): "\(plan)"
    case .pixels(let plan): "pixels, \(plan)"
    case .winogradWeights(let plan): "\(plan)"
    }
  }
}

extension TapPlan: CustomStringConvertible {
  /// The taps of the classes, or of the largest one, as rows × columns.
  package var description: String {
    let classes = vertical.residues.count * horizontal.residues.count
    func most(_ axis: TapAxis) -> Int { axis.residues.map(\.taps.count).max() ?? 0 }
    return "taps \(most(vertical))×\(most(horizontal))" + (classes > 1 ? " in \(classes) classes" : "")
  }
}

extension WinogradPlan: CustomStringConvertible {
  package var description: String {
    let classes = vertical.filters.count * horizontal.filters.count
    return "Winograd \(vertical.tiling.algorithm)×\(horizontal.tiling.algorithm)"
      + (classes > 1 ? " in \(classes) classes" : "")
  }
}

extension WeightGradientPlan: CustomStringConvertible {
  package var description: String {
    "\(bands.count) bands in \(parts) parts" + (rowsAreTaps ? ", rows are taps" : "")
  }
}

extension WinogradWeightGradientPlan: CustomStringConvertible {
  package var description: String { "Winograd \(vertical.algorithm)×\(horizontal.algorithm), \(pixels)" }
}
