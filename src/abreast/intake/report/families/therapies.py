# ruff: noqa: E501 - a pattern is read best in one line
"""Treatments: drugs with start, stop and reason.

A drug becomes a treatment only when the words say that it was given: dates, cycles, "on", "started", "completed", a list
of treatments. Words for a plan, a talk, a refusal or another person make it something else, and a bare mention nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
_NEGATED_DRUG = re.compile(
    r"\b(?:no|not|never|without|nor|neither)\b(?!\s*[-:])(?:(?!received|given|started|only)[^.;,:]){0,30}$",
    re.IGNORECASE,
)
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
_RANGE = re.compile(
    r"^\s{2,}$|^\s*(?:-|->|=>|→|\||to|until|till|through|thru|up to|/|[-,;|]?\s*(?:stop(?:ped)?|end(?:ed)?)(?: date)?:?)\s*$",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:current(?:ly)?|ongoing|present|now on|continu(?:e|es|ing)\b|to date|until now|remains on|today|since|is on|is taking|is receiving|on treatment with)\b|\btill (?:date|now)\b|[-–]\s*(?:present|now|current|ongoing|date)\b",
    re.IGNORECASE,
)
_CYCLES = re.compile(
    r"\bx\s?(?P<a>\d{1,2})(?:\s*cycles?)?\b|(?P<b>\d{1,2})\s+(?:cycles?|courses?)\b|\b(?P<c>\d{1,2})#", re.IGNORECASE
)


def read(report: Report) -> Iterator[Finding]:
    """Yield treatments with drugs."""
    for statement in report.statements:
        if statement.section != "family":
            yield from _therapies(report, statement, report.of(statement))


Drug = tuple[str, int, int]
"""A drug or regimen with its place in a statement."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Drugs of a statement that are given together: one of its groups, by number."""

    report: Report
    statement: Statement
    text: str
    groups: tuple[tuple[Drug, ...], ...]
    number: int

    @property
    def drugs(self) -> tuple[Drug, ...]:
        """The drugs of the group."""
        return self.groups[self.number]

    @property
    def first(self) -> int:
        """Where the group begins in the statement."""
        return self.drugs[0][1]

    @property
    def last(self) -> int:
        """Where the group ends in the statement."""
        return self.drugs[-1][2]

    @property
    def until(self) -> int:
        """Where the next group begins."""
        return self.groups[self.number + 1][0][1] if self.number + 1 < len(self.groups) else len(self.text)

    @property
    def before(self) -> str:
        """The words of the clause before the group."""
        return self.text[self.clause[0] : self.first]

    @property
    def after(self) -> str:
        """The words of the clause behind the group, up to the next."""
        end = min(max(self.clause[1], self.last), max(self.last, self.until), self.last + 90)
        label = _NEXT_LABEL.search(self.text, self.last, end)
        return self.text[self.last : label.start() if label else end]

    @property
    def clause(self) -> tuple[int, int]:
        """Where the clause around the group begins and ends."""
        return context.clause(self.text, self.first)

    @property
    def dates(self) -> tuple[FoundDate, ...]:
        """All dates of the statement."""
        return self.report.dates_in(self.statement.start, self.statement.end)

    @property
    def own_dates(self) -> list[FoundDate]:
        """The dates that are this group's own, or else those that stand before all groups."""
        base = self.statement.start
        begin = self.groups[self.number - 1][-1][2] if self.number else 0
        mine = [one for one in self.dates if base + begin <= one.start < base + self.until]
        later = [one for one in mine if one.start >= base + self.first]
        if self.number:
            mine = later or [one for one in mine if not _BREAK.search(self.text, one.end - base, self.first)]
        if len(later) > 1 and self._heads_next(later[-1]):
            mine = [one for one in mine if one is not later[-1]]
        return mine or self._of_a_sequence or [one for one in self.dates if one.start < base + self.groups[0][0][1]]

    def _heads_next(self, one: FoundDate) -> bool:
        """Whether a date stands right before the next group, which it belongs to ("Mar 2023 abemaciclib")."""
        low, high = one.end - self.statement.start, self.until
        return high < len(self.text) and re.fullmatch(r"\s*[:-]?\s*", self.text[low:high]) is not None

    @property
    def _of_a_sequence(self) -> list[FoundDate]:
        """The dates of the groups that follow without a break: "AC x 4 then paclitaxel x 4, 09/2023 - 01/2024"."""
        if self.number + 1 >= len(self.groups):
            return []
        following = replace(self, number=self.number + 1)
        between = self.text[self.last : following.first]
        if not re.fullmatch(r"[\s\w#-]{0,14}(?:->|→|\bthen\b|\bfollowed by\b|\bf/b\b)[\s\w]{0,10}", between):
            return []
        behind = [one for one in following.own_dates if one.start >= self.statement.start + following.first]
        return behind if len(behind) > 1 else []


_BREAK = re.compile(r"[;.]|\b(?:now|then)\b", re.IGNORECASE)
"""Between the dates of one treatment and the next, which they do not belong to."""
_NEXT_LABEL = re.compile(r"\s{2,}(?=[A-Z][\w /]{1,16}:)")
"""Another field of the same line: "Taxol x12      RT: planned"."""


def _therapies(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    drugs = drugs_in(text)
    if not drugs or statement.section == "general" or _ALLERGY.search(text):
        return
    if context.cues().general.search(text) and not report.dates_in(statement.start, statement.end):
        return
    groups = tuple(tuple(group) for group in _grouped(text, drugs))
    for number in range(len(groups)):
        group = _Group(report, statement, text, groups, number)
        at = statement.start + group.first
        if context.is_other_person(report, statement, at) or _someone_after(text, group.last):
            continue
        label = _standing(group)
        if label is not None:
            for drug in group.drugs:
                yield _therapy(group, drug, label)


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
            if not between or re.fullmatch(
                r"[\s\d.]*(?:mg|mcg)?(?:/m2|/kg)?(?:\s*(?:daily|od|bd|weekly))?\s*(?:\+|/|&|-|,?\s*and|,?\s*with|plus|,|\(|combined with|in combination with)\s*(?:weekly\s+|oral\s+|sc\s+|iv\s+)?\s*",
                between,
                re.IGNORECASE,
            ):
                groups[-1].append(one)
                continue
        groups.append([one])
    return groups


_CAUSED_BY = re.compile(
    r"[- ](?:related|induced|associated|mediated)\b|[^.;]{0,20}\b(?:and|but) rejected\b", re.IGNORECASE
)
"""Behind a drug that only names the cause of a harm ("pembrolizumab-related hypothyroidism") or was talked of in vain."""
_NEWLY_PRESCRIBED = re.compile(
    r"\bnew (?:Rx|prescription|script|start)\b[^.;]{0,12}$|\bnewly prescribed\s+$", re.IGNORECASE
)


def _standing(group: _Group) -> str | None:
    """Return the qualifier of a mention ("" given, "planned" ...), or None when it says nothing of the person."""
    if group.statement.section == "superseded":
        return "superseded"
    if _NEVER_REAL.search(group.after) or _CAUSED_BY.match(group.text, group.last):
        return None
    if context.is_superseded(group.report, group.statement, group.statement.start + group.first):
        return "superseded"
    before, after = group.before, group.after
    if _NOT_GIVEN.search(after):
        return "absent"
    stopped = _STOP.search(after)
    if (stopped and not _WOULD_BE.search(after, 0, stopped.start())) or _PROGRESSED_ON.search(before):
        return "historical"
    conditional = context.cues().conditional.search(group.text[slice(*_wide(group))])
    if _TOLD_TO_STOP.search(before) and not conditional:
        return "historical"
    if _IMPERATIVE.search(before):
        return "planned"
    refused = _refused(before, after)
    if refused:
        return refused
    if conditional:
        return "conditional"
    return _intended(group) or _given(group)


def _wide(group: _Group) -> tuple[int, int]:
    low, high = group.clause
    return low, max(high, group.last)


def _refused(before: str, after: str) -> str:
    """Return "held", "declined" or "absent" when the words deny that a drug was given, else ""."""
    word = context.cues().declined.search(before[-60:] + " " + after[:50])
    if word and not re.search(r"\bbut\b", before):
        said = word[0].casefold()
        if "held" in said or "omitted" in said:
            return "held"
        return "declined" if re.search(r"declin|refus|wish|opted", said) else "absent"
    return "absent" if _NEGATED_DRUG.search(before) else ""


def _intended(group: _Group) -> str:
    """Return "considered" or "planned" when the words only speak of giving a drug, else ""."""
    cues, near = context.cues(), _DURATION.sub(" ", group.before[-70:] + " | " + group.after[:70])
    if _QUESTION.match(group.text):
        return "considered"
    if _NEWLY_PRESCRIBED.search(group.before):
        return "planned"
    if _ASKED.match(group.after) or _INSTEAD.search(group.before):
        return "considered"
    choice = _CHOICE.search(group.text, 0, group.first)
    if choice and not _GIVEN_AFTER_ALL.search(group.text, choice.end(), group.first):
        return "considered"
    if cues.planned.search(near) and not _ALREADY.search(near):
        return "planned"
    if cues.considered.search(near) and not _ALREADY_OR_DONE.search(near):
        return "considered"
    if group.statement.section == "plan" and not _GOES_ON.search(group.before + group.after[:20]):
        return "planned"
    return ""


_DURATION = re.compile(
    r"\bof (?:the )?\d+ planned\b|\bplanned (?:\d+|cycles) (?=cycles|of)|\bplanned\s+(?:for\s+|end\s+)?(?=\d|[A-Z][a-z]{2} \d)[\w-]*(?:\s+(?:years?|y|yrs|months?|mo|cycles|\d{4}))?",
    re.IGNORECASE,
)
"""How long a treatment is planned to go on says nothing against its being given."""
_QUESTION = re.compile(
    r"\W*(?:should|could|can|would|may|shall|is it) (?:I|we|she|he|my|your?|the)\b[^.!]*\?", re.IGNORECASE
)


def _given(group: _Group) -> str | None:
    """Return "" when the words or the part of the report say that a drug was given, else None."""
    report, statement, before = group.report, group.statement, group.before
    if statement.section == "plan":
        return ""
    if report.kind == "laboratory" and not _ON.search(before):
        return None
    if _PART_OF_A_WORD.search(before[-8:]) or (
        report.kind in ("genes", "pathology") and not _TREATED.search(group.text) and not _ON.search(before)
    ):
        return None
    low, high = _wide(group)
    dated = bool(report.dates_in(statement.start + low, statement.start + high))
    listed = statement.section in _LIST or (dated and report.kind == "letter")
    if listed or _GIVEN.search(before[-90:] + " " + group.after[:60]) or _LIST_LABEL.search(before):
        return ""
    opened = group.text.rfind("(", 0, group.first)
    if opened > group.text.rfind(")", 0, group.first) and _PAST_IN_BRACKETS.search(group.text, opened, group.first):
        return ""
    titled = _TREATMENT_TITLE.search(statement.title) and _GIVEN_TITLE.search(statement.title)
    return "" if titled else None


_ON = re.compile(r"(?:^|[\s,\"'(])on\s$")
_NEVER_REAL = re.compile(
    r"\bnever dispensed\b|\bbefore (?:it was |being )?start(?:ed|ing)?\b(?! of)|\blabell?ing\b|\bwithdrawn in the\b|\b(?:ordered|entered|prescribed|listed) in error\b",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(r"\b(?:not|never) (?:given|started|administered)\b", re.IGNORECASE)
_WOULD_BE = re.compile(
    r"\b(?:would|may|might|should|must|could|can|to)\s+(?:have to\s+|need to\s+)?(?:be\s+)?$", re.IGNORECASE
)
_ASKED = re.compile(r"\s*(?:x\s?\d{1,2})?\s*(?:\?|\b(?:vs|versus)\b)", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:vs\.?|versus)\s+(?:\w+\s+)?$", re.IGNORECASE)
_PAST_IN_BRACKETS = re.compile(r"\b(?:mastectomy|lumpectomy|surgery|radiation|XRT|RT|dx|diagnosed)\b", re.IGNORECASE)
_PROGRESSED_ON = re.compile(r"\b(?:progress\w+) (?:on|after|during|through)\s*$", re.IGNORECASE)
_ALREADY = re.compile(r"\bongoing\b|\bcurrent(?:ly)?\b|\bcontinu|\bstarted\b|\bsince\b", re.IGNORECASE)
_ALREADY_OR_DONE = re.compile(
    r"\bcurrent(?:ly)?\b|\bstarted\b|\bsince\b|\bcompleted\b|\bcontinu(?:es|ed|ing)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"\bcontinu\w*\b|\bremain", re.IGNORECASE)
_PART_OF_A_WORD = re.compile(r"\b(?:pain|nausea|anti)\b")
_LIST_LABEL = re.compile(
    r"\b(?:current|present|prior|previous|past|ongoing) (?:\w+ )?(?:therap(?:y|ies)|treatment|regimen|medications?)\b[^.;]{0,40}:\s*$",
    re.IGNORECASE,
)
_TREATMENT_TITLE = re.compile(r"treatment|therap|medication|regimen")
_GIVEN_TITLE = re.compile(
    r"current|prior|previous|past|present|ongoing|received|^treatments?$|^medications?$|^regimens?$"
)
_TOLD_TO_STOP = re.compile(
    r"\b(?:stop(?:ped)?|discontinued?|c[ao]me off|ceased?|quit|finished|d/c(?:'?d)?)\s+(?:taking\s+)?(?:the\s+|her\s+|your\s+|my\s+)?$",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:will |to )?(?:start|begin|initiate|commence|add|switch to|change to|give|try|offer|consider)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""What opens a sentence that tells what to do: "2. Start ..."."""
_CEASED = re.compile(r"\s*(?:was\s+|has been\s+)?(?:ceased|stopped|discontinued|withdrawn|ended)\b", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:discussed|talked about|talked through|considered)\b|\b(?:options?|alternatives?|choices?|possibilities|candidates?)\b[^.;:]{0,60}?(?::|\binclud\w+|\bare\b|\bwere\b|\bof\b|\bwould be\b|\bsuch as\b)",
    re.IGNORECASE,
)
"""What opens a list of treatments that are only talked about."""
_GIVEN_AFTER_ALL = re.compile(
    r"\b(?:chose|elected|started|began|received|currently|now on|is on|was on|after)\b", re.IGNORECASE
)


def _therapy(group: _Group, drug: Drug, label: str) -> Finding:
    name, start, end = drug
    statement, text = group.statement, group.text
    value, _, parts = name.removeprefix("=").partition("=")
    period = _period(group)
    if period.start and not period.stop and _CEASED.match(text, end) and (period.low or group.first) < group.first:
        period = replace(period, start=None, stop=period.start)
    own_stop = _own_stop(group, drug)
    told = text[group.last : group.until]
    if own_stop:
        told = text[own_stop : own_stop + 80]
        later = group.report.dates_in(statement.start + own_stop, statement.start + own_stop + 41)
        period = replace(period, stop=later[0].date if later else period.stop)
    reason = _reason(told, period.stop is not None, bool(own_stop))
    extra = {
        "components": parts,
        "reason_stopped": reason,
        "start": str(period.start or ""),
        "stop": str(period.stop or ""),
        "setting": _setting(group),
        **_cycles(group),
    }
    if not period.stop and (changed := _changed_later(group)):
        period, told = replace(period, stop=changed), told + " stopped"
        extra["stop"] = str(changed)
    quit_later = None if own_stop or period.stop else _quit_in_next_sentence(group)
    if quit_later:
        told, period = told + " stopped", replace(period, stop=quit_later)
        extra["stop"] = str(quit_later)
    label = _told_as(group, label, told, stopped=period.stop is not None, reason=reason)
    if label in ("", "historical") and context.is_superseded(group.report, statement, statement.start + start):
        label = "superseded"
    low = start if period.low is None or len(group.drugs) > 1 else min(start, period.low)
    at, until = statement.start + low, statement.start + max(end, period.high or end)
    given = {key: part for key, part in extra.items() if part != ""}
    made = make(group.report, statement, "therapy", value, at, until, base=label or "given", breast=False, extra=given)
    final = label if made.qualifier == "given" else made.qualifier
    return replace(made, qualifier=final, date=None if final == "historical" else made.date)


def _changed_later(group: _Group) -> PartialDate | None:
    """Return when "..., switched to exemestane in 2021" ends a treatment."""
    if group.number + 1 >= len(group.groups):
        return None
    following = replace(group, number=group.number + 1)
    if not _CHANGED.search(group.text, group.last, following.first):
        return None
    return _period(following).start


_CHANGED = re.compile(r"\b(?:switched|changed|converted)\s+to\s+$", re.IGNORECASE)


def _quit_in_next_sentence(group: _Group) -> PartialDate | None:
    """Return when "I quit in 2021" behind the sentence ends its last treatment."""
    if group.number + 1 < len(group.groups):
        return None
    norm, end = group.report.norm, group.statement.end
    quits = _QUITS.match(norm, end, min(len(norm), end + 60))
    later = group.report.dates_in(end, min(len(norm), end + 40)) if quits else ()
    return later[0].date if later else None


_QUITS = re.compile(
    r"\s*(?:I|she|he|patient|pt|we)?\s*(?:then\s+|later\s+)?(?:quit|stopped|discontinued|came off|gave it up|ceased)(?: it| this)?\s+(?:in|on)?\s*(?=[\w/]{3,})",
    re.IGNORECASE,
)


def _reason(told: str, stopped: bool, own_stop: bool) -> str:
    """Return why a treatment was stopped, when the words behind it say so: "progression (liver)"."""
    reason = next((word for word, pattern in _REASON if pattern.search(told[:110])), "")
    ended = stopped or bool(_STOP.search(told))
    if reason == "progression" and not (ended or _PROGRESSED_WHERE.search(told)):
        return ""
    if reason == "toxicity" and not (ended or own_stop):
        return ""
    where = re.search(r"progress\w* in (?:the )?(\w+)", told, re.IGNORECASE)
    return f"progression ({where[1]})" if where and reason == "progression" else reason


_PROGRESSED_WHERE = re.compile(r"progress\w* (?:on|in|of)|until progression|PD\b", re.IGNORECASE)


def _setting(group: _Group) -> str:
    near = group.text[max(0, group.first - 60) : group.last + 40]
    return next((word for word, pattern in _SETTING if pattern.search(near)), "")


def _cycles(group: _Group) -> dict[str, Value]:
    behind = group.text[group.last : group.until][:30]
    cycles = _CYCLES.search(behind) or _CYCLES.search(group.text[max(0, group.first - 22) : group.first])
    return {"cycles": float(cycles["a"] or cycles["b"] or cycles["c"])} if cycles else {}


def _told_as(group: _Group, label: str, told: str, *, stopped: bool, reason: str) -> str:
    """Return "historical" for what was given and has ended, else the label."""
    if label not in ("", "historical"):
        return label
    near = (group.text[max(0, group.first - 30) : group.first], group.text[group.last : group.last + 60])
    present = any(_PRESENT.search(words) for words in near)
    ended = (stopped or reason or _STOP.search(told[:40])) and not (present and not stopped)
    if label == "historical" or ended:
        return "historical"
    if present or _ON_NOW.search(group.before) or _AGAIN_AND_AGAIN.match(group.after):
        return ""
    early = _YEARS.match(group.after) or (_setting(group) in ("adjuvant", "neoadjuvant") and _cycles(group))
    past = _PAST.search(group.before[-60:]) or _PAST.search(group.statement.title)
    return "historical" if early or past or group.statement.section == "history" else ""


_ON_NOW = re.compile(
    r"(?<!was )(?<!were )(?<!been )(?<!while )(?<!when )(?<!relapse )(?<!progressed )(?<!recurred )(?<!declined )\b(?:on|now)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_AGAIN_AND_AGAIN = re.compile(
    r"\W*(?:\d[\d.]*\s?mg\W*)?(?:q\d+\s?\w*|every \d+|\d+-?\s?(?:weekly|monthly)|monthly|C\d+\b|tolerat\w+)",
    re.IGNORECASE,
)
"""Behind a drug: how often it is given, or which cycle; without an end it goes on."""
_YEARS = re.compile(r"\W*(?:x|for)?\s*\d+\s*(?:-\s*\d+\s*)?(?:years?|y\b|yrs?)", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:s/p|status post|post|prior|previous(?:ly)?|received|had|got|been through|went through|underwent|history of|took|exposure|did|dx|diagnosed)\b",
    re.IGNORECASE,
)


def _own_stop(group: _Group, drug: Drug) -> int:
    """Return where a later "everolimus stopped Feb 2024" speaks of this drug, or 0."""
    for later in group.groups[group.number + 1 :]:
        for other, _, end in later:
            if other == drug[0] and _STOP.match(group.text[end:].lstrip()):
                return end
    return 0


@dataclass(frozen=True, slots=True)
class _Period:
    """Start and stop of a treatment, and how far before and behind it the words that give them reach."""

    start: PartialDate | None = None
    stop: PartialDate | None = None
    low: int | None = None
    high: int | None = None


def _period(group: _Group) -> _Period:
    base, norm, pool = group.statement.start, group.report.norm, group.own_dates
    for one, other in itertools.pairwise(pool):
        if _RANGE.match(norm[one.end : other.start]):
            low = one.start - base if one.start - base < group.first else None
            return _Period(one.date, other.date, low, other.end - base if other.start - base > group.last else None)
    for one in pool:
        if _UNTIL_NOW.match(norm, one.end):
            return _Period(one.date, None, one.start - base if one.start - base < group.first else None)
    short = None if pool else _SHORT_DATE.match(group.text, group.last)
    if short:
        return _Period(PartialDate(2000 + int(short["y"]), int(short["m"])), None, None, short.end())
    period = _Period()
    for one in pool:
        period = _with_date(group, period, one)
    return period


_SHORT_DATE = re.compile(r"\s+(?P<m>1[0-2]|0?[1-9])/(?P<y>[12]\d)\b(?![/\d]|\s*(?:nodes|LN|cycles|doses|#))")
"""Month and year right behind a drug: "elacestrant 11/24"."""


def _with_date(group: _Group, period: _Period, one: FoundDate) -> _Period:
    """Return a period with what one more date says of it: its start, its stop, or nothing."""
    base, text = group.statement.start, group.text
    words = group.report.norm[max(base, one.start - 28) : one.start]
    behind, before = one.start - base > group.last, one.start - base < group.first
    high = one.end - base if behind else period.high
    finished = _ENDED.search(text, max(0, group.first - 40), group.first)
    if finished and behind and re.search(r"\b(?:in|on)\s*$", words):
        return replace(period, stop=one.date, high=high)
    if _ENDS_AT.search(words):
        return replace(period, stop=period.stop or one.date, high=high)
    if (not before and not (behind and _BEGINS_AT.search(words))) or _NO_BEGINNING.search(words):
        return period
    return replace(period, start=period.start or one.date, low=one.start - base if before else period.low, high=high)


_ENDED = re.compile(
    r"\b(?:completed|finished|stopped|discontinued|ceased|came off|quit|progress\w+ (?:on|after|through))\b[^.;]*$",
    re.IGNORECASE,
)
_NO_BEGINNING = re.compile(
    r"CT|scan|MRI|PET|\b(?:SRS|RT|surgery|biopsy|bx|reduced|lowered|increased|escalated|held)\b", re.IGNORECASE
)
_UNTIL_NOW = re.compile(r"\s*(?:(?:-|to|until)\s*(?:present|now|date|current|ongoing|to date)|till\b)", re.IGNORECASE)
_ENDS_AT = re.compile(
    r"\b(?:stopped|discontinued|ceased|ended|quit|until|till|completed|finished|through|to|last(?: dose| given)?)\s*(?:in|on|by)?\s*$",
    re.IGNORECASE,
)
_BEGINS_AT = re.compile(
    r"\b(?:since|started|start|from|began|begun|commenced|initiated|starting|in|on)\s*(?:in|on)?\s*$|^\s*$|[\s(:,-]$",
    re.IGNORECASE,
)


__all__ = ["read"]
