import Tensors

extension TorchGenerator {
  /// What `body` draws, as an operation of a trace: its input is the state of the stream.
  func draw(_ name: StaticString, _ settings: [Double], _ body: () -> Tensor) -> Tensor {
    Trace.record(TracedOperation(name, settings, stream: stateDigest), []) {
      let right = body()
      return Fault.drawOrder.planted(over: right) { right.backToFront }
    }
  }

  /// A digest of everything the stream depends on.
  var stateDigest: UInt64 {
    let words = engine.words.withUnsafeBytes { TraceFormat.digest($0).0 }
    return (words ^ UInt64(engine.position)) &* 0x9E37_79B9_7F4A_7C15 ^ (cachedNormal?.bitPattern ?? 0)
  }
}
