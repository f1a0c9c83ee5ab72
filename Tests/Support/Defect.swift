import Files

/// The defect that `body` throws, `nil` where it throws none or something else than a `FileError`.
package func defect(_ body: () throws -> Void) -> FileError.Defect? {
  do {
    try body()
    return nil
  } catch { return (error as? FileError)?.defect }
}
