# ruff: noqa: E501 - a pattern is read best in one line
"""Where the tumour has grown into: vessels, nerves, the tissue around nodes - present, absent or suspected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_INVASION: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE))
    for name, pattern in (
        ("", r"\bdermal (?:lymphovascular|lymphatic|angiolymphatic) (?:invasion|involvement)"),
        ("lvi", r"\b(?:lympho-?\s?vascular|angio-?lymphatic|lymphatic(?:/| and | or )?vascular|vascular|lymph-?vascular|lymphatic channel)(?:\s+space)?\s+(?:invasion|involvement|permeation|space invasion|(?:tumou?r )?emboli)|\bLV(?:S?I|E)\b|\blymphatic invasion"),
        ("perineural_invasion", r"\bperi-?neural invasion|\bPNI\b"),
        ("extranodal_extension", r"\b(?:extra[\s-]?(?:nodal|capsular)|peri-?nodal) (?:extension|spread|invasion)|\bE[NC][ES]\b"),
    )
)  # fmt: skip
"""Dermal invasion has no name here: it is told apart, not read."""
_SIGN_AFTER = re.compile(r"\s*\(?(?:(?P<no>-(?:ve)?)|\+(?:ve)?)\)?(?=\s*(?:[,;.)/]|$)|\s+(?:PNI|E[NC][ES]|LVS?I)\b)")
_SIGN_BEFORE = re.compile(r"(?:^|[\s,;(])(?:(?P<no>-)|\+)\s?$")
_PRESENT = re.compile(
    r"[\s:.\-|=]*(?:1\s*\(\s*)?(?:is|was|are)?\s*(?:(?:focal(?:ly)?|extensive(?:ly)?|widespread|definite|also)\s+)?(?:present|identified|seen|positive|pos\b|yes\b|Y\b(?!/)|noted|found|evident|detected|focal|extensive|\(?\+\)?(?!\d)|\(positive)",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"[\s:.\-|=]*(?:is|was|are)?\s*(?:not\s+(?:identified|ident\b|seen|present|found|detected|evident)|absent|none|negative|no\b|N\b(?!/)|nil\b|\(?neg\b|\(-\)|0\s*(?:\(|not\b))",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"[\s:.\-|=]*(?:is|was|are)?\s*(?:suspect\w*|suspicious|possible|probable|(?P<open>indeterminate)|equivocal|cannot be excluded|favou?red)",
    re.IGNORECASE,
)
_DOUBT_BEFORE = re.compile(
    r"\b(?:suspicious for|suspected|possible|suspicion of|cannot exclude|equivocal for)\s+(?:focal\s+)?$", re.IGNORECASE
)
_DENIED_BEFORE = re.compile(r"\b(?:no|without)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_STATED_BEFORE = re.compile(r"\b(?:with|has|shows?|there is|and|extensive|focal|definite|\d\s?mm|,)\s+$", re.IGNORECASE)
_NOT_ASSESSED = re.compile(r"\s*(?:cannot|could not|is not assess|not assess|n/a)", re.IGNORECASE)
_UICC = re.compile(r"(?<![A-Za-z0-9])L(?P<l>[01]),?\s*V(?P<v>[0-2])(?:,?\s*Pn(?P<pn>[01]))?(?![A-Za-z0-9])")
"""Vessels and nerves in the short form of the UICC: "L1 V0 Pn0"."""


def read_invasions(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield what a statement says of vessels, nerves and the capsule of nodes."""
    taken: list[tuple[int, int]] = []
    for name, pattern in _INVASION:
        for match in pattern.finditer(text):
            low, high = match.span()
            if any(a < high and low < b for a, b in taken):
                continue
            taken.append((low, high))
            said, end, doubt = _said(text, low, high)
            if name and said:
                yield within(report, statement, name, said, (low, end), doubt)
    for match in _UICC.finditer(text):
        lymph = "present" if "1" in (match["l"], match["v"]) or match["v"] == "2" else "absent"
        yield within(report, statement, "lvi", lymph, match.span())
        if match["pn"]:
            nerve = "present" if match["pn"] == "1" else "absent"
            yield within(report, statement, "perineural_invasion", nerve, match.span())


def _said(text: str, low: int, high: int) -> tuple[str, int, str]:
    """Return "present", "absent", "suspected" or "", where the words for it end, and the qualifier."""
    before = text[max(0, low - 40) : low]
    sign = _SIGN_AFTER.match(text, high)
    if sign:
        return ("absent" if sign["no"] else "present"), sign.end(), ""
    if _DENIED_BEFORE.search(before):
        return "absent", high, ""
    if absent := _ABSENT.match(text, high):
        return "absent", absent.end(), ""
    if doubtful := _DOUBTFUL.match(text, high):
        return "suspected", doubtful.end(), "indeterminate" if doubtful["open"] else ""
    if _DOUBT_BEFORE.search(before):
        return "suspected", high, ""
    if present := _PRESENT.match(text, high):
        return "present", present.end(), ""
    return _said_around(text, low, high, before)


def _said_around(text: str, low: int, high: int, before: str) -> tuple[str, int, str]:
    """Return what the words before a name say of it, where none behind it does."""
    if sign := _SIGN_BEFORE.search(before):
        return ("absent" if sign["no"] else "present"), high, ""
    if context.is_negated(text, low, high, 60):
        return "absent", high, ""
    if _STATED_BEFORE.search(before) and not _NOT_ASSESSED.match(text, high):
        return "present", high, ""
    return "", high, ""


__all__ = ["read_invasions"]
