//: ## Can they be read?
//: A face is a face to whoever looks at it; a program needs a criterion. `PortraitReader` looks where a factor shows:
//: the background in the upper corners, the skin between eyes and mouth, the shirt at the lower edge, the hair above
//: the forehead, long hair beside the neck, blue lenses around the eyes. A color counts as read when a third of the
//: pixels there vote for it and their mean is twice as near to it as to the next color; otherwise it says "unreadable".
//: A sample can be read when its colors and its glasses can; the style of hair hangs on single pixels of an edge, so it
//: is reported and not required. Of drawn portraits the reader recovers more than 999 in 1,000.
//:
//: And since the portraits' factors are drawn from known distributions, the samples' can be held against them. For two
//: distributions $p$ and $q$ with their mean $m = \frac12(p + q)$ chapter 1's Jensen–Shannon divergence is
//:
//: $$\text{JSD}(p, q) = \frac12\sum_i p_i \ln\frac{p_i}{m_i} + \frac12\sum_i q_i \ln\frac{q_i}{m_i},$$
//:
//: 0 for equal ones, $\ln 2 = 0.693$ for ones that share nothing. A generator that draws one perfect face has all
//: samples read, and a divergence of 0.4 and more: mode collapse, in a number.

import Datasets
import Foundation
import GANBook

/// A factor that can be read off a picture.
struct ReadFactor: Sendable {
  let name: String
  /// How likely each value is among portraits.
  let truth: [Double]
  let value: @Sendable (PortraitReading) -> Int?

  private init(_ name: String, _ count: Int, _ value: @escaping @Sendable (PortraitReading) -> Int?) {
    self.init(name, Array(repeating: 1 / Double(count), count: count), value)
  }

  private init(_ name: String, _ truth: [Double], _ value: @escaping @Sendable (PortraitReading) -> Int?) {
    (self.name, self.truth, self.value) = (name, truth, value)
  }

  static let all = [
    ReadFactor("background", 4) { $0.background }, ReadFactor("skin", 5) { $0.skin }, ReadFactor("hair", 5) { $0.hair },
    ReadFactor("shirt", 4) { $0.shirt }, ReadFactor("style", 3) { $0.style?.rawValue },
    ReadFactor("glasses", [0.7, 0.3]) { $0.hasGlasses.map { $0 ? 1 : 0 } },
  ]
}

/// What was read off many pictures.
struct Readings {
  let readings: [PortraitReading]

  init(of pictures: [Picture]) { readings = pictures.map(PortraitReader.read) }

  /// The share of pictures of which everything could be read.
  var share: Double { Double(readings.count(where: \.isComplete)) / Double(max(readings.count, 1)) }

  /// How often each value of a factor was read, wherever it could be.
  func counts(_ factor: ReadFactor) -> [Int] {
    readings.reduce(into: Array(repeating: 0, count: factor.truth.count)) { counts, reading in
      if let value = factor.value(reading) { counts[value] += 1 }
    }
  }

  /// The Jensen–Shannon divergence between a factor's readings and its truth, in nats; the largest there is where
  /// nothing was read.
  func divergence(_ factor: ReadFactor) -> Double {
    let counts = counts(factor)
    let total = counts.reduce(0, +)
    guard total > 0 else { return log(2) }
    return jensenShannon(counts.map { Double($0) / Double(total) }, factor.truth)
  }

  /// The line a run ends with.
  var summary: String {
    let divergences = ReadFactor.all.prefix(4).map { "\($0.name) \(formatted(divergence($0), decimals: 3))" }
    return
      "read \(formatted(share, decimals: 2)) of \(readings.count)  divergence: \(divergences.joined(separator: "  "))"
  }
}

func jensenShannon(_ p: [Double], _ q: [Double]) -> Double {
  zip(p, q).reduce(0) { sum, pair in
    let middle = (pair.0 + pair.1) / 2
    func term(_ x: Double) -> Double { x > 0 ? x * log(x / middle) / 2 : 0 }
    return sum + term(pair.0) + term(pair.1)
  }
}

/// Draws samples of a generator in training and reads them. Its latents come from a stream of its own: reading does not
/// change training.
struct SampleReader {
  let latents: Int
  let count: Int

  /// The pictures of the same latents whenever it is asked.
  func pictures(_ training: Training) -> [Picture] {
    pictures(training.dtype) { noise in
      ((training.sample(noise, alpha: training.alpha, step: training.step) + 1) / 2).clamped(to: 0...1)
    }
  }

  /// The pictures that `sample` makes of these latents, with values in [0, 1].
  func pictures(_ dtype: DType, _ sample: (Tensor) throws -> Tensor) rethrows -> [Picture] {
    let random = TorchGenerator(seed: 20_180_228)
    return try withoutRecording {
      try stride(from: 0, to: count, by: 50).flatMap { start in
        try sample(random.normal([min(50, count - start), latents, 1, 1], dtype: dtype)).pictures
      }
    }
  }

  func share(_ training: Training) -> Double { Readings(of: pictures(training)).share }
}

extension Tensor {
  /// Images [N, 3, H, W] with values in [0, 1], one by one.
  var pictures: [Picture] {
    withoutRecording {
      (0..<shape[0]).map { Picture(sliced(axis: 0, $0..<($0 + 1)).reshaped(Array(shape.dropFirst()))) }
    }
  }
}
