/// How a dictionary's key appears in the name of an entry: as Python prints it.
enum PickleKey {
  /// `nil` for what has no name: tensors, foreign objects, tuples of them.
  static func text(of key: PickleValue, in document: PickleDocument) -> String? {
    text(of: key, in: document, depth: 0)
  }

  private static func text(of key: PickleValue, in document: PickleDocument, depth: Int) -> String? {
    switch key {
    case .none: return "None"
    case .bool(let flag): return flag ? "True" : "False"
    case .int(let number): return String(number)
    case .unsigned(let number): return String(number)
    case .double(let number): return "\(number)"
    case .complex(let real, let imaginary): return "(\(real)+\(imaginary)j)"
    case .string(let text): return text
    case .global(let name): return name
    case .tuple(let index):
      let items = document.sequences[index]
      guard depth < 4, items.count <= 16 else { return nil }
      let texts = items.compactMap { text(of: $0, in: document, depth: depth + 1) }
      guard texts.count == items.count else { return nil }
      return texts.count == 1 ? "(\(texts[0]),)" : "(\(texts.joined(separator: ", ")))"
    case .bigInt, .bytes, .list, .set, .dictionary, .storage, .tensor, .object: return nil
    }
  }
}
