//: ## What it trains on
//: Photographs of ten kinds of things, 32 pixels wide: too few to be sure of every one. The first three rows show 24 of
//: them with every pixel drawn as a square of four. The last row shows the first eight as the document's discriminator
//: gets them, enlarged to 64×64 by the Pillow library's bilinear filter: no square is left, and nothing in them is as
//: sharp as one pixel.

import Datasets
import GANBook

func showPhotographs(_ data: CIFAR10) throws {
  let small = data.batch(0..<24).upsampledNearest(factor: 2)  // [24, 3, 64, 64], every pixel four times
  let enlarged = data.batch(0..<8, size: 64)  // [8, 3, 64, 64]
  let rows = concatenated([small, enlarged], axis: 0)
  try show(
    Picture((rows * 0.5 + 0.5).grid(columns: 8, padding: 3, padValue: 1)), as: "photographs",
    caption: "24 photographs as they are, and the first eight again as the document's D sees them",
    description:
      "Four rows of eight small photographs: planes, cars, birds, horses and the like."
      + " The last row repeats the first, smoother.")
}
