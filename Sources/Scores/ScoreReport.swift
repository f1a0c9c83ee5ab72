import Foundation
import TensorFiles

/// A score with everything it depends on: without network, weights, preprocessing, order and number of parts it could
/// be compared with no other, since published scores of one model differ by a factor of two through these.
package struct ScoreReport: Sendable, Equatable {
  /// A folder that was scored.
  package struct PictureSet: Sendable, Equatable {
    package let path: String
    package let count: Int
    /// Files in it that are no pictures by name.
    package let passedOver: Int

    package init(path: String, count: Int, passedOver: Int = 0) {
      (self.path, self.count, self.passedOver) = (path, count, passedOver)
    }
  }

  /// What the estimator itself was told.
  package enum Estimator: Sendable, Equatable {
    case inceptionScore(splits: Int, epsilon: Double, softmax: String)
    case frechetDistance(features: Int)
    case kernelDistance(features: Int, subsets: Int, subsetSize: Int, seed: UInt64)
  }

  /// "Inception Score", "classifier score" and so on.
  package let name: String
  package let score: Double
  package let deviation: Double?
  package let network: String
  /// SHA-256 of the weights' file.
  package let weights: String
  /// Precision of the network.
  package let precision: String
  package let preprocessing: String
  package let sets: [PictureSet]
  package let estimator: Estimator

  package init(
    name: String, score: Double, deviation: Double?, network: String, weights: String, precision: String,
    preprocessing: String, sets: [PictureSet], estimator: Estimator
  ) {
    (self.name, self.score, self.deviation) = (name, score, deviation)
    (self.network, self.weights, self.precision, self.preprocessing) = (network, weights, precision, preprocessing)
    (self.sets, self.estimator) = (sets, estimator)
  }

  /// The document's line: `Inception Score: 1.5730 ± 0.5228`.
  package var line: String {
    let decimals = if case .kernelDistance = estimator { 6 } else { 4 }
    func formatted(_ value: Double) -> String {
      let text = String(format: "%.\(decimals)f", value)
      // A set's distance to itself is what rounding leaves, of either sign.
      return text.contains { ("1"..."9").contains($0) } ? text : text.replacing("-", with: "")
    }
    return "\(name): \(formatted(score))" + (deviation.map { " ± \(formatted($0))" } ?? "")
  }

  /// The line and the protocol below it.
  package var text: String {
    let pictures = sets.map { set in
      (
        "pictures",
        "\(set.count) in \(set.path), by name" + (set.passedOver > 0 ? "; \(set.passedOver) other files" : "")
      )
    }
    let facts =
      pictures + [
        ("network", "\(network) in \(precision)"), ("weights", "sha256 \(weights)"), ("prepared", preprocessing),
        ("estimator", estimator.summary),
      ]
    return ([line] + facts.map { "  \($0.0.padding(toLength: 10, withPad: " ", startingAt: 0))\($0.1)" })
      .joined(separator: "\n")
  }

  package var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "score": .double(score), "network": .string(network), "weights": .string(weights),
      "precision": .string(precision), "preprocessing": .string(preprocessing), "order": .string("by name"),
      "estimator": .object(estimator.json),
    ]
    object["deviation"] = deviation.map { .double($0) }
    object["sets"] = .array(
      sets.map {
        .object(["path": .string($0.path), "count": .int($0.count), "passedOver": .int($0.passedOver)])
      })
    return .object(object)
  }
}

extension ScoreReport.Estimator {
  fileprivate var summary: String {
    switch self {
    case .inceptionScore(let splits, let epsilon, let softmax):
      "\(splits) splits (numpy.array_split), softmax in \(softmax), epsilon \(epsilon), population deviation"
    case .frechetDistance(let features): "\(features) features, covariances divided by N - 1"
    case .kernelDistance(let features, let subsets, let size, let seed):
      "\(features) features, kernel (x.y/d + 1)^3, unbiased, \(subsets) subsets of \(size) from seed \(seed)"
    }
  }

  fileprivate var json: JSONObject {
    switch self {
    case .inceptionScore(let splits, let epsilon, let softmax):
      ["splits": .int(splits), "epsilon": .double(epsilon), "softmax": .string(softmax)]
    case .frechetDistance(let features): ["features": .int(features)]
    case .kernelDistance(let features, let subsets, let size, let seed):
      [
        "features": .int(features), "subsets": .int(subsets), "subsetSize": .int(size), "seed": .number(String(seed)),
      ]
    }
  }
}
