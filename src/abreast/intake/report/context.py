# ruff: noqa: E501 - a pattern is read best in one line
"""What the words around a thing make of it: denied, doubted, somebody else's, planned, of earlier, superseded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import patterns

_CLAUSE = re.compile(
    r"[;]\s|\bbut\b|\bhowever\b|\balthough\b|\bwhereas\b|\bexcept\b|\bapart from\b|,\s+(?:and\s+)?(?:she|he|there|we|I|it|which|her|his)\s|\.\s{2,}",
    re.IGNORECASE,
)
_SCOPE_END = re.compile(
    r"\b(?:with|showing|consistent with|demonstrat\w+|reveal\w+|there (?:is|are)|present|identified|yes|suspicious|suspected|worrisome)\b|:\s",
    re.IGNORECASE,
)


_COLUMN_ENDS = re.compile(r"^[^(]*\)|\w\.\s+[A-Za-z]|\S\s{3,}\S|\s\|\s")
"""A denial in closed brackets, in a sentence before, or in another column of a form reaches no further."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The patterns of ``data/context.yaml``, compiled."""

    negated_before: re.Pattern[str]
    negated_after: re.Pattern[str]
    not_excluded_before: re.Pattern[str]
    not_excluded_after: re.Pattern[str]
    question_before: re.Pattern[str]
    suspected_before: re.Pattern[str]
    suspected_after: re.Pattern[str]
    other_person: re.Pattern[str]
    not_another: re.Pattern[str]
    general: re.Pattern[str]
    conditional: re.Pattern[str]
    planned: re.Pattern[str]
    considered: re.Pattern[str]
    declined: re.Pattern[str]
    other_disease: re.Pattern[str]
    elsewhere: re.Pattern[str]
    historical: re.Pattern[str]
    superseded: re.Pattern[str]
    corrected: re.Pattern[str]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """Return the cues that ship with the package."""
    return Cues(**patterns("context.yaml"))


def clause(text: str, at: int) -> tuple[int, int]:
    """Return the start and end of the clause around a place of a sentence."""
    start, end = 0, len(text)
    for low, high in _cuts(text):
        if high <= at:
            start = high
        elif low > at:
            end = low
            break
    return start, end


@lru_cache(maxsize=64)
def _cuts(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _CLAUSE.finditer(text))


def is_general(report: Report, statement: Statement) -> bool:
    """Return whether a statement is about people, tests or tumours in general."""
    return statement.section == "general" or _general_in(report.of(statement))


def is_other_person(report: Report, statement: Statement, start: int) -> bool:
    """Return whether what stands at ``start`` is said of a relative or of somebody else."""
    if statement.section == "family":
        return True
    text = report.of(statement)
    low, high = clause(text, start - statement.start)
    return _other_in(text[low:high]) or (bool(report.case) and _other_case(report.case, text))


_LIMIT_BESIDE = re.compile(
    r";[^;.]{0,40}\bcontrols?\b[^;.]{0,60}(?=[.;]|$)|\([^()]{0,60}\b(?:cut-?offs?|thresholds?|ref(?:erence)?(?: range)?)\b[^()]{0,40}\)",
    re.IGNORECASE,
)
"""A limit in brackets behind a result, or word of a control: neither makes it a general statement."""


@lru_cache(maxsize=64)
def _general_in(text: str) -> bool:
    return bool(cues().general.search(_LIMIT_BESIDE.sub(_blank, text)))


@lru_cache(maxsize=64)
def _other_case(mine: str, text: str) -> bool:
    return any(number != mine for number in _CASE.findall(text))


_CASE = re.compile(r"\bcase (?:no\.? ?)?(\d{1,3})\b", re.IGNORECASE)


@lru_cache(maxsize=64)
def _other_in(text: str) -> bool:
    return bool(cues().other_person.search(cues().not_another.sub(_blank, text)))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def is_other_disease(text: str, at: int) -> bool:
    """Return whether the clause around a place of a sentence is about another disease than breast cancer."""
    low, high = clause(text, at)
    part = text[low:high]
    named = cues().other_disease.search(part)
    return named is not None and "breast" not in part.casefold() and not is_negated(part, *named.span())


def is_of_other_disease(text: str, at: int) -> bool:
    """Return whether the words right before a place name another disease than breast cancer, and no breast after it."""
    low, _ = clause(text, at)
    named = list(cues().other_disease.finditer(text, max(low, at - 60), at))
    if not named or "breast" in text[named[-1].end() : at].casefold():
        return False
    return not is_negated(text, *named[-1].span())


def is_negated(text: str, start: int, end: int, reach: int = 80) -> bool:
    """Return whether the thing between two places of a sentence is denied before or after it."""
    low, high = clause(text, start)
    before = text[max(low, start - reach) : start]
    for match in reversed(list(cues().negated_before.finditer(before))):
        between = before[match.end() :]
        if _COLUMN_ENDS.search(between) or (match[0].casefold().startswith("exclude") and "(" in between):
            continue
        if (
            "," in between
            and match[0].casefold() in ("no", "not")
            and re.search(r",\s*(?:now|with|showing|left|right|stable)\b", between)
        ):
            continue
        if not _SCOPE_END.search(between):
            return True
    return bool(cues().negated_after.search(text[end : min(high, end + 50)]))


def doubt(text: str, start: int, end: int, reach: int = 70) -> str:
    """Return "question" (a request asks it), "not excluded", "suspected" or ""."""
    low, high = clause(text, start)
    before, after = text[max(low, start - reach) : start], text[end : min(high, end + 50)]
    if cues().not_excluded_before.search(before) or cues().not_excluded_after.search(after):
        return "question" if cues().question_before.search(before) else "not excluded"
    if cues().suspected_before.search(before) or cues().suspected_after.search(after):
        return "suspected"
    return ""


def is_superseded(report: Report, statement: Statement, start: int) -> bool:
    """Return whether the words at ``start`` are of an earlier version that the report takes back."""
    if statement.section == "superseded":
        return True
    text = report.of(statement)
    at = start - statement.start
    low, _ = clause(text, at)
    marks = [match for match in cues().superseded.finditer(text) if low <= match.start() and match.end() <= at]
    if not marks:
        if _ENTERED_WRONG.match(report.norm, start, min(len(report.norm), start + 160)):
            return True
        return bool(
            re.search(
                r"^[^.;]{0,40}\b(?:in error(?! as)|\(?superseded|on the wrong|no longer valid|not valid|(?:is|was) (?:wrong|incorrect|invalid))\b",
                text[at:],
            )
            and not cues().corrected.search(text[:at])
        )
    return not cues().corrected.search(text[marks[-1].end() : at])


_ENTERED_WRONG = re.compile(
    r"[^\n.;]{0,140}?(?:\?\s{1,6}no\b[\s-]*)?\b(?:entered|recorded|charted|listed|documented|added|filed) (?:here )?(?:in error|by mistake|wrongly)\b(?! as)",
    re.IGNORECASE,
)
"""Behind an entry of a list that was a mistake: "liver   2024-02-10   entered in error"."""


def is_historical(report: Report, statement: Statement, start: int) -> bool:
    """Return whether a statement is told as of earlier."""
    if statement.section in ("history", "past", "comparison"):
        return True
    text = report.of(statement)
    return (
        bool(cues().historical.search(text[: max(0, start - statement.start) + 1])) or "not repeated" in text.casefold()
    )


__all__ = [
    "clause", "cues", "doubt", "is_general", "is_historical", "is_negated", "is_of_other_disease", "is_other_disease",
    "is_other_person", "is_superseded",
]  # fmt: skip
