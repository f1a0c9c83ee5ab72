import Pictures
import Tensors

extension CIFAR10 {
  /// Images as a network takes them: [B, 3, size, size] in [−1, 1].
  ///
  /// Resized on 8 bits as Pillow does, then pixel/255, then (x − ½)/½, both in float32; widened where float64 is asked
  /// for. The bits of torchvision's Resize(size), ToTensor, Normalize(0.5, 0.5). `normalization` replaces the last two.
  package func batch(
    _ indices: some Collection<Int>, size: Int = CIFAR10.side, normalization: PixelNormalization = .symmetric,
    dtype: DType = .float32
  ) -> Tensor {
    precondition(size > 0 && normalization.channels == 3, "cannot make a batch of size \(size)")
    precondition(indices.allSatisfy { (0..<count).contains($0) }, "an image outside of 0 ..< \(count) was asked for")
    let indices = Array(indices)
    let shape = [indices.count, 3, size, size]
    switch dtype {
    case .float32: return Tensor(shape: shape, of: Float.self) { fill($0, indices, size, normalization) }
    case .float64: return Tensor(shape: shape, of: Double.self) { fill($0, indices, size, normalization) }
    }
  }

  @inline(__always)
  private func fill<Scalar: TensorScalar>(
    _ out: UnsafeMutableBufferPointer<Scalar>, _ indices: [Int], _ size: Int,
    _ normalization: PixelNormalization
  ) {
    let resizer = Resizer(width: Self.side, height: Self.side, newWidth: size, newHeight: size)
    let area = size * size
    let table = normalization.table.map { Scalar($0) }
    records.withUnsafeBufferPointer { records in
      table.withUnsafeBufferPointer { table in
        Parallel.forEach(indices.count, costPerIndex: 3 * area) { place in
          withUnsafeTemporaryAllocation(of: UInt8.self, capacity: area) { resized in
            for channel in 0..<3 {
              let start = indices[place] * Self.recordByteCount + 1 + channel * Self.planeByteCount
              let plane = UnsafeBufferPointer(rebasing: records[start..<(start + Self.planeByteCount)])
              resizer.resize(plane, interleaved: 1, into: resized)
              let target = (place * 3 + channel) * area
              for pixel in 0..<area { out[target &+ pixel] = table[channel &* 256 &+ Int(resized[pixel])] }
            }
          }
        }
      }
    }
  }
}
