import KernelContract

/// x and the weights, or y̅ and the weights, or y̅ and x, in this order, multiplied as their extents' plan says.
struct OwnConvolution: KernelComputation {
  let pass: ConvolutionPass
  let a: Tensor
  let b: Tensor
  let geometry: ConvolutionGeometry
  let activation: ChannelActivation?
  /// Of a weight gradient of whose operands these are the own images.
  var sharing: BatchSharing?

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    typealias Scalar = Kernels.Scalar
    let left = a.pointer(to: Scalar.self)
    switch ConvolutionPlan(pass, of: geometry) {
    case .matrixProduct: return activated(matrixProduct(Kernels.self))
    case .pointwiseProducts: return activated(pointwiseProducts(Kernels.self))
    case .taps(let plan):
      let convolution = TapConvolution<Kernels>(plan)
      let weights = convolution.pack(b, pass, geometry)
      return withExtendedLifetime(weights) { make { convolution.run(left, weights, to: $0, finish(Kernels.self)) } }
    case .winograd(let plan):
      let weights = ConvolutionWeights(b, pass, geometry)
      return make { WinogradConvolution<Kernels>(plan).run(left, weights, to: $0, finish(Kernels.self)) }
    case .pixels(let plan):
      let gradient = WeightGradient<Kernels>(geometry, plan, sharing)
      return make { gradient.run(left, b.pointer(to: Scalar.self), to: $0) }
    case .winogradWeights(let plan):
      let gradient = WinogradWeightGradient<Kernels>(geometry, plan, sharing)
      return make { gradient.run(left, b.pointer(to: Scalar.self), to: $0) }
    }
  }

  private func make<Scalar: TensorScalar>(_ fill: (UnsafeMutablePointer<Scalar>) -> Void) -> Tensor {
    withExtendedLifetime((a, b)) { Primitive.make(geometry.resultShape(of: pass), Scalar.self, fill) }
  }

  private func activated(_ y: Tensor) -> Tensor { activation.map { Primitive.unary($0.operation, y) } ?? y }

  /// The activation, applied to outputs that have just been written and are still in the cache.
  private func finish<Kernels: TensorKernels>(_: Kernels.Type) -> FinishOutputs<Kernels.Scalar>? {
    activation.map { activation in
      { Kernels.unary(activation.operation, count: $1, $0, to: $0) }
    }
  }

  /// Every output meets the whole input: x·wᵀ, y̅·w, y̅ᵀ·x.
  private func matrixProduct<Kernels: TensorKernels>(_: Kernels.Type) -> Tensor {
    let g = geometry
    let x = [g.batch, g.taps]
    let w = [g.outputChannels, g.taps]
    let y = [g.batch, g.outputChannels]
    let product =
      switch pass {
      case .forward:
        MatrixProduct<Kernels>.of(a.withShape(x), isTransposed: false, b.withShape(w), isTransposed: true)
      case .inputGradient:
        MatrixProduct<Kernels>.of(a.withShape(y), isTransposed: false, b.withShape(w), isTransposed: false)
      case .weightGradient:
        MatrixProduct<Kernels>.of(a.withShape(y), isTransposed: true, b.withShape(x), isTransposed: false)
      }
    return product.withShape(g.resultShape(of: pass))
  }

  /// For every image the product of the weights [O, C] (of their transpose in the input gradient) and the planes of the
  /// source.
  private func pointwiseProducts<Kernels: TensorKernels>(_: Kernels.Type) -> Tensor {
    let channels = a.shape[1]
    let weights = b.withShape([geometry.outputChannels, geometry.inputChannels])
    let planes = a.withShape([geometry.batch * channels, geometry.inputPixels])
    return make { out in
      MatrixProduct<Kernels>(
        left: MatrixOperand(weights, isTransposed: pass == .inputGradient),
        right: MatrixOperand(planes, isTransposed: true, depth: channels), batch: geometry.batch, out: out,
        isOutTransposed: false
      ).run()
    }
  }
}
