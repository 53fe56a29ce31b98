# ruff: noqa: E501, PLR0917 - a pattern is read best in one line; a finding is made of report, row, change and class
"""What the rows of a gene report say.

What a row says is told from its cells: the gene, the change of DNA or protein, the class, the share of reads. What it does
not say itself it has from the head of its part ("VARIANTS OF UNKNOWN SIGNIFICANCE"). A row whose class or origin follows
from neither is left out.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.columns import ReadLines, statement_at
from abreast.intake.report.families.common import make
from abreast.intake.report.families.gene_form import Row, Walk
from abreast.intake.report.families.gene_parts import Part
from abreast.intake.report.families.gene_words import (
    CHANGE,
    CHIP,
    COPIES,
    NOT_DETECTED,
    OF_WHOLE_GENE,
    SPLICE,
    change_name,
    classes_in,
    copies_in,
    is_of_genes,
)
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report
from abreast.intake.report.tables import lines_of

_ZYGOSITY = re.compile(r"\bhet(?:erozygous)?\b|\bhom(?:ozygous)?\b(?! del)|\bhemizygous\b|\bzygosity\b", re.IGNORECASE)
_OF_READS = re.compile(
    r"\bVAF\b|\bMAF\b|\ballele fraction|\d\s?%|\bcopies\b|\bcopy number\b|\bmutant allele", re.IGNORECASE
)
_PER_CENT = re.compile(r"(?<![\d.<>])(\d{1,2}(?:\.\d{1,2})?)\s?%")
_LEVEL = re.compile(r"\s*(?P<level>\d{1,2}(?:\.\d{1,3})?)\s?%?(?![\d/])")
_ABSENT = re.compile(
    r"\s*(?:ND\b|N\.D\.|not (?:detected|found|seen)|neg(?:ative)?\b|none\b|undetect\w+|absent\b|0(?:\.0+)?\s*%?\s*$)",
    re.IGNORECASE,
)
_ORIGIN_CELL = re.compile(r"\s*(?P<word>germline|somatic|tumou?r|blood|inherited|acquired)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read(ReadLines):
    """What was read of genes by form; ``parts`` holds the part of each line, by the place where the line begins."""

    parts: tuple[tuple[int, Part], ...] = ()

    def part_at(self, place: int) -> Part:
        """Return the part of the report that a place lies in."""
        index = bisect.bisect_right(self.parts, place, key=lambda one: one[0]) - 1
        return self.parts[index][1] if index >= 0 else Part()


def read_rows(report: Report, origin: str) -> Read:
    """Read the rows, records and lists of negatives of a gene report; ``origin`` is that of its changes as a whole."""
    if not is_of_genes(report.kind, report.words.text):
        return Read((), ())
    walk = Walk(report, lines_of(report.words))
    walk.run()
    found = [one for row in walk.rows for one in _findings(report, row, origin)]
    found += [one for gene, part in walk.negatives for one in [_negative(report, gene, part, origin)] if one]
    return Read(tuple(found), tuple(sorted(walk.spans)), tuple(walk.parts))


def _negative(report: Report, gene: tuple[str, int, int, str], part: Part, origin: str) -> Finding | None:
    symbol, low, high, what = gene
    where = part.origin or origin
    if not where:
        return None
    value = f"{symbol} {what}".rstrip()
    return make(report, statement_at(report, low), "variant", value, low, high, base=f"{where} negative", breast=False)


def _findings(report: Report, row: Row, origin: str) -> Iterator[Finding]:
    """Yield what a row tells: each of its changes with class and origin, or that nothing was found in the gene."""
    where = _origin(row, origin)
    if not where:
        return
    absent = NOT_DETECTED.search(row.words) if not row.times else None
    changes = _changes(row)
    if absent and (not changes or set(changes) <= OF_WHOLE_GENE):
        for name in changes or [""]:
            yield _made(report, row, name, f"{where} negative")
        return
    if not changes and row.part.kind == "negative":
        return
    label = _label(row, where)
    if not label or absent:
        if changes and absent:
            yield from (_made(report, row, name, f"{where} negative") for name in changes)
        return
    if row.dated and not changes:
        if _ABSENT.match(now.text if (now := row.times.get(row.dated.now)) else ""):
            yield _made(report, row, "", f"{where} negative")
        return
    for name in changes or [""]:
        if not name and (label == "somatic" and not _FOUND.search(row.words)):
            continue
        yield from (
            _over_time(report, row, name, label) if row.dated else [_made(report, row, name, label, extra=_level(row))]
        )


_FOUND = re.compile(r"\b(?:mutat\w+|detected|positive|pathogenic|present|altered)\b", re.IGNORECASE)


def _made(
    report: Report,
    row: Row,
    change: str,
    label: str,
    date: PartialDate | None = None,
    extra: Mapping[str, float] | None = None,
) -> Finding:
    symbol, low, _ = row.gene
    statement = statement_at(report, low)
    base = "superseded" if context.is_superseded(report, statement, low) else label
    value = f"{symbol} {change}".rstrip()
    return make(report, statement, "variant", value, low, row.end, base=base, breast=False, date=date, extra=extra)


def _over_time(report: Report, row: Row, change: str, label: str) -> Iterator[Finding]:
    """Yield a change at each time of the table; what was not looked for at a time is left out."""
    assert row.dated is not None
    for number, column in row.dated.times.items():
        cell = row.times.get(number)
        if cell is None or (label == "CHIP" and not column.now):
            continue
        later = "" if column.now else " prior"
        level = _LEVEL.match(cell.text)
        if _ABSENT.match(cell.text):
            yield _made(report, row, change, f"{label} negative{later}" if label != "CHIP" else "CHIP", column.date)
        elif level:
            yield _made(report, row, change, f"{label}{later}", column.date, {"vaf": float(level["level"])})
        elif _PRESENT.match(cell.text) or COPIES.search(cell.text):
            yield _made(report, row, change, f"{label}{later}", column.date, copies_in(cell.text))
        elif _is_class(cell.text) and column.now:
            yield _made(report, row, change, label, column.date if column.date != report.date else None)


_PRESENT = re.compile(r"\s*(?:\+|detected|present|positive|yes|found)\b", re.IGNORECASE)


def _is_class(text: str) -> bool:
    return bool(classes_in(text))


def _origin(row: Row, origin: str) -> str:
    """Return where a change comes from: as its row says, its part, the report, or the way it is measured."""
    for cell in row.cells:
        told = _ORIGIN_CELL.match(cell.text)
        if told:
            return "germline" if told["word"].casefold() in ("germline", "inherited", "blood") else "somatic"
    if row.part.origin or origin:
        return row.part.origin or origin
    return "germline" if _ZYGOSITY.search(row.words) else "somatic" if _OF_READS.search(row.words) or row.dated else ""


def _changes(row: Row) -> list[str]:
    """Return the names of the changes of a row: of DNA and protein together, or several of one kind."""
    found = [match for cell in row.cells for match in CHANGE.finditer(cell.text)]
    coding = [one for one in found if one["c"]]
    protein = [one for one in found if one["p"] or one["b"]]
    if len(coding) == 1 and len(protein) == 1 and not coding[0]["cp"]:
        shown = protein[0]["p"] or f"p.{protein[0]['b']}"
        return [f"{coding[0]['c']} ({shown.translate(_NO_BRACKETS)})"]
    exact = (
        coding if coding and coding[0]["cp"] else protein or coding or [one for one in found if one["s"] or one["raw"]]
    )
    others = exact or [one for one in found if one["amp"] or one["loss"]][:1] or found
    if not others and any(_GAIN.fullmatch(cell.text) for cell in row.cells):
        return ["amplification"]
    if not others and SPLICE.search(row.words):
        return ["splice site"]
    return list(dict.fromkeys(change_name(one) for one in others))


_GAIN = re.compile(r"\s*(?:gain|amp|amplified|high(?:ly)? amplified)\s*", re.IGNORECASE)
_NO_BRACKETS = str.maketrans("", "", "()")
_EQUIVOCAL = re.compile(r"\bequivocal\b", re.IGNORECASE)
_CHANGED = re.compile(r"->|→|\bnow\b|\bre-?classified\b|\bupgraded\b|\bdowngraded\b|\brevised\b", re.IGNORECASE)
_LABELS = {"vus": "vus", "likely": "likely pathogenic", "pathogenic": "pathogenic"}


def _label(row: Row, where: str) -> str:
    """Return origin and class of a row, "CHIP", "equivocal", or "" when it is benign or its class does not follow."""
    if row.part.kind == "chip" or CHIP.search(row.words):
        return "CHIP"
    if _EQUIVOCAL.search(row.words):
        return "equivocal"
    told = _class(row)
    if told in ("benign", "risk allele", "?"):
        return ""
    if where == "somatic":
        return "somatic vus" if told == "vus" else "somatic"
    return f"germline {_LABELS[told]}" if told in _LABELS else ""


def _class(row: Row) -> str:
    """Return the class that holds now: of the column of today, of the row's own words, of its part; "?" when unclear."""
    if row.dated:
        now = row.times.get(row.dated.now)
        latest = classes_in(now.text) if now else []
        if latest:
            return latest[-1]
    said = classes_in(row.words)
    if len(set(said)) > 1:
        return said[-1] if _CHANGED.search(row.words) else "?"
    return said[0] if said else row.part.kind if row.part.kind in ("vus", "likely", "pathogenic", "benign") else ""


def _level(row: Row) -> dict[str, float]:
    """Return the share of reads in per cent and the copies that a row tells."""
    share = _PER_CENT.search(row.words)
    return {**({"vaf": float(share[1])} if share else {}), **copies_in(row.words)}


__all__ = ["Read", "read_rows"]
