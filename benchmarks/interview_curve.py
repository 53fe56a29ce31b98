"""How good a plan is after so many questions of the interview: the figures of ``docs/interview-curve.md``.

    python benchmarks/interview_curve.py [FOLDER] [EVERY]

Every whole case of a folder of vignettes (each EVERY-th of them) is asked as the app asks: the short path first, then
what decides most. An answer is what the full case says; where it says nothing, "I do not know". After each number of
answers the plan is held against that of the full case: options, tests and warnings. Trials are left out.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from abreast.case import Case, Declaration, Fact, Source
from abreast.disease import derive
from abreast.evaluation.vignettes import Vignette, read_vignettes
from abreast.intake.neutral import read_neutral
from abreast.knowledge import load_knowledge
from abreast.plan import Matched, Plan, TrialInput, make_plan, prepare
from abreast.trials.match.ranking import Ranked
from abreast.vocabulary import load_vocabulary
from abreast.web import interview
from abreast.web.questions import Question, of_attribute
from abreast.web.questions import interview as steps
from abreast.web.store import Asked, Notes

STOPS = (0, 2, 4, 6, 8, 10, 12, 15, 20)
KINDS = ("options", "tests", "warnings")
ANSWER = Source("answer", place="interview")


@dataclass
class Score:
    """Counts over all cases: how many of the full plan's lines are shown, of how many; how many shown are right."""

    shown: int = 0
    wanted: int = 0
    right: int = 0
    listed: int = 0

    def add(self, partial: set[str], full: set[str], acceptable: set[str], offered: set[str]) -> None:
        """Count one case: ``partial`` is all that is shown, ``offered`` what is shown without a condition."""
        self.shown += len(full & partial)
        self.wanted += len(full)
        self.right += len(offered & acceptable)
        self.listed += len(offered)


def whole_case(vignette: Vignette) -> tuple[Case, dt.date]:
    """Return the full case and its day."""
    vocabulary = load_vocabulary()
    day = dt.date.fromisoformat(str(vignette.facts["as_of"]))
    read = read_neutral(vignette.facts, None, day, vocabulary, file=vignette.id)
    return Case.of(vocabulary, read.facts, read.complete, read.settled), day


def planned(case: Case, day: dt.date) -> Plan:
    """Return the plan without trials."""
    view = prepare(case, load_knowledge(case.vocabulary), day)
    return make_plan(view, TrialInput(Matched(Ranked((), (), ()), {}, "", ""), {}))


def lines(plan: Plan, kind: str, *standings: str) -> set[str]:
    """Return the ids of a kind of lines; of options only those of the standings."""
    if kind == "options":
        return {one.id for one in plan.options if not standings or one.standing in standings}
    if kind == "tests":
        return {one.id for one in plan.tests}
    return {one.id for one in (*plan.warnings_now, *plan.warnings)}


def answered(case: Case, full: Case, question: Question) -> Case | None:
    """Return the case with the answer that the full case gives, or ``None`` for "I do not know"."""
    known = full.vocabulary.attribute(question.attribute)
    facts = [fact for fact in full.about(known.id) if fact.source.kind != "derived"]
    if known.shape == "list":
        complete = full.is_complete(known.id) is not None
        declared = (*case.complete, Declaration(known.id, ANSWER)) if complete else case.complete
        return replace(case, complete=declared).adding(_as_answers(facts)) if facts or complete else None
    if not facts:
        facts = [one for one in [full.read(known.id).fact] if one is not None]
    return case.adding(_as_answers(facts)) if facts else None


def _as_answers(facts: list[Fact]) -> list[Fact]:
    return [replace(fact, source=ANSWER, id=f"answer:{fact.id}") for fact in facts]


def asked_like_the_app(full: Case, day: dt.date, most: int) -> Iterator[tuple[int, Plan]]:
    """Yield the number of questions put and the plan at each stop."""
    begun = steps().begun_with
    about = of_attribute(begun.attribute, full.vocabulary)
    case = answered(Case.of(full.vocabulary, ()), full, about) or Case.of(full.vocabulary, ())
    derived, notes, plan = derive(full, day), Notes(), planned(case, day)
    yield 0, plan
    for number in range(1, most + 1):
        following = next(interview.short_path(case, notes, day), None) or next(
            interview.deciding(case, notes, plan, day), None
        )
        if following is None:
            break
        question = following.question
        more = answered(case, derived, question)
        how = "answered" if more is not None else "unknown"
        notes = notes.asking(Asked(question.id, question.title, question.attribute, question.rule, how))  # type: ignore[arg-type]
        case = more if more is not None else case
        if number in STOPS or number >= len(steps().short_path):
            plan = planned(case, day)
        yield number, plan


def measured(folder: Path, every: int) -> tuple[int, dict[int, dict[str, Score]]]:
    """Return how many cases were asked, and the scores by number of questions."""
    scores: dict[int, dict[str, Score]] = defaultdict(lambda: {kind: Score() for kind in KINDS})
    cases = read_vignettes(folder)[::every]
    for vignette in cases:
        full, day = whole_case(vignette)
        goal = planned(full, day)
        last = planned(Case.of(full.vocabulary, ()), day)
        found = dict(asked_like_the_app(full, day, STOPS[-1]))
        for stop in STOPS:
            last = found.get(stop, last)
            for kind in KINDS:
                offered = lines(last, kind, "talk_about")
                acceptable = lines(goal, kind, "talk_about", "depends")
                scores[stop][kind].add(
                    lines(last, kind, "talk_about", "depends"), lines(goal, kind, "talk_about"), acceptable, offered
                )
    return len(cases), scores


def main(folder: str = "tests/spec/vignettes", every: str = "1") -> None:
    """Measure and print a table; each pair is what is shown of the full plan, and what is right of what is shown."""
    count, scores = measured(Path(folder), int(every))
    sys.stdout.write(f"{count} cases\n\n| questions | " + " | ".join(f"{k} shown | {k} right" for k in KINDS) + " |\n")
    sys.stdout.write("| ---: |" + " ---: | ---: |" * len(KINDS) + "\n")
    for stop in STOPS:
        cells = []
        for kind in KINDS:
            one = scores[stop][kind]
            cells += [f"{one.shown / max(1, one.wanted):.0%}", f"{one.right / max(1, one.listed):.0%}"]
        sys.stdout.write(f"| {stop} | " + " | ".join(cells).replace("%", " %") + " |\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
