import KernelContract

/// One axis of a convolution as taps: which source element, at a fixed distance from the output, each kernel element
/// meets.
///
/// Along an axis the outputs fall into residue classes: output residue + step·j. The forward pass has one class (step
/// 1), the input gradient as many as the stride, and every class is an ordinary correlation with a few of the kernel's
/// elements. The source is split into phases (every split-th element); a tap at `shift` in phase φ meets element j +
/// shift of φ.
struct TapAxis: Sendable {
  struct Tap: Sendable {
    /// Index into the kernel.
    let kernel: Int
    let phase: Int
    let shift: Int
  }

  struct Residue: Sendable {
    let count: Int
    let taps: [Tap]
  }

  let split: Int
  let step: Int
  /// Zeros before the source's first element.
  let margin: Int
  let residues: [Residue]

  /// Outputs of the largest class.
  let count: Int
  /// How far taps reach beyond the output's own element.
  let reach: Int

  private init(split: Int, step: Int, margin: Int, residues: [Residue]) {
    self.split = split
    self.step = step
    self.margin = margin
    self.residues = residues
    count = residues.map(\.count).max() ?? 0
    reach = residues.flatMap(\.taps).map(\.shift).max() ?? 0
  }

  /// y[j] = Σ_k x[j·stride + k − padding]·w[k].
  static func forward(kernel: Int, stride: Int, padding: Int, outputs: Int) -> TapAxis {
    let taps = (0..<kernel).map { Tap(kernel: $0, phase: $0 % stride, shift: $0 / stride) }
    return TapAxis(split: stride, step: 1, margin: padding, residues: [Residue(count: outputs, taps: taps)])
  }

  /// x̅[i] = Σ_k y̅[(i + padding − k)/stride]·w[k] over the k for which the division leaves no rest.
  ///
  /// With i = residue + stride·j these are k = r + stride·t, r = (residue + padding) mod stride, and the source is
  /// j + ⌊(residue + padding)/stride⌋ − t. Kernel elements that meet no cotangent element for any j are left out: on
  /// the 1 × 1 pictures that a generator begins with these are three quarters.
  static func inputGradient(kernel: Int, stride: Int, padding: Int, inputs: Int, outputs: Int) -> TapAxis {
    let classes = (0..<min(stride, inputs)).map { residue in
      let first = (residue + padding) % stride
      let lead = (residue + padding) / stride
      let count = (inputs - residue + stride - 1) / stride
      let taps = Swift.stride(from: first, to: max(first, kernel), by: stride).enumerated()
        .map { t, kernel in (kernel: kernel, source: lead - t) }
        .filter { $0.source < outputs && $0.source + count > 0 }
      return (count: count, taps: taps)
    }
    let margin = -(classes.flatMap(\.taps).map(\.source).min() ?? 0)
    let residues = classes.map { item in
      Residue(
        count: item.count,
        taps: item.taps.map { Tap(kernel: $0.kernel, phase: 0, shift: $0.source + max(0, margin)) })
    }
    return TapAxis(split: 1, step: stride, margin: max(0, margin), residues: residues)
  }

  /// The different tap columns of this axis, as `TapPlanes` counts them: shifts relative to the source's first element.
  var columns: [TapColumn] {
    var columns: [TapColumn] = []
    for tap in residues.flatMap(\.taps) where !columns.contains(column(tap)) { columns.append(column(tap)) }
    return columns
  }

  /// For every tap of a class its place among `columns`.
  func columnIndices(_ residue: Residue, in columns: [TapColumn]) -> [Int] {
    residue.taps.compactMap { columns.firstIndex(of: column($0)) }
  }

  private func column(_ tap: Tap) -> TapColumn {
    // Output 0 meets source element shift·split + phase − margin; the division rounds down.
    let first = tap.shift * split + tap.phase - margin
    let shift = first >= 0 ? first / split : -((split - 1 - first) / split)
    return TapColumn(phase: first - shift * split, shift: shift)
  }
}
