# ruff: noqa: E501 - a pattern is read best in one line
"""Where a sample of tissue or fluid was taken: what a pathology report calls metastatic is there.

A report names the place once, at its head or beside the letter of a part ("B. Cerebrospinal fluid"); the diagnosis often
does not name it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import patterns

_PART = re.compile(r"\s*(?:part\s+|specimen\s+)?#?(?P<part>[A-H]|[1-9])\s*[.):]\s+(?=\S)", re.IGNORECASE)
_LEAD = 90


def _words(name: str) -> re.Pattern[str]:
    return patterns("samples.yaml")[name]


def place_of(text: str) -> str:
    """Return the place outside breast and armpit that a description of a sample names, or "" when none or several."""
    if _words("of_breast").search(text):
        return ""
    match = _words("fluid").search(text)
    if match:
        return (match.lastgroup or "").replace("_", " ")
    names = {name for name, *_ in sites_in(text)}
    if "bone marrow" in names:
        names.discard("bone")
    return names.pop() if len(names) == 1 else ""


@lru_cache(maxsize=4)
def _parts(report: Report) -> dict[str, str]:
    """Return the places of the parts that a report receives, by their letters."""
    found: dict[str, str] = {}
    for line in report.norm.split("\n"):
        label = _PART.match(line)
        place = place_of(line[label.end() : label.end() + _LEAD]) if label else ""
        if label and place and not _words("cancer").search(line):
            found.setdefault(label["part"].upper(), place)
    return found


def sampled_place(report: Report, statement: Statement) -> str:
    """Return the place that the words of a statement are about: by its part, its label, or the only sample of the report."""
    text = report.of(statement)
    label = _PART.match(text)
    parts = _parts(report)
    if label and label["part"].upper() in parts:
        return parts[label["part"].upper()]
    if _words("of_node").search(text) or _words("of_breast").search(text):
        return ""
    lead = text.partition(":")[0] if ":" in text[:_LEAD] else ""
    own = place_of(lead) if lead else ""
    if own:
        return own
    places = set(parts.values()) | set(_named(report))
    return "" if len(places) != 1 or _UNCLEAR in places else places.pop()


_UNCLEAR = "breast or node"


@lru_cache(maxsize=4)
def _named(report: Report) -> tuple[str, ...]:
    """Return the places that sentences about a biopsy name; the breast and nodes of the armpit among them make it unclear.

    The head of the report comes first: what it names alone is what the report is about.
    """
    head = set(_found(report, _HEAD))
    return tuple(head) if len(head) == 1 else tuple(_found(report, len(report.norm)))


_HEAD = 420


def _found(report: Report, until: int) -> Iterator[str]:
    for statement in report.statements:
        if statement.start >= until:
            return
        text = report.of(statement)
        if statement.section in _NOT_OF_SAMPLE or not _words("sample").search(text):
            continue
        if _words("of_breast").search(text) or _words("of_node").search(text):
            yield _UNCLEAR
        place = place_of(text)
        if place:
            yield place


_NOT_OF_SAMPLE = frozenset({"impression", "indication", "history", "past", "general", "gross", "comparison", "family"})


def says_cancer(text: str) -> re.Match[str] | None:
    """Return the words by which a pathology report says that a sample holds spread of the cancer."""
    return _words("cancer").search(text)


def says_none(text: str) -> re.Match[str] | None:
    """Return the words by which it says that a sample holds no cancer."""
    return _words("no_cancer").search(text)


__all__ = ["place_of", "sampled_place", "says_cancer", "says_none"]
