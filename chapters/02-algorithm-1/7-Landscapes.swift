//: ## Samples on $D$'s landscape
//: What $D$ thinks of every place in the plane moves the samples: $G$ pushes them uphill. Below, orange is where $D$
//: says *data*, blue where it says *fake*, white where it cannot tell; the circles are the eight modes, the dots
//: samples.

import Algorithm1
import GANBook

/// Frames of the first seed's runs: D over the plane, and samples on it.
final class Film {
  private struct Frame {
    let iteration: Int
    /// D(x) on the grid's cells, row after row from below.
    let landscape: [Double]
    /// x and y of each sample.
    let samples: [Double]
  }

  private let plan: Plan
  private let grid = Grid(.ring)
  private let places: Tensor
  private var frames: [String: [Frame]] = [:]
  /// D at an early moment, which is compared with PyTorch.
  private var early: [String: Tensor] = [:]
  private let earlyMoment = 5

  init(_ plan: Plan) {
    self.plan = plan
    let middles = grid.middles
    places = Tensor(middles.flatMap { y in middles.flatMap { [$0, y] } }, shape: [grid.cells * grid.cells, 2])
      .converted(to: plan.dtype)
  }

  /// Keeps what is to be seen after `iteration`, every fiftieth of the run.
  func expose(_ name: String, _ iteration: Int, _ training: Training) {
    if iteration == earlyMoment { early[name] = landscape(training) }
    guard iteration.isMultiple(of: max(1, plan.ringIterations / 50)) else { return }
    frames[name, default: []].append(
      Frame(
        iteration: iteration, landscape: landscape(training).values, samples: training.samples(300, seed: 3).values))
  }

  private func landscape(_ training: Training) -> Tensor {
    withoutRecording { training.discriminator(places).sigmoid().reshaped([grid.cells, grid.cells]) }
  }

  /// Shows the runs side by side as an animation, and each at its end.
  func show(_ names: [String]) throws {
    for name in names {
      guard let early = early[name] else { continue }
      record("\(name)/landscape", early, atol: 1e-10, rtol: 0, float32: .within(atol: 1e-5, rtol: 0))
    }
    let count = names.compactMap { frames[$0]?.count }.min() ?? 0
    let pictures = (0..<count).map { index in
      let panels = names.compactMap { frames[$0]?[index] }.map(picture)
      let bar = Double(index + 1) / Double(count)
      return Picture(withBar(concatenated(panels, axis: 0).grid(columns: names.count, padding: 6, padValue: 1), bar))
    }
    try Literate.show(
      animation: pictures, millisecondsEach: 160, as: "ring-film",
      caption: "D's landscape and 300 samples, one seed. From left to right: \(names.joined(separator: ", "))",
      description:
        "An animation. On the left all samples run in one heap from place to place and the landscape turns after them. "
        + "In the middle the heap spreads to a ring and breaks up into islands. On the right the samples sit on few "
        + "modes at the edge of a plain.",
      frames: names.first.flatMap { frames[$0] }?.prefix(count).map { "iteration \($0.iteration)" } ?? [], isCover: true
    )
  }

  //src begin
  private static let scale = 4

  /// [1, 3, 240, 240] in [0, 1], the first row on top.
  private func picture(_ frame: Frame) -> Tensor {
    let side = grid.cells * Self.scale
    var planes = [[Double]](repeating: [Double](repeating: 1, count: side * side), count: 3)
    for row in 0..<side {
      for column in 0..<side {
        let cell = (grid.cells - 1 - row / Self.scale) * grid.cells + column / Self.scale
        // Few colors make a small file.
        let lean = ((frame.landscape[cell] - 0.5) * 24).rounded() / 12
        let pixel = row * side + column
        // Towards (0.93, 0.49, 0.13) where D says data, towards (0.17, 0.36, 0.64) where it says fake.
        let ends = lean > 0 ? [0.93, 0.49, 0.13] : [0.17, 0.36, 0.64]
        for (plane, end) in ends.enumerated() { planes[plane][pixel] = 1 - (1 - end) * abs(lean) }
      }
    }
    func dot(_ x: Double, _ y: Double, _ gray: Double, _ size: Int) {
      let perUnit = Double(side) / (grid.range.upperBound - grid.range.lowerBound)
      let column = ((x - grid.range.lowerBound) * perUnit).rounded(.down)
      let row = ((grid.range.upperBound - y) * perUnit).rounded(.down)
      guard column >= 0, row >= 0, column < Double(side - size), row < Double(side - size) else { return }
      for down in 0..<size {
        for right in 0..<size {
          let pixel = (Int(row) + down) * side + Int(column) + right
          for plane in 0..<3 { planes[plane][pixel] = gray }
        }
      }
    }
    for center in DataSet.ringCenters {
      for (x, y) in circle { dot(center.x + x, center.y + y, 0.55, 1) }
    }
    for index in stride(from: 0, to: frame.samples.count, by: 2) {
      dot(frame.samples[index], frame.samples[index + 1], 0.05, 2)
    }
    return Tensor(planes.flatMap { $0 }, shape: [1, 3, side, side])
  }

  /// Three standard deviations around a mode. A rational circle: no trigonometry, so the picture's bits do not depend
  /// on a library.
  private var circle: [(x: Double, y: Double)] {
    let radius = 3 * DataSet.ringDeviation
    return (0...16).flatMap { tick -> [(x: Double, y: Double)] in
      let t = Double(tick) / 16
      let (x, y) = ((1 - t * t) / (1 + t * t) * radius, 2 * t / (1 + t * t) * radius)
      return [(x, y), (-x, y), (x, -y), (-x, -y)]
    }
  }

  /// How far the film is, as a line along the lower edge.
  private func withBar(_ image: Tensor, _ share: Double) -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    var values = image.values
    for plane in 0..<3 {
      for row in height - 4..<height - 1 {
        for column in 0..<Int(share * Double(width)) { values[(plane * height + row) * width + column] = 0.3 }
      }
    }
    return Tensor(values, shape: image.shape)
  }
  //src end
}

//: On the left, $k = 1/5$: the heap runs, and the landscape turns behind it. In the middle, $k = 1$: the land under the
//: samples is pale, $D$ can hardly tell, and the heap spreads until it breaks up into islands. On the right, $k = 20$:
//: the samples sit where they sit, and over the modes that $G$ has not found $D$ says *data* with certainty. It is
//: right, and it is of no use: a gradient is felt only where samples are.
