import Benchmarks
import Glibc
import Tensors

func wall() -> Double {
  var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
}
func cpu() -> Double {
  var t = timespec(); clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
}
let filter = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : ""
let rounds = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 5
let clock = ThreadPool.shared.threads == 1 ? cpu : wall
let own: any Products = ProductImplementation.own.products
let blas: any Products = ProductImplementation.openblas.products
func random(_ shape: [Int]) -> Tensor {
  var state: UInt32 = 1
  return Tensor(
    (0..<shape.reduce(1, *)).map { _ in
      state = state &* 1664525 &+ 1013904223; return Float(state >> 8) / 8388608 - 1
    }, shape: shape)
}
func f(_ x: Double, _ d: Int = 2) -> String {
  var b = [CChar](repeating: 0, count: 40); withVaList([x]) { _ = vsnprintf(&b, 40, "%8.\(d)f", $0) };
  return String(cString: b)
}
var total = [0.0, 0.0]
for layer in BenchmarkLayer.dcgan + BenchmarkLayer.progan {
  let g = layer.geometry
  let x = random(g.inputShape), w = random(g.weightShape), dy = random(g.outputShape)
  let tasks: [(String, (any Products) -> Tensor)] = [
    ("forward", { $0.convolution(x, w, g) }), ("input-gradient", { $0.convolutionInputGradient(dy, w, g) }),
    ("weight-gradient", { $0.convolutionWeightGradient(dy, x, g) }),
  ]
  for (name, task) in tasks {
    let full = layer.name + "/" + name
    guard filter.isEmpty || full.contains(filter) else { continue }
    var best = [1e9, 1e9]
    for _ in 0..<rounds {
      for (i, p) in [own, blas].enumerated() { let t = clock(); _ = task(p); best[i] = min(best[i], clock() - t) }
    }
    let gf = 2 * Double(g.multiplications) * 1e-9
    total[0] += best[0]; total[1] += best[1]
    print(
      full + String(repeating: " ", count: max(0, 48 - full.count)), "own", f(best[0] * 1e3), "ms", f(gf / best[0], 0),
      "GF/s  openblas", f(best[1] * 1e3), "ms", f(gf / best[1], 0), "GF/s  ratio", f(best[0] / best[1]))
  }
}
print("total own", f(total[0] * 1e3), "openblas", f(total[1] * 1e3))
