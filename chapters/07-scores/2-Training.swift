//: {{weave Classifier/Classifier.swift}}
//:
//: ## Its training
//: Every iteration sees 128 of the 50,000 training photographs, each mirrored with probability 1/2: a car seen from the
//: left is a car, and a network that has to call both cars learns less of the photographs by heart. The loss is the
//: **cross-entropy**: with $p_{ik}$ the softmax of picture $i$'s logits and $y_i$ its class,
//:
//: $$L = -\frac1N\sum_i \log p_{i y_i}.$$
//:
//: Adam's learning rate falls linearly to zero over the eight epochs, so that at the end the weights come to rest.

import Checkpoints
import Classifier
import Datasets
import GANBook

final class Training {
  static let epochs = 8
  static let batchSize = 128
  static let learningRate = 3e-3

  let dtype: DType
  let data: CIFAR10
  let mirrored: CIFAR10
  let random: TorchGenerator
  let classifier: Classifier
  let optimizer: Adam
  var loader: ShuffledLoader
  var history = History()

  /// The weights are drawn in float32 and widened, as in every chapter. `limit` takes only the first photographs.
  init(data: CIFAR10, limit: Int? = nil, seed: UInt64, dtype: DType) {
    self.dtype = dtype
    self.data = data
    mirrored = data.mirrored
    random = TorchGenerator(seed: seed)
    classifier = Classifier(random: random)
    classifier.convert(to: dtype)
    optimizer = Adam(classifier.parameters, learningRate: Self.learningRate)
    loader = ShuffledLoader(count: min(limit ?? data.count, data.count), batchSize: Self.batchSize)
  }

  var iteration: Int { history.losses.count }
  var iterations: Int { Self.epochs * loader.batchesPerEpoch }

  func iterate() throws -> Iteration {
    optimizer.learningRate = Self.learningRate * Double(iterations - iteration) / Double(iterations)
    let batch = loader.next(drawingFrom: random)
    let pictures = pictures(of: batch)  // [B, 3, 32, 32]
    let truth = oneHot(batch.indices.map { data.label($0) })  // [B, 10]

    let logits = classifier(pictures)
    let loss = -(logits.logSoftmax(axis: 1) * truth).sum(axes: [1]).mean()
    let found = gradients(of: loss, at: classifier.parameters.values)
    optimizer.step(found)

    history.losses.append(loss.item)
    try requireFinite(loss.item, "Loss", at: iteration)
    history.accuracies.append(accuracy(of: logits, batch.indices.map { data.label($0) }))
    return Iteration(batch: batch, pictures: pictures, gradients: found)
  }

  /// The photographs of a batch, half of them mirrored: one uniform number for each, below ½ for a mirrored one.
  private func pictures(of batch: ShuffledLoader.Batch) -> Tensor {
    let coins = random.uniform([batch.indices.count], dtype: .float32).values
    let asTheyAre = data.batch(batch.indices, dtype: dtype)
    let turned = mirrored.batch(batch.indices, dtype: dtype)
    return concatenated(
      coins.indices.map { (coins[$0] < 0.5 ? turned : asTheyAre).sliced(axis: 0, $0..<$0 + 1) }, axis: 0)
  }

  private func oneHot(_ labels: [Int]) -> Tensor {
    Tensor(labels.flatMap { label in (0..<10).map { $0 == label ? 1.0 : 0.0 } }, shape: [labels.count, 10])
      .converted(to: dtype)
  }
}

/// The share of pictures whose largest logit is that of their class.
func accuracy(of logits: Tensor, _ labels: [Int]) -> Double {
  let hits = zip(predictions(of: logits), labels).count { $0 == $1 }
  return Double(hits) / Double(labels.count)
}

/// The class of each row's largest logit, the first of equals.
func predictions(of logits: Tensor) -> [Int] {
  let (values, classes) = (logits.values, logits.shape[1])
  return (0..<logits.shape[0]).map { row in
    (0..<classes).reduce(0) { values[row * classes + $1] > values[row * classes + $0] ? $1 : $0 }
  }
}

/// What one iteration computed, for records.
struct Iteration {
  let batch: ShuffledLoader.Batch
  let pictures: Tensor
  let gradients: [Tensor]
}

/// Loss and accuracy of every iteration so far, on its own batch and before its step.
struct History {
  var losses: [Double] = []
  var accuracies: [Double] = []

  /// The line of the last iteration.
  func line(_ batch: ShuffledLoader.Batch, batchesPerEpoch: Int) -> String {
    "[\(batch.epoch + 1)/\(Training.epochs)][\(batch.number)/\(batchesPerEpoch)] "
      + "Loss: \(formatted(losses.last ?? .nan, decimals: 6))  "
      + "Accuracy: \(formatted(accuracies.last ?? .nan, decimals: 4))"
  }
}
