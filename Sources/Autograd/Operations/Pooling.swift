import Tensors

extension Tensor {
  /// The mean under a window sliding over the spatial axes of [N, C, H, W]; padding counts as zeros.
  package func averagePooled(_ window: PoolingWindow) -> Tensor {
    windowSum(window, scale: 1 / Double(window.size * window.size))
  }

  /// The maximum under a window sliding over the spatial axes; the first of equals takes the gradient.
  package func maximumPooled(_ window: PoolingWindow) -> Tensor {
    gathered(Primitive.maximumIndices(self, window))
  }

  /// Every pixel repeated `factor`×`factor` times (nearest-neighbor upsampling).
  package func upsampledNearest(factor: Int) -> Tensor {
    precondition(rank == 4 && factor >= 1, "upsampling of \(shape) by \(factor)")
    return windowSpread(PoolingWindow(size: factor), height: shape[2] * factor, width: shape[3] * factor, scale: 1)
  }

  private func windowSum(_ window: PoolingWindow, scale: Double) -> Tensor {
    .recorded(Primitive.windowSum(self, window, scale: scale), from: [self]) { step in
      let shape = step.inputs[0].shape
      return [step.cotangent.windowSpread(window, height: shape[2], width: shape[3], scale: scale)]
    }
  }

  private func windowSpread(_ window: PoolingWindow, height: Int, width: Int, scale: Double) -> Tensor {
    .recorded(
      Primitive.windowSpread(self, window, height: height, width: width, scale: scale), from: [self]
    ) { step in [step.cotangent.windowSum(window, scale: scale)] }
  }
}
