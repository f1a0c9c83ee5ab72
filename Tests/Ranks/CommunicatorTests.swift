import Literate
import Ranks
import Tensors
import Testing

@Suite struct `What ranks tell each other` {
  @Test func `a running sum has the order of the ranks`() {
    // Sums that depend on their order, longer than a slice.
    let count = 100_000
    let parts: [[Float]] = (0..<4).map { part in
      (0..<count).map { index -> Float in Float((index * 7919 + part * 104_729) % 1000) / 3 }
    }
    var expected = parts[0]
    for part in parts.dropFirst() {
      for index in 0..<count { expected[index] += part[index] }
    }
    let one = expected
    let found = ThreadRanks.run(4) { communicator -> [Float] in
      var sums = communicator.rank == 0 ? parts[0] : [Float](repeating: 0, count: count)
      sums.withUnsafeMutableBufferPointer { buffer in
        communicator.runningSum(buffer) { slice in
          guard communicator.rank > 0 else { return }
          for index in slice { buffer[index] += parts[communicator.rank][index] }
        }
      }
      return sums
    }
    #expect(found == Array(repeating: one, count: 4))
  }

  @Test func `what one rank throws, all throw`() {
    struct Broken: Error, CustomStringConvertible { let description = "a broken picture" }
    let words = ThreadRanks.run(3) { communicator in
      do {
        try communicator.agreeing { if communicator.rank == 1 { throw Broken() } }
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(words == ["rank 1: a broken picture", "a broken picture", "rank 1: a broken picture"])
    #expect(ThreadRanks.run(2) { rank in (try? rank.agreeing { rank.rank }) ?? -1 } == [0, 1])
  }

  @Test func `ranks that are told other things by one name all say so`() {
    func difference(_ told: @escaping @Sendable (Int) -> [String: String]) -> [String] {
      ThreadRanks.run(3) { rank in
        do {
          try Agreed.requireAlike("the run", told(rank.rank))
          return ""
        } catch { return "\(error)" }
      }
    }
    #expect(difference { _ in ["data": "a", "seed": "0"] } == ["", "", ""])
    let expected = "rank 2 has the run 'data: b', rank 0 has 'data: a'; all ranks must be started alike"
    #expect(difference { ["data": $0 == 2 ? "b" : "a", "seed": "0"] } == [expected, expected, expected])
    #expect(difference { $0 == 1 ? [:] : ["data": "a"] }.allSatisfy { $0.hasPrefix("rank 1 has the run '', rank 0") })
  }

  @Test func `flags and bytes of any length are gathered`() {
    #expect(ThreadRanks.run(3) { $0.any($0.rank == 2) } == [true, true, true])
    #expect(ThreadRanks.run(3) { $0.any(false) } == [false, false, false])
    let gathered = ThreadRanks.run(3) { $0.gather(Array(repeating: UInt8($0.rank), count: $0.rank)) }
    #expect(gathered == Array(repeating: [[], [1], [2, 2]], count: 3))
    #expect(ThreadRanks.run(3) { $0.broadcast($0.isFirst ? [1, 2, 3] : []) } == Array(repeating: [1, 2, 3], count: 3))
  }

  @Test func `the launcher's environment says which rank this is`() {
    let environment = ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"]
    let launch = Launch { environment[$0] }
    #expect(launch?.rank == 2)
    #expect(launch?.count == 4)
    #expect(launch?.local == 2)
    #expect(Launch { _ in nil } == nil)
    #expect(Launch { ["OMPI_COMM_WORLD_RANK": "4", "OMPI_COMM_WORLD_SIZE": "4"][$0] } == nil)
  }

  @Test func `every image has one rank, and a small batch stays whole`() {
    for ranks in 2...5 {
      for batch in 0...17 {
        let own = ThreadRanks.run(ranks) { BatchSharing(batch: batch, over: $0)?.own }
        if batch < ranks {
          #expect(own.allSatisfy { $0 == nil })
        } else {
          #expect(own.flatMap { Array($0 ?? 0..<0) } == Array(0..<batch))
          #expect(own.allSatisfy { !($0 ?? 0..<0).isEmpty })
        }
      }
    }
  }
}
