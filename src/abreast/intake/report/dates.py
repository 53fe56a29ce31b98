# ruff: noqa: E501 - a pattern is read best in one line
"""Dates as reports write them: ISO, month or day first, "Mar 2023", "3/2023", "2019".

Whether 04/05/2024 is April or May is told from the report itself: from its dates that can be only one of the two, and
else from the words that only one side of the Atlantic uses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from abreast.foundation.dates import PartialDate

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DATE = re.compile(
    rf"""(?<![\w.])(?:
      (?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{{1,2}})(?:[-/.](?P<d1>\d{{1,2}}))?(?![\d%])
    | (?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<y2>(?:19|20)\d\d|\d\d)(?![\d%])
    | (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<mon3>{_MONTH})[\s,-]+(?P<y3>(?:19|20)\d\d|'?\d\d(?!\d))
    | (?P<d8>\d{{1,2}})(?P<mon8>(?-i:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC))(?P<y8>20\d\d)
    | (?P<mon4>{_MONTH})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d\d)
    | (?P<mon5>{_MONTH})[\s,'/-]*(?P<y5>(?:19|20)\d\d|(?<=[\s'/-])\d\d(?!\s?[%x/.-]?\d|\s?(?:mm|cm|mg)))
    | (?P<m10>1[0-2]|0[1-9])-(?P<y10>(?:19|20)\d\d)(?![-/\d])
    | (?P<m6>1[0-2]|0?[1-9])/(?P<y6>(?:19|20)\d\d|[012]\d(?=\s*(?:-|to\b|until)))(?![/\d])
    | (?:(?<=\d-)|(?<=\d\ -\ ))(?P<m9>1[0-2]|0?[1-9])/(?P<y9>[012]\d)(?![/\d])
    | (?P<y7>(?:19[5-9]|20[0-4])\d)(?![\w%]|[.,]\d|/\d|\s*(?:mg|mm|ml|x\b|gene|cells))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_DAY_FIRST_WORDS = re.compile(
    r"\bNHS\b|oestrogen|haemo|tumour|centre\b|\bclinic letter|dear dr|consultant|registrar|hosp(?:ital)? no|lakh|d\.o\.b|"
    r"oncologist,? (?:uk|india)|hyderabad|mumbai|delhi|chennai|kolkata|bengaluru|pune|oedema|paediatric|radiotherapy \d+ gy in|"
    r"programme|theatre|ward \d|\bGMC\b|\bdiploma\b|\bltd\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date with its place."""

    date: PartialDate
    start: int
    end: int


def is_day_first(text: str) -> bool:
    """Return whether dates such as 04/05/2024 are to be read with the day first."""
    day = month = 0
    for match in _DATE.finditer(text):
        if match["a"]:
            day += int(match["a"]) > 12 >= int(match["b"])
            month += int(match["b"]) > 12 >= int(match["a"])
    if day != month:
        return day > month
    return len({found.casefold() for found in _DAY_FIRST_WORDS.findall(text)}) >= 1


def find_dates(text: str, day_first: bool, offset: int = 0) -> Iterator[FoundDate]:
    """Yield the dates of a text from left to right; what is no day of the calendar is passed over."""
    spans = {match.start(): match for match in _SPAN.finditer(text)}
    told = 0
    for start, match in sorted([*spans.items(), *((one.start(), one) for one in _DATE.finditer(text))], key=_in_order):
        if start < told:
            continue
        if match.re is _SPAN:
            first = _first_of_span(match)
            if first:
                yield FoundDate(first, start + offset, match.end("first") + offset)
                told = match.end("first")
            continue
        date = _date(match, day_first)
        if date:
            yield FoundDate(date, start + offset, match.end() + offset)


def _in_order(found: tuple[int, re.Match[str]]) -> tuple[int, bool]:
    return found[0], found[1].re is not _SPAN


_SPAN = re.compile(
    rf"(?<![\w.])(?P<first>(?P<mon>{_MONTH})(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)?)\s*(?:-|–|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*"
    rf"(?P<last>{_MONTH})(?:\s+\d{{1,2}}(?:st|nd|rd|th)?,?)?[\s,]+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""A span of months or days of which only the end has a year: "Mar - Aug 2014", "Feb 26 - May 13, 2024"."""


def _first_of_span(match: re.Match[str]) -> PartialDate | None:
    """Return the beginning of such a span: in the year of its end, or in the year before ("Nov - Feb 2012")."""
    before = _number(match["mon"]) > _number(match["last"])
    return _made(str(int(match["year"]) - before), str(_number(match["mon"])), match["day"])


def _date(match: re.Match[str], day_first: bool) -> PartialDate | None:
    if match["y1"]:
        return _made(match["y1"], match["m1"], match["d1"])
    if match["a"]:
        first, second = match["a"], match["b"]
        if int(first) > 12 or (day_first and int(second) <= 12):
            first, second = second, first
        return _made(match["y2"], first, second)
    if match["mon3"]:
        return _made(match["y3"], str(_number(match["mon3"])), match["d3"])
    if match["mon8"]:
        return _made(match["y8"], str(_number(match["mon8"])), match["d8"])
    if match["mon4"]:
        return _made(match["y4"], str(_number(match["mon4"])), match["d4"])
    if match["mon5"]:
        return _made(match["y5"], str(_number(match["mon5"])), None)
    if match["m9"]:
        return _made(match["y9"], match["m9"], None)
    if match["m10"]:
        return _made(match["y10"], match["m10"], None)
    if match["m6"]:
        return _made(match["y6"], match["m6"], None)
    return _made(match["y7"], None, None)


@lru_cache(maxsize=256)
def _number(month: str) -> int:
    return _MONTHS[month[:3].casefold()]


def _made(year: str, month: str | None, day: str | None) -> PartialDate | None:
    years = int(year.strip("'"))
    if years < 100:
        years += 2000 if years < 50 else 1900
    try:
        dt.date(years, int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not 1900 <= years <= 2100:
        return None
    return PartialDate(years, int(month) if month else None, int(day) if day else None)


__all__ = ["FoundDate", "find_dates", "is_day_first"]
