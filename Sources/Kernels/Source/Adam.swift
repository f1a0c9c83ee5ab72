import KernelContract

extension CompiledKernels {
  /// PyTorch's Adam, operation by operation: `lerp` for the first moment (from the far end where the weight is ½ or
  /// more), `addcmul` for the second, `addcdiv` for the step.
  @inline(never)
  package static func adam(
    _ constants: AdamConstants<Scalar>, count: Int, gradient: Source, parameter: Destination, firstMoment: Destination,
    secondMoment: Destination
  ) {
    let weight = constants.firstWeight
    let fromFarEnd = weight >= 0.5
    let farWeight = 1 - weight
    let decay = constants.secondDecay
    let secondWeight = constants.secondWeight
    let stepSize = constants.stepSize
    let correction = constants.secondCorrection
    let epsilon = constants.epsilon
    var index = 0
    while index < count {
      let g = gradient[index]
      let m = firstMoment[index]
      let first = fromFarEnd ? g - (g - m) * farWeight : m + (g - m) * weight
      let second = secondMoment[index] * decay + secondWeight * g * g
      firstMoment[index] = first
      secondMoment[index] = second
      parameter[index] += stepSize * first / (second.squareRoot() / correction + epsilon)
      index &+= 1
    }
  }
}
