// swift-tools-version: 6.2
import PackageDescription

// A package of its own whose tests hold numbers against goldens. Copied elsewhere, it needs the address of a clone:
// BOOK_REPOSITORY=https://… swift test
let book: Package.Dependency =
  if let address = Context.environment["BOOK_REPOSITORY"] { .package(url: address, from: "1.0.0") } else {
    .package(name: "gan-book", path: "../..")
  }
let repository = Context.environment["BOOK_REPOSITORY"]?.split(separator: "/").last.map { String($0) }
let name = repository.map { $0.hasSuffix(".git") ? String($0.dropLast(4)) : $0 } ?? "gan-book"

let package = Package(
  name: "NumbersThatHold",
  dependencies: [book],
  targets: [
    .target(name: "Numbers"),
    .testTarget(
      name: "NumbersTests", dependencies: ["Numbers", .product(name: "GoldenTensors", package: name)],
      exclude: ["Goldens"]),
  ]
)
