#if MPI
  import CMPI

  /// The ranks that `mpirun` has started, over Open MPI.
  ///
  /// An exchange that fails has no caller that could mend it, and other ranks wait for this one: it says what MPI says
  /// and ends the run.
  final class MPICommunicator: Communicator, @unchecked Sendable {
    let rank: Int
    let count: Int
    /// What was exchanged so far, for whoever asks with `BOOK_RANKS_REPORT`.
    private var traffic = Traffic()

    private struct Traffic {
      var exchanges = 0
      /// Bytes that this rank gave to others.
      var bytes = 0
      var seconds = 0.0
    }

    /// - Throws: `RankError` in MPI's words.
    init(_ launch: Launch) throws {
      var provided: Int32 = 0
      try Self.check("MPI_Init_thread", MPI_Init_thread(nil, nil, mpi_funneled(), &provided))
      try Self.check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(mpi_world(), mpi_errors_return()))
      var (rank, count): (Int32, Int32) = (0, 0)
      try Self.check("MPI_Comm_rank", MPI_Comm_rank(mpi_world(), &rank))
      try Self.check("MPI_Comm_size", MPI_Comm_size(mpi_world(), &count))
      (self.rank, self.count) = (Int(rank), Int(count))
      guard provided >= mpi_funneled(), self.rank == launch.rank, self.count == launch.count else {
        throw RankError.failed(
          call: "MPI_Init_thread", code: provided,
          message: "rank \(rank) of \(count), the launcher says \(launch.rank) of \(launch.count); is it another MPI's?"
        )
      }
    }

    func end() {
      if Platform.environment("BOOK_RANKS_REPORT") != nil {
        let (megabytes, milliseconds) = (traffic.bytes / 1_000_000, Int(traffic.seconds * 1000))
        Platform.complain(
          "rank \(rank): \(traffic.exchanges) exchanges, gave \(megabytes) MB, spent \(milliseconds) ms in them")
      }
      MPI_Finalize()
    }

    func abort(_ code: Int32) -> Never {
      MPI_Abort(mpi_world(), code)
      Platform.end(code)
    }

    // MARK: - Exchanges

    func gather(_ own: UnsafeRawBufferPointer, counts: [Int], to all: UnsafeMutableRawBufferPointer) {
      precondition(counts.count == count && counts[rank] == own.count && all.count == counts.reduce(0, +))
      guard all.count <= Int32.max else { return gatherOneByOne(own, counts, all) }
      var start = 0
      let starts = counts.map { length in
        defer { start += length }
        return Int32(start)
      }
      let lengths = counts.map { Int32($0) }
      exchange("MPI_Allgatherv", giving: own.count * (count - 1)) {
        MPI_Allgatherv(
          own.baseAddress, lengths[rank], mpi_byte(), all.baseAddress, lengths, starts, mpi_byte(), mpi_world())
      }
    }

    /// What MPI cannot count in one piece.
    private func gatherOneByOne(
      _ own: UnsafeRawBufferPointer, _ counts: [Int], _ all: UnsafeMutableRawBufferPointer
    ) {
      var start = 0
      for (root, length) in counts.enumerated() {
        let place = UnsafeMutableRawBufferPointer(rebasing: all[start..<start + length])
        if root == rank { place.copyMemory(from: own) }
        broadcast(place, from: root)
        start += length
      }
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
      forPieces(of: bytes.count) { range in
        exchange("MPI_Bcast", giving: root == rank ? range.count * (count - 1) : 0) {
          MPI_Bcast(
            bytes.baseAddress.map { $0 + range.lowerBound }, Int32(range.count), mpi_byte(), Int32(root), mpi_world())
        }
      }
    }

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
      forPieces(of: bytes.count) { range in
        exchange("MPI_Send", giving: range.count) {
          MPI_Send(
            bytes.baseAddress.map { $0 + range.lowerBound }, Int32(range.count), mpi_byte(), Int32(rank), tag,
            mpi_world())
        }
      }
    }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
      forPieces(of: bytes.count) { range in
        exchange("MPI_Recv", giving: 0) {
          MPI_Recv(
            bytes.baseAddress.map { $0 + range.lowerBound }, Int32(range.count), mpi_byte(), Int32(rank), tag,
            mpi_world(), nil)
        }
      }
    }

    func maximum(_ number: Int) -> Int {
      var (own, largest) = (Int64(number), Int64(0))
      exchange("MPI_Allreduce", giving: MemoryLayout<Int64>.size) {
        MPI_Allreduce(&own, &largest, 1, mpi_int64(), mpi_maximum(), mpi_world())
      }
      return Int(largest)
    }

    private let tag: Int32 = 7

    /// Pieces that MPI can count.
    private func forPieces(of count: Int, _ body: (Range<Int>) -> Void) {
      let most = 1 << 30
      for start in stride(from: 0, to: count, by: most) { body(start..<min(start + most, count)) }
    }

    // MARK: - Errors

    private static func check(_ call: String, _ code: Int32) throws {
      guard code != MPI_SUCCESS else { return }
      throw RankError.failed(call: call, code: code, message: words(code))
    }

    private func exchange(_ call: String, giving bytes: Int, _ body: () -> Int32) {
      let start = MPI_Wtime()
      let code = body()
      traffic.seconds += MPI_Wtime() - start
      traffic.exchanges += 1
      traffic.bytes += bytes
      guard code != MPI_SUCCESS else { return }
      Platform.complain("rank \(rank): \(RankError.failed(call: call, code: code, message: Self.words(code)))")
      abort(2)
    }

    private static func words(_ code: Int32) -> String {
      var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
      var length: Int32 = 0
      guard MPI_Error_string(code, &text, &length) == MPI_SUCCESS else { return "an error without a name" }
      return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
#endif
