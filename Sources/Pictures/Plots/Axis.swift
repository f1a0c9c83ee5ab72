/// How an axis spaces its values.
package enum AxisScale: Sendable {
  case linear
  case logarithmic
}

/// One axis of a plot: which values it covers and where its ticks stand.
struct Axis: Sendable {
  private let low: Double
  private let high: Double
  private let scale: AxisScale
  let ticks: [Double]
  /// Whether the range was given rather than found: values may then lie outside.
  let isBounded: Bool

  /// An axis that covers the finite (and, if logarithmic, positive) ones of `values`, or exactly `range`.
  ///
  /// `tickCount` is about how many ticks there is room for.
  init(_ values: [Double], scale: AxisScale, range: ClosedRange<Double>? = nil, tickCount: Int = 6) {
    self.scale = scale
    let usable = values.filter { Self.canDraw($0, scale) }
    let given = range.flatMap { Self.isUsable($0, scale) ? $0 : nil }
    isBounded = given != nil
    let least = given?.lowerBound ?? usable.min() ?? (scale == .linear ? 0 : 1)
    let greatest = given?.upperBound ?? usable.max() ?? 1
    switch scale {
    case .logarithmic:
      let first = Self.decade(least)
      let last = max(first + 1, Self.decade(greatest) + (greatest > Self.power(of: 10, Self.decade(greatest)) ? 1 : 0))
      low = given?.lowerBound ?? Self.power(of: 10, first)
      high = given?.upperBound ?? Self.power(of: 10, last)
      ticks = stride(from: first, through: last, by: max(1, (last - first) / (tickCount + 2)))
        .map { Self.power(of: 10, $0) }.filter { [low, high] in (low...high).contains($0) }
    case .linear:
      let span = greatest > least ? greatest - least : max(abs(least), 1)
      let step = Self.niceStep(max(span / Double(tickCount), Self.smallest))
      let first = (least / step).rounded(.down)
      let last = max(first + 1, (greatest / step).rounded(.up))
      low = given?.lowerBound ?? first * step
      high = given?.upperBound ?? last * step
      let slack = step * 1e-9
      ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        .filter { [low, high] in $0 >= low - slack && $0 <= high + slack }
    }
  }

  private static func isUsable(_ range: ClosedRange<Double>, _ scale: AxisScale) -> Bool {
    canDraw(range.lowerBound, scale) && canDraw(range.upperBound, scale) && range.lowerBound < range.upperBound
  }

  /// 0 at the axis's low end, 1 at its high end; a value far outside is drawn nearer, at −10 or 10.
  func position(_ value: Double) -> Double {
    let share =
      switch scale {
      case .linear: (value - low) / (high - low)
      case .logarithmic: (Self.log10(value) - Self.log10(low)) / (Self.log10(high) - Self.log10(low))
      }
    return min(max(share, -10), 10)
  }

  func canDraw(_ value: Double) -> Bool { Self.canDraw(value, scale) }

  /// Nearer to the ends of what a Double can hold, differences and powers of ten overflow.
  private static let largest = 1e300
  private static let smallest = 1e-300

  private static func canDraw(_ value: Double, _ scale: AxisScale) -> Bool {
    abs(value) <= largest && (scale == .linear || value >= smallest)
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
