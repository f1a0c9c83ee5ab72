import Autograd
import Tensors

/// A regular grid over a line or a square, and the data's exact masses in its cells.
package struct Grid: Sendable {
  package let data: DataSet
  package let range: ClosedRange<Double>
  package let cells = 60
  /// Row after row, [cells] or [cells · cells].
  package let masses: [Double]

  package init(_ data: DataSet) {
    self.data = data
    range = data == .bell ? -1...5 : -3...3
    let cells = cells
    let (low, width) = (range.lowerBound, (range.upperBound - range.lowerBound) / Double(cells))
    // A cell's mass along an axis: eight midpoints of a normal density.
    func axisMasses(mean: Double, deviation: Double) -> [Double] {
      let points = (0..<cells * 8).map { (low + (Double($0) + 0.5) * width / 8 - mean) / deviation }
      let density = withoutRecording { (Tensor(points, shape: [cells, 8]).squared() * -0.5).exp().sum(axes: [1]) }
      let total = density.values.reduce(0, +)
      return density.values.map { $0 / total }
    }
    switch data {
    case .bell: masses = axisMasses(mean: DataSet.bellMean, deviation: DataSet.bellDeviation)
    case .ring:
      var sum = [Double](repeating: 0, count: cells * cells)
      for center in DataSet.ringCenters {
        let columns = axisMasses(mean: center.x, deviation: DataSet.ringDeviation)
        let rows = axisMasses(mean: center.y, deviation: DataSet.ringDeviation)
        for row in 0..<cells {
          for column in 0..<cells { sum[row * cells + column] += rows[row] * columns[column] / 8 }
        }
      }
      masses = sum
    }
  }

  /// The middles of the cells along an axis.
  package var middles: [Double] {
    (0..<cells).map { range.lowerBound + (Double($0) + 0.5) * (range.upperBound - range.lowerBound) / Double(cells) }
  }

  /// The share of the samples [N, dimensions] in each cell, and behind them the share outside the grid.
  package func shares(of samples: Tensor) -> [Double] {
    let values = samples.values
    let count = samples.shape[0]
    var counts = [Double](repeating: 0, count: masses.count + 1)
    let perUnit = Double(cells) / (range.upperBound - range.lowerBound)
    for index in 0..<count {
      let place = (0..<data.dimensions).map { axis in
        ((values[index * data.dimensions + axis] - range.lowerBound) * perUnit).rounded(.down)
      }
      let isInside = place.allSatisfy { $0 >= 0 && $0 < Double(cells) }
      let cell = place.reversed().reduce(0) { $0 * cells + (isInside ? Int($1) : 0) }
      counts[isInside ? cell : masses.count] += 1
    }
    return counts.map { $0 / Double(count) }
  }

  /// JSD(p_data ‖ p_g) in nats, from samples of p_g.
  package func divergence(of samples: Tensor) -> Double {
    let shares = shares(of: samples)
    let p = Tensor(masses + [0], shape: [shares.count])
    let q = Tensor(shares, shape: [shares.count])
    return withoutRecording {
      let middle = (p + q) * 0.5 + 1e-300
      let terms = p * ((p + 1e-300) / middle).log() + q * ((q + 1e-300) / middle).log()
      return terms.sum().item / 2
    }
  }
}
