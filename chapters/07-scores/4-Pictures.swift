//: ## What is scored
//: Now the classifier looks at sets of pictures. Generated ones first become what they would be in a folder, 8-bit
//: pixels, and all are prepared in the same way: made 32 pixels high and wide where they are not, with pixels from −1
//: to 1. That is no matter of course. A score depends on the resizing, on the filter it uses, and on the file format,
//: and published numbers have been wrong by more than the progress they reported (Parmar, Zhang and Zhu, 2022, *On
//: Aliased Resizing and Surprising Subtleties in GAN Evaluation*).

import Checkpoints
import Classifier
import DCGAN
import Datasets
import GANBook
import Scores

/// What the command line asks for, and the networks that are needed.
struct Plan {
  let seed: UInt64
  let dtype: DType
  let classifier: Classifier
  let test: CIFAR10
  let training: CIFAR10

  /// Photographs of each kind that are looked at: in float64, which checks the arithmetic, a tenth.
  var photographs: Int { dtype == .float32 ? 10_000 : 1_000 }
  /// The document's folder is made so many times smaller.
  var scale: Int { dtype == .float32 ? 25 : 50 }

  static let sampleCount = 1_000

  /// A stream of its own for each experiment, so that one can be changed without the others.
  func random() -> TorchGenerator { TorchGenerator(seed: seed) }
}

/// What the classifier sees in a set of pictures.
struct Seen {
  let logits: Tensor  // [N, 10]
  let features: Tensor  // [N, 128]

  var count: Int { logits.shape[0] }

  /// The same of some of the pictures, in the order of `places`.
  func only(_ places: some Collection<Int>) -> Seen {
    func rows(_ table: Tensor) -> Tensor {
      let (values, width) = (table.values, table.shape[1])
      return Tensor(places.flatMap { values[$0 * width..<($0 + 1) * width] }, shape: [places.count, width])
    }
    return Seen(logits: rows(logits), features: rows(features))
  }

  static func + (first: Seen, second: Seen) -> Seen {
    withoutRecording {
      Seen(
        logits: concatenated([first.logits, second.logits], axis: 0),
        features: concatenated([first.features, second.features], axis: 0))
    }
  }
}

extension Plan {
  /// Shows the classifier `count` pictures, 250 at a time; `pictures` gives those asked for, [n, 3, 32, 32] in [−1, 1].
  func look(at count: Int, _ pictures: (Range<Int>) throws -> Tensor) throws -> Seen {
    let batches = try stride(from: 0, to: count, by: 250).map { start -> Seen in
      try stopIfAsked(at: "a set of \(count) pictures")
      let batch = try pictures(start..<min(start + 250, count))
      return withoutRecording {
        let features = classifier.features(of: batch.converted(to: dtype))
        return Seen(
          logits: classifier.logits(of: features).converted(to: .float64), features: features.converted(to: .float64))
      }
    }
    return withoutRecording {
      Seen(
        logits: concatenated(batches.map(\.logits), axis: 0), features: concatenated(batches.map(\.features), axis: 0))
    }
  }

  /// The same of photographs.
  func look(at data: CIFAR10, _ places: Range<Int>) throws -> Seen {
    try look(at: places.count) { data.batch($0.map { places.lowerBound + $0 }) }
  }

  /// The same of pictures of any size.
  func look(at pictures: [Picture]) throws -> Seen {
    try look(at: pictures.count) { numbers in
      concatenated(
        numbers.map { PicturePreprocessing.classifier(pictures[$0]).reshaped([1, 3, CIFAR10.side, CIFAR10.side]) },
        axis: 0)
    }
  }

  //: Four sets are generated, a thousand pictures each from one stream of latents: by a generator as it is before any
  //: training, and by those that chapter 3's whole runs have left in this package, on automobiles and, repaired and
  //: with D held back, on all ten classes. And a thousand pictures of noise, every pixel drawn uniformly.

  /// A thousand samples of a generator in evaluation mode, as 8-bit pictures.
  func samples(of generator: Generator) -> [Picture] {
    let random = random()
    generator.convert(to: dtype)
    generator.setTraining(false)
    return stride(from: 0, to: Self.sampleCount, by: 100).flatMap { _ in
      let noise = random.normal([100, 64, 1, 1], dtype: dtype)
      let samples = withoutRecording { (generator(noise) * 0.5 + 0.5).clamped(to: 0...1) }
      return (0..<100).map { Picture(samples.sliced(axis: 0, $0..<$0 + 1).reshaped([3, 32, 32])) }
    }
  }

  /// The generators by name: one that has learned nothing, and those of whole runs that are kept.
  func generators() throws -> [(name: String, generator: Generator)] {
    let untrained = Generator(random: random())
    initializeWeights(of: untrained, random: random())
    let folder = try goldenWholeRuns(of: "03-dcgan-cifar10")
    let kept = try TrainedWeights.ledgers(in: folder).map { ledger -> (String, Generator) in
      let generator = Generator(random: random())
      try TrainedWeights(of: ledger, in: folder).file.restore(generator)
      return (ledger.act, generator)
    }
    return [("untrained", untrained)] + kept
  }

  func noise() -> [Picture] {
    let random = random()
    return (0..<Self.sampleCount).map { _ in Picture(random.uniform([3, 32, 32])) }
  }
}
