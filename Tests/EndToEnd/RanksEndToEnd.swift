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
