import Files

extension TensorFile {
  /// Reads a tensor file of any format this package knows: safetensors, NumPy's npy and npz, PyTorch's pth, each also
  /// compressed with zstd.
  ///
  /// The content decides, not the name. `limit` bounds what compressed content may unpack to; where it is not given,
  /// that is four times the file's size and 64 MiB. `view` says what the elements are that NumPy has no type for. What
  /// is no tensor, or one of a type that is unknown here, is noted in `unread`, and with `leavingDamaged` also every
  /// tensor whose own bytes are damaged. Throws `FileError`, also where there is nothing but that.
  package init(
    contentsOf path: String, limit: Int? = nil, view: ElementType? = nil, leavingDamaged: Bool = false
  ) throws {
    try self.init(
      bytes: FileSystem.read(path), path: path, limit: limit, view: view, leavingDamaged: leavingDamaged)
  }

  /// Reads bytes of any known format.
  package init(
    bytes: [UInt8], path: String, limit: Int? = nil, view: ElementType? = nil, leavingDamaged: Bool = false
  ) throws {
    let limit = limit ?? Zstd.defaultLimit(for: bytes.count)
    let content = Zstd.isCompressed(bytes) ? try Zstd.decompress(bytes, limit: limit, file: path) : bytes
    if NPY.isNPY(content) {
      // An npy file holds one array without a name.
      try self.init(path: path, entries: [NPY.read(content[...], name: "array", file: path, view: view)])
    } else if ZipArchive.isZip(content) {
      var damaged: [(name: String, error: FileError)] = []
      func isPickle(_ name: String) -> Bool { name.hasSuffix("/data.pkl") || name == "data.pkl" }
      let members = try ZipArchive.members(of: content, limit: limit, file: path) { name, error in
        guard leavingDamaged, !isPickle(name) else { throw error }
        damaged.append((name, error))
      }
      if members.contains(where: { isPickle($0.name) }) {
        // A storage that is damaged is one that is not there, and the tensors of it are noted.
        try self.init(torchMembers: members, path: path, limit: limit, leavingDamaged: leavingDamaged)
      } else {
        try self.init(npzMembers: members, damaged: damaged, path: path, view: view)
      }
    } else if Self.isLegacyTorchFile(content) {
      try self.init(legacyTorchFile: content, path: path, limit: limit)
    } else {
      try self.init(safetensors: content, path: path, leavingDamaged: leavingDamaged)
    }
  }

  /// The arrays of an npz: every member that is an npy file, named after it. Other files, and arrays of what is no
  /// number, are noted.
  private init(
    npzMembers members: [ZipArchive.Member], damaged: [(name: String, error: FileError)], path: String,
    view: ElementType?
  ) throws {
    try self.init(path: path)
    var refusal = damaged.first?.error
    unread = damaged.map { name, error in
      Unread(name: Self.arrayName(name), what: "a damaged array (\(error.found))", isDamaged: true)
    }
    for member in members {
      guard NPY.isNPY(member.bytes) else {
        if refusal == nil {
          refusal = FileError(
            path, .badContainer, at: "member \(member.name)", expected: "npy files (npz) or a data.pkl (PyTorch)",
            found: "another file")
        }
        unread.append(Unread(name: member.name, what: "a file that is no array"))
        continue
      }
      let name = Self.arrayName(member.name)
      do {
        try append(NPY.read(member.bytes[...], name: name, file: path, view: view))
      } catch let error as FileError {
        if refusal == nil { refusal = error }
        let isForeign = error.defect == .unknownElementType || error.defect == .unsupported
        let what = isForeign ? "an array of \(error.found)" : "a damaged array (\(error.place): \(error.found))"
        unread.append(Unread(name: name, what: what, bytes: member.bytes[...], isDamaged: !isForeign))
      }
    }
    self = try requiringEntries(refusal)
  }

  private static func arrayName(_ member: String) -> String {
    member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
  }
}
