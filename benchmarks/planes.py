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
import pyarrow.compute as pc

from abreast.rules import all_of, any_of, evaluate
from abreast.rules.expression import Expression
from abreast.rules.planes import Program, Words, compile_program, truths
from abreast.screening.columns import Columns
from abreast.screening.kernel import compile_trials, screen_facts
from abreast.screening.questions import arranged
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
    """Load what a process needs before the clock starts; nothing of the people."""
    arranged(trial_rules()[1].atoms, load_vocabulary())
    pa.array(np.zeros(1))  # lets Arrow import the modules that it wants for that
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
    start = time.perf_counter()
    rules, program = trial_rules()
    print(f"{len(rules)} trials: {len(program.atoms)} distinct atoms, {len(program.steps)} distinct steps,")
    print(f"  {program.rows - len(program.atoms)} rows beside the atoms; ready in {time.perf_counter() - start:.2f} s")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        files = list(written(patients, Path(name)))
        done, clock = in_two_processes(files)
        with pa.memory_map(str(files[0])) as source:
            first = pa.ipc.open_file(source).get_batch(0)
            print(f"of {done[0].patients} people in the first of {len(done)} batches: {described(first)}")
            each = told(patients, done, clock, len(rules))
            boolean_alone(first, patients, program)
            plain = plainly(first, rules, program)
    print(f"ratio to the plain evaluator, from facts, one processor {each / plain:,.0f}")
    print(f"peak memory up to here {peak():.0f} MB")
    whole_verdicts()


def in_two_processes(files: list[Path]) -> tuple[list[Done], float]:
    """Return what came of each file, and how long it took by the clock."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(ready, range(2)))
        start = time.perf_counter()
        return list(pool.map(batch_planes, files)), time.perf_counter() - start


def told(patients: int, done: list[Done], clock: float, trials: int) -> float:
    """Print where the time went; return pairs a second of one processor."""
    parts = {part: sum(getattr(one, part) for one in done) for part in ("columns", "atoms", "boolean")}
    assert sum(one.patients for one in done) == patients
    for part, seconds in parts.items():
        print(f"  {part:9} {seconds:8.3f} s of one processor")
    pairs, worked = patients * trials / 1e6, sum(parts.values()) / 2
    print(f"facts to planes of {patients} people, two processes:")
    print(f"  by the clock     {clock:8.3f} s {pairs / clock:8.1f} M/s")
    print(f"  by the processor {worked:8.3f} s {pairs / worked:8.1f} M/s")
    print(f"peak memory of a process {max(one.peak for one in done):.0f} MB")
    return pairs * 1e6 / worked / 2


def boolean_alone(first: pa.RecordBatch, patients: int, program: Program) -> None:
    """Measure the Boolean work as one long row of words."""
    planes = Columns(first, load_vocabulary(), TODAY).atom_planes(program.atoms)
    joined = np.concatenate([planes] * max(1, round(patients / 64 / planes.shape[1])), axis=1)
    boolean = min(timed(lambda: program.run(joined)) for _ in range(5))
    each = joined.shape[1] * 64 * len(program.roots) / boolean / 1e6
    print(f"Boolean work alone, one processor {boolean:8.3f} s  {each:8.1f} M/s")


def plainly(first: pa.RecordBatch, rules: list[Expression], program: Program) -> float:
    """Hold a sample to the plain evaluator, and return its pairs a second."""
    columns = Columns(first, load_vocabulary(), TODAY)
    people = [columns.context(number) for number in range(SAMPLE)]
    start = time.process_time()
    plain = [[evaluate(rule, person).truth for rule in rules] for person in people]
    took = time.process_time() - start
    print(f"plain evaluator {took / SAMPLE:8.3f} s a patient; {SAMPLE * len(rules) / took / 1e6:.4f} M/s")
    result = program.run(columns.atom_planes(program.atoms))
    sign = {"true": 1, "false": -1, "unknown": 0}
    for rule, answers in enumerate(zip(*plain, strict=True)):
        assert [sign[one.value] for one in answers] == truths(result, rule, len(columns))[:SAMPLE].tolist()
    print(f"the same answers for {SAMPLE} people: yes")
    return SAMPLE * len(rules) / took


def whole_verdicts(people: int = 2000) -> None:
    """Measure verdicts with counts, deciding criteria and days of "not yet"."""
    with open_registry() as registry:
        trials = compile_trials(load_matcher(registry).studies)
    few = next(population(people, load_vocabulary()))
    start = time.process_time()
    verdicts = screen_facts(few, trials, load_vocabulary(), TODAY)
    took = time.process_time() - start
    print(f"whole verdicts of {people} people {took:8.3f} s; {verdicts.num_rows / took / 1e6:.2f} M/s")


def described(facts: pa.RecordBatch) -> str:
    """Return how many rows, distinct values and distinct treatments a batch holds."""
    about = facts.filter(pc.equal(facts.column("attribute"), "therapy"))
    items: dict[tuple[int, int], tuple[int, ...]] = {}
    columns = [about.column("patient").indices, about.column("item"), about.column("value").indices]
    for patient, item, value in zip(*(one.to_pylist() for one in columns), strict=True):
        items[patient, item] = (*items.get((patient, item), ()), value)
    return (
        f"{facts.num_rows:,} rows, {len(facts.column('value').dictionary):,} distinct values, "
        f"{len(items):,} treatments, {len(set(items.values())):,} of them distinct"
    )


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
