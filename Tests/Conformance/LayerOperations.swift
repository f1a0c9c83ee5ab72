import Autograd
import NeuralNets
import Tensors

let layerOperations: [String: Operation] = [
  "upsample-nearest": { [$0[0].upsampledNearest(factor: try $0.integer("factor"))] },
  "average-pool": { [$0[0].averagePooled(try $0.window())] },
  "average-pool-of-pixels": { [$0[0].averagePooled(try $0.window(), countingPadding: false)] },
  "average-pool-to-one": { [$0[0].averagedOverPlanes()] },
  "maximum-pool": { [$0[0].maximumPooled(try $0.window())] },
  "batch-norm": { arguments in
    let layer = BatchNorm2d(try arguments.input(1).count)
    layer.weight.value = arguments[1]
    layer.bias.value = arguments[2]
    layer.runningMean.value = arguments[3]
    layer.runningVariance.value = arguments[4]
    layer.isTraining = try arguments.flag("training")
    let output = layer(arguments[0])
    return layer.isTraining ? [output, layer.runningMean.value, layer.runningVariance.value] : [output]
  },
  "bce-with-logits": { [binaryCrossEntropy(logits: $0[0], targets: $0[1])] },
  "softmax": { [$0[0].softmax(axis: try $0.integer("axis"))] },
  "log-softmax": { [$0[0].logSoftmax(axis: try $0.integer("axis"))] },
  "pixel-norm": { [pixelNorm($0[0], epsilon: try $0.number("epsilon"))] },
  "minibatch-deviation": { [withMinibatchDeviation($0[0])] },
]

/// [N, C, H, W] → [N, C + 1, H, W]: the standard deviation over the batch, averaged to one number, as a last channel.
func withMinibatchDeviation(_ x: Tensor) -> Tensor {
  let statistic = x.standardDeviation(axes: [0]).mean()
  return concatenated([x, statistic.broadcast(to: [x.shape[0], 1] + x.shape[2...])], axis: 1)
}

extension Arguments {
  fileprivate func window() throws -> PoolingWindow {
    PoolingWindow(size: try integer("kernel"), stride: try integer("stride"), padding: try integer("padding"))
  }
}
