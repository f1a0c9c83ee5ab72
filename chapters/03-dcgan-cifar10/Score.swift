//: The document then scores its folder, all that lies in it, and prints `Inception Score: 1.5730 ± 0.5228`.
//: `--score-weights FILE` does the same with Inception v3's weights (`book fetch inception`), and beside it scores the
//: thousand samples alone. To have a grid of each iteration in the folder, as the document has, give `--grid-every 1`.
//: What such numbers are worth is chapter 7's subject, which needs no download.

import GANBook
import Inception
import Scores

/// Prints the Inception Score of a run's whole folder, as the document does, and of its samples alone.
func score(_ folder: String, with network: InceptionNetwork) throws {
  let scorer = FolderScorer(network, names: .inception)
  for (what, prefix) in [("", ""), (", of the samples alone", "gen_")] {
    let report = try scorer.inceptionScore(of: folder, namedLike: prefix)
    say(
      "Inception Score\(what): \(formatted(report.score, decimals: 4)) ± "
        + "\(formatted(report.deviation ?? 0, decimals: 4)) (\(report.sets[0].count) pictures)")
  }
}
