//: ## Data with a known truth
//: The **bell** is $\mathcal N(2, \tfrac12^2)$. The **ring** is a mixture of eight narrow bells, standard deviation
//: 0.1, evenly spaced on a circle of radius two. It became the usual test for *mode collapse*: a generator that puts
//: all its samples on three of the eight fools $D$ locally and has missed most of the data.

import Autograd
import Literate
import Pictures
import Tensors
import TorchRandom

/// A distribution one can draw from and whose density is known.
enum DataSet {
  case bell
  case ring

  /// Coordinates of a point.
  var dimensions: Int { self == .bell ? 1 : 2 }

  static let bellMean = 2.0
  static let bellDeviation = 0.5
  static let ringDeviation = 0.1
  /// Points of the unit circle at multiples of 45°, times 2.
  static let ringCenters: [(x: Double, y: Double)] = {
    let diagonal = 2.0.squareRoot()
    return [
      (2, 0), (diagonal, diagonal), (0, 2), (-diagonal, diagonal), (-2, 0), (-diagonal, -diagonal), (0, -2),
      (diagonal, -diagonal),
    ]
  }()

  /// `count` points, [count, dimensions]. The ring draws all places on the circle first, then all offsets.
  func sample(_ count: Int, random: TorchGenerator, dtype: DType) -> Tensor {
    switch self {
    case .bell: return random.normal([count, 1], dtype: dtype) * Self.bellDeviation + Self.bellMean
    case .ring:
      let places = random.integers(count, in: 0..<8).flatMap { place -> [Double] in
        let center = Self.ringCenters[Int(place)]
        return [center.x, center.y]
      }
      let offset = random.normal([count, 2], dtype: dtype) * Self.ringDeviation
      return Tensor(places, shape: [count, 2]).converted(to: dtype) + offset
    }
  }
}

//: ## Three measures
//: - The **Jensen–Shannon divergence** on a grid: samples counted in cells against the data's exact masses, in nats.
//:   Chapter 1 says why this one: it is what a perfect $D$ would measure. From $n$ samples in $c$ occupied cells even
//:   a perfect generator scores about $c/8n$, so small values have a floor.
//: - **Modes covered**: a mode counts if at least a quarter of its fair share, $\tfrac14 \cdot \tfrac18$ of all
//:   samples, lies within three standard deviations of its center.
//: - **High-quality share**: how many samples lie that near to *any* center.

/// A regular grid over a line or a square, and the data's exact masses in its cells.
struct Grid {
  let data: DataSet
  let range: ClosedRange<Double>
  let cells = 60
  /// Row after row, [cells] or [cells · cells].
  let masses: [Double]

  init(_ data: DataSet) {
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
  var middles: [Double] {
    (0..<cells).map { range.lowerBound + (Double($0) + 0.5) * (range.upperBound - range.lowerBound) / Double(cells) }
  }

  /// The share of the samples [N, dimensions] in each cell, and behind them the share outside the grid.
  func shares(of samples: Tensor) -> [Double] {
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
  func divergence(of samples: Tensor) -> Double {
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

/// How well samples [N, 2] cover the ring.
struct Coverage {
  let modes: Int
  let highQuality: Double

  init(of samples: Tensor) {
    let values = samples.values
    let count = samples.shape[0]
    let reach = 3 * DataSet.ringDeviation
    var near = [Int](repeating: 0, count: 8)
    for index in 0..<count {
      let (x, y) = (values[2 * index], values[2 * index + 1])
      for (mode, center) in DataSet.ringCenters.enumerated() {
        let (dx, dy) = (x - center.x, y - center.y)
        if dx * dx + dy * dy < reach * reach { near[mode] += 1 }
      }
    }
    modes = near.count { Double($0) >= Double(count) / 32 }
    highQuality = Double(near.reduce(0, +)) / Double(count)
  }
}
