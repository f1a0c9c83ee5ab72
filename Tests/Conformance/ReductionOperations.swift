import Autograd
import Tensors

let reductionOperations: [String: Operation] = [
  "sum": { [$0[0].sum(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keep"))] },
  "mean": { [$0[0].mean(axes: try $0.integers("axes"), keepingAxes: try $0.flag("keep"))] },
  "variance": {
    [$0[0].variance(axes: try $0.integers("axes"), unbiased: try $0.flag("unbiased"), keepingAxes: try $0.flag("keep"))]
  },
  "standard-deviation": {
    [
      $0[0].standardDeviation(
        axes: try $0.integers("axes"), unbiased: try $0.flag("unbiased"), keepingAxes: try $0.flag("keep"))
    ]
  },
  "norm": { [$0[0].norm(axis: try $0.integer("axis"))] },
  "maximum-over": { [$0[0].maximum(axis: try $0.integer("axis"))] },
  "minimum-over": { [$0[0].minimum(axis: try $0.integer("axis"))] },
]
