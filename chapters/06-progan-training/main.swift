import Literate

runChapter("06-progan-training") { _ in throw ChapterError("not written yet") }
