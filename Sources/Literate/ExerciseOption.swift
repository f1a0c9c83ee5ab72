import ArgumentParser

/// `--exercise N` of a chapter whose exercises have starting points, and `--answer N` of one that answers them.
package struct ExerciseOption: ParsableArguments {
  @Option(
    name: .customLong("exercise"), help: "Run the starting point of an exercise (1, 2 or 3) instead of the chapter.")
  package var number: Int?

  @Option(help: "Run the answer to an exercise (1, 2 or 3) instead of the chapter.")
  package var answer: Int?

  package init() {}

  package func validate() throws {
    for (name, value) in [("exercise", number), ("answer", answer)] {
      if let value, !(1...3).contains(value) { throw ValidationError("--\(name) \(value): expected 1, 2 or 3") }
    }
    if number != nil, answer != nil {
      throw ValidationError("--exercise and --answer: expected one of them, found both")
    }
  }
}
