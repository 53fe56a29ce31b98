"""What several commands share: reading a person's files, opening the registry, making the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from abreast.case import Case, Declaration, Fact, Settlement, Source
from abreast.cli.console import counter, note
from abreast.foundation.errors import InputError, Place
from abreast.intake.files import read_file
from abreast.intake.model import Intake
from abreast.knowledge import load_knowledge
from abreast.plan import Matched, Plan, Reading, TrialInput, make_plan, prepare
from abreast.plan.assemble import knowledge_as_of, origin
from abreast.plan.model import NotUnderstood, PlanTrial
from abreast.plan.trials import plan_trial
from abreast.plan.view import View
from abreast.plan.words import say_fact
from abreast.trials.eligibility import compile_study
from abreast.trials.match import judge_trial, load_matcher, rank, what_would_decide
from abreast.trials.registry import Registry, Study, open_registry
from abreast.vocabulary import Vocabulary, load_vocabulary

SAMPLE = "app_TrialMatching_Patient02.json"
"""The made-up person of the sample; see ``intake/samples`` and PROVENANCE.md."""


@dataclass(frozen=True)
class Loaded:
    """A case, and what reading its files left over."""

    case: Case
    reading: Reading


def read_day(text: str) -> dt.date:
    """Return the day named, or today.

    Raises:
        InputError: when the text is not a date.
    """
    if not text:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"expected a date such as 2026-11-21, found {text!r}", Place("--today")) from None


def load_case(files: list[Path], *, sample: bool = False, patient: str = "") -> Loaded:
    """Read the files of one person into one case.

    Raises:
        InputError: when there is no file, or one cannot be read at all.
    """
    vocabulary = load_vocabulary()
    if sample:
        content = resources.files("abreast.intake").joinpath("samples", SAMPLE).read_bytes()
        return _together(vocabulary, [read_file(content, SAMPLE, vocabulary)])
    named = [found for file in files for found in _expanded(file)]
    if not named:
        raise InputError("name at least one record or case file, or use --sample")
    return _together(vocabulary, [_read(file, vocabulary, patient) for file in named])


def _expanded(file: Path) -> list[Path]:
    if file.is_dir():
        return sorted(one for one in file.iterdir() if one.is_file() and not one.name.startswith("."))
    return [file]


def _read(file: Path, vocabulary: Vocabulary, patient: str) -> Intake:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", Place(str(file))) from None
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", Place(str(file))) from None
    return read_file(content, str(file), vocabulary, patient=patient)


def _together(vocabulary: Vocabulary, read: list[Intake]) -> Loaded:
    facts: list[Fact] = []
    complete: list[Declaration] = []
    settled: list[Settlement] = []
    for number, one in enumerate(read):
        facts.extend(_told_apart(one.facts, number))
        complete.extend(one.complete)
        settled.extend(one.settled)
    case = Case.of(vocabulary, facts, complete, settled, next((one.label for one in read if one.label), ""))
    reading = Reading(
        not_understood=tuple(
            NotUnderstood(place=f"{unused.place}", what=unused.type, why=unused.why)
            for one in read
            for unused in one.unused
        ),
        problems=tuple(problem for one in read for problem in one.problems),
    )
    return Loaded(case, reading)


def _told_apart(facts: tuple[Fact, ...], number: int) -> Iterator[Fact]:
    """Yield the facts with ids that another file's facts do not have."""
    for fact in facts:
        yield replace(fact, id=f"{fact.id}/{number + 1}") if fact.id and number else fact


def with_answers(loaded: Loaded, *, zip_code: str = "", label: str = "") -> Loaded:
    """Return the case with what was said on the command line."""
    case = loaded.case
    if zip_code:
        case = case.adding([Fact("zip", value=zip_code, source=Source("answer", place="--zip"))])
        case = case.settling(Settlement("zip", case.about("zip")[-1].id))
    return replace(loaded, case=replace(case, label=label or case.label))


@contextmanager
def registry() -> Iterator[Registry]:
    """Open the registry on this machine, and say so when it had to be rebuilt."""
    with open_registry() as store:
        for notice in store.notices:
            note(notice)
        yield store


def study(nct: str) -> Study:
    """Return a study of the registry.

    Raises:
        InputError: when the registry does not have it.
    """
    with registry() as store:
        found = store.study(nct.strip().upper())
    if found is None:
        raise InputError(f"the registry on this machine has no study {nct!r}; 'abreast trials search' finds studies")
    return found


def eligibility_text(what: str) -> str:
    """Return the criteria of a study, or the text of a file."""
    file = Path(what)
    if file.is_file():
        return file.read_text(encoding="utf-8", errors="replace")
    return study(what).criteria


def plan_for(loaded: Loaded, today: dt.date) -> Plan:
    """Match the case against the registry and make its plan."""
    view = prepare(loaded.case, load_knowledge(loaded.case.vocabulary), today)
    with registry() as store:
        trial_input = _match(view, store)
    return make_plan(view, trial_input, loaded.reading)


def _match(view: View, store: Registry) -> TrialInput:
    matcher = load_matcher(store, progress=_compiling())
    verdicts = matcher.judge(view.context, origin(view.case))
    open_ = [one for one in verdicts if one.recruitment.state in ("open", "opening_soon") and one.about != "other"]
    matched = Matched(
        ranked=rank(verdicts),
        studies={prepared.study.nct: prepared.study for prepared in matcher.studies},
        registry_date=str(store.snapshot_date or ""),
        registry_words=store.credit,
    )
    return TrialInput(matched, {one.missing: len(one.trials) for one in what_would_decide(open_, view.context)})


def _compiling() -> Callable[[int, int], None] | None:
    show = counter(every=1)
    return (lambda done, of: show(done, of, "Reading trial criteria")) if show else None


def explain_trial(nct: str, loaded: Loaded, today: dt.date) -> tuple[PlanTrial, dict[str, str]]:
    """Return one trial judged for a case, and the facts of the case in words, by id."""
    found = study(nct)
    view = prepare(loaded.case, load_knowledge(loaded.case.vocabulary), today)
    verdict = judge_trial(found, compile_study(found.nct, found.criteria), view.context, origin(view.case))
    words = {fact.id: _said(view, fact) for fact in view.case.facts}
    return plan_trial(view, found, verdict, origin(view.case)), words


def _said(view: View, fact: Fact) -> str:
    name = view.vocabulary.attribute(fact.attribute).name
    date = f" ({fact.date})" if fact.date else ""
    return f"{name}: {say_fact(fact, view.vocabulary)}{date} <- {fact.source}"


def describe_versions(version: str) -> list[str]:
    """Return the versions of everything that a plan depends on."""
    knowledge = load_knowledge(load_vocabulary())
    with registry() as store:
        return [
            f"abreast {version}",
            f"medical facts as of {knowledge_as_of(knowledge)}",
            f"trial registry: {store.count()} studies, newest update {store.snapshot_date}",
        ]
