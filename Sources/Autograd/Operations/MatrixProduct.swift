import Tensors

/// op(A)·op(B) for matrices A and B, op transposing where asked.
package func matrixProduct(
  _ a: Tensor, _ b: Tensor, transposingA: Bool = false, transposingB: Bool = false
) -> Tensor {
  precondition(
    a.rank == 2 && b.rank == 2 && a.dtype == b.dtype && a.shape[transposingA ? 0 : 1] == b.shape[transposingB ? 1 : 0],
    """
    no matrix product of \(a.dtype) \(a.shape)\(transposingA ? "ᵀ" : "") and \(b.dtype) \
    \(b.shape)\(transposingB ? "ᵀ" : "")
    """
  )
  let product = Primitive.products.matrixProduct(a, transposingA: transposingA, b, transposingB: transposingB)
  return .recorded(product, from: [a, b]) { step in
    let (a, b, c) = (step.inputs[0], step.inputs[1], step.cotangent)
    // C = op(A)·op(B): op(A)̅ = C̅·op(B)ᵀ and op(B)̅ = op(A)ᵀ·C̅, transposed back where op transposes.
    return [
      step.ifNeeded(0) {
        transposingA
          ? matrixProduct(b, c, transposingA: transposingB, transposingB: true)
          : matrixProduct(c, b, transposingB: !transposingB)
      },
      step.ifNeeded(1) {
        transposingB
          ? matrixProduct(c, a, transposingA: true, transposingB: transposingA)
          : matrixProduct(a, c, transposingA: !transposingA)
      },
    ]
  }
}
