import Autograd
import Tensors

/// An operation of the engine under test: outputs, of which the first is differentiated.
typealias Operation = @Sendable (Arguments) throws -> [Tensor]

/// One case in one precision through one implementation of the products, and what was wrong with it.
struct CaseResult: Sendable {
  let name: String
  let op: String
  let dtype: DType
  let products: ProductImplementation
  let failures: [String]
}

/// Every case of the file, run once; the tests read the results.
enum ConformanceRun {
  static let operations: [String: Operation] = [
    elementwiseOperations, reductionOperations, shapeOperations, productOperations, layerOperations, trainingOperations,
  ].reduce(into: [:]) { all, family in
    all.merge(family) { _, _ in preconditionFailure("two families of operations share a name") }
  }

  static let results = Result { try run(ConformanceFile.shared.get()) }

  private static func run(_ file: ConformanceFile) throws -> [CaseResult] {
    ProductImplementation.allCases.flatMap { products in
      ProductImplementation.$scoped.withValue(products) {
        file.cases.flatMap { item in
          item.dtypes.map { dtype in
            CaseResult(
              name: item.name, op: item.op, dtype: dtype, products: products, failures: check(item, dtype, file))
          }
        }
      }
    }
  }

  private static func check(_ item: ConformanceCase, _ dtype: DType, _ file: ConformanceFile) -> [String] {
    guard let operation = operations[item.op] else { return ["the harness knows no operation \"\(item.op)\""] }
    do {
      return try Check(item: item, dtype: dtype, file: file).failures(of: operation)
    } catch {
      return ["threw \(error)"]
    }
  }
}

/// Values, first gradients and second gradients of one case.
private struct Check {
  let item: ConformanceCase
  let dtype: DType
  let file: ConformanceFile

  func failures(of operation: Operation) throws -> [String] {
    let inputs = try item.inputs.map { try given($0) }
    let outputs = try operation(Arguments(inputs: inputs, attributes: item.attributes))
    guard outputs.count == item.outputs.count, let output = outputs.first else {
      return ["gave \(outputs.count) outputs, expected \(item.outputs.count)"]
    }
    let tolerance = exactFunctions.contains(item.op) ? Tolerance.elementwise(dtype) : .general(dtype)
    var failures = try compare("output", outputs, item.outputs, tolerance)
    guard let cotangentName = item.cotangent, let gradientNames = item.gradients, !item.differentiable.isEmpty else {
      return failures
    }
    let leaves = item.differentiable.map { inputs[$0] }
    let cotangent = try given(cotangentName)
    // Said above already; a cotangent of another shape would trap.
    guard output.shape == cotangent.shape else { return failures }

    // Without the graph (fused rules), one at a time (rules that skip what nobody needs), and recorded (composed
    // rules).
    let plain = gradients(of: output, at: leaves, cotangent: cotangent)
    failures += try compare("gradient", plain, gradientNames, .general(dtype))
    if leaves.count > 1 {
      let single = leaves.map { gradients(of: output, at: $0, cotangent: cotangent) }
      failures += try compare("gradient asked for alone", single, gradientNames, .general(dtype))
    }
    let recorded = gradients(of: output, at: leaves, cotangent: cotangent, keepingGraph: true)
    failures += try compare("gradient with its graph", recorded, gradientNames, .general(dtype))

    guard let directionNames = item.directions, let secondNames = item.seconds, let last = item.secondCotangent else {
      return failures
    }
    let directions = try directionNames.map { try given($0) }
    var s = Tensor(0, dtype: dtype)
    for (gradient, direction) in zip(recorded, directions) {
      guard gradient.shape == direction.shape else { return failures }
      s = s + (gradient * direction).sum()
    }
    let seconds = gradients(of: s, at: leaves + [cotangent])
    failures += try compare("second gradient", seconds, secondNames + [last], .general(dtype))
    return failures
  }

  private func given(_ name: String) throws -> Tensor { try file.tensor(name).converted(to: dtype) }

  private func compare(_ what: String, _ found: [Tensor], _ names: [String], _ tolerance: Tolerance) throws -> [String]
  {
    guard found.count == names.count else { return ["\(what): \(found.count) tensors, expected \(names.count)"] }
    return try zip(found, names).compactMap { tensor, name in
      let key = name.dropFirst(item.name.count + 1)
      return mismatch(tensor, try file.tensor(name), dtype: dtype, tolerance).map { "\(what) (\(key)) \($0)" }
    }
  }
}
