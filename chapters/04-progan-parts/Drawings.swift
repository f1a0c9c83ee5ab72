//: ## Both networks, drawn
//: The drawing below is not drawn by hand. A pass through each network at 16 px leaves its graph, the one that
//: gradients flow through, and `NetworkSummary` reads it: one stage takes another where a gradient flows from it to
//: that one and no third lies on the way, and a parameter belongs to the first stage that has a gradient for it. So
//: what you see is what the program computes, and if a line of the networks above is changed, the drawing changes. Blue
//: boxes can learn; the number is how much.

import GANBook
import ProGAN

/// What a pass through generator and critic goes through at `step`, with the newest block half faded in.
private func passes(step: Int, order: HalvingOrder, _ plan: Plan) throws -> (
  generator: NetworkSummary, critic: NetworkSummary
) {
  let random = plan.random()
  let size = resolution(atStep: step)
  let generator = Generator(latents: 8, channels: 16, imageSize: size, random: random)
  let critic = Discriminator(imageSize: size, latents: 8, channels: 16, order: order, random: random)
  let noise = random.normal([2, 8, 1, 1])
  var stages: [(name: String, value: Tensor)] = []
  let images = generator(noise, alpha: 0.5, step: step) { stages.append(($0, $1)) }  // [2, 3, S, S]
  stages.append(("images", images))
  let generation = NetworkSummary(of: generator, input: noise, stages: stages)
  stages = []
  let seen = images.detached
  let scores = try critic(seen, alpha: 0.5, step: step) { stages.append(($0, $1)) }  // [2, 1]
  stages.append(("scores", scores))
  return (generation, NetworkSummary(of: critic, input: seen, stages: stages))
}

extension GraphDrawing.Graph {
  init(_ title: String, _ summary: NetworkSummary) {
    self.init(
      title: title,
      boxes: summary.stages.map { stage in
        let shape = stage.shape.dropFirst().map(String.init).joined(separator: "×")
        let learned = stage.parameters > 0 ? "  ·  \(grouped(stage.parameters))" : ""
        return .init(stage.name, note: shape + learned, isFilled: stage.parameters > 0, inputs: stage.inputs)
      })
  }
}

func drawNetworks(_ plan: Plan) throws {
  let (generator, critic) = try passes(step: 2, order: .beforeBlock, plan)
  try show(
    GraphDrawing(
      title: "Generator and critic while 16 px fade in",
      description:
        "Two columns of boxes. In the generator one way splits after the last doubling into the new block and the old "
        + "colors, which meet in the images. In the critic the images split into the new block and the "
        + "old colors, which meet in the fade.",
      graphs: [.init("generator", generator), .init("critic", critic)]), as: "networks",
    caption: "Every stage with its output (channels × height × width) and how many numbers it can learn; 16 channels")
  for (label, summary) in [("generator", generator), ("critic", critic)] {
    show(table: NetworkSummary.headings, summary.rows, caption: "The \(label) at 16 px, a batch of 2")
  }
  record("graph/G", series: generator.numbers, atol: 0, rtol: 0)
  record("graph/D", series: critic.numbers, atol: 0, rtol: 0)
}

//: Two rows of the tables are worth a look. In the generator some parameters are used by no stage: the `toRGB` of 4 px,
//: which has had its turn. In the critic there are more of them: the `fromRGB` of 4 px, whose turn is over too, and the
//: block at 4×4 that nobody calls.
//:
//: ## Fade-in, drawn
//: The same graphs, cut down to what lies between the last stage both ways share and the one where they meet. In the
//: generator the new way has a block more than the old one. In the critic it is the other way round in time: the new
//: way begins with the picture as it is, the old one with the halved picture.

func drawFadeInGraphs(_ plan: Plan) throws {
  let (generator, critic) = try passes(step: 2, order: .beforeBlock, plan)
  try show(
    GraphDrawing(
      title: "Where new and old are mixed",
      description:
        "Left: doubled features go through block 2 and the new toRGB on one side, the old toRGB on the other, and "
        + "meet in the images. Right: images go through the new fromRGB, block 2 and the halving on one side, the "
        + "halving and the old fromRGB on the other, and meet in the fade.",
      graphs: [
        .init("generator", generator.part(from: "upscaled 2", to: "images")),
        .init("critic", critic.part(from: "input", to: "faded in")),
      ]), as: "fade-in-graph", caption: "α·new + (1 − α)·old in both networks, read off a pass at α = ½")
}

//: ## The order of halving, drawn
//: And here is the document's order beside the paper's, from two critics at 32 px. Follow block 2: in the document's
//: program it is given the picture after the halving, 8×8, and in the paper's before, 16×16. It was the *newest* block
//: one step earlier, when both gave it 16×16. So the paper's block goes on seeing what it has learned on, and the
//: document's does not.

func drawHalvingOrders(_ plan: Plan) throws {
  let critics = try [HalvingOrder.beforeBlock, .afterBlock].map { order in
    try passes(step: 3, order: order, plan).critic
  }
  let parts = critics.map { $0.part(from: "faded in", to: "with standard deviation") }
  try show(
    GraphDrawing(
      title: "The critic below the fade, 32 px",
      description:
        "Two columns. The document halves and then calls blocks 2 and 1; the paper calls each block and then halves.",
      graphs: [.init("the document's order", parts[0]), .init("the paper's order", parts[1])]), as: "halving-order",
    caption: "Halve, then convolve; or convolve, then halve")
  record("graph/D at 32 px", series: critics[0].numbers, atol: 0, rtol: 0)
  record("graph/D at 32 px, paper", series: critics[1].numbers, atol: 0, rtol: 0)
  // How large a picture block 2 is given, one step after it was the newest with 16 px.
  let given = critics.map { critic in
    critic.stages.first { $0.name.hasPrefix("block 2") }.map { critic.stages[$0.inputs[0]].shape[3] } ?? 0
  }
  say("block 2 is given pictures of \(given[0]) px in the document's order, of \(given[1]) px in the paper's")
  claim("the-documents-older-block-sees-half", given == [8, 16])
}
