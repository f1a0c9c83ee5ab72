import KernelContract

extension KernelProducts {
  /// w̅[o, c, ky, kx] = Σ over images and output pixels of y̅[o, pixel]·x[c, pixel's input under tap (ky, kx)].
  static func weightGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    if g.isFullyConnected {
      return matrixProduct(
        cotangent.withShape([g.batch, g.outputChannels]), true, x.withShape([g.batch, g.taps]), false, kernels
      ).withShape(g.weightShape)
    }
    if let plan = WinogradWeightGradient(g, kernels) {
      return Primitive.make(g.weightShape, Scalar.self) {
        plan.run(cotangent.pointer(to: Scalar.self), x.pointer(to: Scalar.self), to: $0)
      }
    }
    let bands = ImageBands(
      batch: g.batch, height: g.output.height, width: g.output.width, pixels: min(256, g.batch * g.outputPixels / 2))
    // The parts' sums of a large kernel would take more time to add than threads could gain.
    let plan = WeightGradient(g, bands: bands, parts: g.weightShape.reduce(1, *) > 1 << 18 ? 4 : 8, kernels)
    let sums = Storage(byteCount: plan.parts * plan.sumCount * MemoryLayout<Scalar>.stride)
    return withExtendedLifetime(sums) {
      Primitive.make(g.weightShape, Scalar.self) { out in
        plan.run(
          cotangent.pointer(to: Scalar.self), x.pointer(to: Scalar.self),
          sums: sums.pointer.assumingMemoryBound(to: Scalar.self), to: out)
      }
    }
  }
}
