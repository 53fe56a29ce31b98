# ruff: noqa: E501 - a pattern is read best in one line
"""ER, PR, androgen receptor, HER2 (staining and gene test) and Ki-67.

Each mention of a marker owns the words up to the next marker; its value is read from there, or from before it ("positive
for ER"). Scores follow the forms of the ASCO/CAP reporting guidelines for hormone receptors and HER2: per cent of nuclei,
Allred (quick) score of 8, HER2 0 to 3+, ratio and copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.intake.report import context
from abreast.intake.report.families.common import make, number, skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_MARKER = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?P<er>(?i:o?estrogen(?:[\s-]+receptors?)?(?:\s*(?:protein|alpha))?(?:\s*\(\s*ER\s*\))?)|ERa?(?=[\s:=/,.+&(\-]|$)|E\.R\.)
    | (?P<pr>(?i:progesterone(?:[\s-]+receptors?)?(?:\s*\(\s*(?:PR|PgR)\s*\))?)|P[gG]?R(?=[\s:=/,.+&(\-]|$)|P\.R\.|(?i:pgr)\b)
    | (?P<ar>(?i:androgen\s+receptors?(?:\s*\(\s*AR\s*\))?)|AR(?=\s*[:=(]|\s+\d+\s*%|\s+(?:positive|negative)))
    | (?P<her2>(?i:HER[\s-]?2(?:\s*/\s*neu|[\s-]neu)?(?:\s*\(\s*(?:c-?)?erbB-?2\s*\))?(?:\s+oncoprotein|\s+protein)?)|(?i:c-?erb-?B-?2(?:\s*\(HER-?2[^)]*\))?)|(?i:human\s+epidermal\s+growth\s+factor\s+receptor\s+2(?:\s*\(HER-?2[^)]*\))?)|(?i:ERBB2(?=\s*(?:IHC|FISH|protein|\(HER))))
    | (?P<ki67>(?i:Ki[\s-]?67(?:\s+(?:proliferati(?:on|ve)\s+)?(?:labell?ing\s+)?index|\s+LI)?(?:\s*\(\s*MIB-?1\s*\))?|MIB-?1(?:\s+index)?|proliferati(?:on|ve)\s+index(?:\s*\(\s*Ki-?67\s*\))?))
    | (?P<fish>(?i:(?:(?:D|C|F|S)?ISH|in\s*situ\s+hybridi[sz]ation)(?=[\s:(,;.=/-])))
    | (?P<other>(?i:E-cadherin|GATA-?3|p53|p63|CK\s?\d+(?:/\d+)?|cytokeratin|PD-?L1|mammaglobin|GCDFP\S*|SOX\s?10|TILs?|EGFR|chromogranin|synaptophysin|AE1/AE3|MSI|MLH1|MSH2|p120|SMMHC|BRCA[12]|Oncotype))
    | (?P<hr>(?i:hormone[\s-]receptors?|triple[\s-]negative|TNBC)|HR(?=\s*[+/-]|\s+(?:positive|negative)|-?(?:positive|negative)))
    )""",
    re.VERBOSE,
)
_PERCENT = re.compile(
    r"(?<![\d.])(?P<range>\d{1,3}(?:\.\d+)?\s*(?:-|to)\s*\d{1,3}(?:\.\d+)?|(?:[<>≤≥]\s*=?|less\s+than|greater\s+than|more\s+than|over|fewer\s+than|at\s+least)?\s*\d{1,3}(?:\.\d+)?)\s*(?:%|per\s?cent\b|pct\b)",
    re.IGNORECASE,
)
_ALLRED = re.compile(
    r"(?:allred|quick\s?-?score|QS|total\s+score|TS|score)?\W{0,3}(?:score|total)?\W{0,3}(?<![\d/.])([0-8])\s*(?:/|out\s+of)\s*8(?![\d/%])|\ballred(?:\s+total)?(?:\s+score)?\s*(?:of|:|=)?\s*([0-8])(?![\d/.%+])",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?P<low>\blow[\s-]+pos(?:itive|itivity)?\b|\bweakly?[\s-]+positive\b(?=[^%]{0,30}\b(?:[1-9]|10)\s*%))|(?P<pos>\bpositiv\w*|\bpos\b\.?|\bexpressed\b|(?<=[A-Z])\+(?![\d+])|(?<=\s)\+ve\b|(?<=[A-Z2])\s?\+ve\b|\bimmunoreactive\b|\breactive\b)|"
    r"(?P<neg>\bnegativ\w*|\bneg\b\.?|\bnot\s+expressed\b|\bnon-?reactive\b|(?<=[A-Z])-(?=[\s/,;.)]|$)|(?<=\s)-ve\b|(?<=[A-Z2])\s?-ve\b|\babsent\b|\bno\s+(?:staining|expression|immunoreactivity)\b|\bnot\s+detected\b)",
    re.IGNORECASE,
)
_BEFORE_POSITIVE = re.compile(
    r"\b(?P<pos>positive|immunoreactive|(?:strongly|diffusely)\s+positive|expresses|express)|(?P<neg>\b(?:negative|non-?reactive|lack(?:s|ing)?|without))(?P<word>\s+(?:for|expression\s+of)?)?",
    re.IGNORECASE,
)
_IHC = re.compile(
    r"(?<![\d.,/+])(?P<score>[0-3])\s?(?P<plus>\+)(?!\s?ve|\d|ve\b)|(?:score|IHC|immunohistochem\w+|intensity|staining)\s*(?:\([^)]{0,30}\))?\)?\s*(?:is|was|of|:|=|score)*\s*(?:score\s*(?:of|:|=)?\s*)?[-]?\s*(?P<bare>[0-3])(?![\d.%/+]|\s*[-x/]\s*\d|\s?(?:mm|cm))|^[\s:=.-]*(?:\(?(?:4B5|SP3|A0485|CB11|HercepTest|EP3)\)?[\s:]+)?(?P<alone>[0-3])(?=\s*(?:$|[,;(.]|negative|neg\b|per\b|by\b|with\b|\s{2,}))|\((?P<paren>[0-3])\)|\bnegative\s*[,(]?\s*(?:score\s*)?(?P<zero>0)\b(?![\d.%])",
    re.IGNORECASE,
)
_ULTRALOW = re.compile(
    r"\bultra-?\s?low\b|0\s*(?:with|,)\s*(?:faint|incomplete|membrane|some)[^.;]{0,40}|>\s*0\s*(?:and|,)?\s*<\s*1\+",
    re.IGNORECASE,
)
_LOW = re.compile(r"(?:HER[\s-]?2[\s-]*|\b)low(?![\s-]*pos|\s*grade|er\b)\b", re.IGNORECASE)
_AMPLIFIED = re.compile(
    r"(?P<no>\b(?:not|non|no|without|un|absence\s+of)[\s-]*(?:gene\s+|HER-?2\s+(?:gene\s+)?)?amplifi\w*|\bunamplified|\bnegative\b|\bneg\b|(?<=ISH)-)|(?P<pending>\bpending\b|\bto\s+follow\b|\bawait\w*|\bin\s+progress\b|\brequested\b|\bordered\b|\bsent\b|\breflex\w*\s+to\b)|(?P<undone>\bnot\s+(?:done|performed|indicated|required|tested|necessary|ordered)\b|\bnot\s+applicable\b|\bn/a\b)|(?P<equivocal>\bequivocal\b|\bindeterminate\b)|(?P<yes>\bamplifi(?:ed|cation)\b|\bpositive\b|(?<=ISH)\+)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?:ratio|HER-?2\s*[/:]\s*(?:CEP|Cen|chromosome|chr|D)\s?-?\s?17\w*(?:\s*ratio)?)\s*(?:\([^)]{0,40}\))?\s*(?:is|was|of|:|=|\.{2,}|-)?\s*(?P<value>\d{1,2}(?:\.\d{1,2})?)(?![\d%]|\s?mm)",
    re.IGNORECASE,
)
_COPIES = re.compile(
    r"(?:(?:average|mean|avg\.?)\s+)?HER-?2(?:/neu)?\s+(?:gene\s+)?(?:copy\s+numbers?|copies|signals?)(?:\s*(?:/|per)\s*(?:cell|nucleus))?\s*(?:is|was|of|:|=|\.{2,})?\s*(?P<a>\d{1,2}(?:\.\d{1,2})?)|"
    r"(?:copy\s+number|copies)\s*(?:per\s+cell)?\s*(?:is|was|of|:|=)?\s*(?P<b>\d{1,2}(?:\.\d{1,2})?)|(?P<c>\d{1,2}\.\d{1,2})\s+(?:HER-?2\s+)?(?:copies|signals)\s*(?:/|per)\s*(?:cell|nucleus)",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\bnot\s+(?:done|performed|tested|assessed|repeated|available|requested|evaluated)\b|\bpending\b|\bto\s+follow\b|\bawait\w*\b",
    re.IGNORECASE,
)
_NOT_A_RECEPTOR = re.compile(
    r"^\s*(?:visit|department|doctor|physician|interval|segment|room|\d+\s*(?:ms|msec|bpm|/min|mmhg)|\s*[:=]?\s*\d{2,3}(?!\s*(?:%|-|to|per|\.|\d)))",
    re.IGNORECASE,
)
_RESPONSE = re.compile(r"\b(?:partial\s+response|RECIST|response|CR|SD|PD)\b", re.IGNORECASE)
_SHARED = re.compile(r"[\s/,&]*(?:and|or)?[\s/,&(]*")
_REACH = 190
_ONLY_RECEPTORS = re.compile(
    r"(?:[\s,/&():]|\d{1,3}\s*%|\b(?:both|the|strong(?:ly)?|nuclear|and|or|ER|PR|PgR|HER-?2(?:/neu)?|o?estrogen|progesterone|receptors?|hormone|expression|of|diffuse(?:ly)?)\b)*",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|whether|provided|in case|should (?:the|a|it|this))\b[^.;,]*$", re.IGNORECASE)
_NAMES = {"er": "er", "pr": "pr", "ar": "androgen_receptor"}


@dataclass(frozen=True, slots=True)
class _Mention:
    marker: str
    start: int
    end: int
    zone_end: int


def read(report: Report) -> Iterator[Finding]:
    """Yield what the report says of receptors, HER2 and Ki-67."""
    previous = ""
    for statement in report.statements:
        mentions = _mentions(report, statement)
        if mentions and not context.is_general(report, statement):
            yield from _statement(report, statement, mentions)
        elif not mentions and previous == "her2":
            yield from _fish(report, statement, statement.start, statement.end, loose=True)
        if mentions:
            previous = "her2" if mentions[-1].marker in ("her2", "fish") else ""
        elif not re.search(r"ratio|copy|CEP|signals|amplif", report.of(statement), re.IGNORECASE):
            previous = ""


def _mentions(report: Report, statement: Statement) -> list[_Mention]:
    found = [
        (match.lastgroup or "", match.start(), match.end())
        for match in _MARKER.finditer(report.norm, statement.start, statement.end)
    ]
    result = []
    for index, (marker, start, end) in enumerate(found):
        following = found[index + 1][1] if index + 1 < len(found) else statement.end
        result.append(_Mention(marker, start, end, min(following, end + _REACH)))
    return result


def _statement(report: Report, statement: Statement, mentions: list[_Mention]) -> Iterator[Finding]:
    norm = report.norm
    shared: list[_Mention] = []
    last_her2 = False
    for index, mention in enumerate(mentions):
        if context.is_other_person(report, statement, mention.start) or _IF.search(
            norm, max(statement.start, mention.start - 70), mention.start
        ):
            continue
        if mention.marker == "other":
            shared = []
            continue
        zone = norm[mention.end : mention.zone_end]
        if mention.marker == "hr":
            yield from _hormone(report, statement, mention, zone)
            continue
        if mention.marker in ("her2", "fish"):
            if (
                mention.marker == "fish"
                and not last_her2
                and "her" not in norm[max(0, statement.start - 300) : mention.start].casefold()
            ):
                continue
            last_her2 = True
            yield from _her2(report, statement, mention, zone, mentions[index + 1 :])
            continue
        last_her2 = False
        if mention.marker == "ki67":
            yield from _ki67(report, statement, mention, zone)
            continue
        if _is_no_receptor(norm, statement, mention, zone):
            continue
        if (
            _SHARED.fullmatch(zone)
            and index + 1 < len(mentions)
            and mentions[index + 1].marker in ("er", "pr", "ar", "her2")
        ):
            shared.append(mention)
            continue
        group = [*shared, mention]
        shared = []
        yield from _receptor(report, statement, group, zone)
    if shared:
        yield from _receptor(report, statement, shared, "")


def _is_no_receptor(norm: str, statement: Statement, mention: _Mention, zone: str) -> bool:
    word = norm[mention.start : mention.end]
    if word not in ("PR", "ER", "PGR", "AR", "ERa"):
        return False
    if _NOT_A_RECEPTOR.match(zone) and not re.search(r"positive|negative|%", zone[:60], re.IGNORECASE):
        return True
    before = norm[max(statement.start, mention.start - 40) : mention.start]
    if word == "PR" and (_RESPONSE.search(before) or re.search(r"\b(?:pulse|BP|P-?R|QRS)\b", before)):
        return True
    return bool(re.search(r"\b(?:went to|seen in|presented to|via|in the|from the)\s+(?:the\s+)?$", before))


def _receptor(report: Report, statement: Statement, group: list[_Mention], zone: str) -> Iterator[Finding]:
    norm = report.norm
    first, last = group[0], group[-1]
    if _NOT_DONE.match(zone.lstrip(" :.-|=")):
        return
    cut = _own(zone)
    percents = list(_PERCENT.finditer(cut))
    percents = [
        one
        for one in percents
        if not re.search(
            r"control|cut-?off|threshold|reference|>=?\s*1\s*%\s*(?:=|is)",
            cut[max(0, one.start() - 20) : one.end() + 12],
            re.IGNORECASE,
        )
    ]
    allreds = list(_ALLRED.finditer(cut))
    status, low, high = _status(norm, statement, first, last, cut)
    for place, mention in enumerate(group):
        name = _NAMES[mention.marker]
        percent = (
            percents[place]
            if len(percents) == len(group) and len(group) > 1
            else percents[0]
            if percents and len(group) == 1
            else None
        )
        allred = allreds[place] if place < len(allreds) and (len(group) == 1 or len(allreds) == len(group)) else None
        value = _percent_value(percent["range"]) if percent else None
        end = mention.end
        if percent:
            end = max(end, last.end + percent.end())
        if status and name != "androgen_receptor":
            said = "low positive" if status == "low" else "positive" if status == "pos" else "negative"
            yield make(report, statement, f"{name}_status", said, min(low, mention.start), max(high, mention.end))
        elif name != "androgen_receptor" and (value is not None or allred):
            derived = _derived(value, allred)
            if derived:
                yield make(
                    report,
                    statement,
                    f"{name}_status",
                    derived,
                    mention.start,
                    max(end, mention.end),
                    extra={"derived": "yes"},
                )
        elif status and value is None:
            yield make(
                report,
                statement,
                "androgen_receptor_status",
                "positive" if status != "neg" else "negative",
                min(low, mention.start),
                max(high, mention.end),
            )
        if value is not None and percent:
            yield make(report, statement, f"{name}_percent", value, mention.start, last.end + percent.end(), unit="%")
        if allred:
            yield make(
                report,
                statement,
                f"{name}_allred",
                float(allred[1] or allred[2]),
                mention.start,
                last.end + allred.end(),
            )


def _own(zone: str) -> str:
    """Return the part of the words after a marker that speaks of it."""
    stop = re.search(
        r"\b(?:previously|prior|reference|ref\.?\s*:|normal range|control|formerly|was originally)\b|\|\s*\|",
        zone,
        re.IGNORECASE,
    )
    return zone[: stop.start()] if stop else zone


def _percent_value(text: str) -> float | str | None:
    plain = re.sub(r"less\s+than|fewer\s+than", "<", text, flags=re.IGNORECASE)
    plain = re.sub(r"(?:greater|more)\s+than|over", ">", plain, flags=re.IGNORECASE)
    plain = re.sub(r"at\s+least", ">=", plain, flags=re.IGNORECASE)
    value = number(plain)
    if isinstance(value, float) and value > 100:
        return None
    return value


def _derived(percent: float | str | None, allred: re.Match[str] | None) -> str:
    """Return the status that a figure means: 1 % of nuclei, or an Allred score of 3, is positive (ASCO/CAP 2020)."""
    if allred:
        return "positive" if int(allred[1] or allred[2]) >= 3 else "negative"
    if isinstance(percent, float):
        return "positive" if percent >= 1 else "negative"
    if isinstance(percent, str):
        if percent.startswith("<"):
            return "negative" if percent.lstrip("<=") in ("1", "1.0") else ""
        return "positive" if re.match(r">|[1-9]", percent) else ""
    return ""


def _status(norm: str, statement: Statement, first: _Mention, last: _Mention, zone: str) -> tuple[str, int, int]:
    """Return the status word of a marker (pos, neg, low or "") and the place of the evidence."""
    sign = re.match(r"\s?(\+\+*|-)(?=[\s,;/).]|$)|(\+ve|-ve)|\s?\((\+|-)\)", norm[last.end : last.end + 6])
    if sign:
        return ("neg" if "-" in sign[0] else "pos"), first.start, last.end + sign.end()
    near = _STATUS.search(zone)
    if near and near.start() <= 95:
        between = zone[: near.start()]
        if not re.search(r"\bfor\b|;|\bnot\s*$", between) or near.start() < 4:
            kind = near.lastgroup or ""
            if kind == "pos" and re.search(r"\bnot\s*$", between):
                kind = "neg"
            after = zone[near.end() : near.end() + 6]
            if not re.match(r"\s+for\b|\s*control", after):
                return kind, first.start, last.end + near.end()
    before_start = max(statement.start, first.start - 60)
    before = norm[before_start : first.start]
    found = list(
        re.finditer(
            r"\b(?P<pos>positive\s+for|positive|immunoreactive\s+for|express(?:es|ing)?|reactive\s+for)\b|\b(?P<neg>negative\s+for|negative|lack(?:s|ing)|do(?:es)?\s+not\s+express|non-?reactive\s+for)\b",
            before,
            re.IGNORECASE,
        )
    )
    if found:
        one = found[-1]
        between = before[one.end() :]
        linked = "for" in one[0].casefold() or "express" in one[0].casefold() or "lack" in one[0].casefold()
        if linked and _ONLY_RECEPTORS.fullmatch(between):
            return ("neg" if one.lastgroup == "neg" else "pos"), before_start + one.start(), last.end
    return "", first.start, last.end


def _hormone(report: Report, statement: Statement, mention: _Mention, zone: str) -> Iterator[Finding]:
    words = report.norm[mention.start : mention.end].casefold()
    if words.startswith(("triple", "tnbc")):
        return
    match = re.match(r"[\s-]*(positive|negative|\+|-)", zone, re.IGNORECASE)
    if match and not context.is_negated(
        report.of(statement), mention.start - statement.start, mention.end - statement.start, 20
    ):
        said = "negative" if match[1].casefold() in ("negative", "-") else "positive"
        yield make(report, statement, "hr_status", said, mention.start, mention.end + match.end())


def _ki67(report: Report, statement: Statement, mention: _Mention, zone: str) -> Iterator[Finding]:
    for one in _PERCENT.finditer(_own(zone)[:130]):
        value = _percent_value(one["range"])
        around = zone[max(0, one.start() - 25) : one.start()]
        if value is None or re.search(r"cut-?off|threshold|<=?\s*$|low\s*:|high\s*:", around, re.IGNORECASE):
            continue
        yield make(report, statement, "ki67_percent", value, mention.start, mention.end + one.end(), unit="%")


def _her2(
    report: Report, statement: Statement, mention: _Mention, zone: str, later: list[_Mention]
) -> Iterator[Finding]:
    norm = report.norm
    fish_at = re.search(r"\b(?:[DCFS]?ISH|in\s*situ)\b", norm[mention.start : mention.end + 14], re.IGNORECASE)
    end = mention.zone_end
    if (
        later
        and later[0].marker == "fish"
        and mention.marker == "her2"
        and later[0].start - mention.end < 12
        and not _IHC.search(zone)
        and not re.search(r"positive|negative", zone, re.IGNORECASE)
    ):
        return  # "HER2 (by FISH)": the gene test speaks for itself
    if mention.marker == "fish" or (fish_at and mention.marker != "her2"):
        yield from _fish(report, statement, mention.start, end)
        return
    if re.match(
        r"\s*(?:gene\s+)?amplifi|\s*(?:gene\s+)?(?:not|non|un)-?\s*amplifi|\s*gene\s+status|\s*[/:]\s*(?:CEP|chr|cen)",
        zone,
        re.IGNORECASE,
    ):
        yield from _fish(report, statement, mention.start, end, loose=True)
        return
    yield from _her2_staining(report, statement, mention, zone)
    yield from _her2_numbers(report, statement, mention.start, end)


def _her2_staining(report: Report, statement: Statement, mention: _Mention, zone: str) -> Iterator[Finding]:
    norm = report.norm
    own = _own(zone)
    if re.search(r"control", own[:40], re.IGNORECASE):
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


def _her2_status(
    report: Report, statement: Statement, mention: _Mention, own: str, scores: set[str]
) -> Iterator[Finding]:
    norm = report.norm
    words = list(
        re.finditer(
            r"\b(?P<pos>positive|overexpressed|over-?expression|pos\b\.?)|\b(?P<neg>negative|not\s+over-?expressed|neg\b\.?)|\b(?P<equi>equivocal|borderline)",
            own[:110],
            re.IGNORECASE,
        )
    )
    sign = re.match(r"\s?(\+ve|-ve|\+(?=[\s/,;.)]|$)|-(?=[\s/,;.)]|$)|\((?:\+|-)\))", own)
    if sign:
        yield make(
            report,
            statement,
            "her2_status",
            "negative" if "-" in sign[0] else "positive",
            mention.start,
            mention.end + sign.end(),
        )
        return
    if words and not re.search(r"[;]|\bfor\b", own[: words[0].start()]) and len({one.lastgroup for one in words}) == 1:
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
    if linked and not scores and not re.search(r"[.;]|%", before[linked[-1].end() :]):
        yield make(
            report,
            statement,
            "her2_status",
            "negative" if linked[-1].lastgroup == "neg" else "positive",
            before_start + linked[-1].start(),
            mention.end,
        )


def _score(match: re.Match[str]) -> str:
    value = match["score"] or match["bare"] or match["alone"] or match["paren"] or match["zero"]
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


def _fish(report: Report, statement: Statement, start: int, end: int, loose: bool = False) -> Iterator[Finding]:
    norm = report.norm
    zone = norm[start:end]
    after = re.sub(r"^\s*(?:\(?HER-?2\S*\)?\s*)?(?:by\s+)?", "", zone)
    cut = zone
    stop = re.search(r"\b(?:control|reference|criteria|if\s)\b", cut, re.IGNORECASE)
    if stop:
        cut = cut[: stop.start()]
    found = _AMPLIFIED.search(cut)
    del after
    if (
        found
        and (not loose or (found.lastgroup in ("no", "yes") and "amplif" in found[0].casefold()))
        and not skip(report, statement, start)
    ):
        value, base = {
            "no": ("not amplified", ""),
            "yes": ("amplified", ""),
            "pending": ("pending", "pending"),
            "undone": ("not done", ""),
            "equivocal": ("equivocal", "equivocal"),
        }[found.lastgroup or "no"]
        yield make(
            report, statement, "her2_ish", value, start, start + found.end(), base=base, at=start + found.start()
        )
    yield from _her2_numbers(report, statement, start, end)


def _her2_numbers(report: Report, statement: Statement, start: int, end: int) -> Iterator[Finding]:
    if skip(report, statement, start):
        return
    zone = report.norm[start:end]
    ratio = _RATIO.search(zone)
    if ratio and not re.search(r"[<>≥≤]\s*$|cut|normal", zone[max(0, ratio.start("value") - 6) : ratio.start("value")]):
        yield make(
            report, statement, "her2_ish_ratio", float(ratio["value"]), start + ratio.start(), start + ratio.end()
        )
    copies = _COPIES.search(zone)
    if copies and not re.search(
        r"CEP\s?17[^.;]{0,12}$|chromosome 17[^.;]{0,12}$", zone[: copies.start()], re.IGNORECASE
    ):
        value = copies["a"] or copies["b"] or copies["c"]
        yield make(report, statement, "her2_copy_number", float(value), start + copies.start(), start + copies.end())


__all__ = ["read"]
