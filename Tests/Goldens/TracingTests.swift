import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// One trace at a time, of what the test's own thread computes.
@Suite(.serialized) struct TracingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The trace of what `compute` does.
  private func trace(
    _ name: String = "a", chapter: String = "98-test", finished: Bool = true, _ compute: () throws -> Void
  ) throws -> TraceFile {
    let writer = try TraceFileWriter(folder(name), header: .init(chapter: chapter, dtype: .float32))
    writer.begin()
    try compute()
    try writer.end(isFinished: finished)
    return try TraceFile(contentsOf: folder(name))
  }

  private func operations(_ file: TraceFile) throws -> [TraceEvent.Operation] {
    var reader = TraceReader(file)
    var found: [TraceEvent.Operation] = []
    while let event = try reader.next() { if case .operation(let operation) = event { found.append(operation) } }
    return found
  }

  private func digest(_ tensor: Tensor) -> [UInt64] {
    let digest = tensor.withBytes { TraceFormat.digest($0) }
    return [digest.0, digest.1]
  }

  private func digest(_ operation: TraceEvent.Operation?) -> [UInt64] {
    operation.map { [$0.outputs[0].digest.first, $0.outputs[0].digest.second] } ?? []
  }

  private func tensor(_ count: Int, _ start: Float = 0) -> Tensor {
    Tensor((0..<count).map { start + Float($0) / 7 }, shape: [count])
  }

  private func somethingComputed(slope: Double = 0.2, last: Float = 1) {
    let x = tensor(12).withShape([3, 4])
    let y = Primitive.unary(.leakyReLU(slope: slope), Primitive.binary(.subtract, x, Tensor([Float(1)], shape: [1])))
    _ = Primitive.sum(Primitive.binary(.multiply, y, Tensor([last, 2, 3, 4], shape: [4])), axes: [1])
  }

  // MARK: - What a trace holds

  @Test func `a trace has every operation in order, with its settings, shapes, and which values it was given`() throws {
    let found = try operations(trace { somethingComputed() })
    #expect(found.map(\.name) == ["data", "data", "subtract", "leakyReLU", "data", "multiply", "sum"])
    #expect(found.map(\.entry) == Array(0..<7))
    #expect(found[2].inputs.map(\.number) == [1, 2] && found[2].inputs.map(\.shape) == [[3, 4], [1]])
    #expect(found[3].settings == [0.2] && found[6].settings == [1])
    #expect(found[5].inputs.map(\.number) == [4, 5])
    #expect(found[6].outputs.map(\.shape) == [[3, 1]])
    #expect(digest(found[0]) == digest(tensor(12)))
  }

  @Test func `what is computed inside of an operation is not traced beside it`() throws {
    let x = Tensor((0..<32).map { Float($0) }, shape: [1, 2, 4, 4])
    let w = Tensor((0..<36).map { Float($0) }, shape: [2, 2, 3, 3])
    let geometry = ConvolutionGeometry(input: x.shape, weight: w.shape, stride: 1, padding: 1)
    let found = try operations(
      trace { _ = Primitive.products.convolution(x, w, geometry, activation: .relu) })
    #expect(found.map(\.name) == ["data", "data", "convolution"])
    #expect(found[2].settings == [1, 1, 1, 1, 0])
  }

  @Test func `values are digested as they were, though their memory has long been given back`() throws {
    var made: [[UInt64]] = []
    let start = Tensor(repeating: 1.5, shape: [1 << 18], dtype: .float32)
    let found = try operations(
      trace {
        // Thrice what may wait to be digested, each value gone at once and its memory free for the next.
        for number in 0..<400 {
          let value = Primitive.unary(.add(Double(number)), start)
          if number % 40 == 0 { made.append(digest(value)) }
        }
      })
    let sums = found.filter { $0.name == "addNumber" }
    #expect(sums.count == 400)
    #expect(Set(sums.map(\.outputs[0].digest.text)).count == 400)
    for (index, own) in made.enumerated() { #expect(digest(sums[40 * index]) == own) }
  }

  @Test func `a bias that may take its input's memory leaves it alone while somebody may still digest it`() throws {
    let x = Tensor((0..<1 << 16).map { Float($0) }, shape: [1, 4, 128, 128])
    let bias = tensor(4, 1)
    var before: [UInt64] = []
    let found = try operations(
      trace {
        let y = Primitive.unary(.negate, x)
        before = digest(y)
        _ = Primitive.addChannelBias(y, bias, activation: .relu, reusingMemory: true)
      })
    #expect(digest(found.first { $0.name == "negate" }) == before)
    #expect(found.last?.name == "addChannelBias" && digest(found.last) != before)
  }

  @Test func `every bit of a value counts for its digest, and its place does`() {
    var bytes = [UInt8](repeating: 0, count: 3000)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 >> 3) }
    func digest(_ bytes: some Collection<UInt8>) -> [UInt64] {
      Array(bytes).withUnsafeBytes {
        let digest = TraceFormat.digest($0)
        return [digest.0, digest.1]
      }
    }
    var seen: Set<[UInt64]> = [digest(bytes)]
    for bit in stride(from: 0, to: 8 * bytes.count, by: 7) {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(seen.insert(digest(changed)).inserted, "bit \(bit)")
    }
    for length in 0..<200 { #expect(seen.insert(digest(bytes.prefix(length))).inserted, "length \(length)") }
    for stripe in stride(from: 0, to: 2900, by: 64) {
      var swapped = bytes
      swapped.swapAt(stripe, stripe + 64)
      if swapped != bytes { #expect(seen.insert(digest(swapped)).inserted, "stripe \(stripe)") }
    }
  }

  @Test func `what other threads compute is not in the trace`() throws {
    let found = try operations(
      trace {
        _ = try Parallel.map(8) { Primitive.unary(.negate, tensor(100, Float($0))) }
        _ = Primitive.unary(.absolute, tensor(5))
      })
    #expect(found.map(\.name) == ["data", "absolute"])
  }

  // MARK: - Comparing

  @Test func `equal runs do not differ`() throws {
    let comparison = try TraceComparison(trace("a") { somethingComputed() }, trace("b") { somethingComputed() })
    #expect(comparison.difference == nil && comparison.entries == 7)
    #expect(comparison.text == "no difference in 7 entries")
  }

  @Test func `a setting that differs is named before its consequences`() throws {
    let comparison = try TraceComparison(
      trace("a") { somethingComputed() }, trace("b") { somethingComputed(slope: 0.25) })
    let difference = try #require(comparison.difference)
    #expect(difference.kind == .settings && difference.place.entry == 3)
    #expect(comparison.text.contains("leakyReLU: its inputs agree, its settings do not"))
    #expect(comparison.text.contains("leakyReLU(0.2) of [3, 4]") && comparison.text.contains("leakyReLU(0.25)"))
  }

  @Test func `data that differ are named where they are first used`() throws {
    let comparison = try TraceComparison(trace("a") { somethingComputed() }, trace("b") { somethingComputed(last: 9) })
    #expect(comparison.difference?.kind == .output(0) && comparison.difference?.place.entry == 4)
    #expect(comparison.text.contains("data that no operation has made"))
  }

  @Test func `an operation that is given another of the earlier values is named with the input`() throws {
    func run(_ name: String, swapped: Bool) throws -> TraceFile {
      try trace(name) {
        let a = Primitive.unary(.negate, tensor(5))
        let b = Primitive.unary(.absolute, tensor(5, 3))
        _ = swapped ? Primitive.binary(.subtract, a, a) : Primitive.binary(.subtract, a, b)
      }
    }
    let comparison = try TraceComparison(run("a", swapped: false), run("b", swapped: true))
    #expect(comparison.difference?.kind == .input(1))
    #expect(comparison.text.contains("subtract: input 1 is another value"))
  }

  @Test func `another operation, and an earlier end, are told apart`() throws {
    let a = try trace("a") { _ = Primitive.unary(.negate, tensor(5)) }
    let b = try trace("b") { _ = Primitive.unary(.absolute, tensor(5)) }
    #expect(try TraceComparison(a, b).difference?.kind == .otherOperation)
    let c = try trace("c") { _ = Primitive.unary(.absolute, Primitive.unary(.negate, tensor(5))) }
    #expect(try TraceComparison(a, c).difference?.kind == .end)
    #expect(try TraceComparison(c, a).text.contains("has ended"))
  }

  @Test func `traces of different chapters are refused by name`() throws {
    let a = try trace("a") { somethingComputed() }
    let b = try trace("b", chapter: "97-other") { somethingComputed() }
    let error = #expect(throws: FileError.self) { try TraceComparison(a, b) }
    #expect(error?.description.contains("97-other") == true)
  }

  // MARK: - Damage

  private func readAll(_ bytes: [UInt8]) throws {
    var reader = TraceReader(try TraceFile(bytes: bytes, path: "trace"))
    while try reader.next() != nil {}
  }

  @Test func `a trace that ends anywhere but at its end was cut off`() throws {
    _ = try trace { somethingComputed() }
    let bytes = try FileSystem.read(folder("a"))
    try readAll(bytes)
    for length in bytes.indices {
      let error = #expect(throws: FileError.self) { try readAll(Array(bytes.prefix(length))) }
      if length > TraceFormat.magic.count {
        #expect(error?.defect == .truncated, "\(length): \(error.map(String.init(describing:)) ?? "")")
      }
    }
  }

  @Test func `a bit that is turned anywhere is found`() throws {
    _ = try trace { somethingComputed() }
    let bytes = try FileSystem.read(folder("a"))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      #expect(throws: FileError.self, "byte \(index)") { try readAll(damaged) }
    }
  }

  @Test func `a trace that has more bytes behind its end, or says that it has other records, is refused`() throws {
    _ = try trace { somethingComputed() }
    let bytes = try FileSystem.read(folder("a"))
    #expect(throws: FileError.self) { try readAll(bytes + [0]) }
    let end = TraceFileWriter.end(records: 7, isFinished: true)
    let error = #expect(throws: FileError.self) { try readAll(Array(bytes.dropLast(end.count)) + end) }
    #expect(error != nil)
  }

  @Test func `a run that stopped early says so, and compares as far as it went`() throws {
    let a = try trace("a", finished: false) { somethingComputed() }
    #expect(!a.isFinished)
    #expect(try TraceComparison(a, trace("b") { somethingComputed() }).difference == nil)
  }
}
