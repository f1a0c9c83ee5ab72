//: # The parts of ProGAN
//:
//: *Equalized learning rate, pixel norm, minibatch standard deviation and fade-in: each measured on its own.*
//:
//: Chapter 3 trained a generator for 32×32 pictures in one go. Larger pictures are harder, Karras, Aila, Laine and
//: Lehtinen (2018) write: the more pixels, the easier generated pictures are told from real ones. They let the task
//: grow with the networks. Both begin at 4×4 pixels, where a picture is little more than a color scheme; when they can
//: do that, a block for 8×8 is added to each, then 16×16, and so on. (That growing helps is their finding. This chapter
//: does not test it: it measures the parts.) The ProGAN document (document 2 of chapter 1; from here on *the document*)
//: puts it like this: "the essence of ProGAN is that its networks grow step by step."
//:
//: This chapter builds the networks of the document, one part at a time: the equalized convolution, pixel norm,
//: minibatch standard deviation, the block of two convolutions, generator, critic, and fade-in. Each part is measured
//: on its own before it is put in its place. Chapter 5 explains the loss, chapter 6 trains.
//:
//: What is reproduced here: the document's `PixelNorm`, `WSConv2d`, `ConvBlock`, `factors`, `Generator`,
//: `Discriminator`, and its self-test at 512 px with the shape of every stage. The code is what counts. Where the
//: document's program does something else than its text, or than the paper, we follow the program first, and then say
//: so.
//:
//: The parts themselves are a small library, `ProGAN`, in this chapter's folder; chapters 5 and 6 use it too.
//:
//: ## How things are measured
//: Every experiment below is small: a few layers, a few pictures, at most twenty steps of Adam. Each begins a random
//: stream of its own from the same seed, so one can be read, changed and run again without touching the others. Four
//: numbers say what a tensor is like: its root mean square for the size of features and weights, its largest magnitude,
//: its distance from another tensor as a share of that one's length, and the largest difference between its elements
//: and those of another. They are computed in double precision, whatever the precision of the tensor.

import Datasets
import GANBook
import ProGAN

/// What the command line asks for.
struct Plan {
  let seed: UInt64
  let dtype: DType
  let photographs: CIFAR10
  /// Steps of Adam in the experiments that take steps.
  let steps: Int
  /// Base count of channels of the networks: the document trains with 128.
  let channels: Int

  /// A new stream for each experiment, so that one can be read, changed and rerun without the others.
  func random() -> TorchGenerator { TorchGenerator(seed: seed) }
}

extension Tensor {
  /// √(mean of squares), in double precision whatever the dtype.
  var rootMeanSquare: Double {
    let values = self.values
    return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }

  /// The largest magnitude.
  var largest: Double { values.reduce(0) { max($0, abs($1)) } }

  /// √Σ(self − other)²/√Σother²: how far this tensor is from another, as a share of the other's length.
  func relativeDistance(from other: Tensor) -> Double {
    let pairs = zip(values, other.values)
    let difference = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / other.values.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// The largest difference between two tensors of one shape.
  func largestDifference(from other: Tensor) -> Double {
    zip(values, other.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}

//: ## What is recorded
//: Most of what this chapter prints is also recorded and held against PyTorch: random draws to the bit, results within
//: a tolerance. A tensor's tolerance is a share of its largest element, because its small elements are sums that
//: cancel. Not recorded are, for example, the deviations divided by $N$ and by $N - 1$ side by side, the
//: $\alpha = 0.01$ columns of the growth table except for 8 → 16 px, and the counts of batches in the schedule's table.
//: The shapes of the self-test are compared with the document's comments by a claim.

/// Records a tensor with a tolerance relative to its size.
///
/// `float32` is the share allowed there, where this package and PyTorch add in different orders: PyTorch's own float32
/// lies up to 2e-6 of the largest element from its float64 in most tensors of this chapter, and ten times that is
/// allowed.
func record(
  sized name: String, _ tensor: Tensor, float32 share: Double = 2e-5, line: UInt = #line, file: String = #fileID
) {
  record(
    name, relativeToLargest: tensor, atol: 1e-12, rtol: 1e-11, float32: .within(atol: share, rtol: 0), line: line,
    file: file)
}
