extension PicturePreprocessing {
  /// For the book's own classifier, whose pictures are those of CIFAR-10: 32×32, in [−1, 1].
  package static let classifier = PicturePreprocessing(
    name: "CIFAR-10", resizing: .shorterSide(32, crop: 32), mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
}
