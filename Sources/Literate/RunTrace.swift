import Files
import Goldens
import Kernels
import TensorFiles
import Tensors

extension ChapterRun {
  /// What a trace says of the run it is of: enough to make it again.
  func traceHeader(arguments: [String]) -> TraceFile.Header {
    var environment: [String: String] = [:]
    for name in ["BOOK_ISA", "BOOK_THREADS"] { environment[name] = Platform.environment(name) }
    return TraceFile.Header(
      chapter: chapter, dtype: dtype, arguments: Self.withoutTracing(arguments), environment: environment,
      program: program.text, executable: Platform.executablePath, instructionSet: InstructionSet.current.rawValue,
      threads: ThreadPool.shared.threads)
  }

  /// The arguments that decide what is computed.
  private static func withoutTracing(_ arguments: [String]) -> [String] {
    var kept: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--trace" || argument == "--out" {
        _ = rest.popFirst()
      } else if !argument.hasPrefix("--trace=") && !argument.hasPrefix("--out=") {
        kept.append(argument)
      }
    }
    return kept
  }

  /// Plants what is to be planted and begins to trace, before anything is computed.
  func beginTracing() throws -> TraceFileWriter? {
    let options = self.options.tracing
    if let request = options.fault {
      Fault.plant(request.fault, place: request.place) { entry in
        let place = entry.map { " in entry \($0)" } ?? ""
        Terminal.shared.printError("planted \(request.fault.rawValue)\(place)")
      }
    }
    if let path = options.trace {
      let trace = try TraceFileWriter(path, header: traceHeader(arguments: Array(CommandLine.arguments.dropFirst())))
      trace.begin()
      return trace
    }
    if let request = options.traceDump {
      Trace.begin(
        .dump(entry: request.entry) { values in
          do { try Self.write(values, to: request.path) } catch {
            Terminal.shared.printError("error: \(error)")
            Platform.exitProcess(2)
          }
          Platform.exitProcess(0)
        })
    }
    if let path = options.traceLayers {
      let layers = LayerOutputs(path: path, count: options.traceLayersCount)
      Trace.begin(.layers { layers.add($0, $1) })
    }
    return nil
  }

  private static func write(_ values: Trace.Dumped, to path: String) throws {
    var file = try TensorFile(path: path, metadata: ["operation": values.operation])
    for (index, tensor) in values.inputs.enumerated() { try file.append("input/\(index)", tensor) }
    for (index, tensor) in values.outputs.enumerated() { try file.append("output/\(index)", tensor) }
    try AtomicFile.write(file.safetensorsBytes(), to: path)
  }
}

/// What the layers put out, in order, until there is enough of it.
private final class LayerOutputs {
  private let path: String
  private let count: Int
  private var outputs: [(String, Tensor)] = []

  init(path: String, count: Int) { (self.path, self.count) = (path, count) }

  func add(_ layer: String, _ output: Tensor) {
    outputs.append((layer, output.detachedCopy))
    guard outputs.count == count else { return }
    do {
      var file = try TensorFile(path: path)
      for (index, (layer, output)) in outputs.enumerated() {
        let number = String(index)
        try file.append(String(repeating: "0", count: max(0, 6 - number.count)) + number + "/" + layer, output)
      }
      try AtomicFile.write(file.safetensorsBytes(), to: path)
    } catch {
      Terminal.shared.printError("error: \(error)")
      Platform.exitProcess(2)
    }
    Platform.exitProcess(0)
  }
}

extension Tensor {
  /// The same values in memory of their own.
  fileprivate var detachedCopy: Tensor {
    let copy = Tensor(shape: shape, dtype: dtype, storage: Storage(byteCount: count * dtype.byteCount))
    withBytes { bytes in
      if let base = bytes.baseAddress { copy.storage.pointer.copyMemory(from: base, byteCount: bytes.count) }
    }
    return copy
  }
}
