//: ## Pictures from a checkpoint
//: A trained generator is worth keeping only if it can be asked for pictures later, without the data and without training on. The
//: subcommand `sample` does that. It reads a checkpoint, builds the generator that the checkpoint's options describe, takes the
//: averaged weights where there are any, and draws `--count` latents from `--seed`. The pictures have the resolution and the
//: $\alpha$ that the run had reached.
//:
//: The file comes from somewhere else, so nothing in it is taken on trust: sizes are held against bounds before a network is
//: built from them, and what does not fit is an error that names the file and the place. With `--interpolate N` the program also
//: writes an animation with N pictures from each latent to the next.

import ArgumentParser
import Autograd
import Checkpoints
import Foundation
import Goldens
import Literate
import Pictures
import ProGAN
import TensorFiles
import Tensors
import TorchRandom

/// `ch06-progan-training sample`: pictures from a checkpoint, and walks between latents.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ch06-progan-training sample",
    abstract: "Draws pictures from a checkpoint; with --interpolate an animation between latents.")

  @Option(help: ArgumentHelp("Checkpoint of a training run.", valueName: "file"))
  var checkpoint: String

  @OptionGroup var samples: SampleOptions

  func run() throws {
    let source = try TrainedGenerator(checkpoint: checkpoint)
    try samples.write(
      latents: source.latents, dtype: source.dtype, between: { sphericallyInterpolated($0, $1, at: $2) },
      pictures: source.pictures)
  }
}

/// The generator of a checkpoint, at the resolution it has reached.
private struct TrainedGenerator {
  let generator: Generator
  let latents: Int
  let dtype: DType
  private let step: Int
  private let alpha: Double

  init(checkpoint path: String) throws {
    let file = try Checkpoint(readingFrom: path, identity: ["chapter": "06-progan-training"])
    func number(_ option: String, _ range: ClosedRange<Int>) throws -> Int {
      guard let text = file.options[option], let value = Int(text), range.contains(value) else {
        throw FileError(
          path, .badValue, at: "metadata \(option)",
          expected: "a number from \(range.lowerBound) to \(range.upperBound)",
          found: file.options[option] ?? "nothing")
      }
      return value
    }
    let imageSize = try number("image-size", 4...1024)
    guard imageSize.nonzeroBitCount == 1 else {
      throw FileError(path, .badValue, at: "metadata image-size", expected: "4, 8, …, 1024", found: "\(imageSize)")
    }
    guard let dtype = file.options["dtype"].flatMap(DType.init(rawValue:)) else {
      throw FileError(
        path, .badValue, at: "metadata dtype", expected: "float32 or float64", found: file.options["dtype"] ?? "nothing"
      )
    }
    self.dtype = dtype
    latents = try number("latents", 1...65_536)
    generator = Generator(
      latents: latents, channels: try number("channels", 4...1024), imageSize: imageSize,
      random: TorchGenerator(seed: 0))
    generator.convert(to: dtype)
    try file.restore(generator, from: "gen")
    if file.options["ema"] != "none" {
      for (index, parameter) in generator.parameters.enumerated() {
        parameter.value = try file.tensor("average/\(index)")
      }
    }
    let place = try file.integers("place", count: 5)
    guard (0...lastStep(forSize: imageSize)).contains(place[0]), let alpha = try file.numbers("alpha").first else {
      throw FileError(path, .badValue, at: "place", expected: "a step of the networks", found: "\(place[0])")
    }
    (step, self.alpha) = (place[0], min(max(alpha, 0), 1))
  }

  /// Pictures in [0, 1] of latents [N, Z, 1, 1].
  func pictures(_ noise: Tensor) throws -> Tensor {
    withoutRecording {
      let batches = stride(from: 0, to: noise.shape[0], by: 16).map { start in
        noise.sliced(axis: 0, start..<min(start + 16, noise.shape[0]))
      }
      let images = concatenated(batches.map { generator($0, alpha: alpha, step: step) }, axis: 0)
      return ((images + 1) / 2).clamped(to: 0...1)
    }
  }
}
