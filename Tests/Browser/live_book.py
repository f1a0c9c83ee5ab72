"""A served book of one chapter, the fake one, in a checkout of its own, and a browser that looks at it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("BOOK_PROGRAMS", ROOT / ".build/release"))
PATIENCE = 30

# What stands for the compiler: it finds one error, or notes what the program would have been built from.
COMPILER = """#!{python}
import hashlib, pathlib, subprocess, sys, time
root = pathlib.Path({root!r})
source = root / "chapters/99-fake/FakeChapter.swift"
lines = source.read_text().split("\\n")
for number, line in enumerate(lines, 1):
    if "oops" in line:
        print(f"{{source}}:{{number}}:5: error: cannot find 'oops' in scope")
        sys.exit(1)
time.sleep(0.2)
stamp = subprocess.run([{program!r}, "--print-build-stamp"], capture_output=True, text=True, env={{}}).stdout
name = "Tests/FakeChapter/FakeChapter.swift"
digest = hashlib.sha256(source.read_bytes()).hexdigest()
kept = [f"file {{digest}} {{name}}" if line.endswith(" " + name) else line for line in stamp.split("\\n")]
(root / "stamp").write_text("\\n".join(kept))
"""


class Checkout:
    """A checkout whose only chapter is the fake one, with goldens that hold what it records."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="gan-book-browser-"))
        shutil.copytree(ROOT / "Tests/FakeChapter", self.path / "chapters/99-fake")
        self.source = self.path / "chapters/99-fake/FakeChapter.swift"
        (self.path / "bin").mkdir()
        compiler = self.path / "bin/swift"
        compiler.write_text(
            COMPILER.format(python=sys.executable, root=str(self.path), program=str(PROGRAMS / "ch99-fake"))
        )
        compiler.chmod(0o755)
        for precision in ("float32", "float64"):
            self.program("ch99-fake", "--dtype", precision, "--out", str(self.path / "recorded" / precision))
        together = self.path / "all/99-fake"
        together.mkdir(parents=True)
        for file in self.path.glob("recorded/*/recorded-*"):
            shutil.copy(file, together)
        self.program(
            "book", "bless", "--recording", str(self.path / "all"), "--goldens", str(self.path / "goldens"), "--yes"
        )
        manifest = self.path / "goldens/99-fake/manifest.json"
        held = json.loads(manifest.read_text())
        held["reference"]["provenance"]["profile"] = "quick"
        manifest.write_text(json.dumps(held))

    def program(self, name, *arguments):
        environment = {key: value for key, value in os.environ.items() if key != "CI"}
        done = subprocess.run(
            [PROGRAMS / name, *arguments], capture_output=True, text=True, cwd=self.path, env=environment
        )
        assert done.returncode == 0, f"{name} {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def weave(self):
        self.program("book", "run", "99", "--goldens", "goldens")
        self.program("book", "weave", "99", "--goldens", "goldens")

    def edit(self, old, new):
        text = self.source.read_text()
        assert old in text, old
        self.source.write_text(text.replace(old, new))

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Server:
    def __init__(self, checkout, *arguments):
        environment = {
            key: value for key, value in os.environ.items() if key not in ("CI", "DISPLAY", "WAYLAND_DISPLAY")
        }
        environment["PATH"] = f"{checkout.path / 'bin'}:{environment['PATH']}"
        environment["FAKE_STAMP"] = str(checkout.path / "stamp")
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed with the process)
        self.process = subprocess.Popen(
            [PROGRAMS / "book", "serve", "--no-open", "--goldens", "goldens", *arguments],
            cwd=checkout.path,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=environment,
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        if "http://" not in line:
            self.errors.seek(0)
            raise AssertionError(f"the server did not start: {line}{self.errors.read()}")
        self.address = line.split()[-1]
        self.origin = "/".join(self.address.split("/")[:3])

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.errors.close()
        return code


def browser():
    options = webdriver.ChromeOptions()
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1280,1000",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


class Reader:
    """Somebody at the browser."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, address):
        self.driver.get(address)

    def wait(self, condition, what):
        return WebDriverWait(self.driver, PATIENCE, 0.1).until(lambda _: condition(), f"waited for: {what}")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def button(self, name):
        """The button of that name that can be seen."""
        for element in self.all("button"):
            if element.is_displayed() and name in (element.text, element.get_attribute("aria-label")):
                return element
        return None

    def press(self, name):
        element = self.wait(lambda: self.button(name), f"the button {name}")
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    @property
    def status(self):
        """What the panel says, with how far the run is."""
        return self.run(
            "const text = name => document.querySelector(name)?.textContent ?? '';"
            "return text('.live-status') + ' ' + text('.live-steps')"
        )

    def wait_status(self, text):
        self.wait(lambda: text in self.status, f"{text} (it says: {self.status})")

    def set(self, name, value):
        self.run(
            "const input = document.getElementById('option-' + arguments[0]); "
            "input.closest('details')?.setAttribute('open', '');"
            "input.value = arguments[1]; input.dispatchEvent(new Event('input', {bubbles: true}))",
            name,
            value,
        )

    def console(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self):
        """The addresses of everything that has been asked for since the last call."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found
