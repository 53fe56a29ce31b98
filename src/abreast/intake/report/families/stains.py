# ruff: noqa: E501 - a pattern is read best in one line
"""Stains of the nuclei: ER, PR and androgen receptor with status, per cent and Allred score; Ki-67 with its per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    r"(?P<low>\blow[\s-]+pos(?:itive|itivity)?\b|\bweakly?[\s-]+positive\b(?=[^%]{0,30}\b(?:[1-9]|10)\s*%))|(?P<pos>\bpositiv\w*|\bpos\b\.?|\bexpressed\b|(?<=[A-Z])\+(?![\d+])|(?<=\s)\+ve\b|(?<=[A-Z2])\s?\+ve\b|\bimmunoreactive\b|\breactive\b)|"
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


def read_receptor(report: Report, statement: Statement, group: list[Mention], zone: str) -> Iterator[Finding]:
    """Yield status, per cent and Allred score of a receptor, or of some that share their words ("ER and PR negative")."""
    norm = report.norm
    first, last = group[0], group[-1]
    if _NOT_DONE.match(zone.lstrip(" :.-|=")):
        return
    cut = own_words(zone)
    if _KEY_OF_STATUS.search(cut):
        return
    percents = list(PERCENT.finditer(cut))
    percents = [
        one
        for one in percents
        if not re.search(
            r"control|cut-?off|threshold|reference|greater than 10\s?%\s*of|>\s?10\s?%\s*of|1\s?-\s?10\s?%\s*of|>=?\s*1\s*%\s*(?:=|is)",
            cut[max(0, one.start() - 20) : one.end() + 12],
            re.IGNORECASE,
        )
    ]
    if len(group) == 1 and len(percents) > 1 and _CLASS_OF_LOW.fullmatch(percents[0]["range"]):
        percents = percents[1:]
    if len(group) == 1 and not percents and last.marker in ("er", "pr"):
        bare = _BARE_SHARE.match(cut)
        percents = [bare] if bare and _SHARE_BESIDE.search(norm, statement.start, statement.end) else []
    allreds = list(_ALLRED.finditer(cut))
    status, low, high = _status(norm, statement, first, last, cut)
    for place, mention in enumerate(group):
        name = _NAMES[mention.marker]
        percent = (
            percents[place]
            if len(percents) == len(group) and len(group) > 1
            else percents[0]
            if percents and len(group) == 1
            else None
        )
        allred = allreds[place] if place < len(allreds) and (len(group) == 1 or len(allreds) == len(group)) else None
        value = percent_value(percent["range"]) if percent else None
        end = mention.end
        if percent:
            end = max(end, last.end + percent.end())
        if status and name != "androgen_receptor":
            said = "low positive" if status == "low" else "positive" if status == "pos" else "negative"
            yield make(report, statement, f"{name}_status", said, min(low, mention.start), max(high, mention.end))
        elif name != "androgen_receptor" and (value is not None or allred):
            derived = _derived(value, allred)
            if derived:
                yield make(
                    report,
                    statement,
                    f"{name}_status",
                    derived,
                    mention.start,
                    max(end, mention.end),
                    extra={"derived": "yes"},
                )
        elif status and value is None:
            yield make(
                report,
                statement,
                "androgen_receptor_status",
                "positive" if status != "neg" else "negative",
                min(low, mention.start),
                max(high, mention.end),
            )
        if value is not None and percent:
            yield make(report, statement, f"{name}_percent", value, mention.start, last.end + percent.end(), unit="%")
        if allred:
            yield make(
                report,
                statement,
                f"{name}_allred",
                float(allred[1] or allred[2]),
                mention.start,
                last.end + allred.end(),
            )


_BARE_SHARE = re.compile(r"\s*[:=]?\s*(?P<range>0|9|[1-9]\d|100)(?=\s*(?:[,;)]|\.(?!\d)|$))")
_SHARE_BESIDE = re.compile(r"(?<![A-Za-z])(?:ER|P[gG]?R)\b[^,;.]{0,20}\d\s?%")
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
    r"\s?\++(?=[\s,;/).]|$)|-(?=[\s,;/).]|$)(?!\s*\d)|\s-(?=[,;/).]|$|\s+(?:P[gG]?R\b|ER\b|HER|Ki))|\s?(?:\+ve|-ve)\b|\s(?:plus|minus)(?=[,;.)]|$)|\s?\([+-]\)"
)
"""Plus or minus right behind a marker. A dash between spaces leads to the result and is none: "ER - 95 %"."""


def _status(norm: str, statement: Statement, first: Mention, last: Mention, zone: str) -> tuple[str, int, int]:
    """Return the status word of a marker (pos, neg, low or "") and the place of the evidence."""
    sign = SIGN.match(norm, last.end, min(len(norm), last.end + 14))
    if sign:
        return ("neg" if re.search(r"-|minus", sign[0]) else "pos"), first.start, sign.end()
    labelled = re.match(r"\s*[:=]\s*(\+{1,3}|-)(?=[\s,;/).]|$)", zone)
    if labelled and ("+" in labelled[1] or _SIGNS.search(norm, statement.start, statement.end)):
        return ("neg" if labelled[1] == "-" else "pos"), first.start, last.end + labelled.end()
    near = _STATUS.search(zone)
    if near and near.start() <= 95:
        between = zone[: near.start()]
        if not re.search(r"\bfor\b|;|\bnot\s*$", between) or near.start() < 4:
            kind = near.lastgroup or ""
            if kind == "pos" and re.search(r"\bnot\s*$", between):
                kind = "neg"
            after = zone[near.end() : near.end() + 6]
            if not re.match(r"\s+for\b|\s*control", after):
                return kind, first.start, last.end + near.end()
    before_start = max(statement.start, first.start - 60)
    before = norm[before_start : first.start]
    found = list(
        re.finditer(
            r"\b(?P<pos>positive\s+for|positive|immunoreactive\s+for|express(?:es|ing)?|reactive\s+for)\b|\b(?P<neg>negative\s+for|negative|lack(?:s|ing)|do(?:es)?\s+not\s+express|non-?reactive\s+for)\b",
            before,
            re.IGNORECASE,
        )
    )
    if found:
        one = found[-1]
        between = before[one.end() :]
        linked = "for" in one[0].casefold() or "express" in one[0].casefold() or "lack" in one[0].casefold()
        if linked and _ONLY_RECEPTORS.fullmatch(between):
            return ("neg" if one.lastgroup == "neg" else "pos"), before_start + one.start(), last.end
    return "", first.start, last.end


_BARE_KI67 = re.compile(r"\s*[:=]?\s*(?P<v>\d{1,2}(?:\.\d)?)(?=\s*(?:\.(?!\d)|[,;)]|$)|\s{2,}(?![\d%]))")
"""A share without its sign: "Ki67 12."."""


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
        if value is None or re.search(r"cut-?off|threshold|<=?\s*$|low\s*:|high\s*:", around, re.IGNORECASE):
            continue
        yield make(report, statement, "ki67_percent", value, mention.start, mention.end + one.end(), unit="%")


__all__ = ["SIGN", "read_ki67", "read_receptor"]
