/// The textbook products: convolutions as im2col and one `gemm` per group of images.
///
/// The batch is cut into fixed groups of images (never per thread), so the bits do not depend on the number of threads.
/// They do depend on the kernel OpenBLAS picks for the processor.
struct OpenBLASBackend: ProductBackend {
  func matrixProduct(_ a: Tensor, transposingA: Bool, _ b: Tensor, transposingB: Bool) -> Tensor {
    switch a.dtype {
    case .float32: matrixProduct(a, transposingA, b, transposingB, Float.self)
    case .float64: matrixProduct(a, transposingA, b, transposingB, Double.self)
    }
  }

  func convolution(_ x: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    switch x.dtype {
    case .float32: convolution(x, weight, geometry, Float.self)
    case .float64: convolution(x, weight, geometry, Double.self)
    }
  }

  func convolutionInputGradient(_ cotangent: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    switch cotangent.dtype {
    case .float32: convolutionInputGradient(cotangent, weight, geometry, Float.self)
    case .float64: convolutionInputGradient(cotangent, weight, geometry, Double.self)
    }
  }

  func convolutionWeightGradient(_ cotangent: Tensor, _ x: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    switch x.dtype {
    case .float32: convolutionWeightGradient(cotangent, x, geometry, Float.self)
    case .float64: convolutionWeightGradient(cotangent, x, geometry, Double.self)
    }
  }

  // MARK: - One element type

  private func matrixProduct<Scalar: BLASScalar>(
    _ a: Tensor, _ transposingA: Bool, _ b: Tensor, _ transposingB: Bool, _: Scalar.Type
  ) -> Tensor {
    let rows = a.shape[transposingA ? 1 : 0]
    let depth = a.shape[transposingA ? 0 : 1]
    let columns = b.shape[transposingB ? 0 : 1]
    guard depth > 0 else { return .zeros([rows, columns], dtype: a.dtype) }
    return Primitive.make([rows, columns], Scalar.self) { out in
      let left = a.pointer(to: Scalar.self)
      let right = b.pointer(to: Scalar.self)
      // Bands of rows: fixed, so that a band's bits are those of its own gemm.
      let band = max(Blocking.Textbook.rows, (rows + Blocking.Textbook.parts - 1) / Blocking.Textbook.parts)
      let parts = columns * depth * rows < Blocking.Textbook.onOneThread ? 1 : (rows + band - 1) / band
      let height = parts == 1 ? rows : band
      ThreadPool.current.run(parts: parts) { part in
        let first = part * height
        Scalar.multiply(
          rows: min(height, rows - first), columns: columns, depth: depth,
          left + (transposingA ? first : first * depth), a.shape[1], transposingA: transposingA, right, b.shape[1],
          transposingB: transposingB, beta: 0, out + first * columns, columns)
      }
    }
  }

  /// Images per group.
  private func imagesPerGroup(_ geometry: ConvolutionGeometry) -> Int {
    max(1, min(geometry.batch, Blocking.Textbook.columns / geometry.outputPixels))
  }

  private func convolution<Scalar: BLASScalar>(
    _ x: Tensor, _ weight: Tensor, _ g: ConvolutionGeometry, _: Scalar.Type
  ) -> Tensor {
    Primitive.make(g.outputShape, Scalar.self) { out in
      let source = x.pointer(to: Scalar.self)
      let filter = weight.pointer(to: Scalar.self)
      forEachGroup(of: g) { first, images in
        let rowLength = images * g.outputPixels
        withScratch(g.taps * rowLength, g.outputChannels * rowLength, of: Scalar.self) { columns, product in
          Im2Col(geometry: g).unroll(
            source + first * g.inputChannels * g.inputPixels, images: images, to: columns, rowLength: rowLength)
          Scalar.multiply(
            rows: g.outputChannels, columns: rowLength, depth: g.taps, filter, g.taps, transposingA: false, columns,
            rowLength, transposingB: false, beta: 0, product, rowLength)
          exchange(g, images) { image, channel in
            (out + ((first + image) * g.outputChannels + channel) * g.outputPixels).update(
              from: product + channel * rowLength + image * g.outputPixels, count: g.outputPixels)
          }
        }
      }
    }
  }

  private func convolutionInputGradient<Scalar: BLASScalar>(
    _ cotangent: Tensor, _ weight: Tensor, _ g: ConvolutionGeometry, _: Scalar.Type
  ) -> Tensor {
    Primitive.make(g.inputShape, Scalar.self) { out in
      let above = cotangent.pointer(to: Scalar.self)
      let filter = weight.pointer(to: Scalar.self)
      forEachGroup(of: g) { first, images in
        let rowLength = images * g.outputPixels
        withScratch(g.taps * rowLength, g.outputChannels * rowLength, of: Scalar.self) { columns, cotangents in
          setSideBySide(above, first, images, g, to: cotangents)
          Scalar.multiply(
            rows: g.taps, columns: rowLength, depth: g.outputChannels, filter, g.taps, transposingA: true, cotangents,
            rowLength, transposingB: false, beta: 0, columns, rowLength)
          Im2Col(geometry: g).roll(
            columns, rowLength: rowLength, images: images, to: out + first * g.inputChannels * g.inputPixels)
        }
      }
    }
  }

  private func convolutionWeightGradient<Scalar: BLASScalar>(
    _ cotangent: Tensor, _ x: Tensor, _ g: ConvolutionGeometry, _: Scalar.Type
  ) -> Tensor {
    // Chunks of the batch, each summed image group by image group, then added in order.
    let chunks = max(1, min(Blocking.Textbook.parts, g.batch))
    let partial = Primitive.make([chunks, g.outputChannels * g.taps], Scalar.self) { out in
      let above = cotangent.pointer(to: Scalar.self)
      let source = x.pointer(to: Scalar.self)
      let perGroup = imagesPerGroup(g)
      ThreadPool.current.run(parts: chunks) { chunk in
        let end = (chunk + 1) * g.batch / chunks
        var first = chunk * g.batch / chunks
        let sum = out + chunk * g.outputChannels * g.taps
        if first == end { sum.update(repeating: 0, count: g.outputChannels * g.taps) }
        var beta: Scalar = 0
        while first < end {
          let images = min(perGroup, end - first)
          let rowLength = images * g.outputPixels
          withScratch(g.taps * rowLength, g.outputChannels * rowLength, of: Scalar.self) { columns, cotangents in
            Im2Col(geometry: g).unroll(
              source + first * g.inputChannels * g.inputPixels, images: images, to: columns, rowLength: rowLength)
            setSideBySide(above, first, images, g, to: cotangents)
            Scalar.multiply(
              rows: g.outputChannels, columns: g.taps, depth: rowLength, cotangents, rowLength, transposingA: false,
              columns, rowLength, transposingB: true, beta: beta, sum, g.taps)
          }
          beta = 1
          first += images
        }
      }
    }
    return Primitive.sum(partial, axes: [0]).withShape(g.weightShape)
  }

  // MARK: - Groups of images

  private func forEachGroup(of geometry: ConvolutionGeometry, _ body: (_ first: Int, _ images: Int) -> Void) {
    let perGroup = imagesPerGroup(geometry)
    ThreadPool.current.run(parts: (geometry.batch + perGroup - 1) / perGroup) { group in
      body(group * perGroup, min(perGroup, geometry.batch - group * perGroup))
    }
  }

  private func exchange(_ g: ConvolutionGeometry, _ images: Int, _ copy: (_ image: Int, _ channel: Int) -> Void) {
    for image in 0..<images {
      for channel in 0..<g.outputChannels { copy(image, channel) }
    }
  }

  /// [images, O, P] as the matrix [O, images·P].
  private func setSideBySide<Scalar: BLASScalar>(
    _ y: UnsafePointer<Scalar>, _ first: Int, _ images: Int, _ g: ConvolutionGeometry,
    to matrix: UnsafeMutablePointer<Scalar>
  ) {
    exchange(g, images) { image, channel in
      (matrix + (channel * images + image) * g.outputPixels).update(
        from: y + ((first + image) * g.outputChannels + channel) * g.outputPixels, count: g.outputPixels)
    }
  }
}

/// Calls `body` with two pieces of working memory from the pool.
///
/// A closure, because a storage that is only reached through its pointer would be given back after the last mention of
/// it.
private func withScratch<Scalar: TensorScalar>(
  _ firstCount: Int, _ secondCount: Int, of _: Scalar.Type,
  _ body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
) {
  let size = MemoryLayout<Scalar>.stride
  let first = Storage(byteCount: firstCount * size)
  let second = Storage(byteCount: secondCount * size)
  withExtendedLifetime((first, second)) {
    body(
      first.pointer.bindMemory(to: Scalar.self, capacity: firstCount),
      second.pointer.bindMemory(to: Scalar.self, capacity: secondCount))
  }
}
