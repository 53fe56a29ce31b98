"""Many patients against all trials in bit planes, and the plain evaluator on the same.

    python benchmarks/planes.py [PATIENTS]

Three figures, each for patients x trials a second: the Boolean work alone (from planes of atoms to planes of trials),
from facts in columns to planes of trials, and the plain evaluator, truth only, on a sample. Facts are invented; they
stand in memory in batches, as they would come from a file, and one batch at a time is worked on.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from abreast.rules import all_of, any_of, evaluate
from abreast.rules.expression import Expression
from abreast.rules.planes import compile_program, truths
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


def main(patients: int = 100_000) -> None:
    """Measure and print."""
    vocabulary = load_vocabulary()
    with open_registry() as registry:
        studies = load_matcher(registry).studies
    rules = [trial_rule(study) for study in studies]
    start = time.perf_counter()
    program = compile_program(rules)
    print(f"{len(rules)} trials: {len(program.atoms)} distinct atoms, {len(program.steps)} distinct steps,")
    print(
        f"  {program.rows - len(program.atoms)} rows beside the atoms; compiled in {time.perf_counter() - start:.2f} s"
    )

    planes, seconds, rows = [], {"columns": 0.0, "atoms": 0.0}, 0
    first = None
    for batch in population(patients, vocabulary):
        first = first or batch
        rows += batch.num_rows
        start = time.perf_counter()
        columns = Columns(batch, vocabulary, TODAY)
        seconds["columns"] += time.perf_counter() - start
        start = time.perf_counter()
        planes.append((columns.atom_planes(program.atoms), len(columns)))
        seconds["atoms"] += time.perf_counter() - start
    assert first is not None
    print(f"{patients} invented patients, {rows} rows of facts, in batches of {planes[0][1]}")
    # Measured as one long row of words.
    joined = np.concatenate([atoms for atoms, _ in planes], axis=1)
    boolean = min(timed(lambda: program.run(joined)) for _ in range(5))
    pairs = patients * len(rules)
    print(f"Boolean work, one thread    {boolean:8.3f} s  {pairs / boolean / 1e6:10.1f} million pairs a second")
    whole = boolean + sum(seconds.values())
    print(f"arranging facts in columns  {seconds['columns']:8.3f} s")
    print(f"answering atoms             {seconds['atoms']:8.3f} s")
    print(f"facts to planes of trials   {whole:8.3f} s  {pairs / whole / 1e6:10.1f}")

    columns = Columns(first, vocabulary, TODAY)
    people = [columns.context(number) for number in range(SAMPLE)]
    start = time.perf_counter()
    plain = [[evaluate(rule, person).truth for rule in rules] for person in people]
    took = time.perf_counter() - start
    each = SAMPLE * len(rules) / took
    print(f"plain evaluator             {took / SAMPLE:8.3f} s a patient; {each / 1e6:.4f} million pairs a second")
    print(f"ratio to the plain evaluator, Boolean work {pairs / boolean / each:,.0f}")
    print(f"ratio to the plain evaluator, from facts   {pairs / whole / each:,.0f}")
    result = program.run(planes[0][0])
    sign = {"true": 1, "false": -1, "unknown": 0}
    for number, person_answers in enumerate(plain):
        assert [sign[one.value] for one in person_answers] == [
            truths(result, at, planes[0][1])[number] for at in range(len(rules))
        ]
    print("the same answers on the sample: yes")

    print(f"peak memory up to here {peak():.0f} MB")
    trials = compile_trials(studies)
    few = next(population(2000, vocabulary))
    start = time.perf_counter()
    verdicts = screen_facts(few, trials, vocabulary, TODAY)
    took = time.perf_counter() - start
    each = verdicts.num_rows / took / 1e6
    print(f"whole verdicts from facts   {took:8.3f} s for 2000 patients; {each:.2f} million pairs a second")


def timed(work: object) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def peak() -> float:
    """Return the most memory this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
