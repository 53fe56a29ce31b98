"""Gene findings: the variant observations of mCODE STU 2 to 4, and single-gene tests sent as tumor markers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.node import Concept, Node
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.variants import short_change
from abreast.vocabulary import Quantity

_GENE, _ORIGIN, _SIGNIFICANCE, _PROTEIN, _CODING, _GENOMIC, _FRACTION = (
    "48018-6", "48002-0", "53037-8", "48005-3", "48004-6", "81290-9", "81258-6",
)  # fmt: skip
_CHANGE = ("48019-4", "48006-1", "molecular-consequence", "variant-type")
_KNOWN_VARIANT = ("81252-9", "81255-2", "47998-0")
_BEFORE_GENE = re.compile(r"\b([A-Z][A-Z0-9]+(?:\s?\+\s?[A-Z][A-Z0-9]+)*)\s+gene\b")


def read_variant(
    resource: Resource, record: Record, date: PartialDate | None, certainty: Certainty
) -> Iterator[Finding]:
    """Yield a gene finding, one for each gene that it names, or the denial of one."""
    parts = _Parts(resource, record)
    presence = _presence(resource, record)
    if presence == "nothing":
        yield resource.unused("the test gave no result", "valueCodeableConcept")
        return
    if not parts.genes:
        yield resource.unused("the gene is not named, or not one that is known here" + parts.gene_words, "component")
        return
    if presence is None and not (parts.change or parts.significance):
        yield resource.unused("does not say whether a change was found", "valueCodeableConcept")
        return
    absent = presence == "negative"
    kind = parts.kind
    for node, gene in parts.genes:
        fields = {
            "gene": gene,
            "origin": parts.origin,
            "significance": None if absent else parts.significance,
            "alteration": parts.change,
            "type": kind,
            "vaf": parts.fraction,
            "date": None if absent else date,
        }
        others = [other for _, other in parts.genes if other != gene]
        note = "; ".join(
            text for text in (parts.written, f"with {', '.join(others)}" if others and not absent else "") if text
        )
        yield record.fact(
            resource, node, "variant", fields=fields, absent=absent, date=date, certainty=certainty, note=note
        )
    yield from parts.unknown()


def _presence(resource: Resource, record: Record) -> str | None:
    """Return "positive", "negative", "nothing", or ``None`` when nothing is said."""
    for _, value in resource.root.value_x():
        answer = record.answer("result", record.concept(value))
        if answer in ("positive", "negative", "nothing"):
            return answer
    for value in resource.root.each("interpretation"):
        answer = record.answer("result", record.concept(value))
        if answer in ("positive", "negative"):
            return answer
    return None


class _Parts:
    """The components of a variant observation, read by their codes."""

    def __init__(self, resource: Resource, record: Record) -> None:
        self.resource, self.record = resource, record
        self.genes: list[tuple[Node, str]] = []
        self.gene_words = ""
        self.origin: str | None = None
        self.significance: str | None = None
        self.change: str | None = None
        self.written = ""
        self.kind: str | None = None
        self.fraction: Quantity | None = None
        for value in resource.root.each("interpretation"):
            self.kind = self.kind or record.answer("variant_type", record.concept(value))
        for component in resource.root.objects("component"):
            self._component(component)

    def _component(self, component: Node) -> None:
        codes = [coding.code for coding in self.record.concept(component.get("code")).codings]
        for _, node in component.value_x():
            concept = self.record.concept(node) if isinstance(node.value, (dict, str)) else Concept()
            if _GENE in codes or (not codes and any(coding.system == "hgnc" for coding in concept.codings)):
                self._gene(node, concept)
            elif _ORIGIN in codes:
                self.origin = self.record.answer("variant_origin", concept)
            elif _SIGNIFICANCE in codes:
                self.significance = self.record.answer("significance", concept)
            elif _FRACTION in codes:
                self.fraction = self._fraction(node)
            elif any(code in _CHANGE for code in codes):
                self.kind = self.record.answer("variant_type", concept) or self.kind
            elif any(code in (_PROTEIN, _CODING, _GENOMIC, *_KNOWN_VARIANT) for code in codes):
                self._change(concept, codes)

    def _gene(self, node: Node, concept: Concept) -> None:
        found = False
        for coding in concept.codings:
            gene = gene_of(Concept((coding,), (coding.display,) if coding.display else ()), self.record)
            if gene and gene not in [one for _, one in self.genes]:
                self.genes.append((node, gene))
            found = found or bool(gene)
        gene = "" if found else gene_of(concept, self.record)
        if gene:
            self.genes.append((node, gene))
        elif not found:
            self.gene_words = f" ({concept})"

    def _change(self, concept: Concept, codes: Sequence[str]) -> None:
        texts = [*concept.names, *(coding.code for coding in concept.codings if coding.system == "hgvs")]
        for text in texts:
            short = short_change(text)
            if short and (self.change is None or _PROTEIN in codes):
                self.change, self.written = short, text if text != short else ""
                return
        if texts and not self.written and _GENOMIC in codes:
            self.written = texts[0]

    def _fraction(self, node: Node) -> Quantity | None:
        number = node.number("value") if isinstance(node.value, dict) else None
        if number is None:
            return None
        unit = self.record.vocabulary.unit(node.text("code") or node.text("unit") or "1")
        percent = number if unit == "%" else number * 100 if unit == "1" and number <= 1 else None
        return Quantity.exact(percent, "%") if percent is not None and 0 <= percent <= 100 else None

    def unknown(self) -> Iterator[Finding]:
        """Say which gene was left out beside those that are known."""
        if self.gene_words:
            yield self.resource.unused(f"a gene that is not known here{self.gene_words}", "component")


def gene_of(concept: Concept, record: Record) -> str:
    """Return the gene that a concept names: by HGNC number, with or without "HGNC:", then by symbol or name."""
    for coding in concept.codings:
        number = coding.code.upper().removeprefix("HGNC:")
        for code in (f"HGNC:{number}", number) if coding.system == "hgnc" else ():
            known = record.vocabulary.by_code("hgnc", code, "gene")
            if known:
                return known[1]
    return record.term("gene", concept)


def read_gene_test(
    resource: Resource,
    record: Record,
    concept: Concept,
    values: Sequence[tuple[Node, Concept]],
    *,
    date: PartialDate | None,
    certainty: Certainty,
) -> Iterator[Finding]:
    """Yield the finding of a test named after a gene ("BRCA1 gene mutations found"): yes, no, or the change."""
    match = next((m for m in map(_BEFORE_GENE.search, concept.names) if m), None)
    symbols = re.split(r"\s?\+\s?", match[1]) if match else []
    genes = [gene for gene in (record.vocabulary.by_name("gene", symbol) for symbol in symbols) if gene]
    if not genes:
        yield resource.unused(f"the gene is not one that is known here: {concept}", "code")
        return
    asked = next((change for change in map(short_change, concept.names) if change), None)
    kind = next((k for k in map(record.tables.answers["variant_type"].by_text, concept.names) if k), None)
    for node, value in values:
        result = record.answer("result", value)
        change = asked or next((c for c in map(short_change, value.names) if c), None)
        if result in ("positive", "negative") or (result is None and change):
            for gene in genes:
                fields = {
                    "gene": gene,
                    "alteration": change,
                    "type": kind,
                    "date": None if result == "negative" else date,
                }
                absent = result == "negative"
                yield record.fact(
                    resource, node, "variant", fields=fields, absent=absent, date=date, certainty=certainty
                )
        else:
            yield resource.unused(f"does not say whether a change was found: {value}", node)
