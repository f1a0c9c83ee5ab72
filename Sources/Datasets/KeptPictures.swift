import Pictures
import Synchronization

/// Pictures that are drawn, decoded and resized once and then kept, as long as they are few and small enough.
///
/// An epoch asks for each of them again. Drawing or decoding them anew costs a small network as much time as a layer.
/// What does not fit under `limit` is made each time, as without: what comes out is the same.
package final class KeptPictures: ImageDataset {
  private let images: any ImageDataset
  /// Bytes of pixels that are kept at most.
  private let limit: Int
  private let kept = Mutex(Kept())

  private struct Kept {
    /// By size, then by number.
    var pictures: [Int: [Picture?]] = [:]
    var bytes = 0
  }

  /// Keeps the pictures of `images` once they are asked for, up to `limit` bytes of pixels.
  package init(_ images: any ImageDataset, limit: Int = 512 << 20) {
    (self.images, self.limit) = (images, limit)
  }

  package var count: Int { images.count }

  package func colorPicture(_ index: Int) throws -> Picture { try images.colorPicture(index) }

  package func colorPicture(_ index: Int, size: Int) throws -> Picture {
    if let picture = kept.withLock({ $0.pictures[size]?[index] }) { return picture }
    // Outside the lock: whoever needs another picture meanwhile does not wait for this one. Errors are not kept.
    let picture = try images.colorPicture(index, size: size)
    kept.withLock { kept in
      guard kept.pictures[size]?[index] == nil, kept.bytes + picture.pixels.count <= limit else { return }
      kept.bytes += picture.pixels.count
      kept.pictures[size, default: Array(repeating: nil, count: count)][index] = picture
    }
    return picture
  }
}
