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
    r"(?<![\d./+<>≥≤])(?<![<>≥≤]\s)(?<!\d,)(?P<score>[0-3])\s?(?P<plus>\+|plus\b)(?!\s?ve|\d|ve\b)|\b(?P<spoken>one|two|three) plus\b|(?:score|IHC|immunohistochem\w+|immune stain|intensity|staining)\s*(?:\([^)]{0,30}\))?\)?\s*(?:is|was|of|:|=|score)*\s*(?:score\s*(?:of|:|=)?\s*)?[-]?\s*(?P<bare>[0-3])(?![\d%/+]|\.\d|\s*[-x/]\s*\d|\s?(?:mm|cm))|^[\s:=.-]*(?:(?:remains|is|was|still|now|again)\s+){0,2}(?:\(?(?:4B5|SP3|A0485|CB11|HercepTest|EP3)\)?[\s:]+)?(?P<alone>[0-3])(?!\.\d)(?=\s*(?:$|[,;(.)/|]|-\s|\s(?:and|on|in|at|from|again|breast|tumou?r|disease|cancer|MBC|IDC|ILC)\b|and\b|negative|neg\b|per\b|by\b|with\b|\s{2,}))|^[\s\x22'-]*(?P<zeroword>zero)\b|\(\s*(?P<paren>[0-3])(?=\s*(?:\)|by\b))|\bnegative\s*[,(]?\s*(?:at\s+|score\s*)?(?P<zero>0)\b(?![\d%]|\.\d)",
    re.IGNORECASE,
)
_ULTRALOW = re.compile(
    r"\bultra-?\s?low\b|0\s*(?:with|,)\s*(?:faint|incomplete|membrane|some)[^.;]{0,40}|>\s*0\s*(?:and|,)?\s*<\s*1\+",
    re.IGNORECASE,
)
_AMPLIFIED = re.compile(
    r"(?P<no>\b(?:not|non|no|without|un|absence\s+of)[\s-]*(?:gene\s+|HER-?2\s+(?:gene\s+)?)?amp(?:lifi\w*|\b)|\bunamplified|\bnegative\b|\bneg\b|(?<!\w)-ve\b|(?<=ISH)-|(?<=ISH )-(?=\s*(?:$|[,;.)])))|(?P<pending>\bpending\b|\bto\s+follow\b|\bawait\w*|\bin\s+(?:progress|process)\b|\bunder\s?way\b|\brequested\b|\bordered\b|\bsent\b|\bto\s+be\s+reported\b|\breflex\w*\s+to\b)|(?P<undone>\bnot\s+(?:done|performed|indicated|required|tested|necessary|ordered|needed|available)\b|\bcancell?ed\b|\bno\s+longer\s+(?:needed|required|necessary)\b|\bnot\s+applicable\b|\bn/a\b)|(?P<equivocal>\bequivocal\b|\bindeterminate\b)|(?P<yes>\bamplifi(?:ed|cation(?!,? (?:\w+ )?(?:probe|test|assay|analysis|status|evaluation|study|stud)))\b|\bpositive\b|\bpos\b|\+ve\b|(?<=ISH)\+)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?:ratio|HER-?2\s*[/:]\s*(?:CEP|Cen|chromosome|chr|D)\s?-?\s?17\w*(?:\s*ratio)?)\s*(?:\([^)]{0,40}\))?\s*(?:is|was|of|:|=|\.{2,}|-)?\s*(?P<value>\d{1,2}(?:[.,]\d{1,2})?)(?![\d%]|\s?mm)",
    re.IGNORECASE,
)
_RATIO_IN_BRACKETS = re.compile(
    r"\b[DCFS]?ISH\s*(?:[:-]|is|was)?\s*(?:not\s+amplified|non-?amplified|unamplified|amplified|neg(?:ative)?\.?|pos(?:itive)?\.?)?\s*\(\s*(?P<value>\d{1,2}\.\d{1,2})\s*\)",
    re.IGNORECASE,
)
_COPIES = re.compile(
    r"(?:(?:average|mean|avg\.?)\s+)?HER-?2(?:/neu)?\s+(?:gene\s+)?(?:copy\s+(?:numbers?|no\.?|\#)|copies|signals?)(?:\s*(?:/|per)\s*(?:cell|nucleus))?\s*(?:is|was|of|:|=|\.{2,})?\s*(?P<a>\d{1,2}(?:\.\d{1,2})?)(?!\d)|HER-?2\s*/\s*(?:cell|nucleus)\s*[:=]?\s*(?P<e>\d{1,2}(?:\.\d{1,2})?)(?!\d)|"
    r"(?:copy\s+(?:number|no\.?|\#)|copies|\bcopy(?=\s*[:=]?\s*\d{1,2}\.\d))\s*(?:per\s+cell)?\s*(?:is|was|of|:|=)?\s*(?P<b>\d{1,2}(?:\.\d{1,2})?)|(?P<c>\d{1,2}\.\d{1,2})\s+(?:HER-?2\s+)?(?:copies|signals)\s*(?:/|per)\s*(?:cell|nucleus)|HER-?2\s*[:=]?\s*(?P<d>\d{1,2}\.\d{1,2})(?=\s*[,;/]?\s*(?:CEP|chr\w*|cen)\W?\s?17)",
    re.IGNORECASE,
)


_OVERALL = re.compile(
    r"\b(?P<pos>positive|overexpressed|over-?expression|pos\b\.?)|\b(?P<neg>negative|not\s+over-?expressed|neg\b\.?)|\b(?P<equi>equivocal|borderline)",
    re.IGNORECASE,
)
_REACH = 110
_BESIDE = 3
"""A word so near to "HER2" is about it, whatever comes later in the sentence."""
_MINUS = re.compile(r"-|minus")
_OR_ANOTHER = re.compile(r"\s*(?:,|or|and|/|vs\.?)\s*(?:positive|negative|equivocal|low)\b", re.IGNORECASE)


_SIGN_OR_WORD = re.compile(r"\s?[+-]|.*?(?:positive|negative)", re.IGNORECASE | re.DOTALL)
_OF_GENE = re.compile(
    r"\s*(?:gene\s+)?amplifi|\s*(?:gene\s+)?(?:not|non|un)-?\s*amplifi|\s*gene\s+status|\s*[/:]\s*(?:CEP|chr|cen)",
    re.IGNORECASE,
)
_AMPLIF = re.compile(r"amplif", re.IGNORECASE)


def read_her2(
    report: Report, statement: Statement, mention: Mention, zone: str, later: list[Mention]
) -> Iterator[Finding]:
    """Yield what the words after a mention of HER2 say of it."""
    start, end = mention.start, mention.zone_end
    if mention.marker == "fish":
        yield from read_fish(report, statement, start, end)
    elif _IS_LIMIT.match(zone) or _IS_DEFINED.match(zone) or _is_name_of_test(mention, zone, later):
        return
    elif _OF_GENE.match(zone):
        yield from read_fish(report, statement, start, end, loose=True)
    else:
        if not _COUNTED.match(zone):
            yield from read_staining(report, statement, mention, zone)
        if _AMPLIF.search(zone):
            yield from read_fish(report, statement, start, end, loose=True)
        else:
            yield from _her2_numbers(report, statement, start, end)


def _is_name_of_test(mention: Mention, zone: str, later: list[Mention]) -> bool:
    """Whether HER2 only names the gene test that follows ("HER2 (by FISH)"), which speaks for itself."""
    return bool(
        later
        and later[0].marker == "fish"
        and later[0].start - mention.end < _NEXT_TO
        and not _IHC.search(zone)
        and not _SIGN_OR_WORD.match(zone)
    )


_NEXT_TO = 12
_IS_LIMIT = re.compile(r"\s*[<>≥≤]=?\s*\d(?!\s*(?:and|,)?\s*<)")
"""A limit behind the name, as keys have it: "HER2 >= 4.0"."""
_IS_DEFINED = re.compile(
    r"[\s-]*(?:ultra-?\s?low|low|zero|null|positive|negative)\W{0,2}\s(?:is|are|means?|refers|denotes|describes|includes|comprises)\s+(?:not\s+)?(?:an?\b|the\b|IHC|ISH|now|used|defined|called|[0-3]\+|IHC|tumou?rs|cancers?)",
    re.IGNORECASE,
)
"""A class of HER2 explained: "HER2-low is IHC 1+ or 2+ with ISH not amplified"."""
_COUNTED = re.compile(r"\s*(?:gene\s+)?(?:copy number|copies|signals|ratio)\b", re.IGNORECASE)
"""Behind the name: what the gene test counts, which is no staining."""
_INCOMPLETE = re.compile(r"\s*[0-3]\+?\s+(?:without|with no)\s+(?:(?:reflex|gene)\b|$)", re.IGNORECASE)
"""A score that is only talked about: "HER2 2+ without FISH is incomplete"."""


_EITHER_SCORE = re.compile(
    r"[\s:=(]*(?:(?:IHC|score|staining)[\s:=]*){0,2}(?P<one>[0-3])\+?\s*(?:/|-|or)\s*(?!(?P=one))[0-3]\+", re.IGNORECASE
)
"""One score or another, of which neither is the result: "HER2 0/1+"."""


_UNDONE = re.compile(
    r"[\s:.\-|=]*(?:IHC|by IHC|immunohistochemistry|status)?[\s:.\-|=]*(?:(?P<undone>not\s+(?:done|performed|tested))|(?P<again>not\s+repeated)|(?P<open>pending|to\s+follow))",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"control", re.IGNORECASE)


def read_staining(report: Report, statement: Statement, mention: Mention, zone: str) -> Iterator[Finding]:
    """Yield score, share of cells, "low" or "ultralow" and overall word of a staining."""
    own = own_words(zone)
    if _CONTROL.search(own[:40]) or _INCOMPLETE.match(own):
        return
    undone = _UNDONE.match(own)
    if undone:
        if not undone["again"]:
            base = "not done" if undone["undone"] else "pending"
            yield make(report, statement, "her2_ihc", base, mention.start, mention.end + undone.end(), base=base)
        return
    scores = _scores(own)
    yield from _score_found(report, statement, mention, own, scores)
    yield from _share(report, statement, mention, own)
    yield from _low(report, statement, mention, own)
    yield from _her2_status(report, statement, mention, own, {_score(one) for one in scores})


def _scores(own: str) -> list[re.Match[str]]:
    """Return the scores that the words give, without strengths of staining and one-or-another."""
    if _EITHER_SCORE.match(own):
        return []
    return _named_first(own, [one for one in _IHC.finditer(own) if not _intensity(own, one)])


def _score_found(
    report: Report, statement: Statement, mention: Mention, own: str, scores: list[re.Match[str]]
) -> Iterator[Finding]:
    """Yield the score, when there is just one or the first is the result; 0 with a trace of staining is ultralow."""
    if not scores or not (len({_score(one) for one in scores}) == 1 or _own_first(own, scores)):
        return
    first, ultralow = scores[0], _ULTRALOW.search(own)
    ultralow = None if ultralow and _is_denied(report, statement, mention, ultralow) else ultralow
    value, end = _score(first).replace("0+", "0"), first.end()
    if ultralow and value == "0":
        value, end = "ultralow", max(first.end(), ultralow.end())
    at = mention.end + first.start()
    yield make(report, statement, "her2_ihc", value, mention.start, mention.end + end, at=at)


_SHARE = re.compile(
    r"(?<![<>≥≤\d.-])(?<![<>≥≤]\s)(?P<v>\d{1,3})\s?%\s*(?:of\s+)?(?:the\s+|invasive\s+|tumou?r\s+|cancer\s+|carcinoma\s+|neoplastic\s+){0,3}cells\b|[1-3]\+,\s*(?P<w>\d{1,3})\s?%\s*(?=[;)|]|$)",
    re.IGNORECASE,
)
"""The cells with staining: "3+ in about 80 % of cells", and "1+, 10%" in a table."""


def _share(report: Report, statement: Statement, mention: Mention, own: str) -> Iterator[Finding]:
    match = _SHARE.search(own)
    share = float(match["v"] or match["w"]) if match else _ALL_CELLS + 1
    if match and share <= _ALL_CELLS:
        low, high = mention.end + match.start(), mention.end + match.end()
        yield make(report, statement, "her2_percent", share, mention.start, high, unit="%", at=low)


_ALL_CELLS = 100
_LOW_BEHIND = re.compile(
    r"[\s:=\"'-]*low\b(?![\s-]*pos|\s*grade)(?!\W{1,3}(?:people|patients|women|(?:breast )?cancers|tumou?rs|trials?|stud(?:y|ies)|means|refers|describes|includes|drugs?)\b)",
    re.IGNORECASE,
)
_LOW_WITHIN = re.compile(
    r"\bHER2[\s-]low\b|\(\s*low\s*\)|\"low\"|\blow\s+expression\b|\blow[\s-]express\w+", re.IGNORECASE
)
_NOT_LOW = re.compile(r"\b(?:not|no longer|nor)\b[^.;]{0,20}$")
_ASKED = re.compile(r"[^.!]{0,60}\?", re.IGNORECASE)


def _low(report: Report, statement: Statement, mention: Mention, own: str) -> Iterator[Finding]:
    """Yield "ultralow" or "low" as the report itself says it, not as it explains or asks it."""
    ultralow = _ULTRALOW.search(own)
    if ultralow and "ultra" in ultralow[0].casefold() and not _is_denied(report, statement, mention, ultralow):
        yield make(report, statement, "her2_status", "ultralow", mention.start, mention.end + ultralow.end())
        return
    low = _LOW_BEHIND.match(own) or _LOW_WITHIN.search(own)
    before = report.norm[max(statement.start, mention.start - 30) : mention.start]
    if low and not _NOT_LOW.search(before) and not _ASKED.match(own, low.end()):
        yield make(report, statement, "her2_status", "low", mention.start, mention.end + low.end())


def _is_denied(report: Report, statement: Statement, mention: Mention, match: re.Match[str]) -> bool:
    offset = mention.end - statement.start
    return context.is_negated(report.of(statement), offset + match.start(), offset + match.end(), 25)


def _named_first(own: str, scores: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the scores with one that IHC names before a bare number, which may be a code: "HER2 0 NEG (IHC 1+)"."""
    if len(scores) < 2 or not scores[0]["alone"]:
        return scores
    named = [one for one in scores[1:] if re.search(r"\(\s*IHC\W{0,3}$", own[: one.start()])]
    return named or scores


_STOPS_STATUS = re.compile(r"[;]|\bfor\b(?! (?:this|the) (?:specimen|case|tumou?r|sample|biopsy))", re.IGNORECASE)
_GRADED_SCORE = re.compile(r"[0-3]\s?\+")
_FOR_NEXT = re.compile(r"\s+for\b")
_NAMED_BEFORE = re.compile(
    r"\b(?P<neg>negative\s+for|lack(?:s|ing)|(?:not|nor)\s+over-?express(?:es|ing)?)\b|\b(?P<pos>positive\s+for|over-?express(?:es|ing)?)\b",
    re.IGNORECASE,
)
_STATUS_OF = {"pos": "positive", "neg": "negative", "equi": "equivocal"}


_NEVER = re.compile(r"\b(?:never|no)\b(?:\s+\w+){0,3}\s+$", re.IGNORECASE)
"""Before HER2: that there never was such a result ("never had a HER2-positive sample")."""


def _her2_status(
    report: Report, statement: Statement, mention: Mention, own: str, scores: set[str]
) -> Iterator[Finding]:
    """Yield the overall word: from a sign, from the one word behind the name, or from "positive for" before it."""
    if _NEVER.search(report.norm, max(statement.start, mention.start - 30), mention.start):
        return
    sign = SIGN.match(own)
    if sign:
        said = "negative" if _MINUS.search(sign[0]) else "positive"
        yield make(report, statement, "her2_status", said, mention.start, mention.end + sign.end())
        return
    words = _overall_words(own)
    if words:
        kinds = {one.lastgroup for one in words}
        if len(kinds) > 1 and words[0].lastgroup != "equi":
            return
        overall = _overall(own, words, kinds, scores)
        if overall:
            yield make(report, statement, "her2_status", overall, mention.start, mention.end + words[0].end())
        if overall is not None:
            return
    yield from _status_before(report, statement, mention, scores)


def _overall_words(own: str) -> list[re.Match[str]]:
    """Return the words positive, negative and equivocal behind the name; one beside it is the only one that counts."""
    score = _IHC.search(own)
    words = list(_OVERALL.finditer(own, 0, max(_REACH, score.end() + 30) if score else _REACH))
    if words and words[0].start() <= _BESIDE and not _OR_ANOTHER.match(own, words[0].end()):
        return words[:1]
    return words


def _overall(own: str, words: list[re.Match[str]], kinds: set[str | None], scores: set[str]) -> str | None:
    """Return the overall word, "" when the words give none, None when those before the name may."""
    first = words[0]
    graded = _GRADED_SCORE.search(own)
    if len(kinds) == 1 and not _STOPS_STATUS.search(own[: first.start()]):
        if _FOR_NEXT.match(own, first.end()) or (first.lastgroup == "equi" and graded):
            return ""
        return _STATUS_OF[first.lastgroup or "neg"]
    if first.lastgroup == "equi" and not scores and not graded:
        return "equivocal"
    return None


def _status_before(report: Report, statement: Statement, mention: Mention, scores: set[str]) -> Iterator[Finding]:
    """Yield the overall word from before the name: "negative for HER2"."""
    start = max(statement.start, mention.start - 70)
    before = report.norm[start : mention.start]
    linked = list(_NAMED_BEFORE.finditer(before))
    if not linked:
        return
    between = before[linked[-1].end() :]
    if (not between.strip() or not scores) and not re.search(r"[.;]|%", between):
        said = _STATUS_OF[linked[-1].lastgroup or "neg"]
        yield make(report, statement, "her2_status", said, start + linked[-1].start(), mention.end)


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


_FISH_ENDS = re.compile(r"\b(?:control|reference|criteria|if\s|group key)\b", re.IGNORECASE)


def read_fish(report: Report, statement: Statement, start: int, end: int, loose: bool = False) -> Iterator[Finding]:
    """Yield the result of the gene test between two places; ``loose``: only where amplification itself is named."""
    yield from _amplification(report, statement, start, end, loose)
    yield from _her2_numbers(report, statement, start, end)


def _amplification(report: Report, statement: Statement, start: int, end: int, loose: bool) -> Iterator[Finding]:
    if skip(report, statement, start):
        return
    zone = report.norm[start:end]
    stop = _FISH_ENDS.search(zone)
    told = _AMPLIFIED.finditer(zone[: stop.start()] if stop else zone)
    found = next((one for one in told if not loose or "amplif" in one[0].casefold()), None)
    if found and (not loose or found.lastgroup in ("no", "yes")):
        yes = "not amplified" if _denied_before(report, statement, start) else "amplified"
        value, base = {
            "no": ("not amplified", ""),
            "yes": (yes, ""),
            "pending": ("pending", "pending"),
            "undone": ("not done", ""),
            "equivocal": ("equivocal", "equivocal"),
        }[found.lastgroup or "no"]
        at = start + found.start()
        yield make(report, statement, "her2_ish", value, start, start + found.end(), base=base, at=at)
    before = _TOLD_BEFORE.search(report.norm, max(statement.start, start - 30), start)
    if not found and before:
        value = "amplified" if before["yes"] else "not amplified"
        yield make(report, statement, "her2_ish", value, before.start(), min(end, start + 4), at=before.start())


def _denied_before(report: Report, statement: Statement, start: int) -> bool:
    """Whether the gene test is denied before it is named: "negative for HER2 amplification"."""
    return bool(_DENIED_BEFORE.search(report.norm, max(statement.start, start - 40), start))


_DENIED_BEFORE = re.compile(r"\b(?:negative for|no(?: evidence of)?|without|absence of)\s+$", re.IGNORECASE)
_TOLD_BEFORE = re.compile(
    r"\b(?:(?P<no>negative|neg\.?|not amplified|non-?amplified|unamplified)|(?P<yes>positive|amplified))\s+(?:by|on|with)\s+(?:the\s+|reflex\s+|dual[- ]?(?:colou?r\s+)?)?$",
    re.IGNORECASE,
)
"""The result before the name of the gene test: "negative by FISH"."""


_LIMIT_BEFORE = re.compile(r"[<>≥≤]\s*$|cut|normal")
_OF_CHROMOSOME = re.compile(r"(?:CEP\s?17|chromosome 17)[^.;]{0,12}$", re.IGNORECASE)
_MOST_COPIES = 40
"""More signals than that are a sum over many cells, not the mean of one."""


def _her2_numbers(report: Report, statement: Statement, start: int, end: int) -> Iterator[Finding]:
    """Yield ratio and mean copies per cell of the gene test."""
    if skip(report, statement, start):
        return
    zone = report.norm[start:end]
    ratio = _RATIO.search(zone) or _RATIO_IN_BRACKETS.search(zone)
    if ratio and not (
        _AND_MORE.match(zone, ratio.end("value"))
        or _LIMIT_BEFORE.search(zone[max(0, ratio.start("value") - 6) : ratio.start("value")])
    ):
        low, high = start + ratio.start(), start + ratio.end()
        yield make(report, statement, "her2_ish_ratio", float(ratio["value"].replace(",", ".")), low, high)
    copies = None if _KEY_OF_GROUPS.match(zone) else _COPIES.search(zone)
    if copies and not _OF_CHROMOSOME.search(zone[: copies.start()]):
        value = float(next(one for one in copies.groups() if one))
        if value <= _MOST_COPIES:
            yield make(report, statement, "her2_copy_number", value, start + copies.start(), start + copies.end())


_AND_MORE = re.compile(r"\s*(?:or|and)\s+(?:more|greater|higher|above|over|less|below)\b", re.IGNORECASE)
_KEY_OF_GROUPS = re.compile(r"[^\n]*\b\d\s*=\s*ratio|[^\n]*\bcopies\s*[<>≥≤]", re.IGNORECASE)
"""The explanation of the groups of the gene test."""

__all__ = ["read_fish", "read_her2", "read_staining"]
