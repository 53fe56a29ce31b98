"""The case for a care team: structured, with codes, dates and sources, without explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abreast.case import Case, Fact
from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso
from abreast.outputs.documents.blocks import (
    AnyBlock,
    Bullets,
    Document,
    Heading,
    Run,
    Sources,
    Table,
    Words,
    bullets,
    para,
)
from abreast.outputs.documents.parts import made_on, page_of, standing, title_for
from abreast.plan.model import OpenPoint, Plan, PlanOption, PlanTrial
from abreast.plan.words import say_fact, say_stretch
from abreast.vocabulary import Attribute, Vocabulary

SYSTEMS = {
    "loinc": "LOINC",
    "snomed": "SNOMED CT",
    "icdo3": "ICD-O-3",
    "icd10cm": "ICD-10-CM",
    "rxnorm": "RxNorm",
    "ncit": "NCIt",
    "hgnc": "HGNC",
    "ajcc": "AJCC",
}
"""Code systems of the vocabulary that a clinical reader knows, in the order in which they are shown."""

MOST_CODES = 2
"""Codes shown for one value; the FHIR file carries all."""

TRIALS = 10
"""Trials listed; the plan has the rest."""


def clinician_document(plan: Plan, case: Case) -> Document:
    """Return the structured summary of a case, with what the plan raises."""
    return Document(
        title=title_for(plan, _("Clinical summary: %(name)s"), _("Clinical summary")),
        about=(
            _(
                "Compiled from the patient's own records and answers by software; not verified against the source "
                "systems. Dates and sources stand beside each item. It makes no treatment recommendation."
            ),
            made_on(plan),
        ),
        body=tuple(_body(plan, case)),
        foot=_("Patient-held summary. Verify against source reports before clinical use."),
        page_of=page_of(),
    )


def _body(plan: Plan, case: Case) -> Iterator[AnyBlock]:
    places = _Places()
    yield Heading(1, _("Assessment from the record"))
    yield bullets(_assessment(plan))
    if plan.conflicts:
        yield Heading(2, _("Discordant data"))
        yield bullets([one.text for one in plan.conflicts])
    yield from _lines(plan)
    for heading, groups in (
        (_("Patient"), ("person",)),
        (_("Disease and staging"), ("disease",)),
        (_("Biomarkers and genomics"), ("markers",)),
        (_("Treatment items as recorded"), ("treatment",)),
        (_("Performance status and laboratory values, latest"), ("function",)),
        (_("Comorbidity, medicines, allergies, family history"), ("health",)),
    ):
        items = [known for known in case.vocabulary.attributes.values() if known.group in groups]
        rows = [row for known in items for row in _rows(case, known, places)]
        if rows:
            yield Heading(1, heading)
            yield Table((_("Item"), _("Finding"), _("Codes"), _("Date"), _("Source")), tuple(rows), (8, 13, 11, 5, 3))
    yield from _declared(case)
    yield from _raised(plan, case.vocabulary)
    yield Heading(1, _("Where the items come from"))
    yield places.listed()


def _assessment(plan: Plan) -> list[str]:
    have = plan.have
    lines = [
        (_("Extent"), have.extent),
        (_("Stage as stated"), have.stage_stated),
        (_("Anatomic stage from T, N, M"), have.stage_anatomic),
        (_("Receptor subtype"), have.subtype),
    ]
    unknown = _("not determined")
    return [f"{label}: {value or unknown}" for label, value in lines]


def _lines(plan: Plan) -> Iterator[AnyBlock]:
    if not plan.have.lines:
        return
    yield Heading(1, _("Lines of systemic therapy"))
    unknown = _("unknown")
    rows = tuple(
        (
            str(line.number) if line.number else "–",
            " + ".join(line.drugs),
            line.setting or unknown,
            say_stretch(line.start, "" if line.end == "ongoing" else line.end, line.end == "ongoing") or unknown,
            line.outcome or unknown,
        )
        for line in plan.have.lines
    )
    yield Table((_("No."), _("Agents"), _("Setting"), _("Dates"), _("Outcome")), rows, (1, 5, 4, 5, 3))


class _Places:
    """Numbers for where items come from, in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, fact: Fact) -> str:
        """Return the short name of a fact's source; one that stands in several resources has one."""
        words = _("patient's answer") if fact.source.kind == "answer" else str(fact.source)
        if fact.source.quote:
            words += f' ("{fact.source.quote}")'
        return f"S{self._numbers.setdefault(words, len(self._numbers) + 1)}"

    def listed(self) -> Sources:
        """Return the places with their numbers."""
        return Sources("S", tuple((f"place-{number}", (Run(words),)) for words, number in self._numbers.items()))


# --- the facts -----------------------------------------------------------------------------------------------------


def _rows(case: Case, known: Attribute, places: _Places) -> Iterator[tuple[str, ...]]:
    """Yield a row for each fact that counts; what was overtaken by a later one is left to the record."""
    facts: Sequence[Fact]
    if known.shape == "list":
        facts = (*case.items(known.id), *case.denials(known.id))
    else:
        reading = case.read(known.id)
        facts = (*reading.facts, *reading.doubtful)
    for fact in facts:
        if fact.source.kind == "derived":
            continue
        doubt = "" if fact.certainty == "certain" else f" ({_certainty(fact)})"
        specimen = f"; {fact.specimen}" if fact.specimen else ""
        yield (
            known.name,
            f"{say_fact(fact, case.vocabulary)}{specimen}{doubt}",
            codes_of(fact, case.vocabulary),
            str(fact.date) if fact.date else "",
            places.number(fact),
        )


def _certainty(fact: Fact) -> str:
    return _("suspected") if fact.certainty == "suspected" else _("read by software, unconfirmed")


def codes_of(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return the codes of a fact in words: of its attribute, and of the terms that it names."""
    known = vocabulary.attribute(fact.attribute)
    found: dict[str, None] = {}
    if known.shape == "one":
        found.update(dict.fromkeys(_first(known.codes, 1)))
        if known.kind == "term" and isinstance(fact.value, str):
            found.update(dict.fromkeys(_first(vocabulary.term(known.terms, fact.value).codes, 1)))
    for name, values in fact.fields.items():
        part = known.fields[name]
        for value in values if part.kind == "term" else ():
            found.update(dict.fromkeys(_first(vocabulary.term(part.terms, str(value)).codes, MOST_CODES)))
    return "; ".join(found)


def _first(codes: dict[str, tuple[str, ...]], most: int) -> Iterator[str]:
    systems = [system for system in SYSTEMS if codes.get(system)]
    for system in systems[:most]:
        yield f"{SYSTEMS[system]} {codes[system][0]}"


def _declared(case: Case) -> Iterator[AnyBlock]:
    """Say which lists somebody declared complete: only these support a "no"."""
    names = [case.vocabulary.attribute(one.list).name for one in case.complete]
    if names:
        words = _("Declared complete (absence of an entry is a stated no): %(lists)s.")
        yield para(words % {"lists": ", ".join(dict.fromkeys(names))}, "soft")
    yield para(_("What is not listed is unknown, not absent."), "soft")


# --- what the plan raises ------------------------------------------------------------------------------------------


def _raised(plan: Plan, vocabulary: Vocabulary) -> Iterator[AnyBlock]:
    if plan.warnings_now:
        yield Heading(1, _("Warning signs present in the record"))
        yield bullets([one.title for one in plan.warnings_now])
    if plan.tests:
        yield Heading(1, _("Tests the patient may ask about"))
        rows = tuple(
            (one.name, str(len(one.decides_options)), str(one.decides_trials), _short_sources(plan, one.sources))
            for one in plan.tests
        )
        yield Table((_("Test"), _("Options it bears on"), _("Trials"), _("Sources")), rows, (6, 2, 2, 6))
    options = [*standing(plan, "talk_about"), *standing(plan, "depends")]
    if options:
        yield Heading(1, _("Options the patient may ask about"))
        rows = tuple(_option(one, vocabulary) for one in options)
        yield Table((_("Option"), _("Contingent on"), _("Evidence"), _("Cautions in the record")), rows, (5, 5, 4, 5))
    if plan.trials.treatment:
        yield Heading(1, _("Trials to consider for pre-screening"))
        yield para(plan.trials.registry_words, "soft")
        yield Bullets(tuple(_trial(one, vocabulary) for one in plan.trials.treatment[:TRIALS]))
    yield Heading(1, _("Sources"))
    cited = dict.fromkeys(
        (*(s for one in plan.tests for s in one.sources), *(s for one in options for s in one.sources))
    )
    yield Bullets(tuple(_source(plan, source) for source in cited if source in plan.sources))


def _option(one: PlanOption, vocabulary: Vocabulary) -> tuple[str, str, str, str]:
    evidence = ", ".join(study.nct or study.trial for study in one.detail.evidence)
    return one.name, _names(one.open_points, vocabulary) or "–", evidence or "–", _against(one)


def _names(points: Sequence[OpenPoint], vocabulary: Vocabulary) -> str:
    """Return the names of what is open, each once."""
    known = (vocabulary.attributes.get(point.attribute) for point in points)
    return "; ".join(dict.fromkeys(one.name for one in known if one))


def _against(one: PlanOption) -> str:
    return "; ".join(caution.text for caution in one.cautions if caution.certain) or "–"


def _short_sources(plan: Plan, sources: Sequence[str]) -> str:
    return "; ".join(plan.sources[one].title for one in sources if one in plan.sources)


def _trial(one: PlanTrial, vocabulary: Vocabulary) -> Words:
    open_points = _names(one.decided_by, vocabulary)
    words = [
        Run(one.nct, url=f"https://clinicaltrials.gov/study/{one.nct}"),
        Run(f" {one.title}"),
        Run(f" [{', '.join(one.phases)}] " if one.phases else " "),
        Run(f"{one.label}; {one.recruitment_words}", "soft"),
    ]
    if open_points:
        words.append(Run(" " + _("To confirm first: %(points)s.") % {"points": open_points}))
    return tuple(words)


def _source(plan: Plan, source_id: str) -> Words:
    one = plan.sources[source_id]
    words = [Run(f"{one.title}. {one.publisher}, {one.date}. ")]
    if one.url:
        words.append(Run(one.url, url=one.url))
    words.append(Run(" " + _("Checked %(day)s.") % {"day": say_iso(one.checked)}, "soft"))
    return tuple(words)


__all__ = ["clinician_document", "codes_of"]
