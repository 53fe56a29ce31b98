"""The last look at what was read: a thing stays a fact only when nothing around it may turn it into something else.

The families read what words say; ``context.py`` understands many ways of saying "not so". No list of such ways is ever
whole, so this looks the other way round: at the few words, heads and shapes of a text that can turn a statement at all.
A finding that one of them reaches, and that nobody understood, is ``unclear``: the person is asked, nothing is decided.
The words are data (``data/affirmation.yaml``). docs/decisions/0040-affirmation.md tells why.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from abreast.intake.report import context
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import read_words

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Turning:
    """The words of one group: what turns the thing from before it, from behind it, from anywhere in its clause."""

    group: str
    before: re.Pattern[str]
    behind: re.Pattern[str]
    anywhere: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of ``data/affirmation.yaml``, compiled."""

    turning: tuple[_Turning, ...]
    given: re.Pattern[str]
    heads: re.Pattern[str]
    own_heads: re.Pattern[str]
    denying: re.Pattern[str]
    naming: re.Pattern[str]
    wishes: re.Pattern[str]
    goes_on: re.Pattern[str]
    giving: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    content = read_words("affirmation.yaml")
    return _Words(
        tuple(
            _Turning(group, *(_any_of(sides.get(side, ())) for side in ("before", "behind", "anywhere")))
            for group, sides in content["words"].items()
        ),
        _any_of(content["given"]),
        _any_of([word for words in content["heads"].values() for word in words]),
        _any_of(content["own_heads"]),
        _any_of(content["labels"]["denies"]),
        _any_of(content["labels"]["names"]),
        _any_of(content["wishes"]),
        _any_of(content["goes_on"]),
        _any_of(content["giving"]),
    )


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of whole words; * at an end stands for any ending."""
    ordered = sorted((str(word) for word in words), key=len, reverse=True)
    return re.compile("|".join(_word(word) for word in ordered) or r"(?!)", re.IGNORECASE)


def _word(word: str) -> str:
    plain = r"\s+".join(re.escape(part) for part in word.rstrip("*").split())
    before = r"(?<![A-Za-z])" if word[0].isalnum() else ""
    return f"{before}{plain}" + (r"\w*" if word.endswith("*") else r"(?![A-Za-z]|'s)" if word[-1].isalnum() else "")


@dataclass(frozen=True)
class _Mention:
    """A finding in its statement, and what was read beside it."""

    report: Report
    statement: Statement
    one: Finding
    beside: tuple[Finding, ...]

    @cached_property
    def text(self) -> str:
        """The words of the statement."""
        return self.report.of(self.statement)

    @property
    def at(self) -> int:
        """Where the finding begins in the statement."""
        return self.one.start - self.statement.start

    @property
    def until(self) -> int:
        """Where it ends, at most at the end of the statement."""
        return min(self.one.end - self.statement.start, len(self.text))

    @cached_property
    def reach(self) -> tuple[int, int]:
        """The part of the statement whose words may turn the finding: its clause, and within brackets only these."""
        low, high = context.clause(self.text, self.at)
        high = max(high, self.until)
        opened = self.text.rfind("(", low, self.at)
        if opened >= 0 and ")" not in self.text[opened : self.at]:
            closed = self.text.find(")", self.until, high)
            return opened + 1, closed if closed >= 0 else high
        return low, high

    @property
    def within(self) -> str:
        """The words between the date and the drug of a treatment, which its finding takes in."""
        return self.text[self.at : self.until] if self.one.attribute == "therapy" else ""

    @cached_property
    def around(self) -> str:
        """The words of the clause with the finding, without what stands in brackets of its own."""
        low, high = context.clause(self.text, self.at)
        before, behind = self.text[low : self.at], self.text[self.until : max(high, self.until)]
        return _BRACKETS.sub(_blank, before) + self.text[self.at : self.until] + _BRACKETS.sub(_blank, behind)

    @cached_property
    def before(self) -> str:
        """The words before the finding that may reach it; what stands in brackets of its own does not."""
        part = _BRACKETS.sub(_blank, self.text[self.reach[0] : self.at])
        cut = max((match.end() for match in _words().given.finditer(part)), default=0)
        cut = max([cut, *(match.end() for match in _BREAK.finditer(part))])
        if self.one.attribute == "therapy" and _ON_IT.search(part):
            cut = len(part)
        return " " * cut + part[cut:]

    @cached_property
    def behind(self) -> str:
        """The words behind the finding, up to the next thing that was read; short brackets right behind it count."""
        starts = [other.start - self.statement.start for other in self.beside]
        listed = self._list_ends()
        last = min([self.reach[1], *(start for start in starts if start >= listed)])
        part = self.text[self.until : max(last, self.until)]
        return _LONG_BRACKETS.sub(_blank, part)

    def _list_ends(self) -> int:
        """Return where a list of things of the same kind ends that the finding stands in ("A, B or C")."""
        end = self.until
        for other in sorted(self.beside, key=lambda one: one.start):
            start = other.start - self.statement.start
            if other.attribute == self.one.attribute and start >= end and _JOINT.fullmatch(self.text, end, start):
                end = other.end - self.statement.start
        return max(self.until, end)

    @property
    def says_none(self) -> bool:
        """Whether the finding is itself a denial, which a denying word does not turn."""
        return bool(_NONE.fullmatch(str(self.one.value))) or self.one.qualifier.endswith("negative")

    @property
    def is_doubt(self) -> bool:
        """Whether the finding itself says that a result is not sure: HER2 2+, a variant of uncertain significance."""
        return self.one.value in ("2+", "suspected", "equivocal") or "vus" in self.one.qualifier

    @property
    def is_measured(self) -> bool:
        """Whether it is a result in figures: these are turned by conditions, not by a "not" or "or" nearby."""
        return isinstance(self.one.value, float) and self.one.attribute != "nodes_positive"


_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LONG_BRACKETS = re.compile(r"\([^()]{25,}\)?|\[[^\[\]]{25,}\]?")
_BREAK = re.compile(r"\s[-–]\s|->|\.\s+|\s\|\s|\bif (?:applicable|any|known|available)\b")
"""Where words before a thing reach no further; "if applicable" is a label of forms, not a condition."""
_ON_IT = re.compile(r"\b(?:on|after|through)\s+$", re.IGNORECASE)
"""Before a drug: "if there is progression on ..." takes for granted that it was given."""
_JOINT = re.compile(r"\s*(?:[,/&+]|\bor\b|\band\b)+\s*", re.IGNORECASE)
_NONE = re.compile(
    r"absent|negative|none|not\b.*|no\b.*|0|0\.0|<=?\s?\d.*|unifocal|intact|proficient|stable.*", re.IGNORECASE
)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _turned(mention: _Mention) -> str:
    """Return the group of a word of the clause that may turn the finding, or ""."""
    for words in _words().turning:
        if words.group in _NOT_OF_DENIALS and mention.says_none:
            continue
        if words.group in _NOT_OF_FIGURES and mention.is_measured:
            continue
        if words.group == "doubts" and mention.is_doubt:
            continue
        if words.group == "controls" and not mention.one.attribute.startswith(_TESTED):
            continue
        if _before(mention, words) or _behind(mention, words) or _within(mention, words):
            return words.group
        if words.anywhere.search(mention.around) and not (words.group == "habits" and _PERSON.search(mention.around)):
            return words.group
    return ""


_PERSON = re.compile(r"\b(?:she|he|her|his|I|my|patient|pt|mr|mrs|ms|you|your)\b", re.IGNORECASE)
_ANOTHER_SUBJECT = re.compile(
    r"[.;,:]|\b(?:and|so|which|this|that|it|we|I|she|he|they|you|there|as|since|because)\b", re.IGNORECASE
)
"""Behind a thing: what begins to speak of something else ("as she is HER2-low this would be ...")."""
_STILL_THERE = re.compile(
    r"\s+(?:\w+ly\s+)?(?:new|chang\w+|larger|bigger|smaller|increas\w+|grow\w*|grew|measur\w+|progress\w*|different|symptomatic|only|just"
    r"|treated|biops\w+|target\w*|amenable|resect\w+)\b",
    re.IGNORECASE,
)
"""Behind a "not" that says how a thing is, not that it is absent ("the liver metastases are not new")."""
_NO_TURN = frozenset({"OR", "May", "MAY"})
"""An operating room and a month, not the words that they look like."""
_NOT_OF_DENIALS = frozenset({"denies", "chooses", "finds_none"})
_NOT_OF_FIGURES = frozenset({"denies", "chooses", "waits", "doubts", "finds_none"})
_TESTED = ("er_", "pr_", "her2_", "pdl1_", "ki67", "androgen", "variant", "msi", "mmr")


def _before(mention: _Mention, words: _Turning) -> bool:
    for match in words.before.finditer(mention.before):
        if match[0] in _NO_TURN:
            continue
        between = mention.text[mention.reach[0] + match.end() : mention.at]
        if words.group in ("denies", "chooses", "waits", "doubts") and (
            _ENDS.search(between) or _read_between(mention, mention.reach[0] + match.end())
        ):
            continue
        if words.group in ("chooses", "doubts") and len(between) > _NEAR:
            continue
        return True
    return False


def _within(mention: _Mention, words: _Turning) -> bool:
    if words.group not in ("denies", "supposes"):
        return False
    return any(match[0] not in _NO_TURN for match in words.before.finditer(mention.within))


def _read_between(mention: _Mention, at: int) -> bool:
    return any(
        at <= one.start - mention.statement.start and one.end - mention.statement.start <= mention.at
        for one in mention.beside
    )


def _behind(mention: _Mention, words: _Turning) -> bool:
    for match in words.behind.finditer(mention.behind):
        if match[0] in _NO_TURN:
            continue
        between = mention.behind[: match.start()]
        if words.group == "denies" and (
            not _VERBS.fullmatch(between) or _STILL_THERE.match(mention.behind, match.end())
        ):
            continue
        if words.group in ("chooses", "waits") and (len(between) > _NEAR or _ENDS.search(between)):
            continue
        if words.group == "doubts" and (len(between) > _NEAR or re.search(r",|\band\b|\bwith\b", between)):
            continue
        if words.group == "supposes" and (len(between) > _NEAR or _ANOTHER_SUBJECT.search(between)):
            continue
        return True
    return False


_NEAR = 24
_ENDS = re.compile(r",(?!\s*(?:or|nor)\b)|:|->|\s[-–]\s|\s{3,}|\)|\band\b|\bwith\b", re.IGNORECASE)
"""Where a denial or a choice ends."""
_VERBS = re.compile(
    r"[\s):\-.]*(?:(?:\w+ly|is|are|was|were|has|have|had|been|did|does|do|can|could|would|will|to|be|still|there)\s+)*",
    re.IGNORECASE,
)
"""What stands between a thing and the word behind it that denies it ("was clearly not")."""


def _asked(mention: _Mention) -> str:
    """Return "asks" when a question mark makes a question of the finding."""
    if mention.is_measured:
        return ""
    asked = re.match(r"[^.;:,()]{0,24}\?(?!\s*[a-z\d])", mention.behind) or re.search(
        r"(?:^|[\s(])\?\s?(?:\w+\s){0,2}$", mention.before
    )
    return "asks" if asked else ""


def _headed(mention: _Mention) -> str:
    """Return "head" under a label or head of what is of nobody, "wish" for a treatment under one of plans, else "".

    A treatment that a plan says to go on with, or to end, was given.
    """
    words = _words()
    heads = [head for head in _labels(mention) if not words.own_heads.search(head)]
    if any(words.heads.search(head) or words.naming.fullmatch(head) for head in heads):
        return "head"
    if not mention.says_none and any(words.denying.fullmatch(head.rstrip(": ")) for head in heads):
        return "head"
    is_care = mention.one.attribute in ("therapy", "surgery", "radiation")
    wished = is_care and any(words.wishes.search(head) for head in heads)
    low, _ = context.clause(mention.text, mention.at)
    return "wish" if wished and not words.goes_on.search(mention.text, low, mention.at) else ""


def _labels(mention: _Mention) -> Iterator[str]:
    """Yield the label before the words in their line, and the head of their block."""
    norm, start = mention.report.norm, mention.one.start
    line = norm.rfind("\n", 0, start) + 1
    labels = list(_LABEL.finditer(norm, max(line, start - _LONGEST_LINE), min(mention.one.end, start + _LONGEST_LINE)))
    yield from [label[1] for label in labels if label.start() <= start][-1:]
    yield from [label[1] for label in labels if label.start() > start and "(" not in label[1]]
    head = _head_over(norm, line)
    if head:
        yield head


def _head_over(norm: str, line: int) -> str:
    """Return the head of the block that a line stands in: a label, capitals, or a line that stands further out."""
    indent, end = _indent(norm[line : line + 80]), line - 1
    for _ in range(_LONGEST_BLOCK):
        begin = norm.rfind("\n", 0, max(0, end)) + 1
        above = norm[begin : max(begin, end)]
        if end <= 0 or not above.strip():
            return ""
        if above.rstrip().endswith(":") or (above.isupper() and len(above) < _HEAD and _indent(above) <= indent):
            return above.strip()
        if _indent(above) < indent:
            return above.strip() if _CAPITALS.match(above) or _SHORT_HEAD.match(above) else ""
        end = begin - 1
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_LONGEST_LINE = 600
_LONGEST_BLOCK = 25
_HEAD = 60
_CAPITALS = re.compile(r"\s*[A-Z]{4,}")
_SHORT_HEAD = re.compile(r"\s*[A-Z][^.:;\n]{3,56}$")
_LABEL = re.compile(
    r"(?:(?<=\n)|(?<=[.;)|] )|(?<=  )|(?<=\[)|^)[ *#|-]*(?:\(?\w{1,3}[.)]\s+)?"
    r"([A-Za-z][^:;.|\n]{1,60}?)\s*(?::(?!\d)|=)"
)


def _of_a_form(mention: _Mention) -> str:
    """Return "form" for what stands in a criterion of a form, before its answer."""
    norm, start = mention.report.norm, mention.one.start
    rows = _criteria(norm)
    index = bisect.bisect_right(rows, (start, len(norm))) - 1
    return "form" if index >= 0 and rows[index][0] <= start < rows[index][1] else ""


@lru_cache(maxsize=4)
def _criteria(norm: str) -> Spans:
    """Return where the criteria of a form stand: rows with a number of a criterion, up to the answer."""
    rows = list(_CRITERION.finditer(norm))
    if len(rows) < _FEWEST_CRITERIA:
        return ()
    spans = []
    for match in rows:
        answer = _ANSWER.search(norm, match.end(), match.end() + 240)
        end = norm.find("\n", match.end())
        end = len(norm) if end < 0 else end
        spans.append((match.start(), min(end, answer.start()) if answer else end))
    return tuple(spans)


_FEWEST_CRITERIA = 3
_CRITERION = re.compile(
    r"(?:(?<=\n)|(?<=  )|^)[ |]*(?:[IE]|Inc(?:l\w*)?|Exc(?:l\w*)?|Crit\w*)\.?[ #-]{0,2}\d{1,2}\b(?![./]\d)[.:)]?(?=\s)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(?:\s{2,}|[:|]\s*)(?:Y|N|Yes|No|NA|N/A|met|not met|true|false)\b", re.IGNORECASE)


def _bounded(mention: _Mention) -> str:
    """Return "bound" for a limit that is asked for, not measured ("LVEF < 50 %", "ER >= 10 %")."""
    value = str(mention.one.value)
    if value.startswith((">=", "≥")):
        return "bound"
    limit = mention.one.attribute in ("lvef_percent", "ecog", "qtcf_ms", "lab:hba1c") and value[:1] in "<>"
    return "bound" if limit else ""


def _coded(mention: _Mention) -> str:
    """Return "none" for a name behind which a sign of nothing stands ("LIVER 0", "LVI (-)", "CNS mets: N")."""
    is_name = mention.one.attribute in ("metastasis_site", "variant", "surgery") or mention.one.value == "present"
    if mention.one.attribute == "variant" and (
        mention.one.qualifier.endswith("negative") or not mention.report.norm[mention.one.end - 1].isalpha()
    ):
        return ""
    behind = mention.report.norm[mention.one.end : mention.one.end + 12]
    return "none" if is_name and _SIGN_OF_NONE.match(behind) else ""


_SIGN_OF_NONE = re.compile(
    r"\s*[:=]?\s*(?:\(-\)|-(?=\s*(?:[,;.)/]|$))|0(?=\s*(?:[,;)]|$|\s[A-Z]))|N(?=\s*(?:[,;.(\n]|$)|\s{2})|nil\b|ND\b)"
)


def _equated(mention: _Mention) -> str:
    """Return "equation" for what a key or a formula explains: "3+ = uniform, intense", "T3 N2 M1 = 6"."""
    if mention.is_measured or "=" in mention.text[mention.at : mention.until]:
        return ""
    return "equation" if _EQUALS.match(mention.text, mention.until) else ""


_EQUALS = re.compile(r"[^=;.:,\n]{0,12}\s=(?!>)\s*\S")


def _without_giving(mention: _Mention) -> str:
    """Return "bare" for a drug beside which nothing tells that it was given: no verb, date, cycle, reason or list."""
    one = mention.one
    if one.attribute != "therapy" or mention.statement.section in ("history", "treatment", "medicines"):
        return ""
    if any(one.get(part) for part in ("start", "stop", "reason_stopped", "cycles")):
        return ""
    low, high = context.clause(mention.text, mention.at)
    near = mention.statement.start + low, mention.statement.start + max(high, mention.until)
    norm = mention.report.norm
    given = _words().giving.search(norm, *near) or _CYCLE.search(norm, *near) or mention.report.dates_in(*near)
    return "" if given or _words().giving.search(mention.statement.title) else "bare"


_CYCLE = re.compile(r"\bC\d{1,2}(?:D\d{1,2})?\b")

NETS: tuple[Callable[[_Mention], str], ...] = (
    _turned, _asked, _headed, _of_a_form, _bounded, _coded, _equated, _without_giving,
)  # fmt: skip
"""The looks at a finding, each for one kind of thing that may turn it."""


def affirmed(report: Report, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings; those that something around them may turn are marked as unclear."""
    homes = _homes(report, found)
    beside: dict[int, list[Finding]] = {}
    for one, home in zip(found, homes, strict=True):
        if home is not None:
            beside.setdefault(home.start, []).append(one)
    taken_back = _taken_back(found)

    def looked_at(one: Finding, home: Statement | None) -> Finding:
        if home is None or not (one.asserted or one.attribute in _CARE):
            return one
        why = _unclear(_Mention(report, home, one, tuple(beside[home.start])))
        if not why and _is_current(one) and one.start < taken_back.get(one.value, -1):
            why = "contradicted"
        return replace(one, unclear=why) if why else one

    return [looked_at(one, home) for one, home in zip(found, homes, strict=True)]


def _unclear(mention: _Mention) -> str:
    """Return why a finding is unclear, or ""; a plan or a refusal is so only where nothing is of this person."""
    found = (why for why in (net(mention) for net in NETS) if why)
    return next((why for why in found if mention.one.asserted or why in _OF_NOBODY), "")


_CARE = frozenset({"therapy", "surgery", "radiation"})
_OF_NOBODY = frozenset({"general", "head", "form", "mistaken"})


def _is_current(one: Finding) -> bool:
    runs = one.qualifier in ("", "historical") and not (one.get("stop") or one.get("reason_stopped"))
    return one.attribute == "therapy" and runs


def _taken_back(found: Sequence[Finding]) -> dict[str | float, int]:
    """Return where a report last says of a drug that it is held, declined or not given."""
    return {
        one.value: one.start
        for one in sorted(found, key=lambda one: one.start)
        if one.attribute == "therapy" and one.qualifier in ("held", "declined", "absent")
    }


def _homes(report: Report, found: Sequence[Finding]) -> list[Statement | None]:
    """Return the statement that holds the first word of each finding."""
    ordered = sorted(report.statements, key=lambda one: one.start)
    starts = [one.start for one in ordered]

    def home(one: Finding) -> Statement | None:
        index = bisect.bisect_right(starts, one.start) - 1
        return ordered[index] if index >= 0 and one.start < ordered[index].end else None

    return [home(one) for one in found]


__all__ = ["affirmed"]
