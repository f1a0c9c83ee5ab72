/// Options that somebody chose on a page, made into arguments: only such as the program knows, each in one argument of
/// its own that cannot be taken for another option, and never through a shell.
package struct ChosenOptions: Sendable, Equatable {
  /// By name; a flag is "true".
  package let values: [String: String]
  package let arguments: [String]
  /// Whether they are those of the run that the goldens hold.
  package let isGolden: Bool
  /// The options by which the run is another experiment than the one that the goldens hold, as far as its journal does
  /// not say so.
  package let departures: [String]

  private static let longestValue = 200
  /// What a run's journal says itself, and what changes no number that is held against another.
  private static let known: Set<String> = [
    "seed", "profile", "iterations", "dtype", "threads", "kernels", "decimals", "allow-non-finite",
  ]

  /// Throws `ServingError` for an option that the form does not have, and for a value that it does not take.
  package init(_ chosen: [String: String], form: OptionForm) throws {
    var values: [String: String] = [:]
    for (name, value) in chosen where !value.isEmpty {
      guard let field = form.fields.first(where: { $0.name == name }) else {
        throw ServingError("this chapter has no option --\(name.prefix(60)) that can be chosen here")
      }
      if field.isFlag {
        guard ["true", "false"].contains(value) else { throw ServingError("--\(name): expected true or false") }
        if value == "true" { values[name] = value }
        continue
      }
      if let reason = Self.reasonAgainst(value, field) { throw ServingError("--\(name): \(reason)") }
      // What holds anyway need not be said, unless the goldens' run says it.
      if value != field.standard || form.golden[name] != nil { values[name] = value }
    }
    self.values = values
    let golden = form.golden.filter { $0.value != Self.standard($0.key, form) }
    isGolden = values.filter { $0.value != Self.standard($0.key, form) } == golden
    departures = form.fields.filter { field in
      !Self.known.contains(field.name)
        && (values[field.name] ?? field.standard) != (form.golden[field.name] ?? field.standard)
    }.map { "--\($0.name)" }
    arguments = form.fields.compactMap { field in
      values[field.name].map { field.isFlag ? "--\(field.name)" : "--\(field.name)=\($0)" }
    }
  }

  private static func standard(_ name: String, _ form: OptionForm) -> String? {
    // Of the seed the description does not say what it is where none is given.
    name == "seed" ? "0" : form.fields.first { $0.name == name }?.standard
  }

  private static func reasonAgainst(_ value: String, _ field: OptionForm.Field) -> String? {
    if !field.choices.isEmpty {
      return field.choices.contains(value) ? nil : "expected one of \(field.choices.joined(separator: ", "))"
    }
    guard value.utf8.count <= longestValue else { return "expected at most \(longestValue) characters" }
    // A number below zero begins like an option, and is none.
    let isNumber = value.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?/) != nil
    if isNumber { return nil }
    if field.name == "seed" || field.standard.map({ Double($0) != nil }) == true {
      return "expected a number, found \"\(value.prefix(40))\""
    }
    guard value.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.,:+*\/ -]*/) != nil, !value.contains(".."),
      !value.contains(" -")
    else {
      return "expected a plain value, found \"\(value.prefix(40))\""
    }
    return nil
  }
}
