import Autograd
import Literate
import NeuralNets
import ProGAN
import Tensors
import TorchRandom

/// Runs what an exercise starts from. Nothing is recorded: there is no reference for what a reader changes.
func runExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1: equalizeTheFirstLayer(plan)
  case 2: fadeTheWrongWay(plan)
  default: try splitTheBatch(plan)
  }
}

private func equalizeTheFirstLayer(_ plan: Plan) {
  let layer = ConvTranspose2d(128, 128, kernel: 4, random: plan.random())
  let size = layer.weight.value.rootMeanSquare
  say("size of the first layer's weights: \(formatted(size, decimals: 5))")
  say("relative step at a learning rate of 1e-4: \(formatted(1e-4 / size, decimals: 5)), equalized: 0.00010")
}

private func fadeTheWrongWay(_ plan: Plan) {
  let random = plan.random()
  let generator = Generator(latents: 64, channels: 16, imageSize: 16, random: random)
  let noise = random.normal([4, 64, 1, 1])
  withoutRecording {
    let old = generator(noise, alpha: 1, step: 1).upsampledNearest(factor: 2)
    // α·old + (1 − α)·new at α is α·new + (1 − α)·old at 1 − α.
    for (order, alpha) in [("new, old", 0.0), ("old, new", 1.0)] {
      let change = generator(noise, alpha: alpha, step: 2).largestDifference(from: old)
      say("fadeIn(α, \(order)) at α = 0: largest change of a pixel \(formatted(change, decimals: 5))")
    }
  }
}

private func splitTheBatch(_ plan: Plan) throws {
  for (name, indices) in [("all different", Array(0..<8)), ("half collapsed", [0, 0, 0, 0, 1, 2, 3, 4])] {
    let images = plan.photographs.batch(indices)
    let whole = images.standardDeviation(axes: [0]).mean().item
    let groups = [0..<4, 4..<8].map { images.sliced(axis: 0, $0).standardDeviation(axes: [0]).mean().item }
    say(
      "\(name): whole batch \(formatted(whole, decimals: 4)), groups of 4 "
        + groups.map { formatted($0, decimals: 4) }.joined(separator: " and "))
  }
}
