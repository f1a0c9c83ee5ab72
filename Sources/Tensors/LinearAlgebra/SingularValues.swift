import COpenBLAS

/// The singular values of a matrix, largest first.
///
/// Each is right to about ε times the largest. Taken as square roots of the eigenvalues of A·Aᵀ they would be right to
/// √ε only: what is 0 would come out as 10⁻⁸.
///
/// Source: LAPACK's dgesdd, on one thread: the bits depend on the kernel OpenBLAS picks for the processor, not on the
/// number of threads.
package enum SingularValues {
  /// The min(m, n) singular values of `matrix`, [m, n] in float64.
  ///
  /// - Throws: `LinearAlgebraError` where an element is not finite, or the method does not converge.
  package static func of(_ matrix: Tensor) throws -> [Double] {
    precondition(
      matrix.rank == 2 && matrix.dtype == .float64,
      "singular values need a float64 matrix, found \(matrix.dtype) \(matrix.shape)")
    precondition(
      matrix.shape.allSatisfy { $0 <= LinearAlgebraError.sideLimit },
      "a matrix of shape \(matrix.shape) is beyond LAPACK's integers")
    try LinearAlgebraError.refuseNonFinite(matrix)
    let count = matrix.shape.min() ?? 0
    guard count > 0 else { return [] }
    // By columns, which LAPACK counts in, these are the elements of the transpose: it has the same singular values.
    var elements = matrix.values
    var (m, n, stride) = (blasint(matrix.shape[1]), blasint(matrix.shape[0]), blasint(matrix.shape[1]))
    var values = [Double](repeating: 0, count: count)
    var integers = [blasint](repeating: 0, count: 8 * count)
    var info: blasint = 0
    // Vectors are not asked for, so nothing is written here.
    var (left, right): (Double, Double) = (0, 0)
    var (leftStride, rightStride): (blasint, blasint) = (1, 1)
    _ = singleThreaded
    // Asked with a size of −1 it only says how much room it wants.
    var (wanted, query): (Double, blasint) = (0, -1)
    dgesdd_(
      "N", &m, &n, &elements, &stride, &values, &left, &leftStride, &right, &rightStride, &wanted, &query, &integers,
      &info, 1)
    precondition(info == 0, "dgesdd refused its argument \(-info)")
    var size = blasint(wanted)
    var work = [Double](repeating: 0, count: Int(size))
    dgesdd_(
      "N", &m, &n, &elements, &stride, &values, &left, &leftStride, &right, &rightStride, &work, &size, &integers,
      &info, 1)
    precondition(info >= 0, "dgesdd refused its argument \(-info)")
    guard info == 0 else { throw LinearAlgebraError.noConvergence }
    return values
  }
}
