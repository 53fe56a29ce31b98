#!/usr/bin/env python3
"""How long a person waits for `abreast plan` on the sample record, and how much memory it takes.

python benchmarks/cold_start.py [--runs 5]

Prints, from one run: the first start (registry built, criteria read, data packed), the median of later starts, their
ratio, and the peak resident memory of any start. Each start is a new process with its own empty home for the first.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def start(home: Path, out: Path) -> float:
    """Return the seconds that one start takes."""
    environment = {**os.environ, "ABREAST_HOME": str(home / "home"), "ABREAST_CACHE": str(home / "cache")}
    began = time.perf_counter()
    command = [sys.executable, "-m", "abreast", "plan", "--sample", "--out", str(out), "--quiet"]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = start(home, home)
        later = statistics.median(start(home, home) for _ in range(runs))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"first start {first:.2f} s; later starts {later:.2f} s (median of {runs}); ratio {first / later:.1f}")
    print(f"peak memory of any start {peak:.0f} MB")


if __name__ == "__main__":
    main()
