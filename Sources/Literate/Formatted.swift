import Foundation

/// A number with a fixed count of decimals, rounded to nearest, as C's and Python's `%.4f` print it.
package func formatted(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
