//: ## Both networks, layer by layer
//: What PyTorch's `print(generator)` shows, with the shape behind each layer and what it can learn: every row below
//: comes out of walking the network with a batch of 64, none is written down. The generator of a 32×32 picture has a
//: little under a million parameters, more than half of them in its second layer; the discriminator has fewer, and all
//: but 769 of its parameters are weights of convolutions.

import DCGAN
import GANBook

func showSummaries() {
  let random = TorchGenerator(seed: 0)
  for (label, network, shape) in [
    ("G", Generator(random: random).network, [64, 64, 1, 1]),
    ("D", Discriminator(endsInSigmoid: true, random: random).network, [64, 3, 64, 64]),
  ] {
    let summary = NetworkSummary(of: network, input: .zeros(shape, dtype: .float32))
    show(
      table: NetworkSummary.headings, summary.rows,
      caption: label == "G" ? "The generator" : "The discriminator, shown a batch of 64×64 photographs")
    record("summary/\(label)", series: summary.numbers, atol: 0, rtol: 0)
  }
}
