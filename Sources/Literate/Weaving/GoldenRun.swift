import Goldens
import Tensors

// Whether a run is the one that a golden set holds: numbers of another seed say nothing about it.

extension RunJournal {
  /// Why nothing the run recorded can be compared with the golden set; nil where it can.
  package func reasonNotToCompare(with manifest: Manifest) -> String? {
    guard manifest.precisions.contains(precision) else { return "The goldens hold no \(precision.rawValue)." }
    if let fault { return "This run has the mistake \(fault) planted in it: nothing was compared." }
    if let entry { return "This run was only for entries named \(entry): nothing was compared." }
    let expected = [
      ("seed", String(manifest.seed)), ("profile", manifest.profile),
      ("iterations", manifest.option("--iterations", precision) ?? "default"),
    ]
    let found = [seed, profile, iterations.map(String.init) ?? "default"]
    for ((name, wanted), given) in zip(expected, found) where wanted != given {
      return "This run has \(name) \(given), the goldens hold \(name) \(wanted): nothing was compared."
    }
    return nil
  }

  /// The same for a check, which compares logs as they are printed.
  package func reasonNotToCheck(against manifest: Manifest) -> String? {
    if let reason = reasonNotToCompare(with: manifest) { return reason }
    let wanted = manifest.decimals(precision)
    guard decimals != wanted else { return nil }
    return "This run has decimals \(decimals), the goldens hold decimals \(wanted): nothing was compared."
  }
}

extension Manifest {
  /// Decimals of the log that the golden set holds.
  func decimals(_ precision: DType) -> Int { option("--decimals", precision).flatMap { Int($0) } ?? 4 }

  /// The value that the golden set's run in `precision` gives to the option `name`.
  fileprivate func option(_ name: String, _ precision: DType) -> String? {
    let options = runs[precision] ?? []
    return options.firstIndex(of: name).flatMap { $0 + 1 < options.count ? options[$0 + 1] : nil }
  }
}
