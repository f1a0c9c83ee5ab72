//: ## D's map
//: D's last layer reads a 64×64 photograph at 5×5 places, so its answer is a map, and the loss averages over it. Each
//: of the 25 numbers sees a window of $(4-1)\cdot8 + 22 = 46$ pixels: the three halvings see 22, and the last kernel
//: spans three steps of 8 more. The outermost windows hang 7 pixels over the picture's edge and see the zeros of the
//: padding there; the nine in the middle see nothing but picture. A fake, 32×32, gets *one* number, from a window that
//: is all of it and 7 pixels of zeros on every side. So in 9 of 25 places D could tell the two sizes apart by the mere
//: absence of a border.
//:
//: The first row below shows eight photographs of the batch of iteration 0 with D's map before any step, black for
//: $p = 0$, white for $p = 1$: gray without order. The second pair of rows is iteration 24. There nearly every field is
//: white: D is sure of photographs wherever it looks, and a little less so at the border, where its window is like a
//: fake's.

import GANBook

/// The iterations whose maps are looked at: before any step, and the last that is held against PyTorch.
let mapIterations = [0, 24]

/// Eight photographs of the batch, and under each the map of p that D made of it.
func showMap(of step: Iteration, _ number: Int) throws {
  let photographs = step.real.sliced(axis: 0, 0..<8) * 0.5 + 0.5  // [8, 3, 64, 64]
  // 5×5 numbers as squares of 13 pixels, less a row and a column: [8, 3, 64, 64].
  let squares = step.realOutput.sliced(axis: 0, 0..<8).upsampledNearest(factor: 13)
    .sliced(axis: 2, 0..<64).sliced(axis: 3, 0..<64)
  let rows = concatenated([photographs, concatenated([squares, squares, squares], axis: 1)], axis: 0)
  try show(
    Picture(rows.grid(columns: 8, padding: 3, padValue: 1)), as: "map-\(number)",
    caption: "Iteration \(number): photographs, and D's p at 5×5 places of each",
    description: "Eight photographs, and under each a square of five by five gray fields.")
  let mean = step.realOutput.mean(axes: [0, 1]).values  // [5, 5]
  let corners = [0, 4, 20, 24].map { mean[$0] }.reduce(0, +) / 4
  say(
    "iteration \(number), mean of the batch: p \(formatted(corners, decimals: 4)) in the corners, "
      + "\(formatted(mean[12], decimals: 4)) in the middle")
  // D ends in a Sigmoid here: at the start rounding alone is between two programs; later the scatter of D's output.
  record(
    "map/\(number)", step.realOutput, atol: 1e-9, rtol: 0, float32: .within(atol: number == 0 ? 2e-6 : 2e-2, rtol: 0))
}
