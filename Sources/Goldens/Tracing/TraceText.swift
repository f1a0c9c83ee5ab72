import Tensors

extension TraceEvent.Operation {
  /// "convolution(2, 2, 1, 1) of [64, 3, 64, 64] and [64, 3, 4, 4] → float32 [64, 64, 32, 32]".
  package var summary: String {
    var text = name
    if let about = self.text { text += " \(about)" }
    if !settings.isEmpty { text += "(\(settings.map(Self.number).joined(separator: ", ")))" }
    if !inputs.isEmpty { text += " of \(inputs.map { "\($0.shape)" }.joined(separator: ", "))" }
    let made = outputs.map { "\($0.dtype) \($0.shape)" }
    return made.isEmpty ? text : text + " → " + made.joined(separator: ", ")
  }

  /// A setting, whole numbers without a fraction.
  package static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}

extension TraceComparison.Place {
  /// Where in the run: "literal, behind iteration 3, in the forward pass of Discriminator.GAN_Discriminator.0".
  func text(isBackward: Bool) -> String {
    var parts = ["entry \(entry)"]
    if let progress { parts.append("\(progress.label), \(progress.done) done") }
    if isBackward { parts.append("in a backward pass") }
    if let layer { parts.append("in the layer \(layer)") }
    return parts.joined(separator: ", ")
  }
}

extension TraceComparison {
  /// What is to be told, in lines.
  package var text: String {
    guard let difference else { return "no difference in \(entries) entries" }
    return ["\(entries) entries agree", difference.text].joined(separator: "\n")
  }
}

extension TraceComparison.Difference {
  package var text: String {
    let isBackward = (first ?? second)?.isBackward ?? false
    var lines = ["first difference: \(headline)", "  at \(place.text(isBackward: isBackward))"]
    func line(_ name: String, _ text: String) { lines.append("  \(name): \(text)") }
    switch kind {
    case .output:
      line("operation", first?.summary ?? "")
      for (index, input) in (first?.inputs ?? []).enumerated() {
        let name = index < inputNames.count ? inputNames[index].map { " \($0)" } ?? "" : ""
        line("input \(index)", "\(input.shape)\(name), the same in both")
      }
    default:
      line("first run", first?.summary ?? "has ended")
      line("second run", second?.summary ?? "has ended")
    }
    return lines.joined(separator: "\n")
  }

  private var name: String {
    let operation = first ?? second
    return [operation?.name, operation?.text].compactMap(\.self).joined(separator: " ")
  }

  private var headline: String {
    switch kind {
    case .output where name == TraceEvent.Operation.dataName:
      "data that no operation has made: the runs begin with other values there"
    case .output(let index):
      "\(name): its inputs agree, its output\((first?.outputs.count ?? 1) > 1 ? " \(index)" : "") does not"
    case .settings: "\(name): its inputs agree, its settings do not"
    case .input(let index):
      "\(name): input \(index) is another value in each run, though both have computed the same before"
    case .stream:
      "\(name): it draws from another place of the random stream in each run, though all traced draws before agree"
    case .otherOperation: "the runs do different things: \(first?.name ?? "") and \(second?.name ?? "")"
    case .end: "one run ends where the other goes on"
    }
  }
}
