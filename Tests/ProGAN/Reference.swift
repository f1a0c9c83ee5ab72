import Foundation
import Tensors
import TestSupport
import Testing

/// What PyTorch found, from `goldens/reference/progan.py`.
struct Reference: Decodable, Sendable {
  struct Initial: Decodable, Sendable, CustomTestStringConvertible {
    struct Weight: Decodable, Sendable, Equatable {
      let name: String
      let shape: [Int]
      let sha256: String
    }
    let seed: UInt64
    let latents: Int
    let channels: Int
    let size: Int
    /// The bits of the next uniform draw: equal only if the stream stands at the same place.
    let next: UInt32
    let weights: [Weight]
    var testDescription: String { "seed \(seed), \(size) px" }
  }

  struct Small: Decodable, Sendable {
    let latents: Int
    let channels: Int
    let size: Int
    let batch: Int
    let alpha: Double
    let projections: Int
  }

  /// A tensor's norm and its products with random signs.
  struct Projected: Decodable, Sendable {
    let norm: Double
    let products: [Double]
  }

  struct Gradients: Decodable, Sendable, CustomTestStringConvertible {
    let step: Int
    /// The critic's loss, its penalty, the generator's loss.
    let losses: [Double]
    let scores: [Double]
    let critic: [String: Projected]
    let penalty: [String: Projected]
    let generator: [String: Projected]
    var testDescription: String { "\(4 << step) px" }
  }

  struct Alphas: Decodable, Sendable {
    let dataset: Int
    let batch: Int
    let epochs: Int
    let values: [Double]
  }

  let initial: [Initial]
  let small: Small
  let gradients: [Gradients]
  let alphas: [Alphas]

  static let shared = Result {
    try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: Repository.sample("progan.json", of: "ProGAN")))
  }
}

/// Element i of sign vector k is + where the lowest bit of splitmix64's output i·count + k, seed 0, is 0.
func signedProducts(_ values: [Double], count: Int) -> [Double] {
  var products = [Double](repeating: 0, count: count)
  var state: UInt64 = 0
  for value in values {
    for index in 0..<count {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      products[index] += z & 1 == 0 ? value : -value
    }
  }
  return products
}

/// An estimate of ‖tensor − reference‖/‖reference‖: random signs take a difference d to a product of expected square
/// ‖d‖².
func relativeDifference(_ tensor: Tensor, _ reference: Reference.Projected) -> Double {
  let products = signedProducts(tensor.values, count: reference.products.count)
  let squares = zip(products, reference.products).map { ($0 - $1) * ($0 - $1) }
  let difference = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  return difference == 0 ? 0 : difference / reference.norm
}
