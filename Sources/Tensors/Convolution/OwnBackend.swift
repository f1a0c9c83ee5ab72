import KernelContract
import Kernels

/// The products of our own kernels: as fast as the processor's multipliers allow, and the same bits on every x86-64
/// processor from v3 on and for any number of threads (the contract stands in KernelSet.swift).
package struct OwnBackend: ProductBackend {
  private let instructionSet: InstructionSet

  package init(instructionSet: InstructionSet = .current) { self.instructionSet = instructionSet }

  package func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    if let sharing = a.sharing ?? b.sharing {
      // Rows of op(A) are rows of the result; a sum over the batch is made where both matrices are.
      guard a.sharing != nil, !transposingA else {
        return matrixProduct(a.whole, transposingA: transposingA, b.whole, transposingB: transposingB)
      }
      return sharing.shared(
        matrixProduct(sharing.own(a), transposingA: false, b.whole, transposingB: transposingB))
    }
    return OwnMatrixProduct(a: a, isATransposed: transposingA, b: b, isBTransposed: transposingB)
      .run(on: a.dtype, using: instructionSet)
  }

  package func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    product(.forward, of: x, weight, geometry)
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    product(.forward, of: x, weight, geometry, activation)
  }

  package func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  {
    product(.inputGradient, of: cotangent, weight, geometry)
  }

  package func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    if let sharing = cotangent.sharing ?? x.sharing {
      return sharedWeightGradient(cotangent, x, geometry, sharing)
    }
    return product(.weightGradient, of: cotangent, x, geometry)
  }

  private func product(
    _ pass: ConvolutionPass, of a: Tensor, _ b: Tensor, _ geometry: ConvolutionGeometry,
    _ activation: ChannelActivation? = nil
  ) -> Tensor {
    if let sharing = a.sharing {
      let own = geometry.with(batch: sharing.own.count)
      return sharing.shared(product(pass, of: sharing.own(a), b.whole, own, activation))
    }
    // Sums over nothing are zero, whatever algorithm the extents would choose, and every activation of a channel keeps
    // 0; none of the algorithms is made for no images or no channels.
    guard a.count > 0, b.count > 0 else { return .zeros(geometry.resultShape(of: pass), dtype: a.dtype) }
    return OwnConvolution(pass: pass, a: a, b: b.whole, geometry: geometry, activation: activation)
      .run(on: a.dtype, using: instructionSet)
  }

  /// The ranks' parts of the sum, added in the order of the parts where they fall on whole images of one rank each;
  /// elsewhere every rank makes the sum of everybody's images, as one process makes it.
  private func sharedWeightGradient(
    _ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry, _ sharing: BatchSharing
  ) -> Tensor {
    guard cotangent.count > 0, x.count > 0,
      ConvolutionPlan(.weightGradient, of: geometry).weightGradient?.parts(of: sharing) != nil
    else { return product(.weightGradient, of: cotangent.whole, x.whole, geometry) }
    return OwnConvolution(
      pass: .weightGradient, a: sharing.own(cotangent), b: sharing.own(x), geometry: geometry, activation: nil,
      sharing: sharing
    ).run(on: x.dtype, using: instructionSet)
  }
}
