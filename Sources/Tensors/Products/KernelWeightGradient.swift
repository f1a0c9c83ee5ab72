import KernelContract

extension KernelProducts {
  static func weightGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    OpenBLASProducts().convolutionWeightGradient(cotangent, x, g)
  }
}
