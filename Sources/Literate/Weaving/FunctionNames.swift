/// The names of functions in MathML: log, min, softplus.
///
/// Pandoc writes them as operators, with an operator's wide space on both sides. TeX puts a thin space before the
/// argument, and none before a bracket. Where something stands below or above the name, the space belongs behind all of
/// it: an element such as `<msub>` must keep exactly its children.
struct FunctionNames {
  /// Every tag with the text behind it.
  private let tokens: [Substring]
  private var out: [Substring] = []
  /// For every element that is open, whether its base is a name.
  private var open: [Bool] = []

  static func finished(_ math: String) -> String {
    var names = FunctionNames(
      tokens: math.split(separator: "<", omittingEmptySubsequences: false).dropFirst().map { $0 })
    names.run()
    return names.out.map { "<" + $0 }.joined()
  }

  private init(tokens: [Substring]) { self.tokens = tokens }

  private static let scripts: Set<Substring> = ["msub>", "msup>", "msubsup>", "munder>", "mover>", "munderover>"]
  private static let space: [Substring] = ["mspace width=\"0.167em\">", "/mspace>"]

  private mutating func run() {
    var index = 0
    while index < tokens.count {
      let token = tokens[index]
      if isName(index) {
        let isBase = index > 0 && Self.scripts.contains(tokens[index - 1])
        if isBase { open[open.count - 1] = true } else { addSpaceBefore() }
        out += ["mi>" + token.dropFirst(3), "/mi>"]
        index += 2
        if !isBase { addSpaceBehind(index) }
        continue
      }
      if Self.scripts.contains(token), isName(index + 1) { addSpaceBefore() }
      out.append(token)
      index += 1
      if token.hasPrefix("/") {
        if open.popLast() == true { addSpaceBehind(index) }
      } else {
        open.append(false)
      }
    }
  }

  /// Whether an operator of letters begins here: pandoc's function name.
  private func isName(_ index: Int) -> Bool {
    guard index + 1 < tokens.count, tokens[index].hasPrefix("mo>"), tokens[index + 1].hasPrefix("/mo>") else {
      return false
    }
    let name = tokens[index].dropFirst(3)
    return name.count > 1 && name.allSatisfy { $0.isASCII && $0.isLetter }
  }

  private mutating func addSpaceBefore() {
    guard let last = out.last, last.hasPrefix("/m"), !["/mo>", "/mspace>"].contains(last) else { return }
    out += Self.space
  }

  private mutating func addSpaceBehind(_ index: Int) {
    guard index < tokens.count else { return }
    let next = tokens[index]
    let isBracket = next == "mrow>" && index + 1 < tokens.count && tokens[index + 1].hasPrefix("mo ")
    let isTight = ["/", "mo>", "mo ", "mspace", "annotation"].contains { next.hasPrefix($0) }
    if !isBracket && (!isTight || isName(index)) { out += Self.space }
  }
}
