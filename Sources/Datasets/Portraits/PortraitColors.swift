/// A color of eight bits a channel.
package struct RGB: Sendable, Equatable {
  package let red: Int
  package let green: Int
  package let blue: Int

  package init(_ red: Int, _ green: Int, _ blue: Int) { (self.red, self.green, self.blue) = (red, green, blue) }

  /// So many eighths of it, rounded down.
  func darkened(to eighths: Int) -> RGB { RGB(red * eighths / 8, green * eighths / 8, blue * eighths / 8) }

  /// The square of the distance between two colors.
  package func squaredDistance(to other: RGB) -> Int {
    let (red, green, blue) = (red - other.red, green - other.green, blue - other.blue)
    return red * red + green * green + blue * blue
  }
}

/// The flat colors that portraits are made of. The values of one factor lie at least 55 apart, so that a picture that
/// is a little off can still be read, and no hair has the color of a skin or of a background.
package enum PortraitColors {
  /// Sky, lemon, mint, orchid.
  package static let backgrounds = [RGB(120, 190, 235), RGB(255, 240, 140), RGB(140, 210, 150), RGB(230, 140, 205)]
  /// From light to dark.
  package static let skins = [
    RGB(255, 228, 206), RGB(240, 196, 156), RGB(214, 158, 112), RGB(172, 116, 76), RGB(124, 80, 56),
  ]
  /// Black, brown, red, blond, gray.
  package static let hairs = [
    RGB(28, 24, 30), RGB(92, 50, 22), RGB(190, 84, 40), RGB(236, 196, 96), RGB(200, 200, 206),
  ]
  /// Red, blue, green, white.
  package static let shirts = [RGB(200, 48, 56), RGB(44, 76, 160), RGB(40, 130, 90), RGB(244, 244, 240)]
  /// Brown, green.
  package static let eyes = [RGB(70, 45, 30), RGB(50, 120, 90)]

  static let eyeWhite = RGB(250, 250, 250)
  static let pupil = RGB(20, 18, 22)
  static let mouth = RGB(160, 44, 52)
  static let frame = RGB(44, 40, 48)
  static let lens = RGB(150, 205, 235)
}
