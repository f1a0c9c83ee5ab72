import Datasets
import Tensors
import Testing

/// The nearest of many known pictures, against a search that computes every difference.
@Suite struct NearestPicturesTests {
  /// Numbers between 0 and 1 that follow no order.
  private func scattered(_ count: Int, _ start: Int) -> [Double] {
    (0..<count).map { (Double($0 + start) * 0.754877666).truncatingRemainder(dividingBy: 1) }
  }

  @Test func `it is the one whose pixels differ least, and so far away, across parts`() {
    let known = Tensor(scattered(5_003 * 4, 1), shape: [5_003, 1, 2, 2])
    let pictures = Tensor(scattered(7 * 4, 90_001), shape: [7, 1, 2, 2])
    let values = known.values
    let found = nearestPictures(to: pictures, among: 5_003) { places in
      Tensor(Array(values[(places.lowerBound * 4)..<(places.upperBound * 4)]), shape: [places.count, 1, 2, 2])
    }
    for (row, nearest) in found.enumerated() {
      let own = pictures.values[(row * 4)..<(row * 4 + 4)]
      let distances = (0..<5_003).map { place in
        zip(own, values[(place * 4)..<(place * 4 + 4)]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
      let least = distances.min() ?? .nan
      #expect(distances[nearest.index] == least)
      #expect(abs(nearest.distance - least) < 1e-6)
    }
  }

  @Test func `a picture that is among the known ones is found at distance 0`() {
    let known = Tensor(scattered(11 * 3, 5), shape: [11, 3])
    let found = nearestPictures(to: Tensor(Array(known.values[12..<15]), shape: [1, 3]), among: 11) { _ in known }
    #expect(found[0].index == 4 && found[0].distance < 1e-7)
  }
}
