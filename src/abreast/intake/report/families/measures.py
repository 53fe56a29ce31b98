# ruff: noqa: E501 - a pattern is read best in one line
"""Measures in a sentence: which are lengths of something seen, which are distances, settings, limits or of earlier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abreast.intake.report.words import patterns

_NUMBER = r"\d{1,3}(?:\.\d{1,2})?"
_MEASURE = re.compile(
    rf"(?<![\d.x/:-])(?:(?<![A-Za-z])(?P<other>{_NUMBER})\s*(?:and|&)\s*)?(?P<a>{_NUMBER})\s*(?P<u1>mm|cm)?(?:\s*x\s*(?P<b>{_NUMBER})\s*(?P<u2>mm|cm)?)?(?:\s*x\s*(?P<c>{_NUMBER}))?(?:\s*\((?P<p>{_NUMBER})\)(?=\s*(?:mm|cm)))?\s*(?P<u3>mm|cm)?(?![\w²³]|/\w| ?Hg)",
    re.IGNORECASE,
)
_WITHOUT_UNIT = re.compile(
    rf"(?:[\s,(;:-]*(?:(?:short|long)[ -]axis|SAX|LAX)?[\s,(;:-]*\b(?:was|were|from)|[^.;\n]{{0,44}}?\b(?:previously|prior(?:ly)?|formerly|prev\.?|earlier))\s*(?:at\s+|measur\w+\s+)?:?\s*(?P<a>{_NUMBER})(?:\s*x\s*{_NUMBER}){{0,2}}(?!\s*(?:mm|cm|%|weeks|months)|[\d/.:-]*\d)",
    re.IGNORECASE,
)
"""An earlier length in the unit of the one before it: "18 x 16 mm (was 31 x 25)"."""
_BARE = re.compile(rf"\s*\(\s*(?P<a>{_NUMBER})(?:\s*x\s*{_NUMBER})?\s*\)")
"""An earlier length in brackets, without a word and unit: "11 mm (8)"."""
_IN_BRACKETS = re.compile(r"\s*\(\s*$")
_ON_A_DATE = re.compile(r"\s*on\s+\d{1,2}/\d{1,2}", re.IGNORECASE)
_PER_CM = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A length in mm with its place in a text; ``prior`` when it is that of an earlier scan."""

    value: float
    start: int
    end: int
    prior: bool = False


def words(name: str) -> re.Pattern[str]:
    """Return a pattern of ``data/lesions.yaml``."""
    return _all()[name]


def _all() -> Mapping[str, re.Pattern[str]]:
    return patterns("lesions.yaml")


def measures_in(text: str) -> Iterator[Measure]:
    """Yield the lengths of things that a text measures, from left to right; distances, settings and limits are left out."""
    last_end = 0
    found = [match for match in _MEASURE.finditer(text) if match["u3"] or match["u2"] or match["u1"]]
    for number, match in enumerate(found):
        unit = match["u3"] or match["u2"] or match["u1"]
        if _is_no_length(text, match):
            continue
        scale = _PER_CM if unit.casefold() == "cm" else 1
        prior = _is_prior(text, match, last_end)
        if match["other"] and not prior and float(match["other"]) > 1:
            yield Measure(round(float(match["other"]) * scale, 1), match.start("other"), match.end())
        yield Measure(round(float(match["a"]) * scale, 1), match.start("a"), match.end(), prior)
        if match["p"]:
            yield Measure(round(float(match["p"]) * scale, 1), match.start("p"), match.end("p"), prior=True)
        last_end = match.end()
        following = found[number + 1].start() if number + 1 < len(found) else len(text)
        before = _WITHOUT_UNIT.match(text, match.end(), max(following, match.end())) or _BARE.match(text, match.end())
        if before:
            yield Measure(round(float(before["a"]) * scale, 1), before.start("a"), before.end(), prior=True)


def _is_no_length(text: str, match: re.Match[str]) -> bool:
    lead = text[max(0, match.start() - 60) : match.start()]
    return bool(
        words("limit").search(lead) or words("not_before").search(lead) or words("not_after").match(text, match.end())
    )


def _is_prior(text: str, match: re.Match[str], last_end: int) -> bool:
    lead = text[max(0, match.start() - 50) : match.start()]
    return bool(
        words("prior_before").search(lead)
        or words("prior_after").match(text, match.end())
        or _ON_A_DATE.match(text, match.end())
        or (
            last_end
            and _IN_BRACKETS.fullmatch(text[last_end : match.start()])
            and text[match.end() :].lstrip()[:1] == ")"
        )
    )


__all__ = ["Measure", "measures_in", "words"]
