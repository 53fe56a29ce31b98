"""What the documents share: reasons with numbers that lead to the record and to the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from abreast.foundation.language import SOURCE, say_iso
from abreast.foundation.language import gettext as _
from abreast.outputs.documents.blocks import AnyBlock, Card, Heading, Para, Reasons, Run, Sources, Words, bullets, para
from abreast.plan.model import Because, OpenPoint, Plan, PlanFact, PlanOption, PlanWarning

RECORD = "R"
"""What stands before the number of a fact of the record."""


MOST_TOGETHER = 4
"""How many facts of one name a reason spells out; the numbers lead to all of them."""


@dataclass(frozen=True)
class Index:
    """The numbers of a plan's facts (R1, R2 ...) and sources (1, 2 ...), in the order of the plan."""

    plan: Plan

    @cached_property
    def _facts(self) -> dict[str, int]:
        own = (fact.id for fact in self.plan.facts.values() if fact.origin.kind != "derived")
        return {name: number for number, name in enumerate(own, 1)}

    @cached_property
    def _sources(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.plan.sources, 1)}

    def ground(self, fact_id: str) -> tuple[int, ...]:
        """Return the numbers of what stands in the record under a fact, through everything that was worked out."""
        found: dict[int, None] = {}
        seen: set[str] = set()
        queue = [fact_id]
        while queue:
            here = queue.pop(0)
            if here in seen:
                continue
            seen.add(here)
            if here in self._facts:
                found[self._facts[here]] = None
            elif here in self.plan.facts:
                queue.extend(self.plan.facts[here].origin.facts)
        return tuple(sorted(found))

    def reasons(self, because: Because, sources: Sequence[str] = ()) -> Iterator[Reasons]:
        """Yield the small print of a line of the plan: facts, word given, what is missing, sources."""
        lines: list[Words] = []
        facts = [self.plan.facts[one] for one in because.facts if one in self.plan.facts]
        if facts:
            lines.append((Run(_("Because your record says:") + " ", "strong"), *self._said(facts)))
        if because.declared:
            words = _("It rests on your word that these lists are complete: %(lists)s.")
            lines.append((Run(words % {"lists": ", ".join(because.declared)}),))
        if because.not_in_record:
            lines.append((Run(_("Not in your record:") + " ", "strong"), Run(" ".join(because.not_in_record))))
        if sources:
            lines.append((Run(_("Sources:") + " ", "strong"), *self._cited(sources)))
        if lines:
            yield Reasons(tuple(lines))

    def cited(self, sources: Sequence[str]) -> Iterator[Reasons]:
        """Yield the sources of something that stands in no plan line, spelled out: the document has no list of them."""
        titles = [self.plan.sources[one] for one in sources if one in self.plan.sources]
        if titles:
            words = "; ".join(f"{one.title}, {one.publisher}, {one.date}" for one in titles)
            yield Reasons(((Run(_("Sources:") + " ", "strong"), Run(f"{words}.")),))

    def _said(self, facts: Iterable[PlanFact]) -> Iterator[Run]:
        """Yield the facts, those of the same name together: a reason is read, not studied."""
        together: dict[str, list[PlanFact]] = {}
        for fact in facts:
            together.setdefault(fact.name, []).append(fact)
        for place, (name, some) in enumerate(together.items()):
            yield Run(f"{'; ' if place else ''}{name[:1].lower() + name[1:] if name[1:2].islower() else name}: ")
            yield Run(_say_together(some))
            numbers = sorted({number for fact in some for number in self.ground(fact.id)})
            if numbers:
                yield Run(" [")
                for index, number in enumerate(numbers):
                    yield Run(f"{', ' if index else ''}{RECORD}{number}", to=f"record-{number}")
                yield Run("]")
        yield Run(".")

    def _cited(self, sources: Sequence[str]) -> Iterator[Run]:
        known = [self._sources[one] for one in dict.fromkeys(sources) if one in self._sources]
        for index, number in enumerate(known):
            yield Run(f"{', ' if index else ''}{number}", to=f"source-{number}")

    def record(self) -> Sources:
        """Return every fact that was not worked out, each with where it comes from."""
        facts = [self.plan.facts[one] for one in self._facts]
        return Sources(RECORD, tuple((f"record-{self._facts[fact.id]}", _fact(fact)) for fact in facts))

    def sources(self) -> Sources:
        """Return every source with its publisher, date and the day it was checked."""
        return Sources("", tuple((f"source-{self._sources[one]}", self._source(one)) for one in self.plan.sources))

    def _source(self, source_id: str) -> Words:
        one = self.plan.sources[source_id]
        words = [Run(f"{one.title}. {one.publisher}, {one.date}. ")]
        if one.url:
            words += [Run(one.url, url=one.url), Run(" ")]
        checked = _("Checked %(day)s, through a report about it.") if one.seen == "secondary" else _("Checked %(day)s.")
        return (*words, Run(checked % {"day": say_iso(one.checked)}, "soft"))


def _say_together(facts: Sequence[PlanFact]) -> str:
    if len(facts) == 1:
        date = f" ({say_iso(facts[0].date)})" if facts[0].date else ""
        return f"{facts[0].says}{date}"
    short = list(dict.fromkeys(fact.says.split(", ")[0] for fact in facts))
    more = len(short) - MOST_TOGETHER
    shown = ", ".join(short[:MOST_TOGETHER])
    return _("%(some)s and %(count)d more") % {"some": shown, "count": more} if more > 0 else shown


def _fact(fact: PlanFact) -> Words:
    date = f" ({day})" if (day := say_iso(fact.date)) and day not in fact.says else ""
    doubt = {"suspected": _("The source is not certain of it."), "unconfirmed": _("Waits for your yes.")}
    words = [Run(f"{fact.name}: {fact.says}{date}. "), Run(fact.origin.words, "soft")]
    if fact.certainty in doubt:
        words.append(Run(f" {doubt[fact.certainty]}", "strong"))
    if fact.origin.quote:
        words += [Run(" "), Run(fact.origin.quote, "quote")]
    return tuple(words)


def untranslated(plan: Plan, kind: str, entry: str) -> str:
    """Return the language of an entry's words where they are not in that of the plan."""
    return SOURCE if plan.translations.get(f"{kind}/{entry}") == "english" else ""


def translation(plan: Plan, kind: str, entry: str) -> Iterator[Para]:
    """Yield what is to be known about the translation of an entry."""
    state = plan.translations.get(f"{kind}/{entry}")
    if state == "english":
        yield para(_("Not translated yet: in English."), "soft")
    elif state == "unreviewed":
        yield para(_("Translation not yet reviewed."), "soft")


def warning_card(warning: PlanWarning, level: int, index: Index) -> Card:
    """Return a danger sign with what to do and its reasons."""
    blocks: list[AnyBlock] = [Heading(level, warning.title), para(warning.text)]
    if warning.signs:
        blocks.append(bullets(warning.signs))
    blocks.append(Para((Run(warning.act, "strong"),)))
    blocks += index.reasons(warning.because, warning.sources)
    blocks += translation(index.plan, "warnings", warning.id)
    tone: Literal["plain", "danger"] = "danger" if warning.urgency in ("emergency", "same_day") else "plain"
    about = f"warning/{warning.id}/{warning.urgency}"
    return Card(tuple(blocks), tone, whole=True, about=about, lang=untranslated(index.plan, "warnings", warning.id))


def open_points(points: Sequence[OpenPoint], title: str) -> Iterator[AnyBlock]:
    """Yield what is not known, as questions."""
    if points:
        yield Para((Run(title, "strong"),))
        yield bullets([point.question for point in points])


def standing(plan: Plan, which: str) -> list[PlanOption]:
    """Return the options of one standing, in the order of the plan."""
    return [one for one in plan.options if one.standing == which]


def title_for(plan: Plan, with_label: str, without: str) -> str:
    """Return a title with the case's name, when it has one."""
    return with_label % {"name": plan.label} if plan.label else without


def made_on(plan: Plan) -> str:
    """Return when and from what a plan was made."""
    words = _("Made on %(day)s on this computer. Medical facts as of %(facts)s. Trials as of %(trials)s.")
    return words % {
        "day": say_iso(plan.made),
        "facts": plan.knowledge_as_of,
        "trials": say_iso(plan.trials.registry_date),
    }


def page_of() -> str:
    """Return the words for page numbers; the typesetter puts the numbers in."""
    return _("Page %(page)s of %(of)s")


__all__ = [
    "Index",
    "made_on",
    "open_points",
    "page_of",
    "standing",
    "title_for",
    "translation",
    "untranslated",
    "warning_card",
]
