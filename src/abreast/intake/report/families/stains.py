# ruff: noqa: E501 - a pattern is read best in one line
"""Stains of the nuclei: ER, PR and androgen receptor with status, per cent and Allred score; Ki-67 with its per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.markers import PERCENT, Mention, own_words, percent_value
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_ALLRED = re.compile(
    r"(?:allred|quick\s?-?score|QS|total\s+score|TS|score)?\W{0,3}(?:score|total)?\W{0,3}(?<![\d/.])([0-8])\s*(?:/|out\s+of)\s*8(?![\d/%])|\ballred(?:\s+total)?(?:\s+score)?\s*(?:of|:|=)?\s*(?:[0-5]\s?\+\s?[0-3]\s?=\s?)?([0-8])(?![\d/%+]|\.\d)",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?P<low>\blow[\s-]+pos(?:itive|itivity)?\b|\blow[\s-]+pos\b|\b(?:positive|pos)\s*\(low\)|\bpositive,\s*low\b|\bweakly?[\s-]+positive\b(?=[^%]{0,30}\b(?:[1-9]|10)\s*%))|(?P<pos>\bpositiv\w*|\bpos\b\.?|\bexpressed\b|(?<=[A-Z])\+(?![\d+])|(?<=\s)\+ve\b|(?<=[A-Z2])\s?\+ve\b|\bimmunoreactive\b|\breactive\b)|"
    r"(?P<neg>\bnegativ\w*|\bneg\b\.?|\bnot\s+expressed\b|\bnon-?reactive\b|(?<=[A-Z])-(?=[\s/,;.)]|$)|(?<=\s)-ve\b|(?<=[A-Z2])\s?-ve\b|\babsent\b|\bno\s+(?:staining|expression|immunoreactivity)\b|\bnot\s+detected\b)",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\bnot\s+(?:done|performed|tested|assessed|repeated|available|requested|evaluated)\b|\bpending\b|\bto\s+follow\b|\bawait\w*\b",
    re.IGNORECASE,
)
_ONLY_RECEPTORS = re.compile(
    r"(?:[\s,/&():]|\d{1,3}\s*%|\b(?:both|the|strong(?:ly)?|nuclear|and|or|ER|PR|PgR|HER-?2(?:/neu)?|o?estrogen|progesterone|receptors?|hormone|expression|of|diffuse(?:ly)?)\b)*",
    re.IGNORECASE,
)
_NAMES = {"er": "er", "pr": "pr", "ar": "androgen_receptor"}


_NOT_ITS_SHARE = re.compile(
    r"control|cut-?off|threshold|reference|greater than 10\s?%\s*of|>\s?10\s?%\s*of|1\s?-\s?10\s?%\s*of|>=?\s*1\s*%\s*(?:=|is)",
    re.IGNORECASE,
)
"""Around a per cent: that of a control, or a limit."""
_RANGE_OF = re.compile(r"\(\s*range\b[^)]{0,6}$", re.IGNORECASE)
"""Before a per cent: the range for which the one before it stands."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The status word of a marker ("pos", "neg", "low" or "") and the place of the words for it."""

    kind: str
    start: int
    end: int

    @property
    def status(self) -> str:
        """The status as the labels have it."""
        return {"low": "low positive", "pos": "positive", "neg": "negative"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class _Results:
    """What the words behind a receptor, or behind some that share them, give: figures and the status word."""

    percents: tuple[re.Match[str], ...]
    allreds: tuple[re.Match[str], ...]
    said: _Said
    at: int
    """Where these words begin."""


def read_receptor(report: Report, statement: Statement, group: list[Mention], zone: str) -> Iterator[Finding]:
    """Yield status, per cent and Allred score of a receptor, or of some that share their words ("ER and PR negative")."""
    if _NOT_DONE.match(zone.lstrip(" :.-|=")):
        return
    own = own_words(zone)
    if _KEY_OF_STATUS.search(own) or _CONTROL.match(own):
        return
    results = _Results(
        _percents(report, statement, group, own),
        tuple(_ALLRED.finditer(own)),
        _status(report.norm, statement, group[0], group[-1], own),
        group[-1].end,
    )
    for place, mention in enumerate(group):
        yield from _of_one(report, statement, mention, _share_of(results, place, len(group)))


_CONTROL = re.compile(r"\s*\(?controls?\b", re.IGNORECASE)
"""Right behind a marker: the slide that shows that the stain works."""


def _percents(report: Report, statement: Statement, group: list[Mention], own: str) -> tuple[re.Match[str], ...]:
    """Return the shares of cells that the words give, without limits, controls and the class "low (1-10 %)"."""
    found = [
        one
        for one in PERCENT.finditer(own)
        if not _NOT_ITS_SHARE.search(own[max(0, one.start() - 20) : one.end() + 12])
        and not _RANGE_OF.search(own[: one.start()])
    ]
    if len(group) > 1:
        return tuple(found)
    if len(found) > 1 and _CLASS_OF_LOW.fullmatch(found[0]["range"]):
        found = found[1:]
    if not found and group[0].marker in ("er", "pr"):
        bare = _BARE_SHARE.match(own)
        found = [bare] if bare and _SHARE_BESIDE.search(report.norm, statement.start, statement.end) else []
    return tuple(found)


def _share_of(results: _Results, place: int, count: int) -> _Results:
    """Return the results of one receptor of a group: its own figures, or none where they cannot be told apart."""
    percents = results.percents[:1] if count == 1 else ()
    if count > 1 and len(results.percents) == count:
        percents = results.percents[place : place + 1]
    allreds = results.allreds[place : place + 1] if count in (1, len(results.allreds)) else ()
    return replace(results, percents=percents, allreds=allreds)


def _of_one(report: Report, statement: Statement, mention: Mention, results: _Results) -> Iterator[Finding]:
    """Yield the findings of one receptor; a status told from a figure is marked as such."""
    name, said = _NAMES[mention.marker], results.said
    percent, allred = next(iter(results.percents), None), next(iter(results.allreds), None)
    value = percent_value(percent["range"]) if percent else None
    end = max(mention.end, results.at + percent.end()) if percent else mention.end
    if said.status and (name != "androgen_receptor" or value is None):
        status = "positive" if name == "androgen_receptor" and said.kind == "low" else said.status
        low, high = min(said.start, mention.start), max(said.end, mention.end)
        yield make(report, statement, f"{name}_status", status, low, high)
    elif not said.status and name != "androgen_receptor" and (derived := _derived(value, allred)):
        yield make(report, statement, f"{name}_status", derived, mention.start, end, extra={"derived": "yes"})
    if value is not None:
        yield make(report, statement, f"{name}_percent", value, mention.start, end, unit="%")
    if allred:
        score = float(allred[1] or allred[2])
        yield make(report, statement, f"{name}_allred", score, mention.start, results.at + allred.end())


_BARE_SHARE = re.compile(r"\s*[:=]?\s*(?P<range>0|9|[1-9]\d|100|(?:<\s?|less\s+than\s+)1)(?=\s*(?:[,;)]|\.(?!\d)|$))")
_SHARE_BESIDE = re.compile(r"(?<![A-Za-z])(?:ER|P[gG]?R)\b[^,;.]{0,20}\d\s*(?:%|per ?cent\b)")
"""Another receptor of the sentence has its per cent sign: "ER 80%, PR 0"."""
_KEY_OF_STATUS = re.compile(
    r"<\s?1\s?%[^.]{0,40}\b1\s?(?:-|to)\s?10\s?%|\bneg\w*\W{0,3}<\s?1\s?%[^.]{0,30}[,;]\s*(?:low\s+)?pos\w*\W{0,3}(?:>|1\s?-)",
    re.IGNORECASE,
)
"""The classes themselves: "negative <1%, low positive 1-10%, positive >10%"."""
_CLASS_OF_LOW = re.compile(r"1\s*(?:-|to)\s*10")
"""The class "low positive (1-10 %)", behind which the value itself stands."""


def _derived(percent: float | str | None, allred: re.Match[str] | None) -> str:
    """Return the status that a figure means: 1 % of nuclei, or an Allred score of 3, is positive (ASCO/CAP 2020)."""
    if allred:
        return "positive" if int(allred[1] or allred[2]) >= 3 else "negative"
    if isinstance(percent, float):
        return "positive" if percent >= 1 else "negative"
    if isinstance(percent, str):
        if percent.startswith("<"):
            return "negative" if percent.lstrip("<=") in ("1", "1.0") else ""
        return "positive" if re.match(r">|[1-9]", percent) else ""
    return ""


_SIGNS = re.compile(r"[:=]\s*\+{1,3}(?=[\s,;/).]|$)")
"""A sentence that gives results as signs, so that a dash in it is a minus."""


SIGN = re.compile(
    r"\s?\++(?=[\s,;/).]|$)|-(?=[\s,;/).]|$)(?!\s*(?:\d|positiv|negativ|low\b|weak))|\s-(?=[,;/).]|$|\s+(?:P[gG]?R\b|ER\b|HER|Ki))|\s?(?:\+ve|-ve)\b|\s(?:plus|minus)(?=[,;.)]|$)|\s?\([+-]\)"
)
"""Plus or minus right behind a marker. A dash between spaces leads to the result and is none: "ER - 95 %"."""


_MINUS = re.compile(r"-|minus")
_LABELLED_SIGN = re.compile(r"\s*[:=]\s*(\+{1,3}|-)(?=[\s,;/).]|$)")
_TOLD_BEFORE = re.compile(
    r"\b(?P<pos>positive\s+for|positive|immunoreactive\s+for|express(?:es|ing)?|reactive\s+for)\b|\b(?P<neg>negative\s+for|negative|lack(?:s|ing)|do(?:es)?\s+not\s+express|non-?reactive\s+for)\b",
    re.IGNORECASE,
)
_LINKS = re.compile(r"for|express|lack", re.IGNORECASE)
_NOT_AT_END = re.compile(r"\bnot\s*$")
_OF_ANOTHER = re.compile(r"\bfor\b|;|\bnot\s*$")
_FOR_OR_CONTROL = re.compile(r"\s+for\b|\s*control")
_FARTHEST, _BESIDE = 95, 4


def _status(norm: str, statement: Statement, first: Mention, last: Mention, zone: str) -> _Said:
    """Return what is said of a marker: by a sign, by the words behind it, or by those before it."""
    return (
        _by_sign(norm, statement, first, last, zone)
        or _by_word_behind(first, last, zone)
        or _by_word_before(norm, statement, first, last)
        or _Said("", first.start, last.end)
    )


def _by_sign(norm: str, statement: Statement, first: Mention, last: Mention, zone: str) -> _Said | None:
    sign = SIGN.match(norm, last.end, min(len(norm), last.end + 14))
    if sign:
        return _Said("neg" if _MINUS.search(sign[0]) else "pos", first.start, sign.end())
    labelled = _LABELLED_SIGN.match(zone)
    if labelled and ("+" in labelled[1] or _SIGNS.search(norm, statement.start, statement.end)):
        return _Said("neg" if labelled[1] == "-" else "pos", first.start, last.end + labelled.end())
    return None


def _by_word_behind(first: Mention, last: Mention, zone: str) -> _Said | None:
    near = _STATUS.search(zone)
    if not near or near.start() > _FARTHEST or _FOR_OR_CONTROL.match(zone[near.end() : near.end() + 8]):
        return None
    between = zone[: near.start()]
    if near.start() >= _BESIDE and _OF_ANOTHER.search(between):
        return None
    kind = near.lastgroup or ""
    denied = kind == "pos" and _NOT_AT_END.search(between)
    return _Said("neg" if denied else kind, first.start, last.end + near.end())


def _by_word_before(norm: str, statement: Statement, first: Mention, last: Mention) -> _Said | None:
    start = max(statement.start, first.start - 60)
    before = norm[start : first.start]
    told = list(_TOLD_BEFORE.finditer(before))
    if not told or not _LINKS.search(told[-1][0]) or not _ONLY_RECEPTORS.fullmatch(before[told[-1].end() :]):
        return None
    return _Said("neg" if told[-1].lastgroup == "neg" else "pos", start + told[-1].start(), last.end)


_BARE_KI67 = re.compile(r"\s*[:=]?\s*~?\s*(?P<v>\d{1,2}(?:\.\d)?)(?=\s*(?:\.(?!\d)|[,;)]|$)|\s{2,}(?![\d%]))")
"""A share without its sign: "Ki67 12."."""


_NOT_ITS_INDEX = re.compile(
    r"cut-?off|threshold|<=?\s*$|low\s*:|high\s*:|\(\s*range\b[^)]{0,12}$|\breference\b", re.IGNORECASE
)


def read_ki67(report: Report, statement: Statement, mention: Mention, zone: str) -> Iterator[Finding]:
    """Yield the per cent that the words after a mention of Ki-67 give."""
    if context.is_other_disease(report.of(statement), mention.start - statement.start):
        return
    bare = _BARE_KI67.match(zone)
    if bare:
        end = mention.end + bare.end()
        yield make(report, statement, "ki67_percent", float(bare["v"]), mention.start, end, unit="%")
    for one in PERCENT.finditer(own_words(zone)[:130]):
        value = percent_value(one["range"])
        around = zone[max(0, one.start() - 25) : one.start()]
        if value is None or str(value).startswith(">=") or _NOT_ITS_INDEX.search(around):
            continue
        yield make(report, statement, "ki67_percent", value, mention.start, mention.end + one.end(), unit="%")


__all__ = ["SIGN", "read_ki67", "read_receptor"]
