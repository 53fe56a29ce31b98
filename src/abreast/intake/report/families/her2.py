# ruff: noqa: E501 - a pattern is read best in one line
"""HER2: staining 0 to 3+, ultralow and low, the gene test with its ratio and copies, and the overall word.

Scores follow the forms of the ASCO/CAP reporting guidelines for HER2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make, skip
from abreast.intake.report.families.markers import Mention, own_words
from abreast.intake.report.families.stains import SIGN
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_IHC = re.compile(
    r"(?<![\d./+<>≥≤])(?<![<>≥≤]\s)(?<!\d,)(?P<score>[0-3])\s?(?P<plus>\+|plus\b)(?!\s?ve|\d|ve\b)|\b(?P<spoken>one|two|three) plus\b|(?:score|IHC|immunohistochem\w+|intensity|staining)\s*(?:\([^)]{0,30}\))?\)?\s*(?:is|was|of|:|=|score)*\s*(?:score\s*(?:of|:|=)?\s*)?[-]?\s*(?P<bare>[0-3])(?![\d%/+]|\.\d|\s*[-x/]\s*\d|\s?(?:mm|cm))|^[\s:=.-]*(?:(?:remains|is|was|still|now|again)\s+){0,2}(?:\(?(?:4B5|SP3|A0485|CB11|HercepTest|EP3)\)?[\s:]+)?(?P<alone>[0-3])(?=\s*(?:$|[,;(.)/|]|-\s|\s(?:and|on|in|at|from|again|breast|tumou?r|disease|cancer|MBC|IDC|ILC)\b|and\b|negative|neg\b|per\b|by\b|with\b|\s{2,}))|^[\s-]*(?P<zeroword>zero)\b|\((?P<paren>[0-3])\)|\bnegative\s*[,(]?\s*(?:score\s*)?(?P<zero>0)\b(?![\d.%])",
    re.IGNORECASE,
)
_ULTRALOW = re.compile(
    r"\bultra-?\s?low\b|0\s*(?:with|,)\s*(?:faint|incomplete|membrane|some)[^.;]{0,40}|>\s*0\s*(?:and|,)?\s*<\s*1\+",
    re.IGNORECASE,
)
_AMPLIFIED = re.compile(
    r"(?P<no>\b(?:not|non|no|without|un|absence\s+of)[\s-]*(?:gene\s+|HER-?2\s+(?:gene\s+)?)?amp(?:lifi\w*|\b)|\bunamplified|\bnegative\b|\bneg\b|(?<!\w)-ve\b|(?<=ISH)-|(?<=ISH )-(?=\s*(?:$|[,;.)])))|(?P<pending>\bpending\b|\bto\s+follow\b|\bawait\w*|\bin\s+progress\b|\brequested\b|\bordered\b|\bsent\b|\bto\s+be\s+reported\b|\breflex\w*\s+to\b)|(?P<undone>\bnot\s+(?:done|performed|indicated|required|tested|necessary|ordered|needed)\b|\bcancell?ed\b|\bno\s+longer\s+(?:needed|required|necessary)\b|\bnot\s+applicable\b|\bn/a\b)|(?P<equivocal>\bequivocal\b|\bindeterminate\b)|(?P<yes>\bamplifi(?:ed|cation(?!,? (?:\w+ )?(?:probe|test|assay|analysis|status|evaluation|study|stud)))\b|\bpositive\b|\+ve\b|(?<=ISH)\+)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?:ratio|HER-?2\s*[/:]\s*(?:CEP|Cen|chromosome|chr|D)\s?-?\s?17\w*(?:\s*ratio)?)\s*(?:\([^)]{0,40}\))?\s*(?:is|was|of|:|=|\.{2,}|-)?\s*(?P<value>\d{1,2}(?:\.\d{1,2})?)(?![\d%]|\s?mm)",
    re.IGNORECASE,
)
_RATIO_IN_BRACKETS = re.compile(
    r"\b[DCFS]?ISH\s*(?:[:-]|is|was)?\s*(?:not\s+amplified|non-?amplified|unamplified|amplified|neg(?:ative)?\.?|pos(?:itive)?\.?)?\s*\(\s*(?P<value>\d{1,2}\.\d{1,2})\s*\)",
    re.IGNORECASE,
)
_COPIES = re.compile(
    r"(?:(?:average|mean|avg\.?)\s+)?HER-?2(?:/neu)?\s+(?:gene\s+)?(?:copy\s+numbers?|copies|signals?)(?:\s*(?:/|per)\s*(?:cell|nucleus))?\s*(?:is|was|of|:|=|\.{2,})?\s*(?P<a>\d{1,2}(?:\.\d{1,2})?)|"
    r"(?:copy\s+number|copies|\bcopy(?=\s*[:=]?\s*\d{1,2}\.\d))\s*(?:per\s+cell)?\s*(?:is|was|of|:|=)?\s*(?P<b>\d{1,2}(?:\.\d{1,2})?)|(?P<c>\d{1,2}\.\d{1,2})\s+(?:HER-?2\s+)?(?:copies|signals)\s*(?:/|per)\s*(?:cell|nucleus)|HER-?2\s*[:=]?\s*(?P<d>\d{1,2}\.\d{1,2})(?=\s*[,;/]?\s*(?:CEP|chr\w*|cen)\W?\s?17)",
    re.IGNORECASE,
)


_OVERALL = re.compile(
    r"\b(?P<pos>positive|overexpressed|over-?expression|pos\b\.?)|\b(?P<neg>negative|not\s+over-?expressed|neg\b\.?)|\b(?P<equi>equivocal|borderline)",
    re.IGNORECASE,
)
_BESIDE = 3
"""A word so near to "HER2" is about it, whatever comes later in the sentence."""
_OR_ANOTHER = re.compile(r"\s*(?:,|or|and|/|vs\.?)\s*(?:positive|negative|equivocal|low)\b", re.IGNORECASE)


def read_her2(
    report: Report, statement: Statement, mention: Mention, zone: str, later: list[Mention]
) -> Iterator[Finding]:
    """Yield what the words after a mention of HER2 say of it."""
    norm = report.norm
    fish_at = re.search(r"\b(?:[DCFS]?ISH|in\s*situ)\b", norm[mention.start : mention.end + 14], re.IGNORECASE)
    end = mention.zone_end
    if (
        later
        and later[0].marker == "fish"
        and mention.marker == "her2"
        and later[0].start - mention.end < 12
        and not _IHC.search(zone)
        and not re.search(r"^\s?[+-]|positive|negative", zone, re.IGNORECASE)
    ):
        return  # "HER2 (by FISH)": the gene test speaks for itself
    if mention.marker == "fish" or (fish_at and mention.marker != "her2"):
        yield from read_fish(report, statement, mention.start, end)
        return
    if re.match(
        r"\s*(?:gene\s+)?amplifi|\s*(?:gene\s+)?(?:not|non|un)-?\s*amplifi|\s*gene\s+status|\s*[/:]\s*(?:CEP|chr|cen)",
        zone,
        re.IGNORECASE,
    ):
        yield from read_fish(report, statement, mention.start, end, loose=True)
        return
    if not _COUNTED.match(zone):
        yield from read_staining(report, statement, mention, zone)
    if re.search(r"amplif", zone, re.IGNORECASE):
        yield from read_fish(report, statement, mention.start, end, loose=True)
    else:
        yield from _her2_numbers(report, statement, mention.start, end)


_COUNTED = re.compile(r"\s*(?:gene\s+)?(?:copy number|copies|signals|ratio)\b", re.IGNORECASE)
"""Behind the name: what the gene test counts, which is no staining."""
_INCOMPLETE = re.compile(r"\s*[0-3]\+?\s+(?:without|with no)\b", re.IGNORECASE)
"""A score that is only talked about: "HER2 2+ without FISH is incomplete"."""


_EITHER_SCORE = re.compile(
    r"[\s:=(]*(?:(?:IHC|score|staining)[\s:=]*){0,2}(?P<one>[0-3])\+?\s*(?:/|-|or)\s*(?!(?P=one))[0-3]\+", re.IGNORECASE
)
"""One score or another, of which neither is the result: "HER2 0/1+"."""


def read_staining(report: Report, statement: Statement, mention: Mention, zone: str) -> Iterator[Finding]:
    """Yield score, "low" or "ultralow" and overall word of a staining."""
    norm = report.norm
    own = own_words(zone)
    if re.search(r"control", own[:40], re.IGNORECASE) or _INCOMPLETE.match(own):
        return
    undone = re.match(
        r"[\s:.\-|=]*(?:IHC|by IHC|immunohistochemistry|status)?[\s:.\-|=]*(not\s+(?:done|performed|tested|repeated)|pending|to\s+follow)",
        own,
        re.IGNORECASE,
    )
    if undone:
        word = undone[1].casefold()
        if "repeated" not in word:
            yield make(
                report,
                statement,
                "her2_ihc",
                "not done" if word.startswith("not") else "pending",
                mention.start,
                mention.end + undone.end(),
                base="not done" if word.startswith("not") else "pending",
            )
        return
    scores = [one for one in _IHC.finditer(own) if not _intensity(own, one)]
    scores = _named_first(own, scores)
    if _EITHER_SCORE.match(own):
        scores = []
    distinct = {_score(one) for one in scores}
    ultralow = _ULTRALOW.search(own)
    first = scores[0] if scores else None
    alone = re.fullmatch(r"\s*(?:HER-?2\S*|c-?erb\S*)\s*", norm[mention.start : mention.end], re.IGNORECASE)
    del alone
    if first and (len(distinct) == 1 or _own_first(own, scores)):
        at = mention.end + first.end()
        value = _score(first)
        if value == "0+":
            value = "0"
        if ultralow and value == "0":
            yield make(
                report, statement, "her2_ihc", "ultralow", mention.start, mention.end + max(first.end(), ultralow.end())
            )
        else:
            yield make(report, statement, "her2_ihc", value, mention.start, at, at=mention.end + first.start())
    if (
        ultralow
        and re.search(r"ultra", ultralow[0], re.IGNORECASE)
        and not context.is_negated(
            report.of(statement),
            mention.end + ultralow.start() - statement.start,
            mention.end + ultralow.end() - statement.start,
            25,
        )
    ):
        yield make(report, statement, "her2_status", "ultralow", mention.start, mention.end + ultralow.end())
    else:
        low = re.match(r"[\s\"'-]*low\b(?![\s-]*pos|\s*grade)", own, re.IGNORECASE) or re.search(
            r"\bHER2[\s-]low\b|\(\s*low\s*\)|\"low\"|\blow\s+expression\b|\blow[\s-]express\w+", own, re.IGNORECASE
        )
        if low and not re.search(
            r"\b(?:not|no longer|nor)\b[^.;]{0,20}$", norm[max(statement.start, mention.start - 30) : mention.start]
        ):
            yield make(
                report, statement, "her2_status", "low", max(statement.start, mention.start), mention.end + low.end()
            )
    yield from _her2_status(report, statement, mention, own, distinct)


def _named_first(own: str, scores: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the scores with one that IHC names before a bare number, which may be a code: "HER2 0 NEG (IHC 1+)"."""
    if len(scores) < 2 or not scores[0]["alone"]:
        return scores
    named = [one for one in scores[1:] if re.search(r"\(\s*IHC\W{0,3}$", own[: one.start()])]
    return named or scores


def _her2_status(
    report: Report, statement: Statement, mention: Mention, own: str, scores: set[str]
) -> Iterator[Finding]:
    norm = report.norm
    score = _IHC.search(own)
    words = list(_OVERALL.finditer(own, 0, max(110, score.end() + 30) if score else 110))
    if words and words[0].start() <= _BESIDE and not _OR_ANOTHER.match(own, words[0].end()):
        words = words[:1]
    sign = SIGN.match(own)
    if sign:
        yield make(
            report,
            statement,
            "her2_status",
            "negative" if re.search(r"-|minus", sign[0]) else "positive",
            mention.start,
            mention.end + sign.end(),
        )
        return
    if (
        words
        and not re.search(
            r"[;]|\bfor\b(?! (?:this|the) (?:specimen|case|tumou?r|sample|biopsy))", own[: words[0].start()]
        )
        and len({one.lastgroup for one in words}) == 1
    ):
        one = words[0]
        if re.match(r"\s+for\b", own[one.end() :]) or (one.lastgroup == "equi" and re.search(r"[0-3]\s?\+", own)):
            return
        said = {"pos": "positive", "neg": "negative", "equi": "equivocal"}[one.lastgroup or "neg"]
        yield make(report, statement, "her2_status", said, mention.start, mention.end + one.end())
        return
    if words and len({one.lastgroup for one in words}) > 1 and words[0].lastgroup != "equi":
        return
    if words and words[0].lastgroup == "equi" and not scores and not re.search(r"[0-3]\s?\+", own):
        yield make(report, statement, "her2_status", "equivocal", mention.start, mention.end + words[0].end())
        return
    before_start = max(statement.start, mention.start - 70)
    before = norm[before_start : mention.start]
    linked = list(
        re.finditer(
            r"\b(?P<pos>positive\s+for|overexpress(?:es|ing)?)\b|\b(?P<neg>negative\s+for|lack(?:s|ing))\b",
            before,
            re.IGNORECASE,
        )
    )
    beside = linked and not before[linked[-1].end() :].strip()
    if linked and (beside or not scores) and not re.search(r"[.;]|%", before[linked[-1].end() :]):
        yield make(
            report,
            statement,
            "her2_status",
            "negative" if linked[-1].lastgroup == "neg" else "positive",
            before_start + linked[-1].start(),
            mention.end,
        )


def _score(match: re.Match[str]) -> str:
    if match["spoken"]:
        return {"one": "1+", "two": "2+", "three": "3+"}[match["spoken"].casefold()]
    value = match["score"] or match["bare"] or match["alone"] or match["paren"] or match["zero"] or "0"
    return "0" if value == "0" else f"{value}+"


def _intensity(own: str, match: re.Match[str]) -> bool:
    """Whether a score is that of something else: a strength of staining beside a per cent, a control."""
    before, after = own[max(0, match.start() - 22) : match.start()], own[match.end() : match.end() + 22]
    return bool(
        re.search(r"control|%[,;]?\s*$", before, re.IGNORECASE)
        or re.match(r"\s*(?:control|\(?intensity)", after, re.IGNORECASE)
    )


def _own_first(own: str, scores: list[re.Match[str]]) -> bool:
    """Whether the first of several scores is the result and the others explain it ("1+ (0 and 1+ are negative)")."""
    between = own[scores[0].end() : scores[1].start()] if len(scores) > 1 else ""
    return bool(
        re.search(r"\bto\s*$|\bprevious|\bwas\b|\bformerly|\bratio|FISH|ISH|CEP", between, re.IGNORECASE)
    ) or own[: scores[0].start()].strip(" :.-=|") in ("", "IHC", "score")


def read_fish(report: Report, statement: Statement, start: int, end: int, loose: bool = False) -> Iterator[Finding]:
    """Yield the result of the gene test between two places; ``loose``: only where amplification itself is named."""
    norm = report.norm
    zone = norm[start:end]
    after = re.sub(r"^\s*(?:\(?HER-?2\S*\)?\s*)?(?:by\s+)?", "", zone)
    cut = zone
    stop = re.search(r"\b(?:control|reference|criteria|if\s|group key)\b", cut, re.IGNORECASE)
    if stop:
        cut = cut[: stop.start()]
    told = _AMPLIFIED.finditer(cut)
    found = next((one for one in told if not loose or "amplif" in one[0].casefold()), None)
    del after
    if found and (not loose or found.lastgroup in ("no", "yes")) and not skip(report, statement, start):
        value, base = {
            "no": ("not amplified", ""),
            "yes": ("not amplified" if _denied_before(report, statement, start) else "amplified", ""),
            "pending": ("pending", "pending"),
            "undone": ("not done", ""),
            "equivocal": ("equivocal", "equivocal"),
        }[found.lastgroup or "no"]
        yield make(
            report, statement, "her2_ish", value, start, start + found.end(), base=base, at=start + found.start()
        )
    before = _TOLD_BEFORE.search(norm, max(statement.start, start - 30), start)
    if not found and before and not skip(report, statement, start):
        value = "amplified" if before["yes"] else "not amplified"
        yield make(report, statement, "her2_ish", value, before.start(), min(end, start + 4), at=before.start())
    yield from _her2_numbers(report, statement, start, end)


def _denied_before(report: Report, statement: Statement, start: int) -> bool:
    """Whether the gene test is denied before it is named: "negative for HER2 amplification"."""
    return bool(_DENIED_BEFORE.search(report.norm, max(statement.start, start - 40), start))


_DENIED_BEFORE = re.compile(r"\b(?:negative for|no(?: evidence of)?|without|absence of)\s+$", re.IGNORECASE)
_TOLD_BEFORE = re.compile(
    r"\b(?:(?P<no>negative|neg\.?|not amplified|non-?amplified|unamplified)|(?P<yes>positive|amplified))\s+(?:by|on|with)\s+(?:the\s+|reflex\s+|dual[- ]?(?:colou?r\s+)?)?$",
    re.IGNORECASE,
)
"""The result before the name of the gene test: "negative by FISH"."""


def _her2_numbers(report: Report, statement: Statement, start: int, end: int) -> Iterator[Finding]:
    if skip(report, statement, start):
        return
    zone = report.norm[start:end]
    ratio = _RATIO.search(zone) or _RATIO_IN_BRACKETS.search(zone)
    if (
        ratio
        and not _AND_MORE.match(zone, ratio.end("value"))
        and not re.search(r"[<>≥≤]\s*$|cut|normal", zone[max(0, ratio.start("value") - 6) : ratio.start("value")])
    ):
        yield make(
            report, statement, "her2_ish_ratio", float(ratio["value"]), start + ratio.start(), start + ratio.end()
        )
    copies = None if _KEY_OF_GROUPS.match(zone) else _COPIES.search(zone)
    if copies and not re.search(
        r"CEP\s?17[^.;]{0,12}$|chromosome 17[^.;]{0,12}$", zone[: copies.start()], re.IGNORECASE
    ):
        value = copies["a"] or copies["b"] or copies["c"] or copies["d"]
        yield make(report, statement, "her2_copy_number", float(value), start + copies.start(), start + copies.end())


_AND_MORE = re.compile(r"\s*(?:or|and)\s+(?:more|greater|higher|above|over|less|below)\b", re.IGNORECASE)
_KEY_OF_GROUPS = re.compile(r"[^\n]*\b\d\s*=\s*ratio|[^\n]*\bcopies\s*[<>≥≤]", re.IGNORECASE)
"""The explanation of the groups of the gene test."""

__all__ = ["read_fish", "read_her2", "read_staining"]
