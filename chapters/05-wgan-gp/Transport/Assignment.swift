//: ## The cheapest pairing
//: Between two clouds of $n$ points the best plan is a pairing: no grain need be split. Finding it is the *assignment
//: problem*. Trying all $n!$ pairings is out of the question; **shortest augmenting paths** (Jonker and Volgenant 1987)
//: need about $n^3$ steps. Points are added one after the other. Each new one takes the partner that costs least, and
//: may push others on to their next best, along the chain that raises the total least.
//:
//: To find that chain the algorithm keeps *prices*: $u_i$ for each row and $v_j$ for each column, with
//: $u_i + v_j \le c_{ij}$ always and equality for the pairs made. At the end $\sum u_i + \sum v_j$ is the cost of the
//: pairing, and since no prices under that bound can add up to more than any pairing costs, they *prove* that it is the
//: cheapest.

/// The cheapest way to pair n rows with n columns.
package struct Assignment: Sendable {
  /// The column of each row.
  package let columns: [Int]
  /// The sum of the pairs' costs.
  package let cost: Double
  /// u and v with uᵢ + vⱼ ≤ cᵢⱼ, equal for the pairs made: the proof that no pairing is cheaper.
  package let rowPrices: [Double]
  package let columnPrices: [Double]

  /// Solves the problem for `costs`, [count, count] row by row.
  ///
  /// - Throws: `AssignmentError` where the costs are no square of finite numbers.
  /// - Complexity: O(count³).
  package init(costs: [Double], count: Int) throws(AssignmentError) {
    guard count >= 0, costs.count == count * count else {
      throw .notSquare(costs: costs.count, count: count)
    }
    if let place = costs.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: place / count, column: place % count, cost: costs[place])
    }
    var search = PathSearch(costs: costs, count: count)
    for row in 0..<count { search.add(row) }
    var columns = [Int](repeating: 0, count: count)
    for (column, row) in search.rowOfColumn.enumerated() { columns[row] = column }
    self.columns = columns
    cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset * count + $1.element] }
    (rowPrices, columnPrices) = (search.rowPrices, search.columnPrices)
  }
}

/// Why there is no assignment.
package enum AssignmentError: Error, Equatable, CustomStringConvertible {
  case notSquare(costs: Int, count: Int)
  case notFinite(row: Int, column: Int, cost: Double)

  package var description: String {
    switch self {
    case .notSquare(let costs, let count):
      "an assignment of \(count) rows needs \(count) × \(count) costs, found \(costs)"
    case .notFinite(let row, let column, let cost):
      "the cost of row \(row) in column \(column) is \(cost), expected a finite number"
    }
  }
}

/// The pairs and prices so far.
private struct PathSearch {
  private let costs: [Double]
  private let count: Int
  private(set) var rowPrices: [Double]
  private(set) var columnPrices: [Double]
  /// −1 where a column has no row yet.
  private(set) var rowOfColumn: [Int]

  init(costs: [Double], count: Int) {
    self.costs = costs
    self.count = count
    rowPrices = [Double](repeating: 0, count: count)
    columnPrices = rowPrices
    rowOfColumn = [Int](repeating: -1, count: count)
  }

  //: The chain is a shortest path, found as Dijkstra does: a step from row $i$ to column $j$ is as long as the pair is
  //: dearer than its prices, $c_{ij} - u_i - v_j \ge 0$; from a column that is taken the path goes on with its row, at
  //: no cost.

  /// Pairs one more row.
  mutating func add(_ newRow: Int) {
    var distance = [Double](repeating: .infinity, count: count)
    // The column before each on its shortest path; −1 stands for the new row itself.
    var previous = [Int](repeating: -1, count: count)
    var isDone = [Bool](repeating: false, count: count)
    var (row, column, reached) = (newRow, -1, 0.0)
    repeat {
      var (nearest, least) = (-1, Double.infinity)
      for next in 0..<count where !isDone[next] {
        let length = reached + (costs[row * count + next] - rowPrices[row] - columnPrices[next])
        if length < distance[next] { (distance[next], previous[next]) = (length, column) }
        if distance[next] < least { (nearest, least) = (next, distance[next]) }
      }
      (column, reached) = (nearest, least)
      isDone[column] = true
      row = rowOfColumn[column]
    } while row >= 0

    // Prices move so that all steps of shortest paths become free: what was nearer than the end by d rises or falls by
    // d.
    rowPrices[newRow] += reached
    for done in 0..<count where isDone[done] && done != column {
      rowPrices[rowOfColumn[done]] += reached - distance[done]
      columnPrices[done] -= reached - distance[done]
    }
    // Everyone on the path moves on by one.
    while column >= 0 {
      let before = previous[column]
      rowOfColumn[column] = before >= 0 ? rowOfColumn[before] : newRow
      column = before
    }
  }
}
