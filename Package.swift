// swift-tools-version: 6.2
import PackageDescription

// MARK: - Instruction sets
// The arithmetic is compiled once per instruction set from one source (Sources/Kernels/Source, reached through a
// symbolic link in each target's folder). `-fno-math-errno` turns squareRoot() into one instruction instead of a libm
// call.
// `-disable-cmo`: the code must not be compiled once more in a module that calls it, for another instruction set.

let ieeeMath = ["-Xcc", "-fno-math-errno"]
#if arch(x86_64)
  let kernelTargets: [Target] = [
    kernels("KernelsV3", folder: "V3", flags: ["-Xcc", "-march=x86-64-v3"] + ieeeMath),
    kernels(
      "KernelsV4", folder: "V4", flags: ["-Xcc", "-march=x86-64-v4", "-Xcc", "-mprefer-vector-width=512"] + ieeeMath),
  ]
#else
  let kernelTargets: [Target] = [kernels("KernelsPlain", folder: "Plain", flags: ieeeMath)]
#endif

func kernels(_ name: String, folder: String, flags: [String]) -> Target {
  // Kernels are optimized in debug builds too: they are tested as what they are, and debug training stays bearable.
  .target(
    name: name, dependencies: ["KernelContract"], path: "Sources/Kernels/\(folder)",
    swiftSettings: [
      .unsafeFlags(flags + ["-disable-cmo"]),
      .unsafeFlags(["-O", "-wmo", "-num-threads", "1", "-disable-batch-mode"], .when(configuration: .debug)),
    ])
}

// MARK: - System libraries

/// The system library and the trait that asks for it: `swift build -c release --traits MPI`.
let mpiTrait = "MPI"
let mpi = "CMPI"

func system(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let systemTargets: [Target] = [
  system("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev", brew: "openblas"),
  system("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
  system("CJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev", brew: "jpeg-turbo"),
  system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
  system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev", brew: "libarchive"),
  system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),
  // Only with the trait of that name; without it nothing of MPI is needed.
  system(mpi, pkgConfig: "ompi-c", apt: "libopenmpi-dev", brew: "open-mpi"),
]

// MARK: - The engine and the book, each module importing only modules above it

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let webServer = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")

// Every program knows what it was built from, so that nobody takes an old one's numbers for those of the sources as
// they are.
let stamping = "StampSources"
let stampTargets: [Target] = [
  .executableTarget(name: "stamp-sources", dependencies: ["Files"]),
  .plugin(name: stamping, capability: .buildTool(), dependencies: ["stamp-sources"]),
]

let moduleTargets: [Target] = [
  .target(name: "KernelContract", path: "Sources/Kernels/Contract"),
  .target(name: "CPUFeatures", path: "Sources/Kernels/CPUFeatures"),
  .target(
    name: "Kernels", dependencies: ["CPUFeatures"], path: "Sources/Kernels/Selection"),
  .target(name: "Files", dependencies: ["CZstd", "CArchive", "CCrypto"]),
  .target(name: "Downloading", dependencies: ["Files"]),
  .target(name: "Processes"),
  // One run on many processes; nothing but a description of one process without the trait.
  .target(name: "Ranks", dependencies: [.target(name: mpi, condition: .when(traits: [mpiTrait]))]),
  .target(
    name: "Tensors",
    dependencies: ["Kernels", "KernelContract", "Files", "Processes", "COpenBLAS", "Ranks"]
      + kernelTargets.map { .target(name: $0.name) }),
  .target(name: "TorchRandom", dependencies: ["Tensors"]),
  .target(name: "Autograd", dependencies: ["Tensors"]),
  .target(name: "NeuralNets", dependencies: ["Autograd", "TorchRandom", "KernelContract", "Tensors"]),
  .target(name: "Pictures", dependencies: ["Tensors", "Files", "CPNG", "CJPEG"]),
  .target(
    name: "Datasets", dependencies: ["Pictures", "TorchRandom", "Autograd", "Files", "Tensors"],
    resources: [.copy("Resources")]),
  .target(name: "TensorFiles", dependencies: ["Tensors", "Files"]),
  .target(name: "Scores", dependencies: ["Pictures", "TorchRandom", "TensorFiles", "Files", "Tensors"]),
  .target(name: "Goldens", dependencies: ["TensorFiles", "Processes", "Files", "Tensors"]),
  .target(
    name: "Checkpoints",
    dependencies: ["NeuralNets", "TensorFiles", "Goldens", "Ranks", "Files", "Tensors", "TorchRandom"]),
  // What other packages use of the checker, in their tests.
  .target(name: "GoldenTensors", dependencies: ["Goldens", "Files", "TensorFiles", "Tensors"]),
  .target(
    name: "Literate",
    dependencies: [
      "Goldens", "Pictures", "Processes", "TorchRandom", "Autograd", "Kernels", "Ranks", arguments, "Files",
      "TensorFiles", "Tensors",
    ]),
  // What every chapter works with, in one import.
  .target(
    name: "GANBook",
    dependencies: [
      "Autograd", "Files", "Goldens", "Literate", "NeuralNets", "Pictures", "Processes", "TensorFiles", "Tensors",
      "TorchRandom",
    ]),
  .target(name: "EventLog", dependencies: ["Pictures", "Files"]),
  .target(
    name: "Benchmarks",
    dependencies: ["Kernels", "KernelContract", "Autograd", "COpenBLAS", "TensorFiles", "Processes", "Tensors"]),
  // The live book in the browser.
  .target(
    name: "Serving", dependencies: ["Literate", webServer, "Files", "Goldens", "Processes", "TensorFiles", "Tensors"],
    resources: [.copy("Page")]),
  .executableTarget(
    name: "book",
    dependencies: [
      "Benchmarks", "Checkpoints", "Classifier", "Datasets", "Downloading", "Goldens", "Inception", "Literate",
      "Processes",
      "Scores", "Serving", arguments, "Autograd", "Files", "NeuralNets", "Pictures", "TensorFiles", "Tensors",
      "TorchRandom",
    ],
    plugins: [.plugin(name: stamping)]),
]

// MARK: - Chapters

func chapter(_ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .executableTarget(
    name: "ch" + folder, dependencies: ["GANBook"] + dependencies, path: "chapters/" + folder, exclude: exclude,
    plugins: [.plugin(name: stamping)])
}

let chapterTargets: [Target] = [
  chapter("00-swift-for-python", []),
  chapter("01-minimax", []),
  // Algorithm 1 with its players and its data, which chapters 2 and 5 share, woven with the chapter that introduces
  // them.
  .target(
    name: "Algorithm1", dependencies: ["NeuralNets", "Literate", "Autograd", "Tensors", "TorchRandom"],
    path: "chapters/02-algorithm-1/Algorithm1"),
  chapter("02-algorithm-1", ["Algorithm1"], exclude: ["Algorithm1"]),
  // The networks that chapters 3 and 7 share, woven with the chapter that introduces them.
  .target(
    name: "DCGAN", dependencies: ["NeuralNets", "Tensors", "TorchRandom"], path: "chapters/03-dcgan-cifar10/DCGAN"),
  chapter("03-dcgan-cifar10", ["DCGAN", "Datasets", "Checkpoints", "Inception", "Scores"], exclude: ["DCGAN"]),
  // The networks that chapters 4, 5 and 6 share, woven with the chapter that introduces them.
  .target(
    name: "ProGAN", dependencies: ["NeuralNets", "Autograd", "Tensors", "TorchRandom"],
    path: "chapters/04-progan-parts/ProGAN"),
  chapter("04-progan-parts", ["ProGAN", "Datasets"], exclude: ["ProGAN"]),
  // Exact Wasserstein distances between clouds of points.
  .target(name: "Transport", dependencies: ["Tensors"], path: "chapters/05-wgan-gp/Transport"),
  chapter("05-wgan-gp", ["Algorithm1", "ProGAN", "Transport", "Datasets"], exclude: ["Transport"]),
  chapter("06-progan-training", ["ProGAN", "Datasets", "Checkpoints", "EventLog"]),
  // Inception v3, the network that scores pictures, and a small one that the book trains itself.
  .target(
    name: "Inception",
    dependencies: [
      "Checkpoints", "Scores", "Autograd", "Files", "NeuralNets", "TensorFiles", "Tensors", "TorchRandom",
    ], path: "chapters/07-scores/Inception"),
  .target(
    name: "Classifier", dependencies: ["NeuralNets", "Autograd", "Tensors", "TorchRandom"],
    path: "chapters/07-scores/Classifier"),
  chapter(
    "07-scores", ["Classifier", "DCGAN", "Scores", "Datasets", "Checkpoints"], exclude: ["Inception", "Classifier"]),
]

// MARK: - Tests

/// Modules with tests, and what these need beside the module.
let testedModules: [(name: String, helpers: [Target.Dependency])] = [
  ("Kernels", ["KernelProbe", "KernelContract", "TestSupport"] + kernelTargets.map { .target(name: $0.name) }),
  ("Files", ["TestSupport"]), ("Tensors", ["TestSupport", "KernelContract", "Kernels"]),
  ("TorchRandom", ["Files", "TestSupport", "Tensors"]),
  ("Autograd", ["Tensors"]), ("NeuralNets", ["Autograd", "Tensors", "TorchRandom"]),
  ("Pictures", ["Files", "TestSupport", "Tensors"]),
  ("Datasets", ["Files", "TestSupport", "Pictures", "Tensors", "TorchRandom"]),
  ("TensorFiles", ["Files", "TestSupport", "Tensors"]),
  ("Checkpoints", ["Files", "NeuralNets", "TensorFiles", "Tensors", "TorchRandom"]),
  ("Scores", ["Files", "TestSupport", "COpenBLAS", "Pictures", "TensorFiles", "Tensors"]),
  ("Goldens", ["Files", "TestSupport", "TensorFiles", "Tensors"]),
  ("Literate", ["Files", "TestSupport", "Goldens", "Pictures", "TensorFiles", "Tensors"]),
  ("EventLog", ["Files", "TestSupport", "Pictures"]),
  ("Algorithm1", ["Literate", "Tensors"]),
  ("ProGAN", ["Files", "TestSupport", "Autograd", "NeuralNets", "Tensors", "TorchRandom"]), ("Transport", ["Tensors"]),
  ("Inception", ["Files", "TestSupport", "Autograd", "NeuralNets", "TensorFiles", "Tensors", "TorchRandom"]),
]
let withoutSamples = ["Algorithm1", "Transport"]
let testTargets: [Target] =
  [
    .target(name: "TestSupport", dependencies: ["Files", "Processes"], path: "Tests/Support"),
    // Calls every kernel; compiled for an emulated processor, too (scripts/emulate-aarch64).
    .target(name: "KernelProbe", dependencies: ["KernelContract"], path: "Tests/KernelProbe"),
  ]
  + testedModules.map { module in
    .testTarget(
      name: module.name + "Tests", dependencies: [.target(name: module.name)] + module.helpers,
      path: "Tests/\(module.name)", exclude: withoutSamples.contains(module.name) ? [] : ["Samples"])
  } + [
    .testTarget(
      name: "RanksTests",
      dependencies: ["Ranks", "Tensors", "TorchRandom", "Autograd", "NeuralNets", "ProGAN", "Literate"],
      path: "Tests/Ranks"),
    .testTarget(
      name: "DownloadingTests", dependencies: ["Downloading", "Files", "TestSupport"], path: "Tests/Downloading"),
    .testTarget(
      name: "GoldenTensorsTests", dependencies: ["GoldenTensors", "Goldens", "TestSupport", "Tensors"],
      path: "Tests/GoldenTensors", exclude: ["Goldens"]),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes", "Files", "TestSupport"], path: "Tests/Processes"),
    .testTarget(
      name: "ServingTests", dependencies: ["Serving", "Goldens", "Files", "TestSupport"], path: "Tests/Serving"),
    .testTarget(
      name: "Conformance",
      dependencies: ["NeuralNets", "TensorFiles", "TestSupport", "Autograd", "Files", "Tensors", "TorchRandom"],
      path: "Tests/Conformance",
      exclude: ["Samples"]),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "Kernels", "NeuralNets", "Files", "Tensors", "TensorFiles", "Goldens", "TestSupport", "Pictures", "Inception",
        "Checkpoints", "EventLog", "Downloading", "Scores", "book", "ch03-dcgan-cifar10", "ch06-progan-training",
        "ch99-fake", "fuzz-readers", "TorchRandom",
      ],
      path: "Tests/EndToEnd"),
    // A chapter that goes wrong on demand: what the checker's own tests check.
    .executableTarget(
      name: "ch99-fake",
      dependencies: ["Literate", arguments, "Files", "Goldens", "Pictures", "Processes", "TensorFiles", "Tensors"],
      path: "Tests/FakeChapter",
      plugins: [.plugin(name: stamping)]),
    // Feeds damaged files to the readers, in a process of its own that may crash.
    .executableTarget(
      name: "fuzz-readers",
      dependencies: [
        "Files", "Goldens", "TensorFiles", "Tensors", "Pictures", "Datasets", "EventLog", "Literate", "TestSupport",
      ],
      path: "Tests/FuzzReaders"),
  ]

let package = Package(
  name: "gan-book",
  products: [.library(name: "GoldenTensors", targets: ["GoldenTensors"])],
  traits: [.trait(name: mpiTrait, description: "One run on many machines, over Open MPI: docs/machines.md.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: systemTargets + kernelTargets + stampTargets + moduleTargets + chapterTargets + testTargets,
  swiftLanguageModes: [.v6]
)
