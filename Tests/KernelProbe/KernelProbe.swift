import KernelContract

/// Calls every kernel of a set on numbers of all kinds, and reports hashes of what comes out: where two sets report the
/// same, they have the same bits.
///
/// Also compiled for a machine without an operating system (`scripts/emulate-aarch64`), so nothing here needs more than
/// Embedded Swift and the kernels' contract.
package struct KernelProbe<Kernels: KernelSet> where Kernels.Scalar: ProbedScalar {
  typealias Scalar = Kernels.Scalar
  typealias Elements = UnsafeMutablePointer<Scalar>

  private let sink: (ProbeRecord) -> Void

  /// `sink` is called with every record, in the same order on every machine.
  package init(_: Kernels.Type, _ sink: @escaping (ProbeRecord) -> Void) {
    self.sink = sink
  }

  package func run() {
    unary(20011)
    binary(10007)
    transcendental()
    reduction()
    adam()
    normalization()
    picture()
    product()
    copy()
    winograd()
  }

  /// Numbers of a kind, the same for the same seed. 64 zeros stand behind them.
  func filled(_ kind: NumberKind, _ seed: Int, _ count: Int) -> Elements {
    let memory = Elements.allocate(capacity: count + 64)
    var random = SplitMix(seed)
    for i in 0..<count { memory[i] = Scalar.probe(kind, &random) }
    for i in count..<count + 64 { memory[i] = 0 }
    return memory
  }

  /// What a kernel has not written remains visible.
  func unset(_ count: Int) -> Elements {
    let memory = Elements.allocate(capacity: count + 64)
    for i in 0..<count + 64 { memory[i] = 77 }
    return memory
  }

  func forKinds(_ body: (NumberKind) -> Void) {
    body(.ordinary)
    body(.wide)
    body(.special)
  }

  /// `kind` and `id` tell the calls of one kernel apart.
  func report<Element: ProbedScalar>(
    _ name: StaticString, _ kind: Int, _ id: Int, _ data: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    var record = ProbeRecord(name: name, kind: kind, id: id, bits: Element.bitCount, count: count)
    for i in 0..<count { record.add(data[i].probeBits, canonical: data[i].canonicalProbeBits) }
    sink(record)
  }
}

/// The hash of one call's results.
package struct ProbeRecord {
  package let name: StaticString
  package let kind: Int
  package let id: Int
  /// Of an element.
  package let bits: Int
  package let count: Int
  /// Of the bits as they are.
  package private(set) var raw: UInt64 = 1
  /// The same with every NaN taken as one and the same: its sign and payload are no part of the kernels' contract.
  package private(set) var canonical: UInt64 = 1
  package private(set) var nans = 0

  fileprivate init(name: StaticString, kind: Int, id: Int, bits: Int, count: Int) {
    (self.name, self.kind, self.id, self.bits, self.count) = (name, kind, id, bits, count)
  }

  fileprivate mutating func add(_ bits: UInt64, canonical other: UInt64?) {
    raw = Self.mixed(raw, bits)
    canonical = Self.mixed(canonical, other ?? bits)
    if other != nil { nans += 1 }
  }

  private static func mixed(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
    return product ^ (product >> 29)
  }
}
