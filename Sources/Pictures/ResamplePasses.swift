// The two passes of a resize. Growing an image mixes at most two pixels into one, which is what training does all the
// time (32 to 64 pixels), so two taps have loops of their own that the compiler can unroll and vectorize.

extension ResampleWeights {
  private static let half: Int32 = 1 << (fractionBits - 1)

  /// The weights are never negative and sum to 1 within a few units of 2⁻²², so only the upper end can overflow 8 bits.
  @inline(__always)
  private static func clipped(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(sum >> fractionBits, 255))
  }

  /// Resamples every row of `width` pixels of `channels` interleaved values to a row of as many pixels as there are
  /// weights.
  func resampleRows(
    _ pixels: UnsafeBufferPointer<UInt8>, rows: Int, width: Int, channels: Int,
    into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (sourceLength, targetLength) = (width * channels, first.count * channels)
    for column in first.indices {
      let (start, count) = (first[column] * channels, count[column])
      for channel in 0..<channels {
        var (source, target) = (start &+ channel, column &* channels &+ channel)
        if count <= 2 {
          // A missing second tap has weight zero; its pixel only has to exist.
          let second = count == 2 ? channels : 0
          let (weight0, weight1) = (weights[column &* stride], weights[column &* stride &+ 1])
          for _ in 0..<rows {
            let sum = Int32(pixels[source]) &* weight0 &+ Int32(pixels[source &+ second]) &* weight1
            out[target] = Self.clipped(sum &+ Self.half)
            source &+= sourceLength
            target &+= targetLength
          }
        } else {
          for _ in 0..<rows {
            var sum = Self.half
            for tap in 0..<count {
              sum &+= Int32(pixels[source &+ tap &* channels]) &* weights[column &* stride &+ tap]
            }
            out[target] = Self.clipped(sum)
            source &+= sourceLength
            target &+= targetLength
          }
        }
      }
    }
  }

  /// Resamples rows of `rowLength` values into as many rows as there are weights, each value by itself.
  func resampleColumns(
    _ pixels: UnsafeBufferPointer<UInt8>, rowLength: Int, into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowLength) { sums in
      for row in first.indices {
        let (source, target) = (first[row] &* rowLength, row &* rowLength)
        if count[row] <= 2 {
          let second = count[row] == 2 ? rowLength : 0
          let (weight0, weight1) = (weights[row &* stride], weights[row &* stride &+ 1])
          for index in 0..<rowLength {
            let upper = Int32(pixels[source &+ index]) &* weight0
            let lower = Int32(pixels[source &+ second &+ index]) &* weight1
            out[target &+ index] = Self.clipped(upper &+ lower &+ Self.half)
          }
        } else {
          sums.initialize(repeating: Self.half)
          for tap in 0..<count[row] {
            let weight = weights[row &* stride &+ tap]
            let line = source &+ tap &* rowLength
            for index in 0..<rowLength { sums[index] &+= Int32(pixels[line &+ index]) &* weight }
          }
          for index in 0..<rowLength { out[target &+ index] = Self.clipped(sums[index]) }
        }
      }
    }
  }
}
