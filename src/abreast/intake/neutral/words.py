"""Reading a phrase piece by piece, so that what was not read can be said.

A :class:`Phrase` holds a text; every piece that is understood is taken out of it, and what is left in the end is either
harmless ("the", "weekly") or reported.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from abreast.foundation.dates import PartialDate
from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.vocabulary import Quantity, Vocabulary
from abreast.vocabulary.quantity import parse_quantity

DATA = Path(__file__).parent / "data"


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the table rows."""


class KeyRow(Struct, frozen=True, kw_only=True):
    """How the value of a key is read; see the heading of ``data/keys.yaml``."""

    keys: tuple[str, ...]
    read: str
    attribute: str = ""
    list: str = ""
    unit: str = ""
    letter: str = ""
    prefix: str = ""
    origin: str = ""
    term: str = ""
    status: str = ""
    now: bool = False
    sample: bool = False


class Says(Struct, frozen=True, kw_only=True):
    """A pattern and what it says."""

    pattern: str
    attribute: str = ""
    value: str = ""
    status: str = ""
    treated: bool | None = None


class Labs(Struct, frozen=True, kw_only=True):
    """Names and units of measurements."""

    names: dict[str, str]
    suffixes: dict[str, str]
    upper: tuple[str, ...]
    lower: tuple[str, ...]


class Sayings(Struct, frozen=True, kw_only=True):
    """Phrases and what they say."""

    extent: tuple[Says, ...]
    hedge: str
    outcome: tuple[Says, ...]
    setting: tuple[Says, ...]
    lesion: tuple[Says, ...]
    illness_status: tuple[Says, ...]
    open: str
    denied_first: str
    denied_last: str
    turned: str
    nothing: str
    none: str
    harmless: tuple[str, ...]


class Content(msgspec.Struct, frozen=True):
    """Everything in the data files."""

    keys: tuple[KeyRow, ...]
    labs: Labs
    words: Sayings


@lru_cache(maxsize=1)
def tables() -> Content:
    """Return the tables that ship with abreast, read once per process."""
    return packed("neutral", sorted(DATA.glob("*.yaml")), Content, read_tables)


def read_tables() -> Content:
    """Read the data files."""
    raw: dict[str, Any] = {
        file.stem: read_yaml(file.read_text(encoding="utf-8"), file.name) for file in DATA.glob("*.yaml")
    }
    return msgspec.convert(raw, Content)


@lru_cache(maxsize=1)
def key_rows() -> dict[str, KeyRow]:
    """Return the rows by key."""
    return {key: row for row in tables().keys for key in row.keys}


def plain(key: str) -> str:
    """Return a key without case, spaces and hyphens."""
    return re.sub(r"[^a-z0-9]+", "_", key.casefold()).strip("_")


def is_nothing(text: str) -> bool:
    """Return whether a text says that something is not known (pending, not done)."""
    return bool(re.search(tables().words.nothing, text.strip().casefold()))


def is_none(text: str) -> bool:
    """Return whether a text says that there is none."""
    return bool(re.match(tables().words.none, text.strip().casefold()))


_GAP = " \N{ZERO WIDTH SPACE} "
"""Stands where a piece was taken out, so that no pattern reads across it."""

_DATE = re.compile(
    r"(?<![\d-])(?<!\bc\.)((?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?![\d-]*\d)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"[\w/+&'.-]+")
_APPROXIMATE = re.compile(r"(^|\s)(~|≈|about|approx\w*|around|circa|ca\.?)\s*\d", re.IGNORECASE)


class Phrase:
    """A text from which what is understood is taken out."""

    def __init__(self, text: str) -> None:
        """Keep the text; pieces longer than any sentence are not looked at."""
        self.text = text
        self.rest = iso_dates(text[:1000])

    def take(self, pattern: str) -> re.Match[str] | None:
        """Find a pattern, whatever the case of its letters, and take it out."""
        match = re.search(pattern, self.rest, re.IGNORECASE)
        if match:
            self.drop(match.start(), match.end())
        return match

    def drop(self, start: int, end: int) -> None:
        """Take out a piece."""
        self.rest = f"{self.rest[:start]}{_GAP}{self.rest[end:]}"

    def take_date(self) -> PartialDate | None:
        """Take out the first date (``2026``, ``2026-07``, ``2026-07-02``)."""
        for match in _DATE.finditer(self.rest):
            try:
                date = PartialDate.parse(match[1])
            except ValueError:
                continue
            self.drop(match.start(), match.end())
            return date
        return None

    def take_term(self, set_name: str, vocabulary: Vocabulary) -> str:
        """Take out the longest name of a term of a set; "" when there is none."""
        found = find_term(self.rest, set_name, vocabulary)
        if found is None:
            return ""
        self.drop(found.start, found.end)
        return found.term

    def says(self, rows: Sequence[Says]) -> list[Says]:
        """Take out every phrase of a table, as often as it stands there; return its rows, in the order of the table.

        A phrase after "no" or "not" is left where it is ("no progression").
        """
        found = []
        for row in rows:
            some = False
            for match in reversed(list(re.finditer(row.pattern, self.rest, re.IGNORECASE))):
                before = re.split(r"[,;.(]", self.rest[: match.start()])[-1]
                if match[0] and not re.search(rf"{tables().words.turned}[\w\s-]*$", before, re.IGNORECASE):
                    self.drop(match.start(), match.end())
                    some = True
            if some:
                found.append(row)
        return found

    @property
    def left(self) -> str:
        """What nobody read: the words that are not harmless, or ""."""
        words = [word for word in _WORD.findall(self.rest) if word.casefold() not in harmless()]
        return self.bare.strip(" ,;:.()[]/+-") if words else ""

    @property
    def bare(self) -> str:
        """What is left, without the gaps."""
        return " ".join(self.rest.replace(_GAP, " ").split())


@lru_cache(maxsize=1)
def harmless() -> frozenset[str]:
    """Return the words that may be left over."""
    return frozenset(tables().words.harmless)


@dataclass(frozen=True, slots=True)
class Found:
    """A term named in a text, and where."""

    term: str
    start: int
    end: int


def find_term(text: str, set_name: str, vocabulary: Vocabulary) -> Found | None:
    """Return the longest name of a term inside a text (singular or plural); the first of equally long ones."""
    tokens = list(_TOKEN.finditer(text))[:60]
    for length in range(min(len(tokens), 7), 0, -1):
        for first in range(len(tokens) - length + 1):
            start, end = tokens[first].start(), tokens[first + length - 1].end()
            piece = text[start:end].strip(".,;'-")
            if length == 1 and len(piece) < 3 and len(tokens) > 1:
                continue
            for name in (piece, f"{piece}s", piece.removesuffix("s")):
                term = vocabulary.by_name(set_name, name) if name else None
                if term:
                    return Found(term, start, end)
    return None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"((?:19|20)\d\d)"
_WRITTEN = (
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH},?[ -]{_YEAR}\b", re.IGNORECASE), "d m y"),
    (re.compile(rf"\b{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b", re.IGNORECASE), "m d y"),
    (re.compile(rf"\b{_MONTH},?[ -]{_YEAR}\b", re.IGNORECASE), "m y"),
    (re.compile(rf"(?<![\d/.-]){_YEAR}[/.](\d{{1,2}})[/.](\d{{1,2}})(?![\d/.-])"), "y n n"),
    (re.compile(rf"(?<![\d/.-])(\d{{1,2}})[/.](\d{{1,2}})[/.]{_YEAR}(?![\d/.-])"), "n n y"),
    (re.compile(rf"(?<![\d/.-])(\d{{1,2}})/{_YEAR}(?![\d/.-])"), "n y"),
    (re.compile(rf"(?<![\d/.-]){_YEAR}/(\d{{1,2}})(?![\d/.-])"), "n y"),
)
"""Other ways to write a date than ISO 8601: ``12 May 2026``, ``May 12, 2026``, ``May 2026``, ``2026/05/12``,
``12.05.2026``, ``05/2026``."""


def iso_dates(text: str) -> str:
    """Return a text with its dates in the form of ISO 8601, as exactly as they can be told.

    Of ``03/04/2021`` nobody knows which is the month: the year is what is left.
    """
    for pattern, order in _WRITTEN:
        text = pattern.sub(lambda match, order=order: _iso(match, order), text)  # type: ignore[misc]
    return text


def _iso(match: re.Match[str], order: str) -> str:
    groups = [group for group in match.groups() if group]
    year = next(one for one in groups if re.fullmatch(_YEAR, one))
    numbers = [int(one) for one in groups if one.isdigit() and one != year]
    month = next((_MONTHS.index(one[:3].lower()) + 1 for one in groups if one[0].isalpha()), 0)
    if order in ("d m y", "m d y"):
        parts = (month, numbers[0])
    elif order == "m y":
        parts = (month, 0)
    elif order == "n y":
        parts = (numbers[0], 0)
    elif order == "y n n":
        parts = (numbers[0], numbers[1])
    elif "." in match[0] or (numbers[0] > 12 >= numbers[1]):  # with points the day is first
        parts = (numbers[1], numbers[0])
    elif numbers[1] > 12 >= numbers[0] or numbers[0] == numbers[1]:
        parts = (numbers[0], numbers[1])
    else:
        parts = (0, 0)
    for known in (2, 1):
        if all(parts[:known]):
            try:
                return str(PartialDate.parse("-".join((year, *(f"{part:02}" for part in parts[:known])))))
            except ValueError:
                continue
    return year


_GRADES = re.compile(
    r"\b(?:ctcae(?: v?[345](?:\.0)?)?\W{0,2})?(?:grade|gr\.?|g)\s?"
    r"(?P<bound><=|≤|<|>=|≥|>)?\s?(?P<low>[0-5]|i{1,3}v?|iv|v)"
    r"(?:\s?(?:-|–|to|or|/)\s?(?P<high>[0-5]))?(?![\w.%])|\bctcae\s?(?P<bare>[0-5])\b",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


def take_grade(phrase: Phrase) -> Quantity | None:
    """Take out how bad something is: ``grade 2``, ``G1-2``, ``grade <=1``, ``CTCAE 2`` (CTCAE grades go to 5)."""
    match = _GRADES.search(phrase.rest)
    if match is None:
        return None
    phrase.drop(match.start(), match.end())
    if match["bare"]:
        return Quantity.exact(float(match["bare"]))
    low = float(_ROMAN.get(match["low"].lower(), 0) or (match["low"] if match["low"].isdigit() else 0))
    bound = match["bound"] or ""
    if bound:
        return (
            Quantity(0, low, "", False, bound == "<") if bound in "<=≤" else Quantity(low, 5, "", bound == ">", False)
        )
    return Quantity(low, max(low, float(match["high"] or low)), "")


def read_grade(value: object) -> Quantity | None:
    """Read a grade given as a number or in words (``2``, ``"2"``, ``"G2"``, ``"1-2"``); ``None`` when it is none."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    return take_grade(Phrase(text if re.match(r"[a-z]", text, re.IGNORECASE) else f"grade {text}"))


def read_date(value: object) -> PartialDate | None:
    """Read a date given as text, a year as a number, or a day."""
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, dt.date):
        return PartialDate.of(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100:
        return PartialDate(value)
    if isinstance(value, str):
        try:
            return PartialDate.parse(value)
        except ValueError:
            return Phrase(value).take_date()
    return None


def without_remark(text: str) -> tuple[str, str]:
    """Return a text without its remark in parentheses, and the remark."""
    match = re.match(r"([^(]*)\(([^)]*)\)\s*$", text.strip())
    return (match[1].strip(), match[2].strip()) if match else (text.strip(), "")


Kind = Literal["said", "denied", "suspected", "open", "unclear"]


@dataclass(frozen=True, slots=True)
class Stance:
    """How a text means what it names: as so, as not so, as suspected, as not so yet, or turned around within."""

    kind: Kind
    text: str


def stance(text: str) -> Stance:
    """Return how a text means what it names, and the text without the words for that."""
    words = tables().words
    plain = re.sub(r"\bnot (well )?controlled\b", "uncontrolled", text, flags=re.IGNORECASE)
    if re.search(words.open, plain, re.IGNORECASE):
        return Stance("open", text)
    first = re.search(words.denied_first, plain, re.IGNORECASE)
    rest = plain[first.end() :] if first else plain
    last = None if first else re.search(words.denied_last, plain, re.IGNORECASE)
    rest = plain[: last.start()] if last else rest
    if re.search(words.turned, rest, re.IGNORECASE):
        return Stance("unclear", text)
    if first or last:
        return Stance("denied", rest)
    unsure = re.search(rf"(possible|probable) |{words.hedge}|\?", plain, re.IGNORECASE)
    if unsure:
        return Stance("suspected", f"{plain[: unsure.start()]} {plain[unsure.end() :]}".strip())
    return Stance("said", plain)


def parted(text: str, joints: str = r"[,;]|\band\b|\+|&") -> list[str]:
    """Return the parts of a text at commas and the like, but not inside parentheses."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[()]|{joints}", text):
        if match[0] in "()":
            depth = max(0, depth + (1 if match[0] == "(" else -1))
        elif depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def read_quantity(text: str, unit: str, vocabulary: Vocabulary) -> Quantity | str:
    """Read a number with its unit from words; the reason when it is none. ``unit`` goes without saying."""
    if _APPROXIMATE.search(text):
        return f"not an exact number: {text}"
    bare, _ = without_remark(text)
    bare = re.sub(r"(?<=\d),(?=\d{3}\b)", "", bare)
    try:
        quantity = parse_quantity(bare)
    except ValueError:
        return f"not a number: {text}"
    if not quantity.unit:
        return Quantity(quantity.low, quantity.high, unit, quantity.low_open, quantity.high_open)
    known = vocabulary.unit(quantity.unit)
    if known is None:
        return f"the unit {quantity.unit!r} is not known"
    return Quantity(quantity.low, quantity.high, known, quantity.low_open, quantity.high_open)
