/// One axis of a plot: which values it covers and where its ticks stand.
struct Axis {
  private let low: Double
  private let high: Double
  private let scale: LinePlot.Scale
  let ticks: [Double]

  /// An axis that covers the finite (and, if logarithmic, positive) ones of `values`.
  init(_ values: [Double], scale: LinePlot.Scale) {
    self.scale = scale
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let least = usable.min() ?? (scale == .linear ? 0 : 1)
    let greatest = usable.max() ?? 1
    switch scale {
    case .logarithmic:
      let first = Self.decade(least)
      let last = max(first + 1, Self.decade(greatest) + (greatest > Self.power(of: 10, Self.decade(greatest)) ? 1 : 0))
      low = Self.power(of: 10, first)
      high = Self.power(of: 10, last)
      ticks = stride(from: first, through: last, by: max(1, (last - first) / 8)).map { Self.power(of: 10, $0) }
    case .linear:
      let span = greatest > least ? greatest - least : max(abs(least), 1)
      let step = Self.niceStep(span / 6)
      let first = (least / step).rounded(.down)
      let last = max(first + 1, (greatest / step).rounded(.up))
      low = first * step
      high = last * step
      ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    }
  }

  /// 0 at the axis's low end, 1 at its high end.
  func position(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - low) / (high - low)
    case .logarithmic: (Self.log10(value) - Self.log10(low)) / (Self.log10(high) - Self.log10(low))
    }
  }

  /// The series cut where a point cannot be drawn on this axis.
  func drawable(_ series: LinePlot.Series) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = [[]]
    for (x, y) in zip(series.x, series.y) {
      if x.isFinite && y.isFinite && (scale == .linear || y > 0) {
        runs[runs.count - 1].append((x, y))
      } else if !runs[runs.count - 1].isEmpty {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  /// 1, 2 or 5 times a power of ten, at least `step`.
  private static func niceStep(_ step: Double) -> Double {
    let base = power(of: 10, decade(step))
    return [1, 2, 5, 10].map { $0 * base }.first { $0 >= step * 0.999_999 } ?? base
  }

  /// ⌊log₁₀ value⌋ for a positive value.
  static func decade(_ value: Double) -> Int {
    var exponent = 0
    var rest = value
    while rest >= 10 {
      rest /= 10
      exponent += 1
    }
    while rest < 1 && rest > 0 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }

  static func power(of base: Double, _ exponent: Int) -> Double {
    let result = (0..<abs(exponent)).reduce(1.0) { product, _ in product * base }
    return exponent < 0 ? 1 / result : result
  }

  private static func log10(_ value: Double) -> Double { PlotMath.log10(value) }
}
