/// What every program of the package does first.
package enum CommandLineProgram {
  package static func begin() {
    StandardDescriptors.ensureOpen()
    LimitedMemory.startAgainWithOneThread()
    Interruption.install()
    Lifeline.watch()
  }
}
