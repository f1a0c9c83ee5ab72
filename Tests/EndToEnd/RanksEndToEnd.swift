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

    @Test func `It runs where it is the only one`() throws {
      let outcome = try ChildProcess.run(
        "ch03-dcgan-cifar10", ["--help"], environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"])
      #expect(outcome.code == 0)
    }
  }
#endif
