extension TensorFile {
  /// Reads a tensor file of any format this package knows: safetensors, NumPy's npy and npz, PyTorch's pth, each also compressed with zstd.
  ///
  /// The content decides, not the name. `limit` bounds what compressed content may unpack to; where it is not given, that is four
  /// times the file's size and 64 MiB. Throws `FileError`.
  package init(contentsOf path: String, limit: Int? = nil) throws {
    try self.init(bytes: FileSystem.read(path), path: path, limit: limit)
  }

  /// Reads bytes of any known format.
  package init(bytes: [UInt8], path: String, limit: Int? = nil) throws {
    let limit = limit ?? Zstd.defaultLimit(for: bytes.count)
    let content = Zstd.isCompressed(bytes) ? try Zstd.decompress(bytes, limit: limit, file: path) : bytes
    if NPY.isNPY(content) {
      // An npy file holds one array without a name.
      try self.init(path: path, entries: [NPY.read(content[...], name: "array", file: path)])
    } else if ZipArchive.isZip(content) {
      let members = try ZipArchive.members(of: content, limit: limit, file: path)
      if members.contains(where: { $0.name.hasSuffix("/data.pkl") || $0.name == "data.pkl" }) {
        try self.init(torchMembers: members, path: path, limit: limit)
      } else {
        try self.init(npzMembers: members, path: path)
      }
    } else if content.starts(with: [0x80, 0x02, 0x8A, 0x0A]) {
      throw FileError(
        path, .unsupported, at: "offset 0", expected: "a zip archive, PyTorch's format since 1.6",
        found: "PyTorch's older format", remedy: "load and save it again with a newer PyTorch")
    } else {
      try self.init(safetensors: content, path: path)
    }
  }

  /// The arrays of an npz: every member is an npy file, named after it.
  private init(npzMembers members: [ZipArchive.Member], path: String) throws {
    try self.init(
      path: path,
      entries: members.map { member in
        guard member.name.hasSuffix(".npy") else {
          throw FileError(
            path, .badContainer, at: "member \(member.name)", expected: "npy files (npz) or a data.pkl (PyTorch)",
            found: "another file")
        }
        return try NPY.read(member.bytes[...], name: String(member.name.dropLast(4)), file: path)
      })
  }
}
