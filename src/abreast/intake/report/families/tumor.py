# ruff: noqa: E501 - a pattern is read best in one line
"""The tumour and its stage, statement by statement; which side it is on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from abreast.intake.report import context
from abreast.intake.report.families.common import skip, within
from abreast.intake.report.families.extent import read_focality, read_margins, read_sizes
from abreast.intake.report.families.grades import read_grades
from abreast.intake.report.families.histology import read_kinds
from abreast.intake.report.families.invasion import read_invasions
from abreast.intake.report.families.nodes import read_nodes
from abreast.intake.report.families.receptor_tables import SampleRow, sample_rows
from abreast.intake.report.families.residual import read_residual
from abreast.intake.report.families.staging import read_categories, read_stages
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_READERS: tuple[Callable[[Report, Statement, str], Iterator[Finding]], ...] = (
    read_kinds, read_grades, read_sizes, read_categories, read_stages, read_nodes, read_invasions, read_margins,
    read_focality, read_residual,
)  # fmt: skip


def read(report: Report) -> Iterator[Finding]:
    """Yield what the report says of the tumour and its stage."""
    sided: set[str] = set()
    rows = sample_rows(report)
    for statement in report.statements:
        if not _is_read(report, statement):
            continue
        text = report.of(statement)
        row = next((one for one in rows if one.start <= statement.start < one.end), None)
        yield from _read_row(report, statement, text, row) if row else _read(report, statement, text)
        yield from _sides(report, statement, text, sided)


def _read(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for reader in _READERS:
        yield from reader(report, statement, text)


def _read_row(report: Report, statement: Statement, text: str, row: SampleRow) -> Iterator[Finding]:
    """Yield what a row says of each sample of a table: date, side and standing are those of its column."""
    for cell, sample in row.cells:
        for one in _read(report, statement, row.alone(text, statement.start, cell)):
            yield replace(
                one,
                date=sample.date or one.date,
                side=sample.side or one.side,
                specimen=sample.specimen,
                qualifier=one.qualifier or ("prior" if sample.earlier else ""),
            )


def _is_read(report: Report, statement: Statement) -> bool:
    """Whether a statement may speak of this person's tumour."""
    return not (
        context.is_general(report, statement)
        or statement.section == "family"
        or (statement.title == "technique" and report.kind == "genes")
    )


_OPERATED = r"(?:mastectomy|mast\b|lumpectomy|quadrantectomy|MRM|WLE|wide local)"
_CANCER = r"(?:(?:breast[\s-]+)?(?:cancer|carcinoma|ca)\b|IDC|ILC|DCIS|TNBC|BC)"
_LATERAL = re.compile(
    rf"\b(?:laterality|specimen side|side)\s*[:.\s]{{1,40}}(?P<a>left|right|bilateral)\b|"
    rf"\b(?P<b>left|right)[\s-]+(?:sided[\s-]+)?(?:breast|IDC|ILC|DCIS|G[123]\b|(?:invasive|skin-sparing|segmental|simple|total|partial|modified radical)\s+(?:\w+\s+)?(?:carcinoma|cancer|mastectomy)|{_OPERATED})|"
    rf"\b(?:breast(?: cancer| carcinoma| ca)?|mastectomy|lumpectomy),?\s+\(?(?P<c>left|right)\b|"
    rf"\b(?P<d>L|R|Lt|Rt)\.?\s+(?:breast|IDC|ILC|DCIS|TNBC|BC|br(?=\s+(?:ca|cancer|IDC|ILC))|{_OPERATED})\b|"
    rf"\b{_CANCER}(?:\s+(?:at\s+)?\d{{2,4}})?\s*[,(]\s*(?:(?:19|20)\d\d,?\s*)?(?P<e>left|right|L|R)(?=\s*[,;)(])|\b(?:{_CANCER})\s+(?P<f>left|right|L|R)(?=\s*(?:[,;.(]|$))",
    re.IGNORECASE,
)
_MALIGNANT = re.compile(
    r"carcinoma|cancer|malignan|\bIDC\b|\bILC\b|\bDCIS\b|\bca\b|tumou?r|neoplas|NST|BI-?RADS\s*[56]", re.IGNORECASE
)
_NOT_THIS_TUMOR = re.compile(
    r"prophylactic|risk-reducing|benign|fibroadenoma|reduction|negative for malig|\bport\b|screening mammo",
    re.IGNORECASE,
)
_SIDE_OF = {"l": "left", "lt": "left", "r": "right", "rt": "right"}
_AHEAD = 160
_NEXT_PART = re.compile(r"\n\s*[A-H1-9](?:[.):]| -)\s")
"""Where the next specimen begins."""


def _sides(report: Report, statement: Statement, text: str, sided: set[str]) -> Iterator[Finding]:
    """Yield the side of the cancer, each side once in a report."""
    if statement.section in ("gross", "plan", "comparison"):
        return
    for match in _LATERAL.finditer(text):
        word = next(one for one in match.groups() if one).casefold()
        side = _SIDE_OF.get(word, word)
        if side not in sided and (match["a"] or _is_of_cancer(report, statement, text, match, side)):
            sided.add(side)
            yield within(report, statement, "laterality", side, match.span())


_NOT_QUITE = re.compile(r"\b(?:bordering|atypical|favou?rs?|over)\b[^.;]{0,50}$", re.IGNORECASE)
"""Before a name of cancer: what is near it and is none."""


def _names_cancer(text: str) -> bool:
    """Whether a text names a cancer that it does not deny."""
    return any(
        not context.is_negated(text, *match.span(), 24) and not _NOT_QUITE.search(text[: match.start()])
        for match in _MALIGNANT.finditer(text)
    )


def _is_of_cancer(report: Report, statement: Statement, text: str, match: re.Match[str], side: str) -> bool:
    """Whether a side that is named is that of the cancer."""
    ahead = report.norm[statement.start : statement.end + _AHEAD]
    following = _NEXT_PART.search(ahead, len(text))
    ahead = ahead[: following.start()] if following else ahead
    return not (
        skip(report, statement, statement.start + match.start())
        or context.is_negated(text, *match.span(), 30)
        or (report.kind == "imaging" and not _MALIGNANT.search(text))
        or _NOT_THIS_TUMOR.search(text)
        or (not _names_cancer(ahead) and report.side != side)
    )


__all__ = ["read"]
