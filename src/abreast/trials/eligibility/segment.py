"""A study's eligibility text cut into pieces: one for every criterion, each with its place in the text.

The text comes in many shapes: markdown bullets, numbered lists, wrapped lines, one criterion a line without any
mark, whole paragraphs. What tells inclusion from exclusion is a heading, in any wording, or nothing at all.
A bullet that only introduces others ("one of the following:") is joined with them when they make sense only together,
and is kept as their heading when each can stand by itself.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from abreast.trials.eligibility.model import Section, Span

Join = Literal["", "any", "all", "two", "except", "note"]


class Piece(msgspec.Struct, frozen=True):
    """The words of one criterion.

    ``parts`` are the bullets that belong to ``head`` and are read together with it; ``join`` says how. ``context`` is a
    heading whose words are to be read before the piece ("No history of any of the following:").
    """

    section: Section
    cohort: str
    head: Span
    parts: tuple[Span, ...] = ()
    join: Join = ""
    context: Span | None = None

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.head.start, max([self.head.end, *(part.end for part in self.parts)]))


class _Item(msgspec.Struct):
    start: int
    end: int
    indent: int
    marked: bool
    children: list[_Item]


_MARK = re.compile(
    r"""(?:\\?[*•·●○▪■◦♦➢→~]+|\\?[-–—−]{1,2}|\\?\#+\s?|
        \(?\d{1,2}(?:\.\d{1,2}){0,3}(?:\\?[.)\]:]|(?=\s+[A-Z]))|\(?[a-zA-Z]\\?[.)]|\(?[ivxIVX]{1,5}\\?[.)]|[IE]\d{1,2}[.:)])
        (?=\s|\\|\(|[A-Z≥>])\s*""",
    re.VERBOSE,
)
_SECTION = re.compile(
    r"""^[\W_\d.]{0,8}
        (?P<lead>(?:[\w/()\-–,.'’:]+\s+){0,9}?)
        (?P<kind>non[-\s]?inclusion|inclusions?|exclusions?|eligibility|in/exclusion)
        (?:\s+(?:criteri(?:a|on|um)s?|factors?|characteristics|requirements?))?
        (?P<rest>[^:\n]{0,150}?)\s*(?P<colon>[:;.\-]*)\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_INLINE = re.compile(
    r"(?:(?:key|main|major|general|principal|additional|patient|subject)\s+)*"
    r"(?P<kind>non[-\s]inclusion|inclusion|exclusion)\s+(?:criteri(?:a|on)|factors)\b(?:\s*\([^)\n]{1,60}\))?"
    r"(?P<rest>\s+(?:for|at|specific)\b[^:\n]{1,60})?\s*[:\-](?![a-z])\s*",
    re.IGNORECASE,
)
_PDQ = re.compile(r"(?:DISEASE|PATIENT)\s+CHARACTERISTICS:?|PRIOR\s*(?:/|AND)?\s*CONCURRENT\s+THERAPY:?", re.IGNORECASE)
_EXCLUDING = re.compile(
    r"""\b(?:(?:will|would|should|shall|must|are|is|to|has\sto|have\sto)\s+be\s+|(?:are|is)\s+)(?:excluded|ineligible|not\s+eligible)\b
      |\b(?:are|is|be)\s+(?:not|NOT)\s+(?:be\s+)?(?:eligible|permitted|included|enrolled)
      |\bmust\s+not\s+(?:meet|have|fulfil|be|satisfy)\b(?=[^.;]{0,60}(?:following|:\s*$))|\bmust\s+NOT\s+have:?\s*$
      |\bineligible\s+(?:if|for|to)|\bnot\s+(?:be\s+)?(?:eligible|included|enrolled)\s+(?:if|for|in)|\bany\s+exclusion""",
    re.IGNORECASE | re.VERBOSE,
)
_INCLUDING = re.compile(
    r"""\b(?:must|should|have\sto|has\sto|need\sto|who|that|will)\s+(?:all\s+)?(?:meet|fulfil+|satisfy|have|be)\b[^.;]{0,60}(?:following|criteria|:)
       |\b(?:eligible|included|enrolled|considered|participate)\b[^.;]{0,60}(?:if|following|when|must)""",
    re.IGNORECASE | re.VERBOSE,
)
_GENERIC_HEAD = re.compile(
    r"""^[\W\d]*(?:(?:to|in\s+order\s+to)\s+(?:be\s+(?:eligible|included)|participate)[^:]{0,60}?[,]?\s*)?
        (?:(?:any|all|each|potential|eligible|the|key|study|candidate|adult)\s+)*
        (?:patients?|subjects?|participants?|individuals?|women|criteria|persons?|who|he|she|the\s+following|men|females?|they)\b
        [^:.]{0,160}(?:criteri(?:a|on)|following|apply|if|must|have|be|true|conditions?|met)[^:.]{0,60}[:.]?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_COHORT_WORDS = (
    r"cohorts?|part|parts|arm|arms|phase|groups?|sub-?stud(?:y|ies)|module|stratum|strata|stage\s\d[ab]?\b(?!\w)|"
    r"expansion|escalation|dose[-\s]expansion|maintenance|crossover|apheresis|pre-?registration|re-?registration|step"
)
_COHORT_HEAD = re.compile(
    rf"^[^.;\n]{{0,90}}\b(?:{_COHORT_WORDS})\b[^.;\n]{{0,80}}:?\s*$"
    r"|^[^.;\n]{0,60}(?:\b|-)(?:specific\s+criteria|only\)?)\s*:\s*$",
    re.IGNORECASE,
)
_NO_COHORT = re.compile(
    r"""\b(?:each|all|both|every|any|either|respective|entire)\s+(?:of\s+the\s+)?(?:cohorts?|parts?|groups?|arms?|phases?|patients)\b
        |\bfollowing\b|\bvalues?\b|\bobtained\b|\bused\s+only\b|\bfall\s+into\b|\bprior\s+to\b|\bprimary\b|^\s*(?:at|before|after)\s
        |\bremain\s+the\s+same\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words of a heading that names no part of a study, or all of them."""
_COHORT_TIDY = re.compile(
    r"""^(?:(?:only|for|in|to|the|during|of|applicable|key|main|additional|specific|subjects|participants|patients|enrolled|with
          |and|or|criteria)\b[\s:,]*)+
        |[\s,:(]+(?:only|key|the|patients?\s+must(?:\s+have)?|must\s+have|of\s+the\s+protocol|must|have|reads?|which)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_COHORT_FRONT = re.compile(
    r"""^\W*(?P<c>\(?(?:(?:for|in|additional(?:ly)?,?(?:\s+(?:in|for))?)\s+(?:the\s+|participants\sin\s+|patients\sin\s+|subjects\sin\s+)?)?
         (?:(?:dose|main|safety|phase|dose[-\s]?(?:expansion|escalation)|(?:dose\s+)?(?:expansion|escalation)\s+\(|tnbc|hr\+?)\s*)?
         (?:cohorts?|parts?|arms?|phase|groups?|sub-?study|module|step)\s*(?:[A-Z]{0,2}\d{0,2}[a-z]?|[IVX]{1,3}[ab]?)(?:\s*(?:,|and|&|/|or|-|to)\s*(?:(?:cohorts?|parts?|arms?|phase)\s+)?(?:[A-Z]?\d{1,2}[a-z]?|[A-Z]|[IVX]{1,3}[ab]?)\b)*
         (?:\s+(?:only|participants|patients|subjects|cohorts?|portion|component|part))*\)?)\s*[:,\-–)]\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_COHORT_SUBJECT = re.compile(
    rf"\W*(?:the\s+)?(?P<c>(?:dose[-\s]?)?(?:expansion|escalation)\s+(?:{_COHORT_WORDS}))\s+(?:will|shall|should|must|is|are|may)\b"
    rf"|\W*(?:in|during|for)\s+(?:the\s+)?(?P<d>dose[-\s]?(?:expansion|escalation)(?:\s+(?:{_COHORT_WORDS}))?)\s*,",
    re.IGNORECASE,
)
"""How a sentence begins that tells whom one part of a study takes ("Dose expansion part will enroll ...")."""
_COHORT_BACK = re.compile(
    rf"\(\s*(?P<c>[^()]{{0,50}}\b(?:{_COHORT_WORDS})\b[^()]{{0,40}}?\bonly\b[^()]{{0,20}}|"
    rf"(?:for\s+)?(?:{_COHORT_WORDS})\s+[A-Z0-9]{{1,3}}(?:\s*(?:,|and|&)\s*[A-Z0-9]{{1,3}})*)\s*\)[.;\s]*$"
    r"|[;,.]\s*\(?(?P<d>(?:cohort|part|arm|phase)\s+[A-Z0-9]{1,3}\s+only)\)?[.;\s]*$"
    r"|\b(?:this|these)\s+(?:criteri(?:on|a)|requirements?|exclusions?|restrictions?)\s+(?:only\s+appl(?:y|ies)|appl(?:y|ies)\s+only|is\s+only|are\s+only)"
    rf"\s+(?:to|for|in)\s+(?:the\s+)?(?P<e>[^.;]{{0,60}}\b(?:{_COHORT_WORDS})\b[^.;]{{0,40}})[.;\s]*$",
    re.IGNORECASE,
)
_COHORT_ASIDE = re.compile(r"\(\s*(?:cohort|part|arm|phase|group)\s+\w{1,3}\s*\)", re.IGNORECASE)
"""What names another part before: each of several is named beside those whom it takes."""
_ANY = re.compile(
    r"\b(?:(?:at\s+least\s+)?(?:one|1)(?:\s*\(1\))?(?:\s+or\s+(?:more|both))?|any(?:\s+(?:one|1))?|either)\s+(?:\w+\s+){0,3}?"
    r"(?:of\s+)?(?:the\s+)?(?:following|below|these|criteria|conditions)"
    r"|\bfollowing\s+(?:patients|subjects|participants|cancers|tumou?rs|diagnoses)\s+(?:will\s+be|are|may\s+be|can\s+be)\s+(?:considered|eligible|included|allowed|enrolled)"
    r"|\beither\s*:?\s*$|\bor\s*:\s*$|\bany\s+of\s*:\s*$",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:at\s+least\s+)?(?:two|2)(?:\s+or\s+more)?\s+of\s+the\s+(?:following|below)", re.IGNORECASE)
_EXCEPT = re.compile(
    r"\b(?:except(?:ions?)?|unless|with\s+the\s+(?:following\s+)?exceptions?|other\s+than|exclud(?:ing|es?)|provided|if|as\s+long\s+as"
    r"|exceptions\s+(?:include|are|to\s+this)|but\s+not(?!\s+(?:necessarily\s+)?(?:limited|restricted)))\b[^.;]*:?\s*$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W*(?:note|nb|n\.b|exceptions?|however|unless|except|or\b|and\b|if\b|in\s+case|in\s+this\s+case|provided|for\s+example|e\.g|i\.e|this\s+includes|"
    r"these\s+(?:include|patients|subjects)|such\s+(?:patients|subjects)|those\s+(?:patients|with|who)|but\b|where\b)",
    re.IGNORECASE,
)
_SKIPPED = re.compile(
    r"""^\W*(?:not\s+(?:specified|applicable|provided)|none|n/?a|see\s+(?:also\s+)?(?:disease|patient|prior)\s[\w\s]*|
        (?:other|further|additional|more)\s+(?:protocol|inclusion|exclusion|eligibility|criteria|in/?exclusion)[^.]{0,100}|
        (?:note:?\s*)?(?:other|additional)\s+(?:protocol[-\s]\w+\s+)?(?:inclusion|exclusion)[\s/\w,-]*(?:may\s+)?appl\w*[\w\s,]*|
        (?:there\s+are\s+)?no\s+(?:specific\s+)?exclusion\s+criteria[\w\s]*|or|and|and/or|exclusion|inclusion|criteria)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_OR_NEXT = re.compile(r"\bor\W*\Z", re.IGNORECASE)
_OR_FIRST = re.compile(r"or[\s,]+(?:\w+\s){2}", re.IGNORECASE)
_WORDY = re.compile(r"[^\W\d_]")
_HANGING = re.compile(
    r"(?:\b(?:than|of|to|the|an?|with|for|in|by|at|least|within|from|per|is|are|be|must|has|have|not|upper|lower)|[≥≤<>=]"
    r"|[\w)]\s+(?:and|or))\s*$",
    re.IGNORECASE,
)
"""How a line ends that the next one goes on with, whatever it begins with."""
_SENTENCE_ENDS = frozenset(".;:!?)]")
_ENDING = 40
"""In so many characters stand the last words of an item."""


def segment(text: str, section: Section = "inclusion") -> tuple[Piece, ...]:
    """Return the pieces of an eligibility text in the order in which they stand.

    ``section`` says what stands before the first heading. Time is linear in the length of the text.
    """
    pieces: list[Piece] = []
    for block_section, block_cohort, start, end in _sections(text, section):
        roots = _tree(_items(text, start, end))
        _Collector(text, pieces).collect(roots, block_section, block_cohort, None)
    return tuple(pieces)


# --- sections ------------------------------------------------------------------------------------------------


def _sections(text: str, section: Section) -> list[tuple[Section, str, int, int]]:
    """Cut the text at headings that switch between inclusion and exclusion, on a line of their own or inside one."""
    cuts: list[tuple[int, int, Section, str]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        body = _unmarked(stripped)
        heading = _section_of(body) if len(body) < 190 else None
        if heading:
            cuts.append((position, position + len(line), heading[0], heading[1]))
        elif "clusion" in line.lower():
            for match in _INLINE.finditer(line):
                kind: Section = "inclusion" if match["kind"].lower() == "inclusion" else "exclusion"
                rest = (match["rest"] or "").strip()
                cuts.append((position + match.start(), position + match.end(), kind, _cohort_of(rest)))
        position += len(line)
    blocks: list[tuple[Section, str, int, int]] = []
    here, cohort, start = section, "", 0
    for cut_start, cut_end, kind, name in cuts:
        blocks.append((here, cohort, start, cut_start))
        here, cohort, start = kind, name, cut_end
    blocks.append((here, cohort, start, len(text)))
    return [block for block in blocks if text[block[2] : block[3]].strip()]


def _unmarked(line: str) -> str:
    while match := _MARK.match(line):
        line = line[match.end() :]
    return line


def _section_of(line: str) -> tuple[Section, str] | None:
    """Return the section that a heading line opens, with the cohort that it names; ``None`` for any other line."""
    if not line:
        return None
    if _PDQ.fullmatch(line):
        return "inclusion", ""
    lowered = line.lower()
    match = _SECTION.match(line) if "clusion" in lowered or "eligib" in lowered else None
    if match and _is_heading(match, line):
        kind = match["kind"].lower()
        words = f"{match['lead']}{match['rest']}"
        excluding = kind.startswith(("exclusion", "non")) or bool(_EXCLUDING.search(line))
        return ("exclusion" if excluding else "inclusion"), _cohort_of(words)
    if line.endswith((":", ".")) and len(line) < 180 and _GENERIC_HEAD.match(line):
        if _EXCLUDING.search(line):
            return "exclusion", ""
        if _INCLUDING.search(line) and re.search(r"criteri|following|:\s*$", line, re.IGNORECASE) and len(line) < 110:
            return None if re.search(r"\bone\s+of|\bany\s+of|either", line, re.IGNORECASE) else ("inclusion", "")
    return None


def _is_heading(match: re.Match[str], line: str) -> bool:
    has_word = re.search(r"criteri|:\s*$", line, re.IGNORECASE) is not None
    short = len(match["lead"].split()) <= 4 and len(match["rest"].split()) <= 9
    sentence = re.search(
        r"\b(?:is|was|eligible|there|other|further|additional\s+criteria|may\s+apply|no|fail\w*|violat\w+|specified)\b",
        line,
        re.IGNORECASE,
    )
    bare = line.strip(" :.-*").lower() in {"inclusion", "exclusion", "exclusions", "inclusions"}
    if bare:
        return True
    if match["kind"].lower() == "eligibility":
        return has_word and len(line.split()) <= 5
    if sentence and not line.rstrip().endswith(":"):
        return False
    return has_word and (short or line.rstrip().endswith(":"))


def _cohort_of(words: str) -> str:
    return _tidy(words) if re.search(rf"\b(?:{_COHORT_WORDS})\b", words, re.IGNORECASE) else ""


def _tidy(words: str) -> str:
    """Return the name of a part of a study without the words around it, so that one part has one name.

    Nothing, when the words name no part, or all of them.
    """
    if _NO_COHORT.search(words):
        return ""
    name, before = words.strip(" :-–.,;*\\\t"), ""
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    while name != before:
        before = name
        name = _COHORT_TIDY.sub("", name.strip(" :-–.,;*\\\t")).strip(" :-–.,;*\\\t")
    if name.count("(") > name.count(")"):
        name = f"{name})" if name[-1:].isalnum() and not name.startswith("(") else name.replace("(", "")
    elif name.count(")") > name.count("("):
        name = name.replace(")", "")
    return " ".join(name[:1].upper() + word[1:] if not at else word for at, word in enumerate(name.split()))


# --- items ---------------------------------------------------------------------------------------------------


def _items(text: str, start: int, end: int) -> list[_Item]:
    """Return the bullets, numbered entries, paragraphs or bare lines between two offsets."""
    items: list[_Item] = []
    position, blank = start, True
    for line in text[start:end].splitlines(keepends=True):
        stripped = line.strip()
        line_start, line_end = position, position + len(line.rstrip())
        position += len(line)
        if not stripped:
            blank = True
            continue
        indent = len(line) - len(line.lstrip())
        body = line_start + indent
        marked = False
        while body < line_end and (match := _MARK.match(text, body, line_end)):
            body, marked = match.end(), True
        while body < line_end and text[body] in " \t":
            body += 1
        if body >= line_end or not _WORDY.search(text, body, line_end):
            if marked and body < line_end and items and not blank:
                items[-1].end = line_end
            blank = False
            continue
        if items and not marked and not blank and _continues(text, items[-1], indent, body, line_end):
            items[-1].end = line_end
        else:
            items.append(_Item(body, line_end, indent if marked else max(indent, 0), marked, []))
        blank = False
    return items


def _continues(text: str, last: _Item, indent: int, start: int, end: int) -> bool:
    """Whether an unmarked line goes on with the item above it: a wrapped line, not a criterion of its own."""
    if text[start].islower() or text[start] in "(≥≤<>/%+,;":
        return True
    above = text[last.start : last.end]
    if above.rstrip()[-1:] in _SENTENCE_ENDS:
        return False
    if _HANGING.search(above[-_ENDING:]):
        return True
    last_line = above.rsplit("\n", 1)[-1]
    return last.marked and indent > last.indent and len(last_line) > 45


def _tree(items: list[_Item]) -> list[_Item]:
    """Hang every item below the nearest one above it that is indented less."""
    roots: list[_Item] = []
    path: list[_Item] = []
    for item in items:
        while path and path[-1].indent >= item.indent:
            path.pop()
        (path[-1].children if path else roots).append(item)
        path.append(item)
    return roots


# --- pieces --------------------------------------------------------------------------------------------------

_JOINED_AT_MOST = 14
_DEEPEST = 40


class _Collector:
    """Walks the tree of items and writes pieces."""

    def __init__(self, text: str, pieces: list[Piece]) -> None:
        self.text = text
        self.pieces = pieces

    def collect(self, items: list[_Item], section: Section, cohort: str, context: Span | None, depth: int = 0) -> None:
        here, local = section, cohort
        loose: Span | None = None
        taken = 0
        for index, item in enumerate(items):
            if index < taken:
                continue
            words = self.text[item.start : item.end].strip()
            if _SKIPPED.match(words):
                continue
            below = item.children if depth < _DEEPEST else []
            following = index + 1 < len(items) and not item.marked and items[index + 1].marked
            leads = bool(below) or following
            if leads and words.endswith(":") and len(words) < 190 and _GENERIC_HEAD.match(words) and not below:
                switched = _section_of(words)
                if switched:
                    here = switched[0]
                    continue
            if self._is_cohort_head(words, leads):
                local = _tidy(words)
                self.collect(below, here, local, None, depth + 1)
                if below:
                    local = cohort
                continue
            if not below and not item.marked and words.endswith(":"):
                loose = Span(item.start, item.end) if following else None
                if following:
                    continue
            taken = self._alternatives(items, index)
            if taken > index + 1 and here == "inclusion":
                parts = tuple(Span(self._after_or(one), one.end) for one in items[index:taken])
                self.pieces.append(Piece(here, local, Span(item.start, item.start), parts, "any", context or loose))
                continue
            taken = 0
            self._emit(item, below, here, local, context=context or loose, depth=depth)

    def _alternatives(self, items: list[_Item], first: int) -> int:
        """Return where a run of bullets ends of which each but the last says "or" at its end."""
        end = first
        while end + 1 < len(items) and end - first < _JOINED_AT_MOST and not items[end].children:
            ends_so = _OR_NEXT.search(self.text, max(items[end].start, items[end].end - _ENDING), items[end].end)
            if not ends_so and not _OR_FIRST.match(self.text, items[end + 1].start, items[end + 1].end):
                break
            end += 1
        return end + 1 if not items[end].children else first + 1

    def _after_or(self, item: _Item) -> int:
        """Return where an alternative begins, behind its "or"."""
        return item.start + len("or") if _OR_FIRST.match(self.text, item.start, item.end) else item.start

    def _is_cohort_head(self, words: str, leads: bool) -> bool:
        if not leads or len(words) > 130:
            return False
        named = words.rstrip().endswith(":") and _COHORT_HEAD.match(words) and not _ANY.search(words)
        return bool(named) and bool(_tidy(words))

    def _emit(
        self, item: _Item, below: list[_Item], section: Section, cohort: str, *, context: Span | None, depth: int
    ) -> None:
        head = Span(item.start, item.end)
        words = self.text[item.start : item.end]
        own, cohort = _own_cohort(words, cohort)
        head = Span(item.start + own, item.end)
        if not below:
            self.pieces.append(Piece(section, cohort, head, context=context))
            return
        join = _join_of(words)
        flat = _flatten(below)
        if join and len(flat) <= _JOINED_AT_MOST:
            parts = tuple(Span(one.start, one.end) for one in flat)
            self.pieces.append(Piece(section, cohort, head, parts, join, context))
        elif words.rstrip().endswith((":", "following", "including", "as follows", "of:", "(", "-")) or join:
            self.collect(below, section, cohort, head, depth + 1)
        else:
            notes = [one for one in below if _NOTE.match(self.text[one.start : one.end]) and not one.children]
            others = [one for one in below if one not in notes]
            self.pieces.append(
                Piece(section, cohort, head, tuple(Span(one.start, one.end) for one in notes), "note", context)
            )
            self.collect(others, section, cohort, None, depth + 1)


def _own_cohort(words: str, cohort: str) -> tuple[int, str]:
    """Return how many characters at the front only name a cohort, and the cohort that the words are restricted to."""
    front = _COHORT_FRONT.match(words)
    if front and any(character.isdigit() or character.isupper() for character in front["c"][1:]):
        return front.end() if front.end() < len(words) else 0, _tidy(front["c"])
    subject = _COHORT_SUBJECT.match(words)
    if subject:
        return 0, _tidy(subject["c"] or subject["d"])
    tail = words[-160:]
    back = _COHORT_BACK.search(tail) if "(" in tail or "only" in tail.lower() else None
    if back and not _COHORT_ASIDE.search(words[: len(words) - len(tail) + back.start()]):
        return 0, _tidy(back["c"] or back["d"] or back["e"])
    return 0, cohort


def _join_of(words: str) -> Join:
    tail = words[-220:]
    if _TWO.search(tail):
        return "two"
    if _EXCEPT.search(tail):
        return "except"
    if _ANY.search(tail):
        return "any"
    return ""


def _flatten(items: list[_Item]) -> list[_Item]:
    flat: list[_Item] = []
    stack = list(reversed(items))
    while stack:
        item = stack.pop()
        flat.append(item)
        stack.extend(reversed(item.children))
    return flat


__all__ = ["Join", "Piece", "segment"]
