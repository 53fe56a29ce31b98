"""Many patients against all trials in bit planes, and the plain evaluator on the same.

    python benchmarks/planes.py [PATIENTS]

Three figures, each for patients x trials a second: the Boolean work alone (from planes of atoms to planes of trials),
from facts in columns to planes of trials in two processes, and the plain evaluator, truth only, on a sample. Facts are
invented; they lie in files of Arrow batches, which the processes map into their memory, one batch at a time. Beside the
time on the clock stands the time of the processors, which does not change when the machine has other work.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from abreast.rules import all_of, any_of, evaluate
from abreast.rules.expression import Expression
from abreast.rules.planes import Program, Words, compile_program, truths
from abreast.screening.columns import Columns
from abreast.screening.kernel import compile_trials, screen_facts
from abreast.trials.match import load_matcher, required
from abreast.trials.match.prepared import Prepared
from abreast.trials.registry import open_registry
from abreast.vocabulary import load_vocabulary
from synthetic import TODAY, population

SAMPLE = 40


def trial_rule(study: Prepared) -> Expression:
    """Return what must hold for a trial to be open to somebody: all that some part of it requires."""
    return any_of(all_of(required(study.criteria[at]) for at in cohort.criteria) for cohort in study.cohorts)


@lru_cache(maxsize=1)
def trial_rules() -> tuple[list[Expression], Program]:
    """Return the rules of all trials, and one program for them."""
    with open_registry() as registry:
        rules = [trial_rule(study) for study in load_matcher(registry).studies]
    return rules, compile_program(rules)


@dataclass(frozen=True)
class Done:
    """One batch: the planes of the trials, and seconds of one processor for each part of the work."""

    patients: int
    planes: Words
    columns: float
    atoms: float
    boolean: float
    peak: float


def batch_planes(file: Path) -> Done:
    """Return the planes of all trials for the patients of a file of facts."""
    program = trial_rules()[1]
    marks = [time.process_time()]
    with pa.memory_map(str(file)) as source:
        columns = Columns(pa.ipc.open_file(source).get_batch(0), load_vocabulary(), TODAY)
        marks.append(time.process_time())
        atoms = columns.atom_planes(program.atoms)
        marks.append(time.process_time())
        planes = program.run(atoms)
        marks.append(time.process_time())
    return Done(len(columns), planes, *np.diff(marks).tolist(), peak())


def ready(_: int) -> int:
    """Load what a process needs before the clock starts."""
    trial_rules()
    load_vocabulary()
    time.sleep(0.5)  # so that each process takes one
    return os.getpid()


def written(patients: int, folder: Path) -> Iterator[Path]:
    """Yield files of facts, one batch each."""
    for number, batch in enumerate(population(patients, load_vocabulary())):
        file = folder / f"{number:03}.arrow"
        with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, batch.schema) as writer:
            writer.write_batch(batch)
        yield file


def main(patients: int = 100_000) -> None:
    """Measure and print."""
    vocabulary = load_vocabulary()
    start = time.perf_counter()
    rules, program = trial_rules()
    print(f"{len(rules)} trials: {len(program.atoms)} distinct atoms, {len(program.steps)} distinct steps,")
    print(f"  {program.rows - len(program.atoms)} rows beside the atoms; ready in {time.perf_counter() - start:.2f} s")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    pairs = patients * len(rules)
    with tempfile.TemporaryDirectory() as name:
        files = list(written(patients, Path(name)))
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            list(pool.map(ready, range(2)))
            start = time.perf_counter()
            done = list(pool.map(batch_planes, files))
            clock = time.perf_counter() - start
        with pa.memory_map(str(files[0])) as source:
            first = pa.ipc.open_file(source).get_batch(0).slice(0)
    parts = {part: sum(getattr(one, part) for one in done) for part in ("columns", "atoms", "boolean")}
    print(f"{patients} invented patients in {len(files)} batches, {sum(one.patients for one in done)} screened")
    for part, seconds in parts.items():
        print(f"  {part:9} {seconds:8.3f} s of one processor")
    worked = sum(parts.values()) / 2
    print(f"facts to planes of trials, two processes, by the clock      {clock:8.3f} s  {pairs / clock / 1e6:8.1f} M/s")
    print(
        f"facts to planes of trials, two processes, by the processor  {worked:8.3f} s  {pairs / worked / 1e6:8.1f} M/s"
    )
    print(f"peak memory of a process {max(one.peak for one in done):.0f} MB")
    # The Boolean work, measured as one long row of words.
    planes = [(Columns(first, vocabulary, TODAY).atom_planes(program.atoms), done[0].patients)]
    joined = np.concatenate([planes[0][0]] * max(1, round(patients / done[0].patients)), axis=1)
    boolean = min(timed(lambda: program.run(joined)) for _ in range(5))
    each = joined.shape[1] * 64 * len(rules) / boolean / 1e6
    print(f"Boolean work alone, one processor {boolean:8.3f} s  {each:8.1f} M/s")

    columns = Columns(first, vocabulary, TODAY)
    people = [columns.context(number) for number in range(SAMPLE)]
    start = time.process_time()
    plain = [[evaluate(rule, person).truth for rule in rules] for person in people]
    took = time.process_time() - start
    each = SAMPLE * len(rules) / took
    print(f"plain evaluator             {took / SAMPLE:8.3f} s a patient; {each / 1e6:.4f} million pairs a second")
    print(f"ratio to the plain evaluator, from facts, one processor {pairs / (2 * worked) / each:,.0f}")
    result = program.run(planes[0][0])
    sign = {"true": 1, "false": -1, "unknown": 0}
    for number, person_answers in enumerate(plain):
        assert [sign[one.value] for one in person_answers] == [
            truths(result, at, planes[0][1])[number] for at in range(len(rules))
        ]
    print("the same answers on the sample: yes")

    print(f"peak memory up to here {peak():.0f} MB")
    with open_registry() as registry:
        trials = compile_trials(load_matcher(registry).studies)
    few = next(population(2000, vocabulary))
    start = time.process_time()
    verdicts = screen_facts(few, trials, vocabulary, TODAY)
    took = time.process_time() - start
    each = verdicts.num_rows / took / 1e6
    print(f"whole verdicts from facts   {took:8.3f} s for 2000 patients; {each:.2f} million pairs a second")


def timed(work: object) -> float:
    """Return how long a processor works at a call."""
    start = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - start


def peak() -> float:
    """Return the most memory this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
