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

  @Option(help: "Pictures to draw.")
  var count = 16

  @Option(help: "Seed of the latents.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Folder to write samples.png (and interpolation.png) to.", valueName: "dir"))
  var out = "out/samples"

  @Option(help: "Also write an animated PNG with so many pictures from each latent to the next.")
  var interpolate: Int?

  func validate() throws {
    if !(1...4096).contains(count) { throw ValidationError("--count \(count): expected 1 to 4096") }
    if let interpolate, !(1...600).contains(interpolate) {
      throw ValidationError("--interpolate \(interpolate): expected 1 to 600")
    }
    if interpolate != nil && !(2...64).contains(count) {
      throw ValidationError("--count \(count): an interpolation goes through 2 to 64 latents")
    }
  }

  func run() throws {
    let source = try TrainedGenerator(checkpoint: checkpoint)
    let random = TorchGenerator(seed: seed)
    let latents = random.normal([count, source.latents, 1, 1], dtype: source.dtype)
    try FileSystem.createFolder(out)
    let samples = try source.pictures(latents)
    try PNG.write(Picture(samples.grid(columns: min(8, count))), to: "\(out)/samples.png")
    Terminal.shared.printLine("\(out)/samples.png: \(count) pictures of \(samples.shape[2]) px, seed \(seed)")
    guard let interpolate else { return }
    let frames = try walk(through: latents, framesEach: interpolate).map { latent in
      Picture(try source.pictures(latent).reshaped([3, samples.shape[2], samples.shape[2]]))
    }
    try AtomicFile.write(
      AnimatedPNG.encode(frames, millisecondsEach: 80), to: "\(out)/interpolation.png")
    Terminal.shared.printLine("\(out)/interpolation.png: \(frames.count) pictures through \(count) latents and back")
  }

  /// Latents on great circles from each to the next, and from the last to the first.
  private func walk(through latents: Tensor, framesEach frames: Int) -> [Tensor] {
    (0..<count).flatMap { index in
      let from = latents.sliced(axis: 0, index..<(index + 1))
      let next = (index + 1) % count
      let to = latents.sliced(axis: 0, next..<(next + 1))
      return (0..<frames).map { sphericallyInterpolated(from, to, at: Double($0) / Double(frames)) }
    }
  }
}

/// Runs `sample` with its arguments and ends the process: 0 where it drew, 2 for anything it could not do.
func sample(_ arguments: [String]) -> Never {
  CommandLineProgram.begin()
  do {
    let command = try SampleCommand.parse(arguments)
    try command.run()
    exit(0)
  } catch let error where SampleCommand.exitCode(for: error).isSuccess {
    Terminal.shared.printLine(SampleCommand.fullMessage(for: error))
    exit(0)
  } catch {
    let isUsage = SampleCommand.exitCode(for: error) == .validationFailure
    Terminal.shared.printError(isUsage ? SampleCommand.fullMessage(for: error) : "sample: error: \(error)")
    exit(2)
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
