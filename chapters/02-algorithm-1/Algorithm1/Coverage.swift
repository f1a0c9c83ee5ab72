import Tensors

/// How well samples [N, 2] cover the ring.
package struct Coverage {
  package let modes: Int
  package let highQuality: Double

  package init(of samples: Tensor) {
    let values = samples.values
    let count = samples.shape[0]
    let reach = 3 * DataSet.ringDeviation
    var near = [Int](repeating: 0, count: 8)
    for index in 0..<count {
      let (x, y) = (values[2 * index], values[2 * index + 1])
      for (mode, center) in DataSet.ringCenters.enumerated() {
        let (dx, dy) = (x - center.x, y - center.y)
        if dx * dx + dy * dy < reach * reach { near[mode] += 1 }
      }
    }
    modes = near.count { Double($0) >= Double(count) / 32 }
    highQuality = Double(near.reduce(0, +)) / Double(count)
  }
}
