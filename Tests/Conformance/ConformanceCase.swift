import Tensors

/// One operation on given inputs, as `goldens/reference/conformance.py` describes it.
///
/// The lists hold names of tensors in the file. `gradients`, `directions` and `seconds` run parallel to
/// `differentiable`, the positions of the inputs that are differentiated with respect to; a case without gradients
/// leaves all of them out.
struct ConformanceCase: Decodable, Sendable {
  let name: String
  let op: String
  let attributes: [String: Attribute]
  let dtypes: [DType]
  let inputs: [String]
  let outputs: [String]
  let differentiable: [Int]
  let cotangent: String?
  let gradients: [String]?
  let directions: [String]?
  let seconds: [String]?
  let secondCotangent: String?
  /// How far PyTorch's own float32 lies from these results, relative to each tensor's largest magnitude.
  let float32Scatter: Double

  enum CodingKeys: String, CodingKey {
    case name, op, attributes, dtypes, inputs, outputs, differentiable, cotangent, gradients, directions, seconds
    case secondCotangent = "second_cotangent"
    case float32Scatter = "float32_scatter"
  }
}

/// The value of a case's attribute.
enum Attribute: Decodable, Sendable {
  case flag(Bool)
  case number(Double)
  case numbers([Int])
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let numbers = try? container.decode([Int].self) {
      self = .numbers(numbers)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}

/// What an operation of the table is given: the inputs in the precision under test, and the case's attributes.
struct Arguments {
  let inputs: [Tensor]
  let attributes: [String: Attribute]

  struct Unsuitable: Error, CustomStringConvertible {
    let description: String
  }

  subscript(_ index: Int) -> Tensor { inputs[index] }

  func input(_ index: Int) throws -> Tensor {
    guard inputs.indices.contains(index) else { throw Unsuitable(description: "there is no input \(index)") }
    return inputs[index]
  }

  /// Input `index`, `nil` where the case has fewer: for optional biases.
  func optional(_ index: Int) -> Tensor? { inputs.indices.contains(index) ? inputs[index] : nil }

  func flag(_ name: String) throws -> Bool {
    guard case .flag(let value) = attributes[name] else { throw unsuitable(name, "true or false") }
    return value
  }

  func number(_ name: String) throws -> Double {
    guard case .number(let value) = attributes[name] else { throw unsuitable(name, "a number") }
    return value
  }

  func integer(_ name: String) throws -> Int {
    guard let value = Int(exactly: try number(name)) else { throw unsuitable(name, "an integer") }
    return value
  }

  func integers(_ name: String) throws -> [Int] {
    guard case .numbers(let values) = attributes[name] else { throw unsuitable(name, "integers") }
    return values
  }

  func text(_ name: String) throws -> String {
    guard case .text(let value) = attributes[name] else { throw unsuitable(name, "text") }
    return value
  }

  private func unsuitable(_ name: String, _ expected: String) -> Unsuitable {
    Unsuitable(
      description: "attribute \(name): expected \(expected), found \(attributes[name].map { "\($0)" } ?? "none")")
  }
}
