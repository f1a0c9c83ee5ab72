//: # Swift for readers of Python
//:
//: *What somebody who reads Python and PyTorch has to know to read the programs of this book, in ten minutes.*
//:
//: The chapters are Swift programs, and their models and training loops are meant to be read. Most of it reads like
//: Python with types and braces. This page explains the rest, and nothing that the chapters do not use. Python comes
//: first, then the Swift for it; in the box below the code stands what the code printed. In the last third PyTorch
//: computes the same: the ticks beside a line say that it found the same numbers.
//:
//: ## `let` and `var`
//: ```python
//: seeds = 3
//: total = 0.0
//: for seed in range(seeds):
//:     total += seed / 2
//: print(f"{seeds} seeds, total {total}")
//: ```
//:
//: `let` gives a name to a value once and for all, `var` to one that will change; the compiler insists on the
//: difference. Types are found out, not written: `seeds` is an `Int`, `total` a `Double`. The two never mix by
//: themselves, hence `Double(seed)`. `\(…)` within a text is what `{…}` is in an f-string. `say` is this book's
//: `print`, which also puts the line on the page.

import GANBook  //src

func nameValues() {
  let seeds = 3
  var total = 0.0
  for seed in 0..<seeds {
    total += Double(seed) / 2
  }
  say("\(seeds) seeds, total \(total)")
}

//: ## Argument labels
//: ```python
//: def mixed(real, fake, share=0.5):
//:     return share * real + (1 - share) * fake
//: ```
//:
//: An argument has a label that the caller writes, and a name that the body uses. Here `with` is the label and `fake`
//: the name; `_` means no label; one word alone is both. Labels are not optional and keep their order, so a call reads
//: as a phrase. A function of a single expression needs no `return`. A line that begins with `///` is its docstring.

/// A point on the line from `fake` to `real`.
func mixed(_ real: Double, with fake: Double, share: Double = 0.5) -> Double {
  share * real + (1 - share) * fake
}

func callFunctions() {
  say("half of each: \(mixed(1, with: 3)), mostly the first: \(mixed(1, with: 3, share: 0.75))")
}

//: ## Ranges and slices
//: ```python
//: layers = ["conv1", "conv2", "conv3", "head"]
//: layers[0:3], layers[:-1], layers[-1], list(zip(layers, layers[1:]))
//: ```
//:
//: `0..<3` is 0, 1, 2, and `0...3` is 0, 1, 2, 3. There are no negative indices; the ends have names: `last`,
//: `dropLast()`, `dropFirst()`, `prefix(2)`, `suffix(2)`. `enumerated()` is `enumerate`, and a loop can have a
//: condition behind `where`.

func cutLists() {
  let layers = ["conv1", "conv2", "conv3", "head"]
  say("\(layers[0..<3])")
  say("all but the last: \(layers.dropLast()), the first two: \(layers.prefix(2))")
  for (layer, next) in zip(layers, layers.dropFirst()) { say("\(layer) goes into \(next)") }
  for (index, layer) in layers.enumerated() where !index.isMultiple(of: 2) { say("layer \(index) is \(layer)") }

  //: One trap: a slice is a view that keeps the **indices of the whole**. The first element of this one is not at 0.
  //: Where a list is wanted, `Array(…)` makes one that begins at 0.
  let middle = layers[1...2]
  say("the slice begins at \(middle.startIndex), a list made of it at \(Array(middle).startIndex)")
}

//: ## Closures
//: ```python
//: sizes = [4, 8, 16, 32]
//: pixels = [size * size for size in sizes]
//: small = [size for size in sizes if size < 16]
//: scores = [score(size) for size in sizes]          # score = lambda size: 1 / size
//: ```
//:
//: Braces are a function without a name, Python's `lambda` of any length. `$0` is its first argument and `$1` its
//: second; arguments with names stand before `in`. Where the last argument of a call is a function, its braces stand
//: **behind** the call, and a call that takes nothing else needs no parentheses. `map`, `filter` and `reduce` with such
//: braces are what comprehensions are in Python. `map(\.count)` is short for `map { $0.count }`.

func passFunctions() {
  let sizes = [4, 8, 16, 32]
  let pixels = sizes.map { $0 * $0 }
  let small = sizes.filter { $0 < 16 }
  let total = sizes.reduce(0) { $0 + $1 }
  say("\(pixels), \(small), \(total), \(["fake", "real"].map(\.count))")

  //: A function that takes a body reads like a statement of the language. The book's `withoutRecording { … }`, below,
  //: is one; this is another.
  let scores = measured(sizes) { size in
    1 / Double(size)
  }
  say("\(scores)")
}

/// `score` of every size.
func measured(_ sizes: [Int], score: (Int) -> Double) -> [Double] {
  var scores: [Double] = []
  for size in sizes { scores.append(score(size)) }
  return scores
}
