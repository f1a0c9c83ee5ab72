//: ## Pictures from a checkpoint
//: A trained generator is worth keeping only if it can be asked for pictures later, without the data and without
//: training on. The subcommand `sample` does that. It reads a checkpoint, builds the generator that the checkpoint's
//: options describe, takes the averaged weights where there are any, and draws `--count` latents from `--seed`. The
//: pictures have the resolution and the $\alpha$ that the run had reached.
//:
//: The file comes from somewhere else, so nothing in it is taken on trust: sizes are held against bounds before a
//: network is built from them, and what does not fit is an error that names the file and the place. With
//: `--interpolate N` the program also writes an animation with N pictures from each latent to the next.

import ArgumentParser
import Checkpoints
import Foundation
import GANBook
import ProGAN

/// `ch06-progan-training sample`: pictures from a checkpoint, and walks between latents.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ch06-progan-training sample",
    abstract: "Draws pictures from a checkpoint; with --interpolate an animation between latents.")

  @Option(help: ArgumentHelp("Checkpoint of a training run.", valueName: "file"))
  var checkpoint: String?

  @Flag(help: "From the weights that the package keeps of its whole run, instead of a checkpoint.")
  var trained = false

  @OptionGroup var samples: SampleOptions

  func validate() throws {
    if (checkpoint == nil) != trained { throw ValidationError("expected --checkpoint or --trained, and not both") }
  }

  func run() throws {
    let source = try checkpoint.map { try TrainedGenerator(checkpoint: $0) } ?? .kept()
    try samples.write(
      latents: source.latents, dtype: source.dtype, between: { sphericallyInterpolated($0, $1, at: $2) },
      pictures: source.pictures)
  }
}

/// A generator that has been trained, at the resolution it has reached.
struct TrainedGenerator {
  let generator: Generator
  let latents: Int
  let dtype: DType
  private let step: Int
  private let alpha: Double

  /// That of a checkpoint, with its averaged weights where there are any.
  init(checkpoint path: String) throws {
    let file = try Checkpoint(readingFrom: path, identity: ["chapter": "06-progan-training"])
    let sizes = Sizes(path, file.options)
    guard let dtype = file.options["dtype"].flatMap(DType.init(rawValue:)) else {
      throw FileError(
        path, .badValue, at: "metadata dtype", expected: "float32 or float64", found: file.options["dtype"] ?? "nothing"
      )
    }
    self.dtype = dtype
    (generator, latents) = try sizes.generator(dtype)
    try file.restore(generator, from: "gen")
    if file.options["ema"] != "none" {
      for (index, parameter) in generator.parameters.enumerated() {
        parameter.value = try file.tensor("average/\(index)")
      }
    }
    let place = try file.integers("place", count: 5)
    guard try (0...lastStep(forSize: sizes.imageSize())).contains(place[0]), let alpha = try file.numbers("alpha").first
    else {
      throw FileError(path, .badValue, at: "place", expected: "a step of the networks", found: "\(place[0])")
    }
    (step, self.alpha) = (place[0], min(max(alpha, 0), 1))
  }

  /// That of a whole run's weights.
  init(_ file: TensorFile, dtype: DType) throws {
    let sizes = Sizes(file.path, file.metadata)
    self.dtype = dtype
    (generator, latents) = try sizes.generator(.float32)
    try file.restore(generator)
    generator.convert(to: dtype)
    step = try sizes.number("step", 0...lastStep(forSize: sizes.imageSize()))
    guard let alpha = file.metadata["alpha"].flatMap(Double.init), (0...1).contains(alpha) else {
      throw FileError(
        file.path, .badValue, at: "metadata alpha", expected: "0 to 1", found: file.metadata["alpha"] ?? "nothing")
    }
    self.alpha = alpha
  }

  /// The one that the package keeps.
  static func kept() throws -> TrainedGenerator {
    let folder = try goldenWholeRuns(of: "06-progan-training")
    guard let ledger = try TrainedWeights.ledgers(in: folder).first(where: { $0.act == Act.portraits.rawValue }) else {
      throw CatalogError("\(folder): there are no trained weights yet")
    }
    return try TrainedGenerator(TrainedWeights(of: ledger, in: folder).file, dtype: .float32)
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

/// The sizes of the networks, as a file's metadata says them.
private struct Sizes {
  let path: String
  let options: [String: String]

  init(_ path: String, _ options: [String: String]) { (self.path, self.options) = (path, options) }

  func number(_ option: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let text = options[option], let value = Int(text), range.contains(value) else {
      throw FileError(
        path, .badValue, at: "metadata \(option)", expected: "a number from \(range.lowerBound) to \(range.upperBound)",
        found: options[option] ?? "nothing")
    }
    return value
  }

  func imageSize() throws -> Int {
    let imageSize = try number("image-size", 4...1024)
    guard imageSize.nonzeroBitCount == 1 else {
      throw FileError(path, .badValue, at: "metadata image-size", expected: "4, 8, …, 1024", found: "\(imageSize)")
    }
    return imageSize
  }

  /// A generator of these sizes, with weights to be replaced.
  func generator(_ dtype: DType) throws -> (generator: Generator, latents: Int) {
    let latents = try number("latents", 1...65_536)
    let generator = Generator(
      latents: latents, channels: try number("channels", 4...1024), imageSize: try imageSize(),
      random: TorchGenerator(seed: 0))
    generator.convert(to: dtype)
    return (generator, latents)
  }
}
