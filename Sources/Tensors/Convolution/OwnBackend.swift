import KernelContract
import Kernels

/// The products of our own kernels: as fast as the processor's multipliers allow, and the same bits on every x86-64
/// processor from v3 on and for any number of threads (the contract stands in KernelSet.swift).
package struct OwnBackend: ProductBackend {
  private let instructionSet: InstructionSet

  package init(instructionSet: InstructionSet = .current) { self.instructionSet = instructionSet }

  package func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    OwnMatrixProduct(a: a, isATransposed: transposingA, b: b, isBTransposed: transposingB)
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
    product(.weightGradient, of: cotangent, x, geometry)
  }

  private func product(
    _ pass: ConvolutionPass, of a: Tensor, _ b: Tensor, _ geometry: ConvolutionGeometry,
    _ activation: ChannelActivation? = nil
  ) -> Tensor {
    // Sums over nothing are zero, whatever algorithm the extents would choose, and every activation of a channel keeps
    // 0; none of the algorithms is made for no images or no channels.
    guard a.count > 0, b.count > 0 else { return .zeros(geometry.resultShape(of: pass), dtype: a.dtype) }
    return OwnConvolution(pass: pass, a: a, b: b, geometry: geometry, activation: activation)
      .run(on: a.dtype, using: instructionSet)
  }
}
