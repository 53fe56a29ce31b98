"""The text of a report, with the way back from every word to its page and line.

Two texts of the same length stand side by side: ``text`` is what the report says, ``norm`` is the same with typographic
signs made plain, letters and digits that scanning confuses put right, and the line breaks inside a sentence turned into
spaces. Because both have the same length, a place in one is a place in the other.
"""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

from abreast.foundation.yaml import read_yaml
from abreast.intake.report.spoken import written
from abreast.vocabulary import load_vocabulary

DATA = Path(__file__).parent / "data"
PAGE_BREAK = "\f"

_PLAIN = {
    "–": "-", "—": "-", "−": "-", "‑": "-", "‐": "-", "‒": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "´": "'",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "×": "x", "✕": "x", "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤",
    "•": "*", "●": "*", "▪": "*", "…": ".", "\t": " ", "\r": " ", "\f": "\n", "\v": " ", "\u2028": "\n", "\u2029": "\n",
    "\x85": "\n", "µ": "u", "μ": "u", "²": "2", "³": "3", "⁹": "9",
}  # fmt: skip
_SKELETON = str.maketrans("01liIcQO|58q", "oiiiieooisbg")
_DIGIT_OF = str.maketrans("OolI|S", "001115")
_WORD = re.compile(r"[A-Za-z0-9|]{3,24}")
_DIGITS = re.compile(r"(?<![A-Za-z0-9.])(?=[0-9OolI|/.:-]*\d)[0-9OolI|][0-9OolI|]{0,7}(?=\s?%|/|[-:.]?\d|[\s,;)]|$)")
_SPOILT_POINT = re.compile(r"(?<=\s)(?=[0-9OolI|.S]*[OolI|S])[0-9OolI|]{1,4}\.[0-9OolI|S]{1,3}(?=\s|%|$)")
"""A decimal number in which letters stand for digits: "lO.l", "l.O4"."""
_SPOILT_SHARE = re.compile(
    r"(?<=\s)(?=[\dlIO|]*[lIO|])[\dlI|][\dO]{1,2}(?=\s{0,3}%)|(?<=\s)\dS(?=\s?%)|(?<=[\s(])O(?=/\d)|(?<=[<>]\s)[lI](?=\s?%)|(?<=[<>])[lI](?=\s?%)"
)
"""A share or a count in which letters stand for digits: "lOO %", "8O %", "(O/2)"."""
_SPOILT_TNM = re.compile(
    r"(?<=\b[cpy]T)[lI|](?=[abc]?(?:mi)?\b)|(?<=\b[cp]N)[lIO|](?=[abc]?(?:mi)?(?:\(|\b))", re.ASCII
)
_SPOILT_CHANGE = re.compile(
    r"(?<![\w.])[A-Z](?=[\dlIO|]*[lIO|])(?=[lIO|]{0,2}\d[lIO|]?\d)[\dlIO|]{3,4}(?=[A-Z*](?!\w))"
)
"""A change of a protein in which letters stand for digits: "Hl047R"."""
_SPOILT_GRADE = re.compile(r"(?<=grade )[lI|](?=\s*(?:of|/)\s*3)", re.IGNORECASE)
_SPOILT_KI67 = re.compile(r"(?<=\bK)[lI1|](?=-?67)", re.IGNORECASE)
_STEP_IN = 2
_POINT = re.compile(r"\.\d")
_ONE = re.compile(r"(?<=ECOG )[lI](?![A-Za-z])|(?<=IHC )[lI](?=\+)|(?<=[ (])l(?=\+)")
_ROMAN = re.compile(r"(?<=stage )(?=[I1l]*[lI])[I1l]{1,3}V?\b(?=[ABCabc]?\b)", re.IGNORECASE)
_GAP = re.compile(r"\S(?:\s{3,}|\s*\|\s*|\s*\.{4,}\s*)\S")
_BULLET = re.compile(r"\s*(?:[-*+~>#]{1,2}\s|\d{1,2}[.)]\s|[A-Za-z][.)]\s|[A-Z](?:,\s?[A-Z])*[.)]\s|\|)")
_LABEL = re.compile(r"\s*(?:[A-Z]|\d{1,2}-(?=[a-z]))[\w /(),.'&#+-]{0,44}[:=](?:\s|$)")
_OPEN_END = re.compile(
    r"(?:[,(/]|\s\+|\s(?:and|or|of|for|with|the|to|in|on|by|from|is|was|are|at|than|no|not|consistent|a|an))$"
)
_OPEN_NAME = re.compile(
    r"(?:^|[\s(,;/])(?:ER|P[gG]?R|HER-?2(?:/neu)?|Ki-?67|IHC|FISH|Allred|receptors?|[Gg]rade|[Ss]tage|[Ss]core)\s*[:=]?$"
)
"""The end of a long line that names something whose value begins the next."""
_SPACES = re.compile(r"[ \t\u00a0]{81,}")
_EMPTY_LINES = re.compile(r"\n{41,}")
_HEADING = re.compile(r"\s*[A-Z][A-Z &/,()'-]{5,60}(?::|$)")


@dataclass(frozen=True)
class ReportText:
    """The words of one report. ``file`` is the name shown to the person; pages are divided by form feeds."""

    text: str
    file: str = ""
    norm: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the plain twin of the text; what is no more than emptiness is cut short first."""
        object.__setattr__(self, "text", _EMPTY_LINES.sub("\n" * 40, _SPACES.sub(" " * 80, self.text)))
        plain = _plain(self.text)
        signs = _pointed(_answered(_ticked(_one_way(_one_name(_repaired(written(plain)))))))
        object.__setattr__(self, "norm", _joined(signs, plain))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"[\n\f]", self.text))]

    @cached_property
    def _page_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(PAGE_BREAK, self.text))]

    def place(self, start: int) -> str:
        """Return "page 2, line 14" for a place in the text; lines are counted on their page, from 1."""
        page = bisect.bisect_right(self._page_starts, start)
        first = bisect.bisect_right(self._line_starts, self._page_starts[page - 1])
        line = bisect.bisect_right(self._line_starts, start) - first + 1
        return f"page {page}, line {line}"

    def quote(self, start: int, end: int) -> str:
        """Return the words themselves, as they stand in the report."""
        return self.text[start:end]

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield the start and end of every line of the original."""
        starts = [*self._line_starts, len(self.text) + 1]
        for start, following in itertools.pairwise(starts):
            yield start, following - 1


def _plain(text: str) -> str:
    """Return the text with one plain sign for each of its signs."""
    if text.isascii():
        return text.translate({ord(key): value for key, value in _PLAIN.items() if key.isascii()})
    return "".join(_PLAIN.get(sign) or _narrow(sign) for sign in text)


@lru_cache(maxsize=4096)
def _narrow(sign: str) -> str:
    same = unicodedata.normalize("NFKC", sign)
    return same if len(same) == 1 else sign


@lru_cache(maxsize=1)
def _words_by_skeleton() -> dict[str, str]:
    """Return the words of the field that scanning is known to spoil, by what stays the same when it does."""
    content = read_yaml((DATA / "scanning.yaml").read_text(encoding="utf-8"), "scanning.yaml")
    drugs = load_vocabulary().terms["drug"].values()
    names = [term.id for term in drugs if len(term.id) >= _DRUG_NAME and term.id.isalpha()]
    return {_skeleton(word): word for word in [*names, *str(content["words"]).split()]}


_DRUG_NAME = 8
"""Names of drugs so long are unlike any other word even when scanning spoils them."""


def _skeleton(word: str) -> str:
    return word.translate(_SKELETON).casefold().translate(_SKELETON)


_EMPTY_BOX = re.compile(
    r"(?:\[\s?\]|\(\s\)|[\u2610\u25a1])[ ]?"
    r"(?:[^\[\]\n\u2610\u2611\u2612\u25a1]*?(?=[ ]{2,}|[ ]?(?:\[[ xX*]?\]|\([ xX]\)|[\n\u2610\u2611\u2612\u25a1])|$)|)"
)
"""A box of a form that is not ticked, with the choice behind it."""
_FULL_BOX = re.compile(r"\[[xX*\u2713\u2714]\]|\([xX]\)|[\u2611\u2612]")
_COMMA = re.compile(r"(?<![\d,.])(\d{1,3}),(?=\d{1,2}(?!\d))")
_COMMA_SURE = re.compile(r"\d,\d{1,2}\s+(?:g/|mg/|mmol|umol|U/|kU|10\^|mm\b|cm\b|%)|\d,\d{1,2}\s?-\s?\d{1,3},\d")


_BOXES_BEHIND = re.compile(r"(?m)(?<![^\s:])(?:[A-Za-z][\w/-]{0,14}[ ]?\[[ xX]?\][ ]*){2,}$")
"""The end of a line in which each box stands behind its choice: "CR [ ]   PR [X]   SD [ ]"."""
_CHOICE_BEFORE = re.compile(r"(?P<choice>[A-Za-z][\w/-]{0,14})[ ]?\[(?P<tick>[ xX]?)\]")


def _if_ticked(match: re.Match[str]) -> str:
    """Return the choice without its box when it is ticked, else nothing, length unchanged."""
    kept = match["choice"] if match["tick"].strip() else ""
    return kept.ljust(len(match[0]))


def _ticked(text: str) -> str:
    """Return the text without the choices of a form that are not ticked, length unchanged."""
    if not _EMPTY_BOX.search(text):
        return text
    text = _BOXES_BEHIND.sub(lambda line: _CHOICE_BEFORE.sub(_if_ticked, line[0]), text)
    blank = _EMPTY_BOX.sub(lambda match: " " * len(match[0]), text)
    return _FULL_BOX.sub(lambda match: " " * len(match[0]), blank)


_CRITERION = re.compile(
    r"(?<![A-Za-z])(?:incl|excl)\w*\.?\s*(?:criteri\w+\s*)?#?\d{1,2}\s*[:.)](?P<asked>[^:\n]{1,90}):\s*(?=(?:Y|N|Yes|No)\b)",
    re.IGNORECASE,
)
"""A criterion of a trial before its answer, in a form of screening: "Incl 5: ECOG 0-1: Y"."""


def _answered(text: str) -> str:
    """Return the text without keys in brackets and without criteria that a form of screening asks; answers stay."""
    text = _KEY_BESIDE.sub(lambda match: " " * len(match[0]), text)
    return _CRITERION.sub(lambda match: " " * len(match[0]), text)


_KEY_BESIDE = re.compile(
    r"\[(?=[^\[\]\n]{0,110}(?:[<>≥≤]|cut-?off|investigational|not used|reference|normal))[^\[\]\n]{1,120}\]",
    re.IGNORECASE,
)
"""What a result means, in square brackets behind it: "0 % [positive >= 1 %] NEGATIVE"."""
_SEQUENCED = re.compile(r"sequenc|\bNGS\b|\bVAF\b|mutation|variant|\bc\.\d|\bgenomic", re.IGNORECASE)
_BY_FISH = re.compile(r"\b[DCFS]?ISH\b")


_WAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bHER 2(?=[\s,;:/.+()=|-]|$)|\b(?i:her-2)\b(?!/)"), "HER2 "),
    (re.compile(r"\b(?i:c-?erb-?B-?2)\b(?! ?\()"), "HER2"),
    (re.compile(r"(?<![\w+])\+ve\b"), "pos"),
    (re.compile(r"(?<![\w-])-ve\b"), "neg"),
    (re.compile(r"(?<=\d) ?per ?cent\b(?!age)"), "%"),
)
"""Ways of writing the same: names of HER2, plus and minus with an ending, the word for the sign of a share."""


def _one_way(text: str) -> str:
    """Return the text with one way of writing for what has several, length unchanged."""
    for pattern, plain in _WAYS:
        text = pattern.sub(partial(_as, plain), text)
    return text


def _as(plain: str, match: re.Match[str]) -> str:
    return plain.ljust(len(match[0]))


def _one_name(text: str) -> str:
    """Return the report of a gene test by FISH with the name HER2 for the gene, as tests of the protein have it."""
    is_fish = "ERBB2" in text and _BY_FISH.search(text) and not _SEQUENCED.search(text)
    return text.replace("ERBB2", "HER2 ") if is_fish else text


def _pointed(text: str) -> str:
    """Return the text with decimal commas as points, when its measurements have them (1,8 - 7,5 g/L)."""
    return _COMMA.sub(r"\1.", text) if _COMMA_SURE.search(text) else text


def _repaired(text: str) -> str:
    """Return the text with spoiled words and numbers put right, length unchanged."""
    words = _words_by_skeleton()

    def word(match: re.Match[str]) -> str:
        raw = match[0]
        right = words.get(_skeleton(raw))
        if right is None or right.casefold() == raw.casefold():
            return raw
        if raw.isdigit() or raw in ("LLC", "IIC"):
            return raw
        return right.upper() if sum(letter.isupper() for letter in raw) > len(raw) / 2 else right

    def number(match: re.Match[str]) -> str:
        raw = match[0]
        if raw.isdigit() or not (any(sign.isdigit() for sign in raw) or _POINT.match(text, match.end())):
            return raw
        return raw.translate(_DIGIT_OF)

    text = _ONE.sub("1", _WORD.sub(word, text))
    text = _SPOILT_KI67.sub("i", text)
    for pattern in (_SPOILT_POINT, _SPOILT_SHARE, _SPOILT_TNM, _SPOILT_GRADE):
        text = pattern.sub(lambda match: match[0].translate(_DIGIT_OF), text)
    text = _SPOILT_CHANGE.sub(lambda match: match[0][0] + match[0][1:].translate(_DIGIT_OF), text)
    right = _DIGITS.sub(number, text)
    return _ROMAN.sub(lambda match: match[0].replace("l", "I").replace("1", "I"), right)


def _joined(text: str, shape: str) -> str:
    """Return the text with the line breaks inside sentences turned into spaces.

    ``shape`` is the text as it was typed: its gaps tell columns, those that signs leave in the place of words do not.
    """
    shown = text.split("\n")
    lines = shape.split("\n") if shape.count("\n") == text.count("\n") else shown
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    width = max(56, lengths[int(len(lengths) * 0.85)] if lengths else 0)
    parts: list[str] = []
    for index, line in enumerate(lines):
        parts.append(shown[index])
        if index + 1 < len(lines):
            parts.append(" " if _goes_on(line, lines[index + 1], width) else "\n")
    return "".join(parts)


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a sentence runs on from one line to the next."""
    here, there = line.rstrip(), following.strip()
    if not here.strip() or not there:
        return False
    if _BULLET.match(following) or _GAP.search(there) or set(there) <= set("-=_*+|~. "):
        return False
    starts_low = there[0].islower() or there[0] in "(+/"
    if _OPEN_END.search(here.casefold()) and not _LABEL.match(following):
        return True
    if _LABEL.match(following) and not starts_low:
        return False
    if _OPEN_NAME.search(here) and len(here) >= width * 0.7 and not _GAP.search(here):
        return True
    if there[0].isupper() and _indent(line) >= _STEP_IN and _indent(following) == 0:
        return False
    if _HEADING.match(following) and not here.isupper() and any(letter.islower() for letter in here):
        return False
    if starts_low:
        return True
    if here.endswith(":"):
        return len(here.strip()) < 46 and _indent(following) > _indent(line)
    if here.endswith("."):
        return len(here) >= width * 0.7 and not _GAP.search(here)
    return len(here) >= width * 0.8 and not _GAP.search(here) and not here.isupper()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


__all__ = ["DATA", "PAGE_BREAK", "ReportText"]
