import TensorFiles
import Tensors

/// Compares one recorded value with its reference, whatever amount of it either side keeps.
struct ValueComparison {
  let name: String
  let expected: GoldenValue
  let found: GoldenValue
  let tolerance: Tolerance
  /// The precision of the run, `nil` where files are compared.
  let precision: DType?

  enum Outcome {
    case inside
    case outside(Mismatch)
  }

  func outcome() -> Outcome {
    if expected.kind != found.kind {
      return different("expected a \(expected.kind.rawValue), found a \(found.kind.rawValue)")
    }
    if expected.elementType != found.elementType {
      return different("expected dtype \(expected.elementType.name), found \(found.elementType.name)")
    }
    if expected.shape != found.shape { return different("expected shape \(expected.shape), found \(found.shape)") }
    if expected.keeping == .hash || found.keeping == .hash { return compareDigests() }
    do {
      // A sample against a whole: both as samples.
      if expected.keeping != found.keeping {
        return compareElements(try expected.reducedToSample(name: name), try found.reducedToSample(name: name))
      }
      return compareElements(expected, found)
    } catch {
      return different("\(error)")
    }
  }

  private func different(_ reason: String) -> Outcome {
    var mismatch = Mismatch(reason)
    mismatch.shape = found.shape
    return .outside(mismatch)
  }

  /// Equal whole content, as far as both sides know it.
  var hasEqualBits: Bool { digest(of: expected) == digest(of: found) }

  private func digest(of value: GoldenValue) -> String? {
    value.digest
      ?? (value.keeping == .whole ? value.elements.map { Digest.of($0.elementType, of: $0, shape: value.shape) } : nil)
  }

  private func compareDigests() -> Outcome {
    guard let expectedDigest = digest(of: expected), let foundDigest = digest(of: found) else {
      return different("the digests cannot be compared: one of them is missing")
    }
    if expectedDigest == foundDigest { return .inside }
    return different(
      "every bit is fixed here, but the digest is \(foundDigest.prefix(16))…, expected \(expectedDigest.prefix(16))…")
  }

  private func comparison(_ left: TensorFile.Entry, _ right: TensorFile.Entry) -> ElementComparison {
    let isNumberList = expected.kind == .series || expected.kind == .scalar
    let ulpFormat = isNumberList && precision == .float32 ? .float32 : left.elementType
    return ElementComparison(expected: left, found: right, tolerance: tolerance, ulpFormat: ulpFormat)
  }

  private func compareElements(_ left: GoldenValue, _ right: GoldenValue) -> Outcome {
    guard let a = left.elements, let b = right.elements, a.elementType == b.elementType, a.count == b.count else {
      return different("the elements kept cannot be compared")
    }
    let comparison = comparison(a, b)
    let failing = comparison.failingCount()
    let moments = momentDifferences(left, right)
    let hiddenBits = tolerance == .exact && left.keeping == .sample && !hasEqualBits
    if failing == 0 && moments.isEmpty && !hiddenBits { return .inside }
    let reason: String
    if failing > 0 {
      let share = NumberText.percent(Double(failing) / Double(comparison.count))
      reason =
        """
        \(failing) of \(comparison.count)\(left.keeping == .sample ? " sampled" : "") elements (\(share)) outside \
        \(tolerance)
        """
    } else if let moment = moments.first {
      reason = "the \(moment.name) of all elements is \(moment.found), expected \(moment.expected)"
    } else {
      reason = "bits differ outside the sample"
    }
    var mismatch = comparison.report(reason, shape: found.shape, positions: positions(left))
    mismatch.moments = moments
    return .outside(mismatch)
  }

  private func positions(_ value: GoldenValue) -> [Int]? {
    value.keeping == .sample ? SamplePositions.positions(name: name, count: value.count) : nil
  }

  /// What a drifted entry differs by.
  func driftReport() -> Mismatch? {
    guard expected.keeping != .hash, found.keeping != .hash,
      let left = expected.keeping == found.keeping ? expected : try? expected.reducedToSample(name: name),
      let right = expected.keeping == found.keeping ? found : try? found.reducedToSample(name: name),
      let a = left.elements, let b = right.elements
    else { return nil }
    return comparison(a, b).report("inside the tolerance", shape: found.shape, positions: positions(left))
  }

  /// The moments must hold whatever each element may be off by: if every |aᵢ − bᵢ| ≤ atol + rtol·|bᵢ|, then mean and
  /// standard deviation differ by at most atol + rtol·rms(b), and the extremes by atol + rtol·|extreme|. Summation
  /// order may cost another 1e-12·rms.
  private func momentDifferences(_ left: GoldenValue, _ right: GoldenValue) -> [MomentDifference] {
    guard let a = left.moments, let b = right.moments else { return [] }
    let (atol, rtol): (Double, Double)
    switch tolerance {
    case .within(let absolute, let relative): (atol, rtol) = (absolute, relative)
    case .ulps(let count):
      (atol, rtol) = (0, Double(count) * left.elementType.unitInTheLastPlaceOfOne)
    case .exact: (atol, rtol) = (0, 0)
    }
    let rms = a.rootMeanSquare
    return zip(Moments.names, zip(a.values, b.values)).compactMap { name, pair in
      let isExtreme = name == "min" || name == "max"
      let allowed = isExtreme ? atol + rtol * abs(pair.0) : atol + rtol * rms + 1e-12 * rms
      let bothNaN = pair.0.isNaN && pair.1.isNaN
      if pair.0 == pair.1 || bothNaN || abs(pair.1 - pair.0) <= allowed && pair.0.isFinite { return nil }
      return MomentDifference(name: name, expected: pair.0, found: pair.1, allowed: allowed)
    }
  }
}

extension Digest {
  /// The digest of an entry's bytes under another shape than the entry's own list.
  static func of(_ elementType: ElementType, of entry: TensorFile.Entry, shape: [Int]) -> String {
    entry.bytes.withUnsafeBytes { of(elementType, shape: shape, bytes: $0) }
  }
}
