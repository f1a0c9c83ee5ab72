import KernelContract
import Kernels

/// The products of our own kernels: as fast as the processor's multipliers allow, and the same bits on every x86-64 processor
/// from v3 on and for any number of threads (the contract stands in KernelSet.swift).
package struct KernelProducts: Products {
  private let float32: ProductKernels<Float>
  private let float64: ProductKernels<Double>

  package init(float32: KernelSet<Float> = Kernels.float32, float64: KernelSet<Double> = Kernels.float64) {
    self.float32 = float32.products
    self.float64 = float64.products
  }

  package func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    switch a.dtype {
    case .float32: Self.matrixProduct(a, transposingA, b, transposingB, float32)
    case .float64: Self.matrixProduct(a, transposingA, b, transposingB, float64)
    }
  }

  // Sums over nothing are zero, whatever algorithm the extents would choose; none of them is made for no images or no channels.

  package func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    guard x.count > 0, weight.count > 0 else { return .zeros(geometry.outputShape, dtype: x.dtype) }
    return switch x.dtype {
    case .float32: Self.convolution(x, weight, geometry, nil, float32)
    case .float64: Self.convolution(x, weight, geometry, nil, float64)
    }
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, activation: ChannelActivation
  ) -> Tensor {
    // Every activation of a channel keeps 0.
    guard x.count > 0, weight.count > 0 else { return .zeros(geometry.outputShape, dtype: x.dtype) }
    return switch x.dtype {
    case .float32: Self.convolution(x, weight, geometry, activation, float32)
    case .float64: Self.convolution(x, weight, geometry, activation, float64)
    }
  }

  package func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry)
    -> Tensor
  {
    guard cotangent.count > 0, weight.count > 0 else { return .zeros(geometry.inputShape, dtype: cotangent.dtype) }
    return switch cotangent.dtype {
    case .float32: Self.inputGradient(cotangent, weight, geometry, float32)
    case .float64: Self.inputGradient(cotangent, weight, geometry, float64)
    }
  }

  package func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    guard cotangent.count > 0, x.count > 0 else { return .zeros(geometry.weightShape, dtype: x.dtype) }
    return switch x.dtype {
    case .float32: Self.weightGradient(cotangent, x, geometry, float32)
    case .float64: Self.weightGradient(cotangent, x, geometry, float64)
    }
  }
}
