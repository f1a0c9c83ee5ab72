import KernelContract

extension KernelProducts {
  /// y = x ⋆ w: the taps of every output are the kernel's elements, the left operand the weights as they are.
  static func convolution<Scalar: TensorScalar>(
    _ x: Tensor, _ weight: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    if g.isFullyConnected {
      return matrixProduct(
        x.withShape([g.batch, g.taps]), false, weight.withShape([g.outputChannels, g.taps]), true, kernels
      ).withShape(g.outputShape)
    }
    let plan = TapConvolution<Scalar>(
      source: g.inputShape, resultRows: g.outputChannels, resultHeight: g.output.height, resultWidth: g.output.width,
      vertical: .forward(
        kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, outputs: g.output.height),
      horizontal: .forward(
        kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, outputs: g.output.width),
      kernels)
    return Primitive.make(g.outputShape, Scalar.self) { out in
      let left = PackedLeft(
        rows: g.outputChannels, depth: g.taps, rowsAt: weight.pointer(to: Scalar.self), rowStride: g.taps,
        tile: plan.tile, kernels)
      let offsets = plan.padded.tapOffsets(plan.vertical.residues[0], plan.horizontal.residues[0])
      left.use {
        plan.run(
          x.pointer(to: Scalar.self),
          [TapConvolution.Pass(left: $0, offsets: offsets, rows: g.output.height, columns: g.output.width)],
          resultRows: g.outputChannels, to: out)
      }
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
    let plan = TapConvolution<Scalar>(
      source: g.outputShape, resultRows: g.inputChannels, resultHeight: g.input.height, resultWidth: g.input.width,
      vertical: .inputGradient(
        kernel: g.kernel.height, stride: g.stride.height, padding: g.padding.height, inputs: g.input.height),
      horizontal: .inputGradient(
        kernel: g.kernel.width, stride: g.stride.width, padding: g.padding.width, inputs: g.input.width),
      kernels)
    // Weights as [O][tap][C], so that the rows of the left operand (channels of x) are neighbours.
    let turned = tapMajorWeights(weight, g, kernels)
    let elements = g.kernel.height * g.kernel.width
    return Primitive.make(g.inputShape, Scalar.self) { out in
      var passes: [TapConvolution<Scalar>.Pass] = []
      for rows in plan.vertical.residues {
        for columns in plan.horizontal.residues {
          var lines: [Int32] = []
          for channel in 0..<g.outputChannels {
            for row in rows.taps {
              for column in columns.taps {
                let tap = row.kernel * g.kernel.width + column.kernel
                lines.append(Int32((channel * elements + tap) * g.inputChannels))
              }
            }
          }
          let left = PackedLeft(
            rows: g.inputChannels, linesAt: turned.pointer(to: Scalar.self), offsets: lines, tile: plan.tile, kernels)
          passes.append(
            TapConvolution.Pass(
              left: left, offsets: plan.padded.tapOffsets(rows, columns), rows: rows.count, columns: columns.count))
        }
      }
      withExtendedLifetime((turned, passes)) {
        plan.run(cotangent.pointer(to: Scalar.self), passes, resultRows: g.inputChannels, to: out)
      }
    }
  }

  /// [O, C, kH, kW] as [O, kH·kW, C].
  private static func tapMajorWeights<Scalar: TensorScalar>(
    _ weight: Tensor, _ g: ConvolutionGeometry, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    let elements = g.kernel.height * g.kernel.width
    return Primitive.make([g.outputChannels, elements, g.inputChannels], Scalar.self) { out in
      let source = weight.pointer(to: Scalar.self)
      Parallel.forEach(g.outputChannels, costPerIndex: g.taps) { channel in
        kernels.transpose(
          g.inputChannels, elements, source + channel * g.taps, elements, out + channel * g.taps, g.inputChannels)
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Whether every output meets the whole input: the convolution is then a matrix product.
  var isFullyConnected: Bool { kernel == input && padding == 0 && output == 1 }
}
