//: ## Values and objects
//: ```python
//: first = Rules(); second = first; first.k = 5      # second.k is 5 too
//: ```
//:
//: In Python every name points at an object. In Swift a `struct` is a **value**, as numbers are: a second name means a
//: second copy, and what is done to one is not done to the other. Lists, texts and dictionaries are values too, so a
//: function can keep a list it was given and nobody changes it behind its back. A `class` is what it is in Python: one
//: object, many names. The book's networks and optimizers are classes. Members that are not given in a `struct`'s call
//: keep what they were declared with.

import GANBook  //src

struct Rules {
  var k = 1
  var rate = 2e-3
}

final class Counter {
  var steps = 0
}

func copyAndShare() {
  var first = Rules(rate: 1e-4)
  let second = first
  first.k = 5
  say("two values: k is \(first.k) and \(second.k)")

  let counter = Counter()
  let same = counter
  same.steps = 7
  say("one object: \(counter.steps)")
}

//: `counter` was declared with `let`, and yet its `steps` changed: `let` fixes which object the name means, not what is
//: inside it. A tensor is an object too, but one that never changes; `x + y` makes a new one. What training changes is
//: a `Parameter`, a box with a tensor in it, and the optimizer puts a new tensor into the box.
//:
//: ## One of a few: `enum` and `switch`
//: An `enum` is one of a few cases. `switch` must treat all of them, so a case that is added later is forgotten
//: nowhere. A `case` alone can be written with its dot where the type is known.

enum Loss {
  case saturating
  case nonSaturating

  var formula: String {
    switch self {
    case .saturating: "log(1 − D)"
    case .nonSaturating: "−log D"
    }
  }
}

func chooseALoss() {
  let loss: Loss = .nonSaturating
  say("G minimizes \(loss.formula)")
}

//: ## Optionals
//: ```python
//: number = int(text) if text.isdigit() else None
//: ```
//:
//: In Python anything may be `None`, and it is found out when the program stops. In Swift only a type with a question
//: mark may be nothing: `Int?` is a number or `nil`. Before it can be used as a number the program must say what
//: happens without one, in one of four ways. `??` has a value in reserve, `if let` does something only where there is
//: one, `guard let` **leaves** the function where there is none and goes on without the question mark, and `?.` or
//: `map` pass `nil` on.

func describe(_ text: String) -> String {
  guard let number = Int(text) else { return "\"\(text)\" is no number" }
  return "\(text) is \(number)"
}

func unwrapOptionals() {
  say(describe("64"))
  say(describe("many"))
  say("in reserve: \(Int("many") ?? 50)")
  let losses = [1.40, 1.27, 1.21]
  if let best = losses.min() { say("the least is \(best)") }
  let none: [Double] = []
  say("the least of nothing: \(none.min().map { "\($0)" } ?? "there is none")")
}

//: `guard` without `let` is a condition: `guard step > 0 else { return }`. What stands behind a `guard` can rely on it,
//: which is why functions here often begin with some.
//:
//: ## Errors
//: ```python
//: raise UnknownChapter(name)        # try: … except UnknownChapter as error: …
//: ```
//:
//: A function that may fail says `throws`, and **every call** of it says `try`, so that a reader sees where a program
//: can leave. `do` and `catch` are Python's `try` and `except`. A mistake of the programmer, such as shapes that do not
//: fit, is no such error: `precondition` stops the program with a message, as `assert` does.

struct UnknownChapter: Error {
  let name: String
}

func number(ofChapter name: String) throws -> Int {
  guard let number = Int(name.prefix(2)) else { throw UnknownChapter(name: name) }
  return number
}

func failAndRecover() throws {
  say("chapter \(try number(ofChapter: "05-wgan-gp"))")
  do {
    say("chapter \(try number(ofChapter: "appendix"))")
  } catch let error as UnknownChapter {
    say("\"\(error.name)\" has no number")
  }
}
