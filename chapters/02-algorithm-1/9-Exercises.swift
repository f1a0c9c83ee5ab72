//: ## What goes wrong
//: - **Counting quality and not coverage.** The collapsed run with $k = 20$ has the largest share of good samples in
//:   this chapter. On photographs nobody can count modes.
//: - **Taking $D \approx 1/2$ for the end.** $D$ of the weak run is near 1/2 as well: it *cannot* tell. Only together
//:   with a measure that does not come from this $D$ does 1/2 mean anything.
//: - **Fakes that stay in $D$'s graph.** If $D$'s step is taken over a recorded $G(z)$ and the step then moves
//:   everything it has gradients for, $D$'s step trains $G$ to be *easy* to tell. Here $G(z)$ is computed without
//:   recording.
//: - **Dropout left on while measuring.** It belongs in training; measured with it, $D$ is another one at each look.
//: - **Minimizing $+\log D$.** One sign, and $G$ is told to flee what $D$ takes for data. No line of the program
//:   crashes.
//:
//: ## Exercises
//: `--exercise N` runs a starting point instead of the chapter.
//:
//: 1. Give $G$ a single latent number for the bell. A monotone map would do: which? The starting point trains one and
//:    prints $G(z)$ along $z$. Where it **folds**, what does the density look like, and why can gradient descent not
//:    unfold it?
//: 2. Is $k = 5$ the same as $k = 1$ with five times $D$'s learning rate? The starting point runs both on the ring.
//:    Explain what Adam makes of the comparison.
//: 3. Rescue $k = 20$: add normal noise to *everything* $D$ sees, data and samples alike, with a deviation that falls
//:    from 0.5 to 0 during the run (Sønderby et al. 2017). The starting point is the collapsed run at two learning
//:    rates of $D$. Which of chapter 1's pictures explains why noise helps?

import Algorithm1
import GANBook

/// A starting point for one of the exercises.
func startExercise(_ number: Int, _ plan: Plan) throws {
  switch number {
  case 1:
    var rules = Rules.bell
    rules.latent = 1
    var run = Run("one latent number", rules, seed: plan.seed, dtype: plan.dtype)
    try run.train(iterations: plan.bellIterations, measuringEvery: 100) { iteration, _ in
      try stopIfAsked(at: "iteration \(iteration)")
    }
    let z = (-12...12).map { Double($0) / 4 }
    let x = withoutRecording { run.training.generator(Tensor(z, shape: [25, 1]).converted(to: plan.dtype)).values }
    for (z, x) in zip(z, x) { say("G(\(formatted(z, decimals: 2))) = \(formatted(x, decimals: 3))") }
    say("JSD \(formatted(run.grid.divergence(of: run.training.samples(20_000)), decimals: 4))")
  case 2:
    let outcomes = try [
      trainRing("k=5", plan) { $0.k = 5 }, trainRing("k=1, five times the rate", plan) { $0.rateD *= 5 },
    ]
    show(table: Outcome.headings, outcomes.map(\.row))
  default:
    let outcomes = try [
      trainRing("k=20", plan) { $0.k = 20 },
      trainRing("k=20, a tenth of the rate", plan) {
        $0.k = 20
        $0.rateD /= 10
      },
    ]
    show(table: Outcome.headings, outcomes.map(\.row))
  }
}
