"""``abreast screen`` end to end: invented people against the whole registry, with where the time goes.

    python benchmarks/screen.py [PEOPLE]

Case files in a folder, the same as NDJSON, and the same as a Parquet of facts, each with two processes; the three must
give the same verdicts, and for a sample those of the plain matcher. Beside the time on the clock stands the time of the
processors, which does not change as much when the machine has other work.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from abreast.case.file import write_case
from abreast.disease import derive
from abreast.rules import Context
from abreast.screening import facts_of, screen
from abreast.screening.screen import PEOPLE_AT_ONCE
from abreast.trials.match import judge_prepared, load_matcher
from abreast.trials.registry import open_registry
from abreast.vocabulary import load_vocabulary
from synthetic import TODAY, patient

SAMPLE = 10
PROFILED = 500
PARTS = {
    "reading records": "_cases",
    "working out what follows": "derive",
    "arranging rows and answering atoms": "atom_planes",
    "Boolean work": "run",
    "days of 'not yet'": "_clears",
    "all that the kernel does": "screen_facts",
}


def main(people: int = 10_000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        inputs = written(people, root)
        screen(root / "people" / "000000.json", root / "one.parquet", TODAY)  # compiled before the clock starts
        print(f"load of the machine {os.getloadavg()[0]:.1f}")
        outputs = [measured(one) for one in inputs]
        for who, label in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "each of the others")):
            print(f"  peak memory of {label}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")
        first = verdicts(outputs[0])
        print(f"the same verdicts from all three: {'yes' if all(verdicts(one) == first for one in outputs) else 'NO'}")
        print(f"the same as one by one, {SAMPLE} people: {'yes' if as_judged(first, people) else 'NO'}")
        profiled(root)


def written(people: int, root: Path) -> list[Path]:
    """Write the same people as a folder of case files, as NDJSON and as a Parquet of facts."""
    vocabulary = load_vocabulary()
    folder, lines, table = root / "people", root / "people.ndjson", root / "people.parquet"
    folder.mkdir()
    cases = [(f"{seed:06}", patient(seed, vocabulary)) for seed in range(people)]
    with lines.open("w", encoding="utf-8") as out:
        for name, case in cases:
            (folder / f"{name}.json").write_text(write_case(case, "json"), encoding="utf-8")
            out.write(" ".join(write_case(case, "json").split("\n")) + "\n")
    pq.write_table(pa.Table.from_batches([facts_of(cases)]), table)
    return [folder, lines, table]


def measured(people: Path) -> Path:
    """Screen, print how long it took, and return where the verdicts are."""
    out = people.with_name(f"{people.name}.matches.parquet")
    start, before = time.perf_counter(), processors()
    report = screen(people, out, TODAY)
    took, worked = time.perf_counter() - start, processors() - before
    pairs = report.people * report.studies
    print(
        f"{people.name}: {report.people} people x {report.studies} studies, two processes, {report.screened} screened"
    )
    print(f"  {took:.1f} s on the clock: {report.people / took:.0f} people and {pairs / took:,.0f} verdicts a second")
    print(f"  {worked:.1f} s of the processors: {2 * report.people / worked:.0f} people a second, were both free")
    print(f"  {out.stat().st_size / 1e6:.1f} MB out")
    return out


def processors() -> float:
    """Return how long processors have worked for this process and those it has waited for, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def verdicts(out: Path) -> pa.Table:
    """Return the verdicts as rows without the names of people, which are those of files and lines."""
    table = pq.read_table(out)
    columns = [name for name in table.column_names if name != "patient"]
    return pa.table({name: table[name].combine_chunks().cast(_plain(table[name].type)) for name in columns})


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def as_judged(found: pa.Table, people: int) -> bool:
    """Return whether the first people have the verdicts that each gets when judged alone."""
    rows = found.select(["nct", "standing", "not_yet", "cohort", "fits", "against"])
    at_once = min(PEOPLE_AT_ONCE, people)  # rows come chunk by chunk, in each study by study
    with open_registry() as registry:
        studies = load_matcher(registry).studies
    for seed in range(SAMPLE):
        context = Context(derive(patient(seed, load_vocabulary()), TODAY), TODAY)
        for at, study in enumerate(studies):
            row = rows.slice(at * at_once + seed, 1).to_pylist()[0]
            verdict = judge_prepared(study, context)
            counts = verdict.best.counts
            expected = (study.study.nct, verdict.standing, verdict.not_yet, verdict.best.cohort)
            if tuple(row.values()) != (*expected, counts["fits"], counts["against"]):
                return False
    return True


def profiled(root: Path) -> None:
    """Print where the time goes for some of the people, in one process."""
    few = root / "few"
    few.mkdir()
    for file in sorted((root / "people").iterdir())[:PROFILED]:
        file.rename(few / file.name)
    profile = cProfile.Profile()
    profile.runcall(screen, few, root / "few.parquet", TODAY, workers=1)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    spent = {name: cumulative for (_, _, name), (_, _, _, cumulative, _) in stats.items() if name in PARTS.values()}
    whole = next(cumulative for (_, _, name), (_, _, _, cumulative, _) in stats.items() if name == "screen_chunk")
    print(f"where the time goes, one process, {PROFILED} people (the profiler makes all slower):")
    for label, name in PARTS.items():
        print(f"  {label:36} {spent.get(name, 0.0) / whole:6.0%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
