import Tensors

extension Tensor {
  /// The mean under a window sliding over the spatial axes of [N, C, H, W].
  ///
  /// Padding counts as zeros, unless `countingPadding` is false: then the sum of the pixels is divided by how many
  /// there are, so that a constant picture stays constant up to its border.
  package func averagePooled(_ window: PoolingWindow, countingPadding: Bool = true) -> Tensor {
    guard !countingPadding, window.padding > 0 else {
      return windowSum(window, scale: 1 / Double(window.size * window.size))
    }
    let columns = window.coverage(of: shape[3])
    let shares = window.coverage(of: shape[2]).flatMap { rows in columns.map { 1 / Double(rows * $0) } }
    let outputs = [window.outputExtent(shape[2]), columns.count]
    return windowSum(window, scale: 1) * Tensor(shares, shape: outputs).converted(to: dtype)
  }

  /// The mean of every channel's plane, [N, C, H, W] → [N, C]: adaptive average pooling to 1×1, without its axes.
  package func averagedOverPlanes() -> Tensor {
    precondition(rank == 4, "[N, C, H, W] was expected, not \(shape)")
    return mean(axes: [2, 3])
  }

  /// The maximum under a window sliding over the spatial axes; the first of equals takes the gradient.
  package func maximumPooled(_ window: PoolingWindow) -> Tensor {
    .recorded(Primitive.windowMaximum(self, window), from: [self]) { step in
      let selected = Primitive.maximumIndices(step.inputs[0], window)
      return [step.cotangent.scattered(selected, to: step.inputs[0].shape)]
    }
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
