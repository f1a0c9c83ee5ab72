/// An n-dimensional array of float32 or float64, contiguous in row-major order, immutable once made.
///
/// The element type is a run-time property (`dtype`), so a chapter is written once and runs in either precision. A
/// tensor is a reference: its identity is what `gradients(of:at:)` differentiates with respect to. In a run on many
/// ranks its images may be shared out over them (`sharing`); shape, elements and results are those of all.
package final class Tensor: @unchecked Sendable {
  /// Extent of every axis; `[]` is a scalar.
  package let shape: [Int]
  package let dtype: DType
  package let storage: Storage
  /// How the images are shared out over ranks, whose own are all that `storage` holds; `nil` where it holds everything.
  package let sharing: BatchSharing?
  /// How this tensor was computed. Owned by Autograd; `nil` for data, parameters and everything made without recording.
  package private(set) var origin: (any TensorOrigin)?

  package init(
    shape: [Int], dtype: DType, storage: Storage, sharing: BatchSharing? = nil, origin: (any TensorOrigin)? = nil
  ) {
    let count = Self.elementCount(of: shape)
    let held = sharing.map { count / $0.batch * $0.own.count } ?? count
    precondition(
      storage.byteCount >= held * dtype.byteCount,
      "a storage of \(storage.byteCount) bytes cannot hold shape \(shape) of \(dtype)")
    precondition(sharing == nil || sharing?.batch == shape.first, "shape \(shape) is not that of a batch")
    self.shape = shape
    self.sharing = sharing
    self.dtype = dtype
    self.storage = storage
    self.origin = origin
    self.count = count
  }

  /// Hands the origin over, leaving plain data behind. Only for a tensor that nobody else holds: Autograd frees long
  /// graphs with it.
  package func takeOrigin() -> (any TensorOrigin)? {
    defer { origin = nil }
    return origin
  }

  /// Number of elements: the product of the shape, 1 for a scalar.
  package let count: Int
  /// Number of axes.
  package var rank: Int { shape.count }

  package static func elementCount(of shape: [Int]) -> Int {
    var count = 1
    for extent in shape {
      precondition(extent >= 0, "negative extent in shape \(shape)")
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      precondition(!overflow, "shape \(shape) has more elements than an integer can count")
      count = product
    }
    return count
  }
}

/// The record of a computation that Autograd attaches to a tensor.
package protocol TensorOrigin: AnyObject, Sendable {}

// MARK: - Making tensors

extension Tensor {
  /// A tensor whose elements are undefined until `fill` has written all of them.
  package convenience init<Scalar: TensorScalar>(
    shape: [Int], of _: Scalar.Type, filledBy fill: (UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) rethrows {
    let count = Self.elementCount(of: shape)
    let storage = Storage(byteCount: count * MemoryLayout<Scalar>.stride)
    let elements = storage.pointer.bindMemory(to: Scalar.self, capacity: count)
    try fill(UnsafeMutableBufferPointer(start: elements, count: count))
    self.init(shape: shape, dtype: Scalar.dtype, storage: storage)
  }

  /// The given elements in row-major order.
  package convenience init<Scalar: TensorScalar>(_ elements: [Scalar], shape: [Int]) {
    precondition(
      elements.count == Self.elementCount(of: shape), "\(elements.count) elements were given for shape \(shape)")
    self.init(shape: shape, of: Scalar.self) { _ = $0.initialize(from: elements) }
  }

  /// A scalar.
  package convenience init(_ value: Double, dtype: DType) { self.init(repeating: value, shape: [], dtype: dtype) }

  /// `value` everywhere.
  package convenience init(repeating value: Double, shape: [Int], dtype: DType) {
    switch dtype {
    case .float32: self.init(shape: shape, of: Float.self) { $0.initialize(repeating: Float(value)) }
    case .float64: self.init(shape: shape, of: Double.self) { $0.initialize(repeating: value) }
    }
  }

  package static func zeros(_ shape: [Int], dtype: DType) -> Tensor { Tensor(repeating: 0, shape: shape, dtype: dtype) }
  package static func ones(_ shape: [Int], dtype: DType) -> Tensor { Tensor(repeating: 1, shape: shape, dtype: dtype) }

  /// The same elements in another precision, outside any graph; `self` where the dtype already fits.
  package func converted(to dtype: DType) -> Tensor {
    if self.dtype == dtype { return self }
    if let shared = ofOwnImages({ $0.converted(to: dtype) }) { return shared }
    return Trace.record(TracedOperation("converted"), [self]) {
      dtype == .float64 ? converted(Float.self, Double.self) : converted(Double.self, Float.self)
    }
  }

  private func converted<Source: TensorScalar, Result: TensorScalar>(_: Source.Type, _: Result.Type) -> Tensor {
    Primitive.make(shape, Result.self) { out in
      let source = pointer(to: Source.self)
      Parallel.forChunks(of: count) { range in
        for index in range { out[index] = Result(source[index]) }
      }
    }
  }
}

// MARK: - Reading elements

extension Tensor {
  /// Calls `body` with the elements; `Scalar` must be the tensor's own dtype.
  package func withElements<Scalar: TensorScalar, Result>(
    of _: Scalar.Type, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    precondition(Scalar.dtype == dtype, "a \(dtype) tensor was read as \(Scalar.dtype)")
    if sharing != nil { return try whole.withElements(of: Scalar.self, body) }
    return try withExtendedLifetime(storage) {
      try body(UnsafeBufferPointer(start: storage.pointer.assumingMemoryBound(to: Scalar.self), count: count))
    }
  }

  /// The raw bytes, little-endian on every supported machine.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    if sharing != nil { return try whole.withBytes(body) }
    return try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage.pointer, count: count * dtype.byteCount))
    }
  }

  /// All elements in row-major order, widened to Double (exact for both dtypes).
  package var values: [Double] {
    switch dtype {
    case .float32: withElements(of: Float.self) { $0.map(Double.init) }
    case .float64: withElements(of: Double.self) { Array($0) }
    }
  }

  /// The value of a tensor with exactly one element.
  package var item: Double {
    precondition(count == 1, "item needs one element, shape \(shape) has \(count)")
    switch dtype {
    case .float32: return withElements(of: Float.self) { Double($0[0]) }
    case .float64: return withElements(of: Double.self) { $0[0] }
    }
  }
}

/// The Swift types a tensor can hold.
package protocol TensorScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  static var dtype: DType { get }
}

extension Float: TensorScalar {
  package static var dtype: DType { .float32 }
}

extension Double: TensorScalar {
  package static var dtype: DType { .float64 }
}
