import Autograd
import Tensors

/// Batch normalization per channel of [N, C, H, W]: γ·(x − mean)/√(var + ε) + β.
///
/// In training mode the statistics are the batch's own (biased variance), and the running ones move towards them:
/// running ← 0.9·running + 0.1·batch, where the running variance takes the *unbiased* batch variance. In evaluation
/// mode the running statistics are used. Source: Ioffe & Szegedy 2015; constants as PyTorch's defaults, ε = 1e-5 unless
/// given.
package final class BatchNorm2d: ActivatingLayer {
  package let weight: Parameter
  package let bias: Parameter
  package let runningMean: Parameter
  package let runningVariance: Parameter
  package let batchesTracked = Counter()
  package var isTraining = true
  package let epsilon: Double
  private let momentum = 0.1

  package init(_ channels: Int, epsilon: Double = 1e-5) {
    self.epsilon = epsilon
    weight = Parameter(.ones([channels], dtype: .float32))
    bias = Parameter(.zeros([channels], dtype: .float32))
    runningMean = Parameter(.zeros([channels], dtype: .float32))
    runningVariance = Parameter(.ones([channels], dtype: .float32))
  }

  package func callAsFunction(_ x: Tensor) -> Tensor {
    guard isTraining else {
      return traced(
        batchNormalization(
          x, mean: runningMean.value, variance: runningVariance.value, weight: weight.value, bias: bias.value,
          epsilon: epsilon))
    }
    return normalizeBatch(x, nil)
  }

  /// In training mode alone.
  func callAsFunction(_ x: Tensor, activation: ChannelActivation) -> Tensor? {
    isTraining && !Trace.keepsLayersApart ? normalizeBatch(x, activation) : nil
  }

  private func normalizeBatch(_ x: Tensor, _ activation: ChannelActivation?) -> Tensor {
    let (output, moments) = batchNormalization(
      x, weight: weight.value, bias: bias.value, epsilon: epsilon, activation: activation)
    track(moments, samples: x.count / x.shape[1])
    return traced(output)
  }

  private func traced(_ output: Tensor) -> Tensor {
    Trace.layer(weight.layerPath, output)
    return output
  }

  private func track(_ moments: ChannelMoments, samples: Int) {
    if Fault.cleanSampling.isPlanted && !isRecording { return }
    let unbiased = Double(samples) / Double(samples - 1)
    withoutRecording {
      runningMean.value = runningMean.value * (1 - momentum) + moments.mean * momentum
      runningVariance.value = runningVariance.value * (1 - momentum) + moments.variance * unbiased * momentum
    }
    batchesTracked.value += 1
  }

  package var state: [StateEntry] {
    [
      StateEntry("weight", .parameter(weight)), StateEntry("bias", .parameter(bias)),
      StateEntry("running_mean", .buffer(runningMean)), StateEntry("running_var", .buffer(runningVariance)),
      StateEntry("num_batches_tracked", .counter(batchesTracked)),
    ]
  }
}
