import KernelContract

// Sums, Adam and batch normalization.

extension KernelProbe {
  func reduction() {
    forKinds { kind in
      for count in [0, 1, 5, 15, 16, 17, 100, 4095, 4096, 4097, 20011] {
        let a = filled(kind, 4, count)
        let b = filled(kind, 5, count)
        let out = UnsafeMutablePointer<Double>.allocate(capacity: 2)
        out[0] = Kernels.sum(count: count, a)
        out[1] = Kernels.dotProduct(count: count, a, b)
        report("sum,dotProduct", kind.rawValue, count, out, 2)
        Kernels.accumulate(count: count, a, to: b)
        report("accumulate", kind.rawValue, count, b, count)
        a.deallocate()
        b.deallocate()
        out.deallocate()
      }
    }
  }

  func adam() {
    let count = 5003
    for (index, decay) in [0.9, 0.5, 0.0, 0.3].enumerated() {
      forKinds { kind in
        let p = filled(kind, 6, count)
        let m = filled(.ordinary, 7, count)
        let v = filled(.ordinary, 8, count)
        for i in 0..<count {
          m[i] = m[i] * 0.125
          v[i] = v[i] * v[i]
        }
        for step in 1...5 {
          let g = filled(kind, 10 + step, count)
          let constants = AdamConstants<Scalar>(
            learningRate: 0.0002, firstDecay: decay, secondDecay: 0.999, epsilon: 1e-8, step: step * step * 7)
          Kernels.adam(
            constants, count: count, gradient: g, parameter: p, firstMoment: m, secondMoment: v)
          g.deallocate()
        }
        report("adam.parameter", kind.rawValue, index, p, count)
        report("adam.firstMoment", kind.rawValue, index, m, count)
        report("adam.secondMoment", kind.rawValue, index, v, count)
        p.deallocate()
        m.deallocate()
        v.deallocate()
      }
    }
  }

  func normalization() {
    for plane in [1, 3, 7, 16, 49, 65, 1024, 4100] {
      for channels in [1, 3, 8] {
        forKinds { kind in
          let images = 3
          let imageStride = channels * plane + 5
          let count = images * imageStride
          let planes = ChannelPlanes(images: images, imageStride: imageStride, channels: channels, count: plane)
          let id = plane * 10 + channels
          let x = filled(kind, 20, count)
          let y = filled(kind, 21, count)
          let output = filled(kind, 22, count)
          let means = unset(8)
          let variances = unset(8)
          Kernels.channelMoments(planes, x, means: means, variances: variances)
          report("moments.means", kind.rawValue, id, means, channels)
          report("moments.variances", kind.rawValue, id, variances, channels)
          let deviation = UnsafeMutablePointer<Double>.allocate(capacity: 1)
          deviation[0] = Kernels.squaredDeviation(count: plane, x, center: means[0])
          report("squaredDeviation", kind.rawValue, id, deviation, 1)
          deviation.deallocate()
          let scales = filled(.ordinary, 23, 8)
          let shifts = filled(.ordinary, 24, 8)
          let slopes = filled(.ordinary, 25, 8)
          let out = unset(count)
          func normalize(_ activation: ChannelActivation?) {
            Kernels.normalizeChannels(planes, x, scales: scales, shifts: shifts, activation: activation, to: out)
          }
          normalize(nil)
          report("normalize", kind.rawValue, id, out, count)
          normalize(.relu)
          report("normalize.relu", kind.rawValue, id, out, count)
          normalize(.leakyReLU(slope: 0.2))
          report("normalize.leakyReLU", kind.rawValue, id, out, count)
          let sums = UnsafeMutablePointer<Double>.allocate(capacity: 16)
          Kernels.channelGradientSums(
            planes, cotangent: y, output: nil, slope: 0, x, means: slopes, sums: sums, products: sums + 8)
          report("gradientSums", kind.rawValue, id, sums, channels)
          report("gradientProducts", kind.rawValue, id, sums + 8, channels)
          Kernels.channelGradientSums(
            planes, cotangent: y, output: output, slope: 0.2, x, means: slopes, sums: sums, products: sums + 8)
          report("gradientSums.gated", kind.rawValue, id, sums, channels)
          report("gradientProducts.gated", kind.rawValue, id, sums + 8, channels)
          Kernels.normalizeChannelsGradient(
            planes, cotangent: y, output: nil, slope: 0, x, scales: scales, slopes: slopes, shifts: shifts, to: out)
          report("inputGradient", kind.rawValue, id, out, count)
          Kernels.normalizeChannelsGradient(
            planes, cotangent: y, output: output, slope: 0.2, x, scales: scales, slopes: slopes, shifts: shifts,
            to: out)
          report("inputGradient.gated", kind.rawValue, id, out, count)
          x.deallocate()
          y.deallocate()
          output.deallocate()
          out.deallocate()
          means.deallocate()
          variances.deallocate()
          scales.deallocate()
          shifts.deallocate()
          slopes.deallocate()
          sums.deallocate()
        }
      }
    }
  }
}
