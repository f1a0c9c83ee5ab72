import Files
import Pictures

/// A TensorBoard event file: scalars, pictures and histograms over steps, as PyTorch's `SummaryWriter` writes them.
///
/// A file is a sequence of records, each [length: 8 bytes][masked CRC-32C of the length: 4][an `Event` message][masked
/// CRC-32C of the message: 4], little-endian. Every call appends whole records, so a run that is killed leaves a
/// readable file. Source: TensorFlow, `tfrecord` format and `event.proto`, `summary.proto`.
///
/// ```swift
/// let events = try EventFile(inFolder: "out/logs/gan")
/// try events.add(scalar: loss, as: "Loss Critic", step: 0)
/// ```
package final class EventFile {
  package let path: String
  private let file: AppendedFile
  private let now: () -> Double
  /// Event files of an earlier run, which this run's first event replaces.
  private var replaced: [String] = []

  /// Makes a new file in `folder`, which is made too, under the name that TensorBoard looks for.
  ///
  /// A resumed run gives the step it goes on from: what earlier files of the folder hold from that step on, logged past
  /// the checkpoint by a run that was killed, is cut off them, and TensorBoard is told to forget it. One that starts
  /// anew replaces earlier files: TensorBoard would join them to one curve. `now` gives the seconds since 1970.
  ///
  /// - Throws: `FileError` where the folder or the file cannot be made.
  package init(
    inFolder folder: String, resumingAt step: Int? = nil, replacing: Bool = false,
    now: @escaping () -> Double = Platform.secondsSince1970
  )
    throws
  {
    self.now = now
    try FileSystem.createFolder(folder)
    if replacing { replaced = try Self.files(in: folder) }
    // TensorBoard's own forgetting does not reach over files it has read before.
    if let step { for earlier in try Self.files(in: folder) { try EventRecords.cut(earlier, fromStep: step) } }
    let name = "\(Self.prefix)\(Int(now())).\(Platform.hostName).\(FileSystem.processID)"
    file = try AppendedFile(createdIn: folder, named: name)
    path = file.path
    try write(step: nil) { $0.append("brain.Event:2", field: 3) }
    if let step {
      // SessionLog { status: START }
      var session = ProtocolBuffer()
      session.append(1, field: 1)
      try write(step: step) { $0.append(session, field: 7) }
    }
  }

  private static let prefix = "events.out.tfevents."

  /// The event files in a folder; none where there is no folder.
  package static func files(in folder: String) throws -> [String] {
    guard FileSystem.kind(of: folder) == .folder else { return [] }
    return try FileSystem.list(folder).filter { $0.hasPrefix(prefix) }.map { "\(folder)/\($0)" }
  }

  /// One number.
  package func add(scalar value: Double, as tag: String, step: Int) throws {
    try addSummary(tag, step) { $0.append(Float(value), field: 2) }
  }

  /// One picture, as PNG.
  package func add(_ picture: Picture, as tag: String, step: Int) throws {
    var image = ProtocolBuffer()
    image.append(picture.height, field: 1)
    image.append(picture.width, field: 2)
    image.append(picture.channels, field: 3)
    image.append(bytes: try PNG.encode(picture), field: 4)
    try addSummary(tag, step) { $0.append(image, field: 4) }
  }

  /// How often values fall between limits. NaN is left out.
  package func add(histogram values: [Double], as tag: String, step: Int) throws {
    let histogram = EventHistogram(values)
    var message = ProtocolBuffer()
    message.append(histogram.minimum, field: 1)
    message.append(histogram.maximum, field: 2)
    message.append(Double(histogram.count), field: 3)
    message.append(histogram.sum, field: 4)
    message.append(histogram.sumOfSquares, field: 5)
    message.append(packed: histogram.limits, field: 6)
    message.append(packed: histogram.counts, field: 7)
    try addSummary(tag, step) { $0.append(message, field: 5) }
  }

  private func addSummary(_ tag: String, _ step: Int, _ content: (inout ProtocolBuffer) -> Void) throws {
    var value = ProtocolBuffer()
    value.append(tag, field: 1)
    content(&value)
    var summary = ProtocolBuffer()
    summary.append(value, field: 1)
    try write(step: step) { $0.append(summary, field: 5) }
    for old in replaced { try FileSystem.remove(old) }
    replaced = []
  }

  private func write(step: Int?, _ content: (inout ProtocolBuffer) -> Void) throws {
    var event = ProtocolBuffer()
    event.append(now(), field: 1)
    if let step { event.append(step, field: 2) }
    content(&event)
    try file.append(Self.record(event.bytes))
  }

  package static func record(_ message: [UInt8]) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(message.count).littleEndian) { Array($0) }
    return length + masked(length) + message + masked(message)
  }

  /// A CRC of data that holds CRCs is weak, so it is rotated and shifted before it is stored.
  private static func masked(_ bytes: [UInt8]) -> [UInt8] {
    let crc = CyclicRedundancyCheck.castagnoli(bytes)
    return withUnsafeBytes(of: ((crc >> 15 | crc << 17) &+ 0xA282_EAD8).littleEndian) { Array($0) }
  }
}
