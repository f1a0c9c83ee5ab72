import ArgumentParser

/// `--exercise N` of a chapter whose exercises have starting points.
package struct ExerciseOption: ParsableArguments {
  @Option(
    name: .customLong("exercise"), help: "Run the starting point of an exercise (1, 2 or 3) instead of the chapter.")
  package var number: Int?

  package init() {}

  package func validate() throws {
    if let number, !(1...3).contains(number) {
      throw ValidationError("--exercise \(number): expected 1, 2 or 3")
    }
  }
}
