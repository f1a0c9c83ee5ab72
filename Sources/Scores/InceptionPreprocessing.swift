/// The ways to prepare pictures for Inception v3. Scores through different ones are different numbers.
extension PicturePreprocessing {
  /// torchvision's `Inception_V3_Weights.IMAGENET1K_V1.transforms()`, which the GAN document's score uses: mean and std
  /// of ImageNet.
  package static let torchvisionInception = PicturePreprocessing(
    name: "torchvision", resizing: .shorterSide(342, crop: 299), mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225])

  /// The transform that stands in the document's first draft of its score, commented out: no margin to crop, and
  /// normalized to [−1, 1] as the GAN's own data are. (The draft then applies torchvision's after all.)
  package static let documentDraft = PicturePreprocessing(
    name: "document's draft", resizing: .shorterSide(299, crop: 299), mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])

  /// What pytorch-fid does, and with it most published FIDs in PyTorch: x/255, interpolated without a filter. Its
  /// network begins with 2x − 1.
  package static let pytorchFID = PicturePreprocessing(
    name: "pytorch-fid", resizing: .interpolatedSquare(299), mean: [0, 0, 0], std: [1, 1, 1])
}
