//: ## Data with a known truth
//: The **bell** is $\mathcal N(2, \tfrac12^2)$. The **ring** is a mixture of eight narrow bells, standard deviation
//: 0.1, evenly spaced on a circle of radius two. It became the usual test for *mode collapse*: a generator that puts
//: all its samples on three of the eight fools $D$ locally and has missed most of the data.

import Autograd
import Tensors
import TorchRandom

/// A distribution one can draw from and whose density is known.
package enum DataSet: Sendable {
  case bell
  case ring

  /// Coordinates of a point.
  package var dimensions: Int { self == .bell ? 1 : 2 }

  package static let bellMean = 2.0
  package static let bellDeviation = 0.5
  package static let ringDeviation = 0.1
  /// Points of the unit circle at multiples of 45°, times 2.
  package static let ringCenters: [(x: Double, y: Double)] = {
    let diagonal = 2.0.squareRoot()
    return [
      (2, 0), (diagonal, diagonal), (0, 2), (-diagonal, diagonal), (-2, 0), (-diagonal, -diagonal), (0, -2),
      (diagonal, -diagonal),
    ]
  }()

  /// `count` points, [count, dimensions]. The ring draws all places on the circle first, then all offsets.
  package func sample(_ count: Int, random: TorchGenerator, dtype: DType) -> Tensor {
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
