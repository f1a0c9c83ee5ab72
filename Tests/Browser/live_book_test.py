"""The live book as its reader meets it, in a real browser."""

import json
import signal
import time
import unittest
import urllib.error
import urllib.request

from selenium.webdriver.common.keys import Keys

import accessibility
from live_book import Checkout, Reader, Server, browser

PAGE = "99-fake.html"


class LiveBook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = browser()
        cls.addClassCleanup(cls.driver.quit)

    def setUp(self):
        self.checkout = Checkout()
        self.addCleanup(self.checkout.remove)
        self.reader = Reader(self.driver)
        self.server = None
        self.reader.requests()
        self.reader.console()
        self.allowed = []

    def serve(self, *arguments, woven=True):
        if woven:
            self.checkout.weave()
        self.server = Server(self.checkout, *arguments)
        return self.server

    def tearDown(self):
        if not self.server:
            return
        console = [
            entry for entry in self.reader.console() if not any(text in entry["message"] for text in self.allowed)
        ]
        foreign = [
            url
            for url in self.reader.requests()
            if not url.startswith((self.server.address, "data:", "about:", "chrome:"))
        ]
        self.driver.get("about:blank")
        if self.server.process.poll() is None:
            self.server.end()
        self.assertEqual(console, [])
        self.assertEqual(foreign, [])

    def open(self, name=PAGE):
        self.reader.open(self.server.address + name)
        if name == PAGE:
            self.reader.wait(lambda: self.reader.all(".field"), "the options")

    def open_editor(self):
        edit = next(element for element in self.reader.all(".where button"))
        self.reader.run("arguments[0].scrollIntoView({block: 'center'})", edit)
        edit.click()
        self.reader.wait(lambda: self.reader.all(".editor textarea"), "the editor")

    def runs_to_verdict(self):
        self.reader.press("Run")
        self.reader.wait_status("everything holds")

    # Reading

    def test_nothing_is_served_without_the_secret(self):
        self.serve()
        for path in ("/", "/" + PAGE, "/live.js", "/-/status"):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(self.server.origin + path)
            self.assertEqual(caught.exception.code, 403)
            caught.exception.close()
        self.open()
        self.assertIn("A chapter that is not one", self.reader.find("h1").text)

    def test_without_scripts_the_pages_read_as_before(self):
        self.serve()
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            self.reader.open(self.server.address + PAGE)
            self.assertIn("a chapter that is not one", self.reader.find("main").text)
            self.assertEqual([element for element in self.reader.all("button") if element.is_displayed()], [])
            self.reader.open(self.server.address + "review")
            self.assertEqual([element for element in self.reader.all("button") if element.is_displayed()], [])
        finally:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    def test_read_only_pages_offer_nothing(self):
        self.serve("--read-only")
        self.reader.open(self.server.address + PAGE)
        self.assertIn("a chapter that is not one", self.reader.find("main").text)
        self.assertEqual(self.reader.all(".live"), [])
        self.assertEqual(self.reader.all("button"), [])

    # Running

    def test_a_chapter_runs_from_a_click_to_its_verdict_and_its_page(self):
        self.serve(woven=False)
        self.open("")
        self.reader.find("main li a").click()
        self.reader.wait(lambda: self.reader.all(".field"), "the options")
        self.assertEqual(self.reader.all(".field label")[0].text, "seed")
        self.runs_to_verdict()
        self.reader.wait(lambda: self.reader.all(".listing"), "the woven page, in place")
        self.assertIn("identical", self.reader.find("main > .state").text)
        self.assertIn("a chapter that is not one", self.reader.find(".live-log").text)

    def test_other_options_have_no_golden_and_stand_beside_the_default_run(self):
        self.serve()
        self.open()
        self.reader.set("seed", "42")
        self.reader.press("Run")
        self.reader.wait_status("No golden for these options")
        self.reader.wait(lambda: "seed=42" in self.reader.find(".live-note").text, "the note")
        self.assertIn("seed 42", self.reader.find(".caveat").text)
        self.reader.press("Show the goldens’ run")
        self.reader.wait(lambda: not self.reader.all(".caveat"), "the run that the goldens hold")
        self.assertIn("identical", self.reader.find("main > .state").text)
        self.reader.press("Run")
        self.reader.wait(lambda: self.reader.all(".caveat"), "the other run again")
        self.reader.find(".live-note a").click()
        self.reader.wait(lambda: self.reader.all("table"), "the comparison")
        self.assertIn("recorded values are the same", self.reader.find("main").text)
        self.assertIn("--seed=42", self.reader.find("main").text)
        self.assertEqual(accessibility.problems(self.reader, "comparison"), [])
        self.open()
        self.assertIn("identical", self.reader.find("main > .state").text)

    def test_a_run_is_watched_stopped_and_gone_on_with(self):
        self.serve()
        self.open()
        self.reader.set("go-wrong", "walk")
        self.reader.set("iterations", "200")
        self.reader.press("Run")
        self.reader.wait(lambda: self.reader.find("progress").is_displayed(), "the progress")
        self.reader.wait(lambda: "loss: 0.2500" in self.reader.find(".live-log").text, "lines")
        self.reader.wait(lambda: self.reader.all(".curves canvas"), "a curve")
        self.reader.wait(
            lambda: self.reader.run("return document.querySelector('.live-pictures img')?.naturalWidth > 0"),
            "the picture",
        )
        self.reader.wait(lambda: "threads" in self.reader.find(".usage").text, "memory and threads")
        self.assertEqual(accessibility.problems(self.reader, "a running chapter"), [])
        self.reader.press("Stop")
        self.reader.wait_status("it can go on")
        self.reader.press("Go on")
        self.reader.wait_status("No golden for these options")
        text = self.reader.run("return document.querySelector('.lines').textContent")
        for step in range(200):
            self.assertEqual(text.count(f"[{step}/200]"), 1, f"step {step}")

    def test_two_tabs_see_the_same_run_and_a_closed_one_does_not_stop_it(self):
        self.serve()
        self.open()
        first = self.driver.current_window_handle
        self.reader.set("go-wrong", "walk")
        self.reader.press("Run")
        self.reader.wait_status("walking")
        self.driver.switch_to.new_window("tab")
        self.open()
        self.reader.wait(
            lambda: "[0/40]" in self.reader.run("return document.querySelector('.lines').textContent"),
            "the lines from before",
        )
        self.driver.close()
        self.driver.switch_to.window(first)
        self.reader.wait_status("No golden for these options")

    def test_a_killed_server_loses_nothing_and_the_next_one_takes_the_run_up(self):
        self.allowed = ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE"]
        self.serve()
        self.open()
        self.reader.set("go-wrong", "walk")
        self.reader.press("Run")
        self.reader.wait_status("walking")
        self.driver.get("about:blank")
        self.reader.requests()
        self.server.end(signal.SIGKILL)
        self.server = Server(self.checkout)
        self.open()
        self.reader.wait_status("walking")
        self.reader.wait_status("No golden for these options")

    def test_a_run_that_fails_says_why(self):
        self.serve()
        self.open()
        self.reader.set("go-wrong", "error")
        self.reader.press("Run")
        self.reader.wait_status("the data is not there")

    def test_options_are_refused_with_a_reason(self):
        self.allowed = ["409"]
        self.serve()
        self.open()
        self.reader.set("iterations", "--resume")
        self.reader.press("Run")
        self.reader.wait_status("expected a plain value")

    # Changing

    def test_a_compile_error_stands_at_its_line_until_it_is_mended(self):
        self.serve()
        self.open()
        self.reader.run("scrollTo(0, document.body.scrollHeight / 2)")
        self.checkout.edit("/// A long run that can be interrupted.", "/// A long run: oops.")
        self.reader.wait(lambda: self.reader.all(".compile-error"), "the error at its line")
        line = self.reader.run("return document.querySelector('.compile-error').previousElementSibling.dataset.line")
        number = 1 + self.checkout.source.read_text().split("\n").index("  /// A long run: oops.")
        self.assertEqual(line, str(number))
        self.assertIn("cannot find 'oops'", self.reader.find(".livebar").text)
        self.assertEqual(accessibility.problems(self.reader, "a compile error"), [])
        place = f"return document.querySelector('.line[data-line=\"{number}\"]').getBoundingClientRect().top"
        self.reader.run("scrollTo(0, 0)")
        self.reader.press(self.reader.find(".livebar .link").text)
        self.reader.wait(lambda: 0 < self.reader.run(place) < 1000, "the way to the line")
        before = self.reader.run(place)
        self.checkout.edit("/// A long run: oops.", "/// A long run, mended.")
        self.reader.wait(lambda: "mended" in self.reader.find("main").text, "the page with the change")
        self.assertEqual(self.reader.all(".compile-error"), [])
        self.reader.wait(lambda: "built in" in self.reader.find(".livebar").text, "how the time divides")
        self.reader.wait_status("everything holds")
        self.assertLess(abs(self.reader.run(place) - before), 40, "what was read stays where it was")

    def test_an_edit_that_nobody_watched_is_made_when_the_page_is_opened(self):
        self.serve()
        self.open("")
        self.reader.wait(lambda: self.reader.all(".live"), "the index")
        self.checkout.edit("/// A long run that can be interrupted.", "/// A long run, unwatched.")
        time.sleep(1.5)
        self.open()
        self.reader.wait(lambda: "unwatched" in self.reader.find("main").text, "the page with the change")

    def test_a_run_of_the_readers_is_not_ended_by_an_edit(self):
        self.serve()
        self.open()
        self.reader.set("go-wrong", "walk")
        self.reader.set("iterations", "100")
        self.reader.press("Run")
        self.reader.wait_status("walking")
        self.checkout.edit("/// A long run that can be interrupted.", "/// A long run, not ended.")
        self.reader.wait(lambda: "Waiting for the run of yours" in self.reader.find(".livebar").text, "that it waits")
        self.reader.wait(lambda: "not ended" in self.reader.find("main").text, "the page with the change")
        text = self.reader.run("return document.querySelector('.live-log').textContent")
        self.assertNotIn("interrupted", text)

    def test_a_page_that_was_hidden_catches_up(self):
        self.serve(woven=False)
        self.open()
        hide = (
            "Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        self.reader.run(hide, True)
        self.driver.execute_async_script(
            "const done = arguments[0]; fetch('-/run', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            "body: JSON.stringify({chapter: '99-fake', options: {}})}).then(() => done(), done)"
        )
        page = self.checkout.path / "out/book" / PAGE
        self.reader.wait(lambda: page.exists() and "identical" in page.read_text(), "the run's page")
        self.assertEqual(self.reader.all(".listing"), [])
        self.reader.run(hide, False)
        self.reader.wait(lambda: self.reader.all(".listing"), "the woven page, in place")
        self.reader.wait_status("everything holds")

    def test_what_is_written_in_an_editor_outlasts_another_change(self):
        self.serve()
        self.open()
        self.open_editor()
        self.reader.find(".editor textarea").send_keys("mine")
        self.checkout.edit("/// A long run that can be interrupted.", "/// A long run, from elsewhere.")
        self.reader.wait(lambda: "kept back" in self.reader.find(".live-note").text, "that the page is kept back")
        self.assertIn("mine", self.reader.find(".editor textarea").get_attribute("value"))
        self.reader.find(".editor textarea").send_keys(Keys.ESCAPE)
        self.driver.switch_to.alert.dismiss()
        self.assertIn("mine", self.reader.find(".editor textarea").get_attribute("value"))
        self.reader.press("Show it")
        self.driver.switch_to.alert.accept()
        self.reader.wait(lambda: "from elsewhere" in self.reader.find("main").text, "the page with the change")
        self.assertEqual(self.reader.all(".editor"), [])

    def test_an_editor_is_cancelled_and_asks_only_where_something_would_be_lost(self):
        self.serve()
        self.open()
        before = self.checkout.source.read_text()
        self.open_editor()
        self.reader.press("Cancel")
        self.assertEqual(self.reader.all(".editor"), [])
        self.assertTrue(self.reader.run("return document.activeElement === document.querySelector('.where button')"))
        self.open_editor()
        self.reader.press("Show the difference")
        self.reader.wait(lambda: "Nothing has been changed" in self.reader.find(".editor").text, "that nothing changed")
        self.reader.find(".editor textarea").send_keys("// mine")
        self.reader.press("Cancel")
        self.driver.switch_to.alert.dismiss()
        self.assertIn("// mine", self.reader.find(".editor textarea").get_attribute("value"))
        self.reader.press("Show the difference")
        self.reader.wait(lambda: self.reader.all(".difference .added"), "the difference")
        # What is written after it has not been shown.
        self.reader.find(".editor textarea").send_keys(" and more")
        self.assertEqual(self.reader.all(".difference"), [])
        self.reader.press("Cancel")
        self.driver.switch_to.alert.accept()
        self.assertEqual(self.reader.all(".editor"), [])
        self.assertEqual(self.checkout.source.read_text(), before)

    def test_a_block_is_edited_on_the_page_after_its_difference_has_been_shown(self):
        self.serve()
        self.open()
        self.open_editor()
        before = self.checkout.source.read_text()
        self.reader.run(
            "const t = document.querySelector('.editor textarea');"
            "t.value = t.value.replace('A long run that can', 'A longer run that can');"
            "t.dispatchEvent(new Event('input'))"
        )
        self.assertEqual(accessibility.problems(self.reader, "the editor"), [])
        self.reader.press("Show the difference")
        self.reader.wait(lambda: self.reader.all(".difference .added"), "the difference")
        self.assertEqual(self.checkout.source.read_text(), before)
        self.reader.press("Write it to the file")
        self.reader.wait(lambda: "A longer run that can" in self.checkout.source.read_text(), "the file")
        self.reader.wait(lambda: "A longer run that can" in self.reader.find("main").text, "the page")

    # Reviewing

    def drift(self):
        """Digests of another build: two entries whose bits have drifted."""
        self.checkout.program("book", "check", "99", "--goldens", "goldens")
        manifest = self.checkout.path / "goldens/99-fake/manifest.json"
        text = manifest.read_text()
        held = json.loads(text)
        for digests in held["digests"].values():
            for name in ("weights", "losses"):
                digests[name] = "0" * 64
        manifest.write_text(json.dumps(held))

    def test_a_drifted_entry_is_accepted_and_another_skipped(self):
        self.checkout.weave()
        self.drift()
        self.serve(woven=False)
        self.open("review")
        self.assertEqual(len(self.reader.all(".case")), 2)
        self.assertEqual(accessibility.problems(self.reader, "review"), [])
        self.reader.press("Skip 99-fake losses")
        self.reader.wait(lambda: self.reader.all(".case[data-name=losses][data-skipped]"), "skipped")
        self.reader.press("Accept 99-fake weights")
        self.reader.wait(lambda: self.reader.all(".case[data-name=weights][data-accepted]"), "accepted")
        box = self.reader.find(".case[data-name=losses] textarea")
        box.send_keys("asked upstream")
        self.reader.press("Keep the comment on 99-fake losses")
        self.reader.wait(lambda: "Kept." in self.reader.find(".case[data-name=losses] [role=status]").text, "kept")
        self.open("review")
        self.assertEqual([item.get_attribute("data-name") for item in self.reader.all(".case")], ["losses"])
        self.assertEqual(self.reader.find(".case textarea").get_attribute("value"), "asked upstream")
        self.assertIsNotNone(self.reader.find(".case").get_attribute("data-skipped"))
        self.reader.press("Skip 99-fake losses")
        self.reader.wait(lambda: "No longer skipped" in self.reader.find(".case [role=status]").text, "taken back")
        self.open("review")
        self.assertIsNone(self.reader.find(".case").get_attribute("data-skipped"))

    def test_a_wrong_entry_shows_both_sides_and_cannot_be_accepted(self):
        self.checkout.weave()
        for precision in ("float32", "float64"):
            self.checkout.program(
                "ch99-fake",
                "--dtype",
                precision,
                "--go-wrong",
                "value",
                "--overwrite",
                "--out",
                str(self.checkout.path / "out/check/99-fake" / precision),
            )
        self.serve(woven=False)
        self.open("review")
        picture = self.reader.find(".case[data-name=picture]")
        self.assertEqual(len(picture.find_elements("css selector", "img")), 6)
        self.assertIn("first step that diverges: 13", self.reader.find(".case[data-name=losses]").text)
        self.assertEqual(len(self.reader.all(".case[data-name=losses] svg")), 2)
        self.assertEqual(self.reader.all("[data-do=accept]"), [])
        self.assertIn("It cannot be accepted", picture.text)
        # Whoever asks all the same is refused, and nothing is written.
        self.allowed = ["409"]
        manifest = self.checkout.path / "goldens/99-fake/manifest.json"
        before = manifest.read_text()
        code = self.driver.execute_async_script(
            """
          const [item, done] = arguments, {chapter, name, key} = item.dataset;
          fetch('-/accept', {method: 'POST', headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({chapter, name, key})}).then(response => done(response.status));""",
            picture,
        )
        self.assertEqual(code, 409)
        self.assertEqual(manifest.read_text(), before)

    # The page as such

    def test_names_roles_and_contrast(self):
        self.serve()
        self.open()
        self.reader.run("document.querySelector('.options details').open = true")
        self.assertEqual(accessibility.problems(self.reader, "a chapter"), [])
        self.open("")
        self.reader.wait(lambda: self.reader.all(".live"), "the index's way to the review")
        self.assertEqual(accessibility.problems(self.reader, "the index"), [])

    def test_the_keyboard_alone_runs_a_chapter(self):
        self.serve()
        self.open()
        for _ in range(40):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
            if self.driver.switch_to.active_element.text == "Run":
                break
        self.reader.set("go-wrong", "walk")
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        focused = "return document.activeElement.textContent"
        self.reader.wait(lambda: self.reader.run(focused) == "Stop", "the button in its place")
        self.reader.wait_status("No golden for these options")
        self.assertEqual(self.reader.run(focused), "Run")


if __name__ == "__main__":
    unittest.main()
