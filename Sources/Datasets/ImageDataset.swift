import Pictures

/// Pictures that a network can be trained on, by number.
package protocol ImageDataset: Sendable {
  var count: Int { get }
  /// Picture `index`, in color, at its own size. Throws where its file cannot be read or decoded, naming it.
  func colorPicture(_ index: Int) throws -> Picture
  /// Picture `index` at exactly `size`×`size` pixels, whatever that does to its proportions: Pillow's bits.
  func colorPicture(_ index: Int, size: Int) throws -> Picture
}

extension CIFAR10: ImageDataset {
  package func colorPicture(_ index: Int) -> Picture { picture(index) }
}

extension ImageDataset {
  package func colorPicture(_ index: Int, size: Int) throws -> Picture {
    let picture = try colorPicture(index)
    return picture.width == size && picture.height == size ? picture : picture.resized(width: size, height: size)
  }
}
