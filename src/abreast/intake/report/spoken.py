"""A dictation that was typed as it was heard: numbers and names in words become signs, the length stays the same.

"er ten percent, her two one plus" is read like "ER 10 percent, HER2 1+". Each sign form is shorter than its words;
what is left over becomes spaces, so that a place in the text stays the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ONES = {word: number for number, word in enumerate((*_DIGITS, *_TEENS))}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_DIGIT = "|".join(_DIGITS)
_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
_TEN = "|".join(_TENS)
_WHOLE = rf"(?:(?:{_TEN})(?:[ -](?:{_DIGIT}))?|{_ONE})"
_NUMBER = re.compile(
    rf"\b(?P<hundred>(?:{_DIGIT}) hundred(?: and)?(?= |$) ?)?(?P<whole>{_WHOLE})?\b"
    rf"(?P<point> point(?: (?:{_DIGIT}))+)?\b"
)
_ROMAN = {"one": "I", "two": "II", "three": "III", "four": "IV"}
_FEW = 200
_SMALL = 0.02
_MARK = rf"(?:\d|{_DIGIT}|ten|low|weak|strong|positive|negative|less than|over)"


def _category(match: re.Match[str]) -> str:
    """Return T, N or M as written: "y p t one b" is ypT1b."""
    number = _ONES.get(match["n"], "is")
    return f"{'y' if match['y'] else ''}{match['p']}{match['c'].upper()}{number}{match['l'] or ''}"


def _change(match: re.Match[str]) -> str:
    """Return the change of a protein as written: "d five thirty eight g" is D538G."""
    rest = _TENS.get(match["t"], _ONES.get(match["t"], 0)) + (_ONES[match["d"]] if match["d"] else 0)
    return f"{match['a'].strip().upper()}{_ONES.get(match['h'], 0) * 100 + rest}{match['b'].upper()}"


_NAMES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"\bher two(?= (?:neu|positive|negative|low|ultra ?low|zero|(?:one|two|three) plus|equivocal|status|ihc))"
        ),
        lambda match: "HER2",
    ),
    (re.compile(rf"\b(?:er|pr)(?= {_MARK})"), lambda match: match[0].upper()),
    (re.compile(r"\bbrca (?:one and two|one (?:and |or )?brca two|one two)\b"), lambda match: "BRCA1/2"),
    (
        re.compile(r"\b(?P<gene>brca|palb|chek) (?P<n>one|two)\b"),
        lambda match: f"{match['gene'].upper()}{_ONES[match['n']]}",
    ),
    (re.compile(r"\bpik (?:three|3) ?ca\b"), lambda match: "PIK3CA"),
    (re.compile(r"\btp (?:fifty[ -]three|53)\b"), lambda match: "TP53"),
    (
        re.compile(r"\b(?P<gene>esr|akt|cdh|fgfr|ccnd) (?P<n>one|two)\b"),
        lambda match: f"{match['gene'].upper()}{_ONES[match['n']]}",
    ),
    (
        re.compile(
            rf"(?<=[A-Z0-9]{{2}} )(?P<a> *[a-z]) (?:(?P<h>ten|eleven|{_DIGIT}) )?"
            rf"(?P<t>{_TEN}|{'|'.join(_TEENS)})(?:[ -](?P<d>{_DIGIT}))? (?P<b>[a-z])\b"
        ),
        _change,
    ),
    (re.compile(r"\bp ?d[ -]?l (?:one|1)\b"), lambda match: "PD-L1"),
    (re.compile(r"\bki sixty[ -]seven\b"), lambda match: "Ki67"),
    (re.compile(r"\b(?P<n>one|two|three) plus\b"), lambda match: f"{_ONES[match['n']]}+"),
    (
        re.compile(r"\b(?P<y>y )?(?P<p>[cp]) (?P<c>[tnm]) (?P<n>zero|one|two|three|four|is)(?: (?P<l>[abc])(?= ))?"),
        _category,
    ),
    (
        re.compile(r"\bstage (?P<n>one|two|three|four)(?: (?P<l>[abc])(?= |$))?"),
        lambda match: f"stage {_ROMAN[match['n']]}{(match['l'] or '').upper()}",
    ),
)
_BESIDE_FIGURES = (
    (re.compile(r"\bless than (\d+(?:\.\d+)?)\b"), r"<\1"),
    (re.compile(r"\b(\d+(?:\.\d+)?) +millimet(?:er|re)s?\b"), r"\1 mm"),
    (re.compile(r"\b(\d+(?:\.\d+)?) +centimet(?:er|re)s?\b"), r"\1 cm"),
)
"""Words that belong to a figure, and their signs."""


def is_spoken(text: str) -> bool:
    """Return whether a text is written in small letters, but for lines all in capitals: a dictation or a quick note."""
    body = "".join(line for line in text.split("\n") if not line.isupper())
    letters = sum(sign.isalpha() for sign in body)
    return letters > _FEW and sum(sign.isupper() for sign in body) < letters * _SMALL


_COMMANDS = re.compile(r"\b(?:comma|full stop|new paragraph|next paragraph)\b", re.IGNORECASE)
_FEWEST_COMMANDS = 2
_STOPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?: +|(?<=\n))comma\b"), ","),
    (re.compile(r" +(?:period|full stop)\b(?= *(?:\n|$| [a-z]))"), "."),
    (re.compile(r"\bnew paragraph\b\.?"), ""),
)
"""Stops that were said aloud and typed as words."""


def is_dictated(text: str) -> bool:
    """Return whether a text with capitals has its stops typed as words: a dictation that nobody edited."""
    return len(_COMMANDS.findall(text)) >= _FEWEST_COMMANDS


def written(text: str) -> str:
    """Return a dictation with signs for its spoken numbers and names, length unchanged; any other text as it is."""
    if is_spoken(text):
        return _signs(text)
    if not is_dictated(text) or len(text.lower()) != len(text):
        return text
    small = text.lower()
    for pattern, stop in _STOPS:
        small = _padded(pattern, partial(_expanded, stop), small)
    signs = _signs(small)
    return "".join(said if sign == was else sign for said, sign, was in zip(text, signs, text.lower(), strict=True))


def _signs(text: str) -> str:
    for pattern, sign in _NAMES:
        text = _padded(pattern, sign, text)
    text = _padded(_NUMBER, _figure, text)
    for pattern, template in _BESIDE_FIGURES:
        text = _padded(pattern, partial(_expanded, template), text)
    return text


def _padded(pattern: re.Pattern[str], sign: Callable[[re.Match[str]], str], text: str) -> str:
    """Return the text with ``sign`` of each match in its place, filled up with spaces to its length."""
    return pattern.sub(lambda match: sign(match).ljust(len(match[0])), text)


def _expanded(template: str, match: re.Match[str]) -> str:
    return match.expand(template)


def _figure(match: re.Match[str]) -> str:
    if not match["whole"] and not match["hundred"]:
        return match[0]
    value = 0
    for word in re.split(r"[ -]", match["whole"] or ""):
        value += _ONES.get(word, 0) + _TENS.get(word, 0)
    if match["hundred"]:
        value += 100 * _ONES[match["hundred"].split()[0]]
    digits = "".join(str(_ONES[word]) for word in (match["point"] or "").split()[1:])
    return f"{value}.{digits}" if digits else str(value)


__all__ = ["is_dictated", "is_spoken", "written"]
