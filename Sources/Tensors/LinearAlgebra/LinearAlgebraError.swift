/// Why a matrix was refused.
package enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  case notFinite(row: Int, column: Int, value: Double)
  case notSemidefinite(trace: Double, reached: Double)
  case noConvergence

  package var description: String {
    switch self {
    case .notFinite(let row, let column, let value):
      "a matrix: expected finite numbers, found \(value) in row \(row), column \(column)"
    case .notSemidefinite(let trace, let reached):
      "a matrix: expected a covariance, which has no negative eigenvalue, found one whose trace is \(trace) and its "
        + "Cholesky factor's \(reached)"
    case .noConvergence: "a matrix: expected singular values, found that LAPACK's method does not converge"
    }
  }

  /// NaN equals itself here: tests compare errors.
  package static func == (left: Self, right: Self) -> Bool { left.description == right.description }

  /// Rows and columns at most: the working memory of LAPACK's routines is counted in 32 bits, and grows with the
  /// square.
  package static let sideLimit = 1 << 14

  /// Throws where an element is NaN or infinite: LAPACK's methods may never end on those.
  static func refuseNonFinite(_ matrix: Tensor) throws {
    if let (index, value) = matrix.firstNotFinite {
      throw Self.notFinite(row: index / matrix.shape[1], column: index % matrix.shape[1], value: value)
    }
  }
}
