"""``abreast screen`` end to end: invented case files in a folder against the whole registry, with a profile.

python benchmarks/screen.py [PEOPLE]
"""

from __future__ import annotations

import cProfile
import pstats
import resource
import sys
import tempfile
import time
from pathlib import Path

from abreast.case.file import write_case
from abreast.screening import screen
from abreast.vocabulary import load_vocabulary
from synthetic import TODAY, patient

PROFILED = 500


def main(people: int = 10_000) -> None:
    """Measure and print."""
    vocabulary = load_vocabulary()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "people"
        folder.mkdir()
        for seed in range(people):
            text = write_case(patient(seed, vocabulary), "json")
            (folder / f"{seed:06}.json").write_text(text, encoding="utf-8")
        out = Path(name) / "matches.parquet"
        screen(folder / "000000.json", out, TODAY)  # the registry is compiled before the clock starts
        start = time.perf_counter()
        report = screen(folder, out, TODAY)
        took = time.perf_counter() - start
        pairs = report.people * report.studies
        size = out.stat().st_size / 1e6
        print(f"{report.people} people x {report.studies} studies in {took:.1f} s, two processes")
        speed = f"{report.people / took:.0f} people and {pairs / took:,.0f} verdicts a second"
        print(f"  {speed}; {size:.1f} MB out")
        for who, label in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "each of the others")):
            print(f"  peak memory of {label}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")
        few = Path(name) / "few"
        few.mkdir()
        for file in sorted(folder.iterdir())[:PROFILED]:
            file.rename(few / file.name)
        profile = cProfile.Profile()
        profile.runcall(screen, few, out, TODAY, workers=1)
        print(f"\nwhere the time goes, one process, {PROFILED} people:")
        pstats.Stats(profile).sort_stats("cumulative").print_stats(r"abreast", 28)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
