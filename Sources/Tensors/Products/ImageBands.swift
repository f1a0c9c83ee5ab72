/// A batch of images cut into bands: a few whole images where they are small, a few rows of one image where they are not.
///
/// The cut depends on the extents alone, never on the number of threads.
struct ImageBands {
  struct Band {
    let firstImage: Int
    let images: Int
    let firstRow: Int
    let rows: Int
  }

  let batch: Int
  let height: Int
  /// Images and rows of a full band; one of images = 1 and rows = height holds.
  let images: Int
  let rows: Int

  private var bandsPerImage: Int { (height + rows - 1) / rows }

  /// Bands of about `pixels` pixels, a row at least.
  init(batch: Int, height: Int, width: Int, pixels: Int) {
    self.batch = batch
    self.height = height
    images = Self.even(batch, pixels / max(1, height * width))
    rows = images > 1 ? height : Self.even(height, pixels / max(1, width))
  }

  private init(batch: Int, height: Int, images: Int, rows: Int) {
    self.batch = batch
    self.height = height
    self.images = images
    self.rows = rows
  }

  /// The same cut of images `factor` times as high.
  func scaled(by factor: Int) -> ImageBands {
    ImageBands(batch: batch, height: height * factor, images: images, rows: rows * factor)
  }

  /// About `most` of `count`, so that the last share is not much smaller than the others.
  private static func even(_ count: Int, _ most: Int) -> Int {
    let shares = max(1, (count + max(1, most) - 1) / max(1, most))
    return max(1, (count + shares - 1) / shares)
  }

  var count: Int { (batch + images - 1) / images * bandsPerImage }

  subscript(index: Int) -> Band {
    let firstImage = index / bandsPerImage * images
    let firstRow = index % bandsPerImage * rows
    return Band(
      firstImage: firstImage, images: min(images, batch - firstImage), firstRow: firstRow,
      rows: min(rows, height - firstRow))
  }
}
