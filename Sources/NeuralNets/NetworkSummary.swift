import Autograd
import Tensors

/// What a network's pass goes through: every stage with its output's shape, its parameters and the stages that it
/// takes.
///
/// Nothing of it is written down by hand. A `Sequential` is walked layer by layer; of any other network the edges and
/// the parameters are read off the recorded graph: see `init(of:input:stages:)`.
package struct NetworkSummary: Sendable {
  package struct Stage: Sendable, Equatable {
    package let name: String
    /// Of the output, the batch's axis first.
    package let shape: [Int]
    /// How many numbers this stage can learn.
    package let parameters: Int
    /// Positions, in `stages`, of the stages whose output this one takes.
    package let inputs: [Int]

    package init(name: String, shape: [Int], parameters: Int, inputs: [Int]) {
      (self.name, self.shape, self.parameters, self.inputs) = (name, shape, parameters, inputs)
    }
  }

  /// The input first, then in the order of the pass.
  package let stages: [Stage]
  /// Parameters of the network that no stage depends on.
  package let unusedParameters: Int

  package var parameters: Int { stages.reduce(unusedParameters) { $0 + $1.parameters } }

  /// Walks `network` with `input`, in evaluation mode, so that no running statistic moves.
  package init(of network: Sequential, input: Tensor) {
    let normalizations = network.allLayers.compactMap { $0 as? BatchNorm2d }
    let modes = normalizations.map(\.isTraining)
    network.setTraining(false)
    defer { for (layer, mode) in zip(normalizations, modes) { layer.isTraining = mode } }
    var stages = [Stage(name: "input", shape: input.shape, parameters: 0, inputs: [])]
    var x = input
    withoutRecording {
      for layer in network.children {
        x = layer(x)
        let count = layer.parameters.reduce(0) { $0 + $1.value.count }
        stages.append(Stage(name: describe(layer), shape: x.shape, parameters: count, inputs: [stages.count - 1]))
      }
    }
    (self.stages, unusedParameters) = (stages, 0)
  }

  /// Reads the graph behind `stages`, tensors that `network` made of `input` while recording was on.
  ///
  /// A stage takes another one where a gradient flows from it to that one, and no third stage lies on the way. A
  /// parameter belongs to the first stage that it has a gradient from. Caveat: of a stage that is taken both directly
  /// and by way of a third, as behind a skip connection, only the longer way is seen.
  package init(of network: any Module, input: Tensor, stages named: [(name: String, value: Tensor)]) {
    let all = [(name: "input", value: input)] + named
    let parameters = network.parameters.values
    var reached: [Set<Int>] = []
    var learned: [Set<Int>] = []
    var stages: [Stage] = []
    for (position, stage) in all.enumerated() {
      let earlier = all[..<position].map(\.value)
      let found = gradientsIfConnected(
        of: stage.value, at: earlier + parameters, cotangent: .ones(stage.value.shape, dtype: stage.value.dtype))
      let ancestors = Set(earlier.indices.filter { found[$0] != nil })
      let inputs = ancestors.filter { candidate in !ancestors.contains { reached[$0].contains(candidate) } }.sorted()
      let below = Set(parameters.indices.filter { found[position + $0] != nil })
      let own = inputs.reduce(below) { $0.subtracting(learned[$1]) }
      reached.append(ancestors)
      learned.append(below)
      stages.append(
        Stage(
          name: stage.name, shape: stage.value.shape, parameters: own.reduce(0) { $0 + parameters[$1].count },
          inputs: inputs))
    }
    let used = learned.reduce(Set<Int>()) { $0.union($1) }
    self.stages = stages
    unusedParameters = parameters.indices.filter { !used.contains($0) }.reduce(0) { $0 + parameters[$1].count }
  }

  private init(stages: [Stage]) { (self.stages, unusedParameters) = (stages, 0) }

  /// The stages on the ways from one to another, both included. The first takes nothing.
  package func part(from first: String, to last: String) -> NetworkSummary {
    guard let start = stages.firstIndex(where: { $0.name == first }),
      let end = stages.firstIndex(where: { $0.name == last })
    else { preconditionFailure("no stages \(first) and \(last) among \(stages.map(\.name))") }
    var after: Set = [start]
    for (index, stage) in stages.enumerated() where stage.inputs.contains(where: after.contains) { after.insert(index) }
    var before: Set = [end]
    for index in stages.indices.reversed() where before.contains(index) { before.formUnion(stages[index].inputs) }
    let kept = after.intersection(before).sorted()
    return NetworkSummary(
      stages: kept.map { index in
        let stage = stages[index]
        return Stage(
          name: stage.name, shape: stage.shape, parameters: stage.parameters,
          inputs: stage.inputs.compactMap(kept.firstIndex(of:)))
      })
  }

  /// Rows of a table under "layer", "output", "parameters", with the sum last.
  package var rows: [[String]] {
    var rows = stages.map { stage in
      [stage.name, "\(stage.shape)", stage.parameters == 0 ? "" : grouped(stage.parameters)]
    }
    if unusedParameters > 0 { rows.append(["used by no stage", "", grouped(unusedParameters)]) }
    return rows + [["in all", "", grouped(parameters)]]
  }

  package static let headings = ["layer", "output", "parameters"]

  /// Everything in numbers, for a record: of every stage its shape, its parameters, and what it takes.
  package var numbers: [Double] {
    stages.flatMap { stage in (stage.shape + [stage.parameters] + stage.inputs).map(Double.init) }
      + [Double(unusedParameters)]
  }
}

/// 951808 as "951,808".
package func grouped(_ count: Int) -> String {
  let digits = Array(String(abs(count)))
  let groups = digits.indices.map { index in
    (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
  }
  return (count < 0 ? "-" : "") + groups.joined()
}
