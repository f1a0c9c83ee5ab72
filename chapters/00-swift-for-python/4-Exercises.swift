//: ## What goes wrong
//: - **Expecting a slice to begin at 0.** `layers[1...2][0]` stops the program.
//: - **Forgetting `withoutRecording` around a sample that is only looked at.** Nothing is wrong with the numbers, but
//:   the whole graph behind it is kept.
//: - **Expecting two names to mean one list.** A function that changes a list it was given changes its own copy. It has
//:   to return it.
//: - **Differentiating with respect to an old tensor.** After `optimizer.step` a parameter holds another tensor than
//:   before: take `parameters.values` anew in every step, as the loop does.
//:
//: ## Exercises
//: 1. What does `[4, 8, 16].map { $0 / 3 }` give, and why not what Python's `/` gives?
//: 2. Write `zip(layers, layers.dropFirst())` for the widths `[2, 64, 64, 1]` so that it lists the shapes of a
//:    perceptron's weight matrices. (Chapter 2 builds its networks so.)
//: 3. Take the tensors `line.parameters.values` out of the loop, once, before it begins. What does the layer learn?

import GANBook

//: {{fold Answer to exercise 1}}
//: Both numbers are `Int`, so the division is a whole one, Python's `//`. A `Double` anywhere makes fractions of all,
//: because a number that is written down takes the type that is needed.

func answerFirst() {
  say("\([4, 8, 16].map { $0 / 3 }), with fractions \([4.0, 8, 16].map { $0 / 3 })")
}

//: {{fold Answer to exercise 2}}

func answerSecond() {
  let widths = [2, 64, 64, 1]
  say("\(zip(widths, widths.dropFirst()).map { "[\($1), \($0)]" }.joined(separator: ", "))")
}

//: {{fold Answer to exercise 3}}
//: Nothing, from the second step on. The first step puts new tensors into the boxes, and `line(x)` is computed from
//: those. No path leads from the loss to the old ones, and the gradient of a number with respect to something it was
//: not computed from is zero. What still moves the layer is Adam's memory of the first step. In PyTorch the parameter
//: is one object that changes in place, so the question does not arise.

func answerThird(steps: Int, seed: UInt64, dtype: DType) {
  let random = TorchGenerator(seed: seed)
  let x = random.normal([64, 1], dtype: dtype)
  let y = withoutRecording { 3 * x + 0.5 }
  let line = Linear(1, 1, random: random)
  line.convert(to: dtype)
  let optimizer = Adam(line.parameters, learningRate: 0.1)
  let old = line.parameters.values
  var lengths: [Double] = []
  for _ in 0..<steps {
    let loss = (line(x) - y).squared().mean()
    let slopes = gradients(of: loss, at: old)
    optimizer.step(slopes)
    lengths.append(withoutRecording { slopes.reduce(0) { $0 + $1.squared().sum().item }.squareRoot() })
  }
  say("lengths of the gradient: \(lengths.prefix(3).map { formatted($0, decimals: 3) }.joined(separator: ", ")), …")
  say("after \(steps) steps the weight is \(formatted(line.weight.value.item, decimals: 3)) instead of 3")
}
