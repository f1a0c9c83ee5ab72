import Files
import TensorFiles
import Tensors

/// An .npy file [N, width] that grows batch by batch and appears whole or not at all: logits or features for NumPy to
/// read.
package final class RowFile {
  package let path: String
  /// Rows that are still to come.
  private var missing: Int
  private let rows: Int
  private let file: AtomicFile
  private var layout: (width: Int, dtype: DType)?

  /// - Throws: `FileError` where the file cannot be made.
  package init(_ path: String, rows: Int) throws {
    precondition(rows >= 0, "a file of \(rows) rows")
    (self.path, self.rows, missing) = (path, rows, rows)
    file = try AtomicFile(path)
  }

  /// Appends rows [n, width], all of the first ones' width and precision.
  ///
  /// - Throws: `FileError` where they cannot be written, `ScoreError` where there are more than were announced.
  package func append(_ batch: Tensor) throws {
    precondition(batch.rank == 2, "rows come as a matrix, found shape \(batch.shape)")
    if layout == nil {
      layout = (batch.shape[1], batch.dtype)
      let header = try NPY.header(ElementType(batch.dtype), shape: [rows, batch.shape[1]], name: path)
      try file.append(header)
    }
    precondition(
      layout?.width == batch.shape[1] && layout?.dtype == batch.dtype, "rows changed to \(batch.dtype) \(batch.shape)")
    guard batch.shape[0] <= missing else {
      throw ScoreError.tooManyPictures(announced: rows, found: rows - missing + batch.shape[0])
    }
    missing -= batch.shape[0]
    try batch.withBytes { try file.append($0) }
  }

  /// Makes the file appear.
  ///
  /// - Throws: `ScoreError` where rows are missing, `FileError` where it cannot be completed; then there is none.
  package func commit() throws {
    guard missing == 0 else { throw ScoreError.missingPictures(announced: rows, found: rows - missing) }
    try file.commit()
  }
}
