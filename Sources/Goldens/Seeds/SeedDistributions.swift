import TensorFiles
import Tensors

/// What a reference program found over many seeds: `goldens/<chapter>/seeds.json`, which
/// `goldens/reference/seed_store.py` writes.
///
/// It stands beside a golden set and changes nothing in it.
package struct SeedDistributions: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// 1 where something held, 0 where it did not.
    case claim
    case scalar
    /// The last value of a series.
    case series
  }

  package struct Distribution: Sendable {
    package let kind: Kind
    /// From how many seeds a run computes it: its own and the next ones. Runs of seeds nearer to each other are not
    /// independent.
    package let seedsPerRun: Int
    /// One a seed.
    package let values: [Double]
  }

  package let path: String
  package let chapter: String
  package let precision: DType
  package let seeds: [UInt64]
  package let values: [String: Distribution]
  /// "ch02_seeds.py, 2026-11-27, torch 2.15.0".
  package let origin: String

  package static func path(_ goldens: String) -> String { "\(goldens)/seeds.json" }

  /// Throws `FileError` where the file is absent, damaged, or not as it was written.
  package init(contentsOf path: String) throws {
    try self.init(JSONCursor(contentsOf: path, limit: 64 << 20))
  }

  /// The same from what the file holds.
  package init(_ top: JSONCursor) throws {
    try top.onlyKeys(["chapter", "content", "content_sha256", "format", "precision", "provenance"])
    let format = try top.member("format")
    guard try format.int() == 1 else { throw format.error(.wrongVersion, expected: "1", found: format.value.compact) }
    let content = try top.member("content")
    try content.onlyKeys(["seeds", "values"])
    let said = try top.member("content_sha256").sha256()
    let found = Digest.of(Array(content.value.sortedCompact.utf8))
    guard said == found else {
      throw try top.member("content_sha256").error(
        .hashMismatch, expected: "\(found), the digest of content", found: said)
    }
    let seeds = try content.member("seeds").items().map { cursor -> UInt64 in
      guard case .number(let text) = cursor.value, let seed = UInt64(text) else {
        throw cursor.error(.badValue, expected: "a seed", found: String(cursor.value.compact.prefix(40)))
      }
      return seed
    }
    guard !seeds.isEmpty, seeds.count <= SeedRange.limit, Set(seeds).count == seeds.count else {
      throw try content.member("seeds").error(.badValue, expected: "seeds, each once", found: "\(seeds.count)")
    }
    var values: [String: Distribution] = [:]
    for (name, cursor) in try content.member("values").members() {
      values[name] = try Distribution(cursor, seeds: seeds.count)
    }
    guard !values.isEmpty else { throw content.error(.inconsistent, expected: "values", found: "none") }
    path = top.file
    self.seeds = seeds
    self.values = values
    chapter = try top.member("chapter").string()
    precision = try top.member("precision").choice()
    let provenance = try top.member("provenance")
    func text(_ cursor: JSONCursor?, _ key: String) -> String? {
      (try? cursor?.member(key)).flatMap { try? $0.string() }
    }
    origin = [
      text(provenance, "script"), text(provenance, "date").map { String($0.prefix(10)) },
      text(try? provenance.member("versions"), "torch").map { "torch \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
  }
}

extension SeedDistributions.Distribution {
  fileprivate init(_ cursor: JSONCursor, seeds: Int) throws {
    try cursor.onlyKeys(["kind", "seeds_per_run", "values"])
    kind = try cursor.member("kind").choice()
    seedsPerRun = try cursor.member("seeds_per_run").int()
    guard (1...SeedRange.limit).contains(seedsPerRun) else {
      throw try cursor.member("seeds_per_run").error(
        .badValue, expected: "1 to \(SeedRange.limit)", found: "\(seedsPerRun)")
    }
    let kind = kind
    values = try cursor.member("values").items().map { item in
      let value = try item.double()
      guard value.isFinite, kind != .claim || value == 0 || value == 1 else {
        throw item.error(.badValue, expected: kind == .claim ? "0 or 1" : "a number", found: "\(value)")
      }
      return value
    }
    guard values.count == seeds else {
      throw try cursor.member("values").error(.inconsistent, expected: "\(seeds), one a seed", found: "\(values.count)")
    }
  }
}
