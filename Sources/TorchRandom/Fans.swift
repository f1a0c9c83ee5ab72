/// How many inputs feed one output of a layer, and how many outputs one input feeds.
///
/// For a weight [a, b, k…]: fan-in = b·k…, fan-out = a·k…. PyTorch reads **every** weight that way, also a transposed
/// convolution's, which is stored [in, out, k, k]: there "fan-in" counts the output channels.
package struct Fans: Sendable, Equatable {
  package let fanIn: Int
  package let fanOut: Int

  /// The fans of a weight with at least two axes.
  package init(weightShape shape: [Int]) {
    precondition(shape.count >= 2, "fans need a weight of two axes or more, found shape \(shape)")
    let receptiveField = shape[2...].reduce(1, *)
    fanIn = shape[1] * receptiveField
    fanOut = shape[0] * receptiveField
  }
}
