import KernelContract

/// A rectangle of some images with the channels turned innermost, in blocks of as many channels as a strip has columns:
/// [image][row][column][channel]. What lies outside an image is zero; the last block's channels that do not exist are
/// undefined.
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

  /// Turns a block of `images` images from `source` on; row and column 0 are those of the image at `firstRow` and
  /// `firstColumn`, which may be negative.
  func turn<Kernels: TensorKernels>(
    block: Int, _ source: UnsafePointer<Kernels.Scalar>, images: Int, firstRow: Int, rows: Int, firstColumn: Int,
    to out: UnsafeMutablePointer<Kernels.Scalar>, with _: Kernels.Type
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
      for channel in stride(from: 0, to: count, by: Blocking.turnedChannels) {
        let row = rowsInside.lowerBound
        Kernels.transposeEach(
          count: rowsInside.count, rows: min(Blocking.turnedChannels, count - channel), columns: inside,
          planes + channel * plane + (firstRow + row) * width + max(0, firstColumn), step: width, stride: plane,
          to: copy + (row * columns + left) * blockChannels + channel, step: columns * blockChannels,
          stride: blockChannels)
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

/// Reads rows of a few planes as they lie in memory, so that they are in a near cache when they are turned.
///
/// Turning reads a line of every plane before the second of any. Where planes are short the processor does not foresee
/// that and waits for memory at every line; read in order it fetches ahead by itself. Long planes it follows side by
/// side.
enum ReadInOrder {
  /// Reads `count` elements of each of `planes` planes, which begin `stride` elements apart.
  ///
  /// Puts a number that means nothing to `place`, where something else is about to be written: the compiler leaves out
  /// reads that come to nothing.
  static func planes<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, planes: Int, stride: Int, count: Int, to place: UnsafeMutablePointer<Scalar>
  ) {
    guard stride * MemoryLayout<Scalar>.stride <= Blocking.shortPlane else { return }
    let line = 64 / MemoryLayout<Scalar>.stride
    var sum: Scalar = 0
    for plane in 0..<planes {
      var element = plane &* stride
      let end = element &+ count
      while element < end {
        sum += source[element]
        element &+= line
      }
    }
    place.pointee = sum
  }
}
