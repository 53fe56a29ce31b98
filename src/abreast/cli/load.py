"""What several commands share: days, criteria, and the session's doors with remarks and counts on the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from abreast import session
from abreast.case import Fact
from abreast.cli.console import counter, note
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso
from abreast.knowledge import load_knowledge
from abreast.plan import Plan
from abreast.plan.assemble import knowledge_as_of
from abreast.plan.model import PlanTrial
from abreast.session import Loaded, with_answers
from abreast.trials.registry import Registry, Study
from abreast.vocabulary import Vocabulary, load_vocabulary


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
        why = _("expected a date such as 2026-11-21, found %(found)s") % {"found": repr(text)}
        raise InputError(why, Place("--today")) from None


def load_case(files: list[Path], *, sample: bool = False, patient: str = "", accept_read: bool = False) -> Loaded:
    """Read the files of one person into one case; the passphrase of a locked case is asked for.

    Raises:
        InputError: when there is no file, one cannot be read at all, or a passphrase is wrong or missing.
    """
    from abreast.cli.passphrase import passphrase

    return session.load_case(files, sample=sample, patient=patient, accept_read=accept_read, ask=passphrase)


def registry() -> AbstractContextManager[Registry]:
    """Open the registry on this machine, and say so when it had to be rebuilt."""
    return session.registry(note)


def study(nct: str) -> Study:
    """Return a study of the registry.

    Raises:
        InputError: when the registry does not have it.
    """
    return session.study(nct, note)


def eligibility_text(what: str) -> str:
    """Return the criteria of a study, or the text of a file."""
    file = Path(what)
    if file.is_file():
        return file.read_text(encoding="utf-8", errors="replace")
    return study(what).criteria


def plan_for(loaded: Loaded, today: dt.date) -> Plan:
    """Match the case against the registry and make its plan; count on the terminal while criteria are read."""
    return session.plan_for(loaded, today, note, compiling())


def compiling() -> Callable[[int, int], None] | None:
    """Return a progress callback for reading criteria, or ``None`` when nobody would see it."""
    show = counter(every=1)
    return (lambda done, of: show(done, of, _("Reading trial criteria"))) if show else None


def fact_line(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return a fact in a line: what it is about, what it says, its day, and how sure it is."""
    from abreast.plan.words import CERTAINTY, day_beside, say_fact

    said = say_fact(fact, vocabulary)
    day = day_beside(said, fact.date)
    date = f" ({day})" if day else ""
    doubt = "" if fact.certainty == "certain" else f" [{_(CERTAINTY[fact.certainty])}]"
    return f"{vocabulary.attribute(fact.attribute).name}: {said}{date}{doubt}"


def explain_trial(nct: str, loaded: Loaded, today: dt.date) -> tuple[PlanTrial, dict[str, str]]:
    """Return one trial judged for a case, and the facts of the case in words, by id."""
    return session.explain_trial(nct, loaded, today, note)


def describe_versions(version: str) -> list[str]:
    """Return the versions of everything that a plan depends on."""
    knowledge = load_knowledge(load_vocabulary())
    with registry() as store:
        return [
            f"abreast {version}",
            _("medical facts as of %(month)s") % {"month": knowledge_as_of(knowledge)},
            _("trial registry: %(count)d studies, newest update %(day)s")
            % {"count": store.count(), "day": say_iso(str(store.snapshot_date))},
        ]


__all__ = [
    "Loaded",
    "compiling",
    "describe_versions",
    "eligibility_text",
    "explain_trial",
    "fact_line",
    "load_case",
    "plan_for",
    "read_day",
    "registry",
    "study",
    "with_answers",
]
