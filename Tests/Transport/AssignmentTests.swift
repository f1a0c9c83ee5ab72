import Tensors
import Testing
import Transport

/// Numbers in [0, 1) that look random (splitmix64).
private func numbers(_ count: Int, seed: UInt64) -> [Double] {
  var state = seed
  return (0..<count).map { _ in
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

private func cloud(_ count: Int, _ dimensions: Int, seed: UInt64) -> Tensor {
  Tensor(numbers(count * dimensions, seed: seed), shape: [count, dimensions])
}

@Suite struct AssignmentTests {
  /// Costs drawn from a seed, [count, count].
  private func costs(_ count: Int, seed: UInt64) -> [Double] {
    numbers(count * count, seed: seed).map { 4 * $0 - 1 }
  }

  /// The least cost over all permutations.
  private func leastByTrying(_ costs: [Double], count: Int) -> Double {
    func least(from row: Int, _ free: [Int]) -> Double {
      free.map { column in costs[row * count + column] + least(from: row + 1, free.filter { $0 != column }) }.min() ?? 0
    }
    return least(from: 0, Array(0..<count))
  }

  @Test(arguments: 1...7) func `it is as cheap as the best of all permutations`(_ count: Int) throws {
    for seed in 0..<20 as Range<UInt64> {
      let costs = costs(count, seed: seed)
      let found = try Assignment(costs: costs, count: count)
      #expect(abs(found.cost - leastByTrying(costs, count: count)) < 1e-12, "\(count) rows, seed \(seed)")
    }
  }

  @Test(arguments: [2, 17, 64, 256]) func `its prices prove that no pairing is cheaper`(_ count: Int) throws {
    let costs = costs(count, seed: 5)
    let found = try Assignment(costs: costs, count: count)
    #expect(found.columns.sorted() == Array(0..<count))
    for row in 0..<count {
      for column in 0..<count {
        let slack = costs[row * count + column] - found.rowPrices[row] - found.columnPrices[column]
        #expect(slack > -1e-12)
        if found.columns[row] == column { #expect(abs(slack) < 1e-12) }
      }
    }
    let prices = found.rowPrices.reduce(0, +) + found.columnPrices.reduce(0, +)
    #expect(abs(prices - found.cost) < 1e-10)
  }

  @Test func `equal costs are no trouble`() throws {
    let found = try Assignment(costs: [Double](repeating: 2.5, count: 2500), count: 50)
    #expect(found.columns.sorted() == Array(0..<50))
    #expect(found.cost == 125)
  }

  @Test func `nothing is paired with nothing`() throws {
    #expect(try Assignment(costs: [], count: 0).cost == 0)
  }

  @Test func `costs that are no square are refused`() {
    #expect(throws: AssignmentError.notSquare(costs: 3, count: 2)) { try Assignment(costs: [1, 2, 3], count: 2) }
    #expect(throws: AssignmentError.notSquare(costs: 0, count: -1)) { try Assignment(costs: [], count: -1) }
  }

  @Test(arguments: [Double.infinity, -.infinity]) func `a cost that is not finite is named`(_ cost: Double) {
    #expect(throws: AssignmentError.notFinite(row: 1, column: 0, cost: cost)) {
      try Assignment(costs: [1, 2, cost, 4], count: 2)
    }
    #expect(AssignmentError.notFinite(row: 1, column: 0, cost: cost).description.contains("row 1 in column 0"))
  }
}

@Suite struct TransportPlanTests {
  @Test func `a cloud is at distance zero from itself in any order`() throws {
    let values = numbers(80, seed: 0)
    let turned = stride(from: 78, through: 0, by: -2).flatMap { [values[$0], values[$0 + 1]] }
    let plan = try TransportPlan(from: Tensor(values, shape: [40, 2]), to: Tensor(turned, shape: [40, 2]))
    #expect(plan.distance == 0)
    #expect(plan.partners == Array((0..<40).reversed()))
  }

  @Test func `a moved cloud is as far as it was moved`() throws {
    let points = cloud(100, 2, seed: 1)
    let moved = Tensor(points.values.enumerated().map { $1 + ($0 % 2 == 0 ? 3 : 4) }, shape: [100, 2])
    #expect(abs(try TransportPlan(from: points, to: moved).distance - 5) < 1e-12)
  }

  @Test func `on a line sorted points are partners`() throws {
    let (a, b) = (
      cloud(60, 1, seed: 2),
      cloud(60, 1, seed: 3)
    )
    let sorted = zip(a.values.sorted(), b.values.sorted()).map { abs($0 - $1) }.reduce(0, +) / 60
    #expect(abs(try TransportPlan(from: a, to: b).distance - sorted) < 1e-12)
  }

  @Test func `its critic has the distance for an estimate and no slope above one`() throws {
    let (a, b) = (
      cloud(50, 3, seed: 4),
      cloud(50, 3, seed: 5)
    )
    let plan = try TransportPlan(from: a, to: b)
    let estimate = (plan.criticOnFirst.reduce(0, +) - plan.criticOnSecond.reduce(0, +)) / 50
    #expect(abs(estimate - plan.distance) < 1e-12)
    for i in 0..<50 {
      for j in 0..<50 {
        let way = (0..<3).map { a.values[3 * i + $0] - b.values[3 * j + $0] }.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(plan.criticOnFirst[i] - plan.criticOnSecond[j] <= way + 1e-12)
      }
    }
  }

  @Test func `a point that is not finite is refused`() {
    let good = Tensor([0, 0, 1, 1], shape: [2, 2])
    #expect(throws: AssignmentError.self) {
      try TransportPlan(from: good, to: Tensor([0, .nan, 1, 1], shape: [2, 2]))
    }
  }
}
