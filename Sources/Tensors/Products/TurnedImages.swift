import KernelContract

/// A rectangle of some images with the channels turned innermost, in blocks of as many channels as a strip has columns:
/// [image][row][column][channel]. What lies outside an image is zero; the last block's channels that do not exist are undefined.
struct TurnedImages {
  /// Channels, and the extents of an image.
  let channels: Int
  let height: Int
  let width: Int
  /// Channels of a block.
  let blockChannels: Int
  /// Images, rows and columns to make room for.
  let images: Int
  let rows: Int
  let columns: Int

  var blocks: Int { (channels + blockChannels - 1) / blockChannels }
  var blockPitch: Int { images * rows * columns * blockChannels }

  /// Turns a block of `images` images from `source` on; row and column 0 are those of the image at `firstRow` and `firstColumn`, which
  /// may be negative.
  func turn<Scalar: TensorScalar>(
    block: Int, _ source: UnsafePointer<Scalar>, images: Int, firstRow: Int, rows: Int, firstColumn: Int,
    to out: UnsafeMutablePointer<Scalar>, _ kernels: ProductKernels<Scalar>
  ) {
    let left = min(max(0, -firstColumn), columns)
    let inside = max(0, min(width - max(0, firstColumn), columns - left))
    let firstInside = min(rows, max(0, -firstRow))
    let rowsInside = firstInside..<max(firstInside, min(rows, height - firstRow))
    let plane = height * width
    let count = min(blockChannels, channels - block * blockChannels)
    for image in 0..<images {
      let copy = out + image * self.rows * columns * blockChannels
      let planes = source + (image * channels + block * blockChannels) * plane
      ReadInOrder.planes(
        planes + (firstRow + rowsInside.lowerBound) * width, planes: count, stride: plane,
        count: rowsInside.count * width, to: copy)
      clear(copy, rows: rows, rowsInside, left: left, inside: inside)
      // Few channels at a time, so that the rows of each are read one after the other.
      for channel in stride(from: 0, to: count, by: 8) {
        let row = rowsInside.lowerBound
        kernels.transposeEach(
          rowsInside.count, min(8, count - channel), inside,
          planes + channel * plane + (firstRow + row) * width + max(0, firstColumn), width, plane,
          copy + (row * columns + left) * blockChannels + channel, columns * blockChannels, blockChannels)
      }
    }
  }

  private func clear<Scalar: TensorScalar>(
    _ copy: UnsafeMutablePointer<Scalar>, rows: Int, _ rowsInside: Range<Int>, left: Int, inside: Int
  ) {
    let right = left + inside
    for row in 0..<rows {
      let line = copy + row * columns * blockChannels
      if rowsInside.contains(row) {
        line.update(repeating: 0, count: left * blockChannels)
        (line + right * blockChannels).update(repeating: 0, count: (columns - right) * blockChannels)
      } else {
        line.update(repeating: 0, count: columns * blockChannels)
      }
    }
  }
}
