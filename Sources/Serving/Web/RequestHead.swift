/// The request line and the header fields, read as far as the guard has to know them.
struct RequestHead {
  private let lines: [String]

  /// `nil` where it is no HTTP/1 request.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let isClean = text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F || "\r\n\t".unicodeScalars.contains($0)
    }
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    // Behind the empty line there is nothing.
    while lines.last == "" { lines.removeLast() }
    guard isClean, let first = lines.first, first.wholeMatch(of: /[A-Z]{1,16} [\x21-\x7E]+ HTTP\/1\.[01]/) != nil,
      // A line break of another kind, or a line folded over two, would be read differently by others.
      lines.allSatisfy({ !$0.unicodeScalars.contains("\n") && !$0.unicodeScalars.contains("\r") }),
      lines.dropFirst().allSatisfy({ $0.prefixMatch(of: /[!#$%&'*+.^_`|~0-9A-Za-z-]+:/) != nil })
    else { return nil }
    self.lines = lines
    // Of two, one reader would believe the first and another the last.
    guard ["host", "origin"].allSatisfy({ values($0).count <= 1 }) else { return nil }
  }

  private func values(_ name: String) -> [String] {
    lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { return nil }
      return String(line[line.index(after: colon)...].trimmed)
    }
  }

  /// The bytes of the body; `nil` where the request does not say it in one plain number.
  var bodyLength: Int? {
    let lengths = values("content-length")
    guard values("transfer-encoding").isEmpty, lengths.count <= 1 else { return nil }
    guard let text = lengths.first else { return lines[0].hasPrefix("POST ") ? nil : 0 }
    guard text.count <= 15, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(text)
  }

  /// What the server behind gets: a request after which the connection ends, and that wants no other protocol.
  var forwarded: [UInt8] {
    let kept = lines.filter { line in
      let name = line.prefix { $0 != ":" }.lowercased()
      return !["connection", "keep-alive", "upgrade", "expect"].contains(name)
    }
    return Array((kept + ["Connection: close"]).map { $0 + "\r\n" }.joined().utf8) + Array("\r\n".utf8)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text = text.dropLast() }
    return text
  }
}
