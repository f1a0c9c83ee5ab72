/// Whether operations remember how they were computed. On by default.
enum Recording {
  @TaskLocal static var isOn = true
}

/// Whether what is computed now could be differentiated.
package var isRecording: Bool { Recording.isOn }

/// Runs `body` without recording: for sampling, evaluation and parameter updates, whose results nobody differentiates.
package func withoutRecording<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}
