# ruff: noqa: E501 - a pattern is read best in one line
"""Illnesses of the person, and cancer in the family."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.intake.report import context
from abreast.intake.report.dates import find_dates
from abreast.intake.report.families.common import make
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_RELATION = re.compile(
    r"\b(?P<r>(?:(?:maternal|paternal|mat\.?|pat\.?)\s+)?(?:great[- ])?(?:half-)?(?:mother|father|sister|brother|aunt|uncle|cousin|niece|nephew|grandmother|grandfather|daughter|son|mum|mom|dad))s?\b",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:D\.?\s?O\.?\s?B\.?|date of birth|birth ?date)\s*[:.]?\s*([\w/ .,-]{6,20})", re.IGNORECASE)
_CANCER = re.compile(
    r"\b(?P<c>(?:bilateral\s+)?(?:breast|ovarian|ovary|prostate|pancreatic|pancreas|colon|colorectal|bowel|lung|uterine|endometrial|stomach|gastric|melanoma|leuk(?:a)?emia|lymphoma|brain|kidney|bladder|thyroid)(?:\s+(?:cancer|carcinoma|ca\b|tumou?r))?)",
    re.IGNORECASE,
)
_CANCER_BEFORE = re.compile(_CANCER.pattern + r"\s*[(:,-]?\s*$", re.IGNORECASE)
_NAMED = {"ovary": "ovarian", "pancreas": "pancreatic", "bowel": "colorectal", "gastric": "stomach"}


@lru_cache(maxsize=1)
def _illnesses() -> re.Pattern[str]:
    listed = (
        ("type 2 diabetes", r"type (?:2|II) diabetes(?: mellitus)?|T2DM|diabetes mellitus type 2|type 2 DM"),
        ("type 1 diabetes", r"type (?:1|I) diabetes(?: mellitus)?|T1DM"),
        ("diabetes", r"diabet(?:es|ic)(?: mellitus)?"),
        ("hypertension", r"hypertension|HTN|high blood pressure"),
        ("DVT", r"DVT|deep ve(?:in|nous) thrombosis"),
        ("pulmonary embolism", r"pulmonary embolism"),
        ("asthma", r"asthma"),
        ("COPD", r"COPD"),
        ("hypothyroidism", r"hypothyroidism|underactive thyroid"),
        ("atrial fibrillation", r"atrial fibrillation|AF\b"),
        ("osteoporosis", r"osteoporosis"),
        ("osteopenia", r"osteopenia"),
        ("depression", r"depression"),
        ("hyperlipidemia", r"hyperlipid(?:a)?emia|hypercholesterol(?:a)?emia"),
        ("chronic kidney disease", r"chronic kidney disease|CKD"),
        ("rheumatoid arthritis", r"rheumatoid arthritis"),
        ("myocardial infarction", r"myocardial infarction"),
        ("stroke", r"stroke\b"),
    )
    names = {f"i{number}": name for number, (name, _) in enumerate(listed)}
    _NAMES.update(names)
    return re.compile(
        r"(?<![A-Za-z0-9])(?:"
        + "|".join(f"(?P<i{number}>{pattern})" for number, (_, pattern) in enumerate(listed))
        + r")(?![A-Za-z0-9])",
        re.IGNORECASE,
    )


_NAMES: dict[str, str] = {}


def read(report: Report) -> Iterator[Finding]:
    """Yield illnesses named among past history, and relatives with cancer."""
    yield from _birth(report)
    for statement in report.statements:
        text = report.of(statement)
        yield from _family(report, statement, text)
        if statement.section == "past" or re.search(
            r"\b(?:past medical history|PMH|comorbidit)", statement.title, re.IGNORECASE
        ):
            for match in _illnesses().finditer(text):
                if not context.is_negated(text, *match.span()) and not context.is_other_person(
                    report, statement, statement.start + match.start()
                ):
                    name = _NAMES[match.lastgroup or ""]
                    dates = report.dates_in(
                        statement.start + match.start(), statement.start + min(len(text), match.end() + 12)
                    )
                    found = make(
                        report,
                        statement,
                        "past_history",
                        name,
                        statement.start + match.start(),
                        statement.start + match.end(),
                        breast=False,
                        base="historical" if dates else "present",
                    )
                    yield Finding(
                        "past_history",
                        name,
                        found.start,
                        found.end,
                        "historical" if dates else "",
                        date=dates[0].date if dates else report.date,
                    )


def _birth(report: Report) -> Iterator[Finding]:
    """Yield the date of birth that stands in the head of a report, when only one is named."""
    found = {}
    for match in _BORN.finditer(report.norm):
        day = next(iter(find_dates(match[1], report.day_first, match.start(1))), None)
        if day and day.date.day:
            found[str(day.date)] = (match.start(), day.end)
    if len(found) == 1:
        (value, (start, end)), *_ = found.items()
        yield Finding("birth_date", value, start, end)


def _family(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for match in _RELATION.finditer(text):
        if statement.section == "general" or context.is_negated(text, *match.span(), 20):
            continue
        bracketed = _CANCER_BEFORE.search(text, max(0, match.start() - 40), match.start())
        if bracketed and (statement.section == "family" or context.is_other_person(report, statement, statement.start)):
            yield _relative(
                match["r"], bracketed["c"], statement.start + bracketed.start(), statement.start + match.end()
            )
            continue
        zone = text[match.end() : match.end() + 70]
        stop = _RELATION.search(zone)
        cancer = _CANCER.search(zone[: stop.start()] if stop else zone)
        if (
            not cancer
            or re.search(r"\bno\b|\bdenies\b|\bwithout\b", zone[: cancer.start()], re.IGNORECASE)
            or re.search(r"[.;]", zone[: cancer.start()])
        ):
            continue
        yield _relative(
            match["r"], cancer["c"], statement.start + match.start(), statement.start + match.end() + cancer.end()
        )


def _relative(relation: str, cancer: str, start: int, end: int) -> Finding:
    """Return a relative's cancer: "breast cancer (maternal aunt)"."""
    kind = re.sub(r"\s+(?:cancer|carcinoma|ca|tumou?r)$", "", " ".join(cancer.casefold().split()))
    kind = _NAMED.get(kind, kind)
    who = " ".join(relation.casefold().split())
    who = re.sub(r"^mat\.? ", "maternal ", re.sub(r"^pat\.? ", "paternal ", who))
    for short, long in (("mum", "mother"), ("mom", "mother"), ("dad", "father")):
        who = who.replace(short, long)
    bare = kind in ("melanoma", "lymphoma") or "leuk" in kind
    return Finding("family_history", f"{kind} ({who})" if bare else f"{kind} cancer ({who})", start, end, "family")


__all__ = ["read"]
