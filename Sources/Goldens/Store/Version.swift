/// The version of this package, in its only place: `book --version`, provenance and pages take it from here.
package enum Version {
  package static let current = "1.0.0"
}
