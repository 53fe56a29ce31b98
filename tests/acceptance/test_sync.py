"""``abreast sync`` and ``abreast watch`` as a person runs them, against a registry on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks.kill_sync import loop

from abreast.case.file import write_case
from abreast.session import load_case
from abreast.trials.match import compile_registry
from abreast.trials.registry import open_registry
from tests.acceptance.people import RECORDS, Ran, plan_of, run
from tests.fake import ctgov
from tests.fake.ctgov import Fault, serving, study

KILLS = 10

# A shell starts what runs in the background with Ctrl+C ignored; a person's terminal does not.
LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from abreast.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as it is after a while: the trials read, one case saved."""
    folder = tmp_path_factory.mktemp("prepared")
    with open_registry(folder / "registry.sqlite") as registry:
        compile_registry(registry)
    loaded = load_case([RECORDS / "app_TrialMatching_Patient02.json"])
    (folder / "cases").mkdir()
    (folder / "cases" / "ann.yaml").write_text(write_case(loaded.case, "yaml"), encoding="utf-8")
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Such a data folder, of one test alone."""
    folder = Path(shutil.copytree(prepared, tmp_path / "home"))
    monkeypatch.setenv("ABREAST_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def server() -> ctgov.Registry:
    return ctgov.Registry(study(f"NCT9000{number:04d}") for number in range(1, 41))


@pytest.fixture
def url(server: ctgov.Registry) -> Iterator[str]:
    with serving(server) as address:
        yield address
    server.faults.clear()
    server.asked.clear()
    server.pause = 0.0


def abreast(*arguments: str, **environment: str) -> Ran:
    """Run the command; unlike the other tests' this one may open connections to this machine."""
    done = subprocess.run(
        [sys.executable, "-m", "abreast", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200", **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def test_sync_then_plan(home: Path, server: ctgov.Registry, url: str, tmp_path: Path) -> None:
    ran = abreast("sync", "--url", url, "--today", "2026-11-20")
    assert ran.code == 0, ran.err
    assert "40 trials are new here." in ran.out
    assert "ClinicalTrials.gov, US National Library of Medicine" in ran.err
    assert "Last compared with the registry on 2026-11-20; its data were of 2026-11-20" in ran.err
    assert "\r" not in ran.err  # counts are for terminals
    plan = plan_of("sample", tmp_path / "plan")  # with every connection forbidden
    assert plan["trials"]["registry_date"] == "2026-11-20"
    assert "2026-11-20" in plan["trials"]["registry_words"]
    assert any(one["nct"].startswith("NCT9000") for one in plan["trials"]["treatment"])
    again = abreast("sync", "--url", url, "--today", "2026-11-20")
    assert (again.code, "Nothing new" in again.out) == (0, True)


def test_no_command_but_sync_opens_a_connection(home: Path, url: str) -> None:
    forbidden = "a network connection was attempted"
    tried = subprocess.run(
        [sys.executable, "-c", "import tests.acceptance.people as p; exec(p.NO_SOCKETS)", "sync", "--url", url],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert forbidden in tried.stderr  # the guard sees what sync does; `run` below has the same guard
    for command in (("sync", "--check"), ("watch",), ("trials", "search", "breast"), ("version",)):
        assert run(*command).code == 0


def test_what_goes_wrong_is_one_clear_line(home: Path, server: ctgov.Registry, url: str) -> None:
    server.faults.append(Fault(body="<html>Sign in</html>", content_type="text/html"))
    ran = abreast("sync", "--url", url)
    assert ran.code == 3
    assert "sign in first" in ran.err
    assert "as before" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert run("trials", "search", "capivasertib").code == 0


def test_no_network(home: Path) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        ran = abreast("sync", "--url", f"http://127.0.0.1:{port}/api/v2")
        assert (ran.code, "could not be reached" in ran.err) == (3, True)
        ran = abreast("sync", "--url", "http://registry.example", HTTP_PROXY=f"http://127.0.0.1:{port}", NO_PROXY="")
        assert (ran.code, "The proxy did not let the request through" in ran.err) == (3, True)


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path / "file"))
    ran = abreast("sync", "--url", url)
    assert ran.code == 3
    assert "needs a folder that can be written" in ran.err
    assert run("trials", "search", "capivasertib").code == 0


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(home: Path, server: ctgov.Registry, url: str) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, ctgov.OK, Fault(slow=30)])
    command = [sys.executable, "-c", LISTENING, "sync", "--url", url, "--page-size", "10"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(server.asked) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "abreast: stopped; what was finished is kept"
    assert run("trials", "search", "NCT90000001").out == ""
    server.asked.clear()
    ran = abreast("sync", "--url", url, "--page-size", "10")
    assert ran.code == 0
    first_list = next(parameters for path, parameters, _ in server.asked if path.endswith("studies"))
    assert "pageToken" in first_list  # it went on with the page that was missing


def test_from_files(home: Path, tmp_path: Path) -> None:
    (tmp_path / "ctg-studies.json").write_text(json.dumps([study("NCT90000001"), study("NCT90000002")]))
    ran = run("sync", "--from", str(tmp_path / "ctg-studies.json"))  # with every connection forbidden
    assert (ran.code, "2 trials read: 2 new here" in ran.out) == (0, True), ran.err
    assert "NCT90000001" in run("trials", "search", "NCT90000001").out
    missing = run("sync", "--from", str(tmp_path / "none.json"))
    assert (missing.code, "none.json" in missing.err) == (2, True)


def test_a_damaged_file_is_mended_and_told(home: Path) -> None:
    assert run("sync", "--check").code == 0
    file = home / "registry.sqlite"
    file.write_bytes(file.read_bytes()[:100_000])
    ran = run("sync", "--check")
    assert ran.code == 1
    assert "set aside" in ran.err + ran.out
    assert run("sync", "--check").code == 0


def test_watch_tells_what_is_new(home: Path, server: ctgov.Registry, tmp_path: Path) -> None:
    first = run("watch")
    assert (first.code, "for the first time" in first.out) == (0, True)
    assert run("watch").code == 0
    with serving(server) as address:
        news = abreast("watch", "--sync", "--url", address, "--json")
    assert news.code == 1, news.err
    told = json.loads(news.out)
    (case,) = told["cases"]
    assert (case["case"], case["status"]) == ("ann.yaml", "watched")
    assert {one["kind"] for one in case["news"]} >= {"opened"}
    assert all(one["why"] and one["words"] and one["url"] for one in case["news"])
    assert run("watch").code == 0
    (home / "cases" / "bad.yaml").write_text("facts: [")
    bad = run("watch", "--json")
    assert bad.code == 2
    assert [one["status"] for one in json.loads(bad.out)["cases"]] == ["watched", "unreadable"]
    assert run("watch", str(tmp_path / "none")).code == 2


def test_watch_goes_on_without_a_connection(home: Path) -> None:
    ran = abreast("watch", "--sync", "--url", "http://127.0.0.1:9/api/v2")
    assert ran.code == 3
    assert "could not be reached" in ran.err
    assert "for the first time" in ran.out


def test_killed_at_any_moment_nothing_is_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short form of ``benchmarks/kill_sync.py``."""
    seen = loop(home, KILLS, seed=20, page_size=200, plan_every=5)
    assert seen.faults == []
    assert sum(seen.moments.values()) == KILLS
