"""The app in a process of its own, and a real Chromium that asks nothing of any other host."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from abreast.session import open_bench

TODAY = "2026-11-21"


@dataclass
class App:
    """The running app: its folder of cases, and the address that opens it."""

    folder: Path
    process: subprocess.Popen[str] | None = None
    address: str = ""
    written: Path = field(init=False)
    """What it writes when something goes wrong, outside its folder."""

    def __post_init__(self) -> None:
        self.written = self.folder.with_name(f"{self.folder.name}.errors")

    @property
    def base(self) -> str:
        """The address without the key."""
        return self.address.partition("/?")[0]

    def start(self) -> App:
        """Start the app and wait until it can be opened."""
        command = [sys.executable, "-m", "abreast", "open", "--no-browser", "--today", TODAY, "--cases"]
        with self.written.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [*command, str(self.folder)], stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"the app did not start: {line!r}"
        self.address = found[0]
        return self

    def kill(self) -> None:
        """End the process as a power cut does: it gets no chance to save anything."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> str:
        """Stop the app and return what it wrote."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=60)
        return output + self.errors()

    def errors(self) -> str:
        """Return what went wrong so far, as the app told it."""
        return self.written.read_text(encoding="utf-8")

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        """Send one request, without a browser and without following where the answer leads."""
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
        connection.request(method, path, body=b"" if method == "POST" else None, headers=headers)
        return connection.getresponse()

    def cookie(self) -> str:
        """Return a cookie of this session."""
        where = urlsplit(self.address)
        answer = self.ask("GET", f"{where.path}?{where.query}")
        return str(answer.getheader("set-cookie")).partition(";")[0]

    def empty(self) -> None:
        """Close the case that is open and take every file away."""
        assert self.ask("POST", "/close", Cookie=self.cookie(), Origin=self.base).status == 303
        shutil.rmtree(self.folder, ignore_errors=True)


def assert_no_fault(written: str) -> None:
    """The app told of no fault of its own."""
    assert "Traceback" not in written
    assert "a fault of ours" not in written, written


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One process for all tests that leave it running: the start costs more than most of them."""
    app = App(tmp_path_factory.mktemp("app") / "cases").start()
    yield app
    app.stop()


@pytest.fixture
def app(running: App) -> Iterator[App]:
    """A running app with an empty folder of cases."""
    running.empty()
    before = len(running.errors())
    yield running
    assert_no_fault(running.errors()[before:])


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[App]:
    """An app of the test's own, to be stopped or killed."""
    app = App(tmp_path / "cases").start()
    yield app
    app.stop()
    assert_no_fault(app.errors())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window; the registry of these tests is made before it opens."""
    open_bench()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser profile at the app, and every request that its pages made."""

    context: BrowserContext
    page: Page
    requests: list[Request] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """The hosts that were asked for anything."""
        return {re.sub(r"^(\w+:(//[^/]*)?).*", r"\1", one.url, flags=re.DOTALL) for one in self.requests}


def visit(browser: Browser, app: App, *, script: bool = False, width: int = 1000, locale: str = "en-US") -> Visit:
    """Open the app in a fresh profile; pages run without JavaScript unless ``script`` is set."""
    context = browser.new_context(java_script_enabled=script, viewport={"width": width, "height": 900}, locale=locale)
    context.set_default_timeout(60_000)
    page = context.new_page()
    made = Visit(context, page)

    def note(request: Request) -> None:  # playwright cannot mark a built-in method as its own
        made.requests.append(request)

    context.on("request", note)
    page.goto(app.address)
    return made
