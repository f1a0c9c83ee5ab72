import Files

/// CIFAR in one of the forms that its authors offer and this package does not read: the Python and the Matlab version,
/// and CIFAR-100.
package struct OtherCIFAR: Error, Equatable, CustomStringConvertible {
  package let path: String
  /// "the Python version of CIFAR-10".
  package let name: String

  /// Names by which each form is known, in the folder that is given or in the one that its archive unpacks to.
  private static let forms: [(name: String, folder: String, files: [String], archive: String)] = [
    (
      "the Python version of CIFAR-10", "cifar-10-batches-py", ["data_batch_1", "batches.meta", "test_batch"],
      "cifar-10-python.tar.gz"
    ),
    (
      "the Matlab version of CIFAR-10", "cifar-10-batches-mat",
      ["data_batch_1.mat", "batches.meta.mat", "test_batch.mat"],
      "cifar-10-matlab.tar.gz"
    ),
    ("the Python version of CIFAR-100", "cifar-100-python", ["train", "meta", "file.txt~"], "cifar-100-python.tar.gz"),
    ("the Matlab version of CIFAR-100", "cifar-100-matlab", ["train.mat", "meta.mat"], "cifar-100-matlab.tar.gz"),
    ("CIFAR-100", "cifar-100-binary", ["train.bin", "fine_label_names.txt"], "cifar-100-binary.tar.gz"),
  ]

  /// `nil` where the path is, or holds, none of them, or also holds what this package reads.
  package init?(at path: String) {
    guard FileSystem.kind(of: path) != .folder || !CIFAR10.isHeld(by: path) else { return nil }
    func has(_ name: String) -> Bool { FileSystem.kind(of: "\(path)/\(name)") == .file }
    let form = Self.forms.first { form in
      // Of the files at least two: "train" and "meta" alone are anybody's names.
      form.files.count(where: has) >= 2 || FileSystem.kind(of: "\(path)/\(form.folder)") == .folder || has(form.archive)
        || path.hasSuffix(form.archive) && FileSystem.kind(of: path) == .file
    }
    guard let form else { return nil }
    (self.path, name) = (path, form.name)
  }

  package var description: String {
    "\(path): this is \(name), expected the binary version of CIFAR-10; get it with \"book fetch cifar10 --to DIR\" "
      + "and give --data DIR, or take the same photographs out of this package (chapter 3 without --data, chapter 6 "
      + "with --data embedded-cifar10)"
  }
}
