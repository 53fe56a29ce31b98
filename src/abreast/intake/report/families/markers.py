# ruff: noqa: E501 - a pattern is read best in one line
"""Where a report names a marker of the tumour (ER, PR, HER2, Ki-67 ...), and the words that belong to each mention."""

from __future__ import annotations

import re
from dataclasses import dataclass

from abreast.intake.report.families.common import number
from abreast.intake.report.statements import Report, Statement

MARKER = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?P<er>(?i:o?estrogen(?:[\s-]+rec(?:eptors?|\b\.?))?(?:\s*(?:protein|alpha))?(?:\s*\(\s*ER\s*\))?)|(?i:er)(?=\s+(?:positive|negative)\b|\+)|ERa?(?=[\s:=/,.+&(\-]|\d/8|\d{1,3}\s?%|$)|E\.R\.)
    | (?P<pr>(?i:progesterone(?:[\s-]+rec(?:eptors?|\b\.?))?(?:\s*\(\s*(?:PR|PgR)\s*\))?)|(?i:pr)(?=\s+(?:positive|negative)\b|\+)|P[gG]?R(?=[\s:=/,.+&(\-]|\d/8|\d{1,3}\s?%|$)|P\.R\.|(?i:pgr)\b)
    | (?P<ar>(?i:androgen\s+receptors?(?:\s*\(\s*AR\s*\))?)|AR(?=\s*[:=(]|\s+\d+\s*%|\s+(?:positive|negative)))
    | (?P<her2>(?i:HER[\s-]two(?=\s+(?:positive|negative|low|neu|equivocal|status|is|was|score)\b))|(?i:HER[\s-]?2(?:\s*/\s*neu|[\s-]neu)?(?:\s*\(\s*(?:c-?)?erbB-?2\s*\))?(?:\s+oncoprotein|\s+protein)?)|(?i:c-?erb-?B-?2(?:\s*\(HER-?2[^)]*\))?)|H2N(?=[\s:=+-])|(?i:human\s+epidermal\s+growth\s+factor\s+receptor\s+2(?:\s*\(HER-?2[^)]*\))?)|(?i:ERBB2(?=\s*(?:IHC|FISH|protein|\(HER))))
    | (?P<ki67>(?i:ki(?=\s(?!67)\d{1,2}(?![\d-])))|(?i:Ki\s?[-\s]?\s?67(?:\s+(?:proliferati(?:on|ve)\s+)?(?:labell?ing\s+)?index|\s+LI)?(?:\s*\(\s*MIB-?1\s*\))?|MIB-?1(?:\s+index)?|proliferati(?:on|ve)\s+index(?:\s*\(\s*Ki-?67\s*\))?))
    | (?P<fish>(?i:(?:(?:D|C|F|S)?ISH|in\s*situ\s+hybridi[sz]ation)(?=[\s:(,;.=/+-]|$)(?:\s+(?:stud(?:y|ies)\s+|test(?:ing)?\s+|analysis\s+)?(?:for|of)\s+HER-?2(?:/neu)?(?![+\w-]))?))
    | (?P<other>(?i:E-cadherin|GATA-?3|p53|p63|CK\s?\d+(?:/\d+)?|cytokeratin|PD-?L1|mammaglobin|GCDFP\S*|SOX\s?10|TILs?|EGFR|chromogranin|synaptophysin|AE1/AE3|MSI|MLH1|MSH2|p120|SMMHC|BRCA[12]|Oncotype))
    | (?P<hr>(?i:hormone[\s-]receptors?|triple[\s-]negative|TNBC)|HR(?=\s*[+/-]|\s+(?:positive|negative)|-?(?:positive|negative)))
    )""",
    re.VERBOSE,
)
PERCENT = re.compile(
    r"(?<!\d)(?<!\d\.)(?P<range>\d{1,3}(?:\.\d+)?\s*(?:-|to)\s*\d{1,3}(?:\.\d+)?|(?:[<>≤≥]\s*=?|less\s+than|greater\s+than|more\s+than|over|fewer\s+than|at\s+least)?\s*\d{1,3}(?:\.\d+)?)\s*(?:%|per\s?cent\b|pct\b)",
    re.IGNORECASE,
)
_REACH = 190
_UNIT_NAMED = re.compile(
    r"^\s*\(?%\s*(?:of\s+)?(?:positive|pos\.?|cells|nuclei|staining|tumou?r cells)[^)\d:]{0,20}[):]?", re.IGNORECASE
)
"""The unit named between a marker and its value: "ER (% positive)   90"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A marker named in a statement; the words up to ``zone_end`` are its own."""

    marker: str
    start: int
    end: int
    zone_end: int


def mentions_in(report: Report, statement: Statement) -> list[Mention]:
    """Return the markers named in a statement, each with the words up to the next."""
    found = [
        (match.lastgroup or "", match.start(), match.end())
        for match in MARKER.finditer(report.norm, statement.start, statement.end)
    ]
    result = []
    for index, (marker, start, end) in enumerate(found):
        following = found[index + 1][1] if index + 1 < len(found) else statement.end
        result.append(Mention(marker, start, end, min(following, end + _REACH)))
    return result


_CHANGED = re.compile(r"\bfrom\s+[\w+%<>]{1,14}(?:\s+\([^)]{0,20}\))?\s+to\b", re.IGNORECASE)
"""What a result was before: "revised from negative to POSITIVE"."""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def own_words(zone: str) -> str:
    """Return the part of the words after a marker that speaks of it."""
    zone = _UNIT_NAMED.sub(_blank, zone)
    zone = _CHANGED.sub(_blank, zone)
    stop = re.search(
        r"(?<=%)\s{3,}(?:\(?[HL]\)?\s+)?(?:negative|positive|normal|ref\w*)?\s*:?\s*[<>≥≤]=?\s*\d+|\b(?:previously|prior|reference|ref\.?\s*:|normal range|control|formerly|was originally|but (?:last|previous|earlier|it was|was|they|in (?:19|20)\d\d)\b|\(?it was|\(was)\b|\|\s*\||[(\[;,]\s*ref(?:erence)?\b",
        zone,
        re.IGNORECASE,
    )
    return zone[: stop.start()] if stop else zone


def percent_value(text: str) -> float | str | None:
    """Return a per cent as a number, a range or bound as text, or None when it is none."""
    plain = re.sub(r"less\s+than|fewer\s+than", "<", text, flags=re.IGNORECASE)
    plain = re.sub(r"(?:greater|more)\s+than|over", ">", plain, flags=re.IGNORECASE)
    plain = re.sub(r"at\s+least", ">=", plain, flags=re.IGNORECASE)
    value = number(plain)
    if isinstance(value, float) and value > 100:
        return None
    return value


__all__ = ["MARKER", "PERCENT", "Mention", "mentions_in", "own_words", "percent_value"]
