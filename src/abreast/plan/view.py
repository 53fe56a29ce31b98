"""What all sections of a plan share: the case on a day, and the making of reasons from answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from abreast.case import Case, Fact, Value
from abreast.foundation.language import gettext
from abreast.knowledge import Entry, Knowledge
from abreast.plan.model import Because, OpenPoint, Origin, PlanFact
from abreast.plan.words import say_date, say_fact, say_source
from abreast.rules import Answer, Context, Has, Missing, rule_text
from abreast.rules.words import question_for
from abreast.vocabulary import Vocabulary
from abreast.vocabulary.spoken import speaking

BASICS = ("in_scope", "extent", "stage.stated", "stage.anatomic", "cancer", "subtype")
"""Attributes that place a person; a line that holds for everyone in scope rests on them."""


@dataclass(frozen=True)
class View:
    """The case (derived facts included), the knowledge and the day, with the answers worked out so far."""

    case: Case
    knowledge: Knowledge
    today: dt.date
    context: Context
    used_sources: dict[str, None] = field(default_factory=dict)
    put: dict[Missing, str] = field(default_factory=dict)
    """What is missing, as it was put in words before: the same is missing in many places."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the case, in the words of the language of now."""
        return speaking(self.case.vocabulary)

    def cite(self, entry: Entry, own: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a statement's own sources, or those of its entry, and note that the plan uses them."""
        sources = own or entry.sources
        self.used_sources.update(dict.fromkeys(sources))
        return sources

    def overdue(self, entry: Entry) -> bool:
        """Whether the entry's facts should have been checked again by today."""
        return dt.date.fromisoformat(entry.review_due) < self.today

    def because(self, answer: Answer) -> Because:
        """Return the reasons of an answer; one that holds for everyone rests on what places the person."""
        reasons = Because(
            facts=answer.facts,
            declared=answer.declared,
            not_in_record=tuple(dict.fromkeys(self.question(missing) for missing in answer.missing)),
        )
        return reasons or self.basics()

    def basics(self) -> Because:
        """Return the facts that place the person, or that none is on record."""
        facts = tuple(
            fact.id for name in BASICS if name in self.vocabulary.attributes for fact in self.case.read(name).facts
        )
        return Because(facts=facts) if facts else Because(not_in_record=(gettext("how far the cancer has spread"),))

    def question(self, missing: Missing) -> str:
        """Return what is missing, as a question in plain words."""
        said = self.put.get(missing)
        if said is None:
            said = self.put[missing] = question_for(self.asked(missing), self.vocabulary)
        return said

    def asked(self, missing: Missing) -> Missing:
        """Return what to ask for: for something derived, the first of what it is derived from that is not known."""
        known = self.vocabulary.attributes.get(missing.attribute)
        if known is None or missing.why not in ("unknown", "not_listed", "too_vague"):
            return missing
        if missing.why == "too_vague" and not known.derived:
            return missing
        for name in known.asked_by:
            other = self.vocabulary.attribute(name)
            if name != missing.attribute and other.shape == "one" and not self.case.read(name).facts:
                return self.asked(Missing(name, "unknown"))
        return missing

    def rule(self, missing: Missing) -> str:
        """Return what to ask for in the rule language, when it is about items of a list."""
        asked = self.asked(missing)
        known = self.vocabulary.attributes.get(asked.attribute)
        if known is None or known.shape != "list":
            return ""
        return rule_text(Has(asked.attribute, asked.where))

    def open_points(self, missing: tuple[Missing, ...]) -> tuple[OpenPoint, ...]:
        """Return what is missing as open points, each question once."""
        points = {
            self.question(one): OpenPoint(
                question=self.question(one),
                attribute=self.asked(one).attribute,
                why=one.why,
                facts=one.facts,
                rule=self.rule(one),
            )
            for one in missing
        }
        return tuple(points.values())


def plan_fact(fact: Fact, vocabulary: Vocabulary) -> PlanFact:
    """Return a fact as a plan shows it, in the language of now."""
    vocabulary = speaking(vocabulary)
    attribute = vocabulary.attribute(fact.attribute)
    source = fact.source
    return PlanFact(
        id=fact.id,
        attribute=fact.attribute,
        group=attribute.group,
        name=attribute.name,
        says=_says(fact, vocabulary),
        value=bare_value(fact),
        date=str(fact.date) if fact.date else "",
        certainty=fact.certainty,
        absent=fact.absent,
        origin=Origin(
            kind=source.kind,
            words=say_source(source),
            file=source.file,
            place=source.place,
            quote=source.quote,
            rule=source.rule,
            facts=source.facts,
            declared=source.declared,
            citations=source.citations,
        ),
    )


def _says(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return what a fact says; a doubt that was worked out is one about a result that growth has overtaken."""
    said = say_fact(fact, vocabulary)
    if fact.source.kind == "derived" and fact.certainty == "suspected":
        return gettext("%(what)s: may have come since the last test") % {"what": said}
    return said


def bare_value(fact: Fact) -> str:
    """Return what a fact says in the terms of the vocabulary: the same in every language."""
    if fact.value is not None:
        return _bare(fact.value)
    fields = (f"{name}={', '.join(_bare(value) for value in values)}" for name, values in fact.fields.items())
    return "; ".join(fields)


def _bare(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


__all__ = ["BASICS", "View", "bare_value", "plan_fact", "say_date"]
