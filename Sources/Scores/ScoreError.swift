/// Why a score could not be computed.
package enum ScoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `picture` is a path where it is known, else "picture N".
  case notFinite(what: String, picture: String, column: Int, value: Double)
  case wrongShape(what: String, expected: String, found: [Int])
  case badOption(name: String, expected: String, found: Int)
  case tooFewPictures(needed: Int, for: String, found: Int)
  case tooManyPictures(announced: Int, found: Int)
  case missingPictures(announced: Int, found: Int)
  case differentFeatures(first: Int, second: Int)
  case missingFolder(path: String)
  case noPictures(path: String)
  case notAPicture(path: String, found: String)
  case tooLong(path: String, width: Int, height: Int, limit: Int)

  package var description: String {
    switch self {
    case .notFinite(let what, let picture, let column, let value):
      "\(picture): expected finite \(what)s from the network, found \(value) as \(what) \(column); check its weights"
    case .wrongShape(let what, let expected, let found):
      "the network's \(what)s: expected \(expected), found shape \(found)"
    case .badOption(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .tooFewPictures(let needed, let purpose, let found):
      "expected at least \(needed) pictures for \(purpose), found \(found)"
    case .tooManyPictures(let announced, let found): "expected \(announced) pictures, found at least \(found)"
    case .missingPictures(let announced, let found): "expected \(announced) pictures, found only \(found)"
    case .differentFeatures(let first, let second):
      "expected two sets of equally many features, found \(first) and \(second); were they made by two networks?"
    case .missingFolder(let path): "\(path): expected a folder of pictures, found none of that name"
    case .noPictures(let path): "\(path): expected at least one .png, .jpg or .jpeg file, found none"
    case .notAPicture(let path, let found): "\(path): expected a PNG or JPEG file, found \(found)"
    case .tooLong(let path, let width, let height, let limit):
      "\(path): expected a picture whose longer side is at most \(limit) times the other, found \(width)x\(height), "
        + "which would fill the memory once its shorter side is enlarged"
    }
  }

  /// NaN equals itself here: tests compare errors.
  package static func == (left: Self, right: Self) -> Bool { left.description == right.description }
}
