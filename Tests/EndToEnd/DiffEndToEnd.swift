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

  /// Files of the kinds that public bug reports are about, each against what it should equal.
  @Test func `files that people's own tools write compare as they should`() throws {
    func reported(_ name: String) -> String { Self.sample("reported/" + name) }
    for name in ["crc0.pth", "counter.pth", "device.pth", "nprng.pth", "seed.pth"] {
      let outcome = try diff(reported("ref.pth"), reported(name), "--entry", "a")
      #expect(outcome.code == 0, "\(name): \(outcome.output)\(outcome.errors)")
    }
    #expect(try diff(reported("nprng.pth"), reported("nprng.pth")).output.contains("numpy.ndarray"))
    let wrapped = try diff(reported("module.pth"), reported("orig.pth"))
    #expect(wrapped.code == 1 && wrapped.output.contains("--strip-prefix module. --strip-prefix _orig_mod."))
    #expect(
      try diff(
        reported("module.pth"), reported("orig.pth"), "--strip-prefix", "module.", "--strip-prefix", "_orig_mod."
      ).code == 0)
    for name in ["note.npz", "strmix.npz"] {
      let outcome = try diff(reported("ref.npz"), reported(name))
      #expect(
        outcome.code == 0 && outcome.output.contains("not compared"), "\(name): \(outcome.output)\(outcome.errors)")
    }
    let integers = try diff(reported("i64a.npy"), reported("i64b.npy"))
    #expect(integers.code == 1)
    #expect(
      integers.output.contains("expected 9007199254740992, found 9007199254740993")
        || integers.output.contains("expected 9007199254740993, found 9007199254740992"))
    let brain = try diff(reported("bf16.npy"), reported("bf16.npy"))
    #expect(brain.code == 2 && brain.errors.contains("--view bfloat16"))
    #expect(try diff(reported("bf16.npy"), reported("bf16.npy"), "--view", "bfloat16").code == 0)
    #expect(try diff(reported("bf16.npy"), reported("bf16.npy"), "--view", "bfloat17").code == 2)
    #expect(try diff(reported("ref.pth"), reported("ref.pth"), "--strip-prefix", "").code == 2)
  }
}

enum SamplesList {
  static let readable = [
    "torch-views.pth", "torch-checkpoint.pth", "numpy-fortran.npy", "numpy-one-axis.npy", "safetensors.safetensors",
  ]
}
