import Files
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// exp, log, tanh, sigmoid and softplus against correctly rounded values over their whole range
/// (goldens/reference/transcendental.py): at most 2 ULP, softplus 4.
@Suite struct TranscendentalAccuracyTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let bound: UInt64
    let apply: @Sendable (Tensor) -> Tensor
    var testDescription: String { name }

    static let all: [Function] = [
      Function(name: "exp", bound: 2) { Primitive.unary(.exponential, $0) },
      Function(name: "log", bound: 2) { Primitive.unary(.logarithm, $0) },
      Function(name: "tanh", bound: 2) { Primitive.unary(.tanh, $0) },
      Function(name: "sigmoid", bound: 2) { Primitive.unary(.sigmoid, $0) },
      Function(name: "softplus", bound: 4) { Primitive.unary(.softplus, $0) },
    ]
  }

  private static let samples: Result<TensorFile, any Error> = Result {
    let path = Repository.sample("transcendental.safetensors.zst", of: "Conformance").path
    return try TensorFile(safetensors: Zstd.decompress(FileSystem.read(path), file: path), path: path)
  }

  /// The position of a float among all floats of its kind, so that differences count representable numbers.
  private func rank(_ value: Double, _ dtype: DType) -> Int64 {
    switch dtype {
    case .float32:
      let bits = Int64(Int32(bitPattern: Float(value).bitPattern))
      return bits < 0 ? -(bits & 0x7FFF_FFFF) : bits
    case .float64:
      let bits = Int64(bitPattern: value.bitPattern)
      return bits < 0 ? -(bits & Int64.max) : bits
    }
  }

  @Test(arguments: Function.all, DType.allCases)
  func `errors stay within the stated bound`(_ function: Function, _ dtype: DType) throws {
    let file = try Self.samples.get()
    let key = "\(function.name)/\(dtype.rawValue)"
    let x = try file.entry("\(key)/x").tensor(file: file.path)
    let expected = try file.entry("\(key)/y").values
    let found = function.apply(x).values
    #expect(expected.count > 1_000 && found.count == expected.count)
    var worst: (ulps: UInt64, x: Double) = (0, 0)
    for (index, point) in x.values.enumerated() {
      let distance = (rank(found[index], dtype) - rank(expected[index], dtype)).magnitude
      if found[index].isNaN || distance > worst.ulps { worst = (found[index].isNaN ? .max : distance, point) }
    }
    #expect(worst.ulps <= function.bound, "\(key): \(worst.ulps) ULP at x = \(worst.x)")
  }

  @Test(arguments: DType.allCases)
  func `infinities NaN and zeros give what they should`(_ dtype: DType) {
    let points = Tensor([Double.infinity, -.infinity, .nan, 0, -0.0], shape: [5]).converted(to: dtype)
    func values(_ name: String) -> [Double] {
      Function.all.first { $0.name == name }.map { $0.apply(points).values } ?? []
    }
    func same(_ name: String, _ expected: [Double]) {
      let found = values(name)
      #expect(
        found.count == 5 && zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) },
        "\(name): \(found), expected \(expected)")
    }
    same("exp", [.infinity, 0, .nan, 1, 1])
    same("log", [.infinity, .nan, .nan, -.infinity, -.infinity])
    same("tanh", [1, -1, .nan, 0, 0])
    same("sigmoid", [1, 0, .nan, 0.5, 0.5])
    let ln2 = dtype == .float32 ? Double(Float(0.6931471805599453)) : 0.6931471805599453
    same("softplus", [.infinity, 0, .nan, ln2, ln2])
    #expect(values("tanh")[4].sign == .minus)
    #expect(Primitive.unary(.logarithm, Tensor(-1, dtype: dtype)).item.isNaN)
  }
}
