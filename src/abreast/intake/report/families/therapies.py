# ruff: noqa: E501, PLR0917 - a pattern is read best in one line; a reading step takes report, statement and place
"""Treatments: drugs with start, stop and reason.

A drug becomes a treatment only when the words say that it was given: dates, cycles, "on", "started", "completed", a list
of treatments. Words for a plan, a talk, a refusal or another person make it something else, and a bare mention nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.dates import FoundDate
from abreast.intake.report.families.common import make
from abreast.intake.report.families.drugs import drugs_in
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement

_GIVEN = re.compile(
    r"\b(?:on\b(?! the\b)|start(?:ed|ing)\b|began|commenced|initiated|receiv(?:ed|ing)|treated with|continu(?:es|ed|ing)|continue\b|current(?:ly)?\b|taking|cycles?\b|C\d+(?:D\d+)?\b|complet(?:ed|ing)|finished|stopped|discontinued|s/p|status post|given|tolerat\w+|ongoing|since|underwent|x\s?\d{1,2}\b|progress(?:ed|ion) on|"
    r"first[- ]line|second[- ]line|third[- ]line|1st[- ]line|2nd[- ]line|3rd[- ]line|adjuvant|neoadjuvant|maintenance|prior|previous(?:ly)?|switched|changed to|had\b|been through|went through|adj\b|today\b|\d#|exposed to|refractory to|fail(?:ed|ure)|most recently|tried|reduced|weekly|4-weekly|every \d|q\d)",
    re.IGNORECASE,
)
_LIST = frozenset({"history", "treatment", "medicines"})
_NEGATED_DRUG = re.compile(r"\b(?:no|not|never|without|nor)\b[^.;,]{0,30}$", re.IGNORECASE)
_TREATED = re.compile(
    r"\b(?:current(?:ly)?|prior|previous(?:ly)?|past|ongoing|treated|received|receiving|on treatment|history)\b",
    re.IGNORECASE,
)
_ALLERGY = re.compile(r"\ballerg\w+|hypersensitiv|\bintoleran(?:t|ce) (?:of|to)\b", re.IGNORECASE)
_STOP = re.compile(
    r"\b(?:stopped|discontinued|ceased|ended|d/c(?:'?d)?|withdrawn|off since|last (?:dose|given))\b", re.IGNORECASE
)
_REASON: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("progression", re.compile(r"\bprogress\w*|\bPD\b|\brelapse", re.IGNORECASE)),
    (
        "completed",
        re.compile(r"\bcompleted?\b|\bfinished\b|\bcourse complete|\bplanned (?:duration|course)", re.IGNORECASE),
    ),
    (
        "toxicity",
        re.compile(
            r"\btoxicit\w+|\bintoleran\w+|\bside effects?\b|\badverse|\bpneumonitis|\bneuropath\w+|\bdiarrh\w+|\brash\b|\bcolitis|\bhepat(?:otoxicity|itis)|\btransaminitis|\bcardio\w+|\bLVEF|\bQT\w*|\bneutropeni\w+|\barthralgia\w*|\bfatigue|\bmucositis|\bhot flushes|\bhot flashes|\bILD\b|\bhand[- ]foot|\bmyalgia|\bnausea|\bthrombo\w+|\bDVT\b|\bhyperglyc\w+|\bstomatitis",
            re.IGNORECASE,
        ),
    ),
    (
        "patient choice",
        re.compile(
            r"\bpatient (?:choice|preference|request)|\bher (?:own )?(?:choice|request|decision)|\bdeclined further|\binsurance|\bcost\b",
            re.IGNORECASE,
        ),
    ),
)
_SETTING: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("neoadjuvant", re.compile(r"\bneo-?\s?adjuvant|\bpre-?operative|\bprimary chemotherapy", re.IGNORECASE)),
    ("adjuvant", re.compile(r"\badjuvant\b|\bpost-?operative", re.IGNORECASE)),
    (
        "metastatic",
        re.compile(
            r"\b(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|1L|2L|3L|L\d)[\s-]*(?:line)?\b(?=[^.;]{0,40}(?:line|metast|:))|\bpalliative|\bfor metastatic|\bmetastatic setting|\badvanced (?:disease|setting)",
            re.IGNORECASE,
        ),
    ),
)
_RANGE = re.compile(r"^\s{2,}$|^\s*(?:-|to|until|till|through|thru|up to|/)\s*$", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:current(?:ly)?|ongoing|present|now on|continu(?:e|es|ing)\b|to date|until now|remains on|today|since|is on|is taking|is receiving|on treatment with)\b|\btill (?:date|now)\b|[-–]\s*(?:present|now|current|ongoing|date)\b",
    re.IGNORECASE,
)
_CYCLES = re.compile(
    r"\bx\s?(?P<a>\d{1,2})(?:\s*cycles?)?\b|(?P<b>\d{1,2})\s+(?:cycles?|courses?)\b|\b(?P<c>\d{1,2})#", re.IGNORECASE
)
_DOSE = re.compile(r"\d+(?:\.\d+)?\s*(?:mg|mcg|g)(?:/m2|/kg)?", re.IGNORECASE)


def read(report: Report) -> Iterator[Finding]:
    """Yield treatments with drugs."""
    if report.kind == "laboratory":
        return
    for statement in report.statements:
        if statement.section != "family":
            yield from _therapies(report, statement, report.of(statement))


def _therapies(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    drugs = drugs_in(text)
    if not drugs or statement.section == "general" or _ALLERGY.search(text):
        return
    if context.cues().general.search(text) and not report.dates_in(statement.start, statement.end):
        return
    groups = _grouped(text, drugs)
    all_dates = report.dates_in(statement.start, statement.end)
    for number, group in enumerate(groups):
        first, last = group[0][1], group[-1][2]
        low, high = context.clause(text, first)
        piece_end = min(groups[number + 1][0][1], len(text)) if number + 1 < len(groups) else len(text)
        if context.is_other_person(report, statement, statement.start + first) or _someone_after(text, last):
            continue
        label, known = _status_of(report, statement, text, first, last, low, max(high, last), piece_end)
        if label is None:
            continue
        for name, start, end in group:
            yield _therapy(report, statement, text, name, start, end, group, groups, number, label, all_dates, known)


def _someone_after(text: str, at: int) -> bool:
    return bool(
        re.match(
            r"[\"',\s]*(?:which|that|as)\s+(?:her|his|a|my|the)\s+(?:neighbou?r|friend|sister|mother|aunt|cousin|husband|colleague)",
            text[at : at + 60],
            re.IGNORECASE,
        )
    )


def _grouped(text: str, drugs: list[tuple[str, int, int]]) -> list[list[tuple[str, int, int]]]:
    """Return the drugs that are given together: joined by +, and, with, a slash or a comma."""
    groups: list[list[tuple[str, int, int]]] = []
    for one in drugs:
        if groups:
            between = text[groups[-1][-1][2] : one[1]]
            if re.fullmatch(
                r"[\s\d.]*(?:mg|mcg)?(?:/m2|/kg)?(?:\s*(?:daily|od|bd|weekly))?\s*(?:\+|/|&|-|,?\s*and|,?\s*with|plus|,|\(|combined with|in combination with)\s*(?:weekly\s+|oral\s+|sc\s+|iv\s+)?\s*",
                between,
                re.IGNORECASE,
            ):
                groups[-1].append(one)
                continue
        groups.append([one])
    return groups


def _status_of(
    report: Report, statement: Statement, text: str, first: int, last: int, low: int, high: int, piece_end: int
) -> tuple[str | None, bool]:
    """Return the qualifier of a mention ("" given, "planned" ...), or None when nothing may be read; and whether dated."""
    clause = text[low:high]
    before, after = text[low:first], text[last : min(high, max(last, piece_end), last + 90)]
    dated = bool(report.dates_in(statement.start + low, statement.start + high))
    if statement.section == "superseded":
        return "superseded", dated
    if _STOP.search(after) or re.search(r"\b(?:progress\w+) (?:on|after|during|through)\s*$", before, re.IGNORECASE):
        return "historical", True
    cues = context.cues()
    if _TOLD_TO_STOP.search(before) and not cues.conditional.search(clause):
        return "historical", dated
    near = before[-70:] + " | " + after[:70]
    if cues.declined.search(before[-60:] + " " + after[:50]) and not re.search(r"\bbut\b", before):
        word = cues.declined.search(before[-60:] + " " + after[:50])
        said = word[0].casefold() if word else ""
        return (
            "held"
            if "held" in said or "omitted" in said
            else "declined"
            if re.search(r"declin|refus|wish|opted", said)
            else "absent"
        ), dated
    if _NEGATED_DRUG.search(before):
        return "absent", dated
    if cues.conditional.search(clause):
        return "conditional", dated
    choice = _CHOICE.search(text, 0, first)
    if choice and not _GIVEN_AFTER_ALL.search(text, choice.end(), first):
        return "considered", dated
    if cues.planned.search(near) and not re.search(
        r"\bcurrent(?:ly)?\b|\bcontinu|\bstarted\b|\bsince\b", near, re.IGNORECASE
    ):
        return "planned", dated
    if cues.considered.search(near) and not (
        re.search(
            r"\bcurrent(?:ly)?\b|\bstarted\b|\bsince\b|\bcompleted\b|\bcontinu(?:es|ed|ing)\b", near, re.IGNORECASE
        )
    ):
        return "considered", dated
    if statement.section == "plan":
        if re.search(r"\bcontinu\w*\b|\bremain", before + after[:20], re.IGNORECASE):
            return "", dated
        return "planned", dated
    if re.search(r"\b(?:pain|nausea|anti)\b", before[-8:]):
        return None, dated
    if report.kind == "genes" and not _TREATED.search(text):
        return None, dated
    if (
        statement.section in _LIST
        or (dated and report.kind == "letter")
        or _GIVEN.search(before[-60:] + " " + after[:60])
    ):
        return "", dated
    if re.search(
        r"\b(?:current|present|prior|previous|past|ongoing) (?:\w+ )?(?:therap(?:y|ies)|treatment|regimen|medications?)\b[^.;]{0,40}:\s*$",
        before,
        re.IGNORECASE,
    ) or (
        re.search(r"treatment|therap|medication|regimen", statement.title)
        and re.search(
            r"current|prior|previous|past|present|ongoing|received|^treatments?$|^medications?$|^regimens?$",
            statement.title,
        )
    ):
        return "", dated
    return None, dated


_TOLD_TO_STOP = re.compile(
    r"\b(?:stop|discontinue|come off|cease)\s+(?:taking\s+)?(?:the\s+|her\s+|your\s+)?$", re.IGNORECASE
)
_CEASED = re.compile(r"\s*(?:was\s+|has been\s+)?(?:ceased|stopped|discontinued|withdrawn|ended)\b", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:discussed|talked about|talked through|considered)\b|\b(?:options?|alternatives?|choices?|possibilities|candidates?)\b[^.;:]{0,60}?(?::|\binclud\w+|\bare\b|\bwere\b|\bof\b|\bwould be\b|\bsuch as\b)",
    re.IGNORECASE,
)
"""What opens a list of treatments that are only talked about."""
_GIVEN_AFTER_ALL = re.compile(
    r"\b(?:chose|elected|started|began|received|currently|now on|is on|was on|after)\b", re.IGNORECASE
)


def _therapy(
    report: Report,
    statement: Statement,
    text: str,
    name: str,
    start: int,
    end: int,
    group: list[tuple[str, int, int]],
    groups: list[list[tuple[str, int, int]]],
    number: int,
    label: str,
    dates: tuple[FoundDate, ...],
    dated: bool,
) -> Finding:
    extra: dict[str, Value] = {}
    first, last = group[0][1], group[-1][2]
    value = name
    if name.startswith("="):
        value, parts = name[1:].split("=")
        extra["components"] = parts
    begin = groups[number - 1][-1][2] if number else 0
    stop_at = groups[number + 1][0][1] if number + 1 < len(groups) else len(text)
    mine = [one for one in dates if statement.start + begin <= one.start < statement.start + stop_at]
    later = [one for one in mine if one.start >= statement.start + first]
    if number and later:
        mine = later
    shared = [one for one in dates if one.start < statement.start + groups[0][0][1]]
    after = text[last:stop_at]
    started, stopped, low_at, high_at = _period(report, statement, text, first, last, mine, shared)
    if started and not stopped and _CEASED.match(text, end) and (low_at is not None and low_at < first):
        started, stopped = None, started
    reason_text = text[last : min(len(text), stop_at)] if number + 1 < len(groups) else text[last:]
    own_stop = _own_stop(text, name, end, groups, number)
    if own_stop:
        stop_dates = [
            one for one in dates if statement.start + own_stop <= one.start <= statement.start + own_stop + 40
        ]
        if stop_dates:
            stopped = stop_dates[0].date
        reason_text = text[own_stop : own_stop + 80]
    reason = next((word for word, pattern in _REASON if pattern.search(reason_text[:110])), "")
    if reason == "progression" and not (
        _STOP.search(reason_text)
        or stopped
        or re.search(r"progress\w* (?:on|in|of)|until progression|PD\b", reason_text, re.IGNORECASE)
    ):
        reason = ""
    if reason == "toxicity" and not (_STOP.search(reason_text) or stopped or own_stop):
        reason = ""
    if reason:
        where = re.search(r"progress\w* in (?:the )?(\w+)", reason_text, re.IGNORECASE)
        extra["reason_stopped"] = f"progression ({where[1]})" if where and reason == "progression" else reason
    if started:
        extra["start"] = str(started)
    if stopped:
        extra["stop"] = str(stopped)
    setting = next(
        (word for word, pattern in _SETTING if pattern.search(text[max(0, first - 60) : min(len(text), last + 40)])), ""
    )
    if setting:
        extra["setting"] = setting
    cycles = _CYCLES.search(after[:30]) or _CYCLES.search(text[max(0, first - 22) : first])
    if cycles:
        extra["cycles"] = float(cycles["a"] or cycles["b"] or cycles["c"])
    present = bool(_PRESENT.search(text[max(0, first - 30) : first]) or _PRESENT.search(text[last : last + 60]))
    if (label == "" and (stopped or reason or _STOP.search(reason_text[:40])) and not (present and not stopped)) or (
        label == "" and statement.section == "history" and not present
    ):
        label = "historical"
    if label in ("", "historical") and context.is_superseded(report, statement, statement.start + start):
        label = "superseded"
    at = statement.start + min([start, *([low_at] if low_at is not None and len(group) == 1 else [])])
    until = statement.start + max(end, high_at or end)
    made = make(report, statement, "therapy", value, at, until, base=label or "given", breast=False, extra=extra)
    final = label if made.qualifier == "given" else made.qualifier
    date = None if final == "historical" else made.date
    return Finding("therapy", value, at, until, final, date=date, specimen=statement.specimen, extra=extra)


def _own_stop(text: str, name: str, end: int, groups: list[list[tuple[str, int, int]]], number: int) -> int:
    """Return where a later "everolimus stopped Feb 2024" speaks of this drug, or 0."""
    for group in groups[number + 1 :]:
        for other, _, other_end in group:
            if other == name and _STOP.match(text[other_end:].lstrip()):
                return other_end
    return 0


def _period(
    report: Report,
    statement: Statement,
    text: str,
    first: int,
    last: int,
    mine: list[FoundDate],
    shared: list[FoundDate],
) -> tuple[PartialDate | None, PartialDate | None, int | None, int | None]:
    """Return start and stop of a treatment and the extent of the words that give them."""
    base = statement.start
    pool = mine or shared
    for one, other in itertools.pairwise(pool):
        if _RANGE.match(report.norm[one.end : other.start]):
            return (
                one.date,
                other.date,
                one.start - base if one.start - base < first else None,
                other.end - base if other.start - base > last else None,
            )
    for one in pool:
        after = report.norm[one.end : one.end + 16]
        if re.match(
            r"\s*(?:(?:-|to|until)\s*(?:present|now|date|current|ongoing|to date)|till\b)", after, re.IGNORECASE
        ):
            return one.date, None, one.start - base if one.start - base < first else None, None
    started = stopped = None
    low: int | None = None
    high: int | None = None
    finished = re.search(r"\b(?:completed|finished)\b[^.;]*$", text[max(0, first - 40) : first], re.IGNORECASE)
    for one in pool:
        before = report.norm[max(base, one.start - 28) : one.start]
        if finished and one.start - base > last and re.search(r"\b(?:in|on)\s*$", before):
            stopped, high = one.date, one.end - base
            continue
        if re.search(
            r"\b(?:stopped|discontinued|ceased|ended|until|till|completed|finished|through|to)\s*(?:in|on|by)?\s*$",
            before,
            re.IGNORECASE,
        ):
            stopped = stopped or one.date
            high = one.end - base if one.start - base > last else high
        elif (
            re.search(
                r"\b(?:since|started|start|from|began|begun|commenced|initiated|starting|in|on)\s*(?:in|on)?\s*$|^\s*$|[\s(:,-]$",
                before,
                re.IGNORECASE,
            )
            and one.start - base > last
        ) or one.start - base < first:
            if re.search(r"CT|scan|MRI|PET", before):
                continue
            started = started or one.date
            low = one.start - base if one.start - base < first else low
            high = one.end - base if one.start - base > last else high
    return started, stopped, low, high


__all__ = ["read"]
