"""From a case to its plan: the registry opened, the trials matched, everything put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

from abreast.case import Fact
from abreast.foundation.errors import InputError
from abreast.foundation.language import LANGUAGES, current, say_iso, use
from abreast.foundation.language import gettext as _
from abreast.knowledge import Knowledge, load_knowledge
from abreast.plan import Matched, Plan, TrialInput, make_plan, prepare
from abreast.plan.assemble import origin
from abreast.plan.model import PlanTrial
from abreast.plan.trials import plan_trial, sites
from abreast.plan.view import View
from abreast.plan.words import say_fact, say_source
from abreast.session.files import Loaded
from abreast.trials.eligibility import compile_study
from abreast.trials.match import Matcher, Prepared, judge_prepared, judge_trial, load_matcher, rank, what_would_decide
from abreast.trials.registry import Registry, Study, open_registry, registry_file
from abreast.vocabulary import load_vocabulary

Tell = Callable[[str], None]
"""Called with a remark for the person."""

Progress = Callable[[int, int], None]
"""Called with how many criteria texts are read, of how many."""


def _silent(_: str) -> None:
    """Tell nobody."""


@contextmanager
def registry(tell: Tell = _silent) -> Iterator[Registry]:
    """Open the registry on this machine, and say so when it had to be rebuilt."""
    with open_registry() as store:
        for notice in store.notices:
            tell(notice)
        yield store


def study(nct: str, tell: Tell = _silent) -> Study:
    """Return a study of the registry.

    Raises:
        InputError: when the registry does not have it.
    """
    with registry(tell) as store:
        found = store.study(nct.strip().upper())
    if found is None:
        told = _("the registry on this machine has no study %(nct)s; 'abreast trials search' finds studies")
        raise InputError(told % {"nct": nct})
    return found


@dataclass(frozen=True)
class Bench:
    """All that plans are made with but the case: read once, used for one case after another. Immutable."""

    knowledge: Knowledge
    matcher: Matcher
    registry_date: str
    registry_words: Mapping[str, str]
    """What the registry says of itself, by language."""
    stamp: tuple[int, ...] | None = None
    """The registry file as it was when this was read; ``None`` for what does not come from it."""

    def is_current(self) -> bool:
        """Whether the registry file is still the one that this was read from; costs one look at the file."""
        return self.stamp is None or self.stamp == _registry_stamp()

    def plan(self, loaded: Loaded, today: dt.date) -> Plan:
        """Match the case against the registry and make its plan."""
        in_language = self.knowledge.language == current()
        knowledge = self.knowledge if in_language else load_knowledge(load_vocabulary())
        view = prepare(loaded.case, knowledge, today)
        return make_plan(view, self._match(view), loaded.reading)

    def trial(self, nct: str, loaded: Loaded, today: dt.date) -> PlanTrial | None:
        """Return how one trial of the registry stands for the case, whether a plan lists it or not."""
        found = self.studies.get(nct)
        if found is None:
            return None
        view = prepare(loaded.case, load_knowledge(load_vocabulary()), today)
        here = origin(view.case)
        near = sites(found.study, here, today, limit=1)
        verdict = judge_prepared(found, view.context, near[0].miles if near else None)
        return plan_trial(view, found.study, verdict, here)

    @cached_property
    def studies(self) -> Mapping[str, Prepared]:
        """Every study of the registry, by its number."""
        return {one.study.nct: one for one in self.matcher.studies}

    def _match(self, view: View) -> TrialInput:
        verdicts = self.matcher.judge(view.context, origin(view.case))
        open_ = [one for one in verdicts if one.recruitment.state in ("open", "opening_soon") and one.about != "other"]
        matched = Matched(
            ranked=rank(verdicts),
            studies={prepared.study.nct: prepared.study for prepared in self.matcher.studies},
            registry_date=self.registry_date,
            registry_words=self.registry_words[current()],
        )
        return TrialInput(matched, {one.missing: len(one.trials) for one in what_would_decide(open_, view.context)})


def open_bench(tell: Tell = _silent, progress: Progress | None = None) -> Bench:
    """Read the medical facts and the registry of this machine; criteria that are new are read first."""
    bench = _read_bench(tell, progress)
    if bench.is_current():
        return bench
    del bench  # its memory, before as much is asked for again
    # What was compiled on the way is kept in the registry: read it once more, lest that looks like a later change.
    return _read_bench(tell, progress)


def _read_bench(tell: Tell, progress: Progress | None) -> Bench:
    knowledge = load_knowledge(load_vocabulary())
    stamp = _registry_stamp()  # taken first: what is written from here on makes the bench out of date
    with registry(tell) as store:
        matcher = load_matcher(store, progress=progress)
        return Bench(knowledge, matcher, str(store.as_of or ""), _credits(store), stamp)


def _registry_stamp() -> tuple[int, ...]:
    """Return what changes when the registry does: its file, and the one beside it in which SQLite writes ahead."""
    main = registry_file()
    stamp: list[int] = []
    for file in (main, main.with_name(f"{main.name}-wal")):
        with suppress(OSError):  # not there, or not to be looked at
            stat = file.stat()
            if stat.st_size:  # whoever opens the registry leaves an empty one
                stamp += (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return tuple(stamp)


def _credits(store: Registry) -> dict[str, str]:
    credits = {}
    for name in LANGUAGES:
        with use(name):
            credits[name] = store.credit
    return credits


def plan_for(loaded: Loaded, today: dt.date, tell: Tell = _silent, progress: Progress | None = None) -> Plan:
    """Match one case against the registry and make its plan."""
    return open_bench(tell, progress).plan(loaded, today)


def explain_trial(nct: str, loaded: Loaded, today: dt.date, tell: Tell = _silent) -> tuple[PlanTrial, dict[str, str]]:
    """Return one trial judged for a case, and the facts of the case in words, by id."""
    found = study(nct, tell)
    view = prepare(loaded.case, load_knowledge(loaded.case.vocabulary), today)
    verdict = judge_trial(found, compile_study(found.nct, found.criteria), view.context, origin(view.case))
    words = {fact.id: _said(view, fact) for fact in view.case.facts}
    return plan_trial(view, found, verdict, origin(view.case)), words


def _said(view: View, fact: Fact) -> str:
    name = view.vocabulary.attribute(fact.attribute).name
    date = f" ({say_iso(str(fact.date))})" if fact.date else ""
    return f"{name}: {say_fact(fact, view.vocabulary)}{date} <- {say_source(fact.source)}"


__all__ = ["Bench", "explain_trial", "open_bench", "plan_for", "registry", "study"]
