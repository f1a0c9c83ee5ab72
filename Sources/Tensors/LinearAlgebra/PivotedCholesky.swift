import COpenBLAS

/// A factor of a symmetric positive semidefinite matrix: S = Fᵀ·F, by Cholesky's method with complete pivoting.
///
/// Each step takes the largest diagonal element that is left; where none is above n·ε·max S_ii the rest is rounding,
/// and F ends there. So F has as many rows as S has rank, and a singular covariance, of fewer samples than variables,
/// is no special case.
///
/// Source: LAPACK's dpstrf (Lucas 2004, LAPACK Working Note 161), on one thread: the bits depend on the kernel OpenBLAS
/// picks for the processor, not on the number of threads.
package struct PivotedCholesky: Sendable {
  /// F, [rank, n] in float64.
  package let factor: Tensor
  package var rank: Int { factor.shape[0] }

  /// The factor of `matrix`, [n, n] in float64, of which one triangle is read.
  ///
  /// - Throws: `LinearAlgebraError` where an element is not finite, or the matrix is not semidefinite: tr FᵀF misses tr
  ///   S by more than 10⁻⁶ of it.
  package init(_ matrix: Tensor) throws {
    precondition(
      matrix.rank == 2 && matrix.shape[0] == matrix.shape[1] && matrix.dtype == .float64,
      "Cholesky's factor needs a square float64 matrix, found \(matrix.dtype) \(matrix.shape)")
    let n = matrix.shape[0]
    precondition(n <= LinearAlgebraError.sideLimit, "a matrix of \(n) rows is beyond LAPACK's integers")
    try LinearAlgebraError.refuseNonFinite(matrix)
    guard n > 0 else {
      factor = .zeros([0, 0], dtype: .float64)
      return
    }
    var elements = matrix.values
    let trace = (0..<n).reduce(0.0) { $0 + elements[$1 * n + $1] }
    var pivots = [blasint](repeating: 0, count: n)
    var work = [Double](repeating: 0, count: 2 * n)
    var (order, stride, rank, info): (blasint, blasint, blasint, blasint) = (blasint(n), blasint(n), 0, 0)
    var tolerance = -1.0  // n·ε·max S_ii
    _ = singleThreaded
    dpstrf_("L", &order, &elements, &stride, &pivots, &rank, &tolerance, &work, &info, 1)
    precondition(info >= 0, "dpstrf refused its argument \(-info)")
    // LAPACK counts columns: element (i, k) of L is elements[i + k·n], and row i of it belongs to variable pivots[i].
    let kept = Int(rank)
    factor = Tensor(shape: [kept, n], of: Double.self) { out in
      for k in 0..<kept {
        for i in 0..<n { out[k * n + Int(pivots[i]) - 1] = i >= k ? elements[i + k * n] : 0 }
      }
    }
    let reached = factor.withElements(of: Double.self) { $0.reduce(0.0) { $0 + $1 * $1 } }
    guard abs(trace - reached) <= 1e-6 * max(trace, reached) else {
      throw LinearAlgebraError.notSemidefinite(trace: trace, reached: reached)
    }
  }
}
