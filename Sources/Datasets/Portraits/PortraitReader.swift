import Pictures

/// What a portrait shows, as far as its pixels tell; `nil` where they do not.
package struct PortraitReading: Sendable, Equatable {
  package let background: Int?
  package let skin: Int?
  package let hair: Int?
  package let style: PortraitFactors.Style?
  package let shirt: Int?
  package let hasGlasses: Bool?

  package init(
    background: Int?, skin: Int?, hair: Int?, style: PortraitFactors.Style?, shirt: Int?, hasGlasses: Bool?
  ) {
    (self.background, self.skin, self.hair) = (background, skin, hair)
    (self.style, self.shirt, self.hasGlasses) = (style, shirt, hasGlasses)
  }

  /// Whether all colors and the glasses could be read. Not the style, which hangs on single pixels of an edge.
  package var isComplete: Bool {
    background != nil && skin != nil && hair != nil && shirt != nil && hasGlasses != nil
  }
}

/// Reads a portrait's factors back from its pixels: whoever painted it, this program or a network.
///
/// It looks at 32×32 pixels, at places where a factor shows whatever the others are. A color is read where at least a
/// third of a place's pixels vote for it and their mean is twice as near to it as to the next color. Style and glasses
/// are counts of pixels, and between the counts of one answer and those of the next lies a gap in which there is none.
package struct PortraitReader {
  /// Rows and columns, of 32.
  private struct Place {
    let rows: Range<Int>
    let columns: [Int]
  }

  private static let side = 32
  /// The corners; hair never reaches them.
  private static let backgroundPlace = Place(rows: 0..<4, columns: Array(0..<6) + Array(26..<32))
  /// Between eyes and mouth.
  private static let skinPlace = Place(rows: 17..<20, columns: Array(11..<21))
  /// Above the forehead.
  private static let hairPlace = Place(rows: 6..<9, columns: Array(12..<20))
  private static let shirtPlace = Place(rows: 29..<32, columns: Array(10..<22))
  /// Beside the neck, where only long hair hangs.
  private static let neckPlace = Place(rows: 22..<24, columns: [9, 10, 21, 22])
  /// Rows of the temples, where curly hair is widest.
  private static let templeRows = 10..<13
  /// Both eyes.
  private static let eyePlace = Place(rows: 13..<17, columns: Array(11..<21))
  /// A pixel farther from all colors than this votes for none.
  private static let reach = 45

  private let pixels: [RGB]
  private let smooth: [RGB]

  private init(_ picture: Picture) {
    // For colors the pixels in the middle of 32×32 fields: means would blur what votes are about. For shapes the means:
    // where an edge runs, single pixels jump.
    let color = picture.inColor
    func middle(_ field: Int, of length: Int) -> Int { (2 * field + 1) * length / (2 * Self.side) }
    pixels = (0..<Self.side * Self.side).map { index in
      let row = middle(index / Self.side, of: color.height)
      return Self.color(color, row * color.width + middle(index % Self.side, of: color.width))
    }
    let isSmall = color.width == Self.side && color.height == Self.side
    let small = isSmall ? color : color.resized(width: Self.side, height: Self.side)
    smooth = (0..<Self.side * Self.side).map { Self.color(small, $0) }
  }

  private static func color(_ picture: Picture, _ index: Int) -> RGB {
    RGB(Int(picture.pixels[3 * index]), Int(picture.pixels[3 * index + 1]), Int(picture.pixels[3 * index + 2]))
  }

  package static func read(_ picture: Picture) -> PortraitReading {
    let reader = PortraitReader(picture)
    let background = reader.color(at: backgroundPlace, among: PortraitColors.backgrounds)
    let hair = reader.color(at: hairPlace, among: PortraitColors.hairs)
    return PortraitReading(
      background: background, skin: reader.color(at: skinPlace, among: PortraitColors.skins), hair: hair,
      style: reader.style(background: background, hair: hair),
      shirt: reader.color(at: shirtPlace, among: PortraitColors.shirts), hasGlasses: reader.glasses)
  }

  private func pixels(at place: Place, of pixels: [RGB]) -> [RGB] {
    place.rows.flatMap { row in place.columns.map { pixels[row * Self.side + $0] } }
  }

  private func color(at place: Place, among colors: [RGB]) -> Int? {
    let found = pixels(at: place, of: pixels)
    var votes = Array(repeating: [RGB](), count: colors.count)
    for pixel in found {
      let distances = colors.map(pixel.squaredDistance(to:))
      let nearest = Self.firstSmallest(distances)
      if distances[nearest] <= Self.reach * Self.reach { votes[nearest].append(pixel) }
    }
    let winner = Self.firstSmallest(votes.map { -$0.count })
    let voters = votes[winner]
    guard 3 * voters.count >= found.count else { return nil }
    // Distances of the voters' sum to so many times each color: the mean's, without a division.
    let sum = voters.reduce(RGB(0, 0, 0)) { RGB($0.red + $1.red, $0.green + $1.green, $0.blue + $1.blue) }
    let distances = colors.map { color in
      sum.squaredDistance(to: RGB(color.red * voters.count, color.green * voters.count, color.blue * voters.count))
    }
    let next = distances.indices.filter { $0 != winner }.map { distances[$0] }.min() ?? .max
    return 4 * distances[winner] <= next ? winner : nil
  }

  private static func firstSmallest(_ values: [Int]) -> Int {
    values.indices.reduce(0) { values[$1] < values[$0] ? $1 : $0 }
  }

  private func style(background: Int?, hair: Int?) -> PortraitFactors.Style? {
    guard let background, let hair else { return nil }
    func isHair(_ pixel: RGB) -> Bool {
      pixel.squaredDistance(to: PortraitColors.hairs[hair])
        < pixel.squaredDistance(to: PortraitColors.backgrounds[background])
    }
    // Of 8 pixels, a long hair covers 7 or 8, another none.
    let hanging = pixels(at: Self.neckPlace, of: smooth).count(where: isHair)
    if hanging >= 6 { return .long }
    guard hanging <= 2 else { return nil }
    // In three rows, curls are 57 pixels wide and more, others 53 and less.
    let width = Self.templeRows.reduce(0) { sum, row in
      let line = smooth[row * Self.side..<(row + 1) * Self.side]
      guard let left = line.firstIndex(where: isHair), let right = line.lastIndex(where: isHair) else { return sum }
      return sum + right - left + 1
    }
    return width <= 54 ? .short : width >= 56 ? .curly : nil
  }

  /// Lenses are blue, more blue than red: 40 pixels sum up to 900 and more, those of bare eyes to 220 and less.
  private var glasses: Bool? {
    let blueness = pixels(at: Self.eyePlace, of: pixels).reduce(0) { $0 + max(0, $1.blue - $1.red) }
    return blueness <= 400 ? false : blueness >= 640 ? true : nil
  }
}
