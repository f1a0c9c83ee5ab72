import Literate

runChapter("04-progan-parts") { _ in throw ChapterError("not written yet") }
