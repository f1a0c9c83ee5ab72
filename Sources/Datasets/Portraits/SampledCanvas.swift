import Pictures

/// A picture that shapes are filled on, in whole numbers only: every machine and every program that does the same gets
/// the same bytes.
///
/// Every pixel has 8×8 sample points. A shape that covers c of the 64 changes the pixel to ⌊((64 − c)·old + c·color +
/// 32)/64⌋. Shapes are given in 1/256 of the picture's side. Points and edges are compared in units of 1/(256·size) of
/// it, in which both are whole: sample i of a row stands at (2i + 1)·16, and a length l of a shape is l·size.
///
/// Points are not tested one by one: a row of sample points cuts a shape in at most two spans, and only their ends are
/// computed.
struct SampledCanvas {
  /// A part of a row, both ends included, in units of 1/(256·size).
  typealias Span = ClosedRange<Int>

  /// The shapes' units of a picture's side.
  static let grid = 256

  let size: Int
  private var pixels: [UInt8]

  init(size: Int, _ color: RGB) {
    self.size = size
    pixels = (0..<size * size).flatMap { _ in [UInt8(color.red), UInt8(color.green), UInt8(color.blue)] }
  }

  var picture: Picture { Picture(width: size, height: size, channels: 3, pixels: pixels) }

  // MARK: - Shapes

  /// The points with ((x − cx)/rx)² + ((y − cy)/ry)² ≤ 1 that lie not below `bottom`.
  mutating func fillEllipse(_ color: RGB, _ cx: Int, _ cy: Int, _ rx: Int, _ ry: Int, bottom: Int = 2 * grid) {
    let size = size
    let (x, y) = (cx * size, cy * size)
    let (squareX, squareY) = (rx * size * rx * size, ry * size * ry * size)
    fill(color, rows: (cy - ry) * size...min(cy + ry, bottom) * size) { row, add in
      let dy = row - y
      let half = floorRoot(squareX * (squareY - dy * dy) / squareY)
      add(x - half...x + half)
    }
  }

  mutating func fillBox(_ color: RGB, left: Int, top: Int, right: Int, bottom: Int) {
    let span = left * size...right * size
    fill(color, rows: top * size...bottom * size) { _, add in add(span) }
  }

  /// A mouth: the points at most `thickness` above or below y = cy + bend/2 − bend·(x − cx)²/half², with |x − cx| ≤
  /// half. `bend` is even.
  mutating func fillArc(_ color: RGB, _ cx: Int, _ cy: Int, half: Int, bend: Int, thickness: Int) {
    let size = size
    let (x, middle, end) = (cx * size, cy * size + bend / 2 * size, half * size)
    let reach = abs(bend) + thickness
    fill(color, rows: (cy - reach) * size...(cy + reach) * size) { row, add in
      // In the parabola's own direction: |bend|·size·dx² lies between these two.
      let along = bend >= 0 ? middle - row : row - middle
      let low = (along - thickness * size) * end * end
      let high = (along + thickness * size) * end * end
      guard low <= 0 || bend != 0, high >= 0 else { return }
      guard bend != 0 else { return add(x - end...x + end) }
      let slope = abs(bend) * size
      let outer = min(end, floorRoot(high / slope))
      if low <= 0 { return add(x - outer...x + outer) }
      let inner = floorRoot((low + slope - 1) / slope - 1) + 1
      guard inner <= outer else { return }
      add(x - outer...x - inner)
      add(x + inner...x + outer)
    }
  }

  // MARK: - Coverage

  /// Fills what `spans` says of every row of sample points among `rows`.
  private mutating func fill(_ color: RGB, rows: ClosedRange<Int>, _ spans: (Int, (Span) -> Void) -> Void) {
    let samples = 8 * size
    let first = max(0, (rows.lowerBound - 16 + 31) >> 5)
    let last = min(samples - 1, (rows.upperBound - 16) >> 5)
    guard first <= last else { return }
    let size = size
    pixels.withUnsafeMutableBufferPointer { pixels in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { covered in
        for pixelRow in (first >> 3)...(last >> 3) {
          covered.initialize(repeating: 0)
          for row in max(first, pixelRow * 8)...min(last, pixelRow * 8 + 7) {
            spans((2 * row + 1) * 16) { span in
              let start = max(0, (span.lowerBound - 16 + 31) >> 5)
              let end = min(samples, ((span.upperBound - 16) >> 5) + 1)
              if start < end { Self.cover(covered, from: start, to: end) }
            }
          }
          Self.blend(color, covered, into: pixels, row: pixelRow)
        }
      }
    }
  }

  /// Counts the samples from `start` up to `end` of one row.
  private static func cover(_ covered: UnsafeMutableBufferPointer<UInt8>, from start: Int, to end: Int) {
    let (first, last) = (start >> 3, (end - 1) >> 3)
    if first == last {
      covered[first] += UInt8(end - start)
      return
    }
    covered[first] += UInt8(8 - start & 7)
    for pixel in first + 1..<last { covered[pixel] &+= 8 }
    covered[last] += UInt8((end - 1) & 7 + 1)
  }

  private static func blend(
    _ color: RGB, _ covered: UnsafeMutableBufferPointer<UInt8>, into pixels: UnsafeMutableBufferPointer<UInt8>, row: Int
  ) {
    let channels = (Int32(color.red), Int32(color.green), Int32(color.blue))
    for column in covered.indices where covered[column] > 0 {
      let share = Int32(covered[column])
      let place = 3 * (row * covered.count + column)
      func mix(_ offset: Int, _ new: Int32) {
        pixels[place + offset] = UInt8((Int32(pixels[place + offset]) * (64 - share) + new * share + 32) / 64)
      }
      mix(0, channels.0)
      mix(1, channels.1)
      mix(2, channels.2)
    }
  }
}

/// ⌊√value⌋. The processor's root of a Double may be one off where the value has more than 53 bits.
private func floorRoot(_ value: Int) -> Int {
  var root = Int(Double(value).squareRoot())
  while root * root > value { root -= 1 }
  while (root + 1) * (root + 1) <= value { root += 1 }
  return root
}
