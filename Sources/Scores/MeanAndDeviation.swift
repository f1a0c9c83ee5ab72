import Tensors

extension [Double] {
  /// `numpy.mean`.
  package var mean: Double { reduce(0, +) / Double(count) }

  /// `numpy.std`: the root of the mean squared distance from the mean, divided by N and not N − 1.
  package var populationDeviation: Double {
    let mean = mean
    let degrees = Fault.sampleDeviationOfParts.isPlanted ? count - 1 : count
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(degrees)).squareRoot()
  }
}
