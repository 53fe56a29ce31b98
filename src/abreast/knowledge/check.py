"""The check of the knowledge packs: what a reviewer would otherwise have to look for by eye.

``abreast knowledge check`` runs it. A *finding* names the file and the key, and is one of three: an ``error`` (the
packs may not ship so), ``due`` (a review date has passed), ``look`` (worth a second look, no fault).
``docs/knowledge.md`` explains every rule to those who write packs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import AbreastError
from abreast.knowledge.definitions import FILE as DEFINITIONS
from abreast.knowledge.definitions import Definition, expanded, read_definitions
from abreast.knowledge.loader import COVERAGE, read_as_of, read_entry, read_references
from abreast.knowledge.model import (
    KINDS,
    Conditional,
    Entry,
    Evidence,
    Option,
    Reference,
    Regulatory,
    SideEffect,
    Statement,
    Support,
    TestEntry,
)
from abreast.knowledge.reading import Names, grade, word_count
from abreast.rules import parse_rule
from abreast.vocabulary import Vocabulary

Level = Literal["error", "due", "look"]

LISTED_ABOVE = 8.0
HARDEST = 9.0
SHORTEST = 10
"""Texts of fewer words are not graded one by one: the formula says nothing about a phrase."""
MOST_COMPARED = 2
SOURCED = (Statement, Conditional, SideEffect, Evidence, Regulatory)
GRADED = frozenset(
    {"text", "report", "question", "why", "who_qualifies", "timing", "ask_team", "act", "title", "plain_name", "line"}
    | {"signs", "bring", "who_orders", "who", "comparison", "end_point"}
)
"""Every text that a person reads. Left out are the medical name of an entry (its plain name stands beside it), the
names of trials and their arms, and the ways of asking in people's own words."""
UNCHECKED = frozenset({"id", "url", "nct", "pmid", "sources", "date", "reviewed", "review_due", "when", "present"})
IN_THEIR_WORDS = frozenset({"also_asked"})
"""How people ask: kept as they say it, never shown as an answer."""

# A number and a unit that only a dose or a radiation dose has (laboratory values, per dL, L or minute, are none), a
# count of pills or of times a day, a count of radiation fractions. How often a drip is given ("every three weeks") is
# no dose.
_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|half an?)"
_DOSE = re.compile(
    "|".join(
        (
            r"\b\d[\d.,]*\s*(?:-\s*)?(?:mg|mcg|µg|μg|g|grams?|milligrams?|micrograms?|mL|IU|units?|mCi|MBq|[cm]?Gy|gray)\b"
            r"(?!\s*/\s*(?:dL|L|mL|min)\b)(?! of (?:blood|red cells|platelets))",
            r"\b(?:mg|mcg|milligrams?|units?)\s*(?:/|per)\s*(?:m2|m²|kg|kilo\w*|square met\w+|day|dose)",
            r"\bAUC\s*(?:of\s*)?\d",
            rf"\b{_COUNT}[- ](?:tablets?|pills?|capsules?|drops?|puffs?|shots?|injections?|doses?)\s+"
            r"(?:daily|(?:a|per|each|every|once|twice)\b)",
            rf"\b(?:once|twice|thrice|{_COUNT} times) (?:daily|(?:a|per|each|every) day)\b",
            rf"\bevery {_COUNT} hours\b",
            r"\b(?:b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?d)\b",
            r"\b(?:\d+|one|two|three|five|ten|fifteen|sixteen|twenty|twenty-five|thirty) fractions?\b",
        )
    ),
    re.IGNORECASE,
)
_FORBIDDEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\byou (?:should|must|need to|have to|ought to) (?:take|have|get|start|stop|use|receive|choose|try|switch)\b",
        r"\byou(?: are|'re|’re) (?:not )?(?:an? )?(?:ideal |good )?(?:in)?(?:eligible|candidate)\b",
        r"\byou (?:do not |don't )?qualify for (?:this|the) (?:drug|treatment|trial|study)\b",
        r"\bwe (?:recommend|advise|suggest|prescribe)\b",
        r"\b(?:is|are) (?:the )?best (?:option|treatment|choice|drug)s? for you\b",
        r"\b(?:is|are) recommended for you\b",
        r"\byour (?:life expectancy|prognosis|chances? of (?:survival|surviving))\b",
        r"\byou (?:will|are going to) (?:live|die|survive|be cured)\b",
        r"\byou have \w+ (?:weeks|months|years) (?:left|to live)\b",
        r"\bguarantee[sd]?\b",
        r"\bstop taking (?:it|this|your)\b",
        r"\byou (?:should|must|ought to) (?:not )?\w+ (?:this|that|the) (?:drug|pill|treatment|trial|medicine)s?\b",
        r"\b(?:start|begin|take|switch to|ask for a higher|raise|lower|double|skip|halve) (?:your|the|a) dose\b",
        r"\byou(?: will|'ll|’ll| would) (?:get better|respond|benefit|not survive|be fine|do well)\b",
        r"\b(?:the )?(?:best|right|correct|ideal) (?:option|treatment|choice|drug|trial)s? for you (?:is|are)\b",
        r"\bwill (?:cure|save) you\b|\bcures? (?:stage 4|metastatic)\b|\bmiracle\b|\b100 ?% (?:safe|effective)\b",
        r"\byou (?:are|aren't|are not) (?:a )?(?:terminal|hopeless)\b|\bnothing (?:more|else) can be done\b",
        r"\bno (?:need|reason) to (?:see|call|ask|tell) (?:a|your|the) (?:doctor|team|nurse)\b",
    )
)
_ONE_IN = re.compile(
    r"\b(?:1|one) (?:in|out of) (?:every )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\b", re.I
)
_DASHES = re.compile(r"—|\s–\s|\s--\s")
_PHONE = re.compile(r"(?:1-)?\d{3}-\d{3}-\d{4}|\d{3}")
_ADDRESS_IN_TEXT = re.compile(r"\bhttps?://\S*", re.IGNORECASE)
_LIFE = re.compile(r"\b(?:alive(?! without growth)|liv(?:ed|es?|ing)|died|death)\b", re.IGNORECASE)
_NCT = re.compile(r"NCT\d{8}")
_PMID = re.compile(r"\d{4,9}")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found: ``key`` is the path inside the file, such as ``evidence[0].text``."""

    file: str
    key: str
    level: Level
    text: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return (
            f"{self.level}: {self.file}, {self.key}: {self.text}"
            if self.key
            else f"{self.level}: {self.file}: {self.text}"
        )


@dataclass(frozen=True)
class _Packs:
    """All entries that could be read, each with its file and kind."""

    entries: tuple[tuple[str, str, Entry], ...]
    references: Mapping[str, Reference]
    vocabulary: Vocabulary
    today: dt.date
    names: Names


def check_packs(folder: Path, vocabulary: Vocabulary, today: dt.date | None = None) -> list[Finding]:
    """Return what is wrong with, or due in, the packs of a folder; nothing when all is well.

    An entry that cannot be read is one finding and does not keep the others from being checked.
    """
    findings: list[Finding] = []
    definitions = _definitions(folder, vocabulary, findings)
    packs = _Packs(
        entries=tuple(_entries(folder, vocabulary, definitions, findings)),
        references=_references(folder, findings),
        vocabulary=vocabulary,
        today=today or dt.date.today(),
        names=Names.of(vocabulary, folder),
    )
    for file, _, entry in packs.entries:
        for key, text in _of_entry(packs, entry):
            findings.append(Finding(file, key, "error", text))
        findings.extend(_dates(file, entry, packs.today))
        findings.extend(_reading(file, entry, packs.names))
    findings.extend(_unique(packs))
    findings.extend(_unused(packs))
    findings.extend(_coverage(folder))
    return sorted(set(findings))


def _coverage(folder: Path) -> Iterator[Finding]:
    try:
        read_as_of(folder)
    except AbreastError as error:
        yield Finding(COVERAGE, "as_of", "error", str(error))


# --- reading the files --------------------------------------------------------------------------------------


def _definitions(folder: Path, vocabulary: Vocabulary, findings: list[Finding]) -> dict[str, Definition]:
    try:
        definitions = read_definitions(folder)
    except AbreastError as error:
        findings.append(Finding(DEFINITIONS, "", "error", str(error)))
        return {}
    for name, definition in definitions.items():
        if "$" in definition.rule:
            continue
        try:
            parse_rule(expanded(definition.rule, definitions), vocabulary)
        except AbreastError as error:
            findings.append(Finding(DEFINITIONS, name, "error", str(error)))
    return definitions


def _entries(
    folder: Path, vocabulary: Vocabulary, definitions: Mapping[str, Definition], findings: list[Finding]
) -> Iterator[tuple[str, str, Entry]]:
    for kind, shape in KINDS.items():
        for file in sorted((folder / kind).rglob("*.yaml")):
            name = file.relative_to(folder).as_posix()
            try:
                entry = read_entry(file, shape, vocabulary, definitions)
            except AbreastError as error:
                findings.append(Finding(name, "", "error", str(error)))
                continue
            if entry.id != file.stem:
                findings.append(Finding(name, "id", "error", f"the id is {entry.id!r}, the file is {file.stem!r}"))
            yield name, kind, entry


def _references(folder: Path, findings: list[Finding]) -> dict[str, Reference]:
    references: dict[str, Reference] = {}
    for file in sorted((folder / "sources").rglob("*.yaml")):
        name = file.relative_to(folder).as_posix()
        try:
            listed = read_references(file)
        except AbreastError as error:
            findings.append(Finding(name, "", "error", str(error)))
            continue
        for reference in listed:
            if reference.id in references:
                findings.append(Finding(name, reference.id, "error", "this id stands twice among the sources"))
            references[reference.id] = reference
            findings.extend(
                Finding(name, f"{reference.id}.{key}", "error", text) for key, text in _reference(reference)
            )
    return references


def _reference(reference: Reference) -> Iterator[tuple[str, str]]:
    for key in ("date", "checked"):
        if _date(getattr(reference, key)) is None:
            yield key, f"expected a date such as 2026, 2026-05 or 2026-05-01, found {getattr(reference, key)!r}"
    if not (reference.url or reference.pmid or reference.nct):
        yield "url", "there is no address, PubMed number or registry number to find it by"
    if reference.url and (fault := address_fault(reference.url)):
        yield "url", fault
    yield from _numbers(reference.nct, reference.pmid)


def _numbers(nct: str, pmid: str) -> Iterator[tuple[str, str]]:
    if nct and not _NCT.fullmatch(nct):
        yield "nct", f"expected NCT and eight digits, found {nct!r}"
    if pmid and not _PMID.fullmatch(pmid):
        yield "pmid", f"expected a PubMed number, found {pmid!r}"


# --- one entry ----------------------------------------------------------------------------------------------


def _of_entry(packs: _Packs, entry: Entry) -> Iterator[tuple[str, str]]:
    yield from _sources(packs, entry)
    for key, field, text in texts(entry):
        if field not in UNCHECKED and field not in IN_THEIR_WORDS:
            yield from ((key, fault) for fault in wording_faults(text))
        if field == "url" and text and (fault := address_fault(text)):
            yield key, fault
    for key, value in parts(entry):
        if isinstance(value, Evidence):
            yield from ((f"{key}.{name}", fault) for name, fault in _evidence(value))
    match entry:
        case Option():
            yield from _option(packs, entry)
        case TestEntry():
            for number, attribute in enumerate(entry.settles):
                if attribute not in packs.vocabulary.attributes:
                    yield f"settles[{number}]", f"the vocabulary has no attribute {attribute!r}"
        case Support():
            yield from _needs(packs, entry)
            if entry.phone and not _PHONE.fullmatch(entry.phone):
                yield "phone", f"expected 1-800-555-0100, 800-555-0100 or three digits, found {entry.phone!r}"
        case _:
            pass


def _needs(packs: _Packs, support: Support) -> Iterator[tuple[str, str]]:
    if not support.needs:
        yield "needs", "help is shown by need: name at least one, the first being what it is most for"
    known = packs.vocabulary.terms.get("need", {})
    for number, need in enumerate(support.needs):
        if need not in known:
            yield f"needs[{number}]", f"the vocabulary has no need {need!r}"


def _option(packs: _Packs, option: Option) -> Iterator[tuple[str, str]]:
    drugs = packs.vocabulary.terms.get("drug", {})
    for number, drug in enumerate(option.drugs):
        if drug not in drugs:
            yield f"drugs[{number}]", f"the drug dictionary has no {drug!r}"
    known = {entry.id for _, kind, entry in packs.entries if kind == "options"}
    if len(option.compare_with) > MOST_COMPARED:
        yield "compare_with", f"at most {MOST_COMPARED}, found {len(option.compare_with)}"
    for number, other in enumerate(option.compare_with):
        if other == option.id:
            yield f"compare_with[{number}]", "it names itself"
        elif other not in known:
            yield f"compare_with[{number}]", f"there is no option {other!r}"


def _sources(packs: _Packs, entry: Entry) -> Iterator[tuple[str, str]]:
    for key, value in parts(entry):
        listed = getattr(value, "sources", None)
        if listed is None:
            continue
        for number, source in enumerate(listed):
            if source not in packs.references:
                where = f"{key}.sources[{number}]" if key else f"sources[{number}]"
                yield where, f"there is no source {source!r}"
        if isinstance(value, SOURCED) and not listed and not entry.sources:
            yield key, "no source, neither here nor for the entry"
    if not entry.sources and not any(isinstance(value, SOURCED) for _, value in parts(entry)):
        yield "sources", "the entry names no source"


def _evidence(evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield from _numbers(evidence.nct, evidence.pmid)
    if len({arm.unit for arm in evidence.arms}) > 1:
        yield "arms", "the arms do not share a unit"
    if len(evidence.arms) == 1:
        yield "arms", "one arm alone cannot be compared: say it in the text"
    for number, arm in enumerate(evidence.arms):
        key = f"arms[{number}].value"
        if arm.value < 0 or (arm.unit == "per_hundred" and arm.value > 100):
            yield key, f"{arm.value:g} is not a possible figure"
        if not re.search(rf"(?<![\d.]){re.escape(f'{arm.value:g}')}(?![\d]|\.\d)", evidence.text):
            yield "text", f"the sentence does not say the figure {arm.value:g} of {arm.name!r}"
    if any(arm.unit == "per_hundred" for arm in evidence.arms) and not re.search(r"\b100\b", evidence.text):
        yield "text", "a share of people is told per 100 people"
    if any(arm.unit == "months" for arm in evidence.arms) and "month" not in evidence.text:
        yield "text", "a time is told in months"
    if evidence.picture and [arm.unit for arm in evidence.arms] != ["per_hundred", "per_hundred"]:
        yield "picture", "a picture needs the figures of two arms, each per 100 people"
    if evidence.picture and (found := _LIFE.search(f"{evidence.trial} {evidence.end_point}")):
        yield "picture", f"how many lived or died is never drawn: {found.group()!r}"


def wording_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the words of a text: a dose, a forbidden phrase, "1 in X", dashes, a broken address."""
    if found := _DOSE.search(text):
        yield f"doses are not given: {found.group().strip()!r}"
    for pattern in _FORBIDDEN:
        if found := pattern.search(text):
            yield f"wording that prescribes or promises: {found.group()!r}"
    if found := _ONE_IN.search(text):
        yield f"say it per 100 people, not {found.group()!r}"
    if _DASHES.search(text):
        yield "write a full stop, a comma or a colon in place of the dash"
    for address in _ADDRESS_IN_TEXT.findall(text):
        if fault := address_fault(address.rstrip(".,;)")):
            yield fault


def address_fault(address: str) -> str | None:
    """Return what keeps an address from being whole, or ``None``."""
    fault = f"not a whole web address: {address!r}"
    if re.search(r"\s", address) or address.endswith((".", ",", ";")):
        return fault
    try:
        split = urlsplit(address)
        host = split.hostname or ""
    except ValueError:
        return fault
    if split.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host):
        return fault
    return None


# --- dates and reading grade --------------------------------------------------------------------------------


def _dates(file: str, entry: Entry, today: dt.date) -> Iterator[Finding]:
    reviewed, due = _date(entry.reviewed), _date(entry.review_due)
    for key, value in (("reviewed", reviewed), ("review_due", due)):
        if value is None:
            yield Finding(file, key, "error", f"expected a date such as 2026-11-21, found {getattr(entry, key)!r}")
    if reviewed and due and due.latest <= reviewed.earliest:
        yield Finding(file, "review_due", "error", "the next review is not after the last one")
    if reviewed and reviewed.earliest > today:
        yield Finding(file, "reviewed", "error", f"{entry.reviewed} lies in the future")
    if due and due.latest < today:
        yield Finding(file, "review_due", "due", f"a review was due on {entry.review_due}")


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def _reading(file: str, entry: Entry, names: Names) -> Iterator[Finding]:
    for key, field, text in texts(entry):
        if field not in GRADED or word_count(text) < SHORTEST:
            continue
        found = grade(text, names)
        if found > LISTED_ABOVE:
            level: Level = "error" if found > HARDEST else "look"
            yield Finding(file, key, level, f"reading grade {found:.1f}: {text[:60]}...")


# --- all entries together -----------------------------------------------------------------------------------


def _unique(packs: _Packs) -> Iterator[Finding]:
    counts = Counter((kind, entry.id) for _, kind, entry in packs.entries)
    for file, kind, entry in packs.entries:
        if counts[kind, entry.id] > 1:
            yield Finding(file, "id", "error", f"{entry.id!r} stands more than once among the {kind}")


def _unused(packs: _Packs) -> Iterator[Finding]:
    used = {source for _, _, entry in packs.entries for _, value in parts(entry) for source in _listed(value)}
    for name in sorted(set(packs.references) - used):
        yield Finding("sources", name, "look", "no entry rests on this source")


def _listed(value: object) -> tuple[str, ...]:
    return getattr(value, "sources", ())


# --- walking an entry ---------------------------------------------------------------------------------------


def parts(entry: msgspec.Struct, key: str = "") -> Iterator[tuple[str, msgspec.Struct]]:
    """Yield the entry and every struct inside it with its path; rules are left out."""
    yield key, entry
    for name, value in _fields(entry):
        path = f"{key}.{name}" if key else name
        if isinstance(value, msgspec.Struct):
            yield from parts(value, path)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, msgspec.Struct):
                    yield from parts(one, f"{path}[{number}]")


def texts(entry: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """Yield ``(path, field, text)`` for every text of an entry."""
    for key, part in parts(entry):
        for name, value in _fields(part):
            path = f"{key}.{name}" if key else name
            if isinstance(value, str):
                yield path, name, value
            elif isinstance(value, tuple):
                for number, one in enumerate(value):
                    if isinstance(one, str):
                        yield f"{path}[{number}]", name, one


def _fields(part: msgspec.Struct) -> Iterable[tuple[str, object]]:
    rules = ("when", "present")
    return ((name, getattr(part, name)) for name in part.__struct_fields__ if name not in rules)


__all__ = ["Finding", "address_fault", "check_packs", "parts", "texts", "wording_faults"]
