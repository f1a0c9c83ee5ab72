/// A batch of images cut into bands: a few whole images where they are small, a few rows of one image where they are
/// not.
///
/// The cut depends on the extents alone, never on the number of threads.
package struct ImageBands: Sendable {
  package struct Band {
    package let firstImage: Int
    package let images: Int
    package let firstRow: Int
    package let rows: Int

    /// The same band of images that are counted from `image` on.
    func counted(from image: Int) -> Band {
      Band(firstImage: firstImage - image, images: images, firstRow: firstRow, rows: rows)
    }

    var shape: Shape { Shape(images: images, rows: firstRow..<firstRow + rows) }
  }

  /// What bands of the same rows of as many images have in common.
  struct Shape: Hashable {
    let images: Int
    let rows: Range<Int>
  }

  private let batch: Int
  /// Where the bands of an image begin, and where the last one ends.
  private let boundaries: [Int]
  /// Images and rows of the largest band; one of images = 1 and rows = height holds.
  package let images: Int
  package let rows: Int

  /// Bands of about `pixels` pixels, a row at least.
  package init(batch: Int, height: Int, width: Int, pixels: Int) {
    let images = Self.even(batch, pixels / max(1, height * width))
    let rows = images > 1 ? height : Self.even(height, pixels / max(1, width))
    self.init(batch: batch, images: images, boundaries: stride(from: 0, to: height, by: max(1, rows)) + [height])
  }

  private init(batch: Int, images: Int, boundaries: [Int]) {
    self.batch = batch
    self.images = images
    self.boundaries = boundaries
    rows = zip(boundaries, boundaries.dropFirst()).map { $1 - $0 }.max() ?? 0
  }

  /// The same cut of images in which row r of these is the rows from starts[r] up to starts[r + 1].
  package func expanded(to starts: [Int]) -> ImageBands {
    ImageBands(batch: batch, images: images, boundaries: boundaries.map { starts[$0] })
  }

  /// About `most` of `count`, so that the last share is not much smaller than the others.
  private static func even(_ count: Int, _ most: Int) -> Int {
    let shares = max(1, (count + max(1, most) - 1) / max(1, most))
    return max(1, (count + shares - 1) / shares)
  }

  package var count: Int { (batch + images - 1) / images * (boundaries.count - 1) }

  /// What `make` makes for every shape of band.
  func forEachShape<Value>(_ make: (Shape) -> Value) -> [Shape: Value] {
    Dictionary((0..<count).map { self[$0].shape }.map { ($0, $0) }) { first, _ in first }.mapValues(make)
  }

  package subscript(index: Int) -> Band {
    let (group, part) = index.quotientAndRemainder(dividingBy: boundaries.count - 1)
    return Band(
      firstImage: group * images, images: min(images, batch - group * images), firstRow: boundaries[part],
      rows: boundaries[part + 1] - boundaries[part])
  }
}

/// What a convolution does to outputs that it has just written.
typealias FinishOutputs<Scalar> = (_ outputs: UnsafeMutablePointer<Scalar>, _ count: Int) -> Void
