import Foundation
import Pictures
import Tensors
import TestSupport
import Testing

/// `scores.json`, and the inputs it was made from.
struct ScoreSamples: Decodable {
  let inceptionScores: [Inception]
  let frechetDistances: [Frechet]
  let kernelDistances: [Kernel]
  let preparations: [Preparation]

  struct Inception: Decodable {
    struct Values: Decodable {
      let score, deviation: Double
      let parts: [Double]
    }

    let pictures, classes, splits: Int
    let scale: Double
    let seed: UInt32
    let float32, float64: Values
    /// `nil` where a probability is 0 even in float64.
    let withoutEpsilon: Values?

    var label: String { "\(pictures) pictures, \(classes) classes, \(splits) splits, scale \(scale)" }

    var logits: Tensor {
      var values = unit(pictures * classes, seed: seed).map { ($0 * 2 - 1) * scale }
      for picture in 0..<pictures { values[picture * classes + picture * picture % classes] += scale }
      return Tensor(values, shape: [pictures, classes])
    }
  }

  struct Frechet: Decodable {
    let first, second, width, falling: Int
    let offset, stretch: Double
    let same: Bool
    let seed: UInt32
    let distance, meanTerm, firstVariance, secondVariance, commonVariance: Double
    let mean, covariance: [Double]?

    var label: String { "\(first) and \(second) pictures, \(width) features, offset \(offset), falling \(falling)" }

    var sets: (Tensor, Tensor) {
      let x = features(first, width, seed: seed, falling: falling, offset: offset)
      if same { return (x, x) }
      return (
        x, features(second, width, seed: seed + 1, falling: falling, offset: offset + 0.25, stretch: stretch)
      )
    }
  }

  struct Kernel: Decodable {
    let first, second, width, subsets, subsetSize: Int
    let seed: UInt64
    let dataSeed: UInt32
    let value, deviation: Double
    let estimates: [Double]

    var sets: (Tensor, Tensor) {
      (features(first, width, seed: dataSeed), features(second, width, seed: dataSeed + 1, stretch: 1.5))
    }
  }

  struct Preparation: Decodable {
    let width, height: Int
    let seed: UInt32
    let torchvision, draft: String
    let pytorchFID: [Float]

    var picture: Picture {
      let pixels = words(width * height * 3, seed: seed).map { UInt8($0 >> 16) }
      return Picture(width: width, height: height, channels: 3, pixels: pixels)
    }
  }

  static func load() throws -> ScoreSamples {
    try JSONDecoder().decode(
      ScoreSamples.self, from: Data(contentsOf: Repository.sample("scores.json", of: "Scores")))
  }
}

/// The upper 24 bits of each state of x ← 1664525·x + 1013904223.
func words(_ count: Int, seed: UInt32) -> [UInt32] {
  var state = seed
  return (0..<count).map { _ in
    state = 1_664_525 &* state &+ 1_013_904_223
    return state >> 8
  }
}

func unit(_ count: Int, seed: UInt32) -> [Double] { words(count, seed: seed).map { Double($0) * 0x1p-24 } }

/// `features` of goldens/reference/scores.py.
func features(
  _ pictures: Int, _ width: Int, seed: UInt32, falling: Int = 0, offset: Double = 0, stretch: Double = 1
) -> Tensor {
  let own = unit(pictures * width, seed: seed)
  let values = own.indices.map { index in
    let column = index % width
    var value = own[index] + (column > 0 ? 0.5 * own[index - 1] : 0)
    value *= Double(sign: .plus, exponent: -(falling * column / width), significand: 1)
    if column % 2 == 1 { value *= stretch }
    return value + offset
  }
  return Tensor(values, shape: [pictures, width])
}

/// Some rows of a matrix.
func rows(_ numbers: Range<Int>, of matrix: Tensor) -> Tensor {
  let width = matrix.shape[1]
  return Tensor(
    Array(matrix.values[(numbers.lowerBound * width)..<(numbers.upperBound * width)]), shape: [numbers.count, width]
  ).converted(to: matrix.dtype)
}

/// |a − b|, as a part of |b| where that is not 0.
func relativeDifference(_ a: Double, _ b: Double) -> Double { abs(a - b) / (b == 0 ? 1 : abs(b)) }

/// Calls `body` on one thread and on two, and returns what both gave, and whether the two have shared the work: what is
/// too small for that is one part.
func onOneAndTwoThreads<Value>(_ body: () throws -> Value) rethrows -> (one: Value, two: Value, isShared: Bool) {
  let one = try ThreadPool.withThreads(1) { _ in try body() }
  return try ThreadPool.withThreads(2, .dealt) { pool in
    let two = try body()
    #expect(pool.threadsThatComputed == (pool.mostParts > 1 ? 2 : 0))
    return (one, two, pool.mostParts > 1)
  }
}
