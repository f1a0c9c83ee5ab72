import KernelContract

extension KernelProducts {
  /// y = x ⋆ w, or an activation of it: the taps of every output are the kernel's elements, the left operand the weights as they are.
  static func convolution<Scalar: TensorScalar>(
    _ x: Tensor, _ weight: Tensor, _ g: ConvolutionGeometry, _ activation: ChannelActivation?,
    _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    func activated(_ y: Tensor) -> Tensor { activation.map { Primitive.unary($0.operation, y) } ?? y }
    if g.isFullyConnected {
      let y = matrixProduct(
        x.withShape([g.batch, g.taps]), false, weight.withShape([g.outputChannels, g.taps]), true, kernels)
      return activated(y.withShape(g.outputShape))
    }
    if g.isPointwise {
      return activated(pointwiseProduct(weight, isTransposed: false, x, g, g.outputShape, kernels))
    }
    // Applied to outputs that have just been written, and are still in the cache.
    let finish = activation.map { activation in
      { (outputs: UnsafeMutablePointer<Scalar>, count: Int) in
        Scalar.kernels.unary(activation.operation, count, outputs, outputs)
      }
    }
    let vertical = TapAxis.forward(
      kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, outputs: g.output.height)
    let horizontal = TapAxis.forward(
      kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, outputs: g.output.width)
    // Where a kernel of 4 has two outputs, half of what it meets is margin: zeros, which add no error to im2col's sums but do to Winograd's.
    if g.output.height > 2, g.output.width > 2,
      let plan = WinogradConvolution<Scalar>(
        source: g.inputShape, result: g.outputShape, vertical: vertical, horizontal: horizontal, minimumChannels: 16,
        kernels)
    {
      let weights = KernelWeights(
        tensor: weight, sourceStride: g.kernelElements, resultStride: g.taps,
        kernel: g.kernel)
      return Primitive.make(g.outputShape, Scalar.self) {
        plan.run(x.pointer(to: Scalar.self), weights, to: $0, finish)
      }
    }
    let plan = TapConvolution<Scalar>(
      source: g.inputShape, result: g.outputShape, vertical: vertical, horizontal: horizontal, kernels)
    let left = PackedLeft(
      rows: g.outputChannels, depth: g.taps, rowsAt: weight.pointer(to: Scalar.self), rowStride: g.taps,
      chunk: plan.blockChannels * plan.passes[0].taps, tile: plan.tile, kernels)
    return Primitive.make(g.outputShape, Scalar.self) { out in
      left.use { plan.run(x.pointer(to: Scalar.self), [$0], to: out, finish) }
    }
  }

  /// x̅ = y̅ ⋆ᵀ w: for every residue class of inputs modulo the stride, a correlation of y̅ with the kernel elements that meet it.
  static func inputGradient<Scalar: TensorScalar>(
    _ cotangent: Tensor, _ weight: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    if g.isFullyConnected {
      return matrixProduct(
        cotangent.withShape([g.batch, g.outputChannels]), false, weight.withShape([g.outputChannels, g.taps]), false,
        kernels
      ).withShape(g.inputShape)
    }
    if g.isPointwise {
      return pointwiseProduct(weight, isTransposed: true, cotangent, g, g.inputShape, kernels)
    }
    let vertical = TapAxis.inputGradient(
      kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, inputs: g.input.height,
      outputs: g.output.height)
    let horizontal = TapAxis.inputGradient(
      kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, inputs: g.input.width,
      outputs: g.output.width)
    // With fewer channels im2col's sums are so short that Winograd's transforms would make the error the larger one.
    if let plan = WinogradConvolution<Scalar>(
      source: g.outputShape, result: g.inputShape, vertical: vertical, horizontal: horizontal, minimumChannels: 96,
      kernels)
    {
      let weights = KernelWeights(
        tensor: weight, sourceStride: g.taps, resultStride: g.kernelElements,
        kernel: g.kernel)
      return Primitive.make(g.inputShape, Scalar.self) {
        plan.run(cotangent.pointer(to: Scalar.self), weights, to: $0)
      }
    }
    // Weights as [O][tap][C], so that the rows of the left operand (channels of x) are neighbors.
    let turned = tapMajorWeights(weight, g, kernels)
    let plan = TapConvolution<Scalar>(
      source: g.outputShape, result: g.inputShape, vertical: vertical, horizontal: horizontal, kernels)
    let left = plan.passes.map { pass in
      PackedLeft(
        rows: g.inputChannels, linesAt: turned.pointer(to: Scalar.self), offsets: lines(of: pass, g),
        chunk: plan.blockChannels * pass.taps, tile: plan.tile, kernels)
    }
    return withExtendedLifetime((turned, left)) {
      Primitive.make(g.inputShape, Scalar.self) { out in
        plan.run(cotangent.pointer(to: Scalar.self), left, to: out)
      }
    }
  }

  /// For every image the product of the weights [O, C] (or their transpose) and the planes of `source`.
  private static func pointwiseProduct<Scalar: TensorScalar>(
    _ weight: Tensor, isTransposed: Bool, _ source: Tensor, _ g: ConvolutionGeometry, _ result: [Int],
    _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    let matrix = weight.withShape([g.outputChannels, g.inputChannels])
    let planes = source.withShape([g.batch * source.shape[1], g.inputPixels])
    return Primitive.make(result, Scalar.self) { out in
      MatrixProduct(
        kernels: kernels, left: MatrixOperand(matrix, isTransposed: isTransposed, of: Scalar.self),
        right: MatrixOperand(planes, isTransposed: true, of: Scalar.self, depth: source.shape[1]), batch: g.batch,
        out: out, isOutTransposed: false
      ).run()
    }
  }

  /// Where the weights of one class of inputs begin in [O][tap][C], for k = (output channel, tap row, tap column).
  private static func lines<Scalar>(of pass: TapConvolution<Scalar>.Pass, _ g: ConvolutionGeometry) -> [Int32] {
    var lines: [Int32] = []
    lines.reserveCapacity(g.outputChannels * pass.taps)
    for channel in 0..<g.outputChannels {
      for row in pass.rows.taps {
        for column in pass.columns.taps {
          let tap = (channel * g.kernel.height + row.kernel) * g.kernel.width + column.kernel
          lines.append(Int32(tap * g.inputChannels))
        }
      }
    }
    return lines
  }

  /// [O, C, kH, kW] as [O, kH·kW, C].
  private static func tapMajorWeights<Scalar: TensorScalar>(
    _ weight: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    Primitive.make([g.outputChannels, g.kernelElements, g.inputChannels], Scalar.self) { out in
      let source = weight.pointer(to: Scalar.self)
      Parallel.forEach(g.outputChannels, costPerIndex: g.taps) { channel in
        kernels.transpose(
          g.inputChannels, g.kernelElements, source + channel * g.taps, g.kernelElements, out + channel * g.taps,
          g.inputChannels)
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Whether every output meets the whole input: the convolution is then a matrix product.
  var isFullyConnected: Bool { kernel == input && padding == 0 && output == 1 }

  /// Whether every output meets one pixel of planes large enough for a strip of their own: a matrix product per image.
  var isPointwise: Bool { kernel == 1 && stride == 1 && padding == 0 && inputPixels >= 64 }
}
