import ArgumentParser
import Goldens
import Literate
import Processes

/// `book check --museum`: plants the mistakes that real programs have shipped, one after the other, and proves that
/// each is found and named.
struct MuseumCheck {
  let museum: Museum
  let exhibits: [Exhibit]

  /// Those of the chapters that are asked for; all where none is.
  init(_ chapters: [String], options: GoldenOptions, scratch: String) throws {
    let catalog = try options.catalog()
    let selected = Set(try catalog.select(chapters))
    exhibits = Exhibit.all.filter { selected.contains($0.chapter) }
    guard !exhibits.isEmpty else {
      let known = Set(Exhibit.all.map(\.chapter)).sorted().joined(separator: ", ")
      throw CatalogError("--museum: expected a chapter that a mistake belongs to (\(known))")
    }
    museum = try Museum(
      catalog: catalog, executables: GoldenOptions.executableFolder(), scratch: scratch, checkout: options.checkout())
  }

  /// Shows them all. Throws `ExitCode` where one is not found.
  func run() throws {
    let style = GoldenOptions.style()
    var missed = 0
    for outcome in try outcomes() {
      Terminal.shared.printLine(
        """
        \(outcome.wasCaught ? style.good("caught") : style.bad("MISSED"))  \(outcome.exhibit.fault.rawValue): \
        \(outcome.said)
        """
      )
      if !outcome.wasCaught { missed += 1 }
    }
    Terminal.shared.printLine(
      missed == 0
        ? style.good("all \(exhibits.count) mistakes are found and named") : style.bad("\(missed) mistakes missed"))
    if missed > 0 { throw ExitCode.doesNotHold }
  }

  /// Takes the fingerprints of this build's runs as those of the mistakes, once somebody has agreed.
  func bless(in goldens: String, agreed: (Int) -> Bool) throws {
    let old = try Fingerprints(readingFrom: goldens)
    var new = old
    for outcome in try outcomes() {
      guard outcome.isFound else { throw CatalogError("\(outcome.exhibit.fault.rawValue): refused, \(outcome.said)") }
      new.set(outcome.fingerprint)
    }
    let changed = new.all.filter { old[$0.fault] != $0 }
    for fingerprint in changed {
      let numbers = fingerprint.values.prefix(3).map { "\($0)" }.joined(separator: ", ")
      Terminal.shared.printLine(
        "\(fingerprint.fault.rawValue): \(fingerprint.entry) \(numbers) \(fingerprint.digest ?? "is left out")")
    }
    guard !changed.isEmpty else { return Terminal.shared.printLine("nothing to change") }
    guard agreed(changed.count) else {
      Terminal.shared.printLine("nothing changed")
      throw ExitCode.couldNotRun
    }
    try new.write(to: goldens)
    Terminal.shared.printLine("blessed \(changed.count) fingerprints in \(Fingerprints.path(goldens))")
  }

  private func outcomes() throws -> [Museum.Outcome] {
    try exhibits.map { exhibit in
      Terminal.shared.printError("planting \(exhibit.fault.rawValue) in \(exhibit.chapter)")
      let outcome = try museum.show(exhibit)
      if Interruption.isPending { throw Interrupted() }
      return outcome
    }
  }
}
