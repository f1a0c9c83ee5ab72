import KernelContract

/// PyTorch's Adam, operation by operation: `lerp` for the first moment (from the far end where the weight is ½ or more),
/// `addcmul` for the second, `addcdiv` for the step.
@inline(never)
func adam<Scalar: KernelScalar>(
  _ constants: AdamConstants<Scalar>, _ count: Int, _ gradient: UnsafePointer<Scalar>,
  _ parameter: UnsafeMutablePointer<Scalar>, _ firstMoment: UnsafeMutablePointer<Scalar>,
  _ secondMoment: UnsafeMutablePointer<Scalar>
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
