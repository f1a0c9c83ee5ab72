import Files

extension Download {
  /// The file's name until it is whole and verified.
  package var partName: String { fileName + ".part" }

  /// Fetches the file into `folder` as `partName`, going on where an earlier call ended, verifies it, and hands its
  /// bytes to `finish`, which makes of them what is wanted. Then the part is removed.
  ///
  /// Nobody else fetches into the folder meanwhile. Where `finish` throws, the part stays: another call fetches
  /// nothing.
  ///
  /// - Parameters:
  ///   - progress: told how many bytes there are.
  ///   - isCancelled: asked ten times a second.
  /// - Throws: `DownloadError`, after which the part is what has arrived of the file, or gone where that is worth
  ///   nothing; `FileError` where the disk refuses; what `finish` throws.
  package func fetch(
    into folder: String, progress: (Int) -> Void = { _ in }, isCancelled: () -> Bool = { false },
    finish: ([UInt8]) throws -> Void
  ) throws {
    try FileSystem.createFolder(folder)
    let lock: FolderLock
    do { lock = try FolderLock(folder) } catch let error as FolderInUse {
      throw DownloadError.folderInUse(folder, process: error.process)
    }
    try withExtendedLifetime(lock) {
      let path = "\(folder)/\(partName)"
      try complete(path, progress, isCancelled)
      let bytes = try FileSystem.read(path, limit: limit)
      let found = try MessageDigest.hexadecimal(of: bytes, algorithm)
      guard found.hasPrefix(digest) else {
        try FileSystem.remove(path)
        throw DownloadError.digest(address: address, algorithm: algorithm, expected: digest, found: found)
      }
      try finish(bytes)
      try FileSystem.remove(path)
    }
  }

  /// Asks until the part is as long as the file. A server that cannot go on where the part ends sends the whole file
  /// instead, or refuses (416): then it is asked once more, for everything. A part without a byte is removed.
  private func complete(_ path: String, _ progress: (Int) -> Void, _ isCancelled: () -> Bool) throws {
    let part = try AppendedFile(extending: path)
    defer { if part.length == 0 { try? FileSystem.remove(path) } }
    if part.length > limit { try part.truncate(to: 0) }
    while part.length != byteCount {
      let start = part.length
      progress(start)
      let request = HTTPTransfer.Request(address: address, start: start, byteCount: byteCount, limit: limit)
      switch try HTTPTransfer.run(request, into: part, progress, isCancelled) {
      case .complete: return
      case .rangeRefused where start > 0:
        // Nothing may be missing, where nobody has said how long the file is.
        if byteCount == nil, try isVerified(path) { return }
        try part.truncate(to: 0)
      case .rangeRefused: throw DownloadError.status(address: address, code: 416)
      }
    }
  }

  private func isVerified(_ path: String) throws -> Bool {
    try MessageDigest.hexadecimal(of: FileSystem.read(path, limit: limit), algorithm).hasPrefix(digest)
  }
}
