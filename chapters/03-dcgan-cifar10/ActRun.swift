//src begin
import GANBook

/// What an act writes on its way: checkpoint, ledger, pictures.
struct ActRun {
  let act: Act
  let plan: Plan
  let run: ChapterRun
  /// As at the act's start, or as its checkpoint has it.
  let training: Training
  /// Where the pictures go.
  let folder: String
  private let checkpoint: String
  private let identity: [String: String]
  private let ledger: LedgerRecord?
  private let mark: ChapterRun.Mark

  /// Begins the act, or goes on from its checkpoint.
  init(_ act: Act, _ plan: Plan, in run: ChapterRun) throws {
    (self.act, self.plan, self.run) = (act, plan, run)
    training = Training(act, data: plan.data, limit: plan.limit, seed: plan.seed, dtype: plan.dtype, k: plan.k)
    checkpoint = checkpointPath(of: act, in: run)
    identity = plan.options.identity(of: act, in: run).merging(dataIdentity(of: training, plan)) { $1 }
    try Agreed.requireAlike("the run", identity)
    ledger = try beginLedger(of: training, plan, in: run)
    mark = run.mark
    folder = "\(run.folder)/generated_images" + (act == .literal ? "" : "-\(act.rawValue)")
    if plan.options.whole.from != nil || run.resumes(from: checkpoint) {
      let start = plan.options.whole.from ?? checkpoint
      try run.restore(training.restore(from: start, identity: identity, ledger: ledger), path: start)
      if let warning = ledger?.otherPrograms {
        Terminal.shared.printError("\(start): \(warning): its ledger cannot be blessed")
      }
    } else {
      recordDraws(of: training)
    }
    try FileSystem.createFolder(folder)
  }

  /// Keeps what the iteration leaves: its line, the grids, at an epoch's end the state.
  func keep(_ step: Iteration, _ line: String, _ number: Int) throws {
    try ledger?.line(line)
    if number % plan.gridEvery == 0 {
      try PNG.write(gridPicture(step.samples), to: "\(folder)/grid_iter_\(padded(number, 6)).png")
    }
    guard step.batch.isLast else { return }
    let epoch = step.batch.epoch + 1
    // The document samples once more at the end of an epoch, which moves the running statistics once more.
    let samples = training.sampleFixedNoise()
    let grid = gridPicture(samples)
    try PNG.write(grid, to: gridPath(in: folder, epoch: epoch))
    if act != .literal, KeptGrid.epochs.contains(epoch) { training.grids.append(KeptGrid(epoch: epoch, picture: grid)) }
    if let ledger { try ledger.epoch(epoch, state: training.state().digest) }
    try save(keptAs: plan.keptCheckpoint(of: act, epoch: epoch, in: run))
  }

  /// Saves the end of the act, and what is made of it.
  func finish() throws {
    // Before the series are recorded: a run resumed from here may be asked for more iterations.
    try save(isLast: true)
    try stopIfAsked(atTheEndOf: "the \(act.rawValue) run", checkpoint: checkpoint)
    guard let ledger else { return }
    try finishLedger(ledger, of: training, pictures: folder, in: run)
    if let network = plan.scoreNetwork, ledger.ledger.isComplete { try score(folder, with: network) }
  }

  /// What an interrupted run says of its place.
  func place(_ iteration: Int) -> String { "iteration \(iteration) of the \(act.rawValue) run" }

  /// Saves a checkpoint to go on from.
  func stop() throws -> String? {
    try save()
    return checkpoint
  }

  private func save(isLast: Bool = false, keptAs kept: String? = nil) throws {
    let notes = plan.options.notes(at: training.iteration, isLast: isLast)
    try training.save(
      to: [checkpoint] + (kept.map { [$0] } ?? []), identity: identity.merging(notes) { $1 },
      run: run.snapshot(since: mark), ledger: ledger)
    try removeEarlierCheckpoints(after: act, plan.options, in: run)
  }
}

func checkpointPath(of act: Act, in run: ChapterRun) -> String {
  "\(run.folder)/checkpoint-\(act.rawValue)-\(run.dtype.rawValue).safetensors"
}
//src end
