import TensorFiles

/// How far a value may be from its reference: written next to every `record(…)`.
package enum Tolerance: Sendable, Equatable {
  /// |found − expected| ≤ atol + rtol·|expected|, element by element. Both are always given.
  case within(atol: Double, rtol: Double)
  /// At most so many representable numbers apart.
  case ulps(UInt64)
  /// The same bits (any NaN equals any NaN).
  case exact

  /// Whether it can be met at all: neither part negative, NaN or infinite.
  package var isValid: Bool {
    guard case .within(let atol, let rtol) = self else { return true }
    return atol >= 0 && rtol >= 0 && atol.isFinite && rtol.isFinite
  }

  /// With an `atol` that is a share of `size`; others as they are.
  package func scaled(by size: Double) -> Tolerance {
    guard case .within(let atol, let rtol) = self else { return self }
    return .within(atol: atol * size, rtol: rtol)
  }
}

extension Tolerance: CustomStringConvertible {
  package var description: String {
    switch self {
    case .within(let atol, let rtol): "atol \(atol), rtol \(rtol)"
    case .ulps(let count): "\(count) ULP"
    case .exact: "exact"
    }
  }

  package var json: JSONValue {
    switch self {
    case .within(let atol, let rtol): .object(["atol": .double(atol), "rtol": .double(rtol)])
    case .ulps(let count): .object(["ulps": .number(String(count))])
    case .exact: .string("exact")
    }
  }

  package init(json cursor: JSONCursor) throws {
    if case .string = cursor.value {
      guard try cursor.string() == "exact" else {
        throw cursor.error(.badValue, expected: "\"exact\" or an object", found: "another word")
      }
      self = .exact
    } else if let ulps = try cursor.optionalMember("ulps") {
      try cursor.onlyKeys(["ulps"])
      let count = try ulps.int()
      guard count >= 0 else { throw ulps.error(.badValue, expected: "0 or more", found: "\(count)") }
      self = .ulps(UInt64(count))
    } else {
      try cursor.onlyKeys(["atol", "rtol"])
      self = .within(atol: try cursor.member("atol").double(), rtol: try cursor.member("rtol").double())
      guard isValid else {
        throw cursor.error(.badValue, expected: "finite tolerances that are not negative", found: "\(self)")
      }
    }
  }
}
