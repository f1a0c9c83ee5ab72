import Files
import Foundation
import Pictures
import TensorFiles
import TestSupport
import Testing

/// Chapter 6 on its own small folder, as a user runs it.
struct SmallRun {
  let folder: TemporaryFolder

  init(pictures: Int = 8) throws {
    folder = try TemporaryFolder()
    for number in 0..<pictures { try put(Self.picture(number), "data/a/\(number).png") }
  }

  static func picture(_ number: Int) throws -> [UInt8] {
    let pixels = (0..<432).map { UInt8(truncatingIfNeeded: $0 * (number + 3) &* 7) }
    return try PNG.encode(Picture(width: 12, height: 12, channels: 3, pixels: pixels))
  }

  func put(_ bytes: [UInt8], _ path: String) throws {
    try FileSystem.createFolder(folder(path.split(separator: "/").dropLast().joined(separator: "/")))
    try AtomicFile.write(bytes, to: folder(path))
  }

  /// Two epochs of batches of 3, 3 and 2 at 4 px, then the same at 8 px: 12 iterations.
  func callAsFunction(_ arguments: String..., out: String = "out") throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      "ch06-progan-training",
      ["--data", folder("data"), "--channels", "4", "--epochs", "2,2", "--batch-sizes", "3,3"] + arguments
        + ["--out", folder(out)])
  }

  var checkpoint: String { folder("out/checkpoint-float32.safetensors") }
}

@Suite(.serialized) struct ForgedCheckpointTests {
  /// The checkpoint with another entry, and the digest that goes with it.
  private func forge(_ path: String, _ name: String, _ integers: [Int]? = nil, numbers: [Double]? = nil) throws {
    let file = try TensorFile(contentsOf: path)
    var forged = try TensorFile(path: path, metadata: file.metadata)
    for entry in file.entries {
      if entry.name == name, let integers {
        let bytes = integers.map(Int64.init).withUnsafeBytes { Array($0) }
        let shape = entry.shape.isEmpty ? [] : [integers.count]
        try forged.append(.init(name: name, elementType: .int64, shape: shape, bytes: bytes[...]))
      } else if entry.name == name, let numbers {
        try forged.append(.init(name: name, values: numbers, shape: [numbers.count]))
      } else {
        try forged.append(entry)
      }
    }
    var hash = SHA256()
    for entry in forged.entries {
      hash.update(data: Array("\(entry.name) \(entry.elementType.name) \(entry.shape)\n".utf8))
      hash.update(data: Array(entry.bytes))
    }
    forged.metadata["digest"] = SHA256.hexadecimal(hash.finalize())
    try forged.writeSafetensors(to: path)
  }

  @Test func `a forged checkpoint with a right digest ends in an error, never in a trap`() throws {
    let run = try SmallRun()
    #expect(try run("--iterations", "4").code == 0)
    let honest = try FileSystem.read(run.checkpoint)
    // After four iterations at 4 px: step 0, epoch 1, batch 1.
    let forgeries: [(String, [Int])] = [
      ("opt_gen/0/step", [.max]), ("opt_gen/0/step", [-1]), ("opt_gen/0/step", [5]), ("opt_critic/3/step", [1 << 40]),
      ("place", [0, 100, 0, -1, 0]), ("place", [1, 0, 0, -1, 0]), ("place", [0, .max, 0, -1, 0]),
      ("place", [0, .min, 1, 1, 0]),
      ("place", [.max, 0, 0, -1, 0]), ("place", [-1, 0, 0, -1, 0]), ("place", [0, 2, 1, 5, 1]),
      ("place", [0, 1, .max, 5, 1]),
      ("place", [0, 1, 1, 5, .max]), ("place", [0, 1, 1, 5, -7]), ("place", [0, 1, 1, -5, 1]),
      ("place", [0, 0, 1, 5, 1]),
      ("history/step", [0, 0, 0, 1]), ("history/step", [0, 0, 0, .max]), ("finished/count", [1]),
      ("finished/count", [.max]),
      ("random/seed-and-position", [0, .max]), ("random/seed-and-position", [0, -1]),
    ]
    for (name, values) in forgeries {
      try AtomicFile.write(honest, to: run.checkpoint)
      try forge(run.checkpoint, name, values)
      let outcome = try run("--resume")
      #expect(
        outcome.code == 2 && outcome.errors.contains("error: "), "\(name) \(values): \(outcome.code) \(outcome.errors)")
      #expect(outcome.errors.contains("checkpoint-float32.safetensors"), "\(name) \(values): \(outcome.errors)")
    }
    for alpha in [0.5, .nan, -1, 2] {
      try AtomicFile.write(honest, to: run.checkpoint)
      try forge(run.checkpoint, "alpha", numbers: [alpha])
      #expect(try run("--resume").code == 2, "alpha \(alpha)")
    }
    try AtomicFile.write(honest, to: run.checkpoint)
    try forge(run.checkpoint, "alpha", numbers: TensorFile(contentsOf: run.checkpoint).entry("alpha").values)
    let resumed = try run("--resume")
    #expect(resumed.code == 0, "\(resumed.errors)")
  }

  /// The three forged files of the reports lack what later checkpoints say of themselves, and are refused for that.
  /// These are theirs, made anew with all of it: same options, same pictures' number, same forged numbers.
  @Test func `a forged checkpoint is refused for what was forged`() throws {
    let run = try SmallRun(pictures: 17)
    func train(_ arguments: String...) throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "ch06-progan-training",
        [
          "--data", run.folder("data"), "--channels", "7", "--epochs", "5,5", "--batch-sizes", "7,6", "--log-every",
          "1",
        ]
          + arguments + ["--out", run.folder("out")])
    }
    let made = try train("--iterations", "6")
    #expect(made.code == 0, "\(made.errors)")
    let honest = try FileSystem.read(run.checkpoint)
    for (name, values, words) in [
      ("opt_gen/0/step", [Int.max], ["tensor opt_gen/0/step", "expected 0 to 6 steps", "\(Int.max)"]),
      ("place", [0, 100, 0, -1, 0], ["epoch", "expected 0 to 5", "found 100"]),
      ("place", [1, 0, 0, -1, 0], ["history", "expected more iterations up to there", "found 6"]),
    ] {
      try AtomicFile.write(honest, to: run.checkpoint)
      try forge(run.checkpoint, name, values)
      let outcome = try train("--resume")
      #expect(outcome.code == 2, "\(name) \(values): \(outcome)")
      for word in words { #expect(outcome.errors.contains(word), "\(name) \(values): \(outcome.errors)") }
    }
    try AtomicFile.write(honest, to: run.checkpoint)
    #expect(try train("--resume", "--iterations", "7").code == 0)
  }

  @Test func `a checkpoint behind a link in a circle is an error`() throws {
    let run = try SmallRun()
    try FileSystem.createFolder(run.folder("out"))
    let link = run.checkpoint
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: link)
    for option in ["--resume", "--threads=1"] {
      let outcome = try run(option, "--iterations", "2")
      #expect(outcome.code == 2 && outcome.errors.contains("link"), "\(outcome.errors)")
    }
  }

  @Test func `a run resumes only with the kernels and the pictures it began with`() throws {
    let run = try SmallRun()
    #expect(try run("--iterations", "3").code == 0)
    func refusal(_ arguments: String...) throws -> String {
      let outcome = try ChildProcess.run(
        "ch06-progan-training",
        [
          "--data", run.folder("data"), "--channels", "4", "--epochs", "2,2", "--batch-sizes", "3,3", "--resume",
          "--out", run.folder("out"),
        ]
          + arguments)
      return outcome.code == 2 ? outcome.errors : "\(outcome.code)"
    }
    #expect(try refusal("--kernels", "openblas").contains("kernels is own there and openblas here"))
    let picture = try FileSystem.read(run.folder("data/a/5.png"))
    try run.put(SmallRun.picture(77), "data/a/5.png")
    #expect(try refusal().contains("data is pictures"))
    try run.put(picture, "data/a/5.png")
    try FileSystem.rename(run.folder("data/a/5.png"), to: run.folder("data/a/9.png"))
    #expect(try refusal().contains("data is pictures"))
    try FileSystem.rename(run.folder("data/a/9.png"), to: run.folder("data/a/5.png"))
    let resumed = try run("--resume")
    #expect(resumed.code == 0, "\(resumed.errors)")
  }
}

@Suite(.serialized) struct FolderOfPicturesTests {
  private let damaged: [(String, [UInt8], String)] = [
    ("data/a/bad-1.jpg", Array("GIF89a??".utf8), "a GIF"),
    ("data/a/bad-2.jpg", Array("RIFF....WEBPVP8 ".utf8), "a WebP"),
    ("data/a/._bad-3.png", [0, 5, 0x16, 7, 0, 2], "AppleDouble"), ("data/a/bad-4.png", [], "empty file"),
    ("data/__MACOSX/a/._0.png", [0, 5, 0x16, 7, 0, 2], "macOS"),
  ]

  @Test func `all bad files are named before training begins, and left out where asked for`() throws {
    let run = try SmallRun()
    for (path, bytes, _) in damaged { try run.put(bytes, path) }
    try FileManager.default.createSymbolicLink(atPath: run.folder("data/a/bad-5.png"), withDestinationPath: "nothing")
    let refused = try run()
    #expect(refused.code == 2 && !refused.output.contains("[step"))
    for (path, _, what) in damaged where !path.contains("MACOSX/") {
      #expect(
        refused.errors.contains("\(path): expected a PNG or a JPEG, found \(what)") || refused.errors.contains(what),
        "\(path)")
    }
    for name in ["bad-1.jpg", "bad-2.jpg", "._bad-3.png", "bad-4.png", "bad-5.png", "__MACOSX"] {
      #expect(refused.errors.contains(name), "\(name)")
    }
    let trained = try run("--skip-damaged")
    #expect(trained.code == 0 && trained.output.contains("8 pictures"), "\(trained.errors)")
    #expect(trained.errors.contains("--skip-damaged: without"))
    let metadata = try TensorFile(contentsOf: run.checkpoint).metadata
    #expect(metadata["data"]?.hasSuffix("6 left out") == true, "\(metadata)")
    // The same pictures without the bad ones beside them are another run's, and say so.
    let clean = try SmallRun()
    let plain = try clean()
    #expect(plain.output == trained.output)
  }

  @Test func `a picture whose name is not UTF-8 is trained on, and shown escaped`() throws {
    let run = try SmallRun(pictures: 7)
    let name = PathBytes.text(of: Array("data/a/caf".utf8) + [0xE9] + Array(".png".utf8))
    try run.put(SmallRun.picture(7), name)
    let outcome = try run("--iterations", "1")
    #expect(outcome.code == 0 && outcome.output.contains("8 pictures"), "\(outcome.errors)")
    try run.put([1, 2], name)
    let refused = try run("--iterations", "1", out: "other")
    #expect(refused.code == 2 && refused.errors.contains(#"caf\xE9.png"#), "\(refused.errors)")
  }

  @Test(arguments: [
    (
      "cifar-10-batches-py", ["data_batch_1", "data_batch_2", "batches.meta", "test_batch", "readme.html"],
      "Python version"
    ),
    (
      "cifar-10-batches-mat", ["data_batch_1.mat", "batches.meta.mat", "test_batch.mat", "readme.html"],
      "Matlab version"
    ),
    ("cifar-100-python", ["train", "test", "meta"], "CIFAR-100"),
  ])
  func `CIFAR's own folders in other versions are answered with what to do`(
    name: String, files: [String], version: String
  ) throws {
    let run = try SmallRun()
    for file in files { try run.put([1, 2, 3], "cifar/\(name)/\(file)") }
    for path in ["cifar", "cifar/\(name)"] {
      for chapter in ["ch06-progan-training", "ch03-dcgan-cifar10"] {
        let outcome = try ChildProcess.run(chapter, ["--data", run.folder(path), "--out", run.folder("out")])
        #expect(outcome.code == 2 && outcome.errors.contains(version), "\(chapter) \(path): \(outcome.errors)")
        #expect(outcome.errors.contains("book fetch cifar10 --to"), "\(outcome.errors)")
      }
    }
  }

  @Test func `the binary version is read, from its folder, the folder around it, and its archive's place`() throws {
    let run = try SmallRun()
    try run.put([1], "cifar/cifar-10-batches-bin/data_batch_1.bin")
    for path in ["cifar", "cifar/cifar-10-batches-bin"] {
      let outcome = try ChildProcess.run(
        "ch06-progan-training", ["--data", run.folder(path), "--out", run.folder("out")])
      #expect(
        outcome.code == 2 && outcome.errors.contains("data_batch_1.bin: expected 30730000 bytes"), "\(outcome.errors)")
    }
  }

  @Test func `a run whose losses are no numbers any more ends with an error unless asked not to`() throws {
    let run = try SmallRun()
    let arguments = ["--learning-rate", "1", "--drift", "1e300"]
    let ended = try run(arguments[0], arguments[1], arguments[2], arguments[3])
    #expect(ended.code == 2 && ended.errors.contains("expected a finite"), "\(ended.errors)")
    #expect(FileSystem.kind(of: run.checkpoint) == nil)
    let asked = try run(arguments[0], arguments[1], arguments[2], arguments[3], "--allow-non-finite")
    #expect(asked.code == 0, "\(asked.errors)")
  }

  @Test func `event files of a killed and resumed run do not overlap`() throws {
    let run = try SmallRun()
    // The first batch of every epoch is logged: iterations 1, 4, 7 and 10 are steps 0 to 3.
    #expect(try run("--iterations", "4").code == 0)
    let early = try FileSystem.read(run.checkpoint)
    #expect(try run("--iterations", "11", "--resume").code == 0)
    // As after a power cut: what was logged past the checkpoint is there, the checkpoint is the old one.
    try AtomicFile.write(early, to: run.checkpoint)
    #expect(try run("--resume").code == 0)
    var steps: [Int] = []
    for name in try FileSystem.list(run.folder("out/logs/gan")) {
      steps += try scalarSteps(FileSystem.read(run.folder("out/logs/gan/" + name)))
    }
    #expect(steps.sorted() == [0, 1, 2, 3])
  }

  /// The steps of the events "Alpha" in an event file.
  private func scalarSteps(_ bytes: [UInt8]) throws -> [Int] {
    var steps: [Int] = []
    var offset = 0
    while bytes.count - offset >= 16 {
      let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
      let message = Array(bytes[offset + 12..<offset + 12 + length])
      // Event: wall time in 9 bytes, then the step, field 2, absent for step 0.
      if String(decoding: message, as: UTF8.self).contains("Alpha") {
        steps.append(message[9] == 0x10 ? Int(message[10]) : 0)
      }
      offset += 16 + length
    }
    return steps
  }
}
