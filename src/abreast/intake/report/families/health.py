# ruff: noqa: E501 - a pattern is read best in one line
"""Illnesses of the person, and cancer in the family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from abreast.intake.report import context
from abreast.intake.report.dates import find_dates
from abreast.intake.report.families.common import skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import read_words

_RELATION = re.compile(
    r"\b(?P<r>(?-i:[MP]G[MF])|(?:(?:maternal|paternal|mat\.?|pat\.?)\s+)?(?:great[- ])?(?:half-)?(?:mother|father|sister|brother|aunt|uncle|cousin|niece|nephew|grandmother|grandfather|daughter|son|mum|mom|dad))s?\b(?![- ]in[- ]law)",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:D\.?\s?O\.?\s?B\.?|date of birth|birth ?date)\s*[:.]?\s*([\w/ .,-]{6,20})", re.IGNORECASE)
_CANCER = re.compile(
    r"\b(?P<c>(?-i:IDC|ILC|DCIS|TNBC)|triple[- ]neg(?:ative)?(?: breast)?(?: cancer)?|BRCA[12](?: gene)?(?: positive| carrier| mutation|\+)?|br\.? ca\b|ca\.? (?:breast|ovary|prostate|colon|stomach)|(?:bilateral\s+)?(?:breast|ovarian|ovary|prostate|pancreatic|pancreas|colon|colorectal|bowel|lung|uterine|endometrial|stomach|gastric|melanoma|leuk(?:a)?emia|lymphoma|brain|kidney|bladder|thyroid)(?:\s+(?:cancer|carcinoma|ca\b|tumou?r))?)",
    re.IGNORECASE,
)
_CANCER_BEFORE = re.compile(_CANCER.pattern + r"\s*[(:,-]?\s*$", re.IGNORECASE)
_NAMED_WHOLE = {
    "idc": "invasive ductal carcinoma", "ilc": "invasive lobular carcinoma", "dcis": "DCIS",
    "tnbc": "triple negative breast cancer",
}  # fmt: skip
_SHORT_RELATIONS = {
    "pgm": "paternal grandmother", "pgf": "paternal grandfather", "mgm": "maternal grandmother",
    "mgf": "maternal grandfather",
}  # fmt: skip
_NAMED = {"br": "breast", "ovary": "ovarian", "pancreas": "pancreatic", "bowel": "colorectal", "gastric": "stomach"}


@dataclass(frozen=True, slots=True)
class _Illness:
    """An illness and the words for it. A lasting one may be told in any part of a report."""

    name: str
    words: re.Pattern[str]
    lasting: bool


@lru_cache(maxsize=1)
def _illnesses() -> tuple[_Illness, ...]:
    content = read_words("illnesses.yaml")
    return tuple(
        _Illness(str(name), _whole_words(words), kind == "lasting")
        for kind, illnesses in content.items()
        for name, words in illnesses.items()
    )


def _whole_words(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(words)})(?![A-Za-z0-9])", re.IGNORECASE)


_PAST_HEAD = re.compile(r"\b(?:past (?:medical )?history|PMHx?|PHx|comorbidit|other diagnos|secondary)", re.IGNORECASE)
_HISTORY_OF = re.compile(
    r"\b(?:h/o|hx(?: of)?|history of|known(?: case of)?|k/c/o|also|previous|prior)\s+$", re.IGNORECASE
)
_TOLD_IN = frozenset({"", "other", "history", "past", "diagnosis", "treatment", "indication", "findings", "impression"})
_ONLY_A_GRADE = re.compile(r"[- ]?(?:related|induced)|\s*(?:grade|gr|G)\s?[1-4]\b", re.IGNORECASE)
"""Behind an illness that is a harm of treatment."""


def read(report: Report) -> Iterator[Finding]:
    """Yield the illnesses of the person, and relatives with cancer."""
    yield from _birth(report)
    for statement in report.statements:
        text = report.of(statement)
        yield from _family(report, statement, text)
        if statement.section in _TOLD_IN and report.kind != "laboratory":
            yield from _past(report, statement, text)


def _past(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the illnesses that a statement names as the person's own."""
    headed = statement.section == "past" or bool(_PAST_HEAD.search(statement.title))
    taken: list[tuple[int, int]] = []
    for illness in _illnesses():
        for match in illness.words.finditer(text):
            if any(low < match.end() and match.start() < high for low, high in taken):
                continue
            taken.append(match.span())
            told = headed or _HISTORY_OF.search(text, 0, match.start())
            anywhere = illness.lasting and report.kind in ("letter", "imaging")
            if not (told or anywhere) or _ONLY_A_GRADE.match(text, match.end()):
                continue
            at, until = statement.start + match.start(), statement.start + match.end()
            if context.is_negated(text, *match.span()) or skip(report, statement, at):
                continue
            dates = report.dates_in(at, statement.start + min(len(text), match.end() + 12))
            standing = "historical" if dates else ""
            yield Finding(
                "past_history", illness.name, at, until, standing, date=dates[0].date if dates else report.date
            )
            break


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
    """Yield the cancers of relatives: the relative before the cancer, or behind it in brackets."""
    if statement.section == "general":
        return
    in_family = statement.section == "family"
    for match in _RELATION.finditer(text):
        if context.is_negated(text, *match.span(), 20):
            continue
        who = _relation(text, match)
        bracketed = _CANCER_BEFORE.search(text, max(0, match.start() - 40), match.start())
        if bracketed and (in_family or context.is_other_person(report, statement, statement.start)):
            yield _relative(who, bracketed["c"], statement.start + bracketed.start(), statement.start + match.end())
            continue
        zone = text[match.end() : match.end() + 70]
        stop = _RELATION.search(zone)
        for cancer in _first_of_each(zone[: stop.start()] if stop else zone, in_family):
            end = statement.start + match.end() + cancer.end()
            yield _relative(who, cancer["c"], statement.start + match.start(), end)


def _first_of_each(zone: str, in_family: bool) -> Iterator[re.Match[str]]:
    """Yield the first cancer and the first gene that are told of a relative."""
    told = set()
    for cancer in _CANCER.finditer(zone):
        gene = cancer["c"].casefold().startswith("brca")
        lead = zone[: cancer.start()]
        if _NOT_HERS.search(lead):
            return
        denied = gene and (_NOT_A_CARRIER.match(zone, cancer.end()) or _NOT_CARRIED.search(lead))
        alone = not in_family and _ORGAN_ALONE.fullmatch(cancer["c"])
        if not (gene in told or denied or alone):
            told.add(gene)
            yield cancer


_NOT_HERS = re.compile(r"\b(?:no|denies|without)\b|[.;]", re.IGNORECASE)
_NOT_CARRIED = re.compile(r"\b(?:not|negative|neg)\b", re.IGNORECASE)
_NOT_A_CARRIER = re.compile(r"\s*(?:gene\s*)?(?:neg|VUS|-|variant of unc)", re.IGNORECASE)
_ORGAN_ALONE = re.compile(
    r"(?:breast|lung|brain|kidney|bladder|thyroid|colon|bowel|stomach|prostate|pancreas)", re.IGNORECASE
)
"""Outside a family history an organ alone is no cancer ("did badly with lung trouble")."""


def _relation(text: str, match: re.Match[str]) -> str:
    """Return who a relative is, also when told through a parent: "mother's sister" is a maternal aunt."""
    parent = _OF_A_PARENT.search(text, max(0, match.start() - 24), match.start())
    step = _THROUGH_A_PARENT.get(match["r"].casefold().split()[-1]) if parent else None
    if parent is None or step is None:
        return match["r"]
    return ("maternal " if parent["p"].casefold()[0] == "m" else "paternal ") + step


_OF_A_PARENT = re.compile(r"\b(?P<p>mother|mum|mom|father|dad)'?s\s+(?:\w+\s+)?$", re.IGNORECASE)
_THROUGH_A_PARENT = {"sister": "aunt", "brother": "uncle", "mother": "grandmother", "father": "grandfather"}


def _relative(relation: str, cancer: str, start: int, end: int) -> Finding:
    """Return a relative's cancer: "breast cancer (maternal aunt)"."""
    kind = re.sub(r"\.?\s+(?:cancer|carcinoma|ca|tumou?r)$", "", " ".join(cancer.casefold().split()))
    kind = re.sub(r"^ca\.? ", "", kind)
    kind = _NAMED.get(kind, kind)
    who = " ".join(relation.casefold().split())
    who = _SHORT_RELATIONS.get(who, who)
    who = re.sub(r"^mat\.? ", "maternal ", re.sub(r"^pat\.? ", "paternal ", who))
    for short, long in (("mum", "mother"), ("mom", "mother"), ("dad", "father")):
        who = who.replace(short, long)
    gene = re.match(r"brca[12]", kind)
    if gene:
        return Finding("family_history", f"{gene[0].upper()} carrier ({who})", start, end, "family")
    if kind.startswith("triple"):
        kind = "triple negative breast"
    if kind in _NAMED_WHOLE:
        return Finding("family_history", f"{_NAMED_WHOLE[kind]} ({who})", start, end, "family")
    bare = kind in ("melanoma", "lymphoma") or "leuk" in kind
    return Finding("family_history", f"{kind} ({who})" if bare else f"{kind} cancer ({who})", start, end, "family")


__all__ = ["read"]
