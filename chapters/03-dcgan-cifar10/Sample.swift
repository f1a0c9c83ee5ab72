//: {{fold Pictures from a whole run's weights}}
//: The subcommand `sample` draws new pictures from the weights that are kept of a whole run. An animation between
//: latents cannot follow the straight line: halfway between two latents it is shorter than any that G was trained on.
//: On the way below every latent is normally distributed like its ends, for the squares of sine and cosine add up to 1:
//:
//: $$z(t) = \cos\left(\tfrac{\pi}{2} t\right) a + \sin\left(\tfrac{\pi}{2} t\right) b, \qquad 0 \le t \le 1.$$

import ArgumentParser
import DCGAN
import Foundation
import GANBook

/// `ch03-dcgan-cifar10 sample`: pictures from the weights of a whole run.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ch03-dcgan-cifar10 sample",
    abstract: "Draws pictures from the weights of a whole run; with --interpolate an animation between latents.")

  @Flag(help: "From the weights that the package keeps, the only ones that there are here.")
  var trained = false

  @Option(help: "The whole run: repaired, automobiles or balanced (default: repaired where it is kept).")
  var act: Act?

  @OptionGroup var samples: SampleOptions

  func run() throws {
    let folder = try goldenWholeRuns(of: "03-dcgan-cifar10")
    let kept = try TrainedWeights.ledgers(in: folder)
    let names = kept.map(\.act)
    guard let chosen = act?.rawValue ?? (names.contains(Act.repaired.rawValue) ? Act.repaired.rawValue : names.first)
    else {
      throw CatalogError("\(folder): there are no trained weights yet")
    }
    guard let ledger = kept.first(where: { $0.act == chosen }) else {
      throw CatalogError(
        "\(folder): there are no weights of the \(chosen) run; there are of \(names.joined(separator: ", "))")
    }
    let generator = try trainedGenerator(TrainedWeights(of: ledger, in: folder), dtype: .float32)
    try samples.write(latents: 64, dtype: .float32) { from, to, share in
      from * cos(.pi / 2 * share) + to * sin(.pi / 2 * share)
    } pictures: { latents in
      withoutRecording { (generator(latents) * 0.5 + 0.5).clamped(to: 0...1) }
    }
  }
}
//: {{unfold}}
