import Foundation

/// A number with a fixed count of decimals, rounded to nearest, as C's and Python's `%.4f` print it.
package func formatted(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

/// A number with one decimal and a power of ten, such as 2.4e-09.
package func scientific(_ value: Double) -> String { String(format: "%.1e", value) }
