import TensorFiles
import Tensors

/// Holds the values of one entry of two runs against each other, element by element.
package struct DumpComparison {
  /// One value of both runs.
  package struct Line: Sendable {
    package let name: String
    package let text: String
    package let isEqual: Bool
  }

  package let lines: [Line]

  /// Compares what `--trace-dump` has written, values of one name with each other.
  ///
  /// - Throws: `FileError` where an entry cannot be read.
  package init(_ first: TensorFile, _ second: TensorFile) throws {
    lines = try first.entries.map { entry in
      guard let other = second.entries.first(where: { $0.name == entry.name }) else {
        return Line(name: entry.name, text: "only the first run has it", isEqual: false)
      }
      return try Self.compare(entry.name, entry.tensor(file: first.path), other.tensor(file: second.path))
    }
  }

  private static func compare(_ name: String, _ a: Tensor, _ b: Tensor) -> Line {
    guard a.shape == b.shape, a.dtype == b.dtype else {
      return Line(name: name, text: "\(a.dtype) \(a.shape) and \(b.dtype) \(b.shape)", isEqual: false)
    }
    let (mine, others) = (a.values, b.values)
    let differing = mine.indices.filter { mine[$0].bitPattern != others[$0].bitPattern }
    guard let first = differing.first else { return Line(name: name, text: "the same bits in both", isEqual: true) }
    func shown(_ place: Int) -> String {
      let distance = ULPDistance.between(mine[place], others[place], in: ElementType(a.dtype))
      let ulps = distance.map { $0 == 1 ? ", 1 ULP" : ", \($0) ULP" } ?? ""
      return
        "\(index(place, a.shape)): \(shortest(mine[place], a.dtype)) and \(shortest(others[place], a.dtype))\(ulps)"
    }
    func distance(_ place: Int) -> Double {
      let distance = abs(mine[place] - others[place])
      return distance.isNaN ? .infinity : distance
    }
    let largest = differing.max { distance($0) < distance($1) } ?? first
    var text = "\(differing.count) of \(mine.count) elements differ; the first \(shown(first))"
    if largest != first { text += "; the largest difference \(shown(largest))" }
    return Line(name: name, text: text, isEqual: false)
  }

  /// The place of an element in a tensor of that shape.
  private static func index(_ place: Int, _ shape: [Int]) -> String {
    var rest = place
    var index: [Int] = []
    for extent in shape.reversed() {
      index.append(rest % max(1, extent))
      rest /= max(1, extent)
    }
    return "\(Array(index.reversed()))"
  }

  /// The shortest decimal number that is this one in its precision.
  private static func shortest(_ value: Double, _ dtype: DType) -> String {
    dtype == .float32 ? "\(Float(value))" : "\(value)"
  }
}
