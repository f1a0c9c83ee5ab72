/// What a text is that stands where something else was expected: a download that failed leaves one of the right name.
package enum TextSignature {
  /// In words, `other` for a text that is none of the kinds known here; `nil` where the bytes are no text.
  package static func description(of bytes: ArraySlice<UInt8>, other: String = "a text") -> String? {
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0) }) else {
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.hasPrefix("version https://git-lfs") { return "a pointer of Git LFS, whose content was not fetched" }
    if text.contains("<svg") { return "an SVG" }
    if text.contains("<html") || text.contains("<!doctype") { return "an HTML page: the download failed" }
    return other
  }
}
