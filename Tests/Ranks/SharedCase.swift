import Autograd
import Ranks
import Tensors
import Testing

/// A computation of tensors of which some are shared out, whose bits must be those of one process.
struct SharedCase: Sendable, CustomStringConvertible {
  let description: String
  /// Shapes for a batch of so many images.
  let shapes: @Sendable (Int) -> [[Int]]
  /// Which of the inputs are shared out.
  let shared: [Bool]
  let compute: @Sendable ([Tensor]) -> [Tensor]

  init(
    _ description: String, _ shared: [Bool], _ shapes: @escaping @Sendable (Int) -> [[Int]],
    _ compute: @escaping @Sendable ([Tensor]) -> [Tensor]
  ) {
    (self.description, self.shared, self.shapes, self.compute) = (description, shared, shapes, compute)
  }

  /// The same with the gradients of its outputs, times something at random, at all inputs.
  static func withGradients(
    _ description: String, _ shared: [Bool], _ shapes: @escaping @Sendable (Int) -> [[Int]],
    _ compute: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> SharedCase {
    SharedCase(description, shared, shapes) { inputs in
      let y = compute(inputs)
      let cotangent = draw(y.shape, seed: 77, y.dtype)
      let first = gradients(of: y, at: inputs, cotangent: cotangent, keepingGraph: false)
      // A rule that gathers what it need not gives the same bits, on one machine's time.
      if Ranks.current != nil, y.sharing != nil {
        for (place, (gradient, input)) in zip(first, inputs).enumerated() {
          #expect(
            (gradient.sharing == nil) == (input.sharing == nil),
            "\(description), batch \(y.shape[0]): the gradient at input \(place) is not shared as the input is")
        }
      }
      let second = gradients(of: y, at: inputs, cotangent: cotangent, keepingGraph: true)
      // Of the gradients once more: every rule's rule crosses the batch, too.
      var again: [Tensor] = []
      for gradient in second where gradient.count > 0 {
        again += gradients(of: gradient.squared().sum(), at: inputs)
      }
      return [y] + first + second + again
    }
  }

  /// The bits of every output on `ranks` ranks, by ranks.
  func bits(batch: Int, _ dtype: DType, ranks: Int) -> [[[UInt8]]] {
    let inputs = shapes(batch).enumerated().map { draw($0.element, seed: UInt64($0.offset + 1), dtype) }
    if ranks == 1 { return [compute(inputs).map { $0.withBytes { Array($0) } }] }
    return ThreadRanks.run(ranks) { _ in
      compute(zip(inputs, shared).map { $1 ? $0.sharded : $0 }).map { $0.withBytes { Array($0) } }
    }
  }

  /// Expects one process's bits on every rank.
  func expectEqual(batches: [Int], dtypes: [DType] = DType.allCases, ranks: [Int] = [2, 3, 4]) {
    for dtype in dtypes {
      for batch in batches {
        let expected = bits(batch: batch, dtype, ranks: 1)[0]
        for count in ranks {
          for (rank, found) in bits(batch: batch, dtype, ranks: count).enumerated() {
            let different = zip(expected, found).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
            #expect(
              different.isEmpty && found.count == expected.count,
              "\(self): rank \(rank) of \(count), batch \(batch), \(dtype): outputs \(different) differ")
          }
        }
      }
    }
  }
}

/// Numbers at random in (−1, 1).
func draw(_ shape: [Int], seed: UInt64, _ dtype: DType) -> Tensor {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  let numbers = (0..<shape.reduce(1, *)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }
  return Tensor(numbers, shape: shape).converted(to: dtype)
}
