//: ## What the whole runs became
//: Nobody should have to train for hours to see what comes of it. So the package keeps of each whole run its ledger
//: and, of the runs whose generator has learned something, the weights. The lines, curves and pictures below are read
//: and drawn from these files, in seconds; what made them, and when, the ledger says, and
//: `book check 03 --profile full` makes them again.

import Checkpoints
import DCGAN
import Datasets
import GANBook

/// Shows what is kept of the whole runs.
func showWholeRuns(_ plan: Plan) throws {
  let folder = try goldenWholeRuns(of: "03-dcgan-cifar10")
  let kept = try Ledger.acts(in: folder)
  for act in Act.allCases where kept.contains(act.rawValue) {
    let ledger = try Ledger(readingFrom: folder, act: act.rawValue)
    showProvenance(of: ledger)
    if act == .literal { try showLastLines(of: ledger, plan) }
    try showCurves(of: ledger, act)
    try showFirstEpoch(of: ledger, act, in: folder, plan)
    if ledger.weights != nil { try showLearned(TrainedWeights(of: ledger, in: folder), act, plan) }
  }
}

private func showProvenance(of ledger: Ledger) {
  say(
    "The whole \(ledger.act) run: \(ledger.iterations) iterations, \(ledger.epochs.count) epochs, \(ledger.making)")
}

//: {{weave Curves.swift}}
//: {{weave FirstEpoch.swift}}
//: {{weave LastLines.swift}}
//:
//: ### Pictures
//: The first picture of a run is the document's grid of its fixed noise after some of its epochs: 64 latents, always
//: the same, from G in training mode. The second are 64 new samples from the weights at the end, now in evaluation mode
//: as one would use them. And the third asks whether G has only learned photographs by heart: under each of eight
//: samples stands the photograph nearest to it, pixel by pixel, of all it was trained on. Copies would be pairs of
//: equals. The distances alone do not tell: photographs that G has never seen are farther from those it was trained on
//: than its samples are, but a smeared picture, which has less contrast, is near to many. A last line counts how many
//: *different* photographs are nearest to 64 samples; a G that makes the same few pictures again and again, chapter 2's
//: mode collapse, has few (and smearing makes it fewer).
//:
//: Of the automobiles' run one sees cars, anyone would say so, low and long, with windows and wheels on a street;
//: smeared, and often nearly the same one: the red car comes again and again. Ten epochs in there was nothing but two
//: blots, at fifty the outlines came.
//:
//: Of the repaired run, on all ten classes, one sees *things in places*: something dark on water under a horizon,
//: something on legs in a meadow, a head or the front of a car. The surroundings convince, and nobody would put a name
//: to the things with confidence. The same few pictures come again and again, and others at other epochs. The curves
//: say why: D has overpowered G. It is nearly always right, Loss_G stands far above $\log 2$ and rises, and what
//: chapter 2 says of a D that is too good on the ring is seen here in pictures: G chases from heap to heap. It still
//: learns, where the literal run's G does not.
//:
//: Of the balanced run one sees things in places again: something on legs on grass, something low on blue water, a red
//: blot that may be a flower. After two epochs there was nothing but fog, where the repaired run had its colors, for a
//: D that learns slowly teaches slowly; and one picture, like the muzzle of an animal, still comes many times. Loss_G
//: is less than half the repaired run's, and it rises here too: D wins later, not never. Nobody would name these things
//: with confidence either, and chapter 7's scores put these 20 epochs behind the repaired run's 50. What a D that is
//: held back gains is a game that goes on, not better pictures in less time. One subject, the automobiles, is what so
//: small a G can learn in this time.
//:
//: No picture here was chosen.

/// Draws from the weights.
private func showLearned(_ weights: TrainedWeights, _ act: Act, _ plan: Plan) throws {
  try showEpochs(weights, act)
  let generator = try trainedGenerator(weights, dtype: plan.dtype)
  let noise = TorchGenerator(seed: plan.seed).normal([64, 64, 1, 1], dtype: plan.dtype)
  let samples = withoutRecording { generator(noise) }  // [64, 3, 32, 32] in [−1, 1]
  record(
    "trained/\(act.rawValue)/samples", samples.sliced(axis: 0, 0..<8), atol: 1e-12, rtol: 1e-11,
    float32: .within(atol: 2e-5, rtol: 1e-5))
  let grid = withoutRecording { (samples * 0.5 + 0.5).clamped(to: 0...1) }.grid(columns: 16, padding: 2, padValue: 1)
  try show(
    Picture(grid).enlarged(2), as: "trained-\(act.rawValue)",
    caption:
      "64 samples of the \(act.rawValue) run's G after \(weights.ledger.epochs.count) epochs, in evaluation mode",
    description: "Four rows of sixteen generated pictures of 32 by 32 pixels.", isCover: act == .automobiles)
  if plan.dtype == .float32 && plan.iterations == nil { try showNearest(samples, act) }
}

/// G of a whole run, in evaluation mode.
///
/// - Throws: `FileError` where the weights are not those of this network.
func trainedGenerator(_ weights: TrainedWeights, dtype: DType) throws -> Generator {
  let generator = Generator(random: TorchGenerator(seed: 0))
  try weights.file.restore(generator)
  generator.convert(to: dtype)
  generator.setTraining(false)
  return generator
}

private func showEpochs(_ weights: TrainedWeights, _ act: Act) throws {
  let grids = weights.file.entries.compactMap { entry in KeptGrid(entry) }
  guard !grids.isEmpty else { return }
  let pictures = Tensor.batch(grids.map(\.picture), normalization: .unit)
  try show(
    Picture(pictures.grid(columns: grids.count > 6 ? 4 : 3, padding: 6, padValue: 1)), as: "epochs-\(act.rawValue)",
    caption: "The fixed noise after \(inWords(grids.map(\.epoch))) epochs of the \(act.rawValue) run, row by row",
    description: "Grids of 64 generated pictures each, one grid for each of the epochs named.")
}

private func inWords(_ numbers: [Int]) -> String {
  let words = numbers.map(String.init)
  return words.dropLast().joined(separator: ", ") + (words.count > 1 ? " and " : "") + (words.last ?? "")
}

private func showNearest(_ samples: Tensor, _ act: Act) throws {
  let photographs = try CIFAR10.embedded(.training)
  let unseen = try CIFAR10.embedded(.test)
  let known = act.label.map { photographs.only(label: $0) } ?? photographs
  let others = act.label.map { unseen.only(label: $0) } ?? unseen
  let near = nearestPictures(to: samples, among: known.count) { known.batch($0) }
  let shown = 8
  let pairs = withoutRecording {
    concatenated(
      [samples.sliced(axis: 0, 0..<shown), known.batch(near.prefix(shown).map(\.index))], axis: 0) * 0.5 + 0.5
  }
  try show(
    Picture(pairs.grid(columns: shown, padding: 2, padValue: 1)).enlarged(3), as: "nearest-\(act.rawValue)",
    caption: "Eight samples of the \(act.rawValue) run, and below each the photograph nearest to it",
    description: "Two rows of eight small pictures; those above each other are alike in their large areas.")
  let nearOthers = nearestPictures(to: others.batch(0..<64), among: known.count) { known.batch($0) }
  func count(_ near: [NearestPicture]) -> Int { Set(near.map(\.index)).count }
  say(
    "median distance to the nearest of \(known.count) photographs: of samples "
      + "\(formatted(median(near.map(\.distance)), decimals: 2)), "
      + "of photographs never seen \(formatted(median(nearOthers.map(\.distance)), decimals: 2))")
  say(
    "\(near.count) samples have \(count(near)) different nearest photographs, \(nearOthers.count) photographs never "
      + "seen \(count(nearOthers))")
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

//src begin
/// A grid that is kept beside the weights: 8-bit pixels under the number of its epoch.
struct KeptGrid {
  /// The epochs whose grids are kept.
  static let epochs: Set = [1, 2, 5, 10, 20, 50, 100]
  private static let prefix = "grid/epoch-"

  let epoch: Int
  let picture: Picture

  init(epoch: Int, picture: Picture) { (self.epoch, self.picture) = (epoch, picture) }

  /// `nil` where the entry is no such grid.
  init?(_ entry: TensorFile.Entry) {
    guard entry.name.hasPrefix(Self.prefix), let epoch = Int(entry.name.dropFirst(Self.prefix.count)),
      entry.elementType == .uint8, entry.shape.count == 3, entry.shape[2] == 3
    else { return nil }
    self.epoch = epoch
    picture = Picture(width: entry.shape[1], height: entry.shape[0], channels: 3, pixels: Array(entry.bytes))
  }

  var entry: TensorFile.Entry {
    get throws {
      try .init(
        name: Self.prefix + String(epoch), elementType: .uint8, shape: [picture.height, picture.width, 3],
        bytes: picture.inColor.pixels[...])
    }
  }
}

/// What is kept of a whole run: G under PyTorch's names, and grids of some of its epochs. Nothing of the literal one,
/// whose G has learned nothing.
func learned(_ training: Training) throws -> [TensorFile.Entry] {
  guard training.act != .literal else { return [] }
  var file = try TensorFile()
  try file.append(training.generator)
  for grid in training.grids { try file.append(grid.entry) }
  return file.entries
}

//src end
