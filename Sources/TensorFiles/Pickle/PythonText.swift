/// Texts as Python writes them into pickles: UTF-8 in which half a surrogate pair may stand alone ("surrogatepass"), as
/// in names of files that are no text.
enum PythonText {
  /// The text, with the replacement character for half a pair; `nil` where the bytes are something else.
  static func decoded(_ encoded: ArraySlice<UInt8>) -> String? {
    if let text = String(validating: encoded, as: UTF8.self) { return text }
    var rest = encoded
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      let next = rest.prefix(2)
      if byte == 0xED, next.count == 2, next.allSatisfy({ $0 & 0xC0 == 0x80 }), next.first.map({ $0 >= 0xA0 }) == true {
        bytes += [0xEF, 0xBF, 0xBD]
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
