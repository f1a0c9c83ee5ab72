import Files

/// What an address has to hold to be answered: 256 random bits, new for every server.
package struct Secret: Sendable {
  package let text: String

  package init() {
    var generator = SystemRandomNumberGenerator()
    text = SHA256.hexadecimal((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// Whether it is the secret; how long that takes says nothing about where the two differ.
  package func matches(_ other: some StringProtocol) -> Bool {
    let (mine, theirs) = (Array(text.utf8), Array(other.utf8))
    var difference = UInt8(mine.count == theirs.count ? 0 : 1)
    for index in mine.indices { difference |= mine[index] ^ (index < theirs.count ? theirs[index] : 0) }
    return difference == 0
  }
}
