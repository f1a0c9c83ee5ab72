import Benchmarks
import Glibc
import KernelContract
import Kernels
import Tensors

func wall() -> Double { var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9 }
func cpu() -> Double { var t = timespec(); clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9 }
func random(_ shape: [Int]) -> Tensor {
  var state: UInt32 = 1
  return Tensor((0..<shape.reduce(1, *)).map { _ in state = state &* 1664525 &+ 1013904223; return Float(state >> 8) / 8388608 - 1 }, shape: shape)
}
func f(_ x: Double, _ d: Int = 2) -> String { var s = "\(Int((x * (d == 2 ? 100 : 1)).rounded()))"; if d == 2 { while s.count < 3 { s = "0" + s }; s.insert(".", at: s.index(s.endIndex, offsetBy: -2)) }; return String(repeating: " ", count: max(0, 8 - s.count)) + s }
@main enum Bench { static func main() {
let filters = CommandLine.arguments.count > 1 ? CommandLine.arguments[1].split(separator: ",").map(String.init) : []
let rounds = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 5
let clock = ThreadPool.shared.threads == 1 ? cpu : wall
let own: any Products = ProductImplementation.own.products
let blas: any Products = ProductImplementation.openblas.products
let tile = Kernels.float32.products.wide
let a = UnsafeMutablePointer<Float>.allocate(capacity: 4096), b = UnsafeMutablePointer<Float>.allocate(capacity: 4096), c = UnsafeMutablePointer<Float>.allocate(capacity: 4096), o = UnsafeMutablePointer<Int32>.allocate(capacity: 64)
a.initialize(repeating: 1, count: 4096); b.initialize(repeating: 1, count: 4096); o.initialize(repeating: 0, count: 64)
func calibrate() -> Double {
  let t = cpu()
  for _ in 0..<3000 { tile.multiply(1, 32, a, b, o, c, tile.columns, false) }
  return 2 * 3000 * Double(32 * tile.rows * tile.columns) / (cpu() - t) * 1e-9
}
_ = calibrate()
var total = [0.0, 0.0]
for layer in BenchmarkLayer.dcgan + BenchmarkLayer.progan {
  let g = layer.geometry
  let tasks: [(String, (any Products, Tensor, Tensor, Tensor) -> Tensor)] = [
    ("forward", { p, x, w, _ in p.convolution(x, w, g) }), ("input-gradient", { p, _, w, dy in p.convolutionInputGradient(dy, w, g) }),
    ("weight-gradient", { p, x, _, dy in p.convolutionWeightGradient(dy, x, g) })]
  func wanted(_ name: String) -> Bool { for filter in filters where name.contains(filter) { return true }; return filters.isEmpty }
  var any = false; for (name, _) in tasks where wanted(layer.name + "/" + name) { any = true }
  guard any else { continue }
  let x = random(g.inputShape), w = random(g.weightShape), dy = random(g.outputShape)
  for (name, task) in tasks {
    let full = layer.name + "/" + name
    guard wanted(full) else { continue }
    var best = [1e9, 1e9], shares: [[Double]] = [[], []]
    let gf = 2 * Double(g.multiplications) * 1e-9
    for _ in 0..<rounds { for (i, p) in [own, blas].enumerated() where i == 0 || getenv("ONLY_OWN") == nil {
      let before = calibrate(); let t = clock(); _ = task(p, x, w, dy); let d = clock() - t; let after = calibrate()
      best[i] = min(best[i], d); shares[i].append(gf / d / ((before + after) / 2) / Double(ThreadPool.shared.threads)) } }
    total[0] += best[0]; total[1] += best[1]
    let median = shares.map { $0.isEmpty ? 0 : $0.sorted()[$0.count * 3 / 4] * 100 }
    print(full + String(repeating: " ", count: max(0, 44 - full.count)), "own", f(best[0] * 1e3), "ms", f(gf / best[0], 0), "GF/s", f(median[0], 0), "% | openblas", f(best[1] * 1e3), "ms", f(median[1], 0), "% | ratio", f(median[1] / median[0]))
  }
}
print("total own", f(total[0] * 1e3), "openblas", f(total[1] * 1e3))

} }
