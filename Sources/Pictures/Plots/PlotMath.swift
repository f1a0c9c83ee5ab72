#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's logarithm: a plot's coordinates are rounded to a hundredth, far above libm's differences.
enum PlotMath {
  static func log10(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log10(value)
    #else
      Darwin.log10(value)
    #endif
  }
}
