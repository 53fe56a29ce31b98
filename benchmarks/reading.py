"""Reading eligibility text into rules: loading the lexicon, then studies and criteria a second on one core.

    python benchmarks/reading.py FILES...

FILES are gzipped JSON lines, either registry records or {"nctId", "eligibility"}. The cache of words that were read
before is emptied first, so that a text that stands in two studies counts as it does in a fresh start.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from abreast.trials.eligibility import compile_study
from reading_coverage import texts


def main(files: list[str]) -> None:
    """Measure and print."""
    start = time.perf_counter()
    compile_study("", "Age >= 18 years")
    print(f"load lexicon and patterns  {(time.perf_counter() - start) * 1000:8.1f} ms")
    for name in files:
        studies = list(texts(Path(name), drugs=False))
        slowest, criteria = 0.0, 0
        start = time.perf_counter()
        for nct, text in studies:
            before = time.perf_counter()
            criteria += len(compile_study(nct, text).criteria)
            slowest = max(slowest, time.perf_counter() - before)
        seconds = time.perf_counter() - start
        print(
            f"{Path(name).name:<34}{len(studies):>6} studies {seconds / len(studies) * 1000:7.2f} ms each, "
            f"slowest {slowest * 1000:7.1f} ms, {criteria / seconds:8,.0f} criteria/s"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
