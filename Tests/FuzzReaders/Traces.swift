import Files
import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport

extension Reader {
  /// A small trace with every kind of record, and its records alone, which are packed again so that the damage gets
  /// past the checksum.
  func traces() throws -> [Subject] {
    let folder = try TemporaryFolder()
    let writer = try TraceFileWriter(
      folder("trace"), header: .init(chapter: "98-test", dtype: .float32, arguments: ["-a"]))
    let before = try FileSystem.read(folder("trace"))
    writer.begin()
    let x = Tensor((0..<12).map { Float($0) }, shape: [3, 4])
    let y = Primitive.sum(Primitive.unary(.leakyReLU(slope: 0.2), x), axes: [1])
    Trace.parameter("Generator.weight", y, from: x)
    Trace.layer("Generator", y)
    Trace.progress("training", 3)
    _ = Trace.draw(TracedOperation("permutation", stream: 7)) { [2, 0, 1] }
    try writer.end(isFinished: true)
    let bytes = try FileSystem.read(folder("trace"))
    let records = try TraceFile(bytes: bytes, path: "trace").allRecords()
    return [
      Subject(name: "trace", bytes: bytes) { try Self.readTrace($0) },
      Subject(name: "records", bytes: records) {
        let end = TraceFileWriter.end(records: $0.count, isFinished: true)
        try Self.readTrace(before + TraceFileWriter.block(records: $0) + end)
      },
    ]
  }

  /// Layers' outputs as a PyTorch program leaves them, held against sound ones.
  func layers() throws -> [Subject] {
    let names = ["000000/Generator.initial.0", "000001/Generator.initial.1", "000002/Generator.initial.0"]
    let entries = try names.enumerated().map { number, name in
      try TensorFile.Entry(name: name, values: (0..<6).map { Double($0 - number) }, shape: [2, 3])
    }
    let file = try TensorFile(path: "layers", entries: entries)
    return [
      Subject(name: "layers", bytes: try file.safetensorsBytes()) { bytes in
        _ = try LayerComparison(file, reference: TensorFile(safetensors: bytes, path: "layers"), tolerance: 1e-6)
      }
    ]
  }

  private static func readTrace(_ bytes: [UInt8]) throws {
    let file = try TraceFile(bytes: bytes, path: "trace")
    var reader = TraceReader(file)
    while let event = try reader.next() { if case .operation(let operation) = event { _ = operation.summary } }
    _ = try TraceComparison(file, file)
  }
}
