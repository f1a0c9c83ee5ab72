import Foundation
import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The set in Samples was written by golden_store.py with NumPy: two implementations of one layout.
@Suite struct PythonAgreementTests {
  let folder = Repository.sample("99-fake", of: "Goldens").path
  var goldens: GoldenSet { get throws { try GoldenSet(readingFrom: folder) } }

  @Test func `a golden set written by golden_store is read whole`() throws {
    let goldens = try goldens
    #expect(goldens.manifest.chapter == "99-fake")
    #expect(goldens.manifest.precisions == [.float64, .float32])
    #expect(goldens.manifest.profile == "quick")
    for precision in DType.allCases {
      #expect(goldens.reference[precision]?.keys.sorted() == ["big", "draws", "limit", "losses", "picture", "weights"])
      #expect(
        goldens.log[precision] == ["[1/1][0/3] loss: 1.0000", "[1/1][1/3] loss: 0.5000", "[1/1][2/3] loss: 0.3333"])
    }
    #expect(goldens.reference[.float64]?["weights"]?.elements?.values[2] == sin(3))
  }

  @Test func `digests agree with Python's`() throws {
    let draws = Tensor((0..<100).map(Double.init), shape: [100])
    #expect(try goldens.reference[.float64]?["draws"]?.digest == Digest.of(draws))
    #expect(try goldens.reference[.float32]?["draws"]?.digest == Digest.of(draws.converted(to: .float32)))
    #expect(Digest.of(Tensor(1, dtype: .float64)) != Digest.of(Tensor([1.0], shape: [1])))
  }

  @Test func `samples are taken at the same positions, moments agree`() throws {
    let big = Tensor((0..<10_000).map { cos(Double($0)) }, shape: [100, 100])
    let ours = try GoldenValue(.tensor, TensorFile.Entry(name: "any", tensor: big), name: "big")
    let theirs = try #require(try goldens.reference[.float64]?["big"])
    #expect(ours.keeping == .sample && theirs.keeping == .sample)
    let differences = zip(ours.elements?.values ?? [], theirs.elements?.values ?? []).map { abs($0 - $1) }
    #expect(differences.count == SamplePositions.count && (differences.max() ?? 1) < 1e-15)
    for (a, b) in zip(ours.moments?.values ?? [], theirs.moments?.values ?? []) { #expect(abs(a - b) < 1e-14) }
    // From Python: sample_positions("big", 10000)[:5]
    #expect(SamplePositions.positions(name: "big", count: 10_000).prefix(5) == [0, 9999, 4201, 9381, 3978])
  }

  @Test func `the manifest is printed as Python prints it`() throws {
    let text = try String(contentsOfFile: folder + "/manifest.json", encoding: .utf8)
    #expect(JSONValue.object(try goldens.manifest.json).pretty == text)
  }
}

@Suite struct DigestTests {
  @Test func `every NaN has the same digest, the zeros do not`() {
    let quiet = Tensor([1, Double.nan], shape: [2])
    let other = Tensor([1, Double(bitPattern: 0xFFF8_0000_0000_1234)], shape: [2])
    #expect(Digest.of(quiet) == Digest.of(other))
    let single = Tensor([Float(bitPattern: 0xFFC0_0001)], shape: [1])
    #expect(Digest.of(single) == Digest.of(Tensor([Float.nan], shape: [1])))
    #expect(Digest.of(Tensor([0.0], shape: [1])) != Digest.of(Tensor([-0.0], shape: [1])))
  }

  @Test func `dtype and shape are part of it`() {
    let six = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(Digest.of(six) != Digest.of(Tensor(six.values, shape: [3, 2])))
    #expect(Digest.of(six) != Digest.of(six.converted(to: .float32)))
  }

  @Test func `the digest of bytes is SHA-256`() {
    #expect(Digest.of(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
