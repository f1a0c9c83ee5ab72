import COpenBLAS

/// The element types that OpenBLAS multiplies.
protocol BLASScalar: TensorScalar {
  /// C ← op(A)·op(B) + beta·C, row-major, on the calling thread.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>, _ aStride: Int, transposingA: Bool,
    _ b: UnsafePointer<Self>, _ bStride: Int, transposingB: Bool, beta: Self, _ c: UnsafeMutablePointer<Self>,
    _ cStride: Int)
}

/// OpenBLAS splits products over its own threads unless told otherwise, which changes their bits; parallelism is ours.
/// Whoever calls OpenBLAS or its LAPACK reads this first.
let singleThreaded: Void = openblas_set_num_threads(1)

/// The kernels that OpenBLAS has chosen for this processor (`Haswell`, `SkylakeX`; `Prescott` for one it does not
/// know), or those that the environment's OPENBLAS_CORETYPE names. The order of their sums, and so their rounding, is
/// theirs.
package let openBLASCore = String(cString: openblas_get_corename())

extension Float: BLASScalar {
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, _ aStride: Int, transposingA: Bool,
    _ b: UnsafePointer<Float>, _ bStride: Int, transposingB: Bool, beta: Float, _ c: UnsafeMutablePointer<Float>,
    _ cStride: Int
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans, transposingB ? CblasTrans : CblasNoTrans, Int32(rows),
      Int32(columns), Int32(depth), 1, a, Int32(max(aStride, 1)), b, Int32(max(bStride, 1)), beta, c,
      Int32(max(cStride, 1)))
  }
}

extension Double: BLASScalar {
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>, _ aStride: Int, transposingA: Bool,
    _ b: UnsafePointer<Double>, _ bStride: Int, transposingB: Bool, beta: Double, _ c: UnsafeMutablePointer<Double>,
    _ cStride: Int
  ) {
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans, transposingB ? CblasTrans : CblasNoTrans, Int32(rows),
      Int32(columns), Int32(depth), 1, a, Int32(max(aStride, 1)), b, Int32(max(bStride, 1)), beta, c,
      Int32(max(cStride, 1)))
  }
}
