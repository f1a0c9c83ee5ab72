import Literate

runChapter("02-algorithm-1") { _ in throw ChapterError("not written yet") }
