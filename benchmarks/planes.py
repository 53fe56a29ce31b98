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


def main(patients: int = 100_000) -> None:  # noqa: PLR0915 - one measurement after the other
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

    made = time.perf_counter()
    batches = list(population(patients, vocabulary))
    rows = sum(batch.num_rows for batch in batches)
    print(f"{patients} invented patients, {rows} rows: {time.perf_counter() - made:.1f} s")
    before = peak()
    planes, columns_time, atoms_time = [], 0.0, 0.0
    for batch in batches:
        start = time.perf_counter()
        columns = Columns(batch, vocabulary, TODAY)
        columns_time += time.perf_counter() - start
        start = time.perf_counter()
        atoms = columns.atom_planes(program.atoms)
        atoms_time += time.perf_counter() - start
        planes.append((atoms, len(columns)))
    # Batches of 2,000 do not fill whole words: they are measured as one long row of words.
    joined = np.concatenate([atoms for atoms, _ in planes], axis=1)
    boolean = min(timed(lambda: program.run(joined)) for _ in range(5))
    pairs = patients * len(rules)
    print(f"Boolean work, one thread    {boolean:8.3f} s  {pairs / boolean / 1e6:10.1f} million pairs a second")
    whole = boolean + columns_time + atoms_time
    print(f"arranging facts in columns  {columns_time:8.3f} s")
    print(f"answering atoms             {atoms_time:8.3f} s")
    print(f"facts to planes of trials   {whole:8.3f} s  {pairs / whole / 1e6:10.1f}")

    columns = Columns(batches[0], vocabulary, TODAY)
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

    trials = compile_trials(studies)
    start = time.perf_counter()
    for batch in batches[:1]:
        screen_facts(batch, trials, vocabulary, TODAY)
    took = time.perf_counter() - start
    done = sum(size for _, size in planes[:1])
    each = done * len(rules) / took / 1e6
    print(f"whole verdicts from facts   {took:8.3f} s for {done} patients; {each:.2f} million pairs a second")
    print(f"peak memory {peak():.0f} MB, of which {before:.0f} MB were in use when the facts stood ready")


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
