"""How long an update of the trials takes: everything, nothing new, and a few changes, from a server on this machine.

    python benchmarks/sync.py

Runs the command as a person does, start of Python and reading of the criteria included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fake import ctgov

STUDIES = 350


def main() -> None:
    """Measure and print."""
    server = ctgov.Registry(ctgov.shipped())
    server.put(*(ctgov.study(f"NCT9000{number:04d}") for number in range(STUDIES - len(server.studies))))
    with tempfile.TemporaryDirectory() as home, ctgov.serving(server) as url:
        os.environ["ABREAST_HOME"] = home
        subprocess.run(command("sync", "--check"), capture_output=True, check=True)  # builds from the shipped copy
        open_ = len(server.matching({"filter.overallStatus": "RECRUITING,NOT_YET_RECRUITING,AVAILABLE"}))
        print(f"{len(server.studies)} studies, {open_} of them open")
        report("the first update: all open studies, the others by number, all criteria read", 1, url)
        report("nothing new", 3, url)
        server.new_data("2026-11-21")
        report("new data, and no study in scope changed", 1, url)
        for number in range(10):
            server.change(f"NCT9000{number % 8:04d}", day="2026-11-22", title=f"Breast Cancer {number}")
        server.new_data("2026-11-22")
        report("eight studies changed", 1, url)
        report("all open studies again", 1, url, "--full")


def command(*arguments: str) -> list[str]:
    """Return the command as a person runs it."""
    return [sys.executable, "-m", "abreast", *arguments]


def report(what: str, runs: int, url: str, *more: str) -> None:
    """Print the shortest of some runs, and how long a processor worked for it: on a busy machine the two differ."""
    times, work = [], []
    for _ in range(runs):
        begun, before = time.perf_counter(), os.times()
        done = subprocess.run(command("sync", "--url", url, *more), capture_output=True, text=True, check=True)
        after = os.times()
        times.append(time.perf_counter() - begun)
        work.append(after.children_user + after.children_system - before.children_user - before.children_system)
    print(f"{min(times):8.2f} s, {min(work):6.2f} s of work  {what}: {done.stdout.splitlines()[0]}")


if __name__ == "__main__":
    main()
