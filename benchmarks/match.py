"""One case against the whole registry, with all explanations, at once, four and sixteen times its size.

    python benchmarks/match.py [RUNS]

Warm: the registry is loaded, the case is new each time. Median of several invented people, processor time of one core.
"""

from __future__ import annotations

import statistics
import sys
import time

import msgspec

from abreast.disease import derive
from abreast.rules import Context
from abreast.trials.match import Matcher, load_matcher, rank, what_would_decide
from abreast.trials.match.compiled import reader_version
from abreast.trials.registry import locate_zip, open_registry
from abreast.vocabulary import load_vocabulary
from synthetic import TODAY, patient


def main(runs: int = 15) -> None:
    """Measure and print."""
    vocabulary = load_vocabulary()
    with open_registry() as registry:
        start = time.perf_counter()
        matcher = load_matcher(registry)
        print(f"compile and load, first time     {(time.perf_counter() - start) * 1000:9.1f} ms")
        start = time.perf_counter()
        matcher = load_matcher(registry)
        print(f"load {len(matcher.studies)} studies, compiled       {(time.perf_counter() - start) * 1000:9.1f} ms")
        print(f"reader {reader_version(vocabulary)}")
    people = [derive(patient(seed, vocabulary), TODAY) for seed in range(runs)]
    origin = locate_zip("60611")
    criteria = sum(len(study.criteria) for study in matcher.studies)
    rules = len({criterion.rule for study in matcher.studies for criterion in study.criteria})
    print(f"criteria {criteria}, distinct rules {rules}")
    for times in (1, 4, 16):
        many = enlarged(matcher, times)
        many.judge(Context(people[0], TODAY), origin)
        seconds = []
        for person in people:
            context = Context(person, TODAY)
            start = time.process_time()
            verdicts = many.judge(context, origin)
            seconds.append(time.process_time() - start)
        each = statistics.median(seconds)
        size = len(many.studies)
        print(f"{size:6} studies: judge {each * 1000:9.1f} ms, {each / size * 1e6:6.1f} us a study")
        if times == 1:
            start = time.process_time()
            rank(verdicts)
            print(f"               rank {(time.process_time() - start) * 1000:9.1f} ms")
            start = time.process_time()
            what_would_decide([one for one in verdicts if one.is_open], context)
            print(f"  what would decide {(time.process_time() - start) * 1000:9.1f} ms")


def enlarged(matcher: Matcher, times: int) -> Matcher:
    """Return a matcher of so many times the studies.

    The copies' rules are made different ones (an idle part is added), so that no answer of one study serves another's
    copy: the worst case for what is shared.
    """
    from abreast.rules import All, Constant

    pairs = []
    for turn in range(times):
        for prepared in matcher.studies:
            own = prepared.criteria[prepared.registry_fields :]
            if turn:
                idle = tuple(Constant(True) for _ in range(turn))
                own = tuple(msgspec.structs.replace(one, rule=All((one.rule, *idle))) for one in own)
            study = msgspec.structs.replace(prepared.study, nct=f"{prepared.study.nct}-{turn}")
            pairs.append((study, own))
    return Matcher(pairs)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
