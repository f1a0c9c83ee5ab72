import Tensors

//: With distances for costs the mean over the pairs is $W_1$ of the two clouds, exactly. And the prices are old
//: friends. Read $f(x_i) = u_i$ on the first cloud and $f(y_j) = -v_j$ on the second: the condition on prices says
//: $f(x_i) - f(y_j) \le \lVert x_i - y_j \rVert$, no slope above 1 from any $y$ to any $x$, and the sum they reach is
//: $E f(x) - E f(y)$. The algorithm that finds the plan finds **the best critic**, at least on the points.

/// The best plan between two clouds of as many points each, and the best critic on them.
package struct TransportPlan: Sendable {
  /// The index of each first point's partner among the second.
  package let partners: [Int]
  /// W₁: the mean distance of partners.
  package let distance: Double
  /// A best critic on the first and on the second cloud.
  package let criticOnFirst: [Double]
  package let criticOnSecond: [Double]

  /// `first` and `second` are [N, D]; distances are computed in double precision.
  ///
  /// - Throws: `AssignmentError` where a coordinate is not finite.
  package init(from first: Tensor, to second: Tensor) throws(AssignmentError) {
    precondition(
      first.rank == 2 && first.shape == second.shape && first.shape[0] > 0,
      "a plan pairs [N, D] with [N, D], found \(first.shape) and \(second.shape)")
    let (count, dimensions) = (first.shape[0], first.shape[1])
    let (a, b) = (first.values, second.values)
    var costs = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        var squares = 0.0
        for axis in 0..<dimensions {
          let difference = a[i * dimensions + axis] - b[j * dimensions + axis]
          squares += difference * difference
        }
        costs[i * count + j] = squares.squareRoot()
      }
    }
    let assignment = try Assignment(costs: costs, count: count)
    partners = assignment.columns
    distance = assignment.cost / Double(count)
    criticOnFirst = assignment.rowPrices
    criticOnSecond = assignment.columnPrices.map { -$0 }
  }
}
