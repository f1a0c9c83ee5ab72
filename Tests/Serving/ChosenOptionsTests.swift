import Testing

import Serving

@Suite struct ChosenOptionsTests {
  private func form() throws -> OptionForm {
    func option(_ name: String, _ more: String = "", kind: String = "option", value: String = "number") -> String {
      """
      {"kind": "\(kind)", "isRepeating": false, "isOptional": true, "shouldDisplay": true, "valueName": "\(value)",
       "abstract": "About \(name).", "preferredName": {"kind": "long", "name": "\(name)"}\(more)}
      """
    }
    let hidden = option("remake", kind: "flag").replacing("\"shouldDisplay\": true", with: "\"shouldDisplay\": false")
    let arguments = [
      option("iterations"), option("seed"),
      option("kernels", ", \"allValues\": [\"own\", \"openblas\"], \"defaultValue\": \"own\""),
      option("k", ", \"defaultValue\": \"1\""), option("note"), option("data", value: "dir"),
      option("resume", kind: "flag"),
      option("fast", kind: "flag"), hidden,
    ]
    let text = "{\"command\": {\"arguments\": [\(arguments.joined(separator: ","))]}}"
    return try OptionForm(
      description: Array(text.utf8),
      goldenArguments: ["--profile", "quick", "--seed", "0", "--iterations", "30", "--remake"])
  }

  private func arguments(_ chosen: [String: String]) throws -> [String] {
    try ChosenOptions(chosen, form: form()).arguments
  }

  @Test func `the seed comes first, then the chapter's own options; folders and the server's own are not offered`()
    throws
  {
    #expect(try form().fields.map(\.name) == ["seed", "k", "note", "fast", "iterations", "kernels"])
    #expect(try form().golden == ["seed": "0", "iterations": "30"])
  }

  @Test func `every option becomes one argument of its own`() throws {
    #expect(try arguments(["seed": "-1", "k": "3", "fast": "true"]) == ["--seed=-1", "--k=3", "--fast"])
    #expect(try arguments(["seed": "", "fast": "false"]) == [])
  }

  @Test(arguments: [
    "--resume", "-v", "--", "--data=/etc", "1 --data /etc", "$(id)", "`id`", "; id", "a\nb", "a\u{0}b", "../x", "a&&b",
    "é",
    String(repeating: "a", count: 201), "=x",
  ])
  func `a value that could be another option, or something to a shell, is refused`(_ value: String) throws {
    for name in ["note", "k", "seed", "kernels"] {
      #expect(throws: ServingError.self, "\(name)") { try arguments([name: value]) }
    }
  }

  @Test(arguments: ["out", "data", "resume", "remake", "help", "seed=1 --data", "", "-seed", "print-build-stamp"])
  func `an option that the form does not have is refused`(_ name: String) throws {
    #expect(throws: ServingError.self) { try arguments([name: "1"]) }
  }

  @Test func `a choice is one of those that the program lists, a flag is on or off`() throws {
    #expect(throws: ServingError.self) { try arguments(["kernels": "other"]) }
    #expect(throws: ServingError.self) { try arguments(["fast": "1"]) }
    #expect(throws: ServingError.self) { try arguments(["k": "two"]) }
    #expect(throws: ServingError.self) { try arguments(["seed": "two"]) }
    #expect(try arguments(["kernels": "openblas", "note": "a,b/c 1"]) == ["--note=a,b/c 1", "--kernels=openblas"])
  }

  @Test func `the goldens' run is known by its options, said or unsaid`() throws {
    func isGolden(_ chosen: [String: String]) throws -> Bool { try ChosenOptions(chosen, form: form()).isGolden }
    #expect(try isGolden(["seed": "0", "iterations": "30"]))
    #expect(try isGolden(["iterations": "30", "kernels": "own", "k": "1"]))
    #expect(try !isGolden(["seed": "42", "iterations": "30"]))
    #expect(try !isGolden(["seed": "0"]) && !isGolden(["seed": "0", "iterations": "30", "fast": "true"]))
  }
}
