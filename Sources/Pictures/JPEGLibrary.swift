import Files

extension JPEG {
  /// "libjpeg-turbo 2.1.5": the library that decodes.
  ///
  /// Its interface cannot be asked for a version, and the headers are those of the build, so this looks for the
  /// copyright notice in the file that is loaded. Where the system does not say which that is, the version is unknown.
  package static var library: String { "libjpeg-turbo \(loadedVersion ?? "of unknown version")" }

  private static var loadedVersion: String? {
    // "7f12a0000000-7f12a0010000 r-xp 00000000 08:01 1234   /usr/lib/x86_64-linux-gnu/libturbojpeg.so.0.2.0"
    let maps = FileSystem.systemText("/proc/self/maps").split(separator: "\n")
    guard let line = maps.first(where: { $0.contains("/libturbojpeg") }), let start = line.firstIndex(of: "/"),
      let bytes = try? FileSystem.read(String(line[start...]), limit: 64 << 20)
    else { return nil }
    let notice = Array("libjpeg-turbo version ".utf8)
    for start in bytes.indices.dropLast(notice.count)
    where bytes[start] == notice[0] && bytes[start...].starts(with: notice) {
      let version = bytes[(start + notice.count)...].prefix(24).prefix { $0 > 0x20 && $0 < 0x7F }
      return String(decoding: version, as: UTF8.self)
    }
    return nil
  }
}
