/// The bytes of a trace's records; docs/tracing.md has the grammar, `TraceReader` reads it.
package enum TraceFormat {
  package static let magic = Array("BOOKTRACE1\n".utf8)

  /// The kinds of record.
  package enum Record: UInt8 {
    /// The name of operations, numbered in the order of definition.
    case name = 1
    case operation = 2
    case data = 3
    case layer = 4
    case progress = 5
  }

  /// The kinds of block.
  package enum Block: UInt8 {
    /// What was run: JSON.
    case header = 0x48
    /// Records, compressed.
    case records = 0x52
    /// How many there were: JSON. A trace without it was cut off.
    case end = 0x45
  }

  package static let backwardFlag: UInt8 = 1
  package static let streamFlag: UInt8 = 2
  package static let textFlag: UInt8 = 4

  /// 128 bits that tell contents apart; the same on every machine.
  package static func digest(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    ContentDigest(bytes: bytes).run(on: .float32)
  }

  /// The element types of values.
  package static func code(of dtype: DType) -> UInt8 { dtype == .float32 ? 0 : 1 }
}

private struct ContentDigest: KernelComputation {
  let bytes: UnsafeRawBufferPointer

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> (UInt64, UInt64) {
    var nothing: UInt8 = 0
    guard let base = bytes.baseAddress else { return Kernels.contentDigest(&nothing, byteCount: 0) }
    return Kernels.contentDigest(base, byteCount: bytes.count)
  }
}

/// Turns entries into bytes, taking the digests of their values.
struct TraceEncoder {
  private(set) var bytes: [UInt8] = []
  private var names: [String: Int] = [:]
  /// A shorter way to a name's number: where the text lies in memory.
  private var places: [UnsafeRawPointer: Int] = [:]
  /// Values so far.
  private var values = 0

  init() { bytes.reserveCapacity(1 << 20) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(_ entry: TraceEntry) {
    switch entry {
    case .operation(let entry): add(entry)
    case .data(let value):
      bytes.append(TraceFormat.Record.data.rawValue)
      add(value)
    case .layer(let path, let number):
      bytes.append(TraceFormat.Record.layer.rawValue)
      add(UInt64(values + 1 - number))
      add(path)
    case .progress(let label, let count):
      bytes.append(TraceFormat.Record.progress.rawValue)
      add(label)
      add(UInt64(max(0, count)))
    }
  }

  private mutating func add(_ entry: TraceEntry.Operation) {
    let operation = entry.operation
    let name = number(of: operation.name)
    bytes.append(TraceFormat.Record.operation.rawValue)
    add(UInt64(name))
    bytes.append(
      (entry.isBackward ? TraceFormat.backwardFlag : 0) | (operation.stream != nil ? TraceFormat.streamFlag : 0)
        | (operation.text != nil ? TraceFormat.textFlag : 0))
    if let stream = operation.stream { addFixed(stream) }
    if let text = operation.text { add(text) }
    add(UInt64(operation.settings.count))
    for setting in operation.settings { addFixed(setting.bitPattern) }
    add(UInt64(entry.inputs.count))
    for input in entry.inputs {
      add(UInt64(entry.firstOutput - input.number))
      add(input.shape)
    }
    add(UInt64(entry.outputs.count))
    for output in entry.outputs { add(output) }
  }

  private mutating func add(_ value: TracedValue) {
    values += 1
    bytes.append(TraceFormat.code(of: value.dtype))
    add(value.shape)
    let digest = withExtendedLifetime(value.storage) {
      TraceFormat.digest(UnsafeRawBufferPointer(start: value.storage.pointer, count: value.byteCount))
    }
    addFixed(digest.0)
    addFixed(digest.1)
  }

  private mutating func number(of name: StaticString) -> Int {
    let place = UnsafeRawPointer(name.utf8Start)
    if let known = places[place] { return known }
    let text = name.description
    let number = names[text] ?? names.count
    if names.updateValue(number, forKey: text) == nil {
      bytes.append(TraceFormat.Record.name.rawValue)
      add(text)
    }
    places[place] = number
    return number
  }

  private mutating func add(_ shape: [Int]) {
    add(UInt64(shape.count))
    for extent in shape { add(UInt64(extent)) }
  }

  private mutating func add(_ text: String) {
    let utf8 = Array(text.utf8)
    add(UInt64(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  /// Seven bits a byte, the lowest first; all but the last byte have the eighth set.
  private mutating func add(_ number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func addFixed(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
