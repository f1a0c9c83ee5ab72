import Literate

runChapter("05-wgan-gp") { _ in throw ChapterError("not written yet") }
