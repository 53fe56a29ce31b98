"""What changed between the facts of two plans, and what of it is the reason for something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso, say_list
from abreast.plan.changes import ConflictChange, FactChange, Reason, ReasonKind
from abreast.plan.model import Because, OpenPoint, Plan, PlanFact, Struct

# --- facts ---------------------------------------------------------------------------------------------------------


def _says(fact: PlanFact, *, bare: bool) -> tuple[str, ...]:
    """Return what makes a fact the same one in two plans; the day of what was worked out is the day of the plan."""
    date = "" if fact.origin.kind == "derived" else fact.date
    return (fact.attribute, fact.value if bare else fact.says, str(fact.absent), fact.certainty, date)


def fact_changes(before: Plan, after: Plan) -> Iterator[FactChange]:
    """Yield the changes: equal facts are set aside, then those of one id are paired, then the rest came or went."""
    gone, new = _unequal(before, after)
    for fact in after.facts.values():
        if fact.id not in new:
            continue
        earlier = gone.pop(fact.id, None)
        if earlier is not None and earlier.attribute != fact.attribute:
            gone[earlier.id] = earlier
            earlier = None
        yield _fact_change("new" if earlier is None else "changed", fact, earlier)
    for fact in gone.values():
        yield _fact_change("removed", fact, fact)


def _unequal(before: Plan, after: Plan) -> tuple[dict[str, PlanFact], dict[str, PlanFact]]:
    """Return the facts of each plan that the other does not hold, as often as it holds them.

    A plan of an earlier version has no bare values; its words are compared.
    """
    bare = all(any(fact.value for fact in plan.facts.values()) for plan in (before, after))
    waiting: dict[tuple[str, ...], list[PlanFact]] = {}
    for fact in before.facts.values():
        waiting.setdefault(_says(fact, bare=bare), []).append(fact)
    new: dict[str, PlanFact] = {}
    for fact in after.facts.values():
        same = waiting.get(_says(fact, bare=bare))
        if not same:
            new[fact.id] = fact
            continue
        same.remove(next((one for one in same if one.id == fact.id), same[0]))
    return {fact.id: fact for facts in waiting.values() for fact in facts}, new


def _fact_change(kind: Literal["new", "changed", "removed"], fact: PlanFact, earlier: PlanFact | None) -> FactChange:
    was, now = (_said(earlier) if earlier else ""), ("" if kind == "removed" else _said(fact))
    words = {"name": fact.name, "before": was, "after": now}
    text = {
        "new": _("%(name)s: %(after)s (new)"),
        "changed": _("%(name)s: %(after)s (before: %(before)s)"),
        "removed": _("%(name)s: %(before)s is not in your case any more"),
    }[kind]
    return FactChange(
        kind=kind,
        id=fact.id,
        attribute=fact.attribute,
        name=fact.name,
        before=was,
        after=now,
        date=fact.date,
        origin=fact.origin.words,
        derived=fact.origin.kind == "derived",
        text=text % words,
    )


def _said(fact: PlanFact) -> str:
    said = fact.says
    if fact.date and fact.origin.kind != "derived":
        said = _("%(what)s on %(date)s") % {"what": said, "date": say_iso(fact.date)}
    if fact.certainty == "suspected":
        return _("%(what)s (suspected)") % {"what": said}
    if fact.certainty == "unconfirmed":
        return _("%(what)s (not yet confirmed)") % {"what": said}
    return said


def conflict_changes(pair: Pair) -> Iterator[ConflictChange]:
    """Yield the disagreements between sources that are new, and those that are settled."""
    was = {one.attribute: one for one in pair.before.conflicts if not one.overtaken}
    now = {one.attribute: one for one in pair.after.conflicts if not one.overtaken}
    for name, one in now.items():
        if name not in was:
            yield ConflictChange(kind="new", attribute=name, name=one.name, text=one.text)
    for name, one in was.items():
        if name not in now:
            said = _("%(name)s: your sources do not disagree about it any more.") % {"name": one.name}
            yield ConflictChange(kind="settled", attribute=name, name=one.name, text=said)


class Pair:
    """Two plans and the changes between their facts, to look for reasons in."""

    def __init__(self, before: Plan, after: Plan) -> None:
        """Compare the facts of an earlier and a later plan."""
        self.before = before
        self.after = after
        self.facts = tuple(fact_changes(before, after))
        self._now = {one.id: one for one in self.facts if one.kind != "removed"}
        self._gone = {one.id: one for one in self.facts if one.kind == "removed"}

    # --- which facts -----------------------------------------------------------------------------------------

    def behind(self, ids: Iterable[str], *, later: bool) -> set[str]:
        """Return the ids of facts and of all that they were worked out from."""
        facts = (self.after if later else self.before).facts
        found: set[str] = set()
        queue = list(ids)
        while queue:
            here = queue.pop()
            if here in facts and here not in found:
                found.add(here)
                queue.extend(facts[here].origin.facts)
        return found

    def changed_behind(self, ids: Iterable[str], *, later: bool) -> list[FactChange]:
        """Return the stated facts behind some that came, changed or went."""
        behind = self.behind(ids, later=later)
        known = self._now if later else {**self._now, **self._gone}
        return [one for name, one in known.items() if name in behind and not one.derived]

    def changed_about(self, attributes: set[str]) -> list[FactChange]:
        """Return the stated facts that changed what is known about some attributes."""
        found: dict[str, FactChange] = {}
        for one in self.facts:
            if one.attribute not in attributes:
                continue
            later = one.kind != "removed"
            for stated in self.changed_behind([one.id], later=later) if one.derived else [one]:
                found[stated.id] = stated
        return list(found.values())

    def attributes(self, ids: Iterable[str], points: Iterable[OpenPoint], *, later: bool) -> set[str]:
        """Return what facts, and all behind them, and open points are about."""
        ids = list(ids)
        facts = (self.after if later else self.before).facts
        about = {facts[one].attribute for one in self.behind(ids, later=later)} | {one.attribute for one in points}
        return about | self.declared(ids, later=later)

    def declared(self, ids: Iterable[str], *, later: bool) -> set[str]:
        """Return the lists on whose completeness facts rest."""
        facts = (self.after if later else self.before).facts
        return {name for one in self.behind(ids, later=later) for name in facts[one].origin.declared}

    # --- reasons ---------------------------------------------------------------------------------------------

    def because_of(self, changes: Iterable[FactChange]) -> tuple[Reason, ...]:
        """Return the reason that facts changed, or none."""
        return tuple(Reason(kind="fact", text=one.text, facts=(one.id,), gone=one.kind == "removed") for one in changes)

    def said_about(self, attributes: set[str]) -> tuple[Reason, ...]:
        """Return what somebody said about lists and disagreements: that a list is complete, which source is right."""
        before, after = set(self.before.complete), set(self.after.complete)
        texts = [
            _("Nothing is missing from this list now: %(list)s.") % {"list": self.name(one)}
            for one in sorted((after - before) & attributes)
        ]
        texts += [
            _("This list may leave something out now: %(list)s.") % {"list": self.name(one)}
            for one in sorted((before - after) & attributes)
        ]
        texts += [one.text for one in conflict_changes(self) if one.attribute in attributes]
        return tuple(Reason(kind="fact", text=text) for text in texts)

    def name(self, attribute: str) -> str:
        """Return the name of an attribute, from a fact about it."""
        facts = (*self.after.facts.values(), *self.before.facts.values())
        return next((fact.name for fact in facts if fact.attribute == attribute), attribute.replace("_", " "))

    def otherwise(self, *, of_trial: bool = False) -> tuple[Reason, ...]:
        """Return why something changed of which the facts do not tell: what else is different, when it is one thing."""
        before, after = self.before, self.after
        found: list[tuple[ReasonKind, str]] = []
        if any(not one.derived for one in self.facts):
            found.append(("not_clear", _("what your case says changed")))
        if before.abreast != after.abreast:
            found.append(("abreast", _("abreast was updated and may read or know more")))
        if before.knowledge_as_of != after.knowledge_as_of and not of_trial:
            found.append(("knowledge", _("the medical facts in abreast were updated")))
        if before.trials.registry_date != after.trials.registry_date and of_trial:
            found.append(("registry", _("the trial registry was updated")))
        if before.made != after.made:
            found.append(("day", _("time has passed")))
        if len(found) == 1 and found[0][0] != "not_clear":
            return (Reason(kind=found[0][0], text=_("Because %(reason)s.") % {"reason": found[0][1]}),)
        if not found:
            return (Reason(kind="not_clear", text=_("abreast cannot tell why.")),)
        words = say_list([text for _kind, text in found], "or")
        return (
            Reason(kind="not_clear", text=_("abreast cannot tell which it was: %(reasons)s.") % {"reasons": words}),
        )

    def of_entry(
        self, was: Rests | None, now: Rests | None, reviewed: tuple[str, str] = ("", "")
    ) -> tuple[Reason, ...]:
        """Return why an entry of the medical facts holds now, or does so no more.

        First the changed facts that it rests on now; then those about what it rested on or waited for; then a review
        of the entry itself since the earlier plan.
        """
        if now is not None and (found := self.changed_behind(now.because.facts, later=True)):
            return self.because_of(found)
        about: set[str] = set()
        for rests, later in ((was, False), (now, True)):
            if rests is not None:
                about |= self.attributes(rests.because.facts, rests.points, later=later) | set(rests.because.declared)
        if found := self.changed_about(about):
            return self.because_of(found)
        if said := self.said_about(about):
            return said
        earlier, later_review = reviewed
        if later_review and (later_review > self.before.made or (earlier and earlier != later_review)):
            text = _("The medical facts about it were reviewed on %(date)s.") % {"date": say_iso(later_review)}
            return (Reason(kind="knowledge", text=text),)
        return self.otherwise()


class Rests(Struct, frozen=True, kw_only=True):
    """What a line of a plan rests on: its facts, and the open points that it waits for."""

    because: Because
    points: tuple[OpenPoint, ...] = ()


__all__ = ["Pair", "Rests", "conflict_changes", "fact_changes"]
