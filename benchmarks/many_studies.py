"""How long `abreast plan --sample` takes beside thousands of studies, and how much memory.

    python benchmarks/many_studies.py [STUDIES]

The registry holds the shipped studies again and again under other numbers, 5,000 unless told. Prints a row for each
start: the first, which reads all criteria, and later ones, beside the shipped studies alone and beside many. Each is a
new process; the time is that of its processor (best of the later starts), the memory its peak.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from abreast.trials.registry import open_registry
from abreast.trials.registry.snapshot import Entry, snapshot_entries

LATER = 3


class Start(NamedTuple):
    """What one process took: seconds on the clock, seconds of a processor, megabytes at the peak."""

    clock: float
    work: float
    memory: float


def main(studies: int = 5000) -> None:
    """Measure and print."""
    shipped = list(snapshot_entries())
    print(f"{'studies':>8}  {'start':<8}{'processor':>10}{'clock':>10}{'memory':>10}")
    for size in (len(shipped), studies):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with open_registry(home / "registry.sqlite") as registry:
                registry.upsert(copies(shipped, size - len(shipped)))
                print_row(registry.count(), "first", start(home))
            later = [start(home) for _ in range(LATER)]
            print_row(size, "later", min(later, key=lambda one: one.work))


def copies(shipped: list[Entry], number: int) -> Iterator[Entry]:
    """Yield so many copies of the shipped studies, each under a number of its own."""
    for at in range(number):
        entry = shipped[at % len(shipped)]
        identity = entry.record["protocolSection"]["identificationModule"]["nctId"]
        record = json.loads(json.dumps(entry.record).replace(identity, f"NCT9{at:07d}"))
        yield msgspec.structs.replace(entry, record=record)


def start(home: Path) -> Start:
    """Run the command as a person does, and return what it took."""
    environment = {**os.environ, "ABREAST_HOME": str(home), "ABREAST_CACHE": str(home / "cache")}
    command = [sys.executable, "-m", "abreast", "plan", "--sample", "--out", str(home), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - began
    if status:
        sys.exit(f"the command ended with status {os.waitstatus_to_exitcode(status)}")
    return Start(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def print_row(studies: int, which: str, took: Start) -> None:
    """Print one row of the table."""
    print(f"{studies:8,}  {which:<8}{took.work:8.2f} s{took.clock:8.2f} s{took.memory:7.0f} MB", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
