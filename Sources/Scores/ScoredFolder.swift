import Files
import Pictures
import Tensors

/// The pictures of a folder in the order in which a score takes them: the files .png, .jpg and .jpeg in it, not in
/// folders below, sorted by name (code point by code point), as `sorted(os.listdir(folder))`.
///
/// Every header is read before any work begins, so that a score does not end after an hour at a file that is no
/// picture. Pixels are decoded batch by batch.
package struct ScoredFolder: Sendable {
  package let path: String
  package let preprocessing: PicturePreprocessing
  /// Names of the pictures.
  package let files: [String]
  /// Other files and folders, which the document passes over in silence.
  package let passedOver: Int

  package var count: Int { files.count }

  /// `prefix` takes only the files whose names begin so.
  ///
  /// - Throws: `ScoreError` where there is no such folder or no picture in it, one is in truth a folder or a device, or
  ///   of a shape that `preprocessing` refuses; `FileError`, `PNGError`, `JPEGError`, `PictureFileError` where one's
  ///   header cannot be read. All name the file, the first one in order.
  package init(_ path: String, namedLike prefix: String = "", preprocessing: PicturePreprocessing) throws {
    guard FileSystem.kind(of: path) == .folder else { throw ScoreError.missingFolder(path: path) }
    let names = try FileSystem.list(path)
    let files = names.filter { name in
      let name = name.lowercased()
      return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
    }.filter { $0.hasPrefix(prefix) }
    guard !files.isEmpty else { throw ScoreError.noPictures(path: path) }
    _ = try Parallel.map(files.count) { number in
      let file = "\(path)/\(files[number])"
      if FileSystem.kind(of: file) == .folder { throw ScoreError.notAPicture(path: file, found: "a folder") }
      let (width, height) = try PictureFile.size(file)
      try preprocessing.check(width: width, height: height, path: file)
    }
    (self.path, self.preprocessing, self.files) = (path, preprocessing, files)
    passedOver = names.count - files.count
  }

  /// The path of picture `number`.
  package func file(_ number: Int) -> String { "\(path)/\(files[number])" }

  /// Some pictures as the network takes them, [n, 3, side, side]: prepared in float32 and widened, as PyTorch's
  /// transforms give them.
  ///
  /// - Throws: `FileError`, `PNGError`, `JPEGError` for the first that is damaged.
  package func pictures(_ numbers: Range<Int>, dtype: DType) throws -> Tensor {
    // Decoded and prepared in one go: only the small result is kept of each.
    let prepared = try Parallel.map(numbers.count) { offset in
      let file = file(numbers.lowerBound + offset)
      let picture = try PictureFile.colorPicture(file)
      // The file may have changed since its header was read.
      try preprocessing.check(width: picture.width, height: picture.height, path: file)
      return preprocessing(picture)
    }
    let side = preprocessing.side
    let each = 3 * side * side
    let batch = Tensor(shape: [prepared.count, 3, side, side], of: Float.self) { out in
      for (number, picture) in prepared.enumerated() {
        picture.withElements(of: Float.self) { values in
          _ = UnsafeMutableBufferPointer(rebasing: out[(number * each)..<((number + 1) * each)])
            .initialize(fromContentsOf: values)
        }
      }
    }
    return batch.converted(to: dtype)
  }

  /// All pictures in order, `size` at a time; the last batch may be shorter.
  package func forEachBatch(of size: Int, dtype: DType, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    guard size >= 1 else { throw ScoreError.badOption(name: "batch", expected: "at least 1", found: size) }
    var start = 0
    while start < count {
      let numbers = start..<(start + min(size, count - start))
      try body(numbers, pictures(numbers, dtype: dtype))
      start = numbers.upperBound
    }
  }
}
