"""How long the registry takes: first use, opening, reading every study, classifying, searching, distances.

    python benchmarks/registry.py

Prints the median of several runs on this machine, and the size of the files.
"""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from abreast.trials.registry import Registry, locate_zip, nearest_sites, open_registry, recruitment, subject

DATA = Path(sys.modules["abreast.trials.registry"].__path__[0]) / "data"
TODAY = dt.date(2026, 11, 21)
QUERIES = ("breast cancer", '"brain metastases" tucatinib', "HER2-low", "PIK3CA fulvestrant", "NCT04862663", "xyzzy")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.sqlite"
        report("first use: build from the shipped copy", 5, lambda: build(path))
        report("open", 20, lambda: open_registry(path).close())
        with open_registry(path) as registry:
            studies = registry.studies()
            report(f"read all {len(studies)} studies", 20, registry.studies)
            report("open and read all, as one start does", 20, lambda: start(path))
            bare = [msgspec.structs.replace(study, subject=None) for study in studies]
            report("work out what all are about and for", 5, lambda: [subject(study) for study in bare])
            report("recruitment of all", 20, lambda: [recruitment(study, TODAY) for study in studies])
            for query in QUERIES:
                report(f"search: {query}", 10, lambda query=query: registry.search(query))
            locate_zip.__globals__["_zip_table"].cache_clear()
            once("first ZIP code (loads the table)", lambda: locate_zip("60611"))
            report("ZIP code", 50, lambda: locate_zip("60611"))
            origin = locate_zip("60611")
            once(
                "nearest sites of all, first time (loads the cities)",
                lambda: [nearest_sites(study, origin, TODAY) for study in studies],
            )
            report("nearest sites of all", 10, lambda: [nearest_sites(study, origin, TODAY) for study in studies])
            report("check the whole file", 3, registry.check)
        print(f"\n{'registry file':<60}{path.stat().st_size / 1e6:10.1f} MB")
    for file in sorted(DATA.iterdir()):
        print(f"{file.name:<60}{file.stat().st_size / 1e3:10.1f} kB")
    command = [sys.executable, "-c", "import abreast.trials.registry"]
    report("\nstart Python and import the room", 5, lambda: subprocess.run(command, check=True))
    report("start Python alone", 5, lambda: subprocess.run([sys.executable, "-c", ""], check=True))


def build(path: Path) -> None:
    """Make the registry anew."""
    path.unlink(missing_ok=True)
    open_registry(path).close()


def start(path: Path) -> None:
    """Do what every start of the product does."""
    registry: Registry
    with open_registry(path) as registry:
        registry.studies()


def report(what: str, runs: int, run: Callable[[], object]) -> None:
    """Print the median time of some runs, after one that does not count."""
    run()
    print(f"{what:<60}{statistics.median(clock(run) for _ in range(runs)) * 1000:10.2f} ms")


def once(what: str, run: Callable[[], object]) -> None:
    """Print the time of the first run."""
    print(f"{what:<60}{clock(run) * 1000:10.2f} ms")


def clock(run: Callable[[], object]) -> float:
    """Return the seconds that a run takes."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
