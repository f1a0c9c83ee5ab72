/// Colors for numbers. Lightness grows with the value in both scales, so that a print in black and white keeps the
/// order.
package enum ColorScale: Sendable {
  /// Dark blue over green to yellow, for quantities that begin somewhere.
  case sequential
  /// Dark blue over gray, which is zero, to light orange, for quantities with a sign.
  case diverging

  private var stops: [(red: Double, green: Double, blue: Double)] {
    switch self {
    // Five points of matplotlib's viridis.
    case .sequential: [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)]
    case .diverging: [(8, 29, 88), (44, 92, 150), (140, 140, 140), (240, 170, 90), (255, 232, 190)]
    }
  }

  /// How many colors a picture may have.
  static let levels = 48

  /// The color of a level in 0 ..< `levels`.
  func color(_ level: Int) -> String {
    let position = Double(min(max(level, 0), Self.levels - 1)) / Double(Self.levels - 1) * Double(stops.count - 1)
    let below = min(Int(position), stops.count - 2)
    let share = position - Double(below)
    let (a, b) = (stops[below], stops[below + 1])
    let channels = [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)].map { low, high in
      Int((low + (high - low) * share).rounded())
    }
    return "#" + channels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What the ends of the scale stand for: the finite values' span, made symmetric around zero where the scale
  /// diverges.
  func range(of values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return self == .diverging ? -1...1 : 0...1 }
    if self == .diverging {
      let reach = max(abs(least), abs(greatest))
      return reach > 0 ? -reach...reach : -1...1
    }
    return least < greatest ? least...greatest : least...max(least + 1, least.nextUp)
  }
}
