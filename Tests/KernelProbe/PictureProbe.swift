import KernelContract

// Pooling, upsampling and pixel norm.

extension KernelProbe {
  func picture() {
    forKinds { kind in
      for columns in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 97] {
        let rows = 3
        let stride = 2 * columns + 5
        let source = filled(kind, 30, 2 * rows * stride)
        let out = unset(rows * columns)
        Kernels.poolPairs(rows: rows, columns: columns, source, stride: stride, scale: 0.3, to: out)
        report("poolPairs", kind.rawValue, columns, out, rows * columns + 16)
        let spread = unset(2 * rows * stride)
        Kernels.spreadPairs(rows: rows, columns: columns, source, scale: 0.3, to: spread, stride: stride)
        report("spreadPairs", kind.rawValue, columns, spread, 2 * rows * stride + 16)
        source.deallocate()
        out.deallocate()
        spread.deallocate()
      }
      for shape in [1 << 8 | 1, 3 << 8 | 7, 128 << 8 | 16, 256 << 8 | 33, 257 << 8 | 5, 600 << 8 | 97] {
        let channels = shape >> 8
        let pixels = shape & 255
        let stride = pixels + 3
        let x = filled(kind, 31, channels * stride)
        let y = filled(kind, 32, channels * stride)
        let root = unset(pixels)
        let slope = unset(pixels)
        let out = unset(channels * stride)
        Kernels.pixelNorm(
          channels: channels, channelStride: stride, pixels: pixels, x, epsilon: 1e-8, root: root, to: out)
        report("pixelNorm.root", kind.rawValue, shape, root, pixels)
        report("pixelNorm", kind.rawValue, shape, out, channels * stride)
        Kernels.pixelNormGradient(
          channels: channels, channelStride: stride, pixels: pixels, cotangent: y, x, root: root, slope: slope, to: out)
        report("pixelNormGradient.slope", kind.rawValue, shape, slope, pixels)
        report("pixelNormGradient", kind.rawValue, shape, out, channels * stride)
        x.deallocate()
        y.deallocate()
        root.deallocate()
        slope.deallocate()
        out.deallocate()
      }
    }
  }
}
