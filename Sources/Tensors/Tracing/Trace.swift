/// What a run computes, operation by operation: each primitive's name, settings, shapes, the values it was given and a
/// digest of those it made. Two runs with one trace are one run; where they part, the first operation that differs is
/// the one to look at (`book bisect`).
///
/// Every storage is numbered by the entry that made it, so an input is a number, and its digest that entry's. What no
/// primitive made (pictures, constants) is an entry of its own where it is first used. Storages are written once (see
/// `Storage`), so their digests may be taken later, on a spare thread: the trace holds them until then, and memory that
/// is held is not recycled.
///
/// Operations are traced on the thread that began the trace, in order. What runs side by side on others
/// (`Parallel.map`) has none, and counts as data.
package final class Trace: @unchecked Sendable {
  /// What becomes of the entries.
  package enum Purpose {
    /// They are digested and encoded on a spare thread.
    case write(TraceWriter)
    /// The values of one entry are handed over as they are in memory then, inputs included; nothing is digested.
    case dump(entry: Int, (Dumped) -> Void)
    /// The output of every layer is handed over; activations stay out of the layers before them, as PyTorch has it.
    case layers((String, Tensor) -> Void)
  }

  /// The values of one entry.
  package struct Dumped {
    package let operation: String
    package let inputs: [Tensor]
    package let outputs: [Tensor]
  }

  /// The trace of this process; one at a time.
  nonisolated(unsafe) private(set) package static var current: Trace?
  /// Of the storages numbered so far, in all traces of this process.
  nonisolated(unsafe) private static var lastNumber = 0

  private let purpose: Purpose
  private let thread = Platform.ThreadIdentity()
  /// Numbers up to here are an earlier trace's.
  private let firstNumber: Int
  /// Operations and data so far.
  package private(set) var entries = 0
  /// Inside an operation, whose parts are not traced, or where several threads compute.
  private var depth = 0
  private var isBackward = false

  private init(_ purpose: Purpose) {
    self.purpose = purpose
    firstNumber = Self.lastNumber
  }

  /// Traces from now on.
  package static func begin(_ purpose: Purpose) { current = Trace(purpose) }

  /// Ends the trace, and returns when every digest has been taken.
  package static func end() {
    guard let trace = current else { return }
    current = nil
    if case .write(let writer) = trace.purpose { writer.finish() }
  }

  /// Whether layers are to leave the activation behind them to an operation of its own. The bits are the same.
  package static var keepsLayersApart: Bool {
    guard let current, case .layers = current.purpose else { return false }
    return true
  }

  // MARK: - Operations

  /// `compute()`, traced as one operation on `inputs`.
  @inline(__always)
  package static func record(
    _ operation: @autoclosure () -> TracedOperation, _ inputs: @autoclosure () -> [Tensor], _ compute: () -> Tensor
  ) -> Tensor {
    guard let trace = current else { return compute() }
    return trace.operation(operation(), inputs(), compute) { [$0] }
  }

  /// The same for an operation with several results.
  @inline(__always)
  package static func record<Result>(
    _ operation: @autoclosure () -> TracedOperation, _ inputs: @autoclosure () -> [Tensor], _ compute: () -> Result,
    outputs: (Result) -> [Tensor]
  ) -> Result {
    guard let trace = current else { return compute() }
    return trace.operation(operation(), inputs(), compute, outputs)
  }

  private var isTracing: Bool { depth == 0 && thread.isCurrent }

  @inline(never)
  private func operation<Result>(
    _ operation: TracedOperation, _ inputs: [Tensor], _ compute: () -> Result, _ outputs: (Result) -> [Tensor]
  ) -> Result {
    guard isTracing else { return compute() }
    let sources = inputs.map { TracedInput(number: number($0), shape: $0.shape) }
    depth += 1
    let result = compute()
    depth -= 1
    let made = outputs(result)
    // One that hands an input back has computed nothing.
    if made.allSatisfy({ $0.storage.traceNumber <= firstNumber }) { add(operation, sources, inputs, made) }
    return result
  }

  private func add(_ operation: TracedOperation, _ sources: [TracedInput], _ inputs: [Tensor], _ outputs: [Tensor]) {
    let before = Self.lastNumber - firstNumber
    for output in outputs { assignNumber(output) }
    finishEntry(named: operation.name.description, inputs, outputs) {
      .operation(
        .init(
          operation: operation, isBackward: isBackward, inputs: sources, firstOutput: before + 1,
          outputs: outputs.map(TracedValue.init)))
    }
  }

  /// The number of an input; one that no operation has made becomes an entry first.
  private func number(_ tensor: Tensor) -> Int {
    if tensor.storage.traceNumber <= firstNumber {
      assignNumber(tensor)
      finishEntry(named: "data", [], [tensor]) { .data(TracedValue(tensor)) }
    }
    return tensor.storage.traceNumber - firstNumber
  }

  private func assignNumber(_ tensor: Tensor) {
    Self.lastNumber += 1
    tensor.storage.traceNumber = Self.lastNumber
  }

  private func finishEntry(
    named name: @autoclosure () -> String, _ inputs: [Tensor], _ outputs: [Tensor], _ entry: () -> TraceEntry
  ) {
    switch purpose {
    case .write(let writer): writer.add(entry())
    case .dump(let number, let hand) where number == entries:
      hand(Dumped(operation: name(), inputs: inputs, outputs: outputs))
    case .dump, .layers: break
    }
    entries += 1
  }

  // MARK: - What is no operation

  /// Integers drawn at random, whose digest is taken at once.
  package static func draw(_ operation: @autoclosure () -> TracedOperation, _ integers: () -> [Int]) -> [Int] {
    guard let trace = current, trace.isTracing else { return integers() }
    let drawn = integers()
    let before = lastNumber - trace.firstNumber
    lastNumber += 1
    let operation = operation()
    let widened = Tensor(drawn.map(Double.init), shape: [drawn.count])
    trace.finishEntry(named: operation.name.description, [], [widened]) {
      .operation(
        .init(
          operation: operation, isBackward: false, inputs: [], firstOutput: before + 1, outputs: [TracedValue(widened)])
      )
    }
    return drawn
  }

  /// A parameter has got its value, as a network's `path` says; `drawn` is the value that it was given.
  package static func parameter(_ path: @autoclosure () -> String, _ value: Tensor, from drawn: Tensor) {
    guard let trace = current, trace.isTracing else { return }
    let inputs = [TracedInput(number: trace.number(drawn), shape: drawn.shape)]
    trace.add(TracedOperation("parameter", text: path()), inputs, [drawn], [value])
  }

  /// The output of the layer of that name.
  package static func layer(_ path: @autoclosure () -> String?, _ output: Tensor) {
    guard let trace = current, let path = path(), trace.isTracing else { return }
    switch trace.purpose {
    case .layers(let hand): hand(path, output)
    case .write(let writer) where output.storage.traceNumber > trace.firstNumber:
      writer.add(.layer(path, output.storage.traceNumber - trace.firstNumber))
    case .write, .dump: break
    }
  }

  /// What the program says it is at: the label and the count of its progress.
  package static func progress(_ label: String, _ count: Int) {
    guard let trace = current, trace.isTracing, case .write(let writer) = trace.purpose else { return }
    writer.add(.progress(label, count))
  }

  /// Runs `body` as a part of the backward pass.
  package static func backward<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let trace = current, trace.isTracing, !trace.isBackward else { return try body() }
    trace.isBackward = true
    defer { trace.isBackward = false }
    return try body()
  }

  /// Runs `body` without tracing: where the order of what it computes is not fixed.
  package static func suspended<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let trace = current, trace.isTracing else { return try body() }
    trace.depth += 1
    defer { trace.depth -= 1 }
    return try body()
  }
}
