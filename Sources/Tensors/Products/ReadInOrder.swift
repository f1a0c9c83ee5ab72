/// Reads rows of a few planes as they lie in memory, so that they are in a near cache when they are turned.
///
/// Turning reads a line of every plane before the second of any. Where planes are short the processor does not foresee that and waits
/// for memory at every line; read in order it fetches ahead by itself. Long planes it follows side by side.
enum ReadInOrder {
  /// Bytes of the longest plane that is worth it.
  private static let shortPlane = 1024

  /// Reads `count` elements of each of `planes` planes, which begin `stride` elements apart.
  ///
  /// Puts a number that means nothing to `place`, where something else is about to be written: the compiler leaves out reads that come to
  /// nothing.
  static func planes<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, planes: Int, stride: Int, count: Int, to place: UnsafeMutablePointer<Scalar>
  ) {
    guard stride * MemoryLayout<Scalar>.stride <= shortPlane else { return }
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
