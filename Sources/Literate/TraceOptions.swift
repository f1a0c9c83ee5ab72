import ArgumentParser
import Files
import TensorFiles
import Tensors

/// The options by which a run leaves a trace of every operation, and by which a mistake is planted in it.
package struct TraceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write a digest of every operation to this file; see docs/tracing.md.", valueName: "file"))
  package var trace: String?

  @Option(
    help: ArgumentHelp(
      "Write the values of the trace's N-th entry to this file, and end there.", valueName: "N:file",
      visibility: .hidden),
    transform: { text in
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let entry = Int(parts[0]), entry >= 0 else {
        throw ValidationError("expected the number of an entry and a file, as in 12:values.safetensors")
      }
      return DumpRequest(entry: entry, path: String(parts[1]))
    })
  package var traceDump: DumpRequest?

  @Option(
    help: ArgumentHelp(
      "Write what the layers put out to this file, as many times as --trace-layers-count says, and end there.",
      valueName: "file", visibility: .hidden))
  package var traceLayers: String?

  @Option(help: ArgumentHelp("Outputs of layers to write.", visibility: .hidden))
  package var traceLayersCount = 100

  @Option(
    help: ArgumentHelp(
      "Plant a mistake of the museum (docs/museum.md), or a fault of the engine's: NAME, or NAME:PLACE.",
      valueName: "name", visibility: .hidden),
    transform: { text in
      guard let request = FaultRequest(text) else {
        throw ValidationError("expected one of \(Fault.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return request
    })
  package var fault: FaultRequest?

  package init() {}

  package func validate() throws {
    let given = [trace != nil, traceDump != nil, traceLayers != nil].count { $0 }
    if given > 1 { throw ValidationError("--trace, --trace-dump and --trace-layers: expected one of them at most") }
    if trace?.isEmpty == true { throw ValidationError("--trace: expected a file, found an empty text") }
    if !(1...100_000).contains(traceLayersCount) {
      throw ValidationError("--trace-layers-count \(traceLayersCount): expected 1 to 100000")
    }
  }
}

/// Which entry of a trace is to be written where.
package struct DumpRequest: Sendable {
  package let entry: Int
  package let path: String
}

/// Which fault is to be planted, and where if it strikes once.
package struct FaultRequest: Sendable {
  package let fault: Fault
  package let place: Int

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let fault = Fault(rawValue: String(first)) else { return nil }
    self.fault = fault
    guard parts.count == 2 else {
      place = 1
      return
    }
    guard Fault.once.contains(fault), let place = Int(parts[1]), place >= 1 else { return nil }
    self.place = place
  }
}
