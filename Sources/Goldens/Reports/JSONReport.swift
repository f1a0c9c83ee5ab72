import TensorFiles

/// The results for machines: everything the text report knows, every number also as hex float.
package enum JSONReport {
  package static func text(_ results: [PrecisionResult], exact: Bool) -> String {
    let isOfFiles = results.contains { $0.comparesFiles }
    var counts = JSONObject()
    for verdict in Verdict.allCases {
      counts[verdict.word(betweenFiles: isOfFiles)] = .int(
        results.reduce(0) { $0 + $1.entries.count { $0.verdict == verdict } })
    }
    let object: JSONObject = [
      "format": .int(1), "exact": .bool(exact),
      "holds": .bool(!results.isEmpty && !results.contains { $0.fails(exact: exact) }),
      "counts": .object(counts), "results": .array(results.map { .object(json($0, exact: exact)) }),
    ]
    return JSONValue.object(object).pretty
  }

  private static func json(_ result: PrecisionResult, exact: Bool) -> JSONObject {
    var object: JSONObject = [
      "chapter": .string(result.chapter), "precision": result.precision.map { .string($0.rawValue) } ?? .null,
      "failure": result.failure.map { .string($0) } ?? .null, "could_not_run": .bool(result.couldNotRun),
      "run_seconds": .double(result.runSeconds), "compare_seconds": .double(result.compareSeconds),
      "entries": .array(result.entries.map { .object(json($0, exact: exact)) }),
    ]
    if !result.notes.isEmpty { object["notes"] = .array(result.notes.map { .string($0) }) }
    return object
  }

  private static func json(_ entry: EntryResult, exact: Bool) -> JSONObject {
    var object: JSONObject = [
      "name": .string(entry.name), "kind": .string(entry.kind), "verdict": .string(entry.word),
      "fails": .bool(entry.verdict.fails(exact: exact)),
    ]
    if !entry.note.isEmpty { object["note"] = .string(entry.note) }
    if let tolerance = entry.tolerance { object["tolerance"] = tolerance.json }
    if let source = entry.source {
      object["source"] = .object(["file": .string(source.file), "line": .int(Int(source.line))])
    }
    if let sampled = entry.sampled {
      object["sampled"] = .object(["compared": .int(sampled.compared), "of": .int(sampled.of)])
    }
    if let digest = entry.digest { object["digest"] = .string(digest) }
    if let mismatch = entry.mismatch { object["mismatch"] = .object(json(mismatch)) }
    return object
  }

  static func json(_ mismatch: Mismatch) -> JSONObject {
    var object: JSONObject = [
      "reason": .string(mismatch.reason), "shape": .array(mismatch.shape.map { .int($0) }),
      "compared": .int(mismatch.compared), "is_sample": .bool(mismatch.isSample), "failing": .int(mismatch.failing),
      "share": .double(mismatch.share),
    ]
    if let first = mismatch.first { object["first"] = .object(json(first)) }
    if let worst = mismatch.worstAbsolute { object["worst_absolute"] = .object(json(worst)) }
    if let worst = mismatch.worstRelative { object["worst_relative"] = .object(json(worst)) }
    if mismatch.compared > 0 && mismatch.lines.isEmpty {
      object["nan"] = counts(mismatch.nanCounts)
      object["infinite"] = counts(mismatch.infinityCounts)
      object["relative_error"] = .object(
        mismatch.histogram.reduce(into: JSONObject()) { $0[$1.label] = .int($1.count) })
    }
    if !mismatch.moments.isEmpty {
      object["moments"] = .array(
        mismatch.moments.map {
          .object([
            "name": .string($0.name), "expected": number($0.expected), "found": number($0.found),
            "allowed": .double($0.allowed),
          ])
        })
    }
    if !mismatch.lines.isEmpty {
      object["lines"] = .array(
        mismatch.lines.map {
          .object([
            "number": .int($0.number), "expected": $0.expected.map { .string($0) } ?? .null,
            "found": $0.found.map { .string($0) } ?? .null, "reason": .string($0.reason),
          ])
        })
    }
    return object
  }

  private static func json(_ difference: Difference) -> JSONObject {
    var object: JSONObject = [
      "index": .array(difference.index.map { .int($0) }), "expected": number(difference.expected),
      "found": number(difference.found), "absolute": .double(difference.absolute),
      "relative": .double(difference.relative),
      "ulps": difference.ulps.map { .number(String($0)) } ?? .null,
    ]
    if let whole = difference.whole {
      // Readers of JSON that keep whole numbers get them; "hex" stays what float64 makes of them.
      object["expected"] = number(difference.expected, written: whole.expected)
      object["found"] = number(difference.found, written: whole.found)
      object["absolute"] = .number(whole.absolute)
    }
    return object
  }

  private static func number(_ value: Double, written: String? = nil) -> JSONValue {
    .object(["value": written.map { .number($0) } ?? .double(value), "hex": .string(NumberText.hex(value))])
  }

  private static func counts(_ counts: (expected: Int, found: Int)) -> JSONValue {
    .object(["expected": .int(counts.expected), "found": .int(counts.found)])
  }
}
