import Literate

runChapter("01-minimax") { _ in throw ChapterError("not written yet") }
