# ruff: noqa: E501 - a pattern is read best in one line
"""Scores of other tests: the 21-gene test, PD-L1, mutational burden, microsatellites, and the menopause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make, number, skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_SCORES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("oncotype_rs", re.compile(r"\b(?:(?i:oncotype(?:\s*DX)?(?:\s+breast)?(?:\s+recurrence\s+score)?|recurrence\s+score|21-gene\s+(?:recurrence\s+)?(?:score|assay|RS))|RS)(?:\s*\((?:RS|Oncotype[^)]*)\))?(?:\s+(?i:results?|score|RS|is|was|of))*\s*[:=]?\s*(?P<v>\d{1,3})(?![\d%/]|\.\d|\s*(?:-|to)\s*\d|\s*(?:genes?|mm|months?|years?))"), ""),
    ("pdl1_cps", re.compile(r"\b(?:CPS|combined positive score)\b(?:\s*\((?:CPS|[^)]{0,20})\))?\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?=?\s?\d{1,3})(?!\d|\.\d|\s*(?:or|and) (?:more|above|greater))", re.IGNORECASE), ""),
    ("pdl1_tps", re.compile(r"\b(?:TPS|tumou?r proportion score)\b(?:\s*\([^)]{0,20}\))?\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?\d{1,3})\s*%", re.IGNORECASE), "%"),
    ("pdl1_ic", re.compile(r"\b(?:immune cells?(?: score| \(IC\))*|IC score|\bIC)\b\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?\d{1,3})\s*%", re.IGNORECASE), "%"),
    ("tmb", re.compile(r"\bb?(?:TMB|tumou?r mutation(?:al)? burden)\b(?:\s+(?:seq|NGS|DNA(?:-tumou?r)?)\b){0,3}(?:-?(?:H|L|High|Low))?(?:\s*\(TMB\))?(?:\s*\([^)]{0,20}\))?\s*(?:score|is|was|of|\.{2,}|:|=|,|-|low|high|intermediate|\s)*\s*\(?(?P<v>\d{1,3}(?:\.\d{1,2})?)\s*(?:(?:mut(?:ation)?s?\s*(?:/|per)\s*(?:Mb|megabase)|muts?\s*/\s*Mb|m/Mb)|/\s?Mb|(?<=TMB \d)(?=[,;]|\.(?!\d)|$)|(?<=TMB \d\d)(?=[,;]|\.(?!\d)|$)|(?<=TMB \d\.\d)(?=[,;]|\.(?!\d)|$))", re.IGNORECASE), "mut/Mb"),
    ("tumor_fraction_percent", re.compile(r"\b(?:tumou?r|ctDNA) fraction\b(?:\s+(?:estimate|\([^()]{1,16}\)))*\s*(?:is|was|of|\.{2,}|:|=|\s)*\s*(?P<v>[<>]?\s?\d{1,2}(?:\.\d{1,2})?)\s*%", re.IGNORECASE), "%"),
    ("rcb", re.compile(r"\b(?:RCB(?:\s+(?:score|index))|residual cancer burden(?:\s+(?:score|index|\(RCB\)))*)\s*[:=,]?\s*(?P<v>\d(?:\.\d{1,3})?)", re.IGNORECASE), ""),
)  # fmt: skip
_MSI = re.compile(
    r"\b(?:(?P<high>MSI-?\s?H(?:igh)?|microsatellite instability[\s-]*high)|(?P<stable>MSS|MS-?\s?stable|microsatellite[\s-]+stable)|(?P<name>MSI(?:\s+status)?|microsatellites?(?: instability| status)?(?:\s*\(MSI\))?(?:\s+status)?))\b(?:\s+(?:seq|NGS|DNA(?:-tumou?r)?)\b){0,3}(?P<after>[\s:=|.-]{0,40}(?:(?:is|are|was|were)\s+)?(?:not\s+detected|undetermined|cannot be determined|stable|high|low|negative|MSS|detected)?)",
    re.IGNORECASE,
)
_MMR = re.compile(
    r"\b(?P<d>dMMR|MMR[\s-]+deficien\w+|mismatch repair[\s-]+deficien\w+|deficient mismatch repair|loss of (?:nuclear expression of )?(?:MLH1|MSH2|MSH6|PMS2))|\b(?P<p>pMMR|MMR[\s-]+(?:proficient|intact)|mismatch repair(?: proteins?)?(?: status)?[\s:-]+(?:proficient|intact)|MMR(?: proteins?| status)?\s*:\s*(?:intact|proficient)|intact (?:nuclear )?(?:expression|MMR))",
    re.IGNORECASE,
)
_NOT_SAID = re.compile(
    r"\s*(?:\([^()]{0,40}\)\s*)?(?:is|was|has been) not (?:established|shown|proven|confirmed|tested|assessed)",
    re.IGNORECASE,
)
_PDL1 = re.compile(
    r"\bPD-?L1\b(?:\s*\([^)]{0,30}\))?(?P<mid>[^.;\n]{0,110}?)\b(?P<v>positive|negative)\b", re.IGNORECASE
)
_PDL1 = re.compile(
    r"\bPD-?L1\b(?:\s*\([^)]{0,30}\))?(?P<mid>[^.;\n]{0,110}?)\b(?P<v>positive|negative)\b", re.IGNORECASE
)
_MENOPAUSE = re.compile(r"\b(?P<v>post|pre|peri)[\s-]?menopausal\b", re.IGNORECASE)
_HIGHEST_SCORE = 100
"""Of the 21-gene test; a higher number is a code ("998: not done")."""
_MSI_WORDS = {
    "stable": "stable", "mss": "stable", "high": "high", "low": "low", "not detected": "not high", "negative": "not high",
}  # fmt: skip


def is_of_another(report: Report, statement: Statement, match: re.Match[str], text: str) -> bool:
    """Whether a measurement is not this person's: somebody else's, or a condition ("if ECOG 0-1")."""
    low, _ = context.clause(text, match.start())
    if re.match(r"\s*(?:is |are )?(?:required|needed|allowed|mandatory)\b", text[match.end() :], re.IGNORECASE):
        return True
    before = text[max(low, match.start() - 50) : match.start()]
    return skip(report, statement, statement.start + match.start()) or bool(
        re.search(
            r"\bif\b|\brequires?\b|\bmust\b|\bneed(?:s|ed)?\b|\beligib|\bcriteria\b|\bprovided\b|\bshould\b|\bunless\b",
            before,
            re.IGNORECASE,
        )
    )


def read_scores(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the scores of tests and the menopausal status that a statement gives."""
    yield from _numbers(report, statement, text)
    for found in (_msi, _mmr, _pdl1_status, _menopause):
        one = found(report, statement, text)
        if one:
            yield one


def _numbers(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the scores that are numbers: of the 21-gene test, PD-L1, mutational burden and others."""
    for name, pattern, unit in _SCORES:
        for match in pattern.finditer(text):
            if (
                is_of_another(report, statement, match, text)
                or (name == "oncotype_rs" and not _is_oncotype(report, statement, match))
                or (name == "pdl1_cps" and _is_limit(text, match))
            ):
                continue
            start, end = statement.start + match.start(), statement.start + match.end()
            value = number(match["v"].replace(" ", ""))
            yield make(report, statement, name, value, start, end, unit=unit, breast=False)


def _is_oncotype(report: Report, statement: Statement, match: re.Match[str]) -> bool:
    """Whether a number is a score of the 21-gene test, which the words around must name, and no code."""
    around = report.norm[max(0, statement.start - 200) : statement.end]
    named = re.search(r"oncotype|recurrence score|21-gene", around, re.IGNORECASE)
    return float(match["v"]) <= _HIGHEST_SCORE and bool(named)


def _is_limit(text: str, match: re.Match[str]) -> bool:
    """Whether a score of PD-L1 is the limit that makes it positive, not the result."""
    if not re.search(r"[≥>]\s*=?\s*\d", match["v"]):
        return False
    before, after = text[: match.start()], text[match.end() : match.end() + 25]
    return bool(
        not re.search(r"PD-?L1", before)
        or re.search(r"(?:positive|negative)\s*\(\s*$", before, re.IGNORECASE)
        or re.search(r"positive|cut|threshold|defin", after, re.IGNORECASE)
        or re.search(r"cut-?off|threshold", before[-14:], re.IGNORECASE)
    )


def _found(report: Report, statement: Statement, attribute: str, value: str, match: re.Match[str]) -> Finding:
    start, end = statement.start + match.start(), statement.start + match.end()
    return make(report, statement, attribute, value, start, end, breast=False)


def _msi(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return the first result on microsatellites of a statement, or None."""
    for match in _MSI.finditer(text):
        value = _msi_value(text, match)
        if value:
            return _found(report, statement, "msi", value, match)
    return None


def _msi_value(text: str, match: re.Match[str]) -> str:
    after = (match["after"] or "").casefold()
    word = re.sub(r"^(?:is|are|was|were)\s+", "", after.strip(" :=|.-"))
    only_named = re.match(r"\s*status", text[match.end() :]) and not word
    if "undetermined" in after or "cannot" in after or only_named:
        return ""
    value = "stable" if match["stable"] else ""
    if match["high"]:
        denied = "not" in after or "negative" in after or context.is_negated(text, *match.span(), 30)
        value = "not high" if denied else "high"
    elif match["name"]:
        value = _MSI_WORDS.get(word, "")
    bracketed = re.match(r"\s*\(\s*(?:stable|MSS)", text[match.end() :], re.IGNORECASE)
    return "stable" if bracketed and value == "not high" else value


def _mmr(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return what a statement says of the repair of mismatches, or None."""
    match = _MMR.search(text)
    if not match or _NOT_SAID.match(text, match.end()):
        return None
    deficient = match["d"] and not context.is_negated(text, *match.span(), 30)
    return _found(report, statement, "mmr", "deficient" if deficient else "proficient", match)


def _pdl1_status(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return whether a statement calls PD-L1 positive or negative, or None."""
    for match in _PDL1.finditer(text):
        if not re.search(r"[<>≥]\s*=?\s*\d+\s*(?:is|=|:)\s*$|control|\b(?:ER|PR|HER2)\b", match["mid"]):
            return _found(report, statement, "pdl1_status", match["v"].casefold(), match)
    return None


def _menopause(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return the menopausal status that a statement gives of this person, or None."""
    for match in _MENOPAUSE.finditer(text):
        if (
            not skip(report, statement, statement.start + match.start())
            and not context.cues().conditional.search(text[: match.start()])
            and (text[match.start() - 1 : match.start()] == "(" or not context.is_negated(text, *match.span(), 20))
            and not re.match(r"\s*(?:women|bleeding|patients)", text[match.end() :])
        ):
            return _found(report, statement, "menopausal_status", match["v"].casefold() + "menopausal", match)
    return None


__all__ = ["is_of_another", "read_scores"]
