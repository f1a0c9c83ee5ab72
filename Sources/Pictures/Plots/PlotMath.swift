#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's logarithm: a plot's coordinates are rounded to a hundredth, far above libm's differences.
enum PlotMath {
  static func log10(_ value: Double) -> Double { logarithm(value) }
}

private func logarithm(_ value: Double) -> Double { log10(value) }
