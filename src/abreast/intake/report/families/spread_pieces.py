# ruff: noqa: E501 - a pattern is read best in one line
"""A clause of a report, and the places that it names: the ground on which spread is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.scans import as_of_scan
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import patterns

Place = tuple[str, int, int]
"""A place with its start and end in the clause."""
NODES_ONLY = re.compile(r"\b(?:axilla\w*|sentinel|internal mammary|intramammary|regional|lymph)\b", re.IGNORECASE)
DENIED = frozenset(
    {
        "adrenal",
        "bone",
        "brain",
        "cervical nodes",
        "CNS",
        "leptomeninges",
        "liver",
        "lung",
        "mediastinal nodes",
        "abdominal nodes",
        "pelvic nodes",
        "peritoneum",
        "pericardium",
        "pleura",
        "supraclavicular nodes",
        "thoracic nodes",
    }
)
"""Places of which it matters that they are free."""
NEAR_THE_BREAST = frozenset({"skin", "chest wall", "soft tissue", "contralateral breast", "uterus"})
"""Places that the tumour of the breast can reach by growing, or that a report looks over without a word of spread."""
SURE = re.compile(
    r"CSF (?:\w+ )?positive|metasta\w+|\bmets\b|secondar|malignant cells|positive for (?:malignan|adenocarcinoma|carcinoma)|malignant (?:\w+ ){0,2}(?:effusion|ascites)",
    re.IGNORECASE,
)
"""Words for spread that hold in a pathology report too, where "tumour in" speaks of the breast."""
_OF_SCAN = re.compile(r"\s*(?:scans?|scintigra\w+|MRI?|CT)\b", re.IGNORECASE)
_SCAN_OF = re.compile(r"\b(?:MRI?|CT)(?: scan)?(?: of)?(?: the)? $", re.IGNORECASE)


def spread_words(name: str) -> re.Pattern[str]:
    """Return a pattern of ``data/spread.yaml``."""
    return patterns("spread.yaml")[name]


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of the clauses of a statement."""
    start = 0
    for match in re.finditer(
        r";\s|\.\s|,?\s+\bbut\b|\bhowever\b|\bwith no\b|,\s+(?=no\b|without\b|stopped\b|everything\b)",
        text,
        re.IGNORECASE,
    ):
        yield start, match.start()
        start = match.start() if re.match(r"\s*,?\s*(?:with )?no\b", match[0], re.IGNORECASE) else match.end()
    yield start, len(text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause of a statement, from ``low`` to ``high`` of its text."""

    report: Report
    statement: Statement
    text: str
    low: int
    high: int

    @property
    def words(self) -> str:
        """The clause itself."""
        return self.text[self.low : self.high]

    @property
    def at(self) -> int:
        """The place of the clause in the report."""
        return self.statement.start + self.low

    def place(self, name: str, value: str, start: int, end: int, base: str = "") -> Finding:
        """Return a place of spread, or its denial, that the signs from ``start`` to ``end`` of the clause tell of."""
        attribute, value = (f"metastasis:{name}", value) if value else ("metastasis_site", name)
        first, last = self.at + start, self.at + end
        found = make(self.report, self.statement, attribute, value, first, last, base=base, breast=False)
        return found if base else as_of_scan(self.report, self.statement, found)

    def free(self, name: str, start: int, end: int) -> Finding:
        """Return that a place is free of spread, told by other words than that: "no adrenal mass", "no pelvic adenopathy"."""
        found = self.place(name, "absent", start, end)
        return replace(found, extra=MappingProxyType({**found.extra, "derived": "yes"}))


def places_in(words: str) -> tuple[list[str], list[tuple[str, int, int]]]:
    """Return the places that a clause names only as what was scanned ("bone scan", "MRI brain"), and all others."""
    scanned, found = [], []
    for name, start, end in sites_in(words):
        if _OF_SCAN.match(words, end) or _SCAN_OF.search(words, max(0, start - 20), start):
            scanned.append(name)
        else:
            found.append((name, start, end))
    return sorted(set(scanned)), found


def clause_before(piece: Piece) -> str:
    """Return the words of the clause before."""
    return re.split(r";\s|\.\s", piece.text[: piece.low].rstrip("; ."))[-1]


def is_denied(piece: Piece, start: int, end: int) -> bool:
    """Return whether a part of a clause is denied."""
    return context.is_negated(piece.text, piece.low + start, piece.low + end)


def doubt_of(piece: Piece, start: int, end: int) -> str:
    """Return how a part of a clause is doubted ("question", "not excluded", "suspected"), or ""."""
    return context.doubt(piece.text, piece.low + start, piece.low + end)


def apart(cue: re.Match[str], start: int, end: int) -> int:
    """Return how many signs stand between a word for spread and a place."""
    return max(start - cue.end(), cue.start() - end, 0)


__all__ = [
    "DENIED", "NEAR_THE_BREAST", "NODES_ONLY", "SURE", "Piece", "Place", "apart", "clause_before", "clauses", "doubt_of",
    "is_denied", "places_in", "spread_words",
]  # fmt: skip
