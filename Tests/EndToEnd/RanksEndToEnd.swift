import TestSupport
import Testing

// What needs MPI is tried by scripts/test-ranks.
#if !MPI
  @Suite struct `A chapter that was built without MPI` {
    @Test func `It says so where mpirun starts it as one of many`() throws {
      let out = try TemporaryFolder()
      let outcome = try ChildProcess.run(
        "ch03-dcgan-cifar10", ["--out", out("run")],
        environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"])
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("started as one of 2 ranks, but built without MPI"))
      #expect(outcome.output.isEmpty)
    }

    @Test func `It saves and ends where the launcher hands on a request to stop`() throws {
      let out = try TemporaryFolder()
      let outcome = try ChildProcess.run(
        "bash",
        [
          "-c",
          """
          "$0" --act repaired --iterations 100000 --out "$1" >"$1.txt" 2>/dev/null & run=$!
          for i in {1..600}; do sleep 0.05; grep -q Loss_D "$1.txt" && break; done
          kill -USR1 $run; wait $run; echo "ended with $?"; ls "$1" | grep -c ^checkpoint
          """, ChildProcess.buildFolder.appending(path: "ch03-dcgan-cifar10").path, out("run"),
        ], environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"], isBuilt: false)
      #expect(outcome.output == "ended with 130\n1\n", "\(outcome)")
    }

    @Test func `It runs where it is the only one`() throws {
      let outcome = try ChildProcess.run(
        "ch03-dcgan-cifar10", ["--help"], environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"])
      #expect(outcome.code == 0)
    }
  }
#endif

@Suite struct `The launcher of many ranks` {
  /// Launches an mpirun that writes down the signals it gets, and does `signals` in a shell once that has begun.
  private func launch(_ signals: String) throws -> (signals: [String], code: Int32) {
    let out = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      "bash",
      [
        "-c",
        """
        cat >"$1/mpirun" <<'STUB'
        #!/usr/bin/env bash
        trap 'echo USR1' USR1
        trap 'echo TERM; exit 143' TERM
        echo ready
        for i in {1..60}; do sleep 0.05; done
        exit 130
        STUB
        chmod +x "$1/mpirun"; PATH="$1:$PATH" "$0" program >"$1/signals" & run=$!
        for i in {1..600}; do sleep 0.05; grep -q ready "$1/signals" && break; done
        \(signals)
        wait $run; echo "ended with $?"; cat "$1/signals"
        """, Repository.root.appending(path: "scripts/on-many-machines").path, out.path,
      ], isBuilt: false)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.dropFirst().first == "ready", "\(outcome)")
    return (Array(lines.dropFirst(2)), Int32(lines.first?.split(separator: " ").last ?? "") ?? -1)
  }

  @Test(arguments: ["TERM", "HUP"]) func `It hands a request to stop on`(signal: String) throws {
    let outcome = try launch("kill -\(signal) $run")
    #expect(outcome.signals == ["USR1"])
    #expect(outcome.code == 130)
  }

  @Test func `A second request at once changes nothing`() throws {
    let outcome = try launch("kill -TERM $run; sleep 0.01; kill -TERM $run")
    #expect(outcome.signals == ["USR1"])
    #expect(outcome.code == 130)
  }

  @Test func `A third request, and a second one later, end the ranks`() throws {
    let third = try launch("for i in 1 2 3; do kill -TERM $run; sleep 0.1; done")
    #expect(third.signals == ["USR1", "TERM"])
    #expect(third.code == 143)
    let later = try launch("kill -TERM $run; sleep 1.2; kill -TERM $run")
    #expect(later.signals == ["USR1", "TERM"])
    #expect(later.code == 143)
  }
}
