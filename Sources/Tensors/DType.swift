/// The element type of a tensor, chosen at run time.
///
/// Random draws are always made in float32 and then widened, so a float64 run sees the same numbers as a float32 run.
package enum DType: String, Sendable, CaseIterable, Codable {
  case float32
  case float64

  /// Bytes of one element.
  package var byteCount: Int { self == .float32 ? 4 : 8 }
}
