# ruff: noqa: E501 - a pattern is read best in one line
"""Changes in genes, inherited or of the tumour: rows of a table, sentences, and lists of what was not found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from abreast.intake.report import context
from abreast.intake.report.families.gene_mention import UNCLASSED, Gene
from abreast.intake.report.families.gene_panels import read_panel
from abreast.intake.report.families.gene_prose import read_gene
from abreast.intake.report.families.gene_rows import Read, read_rows
from abreast.intake.report.families.gene_words import (
    GERMLINE,
    LIKELY,
    PATHOGENIC,
    SOMATIC,
    VUS,
    classes_in,
    genes,
    is_of_genes,
    named,
)
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_CHANGE_OF_LETTERS = re.compile(r"\b(?:p\.)?[A-Z]\d{2,4}[A-Z*]|\bc\.\d")
_NOT_FOUND = re.compile(
    r"\bno (?:\w+ ){0,3}(?:alterations?|variants?|mutations?) (?:include|were|was|found|detected)", re.IGNORECASE
)


def read(report: Report) -> Iterator[Finding]:
    """Yield the gene findings of a report."""
    named_at_all = genes().search(report.norm)
    origin = _origin_of(report) if named_at_all else ""
    by_form = read_rows(report, origin)
    downgraded = _downgraded(report) if named_at_all else frozenset()
    for one in (*by_form.findings, *_in_words(report, origin, by_form)):
        yield replace(one, qualifier="superseded") if str(one.value).split()[0] in downgraded else one


def _in_words(report: Report, origin: str, by_form: Read) -> Iterator[Finding]:
    """Yield what sentences tell of genes, apart from the lines that were read by their form."""
    for place, statement, text, block in _statements(report, by_form):
        found = tuple(one for match in genes().finditer(text) for one in named(match))
        if not found:
            yield from read_panel(report, statement, text)
        here = "somatic" if "somatic" in block else "germline" if "germline" in block else origin
        for number, (_, low, _) in enumerate(found):
            if by_form.covers(statement.start + low):
                continue
            for one in read_gene(Gene(report, statement, text, found, number, here)):
                now = _reclassified(report, place, one)
                yield from _in_block(_classed_later(report, place, now) if number + 1 == len(found) else now, block)


def _statements(report: Report, by_form: Read) -> Iterator[tuple[int, Statement, str, str]]:
    """Yield the statements that may speak of this person's genes: their number, words, and what their head says."""
    title, block = "", ""
    of_genes = is_of_genes(report.kind, report.words.text)
    for place, statement in enumerate(report.statements):
        text = report.of(statement)
        if statement.title != title:
            title, block = statement.title, _block_of(statement.title)
        if of_genes:
            block = _block_of(text) or block if _BLOCK.match(text) else block
        part = by_form.part_at(statement.start)
        is_classed = of_genes and part.kind in _CLASSED
        if is_classed and not block:
            block = f"{part.origin} {part.kind} plain".strip()
        aside = statement.section in ("family", "gross") or (statement.section == "general" and not is_classed)
        is_general = context.cues().general.search(text) and "|" not in text
        if not ((aside and not _NOT_FOUND.search(text)) or _benign_row(text) or is_general):
            yield place, statement, text, block


_CLASSED = frozenset({"vus", "pathogenic", "likely"})
"""Parts whose heads tell the class of what stands under them."""


def _downgraded(report: Report) -> frozenset[str]:
    """Return the genes whose change the report takes back: "POLE variant reclassified to likely benign"."""
    return frozenset(
        name
        for match in genes().finditer(report.norm)
        if _TAKEN_BACK.match(report.norm, match.end(), match.end() + 90)
        for name, *_ in named(match)
    )


_TAKEN_BACK = re.compile(
    r"\s*(?:(?:\([^)]{0,40}\)|variant|change|finding|[cp]\.\S+|was|is|has been|now)\s*){0,4}(?:(?:re-?classified|downgraded|changed|revised|reinterpreted)\b[^.;]{0,40}\bbenign\b|removed from)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|currently|since been|re-?classified|upgraded|downgraded|revised|reinterpreted)\b(?P<rest>[^.;]{0,70})",
    re.IGNORECASE,
)
"""Before the class that holds now; what stands before it held earlier."""


def _reclassified(report: Report, place: int, one: Finding) -> Finding:
    """Return a change with the class that it has now when its sentence, or the next two, tell of a new one."""
    if one.qualifier.endswith(("negative", "pending")):
        return one
    statement = report.statements[place]
    texts = [
        report.norm[one.end : statement.end],
        *(report.of(later) for later in report.statements[place + 1 : place + 3]),
    ]
    for text in texts:
        other = next(
            (match.start() for match in genes().finditer(text) if match["gene"] != str(one.value).split()[0]), len(text)
        )
        now = _NOW.search(text, 0, other)
        told = classes_in(now["rest"]) if now else []
        if told:
            if told[0] == "benign":
                return replace(one, qualifier="superseded")
            label = _LABELS.get(told[0], "")
            return (
                replace(one, qualifier=f"germline {label}") if label and one.qualifier.startswith("germline") else one
            )
        if other < len(text):
            break
    return one


_LABELS = {"vus": "vus", "likely": "likely pathogenic", "pathogenic": "pathogenic"}
_CLASS_BEGINS = re.compile(
    r"\W*(?:(?:it|this|which|the) (?:variant |change |alteration )?(?:is|was|has been)|class(?:ified|ification)?\b|(?:clinical )?significance|interpretation|(?:ACMG )?(?:tier|category)|(?:likely )?pathogenic|variant of uncertain)",
    re.IGNORECASE,
)
"""How a sentence begins that gives the class of the change in the sentence before it."""


def _classed_later(report: Report, place: int, one: Finding) -> Finding:
    """Return an inherited change with the class that the next sentence gives it; without one, as it is.

    Doubt whether it comes from blood cells (CHIP) or only some of the body's cells overrules the class.
    """
    if not one.qualifier.startswith("germline") or one.qualifier.endswith("negative"):
        return one
    following = [report.of(later) for later in report.statements[place + 1 : place + 3]]
    following = [text for number, text in enumerate(following) if not any(map(genes().search, following[: number + 1]))]
    if any(_MOSAIC.search(text) for text in following):
        return replace(one, qualifier="CHIP")
    if one.qualifier != UNCLASSED or not following or not _CLASS_BEGINS.match(following[0]):
        return one
    for pattern, label in ((VUS, "vus"), (LIKELY, "likely pathogenic"), (PATHOGENIC, "pathogenic")):
        if pattern.search(following[0]):
            return replace(one, qualifier=f"germline {label}")
    return one


_MOSAIC = re.compile(r"clonal ha?ematopoie\w+|\bCHIP\b|\bmosaic", re.IGNORECASE)
_BLOCK = re.compile(
    r"\W*(?:(?:\d+\s+)?(?:somatic|germline|tier|variants?\s+of|VUS|genomic|pertinent|potentially|biologically|clinically|pathogenic|additional|other|reportable|actionable|biomarker|immunotherapy|alterations?|mutations?)\b[^.]{0,80}$|note:? one or more variants)",
    re.IGNORECASE,
)
"""A line of a gene report that heads the rows under it."""


def _block_of(text: str) -> str:
    """Return what a head says of the rows under it: "somatic", "germline", "vus", some of them, or "plain"."""
    if not _BLOCK.match(text) or (_CHANGE_OF_LETTERS.search(text) and not VUS.search(text)):
        return ""
    found = [
        name
        for name, pattern in (("somatic", r"\bsomatic\b"), ("germline", r"\bgermline\b|\binherited\b"))
        if re.search(pattern, text, re.IGNORECASE)
    ]
    found = found if len(found) == 1 else []
    pathogenic = re.search(r"(?<!no )(?<!likely )\bpathogenic", text, re.IGNORECASE)
    return " ".join([*found, *(["vus"] if VUS.search(text) else ["pathogenic"] if pathogenic else []), "plain"])


def _in_block(one: Finding, block: str) -> Iterator[Finding]:
    """Yield a finding with the class that the head above it gives to all its rows; without a class, nothing."""
    if one.qualifier == UNCLASSED:
        if "vus" in block or "pathogenic" in block:
            yield replace(one, qualifier="germline vus" if "vus" in block else "germline pathogenic")
        return
    if "vus" in block and one.qualifier in ("somatic", "germline", ""):
        yield replace(one, qualifier=f"{one.qualifier or 'somatic'} vus")
        return
    yield one


def _benign_row(text: str) -> bool:
    return bool(re.search(r"\bsynonymous\b", text, re.IGNORECASE))


def _origin_of(report: Report) -> str:
    germline = len(GERMLINE.findall(report.norm))
    somatic = len(SOMATIC.findall(report.norm))
    head = report.norm[:500]
    germline += 2 * len(GERMLINE.findall(head))
    somatic += 2 * len(SOMATIC.findall(head))
    if germline == somatic == 0:
        return ""
    return "germline" if germline > somatic else "somatic"


__all__ = ["read"]
