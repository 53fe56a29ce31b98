"""What changed between two plans of one person, and why: pure, and made of the plans alone.

``difference(before, after)`` tells which facts are new, changed or gone, and what became of options, tests, warnings
and trials. Every change says why, as far as two plans can tell: a fact, a newer entry of the medical facts, the
registry's record of the trial, the text of its criteria, the day. Where they cannot tell, it says so and names what may
have been the reason. The JSON form is published in ``docs/plan-difference.schema.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso
from abreast.plan.assemble import all_trials
from abreast.plan.changes import (
    Made,
    OptionChange,
    PlanDifference,
    Reason,
    ScopeChange,
    TestChange,
    TrialChange,
    TrialChangeKind,
    WarningChange,
)
from abreast.plan.model import (
    AgainstPoint,
    Because,
    OptionDetail,
    Plan,
    PlanOption,
    PlanTest,
    PlanTrial,
    PlanWarning,
    TrialStanding,
)
from abreast.plan.reasons import Pair, Rests, conflict_changes


def difference(before: Plan, after: Plan) -> PlanDifference:
    """Return what changed from one plan of a person to a later one."""
    pair = Pair(before, after)
    scope = _scope(pair)
    conflicts, warnings = tuple(conflict_changes(pair)), tuple(_warnings(pair))
    options, tests, trials = tuple(_options(pair)), tuple(_tests(pair)), tuple(_trials(pair))
    stated = [one for one in pair.facts if not one.derived]
    counted: tuple[Sequence[object], ...] = (stated, conflicts, warnings, options, tests, trials)
    return PlanDifference(
        before=_made(before),
        after=_made(after),
        count=sum(len(some) for some in counted) + (scope is not None),
        scope=scope,
        facts=pair.facts,
        conflicts=conflicts,
        warnings=warnings,
        options=options,
        tests=tests,
        trials=trials,
    )


def for_comparison(plan: Plan) -> Plan:
    """Return a plan with only what :func:`difference` looks at, to be kept beside a case: less than half."""
    lists = ("treatment", "supportive", "observational")
    trials = {name: tuple(_bare_trial(one) for one in getattr(plan.trials, name)) for name in lists}
    detail = OptionDetail(
        what_it_is="", how_given="", what_it_is_like="", common=(), serious=(), checks=(), evidence=(), regulatory=None
    )
    facts = plan.facts
    empty: dict[str, Any] = dict.fromkeys(_NOT_COMPARED, ())
    return replace(
        plan,
        **empty,
        glossary={},
        sources={},
        facts={name: replace(one, origin=replace(one.origin, quote="", citations=())) for name, one in facts.items()},
        options=tuple(replace(one, detail=detail) for one in plan.options),
        tests=tuple(replace(one, why="", why_for_you=(), what_it_is_like="") for one in plan.tests),
        trials=replace(plan.trials, **trials),
    )


_NOT_COMPARED = (
    "find_out_next",
    "second_opinion",
    "centres",
    "appointments",
    "questions",
    "support",
    "relatives",
    "timeline",
    "spots",
    "not_understood",
    "problems",
)


def _bare_trial(trial: PlanTrial) -> PlanTrial:
    criteria = tuple(replace(one, because=Because(), open_points=(), not_read=()) for one in trial.criteria)
    return replace(trial, criteria=criteria, decided_by=(), sites=())


def _made(plan: Plan) -> Made:
    return Made(
        made=plan.made,
        knowledge_as_of=plan.knowledge_as_of,
        registry_date=plan.trials.registry_date,
        abreast=plan.abreast,
    )


# --- scope and conflicts -------------------------------------------------------------------------------------------


def _scope(pair: Pair) -> ScopeChange | None:
    was, now = pair.before.scope, pair.after.scope
    if was.status == now.status:
        return None
    return ScopeChange(before=was.status, after=now.status, text=now.text)


# --- entries -------------------------------------------------------------------------------------------------------

T = TypeVar("T", PlanOption, PlanTest, PlanWarning)


def _both(was: Iterable[T], now: Iterable[T]) -> Iterator[tuple[T | None, T | None]]:
    """Yield the entries of both plans side by side: first in the later one's order, then those that are gone."""
    earlier = {one.id: one for one in was}
    for one in now:
        yield earlier.pop(one.id, None), one
    for one in earlier.values():
        yield one, None


def _options(pair: Pair) -> Iterator[OptionChange]:
    for was, now in _both(pair.before.options, pair.after.options):
        one = now or was
        if one is None or (was and now and was.standing == now.standing):
            continue
        why = pair.of_entry(
            _option_rests(was) if was else None,
            _option_rests(now) if now else None,
            (was.reviewed if was else "", now.reviewed if now else ""),
        )
        yield OptionChange(
            kind="appeared" if was is None else "gone" if now is None else "changed",
            id=one.id,
            name=one.name,
            before=was.standing if was else "",
            after=now.standing if now else "",
            text=_option_words(was, now) % {"name": one.name},
            why=why,
        )


def _option_rests(one: PlanOption) -> Rests:
    """Return what an option's standing rests on: with what stands against it, when that is why it is out for now."""
    cautions = [caution for caution in one.cautions if caution.kind == "against"]
    facts = [fact for caution in cautions for fact in caution.because.facts]
    points = (*one.open_points, *(point for caution in cautions for point in caution.open_points))
    declared = (*one.because.declared, *(name for caution in cautions for name in caution.because.declared))
    return Rests(because=Because(facts=(*one.because.facts, *facts), declared=declared), points=points)


def _option_words(was: PlanOption | None, now: PlanOption | None) -> str:
    if now is None:
        return _("%(name)s is not on the list any more.")
    if now.standing == "talk_about":
        return _("%(name)s is worth talking about now.")
    if now.standing == "not_now":
        return _("Something in your record stands against %(name)s now.")
    if was is None:
        return _("%(name)s could become an option: it depends on something that is not known.")
    return _("%(name)s depends on something that is not known now.")


def _tests(pair: Pair) -> Iterator[TestChange]:
    for was, now in _both(pair.before.tests, pair.after.tests):
        if was is not None and now is not None:
            continue
        if now is not None:
            why = pair.of_entry(None, Rests(because=now.because))
            said = _("%(name)s: a test to ask about.") % {"name": now.name}
            yield TestChange(kind="new", id=now.id, name=now.name, text=said, why=why)
        elif was is not None:
            results = [one for one in pair.changed_about(set(was.settles)) if one.kind != "removed"]
            kind: Literal["done", "gone"] = "done" if results else "gone"
            done = _("%(name)s: there is a result now.")
            said = (done if results else _("%(name)s is not on the list of tests any more.")) % {"name": was.name}
            why = pair.because_of(results) or pair.of_entry(Rests(because=was.because), None)
            yield TestChange(kind=kind, id=was.id, name=was.name, text=said, why=why)


def _warnings(pair: Pair) -> Iterator[WarningChange]:
    was_all = (*pair.before.warnings_now, *pair.before.warnings)
    now_all = (*pair.after.warnings_now, *pair.after.warnings)
    for was, now in _both(was_all, now_all):
        one = now or was
        if one is None or (was and now and was.present == now.present):
            continue
        kind: Literal["new", "present", "over", "gone"]
        kind = "gone" if now is None else "present" if now.present else "over" if was else "new"
        said = {
            "gone": _("%(title)s: not among your danger signs any more."),
            "present": _("%(title)s: your record shows signs of it now. See the danger signs and whom to call."),
            "over": _("%(title)s: your record does not show signs of it any more. Know the signs all the same."),
            "new": _("%(title)s: a danger sign to know."),
        }[kind]
        rests = [Rests(because=some.because) if some else None for some in (was, now)]
        why = pair.of_entry(rests[0], rests[1])
        yield WarningChange(kind=kind, id=one.id, title=one.title, text=said % {"title": one.title}, why=why)


# --- trials --------------------------------------------------------------------------------------------------------

_TAKES_PEOPLE = ("open", "opening_soon")


def _trials(pair: Pair) -> Iterator[TrialChange]:
    """Yield the trials that changed for this person; one that has something against it before and after is no news.

    A plan of an earlier version has no short standings: then nothing can be said about trials.
    """
    before = {one.nct: one for one in pair.before.trials.standings}
    after = {one.nct: one for one in pair.after.trials.standings}
    if not before or not after:
        return
    order = {one.nct: number for number, one in enumerate(all_trials(pair.after))}
    for nct in sorted({*before, *after}, key=lambda nct: (order.get(nct, len(order)), nct)):
        found = _trial(pair, before.get(nct), after.get(nct))
        if found is not None:
            yield found


def _trial(pair: Pair, was: TrialStanding | None, now: TrialStanding | None) -> TrialChange | None:
    was_open = was is not None and was.recruitment in _TAKES_PEOPLE
    now_open = now is not None and now.recruitment in _TAKES_PEOPLE
    if was is not None and was_open and not now_open:
        if was.verdict == "against":
            return None
        return _change("closed", was, _closed_words(now), _registry_reasons(pair, was, now))
    if now is None or not now_open:
        return None
    if not was_open:
        if now.verdict == "against":
            return None
        return _change("opened", now, _opened_words(now), _registry_reasons(pair, was, now))
    if was is None:
        return None
    if was.verdict != now.verdict:
        return _verdict_change(pair, was, now)
    if was.criteria != now.criteria and now.verdict != "against":
        said = _("Its criteria were rewritten. Look at it again.")
        return _change("criteria", now, said, _criteria_reasons(now))
    return None


def _change(kind: TrialChangeKind, one: TrialStanding, text: str, why: tuple[Reason, ...]) -> TrialChange:
    return TrialChange(kind=kind, nct=one.nct, title=one.title, text=text, why=why)


def _closed_words(now: TrialStanding | None) -> str:
    if now is None:
        return _("It is not in the registry on this computer any more.")
    if now.recruitment == "closed":
        return _("It does not take new people any more.")
    return _("Nobody can be sure any more that it takes people. Ask its contact.")


def _opened_words(now: TrialStanding) -> str:
    if now.recruitment == "opening_soon":
        return _("It is about to open. Nothing that abreast read in your record rules it out for good.")
    if now.verdict == "not_yet":
        return _("It takes people now. You may fit after a waiting time, from %(date)s.") % {
            "date": say_iso(now.not_yet)
        }
    return _("It takes people now, and nothing that abreast read in your record stands against it.")


def _registry_reasons(pair: Pair, was: TrialStanding | None, now: TrialStanding | None) -> tuple[Reason, ...]:
    """Return what of the registry's record made a trial open or close."""
    one = now or was
    if one is None:
        return ()
    if was is None:
        text = _("It was not in the registry on this computer before.")
    elif now is None:
        text = _("The registry on this computer does not have it.")
    elif was.last_update == now.last_update and pair.before.trials.registry_date == pair.after.trials.registry_date:
        return (Reason(kind="day", text=_("Time has passed: its record is judged by its date.")),)
    else:
        text = _("The registry's record of it was changed: %(before)s before, %(after)s now.") % {
            "before": _STATE[was.recruitment](),
            "after": _STATE[now.recruitment](),
        }
    return (Reason(kind="registry", text=text),)


_STATE: Mapping[str, Callable[[], str]] = {
    "open": lambda: _("taking people"),
    "opening_soon": lambda: _("opening soon"),
    "closed": lambda: _("closed"),
    "stale": lambda: _("not checked for long"),
    "unknown": lambda: _("not known"),
}


def _criteria_reasons(now: TrialStanding) -> tuple[Reason, ...]:
    dated = _("The registry has a new text of its criteria, of %(date)s.") % {"date": say_iso(now.last_update)}
    return (
        Reason(kind="criteria", text=dated if now.last_update else _("The registry has a new text of its criteria.")),
    )


def _verdict_change(pair: Pair, was: TrialStanding, now: TrialStanding) -> TrialChange:
    if now.verdict == "nothing_against":
        text = _("Nothing that abreast read in your record stands against it any more.")
        return _change("fits", now, text, _freed(pair, was, now))
    why = _points(pair, now.against, later=True) or (_criteria_changed(pair, was, now)) or pair.otherwise(of_trial=True)
    if now.verdict == "not_yet":
        text = _("You may fit after a waiting time, from %(date)s.") % {"date": say_iso(now.not_yet)}
        return _change("not_yet", now, text, why)
    return _change("against", now, _("Something in your record stands against it now."), why)


def _freed(pair: Pair, was: TrialStanding, now: TrialStanding) -> tuple[Reason, ...]:
    """Return why nothing stands against a trial any more."""
    if was.verdict == "not_yet" and was.not_yet and was.not_yet <= pair.after.made:
        over = _("The waiting time was over on %(date)s.") % {"date": say_iso(was.not_yet)}
        return (Reason(kind="day", text=over),)
    return _points(pair, was.against, later=False) or _criteria_changed(pair, was, now) or pair.otherwise(of_trial=True)


def _points(pair: Pair, points: Iterable[AgainstPoint], *, later: bool) -> tuple[Reason, ...]:
    """Return what changed behind criteria that stand against a trial, or did, each with the words of the criterion."""
    found: list[Reason] = []
    for point in points:
        about = pair.declared(point.facts, later=later) | set(point.declared)
        if not later:
            about |= pair.attributes(point.facts, (), later=False)
        changes = pair.changed_behind(point.facts, later=later) or pair.changed_about(about)
        if not changes:
            found.extend(pair.said_about(about | pair.attributes(point.facts, (), later=later)))
            continue
        words = {"criterion": point.text, "facts": "; ".join(one.text for one in changes)}
        text = _("%(facts)s. The trial says: “%(criterion)s”") % words
        gone = all(one.kind == "removed" for one in changes)
        found.append(Reason(kind="fact", text=text, facts=tuple(one.id for one in changes), gone=gone))
    return tuple(found)


def _criteria_changed(pair: Pair, was: TrialStanding, now: TrialStanding) -> tuple[Reason, ...]:
    """Return that the text of the criteria changed, with the new words that stand against it, when they are known."""
    if was.criteria == now.criteria:
        return ()
    known = next((one for one in all_trials(pair.before) if one.nct == was.nct), None)
    if known is None:
        return _criteria_reasons(now)
    earlier = {" ".join(one.text.split()) for one in known.criteria}
    new = [
        one.text for one in now.against if not any(text.startswith(one.text.removesuffix(" ...")) for text in earlier)
    ]
    if not new:
        return _criteria_reasons(now)
    return tuple(
        Reason(kind="criteria", text=_("The trial has new words: “%(criterion)s”") % {"criterion": text})
        for text in new
    )


__all__ = ["difference", "for_comparison"]
