import Foundation
import Goldens
import TensorFiles
import TestSupport
import Testing

@Suite struct DiffEndToEnd {
  static func sample(_ name: String) -> String { Repository.sample(name, of: "TensorFiles").path }

  private func diff(_ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("book", ["diff"] + arguments)
  }

  private func save(_ values: [Float], _ name: String, _ folder: TemporaryFolder, as key: String = "w") throws -> String
  {
    let bytes = values.withUnsafeBytes { Array($0) }
    let entry = try TensorFile.Entry(name: key, elementType: .float32, shape: [values.count], bytes: bytes[...])
    try TensorFile(entries: [entry]).writeSafetensors(to: folder(name))
    return folder(name)
  }

  @Test func `a file equals itself, and the same arrays in another container`() throws {
    for name in SamplesList.readable {
      #expect(try diff(Self.sample(name), Self.sample(name)).code == 0, "\(name)")
    }
    let npz = try diff(Self.sample("numpy-stored.npz"), Self.sample("numpy-deflated.npz"))
    #expect(npz.code == 0 && npz.output.contains("3 identical"))
    #expect(try diff(Self.sample("safetensors.safetensors.zst"), Self.sample("safetensors-streamed.zst")).code == 0)
  }

  @Test func `tolerances are bitwise unless given, and a difference is named with index and values`() throws {
    let folder = try TemporaryFolder()
    let a = try save([1, 2, 3], "a", folder)
    let b = try save([1, 2, Float(3).nextUp], "b", folder)
    let exact = try diff(a, b)
    #expect(exact.code == 1 && exact.output.contains("[2]") && exact.output.contains("1 ULP"))
    #expect(try diff(a, b, "--ulp", "1").code == 0)
    #expect(try diff(a, b, "--atol", "1e-6").code == 0)
    #expect(try diff(a, b, "--rtol", "1e-7").code == 0)
    #expect(try diff(a, b, "--rtol", "1e-8").code == 1)
    #expect(try diff(a, b, "--entry", "x*").code == 1)
  }

  @Test func `other names, shapes and types are differences`() throws {
    let folder = try TemporaryFolder()
    let a = try save([1, 2], "a", folder)
    let renamed = try diff(a, save([1, 2], "b", folder, as: "v"), "--atol", "9")
    #expect(renamed.code == 1 && renamed.output.contains("only in") && renamed.output.contains("not in"))
    #expect(try diff(a, save([1, 2, 3], "c", folder), "--atol", "9").output.contains("expected shape [2], found [3]"))
    #expect(
      try diff(Self.sample("numpy-int8.npy"), Self.sample("numpy-int16.npy"), "--atol", "9").output.contains(
        "expected dtype int8"))
  }

  @Test func `what cannot be read ends with 2 and says why`() throws {
    let damaged = try diff(Self.sample("refused-malicious.pth"), Self.sample("torch-tensor.pth"))
    #expect(
      damaged.code == 2 && damaged.errors.contains("posix.system") && damaged.errors.contains("nothing was executed"))
    #expect(!damaged.output.contains("executed"))
    #expect(try diff("absent", "absent").code == 2)
    #expect(try diff(Self.sample("torch-tensor.pth")).code == 2)
    let a = Self.sample("torch-tensor.pth")
    #expect(try diff(a, a, "--atol", "-1").code == 2)
    #expect(try diff(a, a, "--atol", "1", "--ulp", "1").code == 2)
  }
}

enum SamplesList {
  static let readable = [
    "torch-views.pth", "torch-checkpoint.pth", "numpy-fortran.npy", "numpy-one-axis.npy", "safetensors.safetensors",
  ]
}
