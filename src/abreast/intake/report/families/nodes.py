# ruff: noqa: E501 - a pattern is read best in one line
"""Lymph nodes: how many were examined, and in how many there was tumour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_N = rf"(?:\d{{1,2}}|{'|'.join(_WORDS)})"
_NONE = ("none", "neither", "no", "negative")
_ALL = ("both", "all")
_NODES = r"(?:(?:sentinel|axillary|lymph|level\s+\w+|non-?sentinel|regional)\s+){0,3}(?:nodes?|LNs?|SLNs?)"
_OF = re.compile(
    rf"(?<![\w./+])(?P<a>{_N})\s*(?:\((?:micro|macro)\w*\)\s*)?(?P<sep>/|out of|[o0]f)\s*(?:the\s+)?(?P<b>{_N})(?!\w|[/%]|\.\d|\s*(?:mm|cm|Gy)\b)",
    re.IGNORECASE,
)
"""Some of so many: "3/17", "2 of 14", "one of three", "1 (micromet) / 3"."""
_NODE_WORD = re.compile(
    r"\bnod(?:e|es|al)\b|\bLNs?\b|\bSLN(?:s|B|Bx)?\b|\bSN\b|\bSNB\b|sentinel|axill|(?:\b|T\d[a-d]?\s?)[cyp]{0,2}N[0-3][a-c]?\b",
    re.IGNORECASE,
)
_NO_NODES = re.compile(
    r"\b(?:CDK|COX|IL|CA|PARP|score|blocks?|hpf|margins?|slides?|on|since|until|from|by|power|strength|motor|reflex(?:es)?|pain|cores?|passes|of (?:the )?(?:four|five|six))\s?-?$|(?<![A-Za-z])[LTCS]$",
    re.IGNORECASE,
)
_PLACE_BESIDE = re.compile(r"score|o'?clock|series|image|cycle|page|level|grade\W*$", re.IGNORECASE)
_SCORE_OF_8 = re.compile(
    r"\b(?:ER|P[gG]?R|receptors?|allred|score|QS|quick)\W*(?:[0-5]\s?\+\s?[0-5]\W{0,3}|\+ve|-ve|pos\w*|neg\w*|score)?\W*$",
    re.IGNORECASE,
)
_HIGHEST_SCORES = (8, 12)
"""Allred's score and the immunoreactive score (IRS) of receptors."""
_DAY_AFTER = re.compile(r"\s*:")
_DAY_BEFORE = re.compile(
    r"\b(?:core|bx|biopsy|FNA|scan|CT|MRI|PET|echo|clinic|seen|on|of|dated?|MDT|bloods)\s*$", re.IGNORECASE
)
"""A day and month without a year: "core 8/11: ER 8/8"."""
_NODES_AFTER = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:lymph\s+)?nodes?\b|\s*(?:LNs?|SLNs?)\b|\s*\(?(?:positive|involved|had\s+cancer)|\s*(?:\((?:\d|macro|micro)|with\s+(?:a\s+)?(?:macro|micro|metast|tumou?r|carcinoma))|\s*\)",
    re.IGNORECASE,
)
_BENIGN_AFTER = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:nodes?\s+)?(?:are\s+|is\s+|were\s+)?(?:negative|clear|free|benign|uninvolved)", re.IGNORECASE
)
_NO_NODES_AFTER = re.compile(
    r"\s*(?:\w+\s+){0,2}(?:cores?|blocks?|slides?|sections?|passes|fragments|quadrants?|doses?|cycles?|fractions?|courses?|days|weeks|months|years|hpf)\b",
    re.IGNORECASE,
)
_ABOUT = 70


def read_nodes(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the nodes examined and those with tumour, as a share, in a sentence, or behind a label."""
    if statement.section == "gross":
        return
    found = [*_shares(report, statement, text), *_told(report, statement, text)]
    yield from found
    if not found and ("node" in text.casefold() or "node" in statement.title):
        yield from _labelled(report, statement, text)


def _number(word: str) -> float:
    low = word.casefold()
    return float(_WORDS.index(low)) if low in _WORDS else float(low)


def _both(
    report: Report, statement: Statement, span: tuple[int, int], positive: float | None, examined: float | None
) -> Iterator[Finding]:
    if positive is not None:
        yield within(report, statement, "nodes_positive", positive, span)
    if examined is not None:
        yield within(report, statement, "nodes_examined", examined, span)


def _shares(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for match in _OF.finditer(text):
        first, second = _number(match["a"]), _number(match["b"])
        if first > second or not _is_of_nodes(report, statement, text, match):
            continue
        benign = first == second and _BENIGN_AFTER.match(text[match.end() : match.end() + _ABOUT])
        yield from _both(report, statement, match.span(), 0.0 if benign else first, second)


def _is_of_nodes(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether "1/3" counts nodes, and is no day, score, dose or strength."""
    before, after = text[max(0, match.start() - _ABOUT) : match.start()], text[match.end() : match.end() + 60]
    near = _NODE_WORD.search(before) or _NODE_WORD.search(after) or _is_part_of_nodes(statement)
    return bool(
        near
        and not _NO_NODES.search(before)
        and not _NO_NODES_AFTER.match(after)
        and not (_number(match["b"]) in _HIGHEST_SCORES and _SCORE_OF_8.search(before))
        and not _PLACE_BESIDE.search(before[-12:])
        and not _is_day(report, statement, match, before, after)
        and (match["sep"] == "/" or _NODES_AFTER.match(after) or _NODE_WORD.search(before))
        and not context.is_other_person(report, statement, statement.start + match.start())
    )


def _is_part_of_nodes(statement: Statement) -> bool:
    """Whether the part of the report is about lymph nodes."""
    return bool(_NODE_WORD.search(statement.specimen) and "breast" not in statement.specimen.casefold())


def _is_day(report: Report, statement: Statement, match: re.Match[str], before: str, after: str) -> bool:
    """Whether two numbers are a day and a month, or part of a date."""
    start = statement.start + match.start()
    if any(one.end > start for one in report.dates_in(start - 10, statement.start + match.end())):
        return True
    return match["sep"] == "/" and bool(
        after.startswith("/") or _DAY_AFTER.match(after) or _DAY_BEFORE.search(before) or before.endswith(("= ", "/"))
    )


_HIT = r"(?:had|has|have|contain\w*|show\w*|positive|involved|with\s+(?:an?\s+)?(?:\d+(?:\.\d+)?\s*mm\s+)?(?:(?:micro|macro)?metasta|tumou?r|cancer|carcinoma|deposit)|were\s+(?:positive|involved|cancerous)|was\s+(?:positive|involved|cancerous)|are\s+positive|is\s+positive)"
_TAKEN = re.compile(
    rf"\b(?:(?P<a>{_N})\s+{_NODES}\s+(?:\w+\s+){{0,2}}?(?:removed|examined|taken(?:\s+out)?|sampled|retrieved|identified|out)|(?:removed|took(?:\s+out)?|taking(?:\s+out)?|examined|sampled|retrieved)\s+(?:my\s+|the\s+)?(?P<b>{_N})\s+{_NODES}|(?P<c>{_N})\s+(?:examined|removed))\b",
    re.IGNORECASE,
)
"""How many were taken out: "3 lymph nodes were removed", "they took out 3 nodes", "5 examined"."""
_HITS = re.compile(
    rf"[^.\n]{{0,40}}?\b(?P<n>{_N}|neither|none|both|all)\b(?:\s+(?:of\s+(?:them|these|those|which)|nodes?|lymph))*\s+(?P<v>{_HIT}|(?:were\s+|are\s+)?(?:negative|clear|benign|free))|\s*(?:and|,)\s+(?:it\s+|they\s+|both\s+|all\s+)?(?:was|were|is|are)\s+(?:negative|clear|benign|free of)",
    re.IGNORECASE,
)
"""How many of them had tumour: "and two had cancer", "neither contains tumour", "all were clear"."""
_POSITIVE_OF = re.compile(
    rf"\b(?P<a>{_N})\s+(?:positive|involved)\s+{_NODES}\s+(?:out\s+)?of\s+(?P<b>{_N})\b", re.IGNORECASE
)
_NONE_OF = re.compile(rf"\bnone\s+of\s+(?:the\s+)?(?P<b>{_N})\s+{_NODES}\b", re.IGNORECASE)


_OF_SO_MANY = re.compile(
    rf"\bof\s+(?:the\s+)?(?P<b>{_N})\s+{_NODES},?\s+(?P<a>{_N})\s+(?:nodes?\s+)?{_HIT}", re.IGNORECASE
)
"""How many of so many: "Of 19 axillary nodes, 7 show metastasis"."""


def _told(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield counts told in a sentence."""
    if not (_NODE_WORD.search(text) or "node" in statement.title or _is_part_of_nodes(statement)):
        return
    for match in (*_POSITIVE_OF.finditer(text), *_NONE_OF.finditer(text), *_OF_SO_MANY.finditer(text)):
        if not context.is_other_person(report, statement, statement.start + match.start()):
            positive = match.groupdict().get("a")
            yield from _both(
                report, statement, match.span(), _number(positive) if positive else 0.0, _number(match["b"])
            )
    taken = _TAKEN.search(text)
    if not taken or context.is_other_person(report, statement, statement.start + taken.start()):
        return
    examined = _number(taken["a"] or taken["b"] or taken["c"])
    hits = _HITS.match(text, taken.end())
    end = hits.end() if hits else taken.end()
    yield from _both(report, statement, (taken.start(), end), _hits(hits, examined), examined)


def _hits(match: re.Match[str] | None, examined: float) -> float | None:
    """Return how many nodes had tumour, or None when it is not told."""
    if not match:
        return None
    if not match["n"]:
        return 0.0
    count, clear = match["n"].casefold(), re.search(r"negative|clear|benign|free", match["v"], re.IGNORECASE)
    if count in _NONE:
        return None if clear else 0.0
    if count in _ALL:
        return 0.0 if clear else examined
    return examined - _number(count) if clear else _number(count)


_LABEL = re.compile(
    r"(?P<ex>(?:total\s+)?(?:number|no\.?)\s+(?:of\s+)?(?:lymph\s+)?(?:nodes?\s+)?(?:examined|retrieved|sampled|identified)|(?:lymph\s+)?nodes?\s+exam(?:ined)?\b|\btotal number\b|(?<=nodes)[\s:.|]{1,20}total\b(?!\s+number)|total\s+(?:lymph\s+)?nodes?(?:\s+examined)?)|(?P<pos>(?:(?:total\s+)?(?:number|no\.?)\s+(?:of\s+)?)?(?:lymph\s+)?(?:nodes?\s+)?(?:positive|pos\b|involved|with (?:tumou?r|metastas[ei]s|carcinoma|(?P<macro>macrometastas[ei]s)))(?:\s+(?:lymph\s+)?nodes?)?)",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(
    r"(?:\s*\([^)\n]{0,30}\))?[\s:.\-=(]{1,44}(?P<n>\d{1,2})(?!\d|\.\d|[/%]|\s*(?:mm|cm|of|/)|\s*-\s*\d)"
)
_SMALL_DEPOSIT = re.compile(r"micro|isolated|ITC", re.IGNORECASE)
_MICRO_NEXT = re.compile(
    r"[^\n]{0,20}\n?[^\n]{0,40}?\bmicrometastas[ei]s(?:\s*\([^)\n]{0,44}\))?[\s:.\-=|]{1,44}(?P<n>\d{1,2})(?!\d|\.\d|\s*mm)",
    re.IGNORECASE,
)
"""The nodes with small deposits, on the same line or the next: they count as positive too (AJCC)."""


def _labelled(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for label in _LABEL.finditer(text):
        found = _COUNT_AFTER.match(text, label.end())
        if not found or _SMALL_DEPOSIT.search(text, max(0, label.start() - 20), label.start()):
            continue
        count = float(found["n"])
        micro = _MICRO_NEXT.match(report.norm, statement.start + found.end()) if label["macro"] else None
        name = "nodes_examined" if label["ex"] else "nodes_positive"
        yield within(report, statement, name, count + (float(micro["n"]) if micro else 0), (label.start(), found.end()))


__all__ = ["read_nodes"]
