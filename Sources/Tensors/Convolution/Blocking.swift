/// The constants that decide which algorithm multiplies, and how its work is cut.
///
/// **Bits**: another value gives other results, hence other digests. **Speed**: results stay, as long as the rule in
/// brackets is kept. Behind it stands what was measured and in which commit; *not written down* means that no figure
/// was, only the reason given here. "Notes" are the prototypes' measurements, which docs/kernels.md places.
package enum Blocking {
  // MARK: - The order of sums

  /// The longest chain of fused multiply-adds: deeper products are sums of such chains, added in order.
  ///
  /// **Bits.** Costs 3 % of the speed and keeps the error below im2col's: `822d733`.
  package static let chain = 32
  /// The longest chain at a point of Winograd's minimal filtering, whose transforms enlarge the rounding error of a
  /// sum: near the root of the depth, where the chains' share of the error and that of adding them are about equal.
  ///
  /// **Bits.** `95b7432`, `4622257`; figures not written down.
  package static func winogradChain(depth: Int) -> Int { depth < 512 ? 16 : 24 }

  // MARK: - What several algorithms share

  /// Elements of an odd cache line (of Float) between rows that are laid out, so that they do not compete for the same
  /// cache sets.
  ///
  /// **Speed.** `41dee5c`; figures not written down.
  static let oddLine = 16
  /// Channels that are turned at a time, so that the rows of each are read one after the other.
  ///
  /// **Speed.** `84e2414`; not written down. Notes: transposes of 8×8 take .11 ns an element.
  static let turnedChannels = 8
  /// Bytes of the longest plane that is worth reading in order before it is turned.
  ///
  /// **Speed.** `e5cf95f`; not written down.
  static let shortPlane = 1024

  // MARK: - One kernel element

  /// Pixels of an image from which on a 1×1 convolution is a matrix product for every image.
  ///
  /// **Bits** as far as anyone knows: both sides add channels in the same order, but no test says so. `ae9e58d`; not
  /// written down.
  package static let pointwisePixels = 64

  // MARK: - Taps

  package enum Taps {
    /// Products that a block of channels is deep.
    ///
    /// **Speed** (whole chains for every class). Not written down; the prototype `Gemm.swift` has the same depth.
    static let depth = 256
    /// Outputs of a band.
    ///
    /// **Speed.** Not written down.
    static let outputs = 256...1024
    /// Sums of a band: outputs times result channels.
    ///
    /// **Speed.** Not written down.
    static let sums = 1 << 15
    /// Bands that a convolution is cut into at least, but for a strip each.
    ///
    /// **Speed.** Not written down.
    static let bands = 8
  }

  // MARK: - Winograd's minimal filtering

  package enum Winograd {
    /// More outputs than so many along both axes, or the forward pass is a sum over taps: where a kernel of 4 has two
    /// outputs, half of what it meets is margin: zeros, which add no error to im2col's sums but do to Winograd's.
    ///
    /// **Bits.** `c5fe097`: 4×4 → 2×2 had 1.26 times im2col's error.
    package static let moreOutputsThan = 2
    /// Channels on both sides, of every pass.
    ///
    /// **Bits.** Not written down.
    package static let channels = 16
    /// Output channels from which on the input gradient is Winograd's: with fewer im2col's sums are so short that the
    /// transforms would make the error the larger one.
    ///
    /// **Bits.** 64 until `a8bc17a`, for the error; figures not written down.
    package static let inputGradientChannels = 96
    /// Multiplications for every one that a sum over the taps takes, at most: larger pictures' squares are not mostly
    /// waste.
    ///
    /// **Bits.** `0499782`; not written down.
    package static let cost = 0.7
    /// Squares of a band at least. With two taps whole images of 8 × 8 and 16 × 16 outputs fill the panels at every
    /// point; two parts at least.
    ///
    /// **Speed.** Not written down.
    static func squares(taps: Int, all: Int) -> Int { taps == 2 ? min(72, all / 2) : 32 }
    /// Squares of the largest band.
    ///
    /// **Speed.** Not written down.
    static let mostSquares = 128
    /// Elements of all points of a band, so that they fit the second cache.
    ///
    /// **Speed.** Not written down.
    static let elements = 1 << 17
    /// Bands that a convolution is cut into if the squares allow.
    ///
    /// **Speed.** Not written down.
    static let bands = 8
    /// Channels of a share of the weights' transform, so that their elements are in the second cache when they are
    /// transformed.
    ///
    /// **Speed.** `68df789`; not written down.
    static let weightChannels = 32
  }

  // MARK: - Weight gradients

  package enum WeightGradient {
    /// Input channels below which the rows of the product are the taps.
    ///
    /// **Bits.** `3fbb162`; not written down.
    package static let rowsAreTapsBelow = 16
    /// Pixels of a band; half of all at most.
    ///
    /// **Bits.** Half: `c5fe097`, pictures of 2×2 ran on one thread. 256: not written down.
    static let pixels = 256
    /// Independent sums. Those of a large kernel would take more time to add than threads could gain.
    ///
    /// **Bits.** Not written down.
    static func parts(weights: Int) -> Int { weights > 1 << 18 ? 4 : 8 }
    /// Elements of a share of the parts' sum.
    ///
    /// **Speed.** `68df789`; not written down.
    static let share = 8192
  }

  package enum WinogradWeightGradient {
    /// Output pixels of a batch: below 512 squares of four, im2col's sums are so short that the transforms would make
    /// the error the larger one.
    ///
    /// **Bits.** `95b7432`, for the error; figures not written down.
    package static let pixels = 4 * 512
    /// Squares of a band, with two taps and with three. With two a band's operands are smaller than the sums that they
    /// are added to: larger bands read and write these less often.
    ///
    /// **Bits.** `2926725`: read and written half as often; milliseconds not written down.
    static func squares(taps: Int, all: Int) -> Int { taps == 2 ? min(288, all / bands) : 64 }
    /// Bands at least with two taps, so that four threads have work.
    ///
    /// **Bits.** Not written down.
    static let bands = 4
    /// Independent sums, as many as `sums` has room for: over many squares it is the adding of chains that costs
    /// accuracy.
    ///
    /// **Bits.** `a8bc17a`, for the error; figures not written down.
    static let parts = 4...32
    /// Elements of all parts' sums.
    ///
    /// **Bits.** As `parts`.
    static let sums = 1 << 22
    /// Elements of a share of the transform back, of all points and parts: what is added is transformed while it is in
    /// the second cache.
    ///
    /// **Speed.** `68df789`; not written down.
    static let share = 1 << 16
  }

  // MARK: - Matrix products

  enum MatrixProduct {
    /// The depth brought in front of the micro-kernel at a time: four chains, so that a strip stays in the first cache.
    ///
    /// **Speed** (whole chains). Not written down.
    static let depth = 4 * chain
    /// Rows of a block: its sums and a chunk of both operands stay in the second cache.
    ///
    /// **Speed.** Not written down.
    static let rows = 512
    /// Strips of a block. A shallow product is soon done with its strips; so that a part is worth its while, it gets
    /// more of them.
    ///
    /// **Speed.** Not written down.
    static func strips(rows: Int, depth: Int) -> Int { max(4, min(32, 4096 / (depth * max(1, rows / 64)))) }
    /// Panels, or lines, that are read where they lie: for more a compact copy pays.
    ///
    /// **Speed.** Not written down.
    static let panelsInPlace = 2
    static let linesInPlace = 16
    /// Multiplications below which the calling thread does the work alone.
    ///
    /// **Speed.** Not written down.
    static let onOneThread = 1 << 16
  }

  // MARK: - The textbook path

  enum Textbook {
    /// Columns of the unrolled matrix of a group of images.
    ///
    /// **Bits** of the textbook path. Not written down.
    static let columns = 256
    /// Bands of rows of a matrix product, chunks of the batch in a weight gradient.
    ///
    /// **Bits** of the textbook path. Not written down.
    static let parts = 8
    /// Rows of a band at least.
    ///
    /// **Bits** of the textbook path. Not written down.
    static let rows = 64
    /// Multiplications below which there is one band.
    ///
    /// **Bits** of the textbook path. Not written down.
    static let onOneThread = 1 << 18
  }
}
