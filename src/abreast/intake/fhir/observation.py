"""Observations: staging, markers, function, laboratory values, the tumor, the course of the disease.

An observation is read as pairs of a code and a value: its own, and those of its components. What a code is about
stands in ``data/observations.yaml``; measurements without a row there are found through the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import ObservationRow
from abreast.intake.fhir.condition import read_morphology, stage_of
from abreast.intake.fhir.measure import Target, read_number, read_quantity, read_words, with_normal_limits
from abreast.intake.fhir.node import Coding, Concept, Node
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.fhir.status import observation_status, when
from abreast.intake.fhir.variant import read_gene_test, read_variant
from abreast.intake.staging import Letter, parse_category
from abreast.vocabulary import Attribute, Quantity


@dataclass(frozen=True, slots=True)
class Measured:
    """One code with its value: an observation itself, or one of its components."""

    resource: Resource
    record: Record
    row: ObservationRow
    node: Node
    concept: Concept
    date: PartialDate | None
    certainty: Certainty

    def fact(
        self, node: Node | str, attribute: str, value: bool | str | Quantity | PartialDate, note: str = ""
    ) -> Finding:
        """Return a fact about a ``one`` attribute, with the date and certainty of the observation."""
        if attribute not in self.record.vocabulary.attributes:
            return self.unused(f"{attribute} is not something that the vocabulary knows", node)
        return self.record.fact(
            self.resource,
            node,
            attribute,
            value,
            date=self.date,
            certainty=self.certainty,
            specimen=_specimen(self.resource, self.record),
            note=note,
        )

    def unused(self, why: str, node: Node | str = "") -> Finding:
        """Return a note that something here became no fact."""
        return self.resource.unused(why, node)

    def target(self, attribute: str) -> Target:
        """Return what a number for the attribute has to be like."""
        known = self.record.vocabulary.attribute(attribute)
        return Target(known, self.row.default_unit, self.row.plausible)


def read_observation(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield what an observation says."""
    certainty, out = observation_status(resource)
    if out:
        yield resource.unused(out, "status")
        return
    other = _other_focus(resource, record)
    if other:
        yield resource.unused(other, "focus")
        return
    date = when(resource.root, "effective") or resource.root.date("issued")
    concept = record.concept(resource.root.get("code"))
    row = find_row(concept, resource.profiles, record)
    if row and row.read in _WHOLE:
        yield from _WHOLE[row.read](Measured(resource, record, row, resource.root, concept, date, certainty))
        return
    if row:
        yield from _read(Measured(resource, record, row, resource.root, concept, date, certainty))
    if row and row.read == "unused":
        return
    components = list(resource.root.objects("component"))
    for component in components:
        yield from _component(resource, record, component, date, certainty)
    if row is None and not components:
        yield resource.unused(f"not something that decides anything here: {concept}", "code")


def _component(
    resource: Resource, record: Record, node: Node, date: PartialDate | None, certainty: Certainty
) -> Iterator[Finding]:
    concept = record.concept(node.get("code"))
    row = find_row(concept, (), record)
    if row is None or row.read in _WHOLE:
        yield resource.unused(f"not something that decides anything here: {concept}", node)
    else:
        yield from _read(Measured(resource, record, row, node, concept, date, certainty))


def _read(measured: Measured) -> Iterator[Finding]:
    absent = measured.node.get("dataAbsentReason")
    values = [(kind, value) for kind, value in measured.node.value_x() if value]
    if measured.row.read == "unused":
        yield measured.unused(measured.row.why, measured.node)
    elif absent and not values:
        yield measured.unused(f"no value: {measured.record.concept(absent)}", absent)
    else:
        yield from _SINGLE[measured.row.read](measured)


def find_row(concept: Concept, profiles: tuple[str, ...], record: Record) -> ObservationRow | None:
    """Return the row for an observation code; measurements get one made from the vocabulary's attribute."""
    tables = record.tables
    rows = sorted(tables.observations.by_codes(concept), key=lambda one: -one.rank)
    if rows:
        return rows[0]
    for coding in concept.codings:
        attribute = _attribute(coding, record)
        if attribute:
            return _row_of(attribute)
    for profile in profiles:
        if profile in tables.profiles:
            return tables.profiles[profile]
    row = tables.observations.by_name(concept.names)
    if row:
        return row
    for name in concept.names:
        known = record.attribute_names.get(name.casefold())
        if known:
            return _row_of(record.vocabulary.attribute(known))
    return None


def _attribute(coding: Coding, record: Record) -> Attribute | None:
    name = record.vocabulary.attribute_by_code(coding.system, coding.code)
    attribute = record.vocabulary.attributes.get(name) if name else None
    return attribute if attribute and attribute.shape == "one" else None


def _row_of(attribute: Attribute) -> ObservationRow | None:
    read = {"number": "number", "flag": "flag", "term": "vocabulary_term"}.get(attribute.kind)
    return ObservationRow(id=attribute.id, read=read, attribute=attribute.id, values="yes_no") if read else None


def _other_focus(resource: Resource, record: Record) -> str:
    """Return a reason when the observation says of itself that it is about another cancer than the breast's."""
    pointers = [*resource.root.objects("focus")]
    for extension in resource.root.extensions("mcode-related-condition"):
        pointers.append(extension.get("valueReference"))
    for pointer in pointers:
        target = record.follow(resource, pointer)
        if target is not None and target.label in record.other_cancers:
            return f"it is about another cancer ({target.label})"
    return ""


def _specimen(resource: Resource, record: Record) -> str:
    """Return where the sample came from, in words, when the record says so."""
    pointer = resource.root.get("specimen")
    if not isinstance(pointer.value, dict):
        return ""
    specimen = record.follow(resource, pointer)
    if specimen is None:
        return pointer.text("display")
    site = (
        record.concept(specimen.root.get("collection").get("bodySite"))
        if specimen.root.get("collection")
        else Concept()
    )
    kind = record.concept(specimen.root.get("type"))
    return ", ".join(_short(str(one)) for one in (kind, site) if one.names)


def _short(name: str) -> str:
    return re.sub(r" \([a-z ]+\)$| structure", "", name)


# --- readers of one value -------------------------------------------------------------------------------------------


def _concepts(measured: Measured) -> Iterator[tuple[Node, Concept]]:
    """Yield the coded or worded values, then the interpretations."""
    for kind, value in measured.node.value_x():
        if kind in ("CodeableConcept", "String", "Coding", "CodeableReference"):
            yield value, measured.record.concept(value)
    for value in measured.node.each("interpretation"):
        yield value, measured.record.concept(value)


def _quantities(measured: Measured, attribute: str) -> Iterator[tuple[Node, Quantity | str]]:
    target, vocabulary = measured.target(attribute), measured.record.vocabulary
    for kind, value in measured.node.value_x():
        if kind == "Quantity":
            yield value, read_quantity(value, target, vocabulary)
        elif kind in ("Integer", "Decimal"):
            number = value.number()
            yield value, "not a number" if number is None else read_number(number, target, vocabulary)
        elif kind == "String":
            yield value, read_words(value.text(), target, vocabulary)
        elif kind == "Ratio":
            yield value, _ratio(value, target, measured)
        elif kind == "Range":
            yield value, _range(value, target, measured)


def _ratio(node: Node, target: Target, measured: Measured) -> Quantity | str:
    above, below = node.get("numerator"), node.get("denominator")
    if not isinstance(above.value, dict) or not isinstance(below.value, dict):
        return "not a ratio"
    if above.text("comparator") or below.text("comparator"):
        return "a ratio of two limits says no number"
    first, second = above.number("value"), below.number("value")
    if first is None or not second:
        return "not a ratio"
    return read_number(first / second, target, measured.record.vocabulary)


def _range(node: Node, target: Target, measured: Measured) -> Quantity | str:
    low = read_quantity(node.get("low"), target, measured.record.vocabulary)
    high = read_quantity(node.get("high"), target, measured.record.vocabulary)
    if isinstance(low, str) or isinstance(high, str) or low.unit != high.unit or low.low > high.high:
        return "not a range"
    return replace(low, high=high.high)


def _read_number(measured: Measured) -> Iterator[Finding]:
    attribute, some = measured.row.attribute, False
    for node, quantity in _quantities(measured, attribute):
        some = True
        if isinstance(quantity, str):
            yield measured.unused(quantity, node)
        else:
            limits = with_normal_limits(
                quantity, measured.node.get("referenceRange"), attribute, measured.record.vocabulary
            )
            yield measured.fact(node, attribute, limits)
    if not some:
        yield measured.unused(f"no number for {measured.record.vocabulary.attribute(attribute).name}", measured.node)


def _read_score(measured: Measured) -> Iterator[Finding]:
    """A score may be sent as a number, as the code of a description, or as both."""
    attribute, read = measured.row.attribute, set()
    for node, quantity in _quantities(measured, attribute):
        if not isinstance(quantity, str):
            read.add(quantity.low)
            yield measured.fact(node, attribute, quantity)
        elif node.path.rsplit(".", 1)[-1] not in ("valueString",):
            yield measured.unused(quantity, node)
    for node, concept in _concepts(measured):
        answer = measured.record.answer(measured.row.values, concept)
        if answer is None:
            if not read:
                yield measured.unused(f"not understood: {concept}", node)
        elif float(answer) not in read:
            read.add(float(answer))
            unit = measured.record.vocabulary.attribute(attribute).unit
            yield measured.fact(node, attribute, Quantity.exact(float(answer), unit))
    if not read:
        yield measured.unused("no score", measured.node)


def _read_term(measured: Measured) -> Iterator[Finding]:
    attribute, row = measured.row.attribute, measured.row
    known = measured.record.vocabulary.attributes.get(attribute)
    if known is None:
        yield measured.unused("not something that decides anything here", measured.node)
        return
    understood = False
    for node, concept in _concepts(measured):
        answer = measured.record.answer(row.values, concept)
        if answer and answer in measured.record.vocabulary.terms[known.terms]:
            understood = True
            yield measured.fact(node, attribute, answer)
        elif not understood:
            yield measured.unused(f"not understood: {concept}", node)
    if not understood:
        answer = measured.record.answer(row.values, measured.concept)
        if answer and not list(measured.node.value_x()):
            yield measured.fact("code", attribute, answer)


def _read_vocabulary_term(measured: Measured) -> Iterator[Finding]:
    known = measured.record.vocabulary.attribute(measured.row.attribute)
    for node, concept in _concepts(measured):
        term = measured.record.term(known.terms, concept)
        if term:
            yield measured.fact(node, known.id, term)
        else:
            yield measured.unused(f"not understood: {concept}", node)


def _read_flag(measured: Measured) -> Iterator[Finding]:
    for kind, value in measured.node.value_x():
        if kind == "Boolean" and isinstance(value.value, bool):
            yield measured.fact(value, measured.row.attribute, value.value)
    for node, concept in _concepts(measured):
        answer = measured.record.answer("yes_no", concept)
        if answer:
            yield measured.fact(node, measured.row.attribute, answer == "yes")
        else:
            yield measured.unused(f"neither yes nor no: {concept}", node)


def _read_receptor(measured: Measured) -> Iterator[Finding]:
    row, some = measured.row, False
    if row.percent:
        implied = any(coding.code in row.percent_codes for coding in measured.concept.codings)
        percent = replace_row(measured, "%" if implied else "", (0.0, 100.0))
        for node, quantity in _quantities(percent, row.percent):
            if not isinstance(quantity, str):
                some = True
                yield measured.fact(node, row.percent, quantity)
            elif not node.path.endswith("valueString"):
                yield measured.unused(quantity, node)
    stated: set[str] = set()
    for node, concept in _concepts(measured):
        answer = measured.record.answer("result", concept)
        if answer in ("positive", "negative", "low_positive"):
            if answer not in stated:
                yield measured.fact(node, row.status, answer)
            stated.add(answer)
        elif not stated and not (some and node.path.endswith("valueString")):
            yield measured.unused(f"neither positive nor negative: {concept}", node)


def replace_row(measured: Measured, unit: str, plausible: tuple[float, float]) -> Measured:
    """Return the same with another unit that goes without saying and other limits."""
    values = {name: getattr(measured.row, name) for name in measured.row.__struct_fields__}
    return replace(measured, row=ObservationRow(**{**values, "default_unit": unit, "plausible": plausible}))


_HER2_ANSWER = {"ihc": ("her2_ihc", "her2.ihc"), "ish": ("her2_ish", "her2.ish")}


def _read_her2(measured: Measured) -> Iterator[Finding]:
    """HER2 by IHC (a score), by ISH or as stated; a plain "negative" stays open between 0, 1+ and 2+/ISH-."""
    method, some = measured.row.method, False
    answers, attribute = _HER2_ANSWER.get(method, ("her2_ihc", "her2.ihc"))
    for kind, value in measured.node.value_x():
        score = _ihc_score(kind, value) if method == "ihc" else ""
        if score:
            some = True
            yield measured.fact(value, "her2.ihc", score)
        elif kind == "Ratio" and method == "ish":
            target = Target(measured.record.vocabulary.attribute("her2.ratio"), "", (0.1, 30.0))
            ratio = _ratio(value, target, measured)
            yield measured.unused(ratio, value) if isinstance(ratio, str) else measured.fact(value, "her2.ratio", ratio)
            yield from _ratio_as_written(measured, value)
        elif kind not in ("CodeableConcept", "String", "Coding"):
            yield measured.unused("not a HER2 result", value)
    stated: set[str] = set()
    for node, concept in _concepts(measured):
        found = list(_her2_of(measured, node, concept, answers, attribute))
        new = [one for one in found if str(one) not in stated]
        stated.update(str(one) for one in found)
        if new:
            some = True
            for name, answer in new:
                yield measured.fact(node, name, answer)
        elif not found and not some:
            yield measured.unused(f"not understood as a HER2 result: {concept}", node)


def _ratio_as_written(measured: Measured, node: Node) -> Iterator[Finding]:
    """Yield what a ratio of two limits would mean by its written numbers, as something suspected only.

    It says no number, and yet may contradict the word beside it, which a person should see. The limit of 2 is that
    of ASCO/CAP 2018 for HER2 testing.
    """
    above, below = node.get("numerator"), node.get("denominator")
    if not (above.text("comparator") or below.text("comparator")):
        return
    first, second = above.number("value"), below.number("value")
    if first is not None and second:
        note = f"the ratio is written as {above.text('comparator')}{first:g} to {below.text('comparator')}{second:g}"
        answer = "amplified" if first / second >= 2 else "not_amplified"
        yield replace(measured, certainty="suspected").fact(node, "her2.ish", answer, note)


def _ihc_score(kind: str, value: Node) -> str:
    """Return the IHC score that a bare number from 0 to 3 means, or ""."""
    if kind == "Quantity" and not value.get("comparator"):
        number = value.number("value")
    else:
        number = value.number() if kind == "Integer" else None
    return {0.0: "0", 1.0: "1+", 2.0: "2+", 3.0: "3+"}.get(-1.0 if number is None else number, "")


def _her2_of(
    measured: Measured, node: Node, concept: Concept, answers: str, attribute: str
) -> Iterator[tuple[str, str]]:
    result = measured.record.answer("result", concept)
    exact = measured.record.answer(answers, concept)
    if measured.row.method == "ish" and (exact or result):
        exact = exact or {"positive": "amplified", "negative": "not_amplified", "equivocal": "equivocal"}.get(
            result or ""
        )
    if exact:
        yield attribute, exact
    if measured.row.method != "ish" and result in ("positive", "negative"):
        yield "her2.status", result
    if any(re.search(r"her2.?low", name, re.IGNORECASE) for name in concept.names):
        yield "her2.status", "low"


def _read_pdl1(measured: Measured) -> Iterator[Finding]:
    if measured.row.assay:
        yield measured.fact("code", "pdl1.assay", measured.row.assay)
    for node, concept in _concepts(measured):
        answer = measured.record.answer("result", concept)
        if answer in ("positive", "negative"):
            yield measured.fact(node, "pdl1.status", answer)
        else:
            yield measured.unused(f"neither positive nor negative: {concept}", node)
    for kind, value in measured.node.value_x():
        if kind in ("Quantity", "Integer"):
            yield measured.unused("does not say which PD-L1 score it is (CPS, TPS or immune cells)", value)


def _read_stage(measured: Measured) -> Iterator[Finding]:
    note = {"stage_clinical": "clinical stage", "stage_pathologic": "pathologic stage"}.get(measured.row.id, "")
    for node, concept in _concepts(measured):
        stage = stage_of(concept, measured.record)
        if stage:
            yield measured.fact(node, "stage.stated", stage, note)
        else:
            yield measured.unused(f"not a stage group of breast cancer: {concept}", node)


def _read_tnm(measured: Measured) -> Iterator[Finding]:
    letter: Letter = "t" if measured.row.letter == "t" else "n" if measured.row.letter == "n" else "m"
    for node, concept in _concepts(measured):
        texts = [*concept.names, *(c.code for c in concept.codings if c.system in ("ajcc", ""))]
        found = next((c for c in (parse_category(t, letter, measured.record.vocabulary) for t in texts) if c), None)
        if found is None:
            yield measured.unused(f"not a {letter.upper()} category: {concept}", node)
        elif found.prefix:
            if found.attribute:
                yield measured.fact(node, found.attribute, found.term)
            else:
                yield measured.unused(f"a category at recurrence or autopsy: {concept}", node)
        else:
            kind = measured.row.kind
            note = "" if kind else "recorded without c or p: a clinical category"
            yield measured.fact(node, f"{letter}.{kind or 'clinical'}", found.term, note)


def _read_histology(measured: Measured) -> Iterator[Finding]:
    for node, _ in _concepts(measured):
        yield from read_morphology(measured.resource, measured.record, node, measured.date, measured.certainty)


def _read_disease_status(measured: Measured) -> Iterator[Finding]:
    for node, concept in _concepts(measured):
        answer = measured.record.answer("disease_status", concept)
        if answer == "growing":
            yield measured.fact(node, "progressing", True)
            if measured.date:
                yield measured.fact(node, "progression.date", measured.date)
        elif answer == "not_growing":
            yield measured.fact(node, "progressing", False)
        else:
            yield measured.unused(f"does not say whether the cancer grows: {concept}", node)


def _read_gene(measured: Measured) -> Iterator[Finding]:
    yield from read_gene_test(
        measured.resource,
        measured.record,
        measured.concept,
        list(_concepts(measured)),
        date=measured.date,
        certainty=measured.certainty,
    )


_SINGLE: dict[str, Callable[[Measured], Iterator[Finding]]] = {
    "number": _read_number,
    "tumor_size": _read_number,
    "score": _read_score,
    "term": _read_term,
    "vocabulary_term": _read_vocabulary_term,
    "flag": _read_flag,
    "receptor": _read_receptor,
    "her2": _read_her2,
    "pdl1": _read_pdl1,
    "stage": _read_stage,
    "tnm": _read_tnm,
    "histology": _read_histology,
    "disease_status": _read_disease_status,
    "gene": _read_gene,
}


# --- readers of a whole observation ---------------------------------------------------------------------------------


def _read_variant(measured: Measured) -> Iterator[Finding]:
    yield from read_variant(measured.resource, measured.record, measured.date, measured.certainty)


def _read_tumor_size(measured: Measured) -> Iterator[Finding]:
    """The largest dimension, from the value itself or from the component that is called so."""
    if any(kind == "Quantity" for kind, _ in measured.node.value_x()):
        yield from _read_number(measured)
    for component in measured.node.objects("component"):
        concept = measured.record.concept(component.get("code"))
        row = find_row(concept, (), measured.record)
        if row and row.read == "tumor_size":
            yield from _read_number(replace(measured, row=row, node=component))
        else:
            yield measured.unused("a smaller dimension of the tumor", component)


def _read_comorbidities(measured: Measured) -> Iterator[Finding]:
    """The mCODE panel: illnesses present are conditions that are read by themselves; absent ones are denials."""
    resource, record = measured.resource, measured.record
    for extension in resource.root.extensions("mcode-related-condition-absent"):
        concept = record.concept(extension.get("valueCodeableConcept"))
        yield from _denied(measured, extension, concept)
    for extension in resource.root.extensions("mcode-related-condition"):
        if record.follow(resource, extension.get("valueReference")) is None:
            yield resource.unused("points to a condition that the record does not have", extension)
    for component in resource.root.objects("component"):
        concept = record.concept(component.get("code"))
        values = [record.answer("result", record.concept(value)) for _, value in component.value_x()]
        flags = [value.value for kind, value in component.value_x() if kind == "Boolean"]
        if "negative" in values or False in flags:
            yield from _denied(measured, component, concept)
        elif "positive" in values or True in flags:
            kind = record.term("illness", concept)
            if kind:
                fields = {"kind": kind, "status": "present"}
                yield record.fact(
                    resource, component, "illness", fields=fields, date=measured.date, certainty=measured.certainty
                )
            else:
                yield resource.unused(f"not an illness that decides anything here: {concept}", component)
        else:
            yield resource.unused(f"neither present nor absent: {concept}", component)


def _denied(measured: Measured, node: Node, concept: Concept) -> Iterator[Finding]:
    kind = measured.record.term("illness", concept)
    if kind:
        yield measured.record.fact(
            measured.resource,
            node,
            "illness",
            fields={"kind": kind},
            absent=True,
            date=measured.date,
            certainty=measured.certainty,
        )
    else:
        yield measured.unused(f"not an illness that decides anything here: {concept}", node)


def _read_metastasis_history(measured: Measured) -> Iterator[Finding]:
    """A history of metastatic cancer (perhaps at one place), or the statement that there is none."""
    resource, record = measured.resource, measured.record
    flags = [value.value for kind, value in measured.node.value_x() if kind == "Boolean"]
    answers = [record.answer("result", concept) for _, concept in _concepts(measured)]
    site = record.tables.site(measured.concept, record.vocabulary)[0]
    if False in flags or "negative" in answers:
        yield record.fact(
            resource,
            "code",
            "metastasis",
            fields={"site": site or "distant"},
            absent=True,
            date=measured.date,
            certainty=measured.certainty,
        )
    else:
        fields = {"site": site or None}
        yield record.fact(
            resource, "code", "metastasis", fields=fields, date=measured.date, certainty=measured.certainty
        )


_WHOLE: dict[str, Callable[[Measured], Iterator[Finding]]] = {
    "variant": _read_variant,
    "tumor_size": _read_tumor_size,
    "comorbidities": _read_comorbidities,
    "metastasis_history": _read_metastasis_history,
}
