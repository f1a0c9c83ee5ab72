/// Numbers 0 ..< count in so many parts of nearly one length: `numpy.array_split(numpy.arange(count), parts)`.
///
/// count = q·parts + r: the first r parts have q + 1 numbers, the others q. torch-fidelity cuts elsewhere where r > 0:
/// part i begins at ⌊i·count/parts⌋.
package struct ArraySplit: Sendable, Equatable {
  package let count: Int
  package let parts: Int

  package init(count: Int, parts: Int) {
    precondition(count >= 0 && parts > 0, "\(count) numbers cannot be split into \(parts) parts")
    (self.count, self.parts) = (count, parts)
  }

  /// The numbers of one part.
  package subscript(_ part: Int) -> Range<Int> { start(of: part)..<start(of: part + 1) }

  /// The part that holds a number.
  package func part(of number: Int) -> Int {
    precondition((0..<count).contains(number), "number \(number) is in no part of \(count)")
    let (shorter, longer) = (count / parts, count % parts)
    let inLonger = longer * (shorter + 1)
    return number < inLonger ? number / (shorter + 1) : longer + (number - inLonger) / shorter
  }

  private func start(of part: Int) -> Int {
    precondition((0...parts).contains(part), "there is no part \(part) of \(parts)")
    return count / parts * part + min(part, count % parts)
  }
}
