import Synchronization
import Tensors
import Testing

import Autograd

private func scalar(_ value: Double) -> Tensor { Tensor(value, dtype: .float64) }

@Suite struct GraphTests {
  @Test func `gradients accumulate over a diamond`() {
    let x = scalar(3)
    let left = x.squared()
    let right = x.exp()
    // y = x²·eˣ + x², so y' = (2x + x²)·eˣ + 2x.
    let y = left * right + left
    let e = right.item
    #expect(abs(gradients(of: y, at: x).item - ((6 + 9) * e + 6)) < 1e-9)
  }

  @Test func `a tensor used twice by one operation counts twice`() {
    let x = scalar(5)
    #expect(gradients(of: x * x, at: x).item == 10)
    #expect(gradients(of: x + x, at: x).item == 2)
    #expect(gradients(of: x - x, at: x).item == 0)
    #expect(gradients(of: x / x, at: x).item == 0)
  }

  @Test func `intermediate results and leaves can be asked for together`() {
    let x = scalar(2)
    let middle = x.squared()
    let y = middle * middle
    let result = gradients(of: y, at: [x, middle, y])
    #expect(result.map(\.item) == [32, 8, 1])
  }

  @Test func `what is not connected gives zeros or nil`() {
    let x = scalar(2)
    let other = Tensor([1.0, 2.0], shape: [2])
    let result = gradients(of: x.squared(), at: [x, other])
    #expect(result[1].values == [0, 0])
    #expect(gradientsIfConnected(of: x.squared(), at: [other])[0] == nil)
  }

  @Test func `detaching and not recording stop gradients`() {
    let x = scalar(2)
    #expect(gradients(of: x * x.detached, at: x).item == 2)
    let silent = withoutRecording { x.squared() }
    #expect(silent.origin == nil)
    #expect(gradientsIfConnected(of: silent, at: [x])[0] == nil)
  }

  @Test func `any order of derivative can be taken`() {
    let x = scalar(1.5)
    var y = x.squared() * x.squared() * x  // x⁵
    for expected in [5 * 1.5 * 1.5 * 1.5 * 1.5, 20 * 1.5 * 1.5 * 1.5, 60 * 1.5 * 1.5, 120 * 1.5, 120] {
      y = gradients(of: y, at: x, keepingGraph: true)
      #expect(abs(y.item - expected) < 1e-9)
    }
  }

  @Test func `a gradient is recorded only when asked`() {
    let x = scalar(2)
    let y = x * x * x
    #expect(gradients(of: y, at: x).origin == nil)
    #expect(gradients(of: y, at: x, keepingGraph: true).origin != nil)
  }

  @Test func `a cotangent weighs the outputs`() {
    let x = Tensor([1.0, 2.0, 3.0], shape: [3])
    let result = gradients(of: x.squared(), at: x, cotangent: Tensor([1.0, 10.0, 100.0], shape: [3]))
    #expect(result.values == [2, 40, 600])
  }

  @Test func `rules outside the path are not even called`() {
    let calls = Mutex<[String]>([])
    func marked(_ name: String, _ x: Tensor) -> Tensor {
      .recorded(x.withShape(x.shape), from: [x]) { step in
        calls.withLock { $0.append(name) }
        return [step.cotangent]
      }
    }
    let generator = scalar(2)
    let critic = scalar(3)
    let fake = marked("generator", generator)
    let score = fake * marked("critic", critic)
    _ = gradients(of: score, at: [generator])
    #expect(calls.withLock { $0 } == ["generator"])
    _ = gradients(of: score, at: [critic])
    #expect(calls.withLock { $0 } == ["generator", "critic"])
  }

  @Test func `a rule is told which inputs are needed`() {
    let needed = Mutex<[Bool]>([])
    let (a, b) = (scalar(1), scalar(2))
    let sum = Tensor.recorded((a + b).detached, from: [a, b]) { step in
      needed.withLock { $0 = step.isNeeded }
      return [step.cotangent, step.cotangent]
    }
    _ = gradients(of: sum, at: [b])
    #expect(needed.withLock { $0 } == [false, true])
  }

  @Test func `graphs deeper than the call stack are differentiated and freed`() {
    var y = scalar(1)
    let x = y
    for _ in 0..<200_000 { y = y + 1 }
    #expect(gradients(of: y, at: x).item == 1)
  }
}
