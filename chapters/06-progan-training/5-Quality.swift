//: ## How good are the pictures?
//: A falling loss does not say that pictures get better, so we measure distances between fakes and data that a program
//: can compute and a reader can understand:
//:
//: - the **color distance**: the length of the difference between both sets' six numbers, mean and standard deviation
//:   of each color channel;
//: - the **sliced Wasserstein distance** on patches: cut small patches out of all pictures, project them onto random
//:   directions, and compare the sorted projections,
//:
//: $$\text{SWD} = E_{\theta}\,\frac1n\sum_i \bigl|\,(\theta\cdot p)_{(i)} - (\theta\cdot q)_{(i)}\bigr|, \qquad \lVert\theta\rVert = 1.$$
//:
//: In one dimension the Wasserstein distance *is* the mean difference of the sorted values, hence the slicing. The
//: paper uses the same idea on Laplacian pyramids. Both distances are compared with those of the generator before
//: training: what has been learned, as a share.

import Datasets
import GANBook
import ProGAN

/// Distances of a set of fakes to the data.
struct Quality {
  let color: Double
  let patches: Double
}

/// Measures fakes against a fixed set of the data's pictures at one resolution. Its draws come from a stream of its
/// own: measuring does not change training.
struct QualityMeter {
  private static let pictures = 256
  private static let patchesEach = 16
  private static let directions = 128

  let size: Int
  /// Side of a patch: 7 as in the paper, the whole picture where that is smaller.
  private let side: Int
  private let latents: Int
  private let dtype: DType
  private let dataColors: [Double]
  private let dataProjections: [[Double]]
  private let directions: Tensor
  private let corners: [Int]

  init(_ data: any ImageDataset, size: Int, latents: Int, dtype: DType) throws {
    (self.size, self.latents, self.dtype) = (size, latents, dtype)
    side = min(7, size)
    let count = min(Self.pictures, data.count)
    let random = TorchGenerator(seed: 20_180_226)
    let drawn = random.normal([3 * side * side, Self.directions])
    directions = withoutRecording { (drawn / drawn.norm(axis: 0, keepingAxis: true)).converted(to: dtype) }
    corners = random.integers(2 * count * Self.patchesEach, in: 0..<Int64(size - side + 1)).map(Int.init)
    let pictures = try (0..<count).map { try data.colorPicture($0, size: size) }
    let real = Tensor.batch(pictures, dtype: dtype)
    dataColors = Self.colors(real)
    dataProjections = Self.projections(real, side: side, corners, directions)
  }

  /// The distances of what `generate` makes of latents [32, Z, 1, 1], eight times over.
  func measure(_ generate: (Tensor) -> Tensor) -> Quality {
    let random = TorchGenerator(seed: 20_180_227)
    let count = corners.count / 2 / Self.patchesEach
    let fakes = withoutRecording {
      concatenated(
        stride(from: 0, to: count, by: 32).map { start in
          generate(random.normal([min(32, count - start), latents, 1, 1], dtype: dtype)).clamped(to: -1...1)
        }, axis: 0)
    }
    let colors = zip(Self.colors(fakes), dataColors).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    let projections = Self.projections(fakes, side: side, corners, directions)
    let distances = zip(projections, dataProjections).map { fake, real in
      zip(fake, real).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(fake.count)
    }
    return Quality(color: colors, patches: distances.reduce(0, +) / Double(distances.count))
  }

  /// Mean and standard deviation of each color channel.
  private static func colors(_ images: Tensor) -> [Double] {
    withoutRecording {
      images.mean(axes: [0, 2, 3]).values + images.standardDeviation(axes: [0, 2, 3], unbiased: false).values
    }
  }

  /// The patches' projections onto each direction, sorted.
  private static func projections(_ images: Tensor, side: Int, _ corners: [Int], _ directions: Tensor) -> [[Double]] {
    let (count, size) = (images.shape[0], images.shape[2])
    let values = images.values
    var patches: [Double] = []
    patches.reserveCapacity(count * patchesEach * 3 * side * side)
    for patch in 0..<(count * patchesEach) {
      let (image, top, left) = (patch / patchesEach, corners[2 * patch], corners[2 * patch + 1])
      for channel in 0..<3 {
        for row in top..<(top + side) {
          let start = ((image * 3 + channel) * size + row) * size + left
          patches += values[start..<(start + side)]
        }
      }
    }
    let table = Tensor(patches, shape: [count * patchesEach, 3 * side * side]).converted(to: directions.dtype)
    let projected = withoutRecording { matrixProduct(table, directions).transposed().values }
    return (0..<Self.directions).map { direction in
      projected[(direction * count * patchesEach)..<((direction + 1) * count * patchesEach)].sorted()
    }
  }
}
