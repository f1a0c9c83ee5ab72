import ArgumentParser
import Autograd
import Files
import Foundation
import Pictures
import Processes
import Tensors
import TorchRandom

/// The options of the subcommand `sample`, which some chapters have: pictures from a generator that has been trained.
package struct SampleOptions: ParsableArguments {
  @Option(help: "Pictures to draw.")
  package var count = 16

  @Option(parsing: .unconditional, help: "Seed of the latents.", transform: seedArgument)
  package var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Folder to write samples.png (and interpolation.png) to.", valueName: "dir"))
  package var out = "out/samples"

  @Option(help: "Also write an animated PNG with so many pictures from each latent to the next.")
  package var interpolate: Int?

  package init() {}

  package func validate() throws {
    if !(1...4096).contains(count) { throw ValidationError("--count \(count): expected 1 to 4096") }
    if let interpolate, !(1...600).contains(interpolate) {
      throw ValidationError("--interpolate \(interpolate): expected 1 to 600")
    }
    if interpolate != nil && !(2...64).contains(count) {
      throw ValidationError("--count \(count): an interpolation goes through 2 to 64 latents")
    }
    if out.isEmpty { throw ValidationError("--out: expected a folder, found an empty text") }
  }

  /// Draws latents from the seed and writes what a generator makes of them.
  ///
  /// - Parameters:
  ///   - latents: Numbers of a latent.
  ///   - between: The latent at a share of the way from one to another, both [1, latents, 1, 1].
  ///   - pictures: The generator's pictures [N, 3, S, S] in [0, 1] of latents [N, latents, 1, 1].
  package func write(
    latents: Int, dtype: DType, between: (Tensor, Tensor, Double) -> Tensor, pictures: (Tensor) throws -> Tensor
  ) throws {
    let noise = TorchGenerator(seed: seed).normal([count, latents, 1, 1], dtype: dtype)
    let samples = try pictures(noise)
    try FileSystem.createFolder(out)
    try PNG.write(Picture(samples.grid(columns: min(8, count))), to: "\(out)/samples.png")
    Terminal.shared.printLine("\(out)/samples.png: \(count) pictures of \(samples.shape[2]) px, seed \(seed)")
    guard let interpolate else { return }
    let points = (0..<count).map { noise.sliced(axis: 0, $0..<($0 + 1)) }
    let frames = try points.indices.flatMap { index in
      try (0..<interpolate).map { frame in
        let share = Double(frame) / Double(interpolate)
        let picture = try pictures(between(points[index], points[(index + 1) % count], share))
        return Picture(picture.reshaped(Array(picture.shape.dropFirst())))
      }
    }
    try AtomicFile.write(AnimatedPNG.encode(frames, millisecondsEach: 80), to: "\(out)/interpolation.png")
    Terminal.shared.printLine("\(out)/interpolation.png: \(frames.count) pictures through \(count) latents and back")
  }
}

/// Runs a chapter's subcommand `sample` with its arguments and ends the process: 0 where it drew, 2 for anything it
/// could not do.
package func runSampleCommand<Command: ParsableCommand>(_ type: Command.Type, _ arguments: [String]) -> Never {
  CommandLineProgram.begin()
  do {
    var command = try Command.parse(arguments)
    try command.run()
    exit(0)
  } catch let error where Command.exitCode(for: error).isSuccess {
    Terminal.shared.printLine(Command.fullMessage(for: error))
    exit(0)
  } catch {
    let isUsage = Command.exitCode(for: error) == .validationFailure
    Terminal.shared.printError(isUsage ? Command.fullMessage(for: error) : "sample: error: \(error)")
    exit(2)
  }
}
