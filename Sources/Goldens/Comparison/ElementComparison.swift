import TensorFiles
import Tensors

/// Compares the elements of two entries of the same element type and count.
///
/// Equal bits are settled by memcmp. Where bits differ, one vectorised pass counts what is outside the tolerance, and
/// only if that finds anything, or a report wants the worst element, does a slower pass look at every pair.
package struct ElementComparison {
  let expected: TensorFile.Entry
  let found: TensorFile.Entry
  let tolerance: Tolerance
  /// ULPs are counted in this format: a float32 run's series is stored as float64, but made of float32 numbers.
  let ulpFormat: ElementType
  private let isComplex: Bool

  package init(expected: TensorFile.Entry, found: TensorFile.Entry, tolerance: Tolerance, ulpFormat: ElementType) {
    self.expected = expected.components
    self.found = found.components
    isComplex = expected.elementType.isComplex
    self.tolerance = tolerance
    self.ulpFormat = ulpFormat.component
  }

  /// How many numbers are compared: of complex ones both parts.
  var count: Int { expected.count }

  /// Positions outside the tolerance.
  package func failingCount() -> Int {
    expected.bytes.withUnsafeBytes { expectedBytes in
      found.bytes.withUnsafeBytes { foundBytes in
        if expectedBytes.elementsEqualFast(foundBytes) { return 0 }
        if case .within(let atol, let rtol) = tolerance {
          let fast: Int? =
            switch expected.elementType {
            case .float32: outside(expectedBytes, foundBytes, Float.self, atol, rtol)
            case .float64: outside(expectedBytes, foundBytes, Double.self, atol, rtol)
            default: nil
            }
          if fast == 0 { return 0 }
        }
        // What the fast pass counts includes equal infinities and pairs of NaN, which hold.
        var failing = 0
        forEachPair { if !holds($0) { failing += 1 } }
        return failing
      }
    }
  }

  /// Branch-free, so that it vectorises. A difference that is not finite counts as outside.
  private func outside<F: BinaryFloatingPoint>(
    _ expected: UnsafeRawBufferPointer, _ found: UnsafeRawBufferPointer, _: F.Type, _ atol: Double, _ rtol: Double
  ) -> Int {
    var outside = 0
    for offset in stride(from: 0, to: expected.count, by: MemoryLayout<F>.size) {
      let e = Double(expected.loadUnaligned(fromByteOffset: offset, as: F.self))
      let f = Double(found.loadUnaligned(fromByteOffset: offset, as: F.self))
      let difference = abs(f - e)
      let isInside = difference <= atol + rtol * abs(e) && difference < .infinity
      outside &+= isInside ? 0 : 1
    }
    return outside
  }

  /// Two elements at one position, widened to float64.
  struct Pair {
    let position: Int
    let expected: Double
    let found: Double
    let sameBits: Bool
    /// How far apart whole numbers are: beyond 2^53 they may widen to the same number.
    var distance: UInt64?

    /// |found − expected|.
    var absolute: Double { distance.map { Double($0) } ?? abs(found - expected) }
  }

  /// Calls `body` with every pair.
  private func forEachPair(_ body: (Pair) -> Void) {
    let left = expected.values
    let right = found.values
    guard expected.elementType.isFloatingPoint else {
      for index in left.indices {
        let distance = WholeNumbers.distance(expected, found, at: index)
        body(
          Pair(position: index, expected: left[index], found: right[index], sameBits: distance == 0, distance: distance)
        )
      }
      return
    }
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for index in left.indices {
          let sameBits = left[index].bitPattern == right[index].bitPattern
          body(Pair(position: index, expected: left[index], found: right[index], sameBits: sameBits))
        }
      }
    }
  }

  /// The rule for one pair. NaN equals NaN and nothing else; infinities equal only themselves.
  func holds(_ pair: Pair) -> Bool {
    let (expected, found) = (pair.expected, pair.found)
    if expected.isNaN || found.isNaN { return expected.isNaN && found.isNaN }
    if case .exact = tolerance { return pair.sameBits }
    if expected.isInfinite || found.isInfinite { return expected == found }
    switch tolerance {
    case .within(let atol, let rtol): return pair.absolute <= atol + rtol * abs(expected)
    case .ulps(let limit): return pair.sameBits || ulps(expected, found).map { $0 <= limit } ?? false
    case .exact: return pair.sameBits
    }
  }

  /// `nil` for whole numbers, which have no last place.
  private func ulps(_ expected: Double, _ found: Double) -> UInt64? {
    self.expected.elementType.isFloatingPoint ? ULPDistance.between(expected, found, in: ulpFormat) : nil
  }

  /// The details of a comparison. `positions` are the elements' places in the whole tensor of `shape` where only a
  /// sample is at hand.
  func report(_ reason: String, shape: [Int], positions: [Int]?) -> Mismatch {
    var mismatch = Mismatch(reason)
    mismatch.shape = shape
    mismatch.compared = expected.count
    mismatch.isSample = positions != nil
    var histogram = ErrorHistogram()
    var (first, worstAbsolute, worstRelative): (Candidate?, Candidate?, Candidate?)
    forEachPair { pair in
      let (expected, found) = (pair.expected, pair.found)
      mismatch.nanCounts.expected += expected.isNaN ? 1 : 0
      mismatch.nanCounts.found += found.isNaN ? 1 : 0
      mismatch.infinityCounts.expected += expected.isInfinite ? 1 : 0
      mismatch.infinityCounts.found += found.isInfinite ? 1 : 0
      if pair.sameBits || expected.isNaN && found.isNaN { return histogram.addEqual() }
      let absolute = pair.absolute
      let relative = absolute == 0 ? 0 : absolute / abs(expected)
      histogram.add(relative)
      // NaN is worse than any number, and the first of equals stands.
      if worstAbsolute.map({ !$0.size.isNaN && !(absolute <= $0.size) }) ?? true {
        worstAbsolute = Candidate(pair: pair, size: absolute)
      }
      if worstRelative.map({ !$0.size.isNaN && !(relative <= $0.size) }) ?? true {
        worstRelative = Candidate(pair: pair, size: relative)
      }
      if !holds(pair) {
        mismatch.failing += 1
        if first == nil { first = Candidate(pair: pair, size: absolute) }
      }
    }
    func difference(_ candidate: Candidate) -> Difference {
      let pair = candidate.pair
      let place = positions?[isComplex ? pair.position / 2 : pair.position] ?? pair.position
      let index = positions == nil || !isComplex ? place : place * 2 + pair.position % 2
      var difference = Difference(
        index: unraveled(index, isComplex ? shape + [2] : shape), expected: pair.expected, found: pair.found,
        absolute: pair.absolute, ulps: ulps(pair.expected, pair.found))
      difference.whole = WholeNumbers(expected, found, at: pair.position)
      return difference
    }
    mismatch.first = first.map(difference)
    mismatch.worstAbsolute = worstAbsolute.map(difference)
    mismatch.worstRelative = worstRelative.map(difference)
    mismatch.histogram = histogram.bins
    return mismatch
  }

  /// A pair that may be the first or the worst: what costs time is worked out only for those that are.
  private struct Candidate {
    let pair: Pair
    let size: Double
  }
}

/// The position on every axis of a row-major offset.
func unraveled(_ offset: Int, _ shape: [Int]) -> [Int] {
  var rest = offset
  var index: [Int] = []
  for extent in shape.reversed() where extent > 0 {
    index.append(rest % extent)
    rest /= extent
  }
  return index.reversed()
}

extension UnsafeRawBufferPointer {
  /// memcmp, through the standard library's comparison of equal-length buffers in words.
  func elementsEqualFast(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      if loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < count {
      if self[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }
}
