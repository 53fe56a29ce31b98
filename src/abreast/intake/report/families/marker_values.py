"""One value of a marker: in a cell of a table, or on a line of its own under its label, as patient portals print it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from abreast.intake.report.families.common import make
from abreast.intake.report.families.her2 import read_fish, read_staining
from abreast.intake.report.families.marker_heads import marker_name, ratio_name
from abreast.intake.report.families.markers import Mention
from abreast.intake.report.families.stains import read_ki67, read_receptor
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.tables import Cell

_PERCENT_ROW = re.compile(r"%|percent|proportion|nuclei|cells", re.IGNORECASE)
_ALLRED_ROW = re.compile(r"allred|quick|\bQS\b", re.IGNORECASE)
BARE = re.compile(r"\s*([<>]?\s?\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*")
_WORD_AND_NUMBER = re.compile(r"\s*(positive|negative|pos|neg)\.?,?\s*\(?([<>]?\d{1,3})\)?\s*", re.IGNORECASE)
_NOTHING = re.compile(r"\s*(?:[-./_*]*|n/?a|n/?d|none|not (?:done|applicable|tested))\s*", re.IGNORECASE)
_RATIO_CELL = re.compile(r"\s*(\d{1,2}\.\d{1,2})\s*\((?:\S+ )?ratio\)\s*", re.IGNORECASE)
_UNDONE = re.compile(r"\s*(?:n/a|not (?:done|applicable|tested))\s*", re.IGNORECASE)
_SIGN = re.compile(r"\s*(?:(\+{1,3}|pos\.?|POS\.?)|(neg\.?|NEG\.?))\s*")


def cell_findings(report: Report, statement: Statement, mention: Mention, cell: Cell, label: str) -> Iterator[Finding]:
    """Yield what a cell says of a marker; ``label`` holds the words of its row and head that tell its kind."""
    if _NOTHING.fullmatch(cell.text):
        if mention.marker == "fish" and _UNDONE.fullmatch(cell.text):
            yield make(report, statement, "her2_ish", "not done", cell.start, cell.end)
        return
    text, bare = cell.text, BARE.fullmatch(cell.text)
    if mention.marker == "fish":
        yield from read_fish(report, statement, cell.start, cell.end)
        ratio = _RATIO_CELL.fullmatch(text)
        if ratio:
            yield make(report, statement, "her2_ish_ratio", float(ratio[1]), cell.start, cell.end)
        return
    if mention.marker == "her2":
        yield from read_staining(report, statement, mention, text)
        yield from read_fish(report, statement, cell.start, cell.end, loose=True)
        return
    if bare and (_PERCENT_ROW.search(label) or (mention.marker == "ki67" and not _ALLRED_ROW.search(label))):
        text = f"{text.rstrip()}%"
    elif bare and _ALLRED_ROW.search(label):
        text = f"{text.strip()}/8"
    elif word_and_number := _WORD_AND_NUMBER.fullmatch(text):
        text = f"{word_and_number[1]} {word_and_number[2]}%"
    sign = _SIGN.fullmatch(text)
    if sign:
        text = "positive" if sign[1] else "negative"
    if mention.marker == "ki67":
        yield from _inside(read_ki67(report, statement, mention, text), cell)
    else:
        yield from _inside(read_receptor(report, statement, [mention], text), cell)


def _inside(found: Iterator[Finding], cell: Cell) -> Iterator[Finding]:
    """Yield findings with their end drawn back to the cell: signs added to a bare number do not stand in the report."""
    for one in found:
        yield replace(one, end=min(one.end, cell.end))


_LABEL_OF_VALUE = re.compile(
    r"\s*(?:your\s+)?(?:values?|results?|finding|component|status|interpretation)\s*:?\s*", re.IGNORECASE
)
_LABEL_OF_RANGE = re.compile(
    r"\s*(?:reference|standard|normal|ref\.?)\s*(?:ranges?|intervals?|values?)?\s*:?\s*", re.IGNORECASE
)
_LIMITS = re.compile(r"\b(?:ref|reference|normal|standard)\b", re.IGNORECASE)


def _is_past_limits(report: Report, statement: Statement, named: int) -> bool:
    """Whether a head of limits ended where the next marker was named, with no other head of limits since."""
    return bool(_LIMITS.match(statement.title)) and not _LIMITS.search(report.norm, named, statement.start)


_SHORT = 70


def labels_above(report: Report) -> Iterator[Finding]:
    """Yield the values that stand on lines of their own under the name of a marker, as patient portals print them."""
    marker, skip_next, left, named = "", False, 0, 0
    for statement in report.statements:
        text = report.of(statement)
        name = ratio_name(text) or marker_name(text)
        if name:
            marker, skip_next, left, named = name, False, 4, statement.end
        elif (
            not marker
            or left == 0
            or len(text.strip()) > _SHORT
            or text.rstrip().endswith(".")
            or (statement.section == "general" and not _is_past_limits(report, statement, named))
        ):
            marker = ""
        elif _LABEL_OF_RANGE.fullmatch(text):
            skip_next = True
        elif skip_next:
            skip_next = False
        elif not _LABEL_OF_VALUE.fullmatch(text):
            left -= 1
            low = statement.start + len(text) - len(text.lstrip())
            yield from value_below(report, statement, marker, Cell(text.strip(), low, low + len(text.strip()), 0))


def value_below(report: Report, statement: Statement, marker: str, cell: Cell) -> Iterator[Finding]:
    """Yield what a value says that stands under, or beside, the name of a marker or a figure of the gene test."""
    if marker in ("ratio", "copies"):
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,2})?", cell.text):
            name = "her2_ish_ratio" if marker == "ratio" else "her2_copy_number"
            yield make(report, statement, name, float(cell.text), cell.start, cell.end)
        return
    if re.search(r"[A-Za-z]{3}", cell.text) and not _VALUE_WORD.search(cell.text) and not _SHARE_LINE.match(cell.text):
        return
    yield from cell_findings(report, statement, Mention(marker, cell.start, cell.start, cell.end), cell, "")


_SHARE_LINE = re.compile(r"(?:percent\w*|proportion|%)[^\d\n]{0,24}\d{1,3}\s?%", re.IGNORECASE)
_VALUE_WORD = re.compile(
    r"posit|negat|equiv|ampl|score|strong|weak|moderate|\d\+|allred|low|not done|pending", re.IGNORECASE
)


__all__ = ["BARE", "cell_findings", "labels_above", "value_below"]
