import Literate
import Foundation

struct Try { var name: String; var rules: Rules; var its: Int }
runChapter("02-algorithm-1") { run in
  let its = run.options.iterations ?? 1000
  var tries: [Try] = []
  var bell = Rules(data: .bell); bell.latent = 8; bell.hiddenG = [32, 32]; bell.hiddenD = [32, 32]; bell.k = 5;
  bell.rateD = 5e-3
  tries.append(Try(name: "bell", rules: bell, its: 600))
  bell.k = 2; tries.append(Try(name: "bell-k2", rules: bell, its: 600))
  for k in [1, 2, 5, 20] {
    var r = Rules(data: .ring); r.k = k; tries.append(Try(name: "ring k\(k)", rules: r, its: its))
  }
  for k in [1, 20] {
    var r = Rules(data: .ring); r.k = k; r.loss = .saturating;
    tries.append(Try(name: "ring sat k\(k)", rules: r, its: its))
  }
  var w = Rules(data: .ring); w.hiddenD = [8]; tries.append(Try(name: "weak", rules: w, its: its))
  var d = Rules(data: .ring); d.keep = 0.8; tries.append(Try(name: "dropout .8", rules: d, its: its))
  d.keep = 0.5; tries.append(Try(name: "dropout .5", rules: d, its: its))
  for t in tries {
    for seed in [run.options.seed] {
      let g = Grid(t.rules.data)
      let tr = Training(t.rules, seed: seed, dtype: run.dtype)
      let c = ContinuousClock().now
      var line = ""
      for i in 1...t.its {
        tr.iterate();
        if i % (t.its / 5) == 0 {
          let s = tr.samples(5000)
          line += " jsd \(formatted(g.divergence(of: s), decimals: 4))"
          if t.rules.data == .ring {
            let cv = Coverage(of: s); line += " \(cv.modes)/\(formatted(cv.highQuality, decimals: 2))"
          }
          let h = tr.history.last!;
          line +=
            " D \(formatted(h.onData, decimals: 2))/\(formatted(h.onSamples, decimals: 2)) g \(formatted(h.slopeG, decimals: 3));"
        }
      }
      say("\(t.name) seed \(seed) \(ContinuousClock().now - c)\n   \(line)")
    }
  }
}
