import Files
import TensorFiles
import Tensors

/// Finds where two traces part.
package struct TraceComparison {
  /// The first difference, with what there is to say about it.
  package struct Difference: Sendable {
    package enum Kind: Sendable, Equatable {
      /// The same inputs, another output: the operation itself computes something else.
      case output(Int)
      /// The inputs are the same, the numbers that decide what is computed are not.
      case settings
      /// One of the runs gives it another value than the other does, of those that both have.
      case input(Int)
      /// A random draw from another place of the stream.
      case stream
      /// The runs do different things.
      case otherOperation
      /// One of the traces ends here.
      case end
    }

    package let kind: Kind
    /// What each run does there; `nil` where it has ended.
    package let first: TraceEvent.Operation?
    package let second: TraceEvent.Operation?
    package let place: Place
    /// What the inputs are called, where they are parameters of a network, or results of their optimizer.
    package let inputNames: [String?]
  }

  /// Where in a run an entry is.
  package struct Place: Sendable {
    /// What the program's progress says: the label, and how many had been done.
    package var progress: (label: String, done: Int)?
    /// The layer whose output is the first to follow.
    package var layer: String?
    package var entry = 0
  }

  /// How far both agree.
  package private(set) var entries = 0
  package private(set) var difference: Difference?

  /// Operations with which a layer begins.
  private static let partsOfLayers: Set<String> = [
    "convolution", "convolutionInputGradient", "matrixProduct", "multiplyByNumber", "channelMoments",
  ]

  private struct Side {
    var reader: TraceReader
    var progress: (label: String, done: Int)?
    /// Values by number that have the name of a parameter.
    var names: [Int: String] = [:]

    /// The next operation.
    mutating func next() throws -> TraceEvent.Operation? {
      while let event = try reader.next() {
        switch event {
        case .operation(let operation):
          return operation
        case .progress(let label, let count): progress = (label, count)
        case .layer: continue
        }
      }
      return nil
    }

    /// Remembers what an operation says about names; an optimizer's result is the parameter still.
    mutating func note(_ operation: TraceEvent.Operation) {
      if operation.name == "parameter" {
        names[operation.firstOutput] = operation.text
      } else if operation.name == "adamStep", let input = operation.inputs.first, let name = names[input.number] {
        names[operation.firstOutput] = name
      }
    }

    /// The layer that the operation just read computes: it, or the next operations on what it makes, give the layer's
    /// output.
    func layer(of operation: TraceEvent.Operation) -> String? {
      var reader = reader
      var made = Set(operation.firstOutput..<operation.firstOutput + operation.outputs.count)
      let isPart = TraceComparison.partsOfLayers.contains(operation.name)
      for _ in 0..<8 {
        guard let event = try? reader.next() else { return nil }
        switch event {
        case .layer(let path, let number): return made.contains(number) ? path : nil
        case .operation(let next):
          if isPart, next.inputs.contains(where: { made.contains($0.number) }) {
            made.formUnion(next.firstOutput..<next.firstOutput + next.outputs.count)
          }
        case .progress: break
        }
      }
      return nil
    }
  }

  /// Compares operation by operation, up to the first difference.
  ///
  /// - Throws: `FileError` where one is damaged, or they are traces of different chapters.
  package init(_ first: TraceFile, _ second: TraceFile) throws {
    guard first.header.chapter == second.header.chapter else {
      throw FileError(
        second.path, .inconsistent, at: "its header",
        expected: "a trace of \(first.header.chapter), as \(first.path) is",
        found: "one of \(second.header.chapter)")
    }
    var sides = [Side(reader: TraceReader(first)), Side(reader: TraceReader(second))]
    while true {
      let (a, b) = (try sides[0].next(), try sides[1].next())
      if a == nil, b == nil { return }
      if let kind = Self.difference(a, b) {
        let layer = a.flatMap { $0.isBackward ? nil : sides[0].layer(of: $0) }
        difference = Difference(
          kind: kind, first: a, second: b,
          place: Place(progress: sides[0].progress ?? sides[1].progress, layer: layer, entry: entries),
          inputNames: (a ?? b)?.inputs.map { sides[a == nil ? 1 : 0].names[$0.number] } ?? [])
        return
      }
      if let a, let b {
        sides[0].note(a)
        sides[1].note(b)
      }
      entries += 1
    }
  }

  private static func difference(_ a: TraceEvent.Operation?, _ b: TraceEvent.Operation?) -> Difference.Kind? {
    guard let a, let b else { return .end }
    guard a.name == b.name, a.text == b.text, a.inputs.count == b.inputs.count, a.outputs.count == b.outputs.count,
      a.inputs.map(\.shape) == b.inputs.map(\.shape)
    else { return .otherOperation }
    if let input = a.inputs.indices.first(where: { a.inputs[$0].digest != b.inputs[$0].digest }) {
      return .input(input)
    }
    if a.settings.map(\.bitPattern) != b.settings.map(\.bitPattern) { return .settings }
    if a.stream != b.stream { return .stream }
    for (index, (mine, other)) in zip(a.outputs, b.outputs).enumerated() {
      guard mine.shape == other.shape, mine.dtype == other.dtype else { return .otherOperation }
      if mine.digest != other.digest { return .output(index) }
    }
    return nil
  }
}
