"""Whole cases, told in neutral facts, against what a plan must and must not say (``vignettes.jsonl``).

The format is that of ``docs/evaluation.md``; the rules of matching stand there too. Every item of every case is
reported with what matched it, or with the nearest thing there was, so that a person can judge the judging.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from abreast.case import Case
from abreast.evaluation.expectations import Outcome, met, not_offered, offered, said, test_asked, test_not_asked
from abreast.evaluation.lines import read_lines
from abreast.evaluation.sayings import Sayings, sayings
from abreast.foundation.errors import InputError, Place
from abreast.knowledge import load_knowledge
from abreast.plan import Matched, Plan, Reading, TrialInput, make_plan, prepare
from abreast.plan.model import NotUnderstood
from abreast.trials.match.ranking import Ranked
from abreast.vocabulary import load_vocabulary

FieldName = Literal[
    "extent", "stage", "subtype", "options_must", "options_must_not", "tests_must", "tests_must_not", "warnings_must"
]
FIELDS: tuple[FieldName, ...] = (
    "extent",
    "stage",
    "subtype",
    "options_must",
    "options_must_not",
    "tests_must",
    "tests_must_not",
    "warnings_must",
)


class Expect(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan must and must not say. ``*_accept`` are further spellings that count as right."""

    extent: str | None = None
    extent_accept: tuple[str, ...] = ()
    stage: str | None = None
    stage_accept: tuple[str, ...] = ()
    subtype: str | None = None
    subtype_accept: tuple[str, ...] = ()
    options_must: tuple[str, ...] = ()
    options_must_not: tuple[str, ...] = ()
    options_may: tuple[str, ...] = ()
    tests_must: tuple[str, ...] = ()
    tests_must_not: tuple[str, ...] = ()
    warnings_must: tuple[str, ...] = ()

    def accepted(self, field: Literal["extent", "stage", "subtype"]) -> tuple[str, ...]:
        """Return every spelling that counts as right; none when the case does not ask."""
        given: str | None = getattr(self, field)
        more: tuple[str, ...] = getattr(self, f"{field}_accept")
        return (given, *more) if given is not None else more


class Vignette(msgspec.Struct, frozen=True, kw_only=True):
    """One case as the file has it. Only ``facts`` are read by the product; ``why`` and ``sources`` are for people."""

    id: str
    title: str = ""
    narrative: str = ""
    facts: dict[str, Any]
    expect: Expect
    why: dict[str, str] = {}
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """One expectation of one case, and how it came out."""

    field: FieldName
    item: str
    outcome: Outcome


@dataclass(frozen=True)
class VignetteResult:
    """One case with all its expectations; ``problems`` are parts of the facts that were not understood."""

    vignette: Vignette
    plan: Plan
    checked: tuple[Checked, ...]
    problems: tuple[str, ...] = ()

    @property
    def misses(self) -> tuple[Checked, ...]:
        """What did not come out as expected."""
        return tuple(one for one in self.checked if not one.outcome.right)

    def score(self, field: FieldName) -> tuple[int, int]:
        """Return how many items of a field came out right, and how many there are."""
        about = [one for one in self.checked if one.field == field]
        return sum(one.outcome.right for one in about), len(about)


@dataclass(frozen=True)
class VignettesReport:
    """The results of a folder."""

    results: tuple[VignetteResult, ...]

    def score(self, field: FieldName) -> tuple[int, int]:
        """Return how many items of a field came out right over all cases, and how many there are."""
        counts: Counter[str] = Counter()
        for one in self.results:
            right, of = one.score(field)
            counts.update(right=right, of=of)
        return counts["right"], counts["of"]

    @property
    def conditional(self) -> int:
        """How many options that must not be offered are named as depending on something."""
        checked = (check for one in self.results for check in one.checked)
        return sum(one.outcome.by.startswith("named conditionally") for one in checked)

    @property
    def whole(self) -> int:
        """How many cases came out right in everything."""
        return sum(not one.misses for one in self.results)


def evaluate_vignettes(folder: Path) -> VignettesReport:
    """Make the plan of every case of every ``*.jsonl`` file in a folder, and hold it against what is expected.

    Raises:
        InputError: naming file and line, when there is no case, or one is malformed.
    """
    return VignettesReport(tuple(judge_vignette(one) for one in read_vignettes(folder)))


def read_vignettes(folder: Path) -> tuple[Vignette, ...]:
    """Return the cases of a folder, or of one file.

    Raises:
        InputError: when there are none, or a line does not have the shape.
    """
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else [folder]
    read = tuple(one for file in files for one in read_lines(file, Vignette))
    if not read:
        raise InputError("expected at least one case in *.jsonl", Place(str(folder)))
    return read


def judge_vignette(vignette: Vignette) -> VignetteResult:
    """Make the plan of one case, with an empty registry of trials, and check every expectation."""
    plan, case, problems = plan_of(vignette)
    heard = sayings(plan, case, load_knowledge(load_vocabulary()))
    return VignetteResult(vignette, plan, tuple(_checked(vignette.expect, heard)), problems)


def plan_of(vignette: Vignette) -> tuple[Plan, Case, tuple[str, ...]]:
    """Return the plan that the facts lead to on their own day, the case with what follows, and what was not read."""
    from abreast.intake.neutral import read_neutral

    vocabulary = load_vocabulary()
    day = _day(vignette)
    read = read_neutral(vignette.facts, None, day, vocabulary, file=vignette.id)
    case = Case.of(vocabulary, read.facts, read.complete, read.settled)
    view = prepare(case, load_knowledge(vocabulary), day)
    nothing = TrialInput(Matched(Ranked((), (), ()), {}, "", ""), {})
    unread = tuple(NotUnderstood(place=str(one.place), what=one.type, why=one.why) for one in read.unused)
    plan = make_plan(view, nothing, Reading(not_understood=unread, problems=read.problems))
    return plan, view.case, (*(f"{one.place}: {one.why}" for one in unread), *read.problems)


def _day(vignette: Vignette) -> dt.date:
    said = vignette.facts.get("as_of")
    try:
        return dt.date.fromisoformat(str(said))
    except ValueError:
        raise InputError(f"expected facts.as_of as a date, found {said!r}", Place(vignette.id)) from None


_CHECKS: tuple[tuple[FieldName, Callable[[str, Sayings], Outcome]], ...] = (
    ("options_must", offered),
    ("options_must_not", not_offered),
    ("tests_must", test_asked),
    ("warnings_must", said),
)


def _checked(expect: Expect, heard: Sayings) -> Iterator[Checked]:
    for name in ("extent", "stage", "subtype"):
        accepted = expect.accepted(name)
        if accepted:
            yield Checked(name, accepted[0], met(name, accepted, heard))
    for field, check in _CHECKS:
        for item in getattr(expect, field):
            yield Checked(field, item, check(item, heard))
    for item in expect.tests_must_not:
        yield Checked("tests_must_not", item, test_not_asked(item, heard))


def vignettes_table(report: VignettesReport) -> str:
    """Return one row a case, the totals, and every miss with its text and the reason given by the case."""
    short = ("extent", "stage", "subtype", "must", "must not", "tests", "tests not", "warnings")
    width = max([4, *(len(one.vignette.id) for one in report.results)]) + 2
    lines = [f"{'case':<{width}}" + "".join(f"{head:>11}" for head in short)]
    for one in report.results:
        cells = (_cell(*one.score(field)) for field in FIELDS)
        lines.append(f"{one.vignette.id:<{width}}" + "".join(f"{cell:>11}" for cell in cells))
    totals = (_cell(*report.score(field)) for field in FIELDS)
    lines.append(f"{'all':<{width}}" + "".join(f"{cell:>11}" for cell in totals))
    lines.append(f"\ncases right in everything: {report.whole} of {len(report.results)}")
    lines.append(f"must not, and named conditionally only: {report.conditional}")
    for one in report.results:
        lines += _misses(one)
    return "\n".join(lines)


def _misses(result: VignetteResult) -> Iterable[str]:
    unread = [one for one in result.problems if ": not known: " not in one]
    if result.misses or unread:
        yield f"\n{result.vignette.id}: {result.vignette.title}"
    for one in result.misses:
        yield f"  {one.field}: {one.item}"
        yield f"    {one.outcome.by}"
        reason = result.vignette.why.get(f"{one.field}: {one.item}") or result.vignette.why.get(one.field)
        if reason:
            yield f"    expected because: {reason}"
    for problem in unread:
        yield f"  not understood: {problem}"


def matches_text(report: VignettesReport) -> str:
    """Return how each item that came out right was matched: what a person reads to judge the matching."""
    return "\n".join(
        f"{one.vignette.id} {check.field}: {check.item}\n    {check.outcome.by}"
        for one in report.results
        for check in one.checked
        if check.outcome.right
    )


def _cell(right: int, of: int) -> str:
    return f"{right}/{of}" if of else "-"


__all__ = [
    "FIELDS",
    "Checked",
    "Expect",
    "Vignette",
    "VignetteResult",
    "VignettesReport",
    "evaluate_vignettes",
    "judge_vignette",
    "matches_text",
    "plan_of",
    "read_vignettes",
    "vignettes_table",
]
