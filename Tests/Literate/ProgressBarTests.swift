import Literate
import Testing

@Suite struct ProgressBarTests {
  @Test func `it tells how far, how fast and how long`() {
    let text = ProgressBar.text(
      label: "training", done: 30, total: 120, doneHere: 10, elapsed: .seconds(5), note: "Loss_D 1.4", withBar: true)
    #expect(text == "training 30/120  [#####...............]  2.0/s  45 s left  Loss_D 1.4")
  }

  @Test func `slow steps and long runs are told in fitting units`() {
    let text = ProgressBar.text(
      label: "t", done: 1, total: 2001, doneHere: 1, elapsed: .seconds(4), note: "", withBar: false)
    #expect(text == "t 1/2001  4.0 s each  2 h 13 min left")
  }

  @Test func `before the first step there is no rate to tell`() {
    #expect(
      ProgressBar.text(label: "t", done: 0, total: 5, doneHere: 0, elapsed: .zero, note: "", withBar: false) == "t 0/5")
  }
}
