//: ## Tensors
//: ```python
//: torch.manual_seed(0)
//: x = torch.randn(2, 3)
//: x.shape, x[:, 1:3], (x * 2).mean(dim=1)
//: ```
//:
//: `TorchGenerator(seed: 0)` draws what PyTorch draws after `torch.manual_seed(0)`, to the last bit; but it is an
//: object that is handed to whoever draws, not a state of the whole program. Networks take it where they draw their
//: weights. Operations are methods; `dim` is called `axis`, and slices along an axis are cut by `sliced`. `x.item` is
//: the number in a tensor of one, `x.values` all of them as a list. The precision, `dtype`, is chosen at run time: the
//: same program runs in float32 and float64. Beside shapes in comments stands what they are: `[N, C, H, W]`.
//:
//: `record` is this book's own: it hands a value to the checker, with the distance from PyTorch's value that is
//: allowed. Such a line has a tick if it holds.

import GANBook

func drawNumbers(seed: UInt64, dtype: DType) {
  let random = TorchGenerator(seed: seed)
  let x = random.normal([2, 3], dtype: dtype)  // [2, 3]
  let right = x.sliced(axis: 1, 1..<3)  // [2, 2]
  let means = (x * 2).mean(axes: [1])  // [2]
  say("\(x.shape) and \(right.shape); the first is \(formatted(x.values[0], decimals: 4))")
  record("draws", exact: x)
  record("means", means, atol: 1e-15, rtol: 1e-15, float32: .within(atol: 1e-7, rtol: 1e-6))
}

//: ## Gradients, and `withoutRecording`
//: ```python
//: x = torch.tensor([1., 2., 3.], requires_grad=True)
//: y = (2 * x**2).sum()
//: slope, = torch.autograd.grad(y, x)                # or: y.backward(); x.grad
//: with torch.no_grad():
//:     moved = x - 0.25 * slope
//: ```
//:
//: There is no `requires_grad`, no `backward()` and no `.grad` that has to be set to zero. Every operation remembers
//: how it was computed, and `gradients(of: y, at: x)` asks for $\partial y / \partial x$ and returns it. What is asked
//: for is computed and nothing else: a loss that runs through two networks can be differentiated with respect to one of
//: them. `withoutRecording { … }` is `torch.no_grad()`: what is computed inside remembers nothing. The result of the
//: braces is the result of the call. `keepingGraph: true` is `create_graph=True`, for gradients of gradients (chapter
//: 5).

func differentiate(dtype: DType) {
  let x = Tensor([1.0, 2, 3], shape: [3]).converted(to: dtype)
  let y = (2 * x.squared()).sum()
  let slope = gradients(of: y, at: x)
  let moved = withoutRecording { x - 0.25 * slope }
  say("y = \(y.item), its slope \(slope.values), a step down ends at \(moved.values)")
  record("slope", slope, atol: 0, rtol: 0)
  record("moved", moved, atol: 0, rtol: 0)
}

//: ## A training loop
//: ```python
//: line = nn.Linear(1, 1)
//: optimizer = optim.Adam(line.parameters(), lr=0.1)
//: for _ in range(60):
//:     loss = ((line(x) - y) ** 2).mean()
//:     optimizer.zero_grad()
//:     loss.backward()
//:     optimizer.step()
//: ```
//:
//: All together. The data lie on the line $y = 3x + \tfrac12$; a layer is to find it. Layers are called like functions.
//: `line.parameters.values` are the tensors in the boxes, and `step` takes one gradient for each of them. Computing,
//: showing and recording are functions of their own here and in all chapters, so that the loop can be read without
//: them.

/// What a run of the loop leaves.
struct Fit {
  var losses: [Double] = []
  var weight = Double.nan
  var offset: Double?
}

func fitALine(steps: Int, seed: UInt64, dtype: DType) -> Fit {
  let random = TorchGenerator(seed: seed)
  let x = random.normal([64, 1], dtype: dtype)  // [64, 1]
  let y = withoutRecording { 3 * x + 0.5 }  // [64, 1]
  let line = Linear(1, 1, random: random)
  line.convert(to: dtype)
  let optimizer = Adam(line.parameters, learningRate: 0.1)
  var fit = Fit()
  for _ in 0..<steps {
    let loss = (line(x) - y).squared().mean()
    optimizer.step(gradients(of: loss, at: line.parameters.values))
    fit.losses.append(loss.item)
  }
  fit.weight = line.weight.value.item
  fit.offset = line.bias?.value.item
  return fit
}

//: `line.bias` is an optional: a `Linear` without bias has none. `?.` asks what is inside if there is something, and
//: gives `nil` otherwise; so `offset` is an optional too.

func showTheFit(_ fit: Fit) throws {
  let offset = fit.offset.map { formatted($0, decimals: 3) } ?? "no offset"
  say("after \(fit.losses.count) steps: \(formatted(fit.weight, decimals: 3))·x + \(offset)")
  try show(
    LinePlot(
      title: "A line is learned", description: "The loss falls from step to step, with a swing on its way down.",
      xLabel: "step", yLabel: "loss", yScale: .logarithmic, series: [.init("loss", fit.losses)]),
    as: "fit", caption: "The loss of the line, step by step", isCover: true)
}

func recordTheFit(_ fit: Fit) {
  record("fit/loss", series: fit.losses, atol: 1e-12, rtol: 1e-10, float32: .within(atol: 1e-5, rtol: 1e-4))
  record(
    "fit/line", series: [fit.weight, fit.offset ?? .nan], atol: 1e-10, rtol: 1e-10,
    float32: .within(atol: 1e-4, rtol: 1e-4))
}

//: ## The rest, in a table
//:
//: | Python | Swift in this book |
//: |---|---|
//: | `def __call__(self, x)` | `func callAsFunction(_ x: Tensor) -> Tensor` |
//: | `self.x = x` in `__init__` | `self.x = x` in `init` |
//: | `class G(nn.Module)` | `final class G: Layer` |
//: | `@property` | `var mean: Tensor { … }` |
//: | `lambda a, b: a + b` | `{ $0 + $1 }` |
//: | `a if c else b` | `c ? a : b` |
//: | `dict` | `[String: Double]`, written `["a": 1]` |
//: | `None` | `nil` |
//: | `_private` | `private` |
//: | a method added to somebody else's class | `extension Tensor { … }` |
//: | `x.view(n, -1)` | `x.flattened(from: 1)`, `x.reshaped([n, m])` |
//: | `torch.cat([a, b], dim=1)` | `concatenated([a, b], axis: 1)` |
//: | `a @ b` | `matrixProduct(a, b)` |
//: | `F.relu(x)` | `x.relu()` |
//: | `x.detach()` | `withoutRecording { … }` around what computes `x` |
