import Foundation

/// Goldens are changed by a person who has looked at them, never where `CI` is set.
package enum CIRefusal {
  /// Why `action` does not run here; `nil` where it may.
  package static func of(
    _ action: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    guard let ci = environment["CI"], !ci.isEmpty else { return nil }
    return "\(action) refuses to run where CI is set: goldens are blessed by a person who has looked at them"
  }
}
