"""Reading eligibility text into rules: loading the lexicon, then studies and criteria a second on one core.

    python benchmarks/reading.py [FILES...]

FILES are gzipped JSON lines, either registry records or {"nctId", "eligibility"}; the studies that ship with abreast
unless others are given. All times are those of a processor, so that other work on the machine tells less.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from abreast.trials import registry
from abreast.trials.eligibility import compile_study
from reading_coverage import texts

SHIPPED = Path(registry.__file__).with_name("data") / "snapshot.jsonl.gz"


def main(files: list[str]) -> None:
    """Measure and print."""
    start = time.process_time()
    compile_study("", "Age >= 18 years")
    print(f"load lexicon and patterns  {(time.process_time() - start) * 1000:8.1f} ms")
    for name in files or [str(SHIPPED)]:
        studies = list(texts(Path(name), drugs=False))
        slowest, criteria = 0.0, 0
        start = time.process_time()
        for nct, text in studies:
            before = time.process_time()
            criteria += len(compile_study(nct, text).criteria)
            slowest = max(slowest, time.process_time() - before)
        seconds = time.process_time() - start
        print(
            f"{Path(name).name:<34}{len(studies):>6} studies {seconds / len(studies) * 1000:7.2f} ms each, "
            f"slowest {slowest * 1000:7.1f} ms, {criteria / seconds:8,.0f} criteria/s"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
