//: ## Running the chapter
//: `swift run -c release ch05-wgan-gp`; `--iterations N` trains the critics of the plane for N iterations (400 in the quick profile,
//: 2,000 in the full one) and those of pictures for a quarter of that. `--exercise N` prepares an exercise.

import ArgumentParser
import Datasets
import Literate
import Tensors

struct Options: ChapterArguments {
  @OptionGroup var chapter: ChapterOptions

  @OptionGroup var exercise: ExerciseOption
}

runChapter("05-wgan-gp", Options.self) { options, run in
  run.options.sayThatNothingIsResumed()
  let plan = Plan(
    seed: run.options.seed, dtype: run.dtype,
    photographs: try run.options.data.map { try CIFAR10(folder: $0) } ?? .embedded(),
    iterations: run.options.iterations ?? (run.options.profile == .quick ? 400 : 2_000),
    decimals: run.options.decimals ?? 4)
  say("\(plan.photographs.count) photographs, seed \(plan.seed), \(plan.dtype), \(plan.iterations) iterations")
  if let exercise = options.exercise.number { return try runExercise(exercise, plan) }
  workOutALinearCritic(plan)
  try differentiateTwice(plan)
  try compareWithDifferences(plan)
  let (penalized, clipped) = try drawSlopeFields(plan)
  try compareWithTruth(plan, penalized, clipped)
  try tryClippingLimits(plan)
  try makeMistakes(plan)
  measureBeta(plan)
  try trainBetweenTwoPoints(plan)
}

//: ## What goes wrong
//: - **β per pixel.** The points leave the lines and gather in their middle; near the data the slope is free. On easy data nothing
//:   is to be seen of it, which is why it is shipped; between two corners of a cube the estimate is a sixth too large.
//: - **The norm over channels only.** Every *pixel's* gradient is asked to have length 1, so the whole one has the square root of the
//:   number of pixels, and the critic's scale depends on the resolution: in ProGAN it would double at each step.
//: - **A penalty that is not differentiated.** Without `keepingGraph` (`create_graph`) the penalty is a number: it stands in the log, and
//:   nothing in training knows of it. The slope grows without bound. The printed loss *rises*, since it includes the penalty, while
//:   each step lowers the only part that it can see.
//: - **Reading the loss as a distance.** It is one only up to the slope, $1 + W/2\lambda$ here, and only for a critic that has
//:   converged.
//: - **Batch normalization in the critic.** The penalty speaks about each sample's own slope, and batch normalization couples the
//:   samples. The minibatch standard deviation of ProGAN does too, if only through one channel: exercise 3.
//:
//: ## Exercises
//: `--exercise N` runs a starting point.
//:
//: 1. Set $\lambda$ to 1 and to 100 and compare slope and estimate with $k = 1 + W/2\lambda$. The starting point runs $\lambda = 1$. Why
//:    does a large $\lambda$ make training slow?
//: 2. Replace $(\lVert\nabla\rVert - 1)^2$ by $\max(\lVert\nabla\rVert - 1, 0)^2$, which allows flat places. The starting point trains that
//:    critic on the squares. What changes between the squares, and what outside?
//: 3. The starting point prints how much the score of one picture depends on the *other* pictures of its batch. Which of the two, the
//:    document's gradient of the sum of scores or the gradient of each score by its own picture, is the slope the theory means?
//:    How would you compute the other?
