import Tensors

extension Tensor {
  /// eˣ/Σeˣ along `axis`.
  package func softmax(axis: Int) -> Tensor { logSoftmax(axis: axis).exp() }

  /// x − log Σeˣ along `axis`, shifted by the maximum so that nothing overflows.
  package func logSoftmax(axis: Int) -> Tensor {
    // The shift cancels in exact arithmetic, so its gradient is zero and it may be data.
    let shifted = self - withoutRecording { maximum(axis: axis, keepingAxis: true) }
    return shifted - shifted.exp().sum(axes: [axis], keepingAxes: true).log()
  }
}
