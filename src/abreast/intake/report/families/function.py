# ruff: noqa: E501 - a pattern is read best in one line
"""Performance status, heart measurements, blood results with units and limits, scores of other tests, menopause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.foundation.yaml import read_yaml
from abreast.intake.report import context
from abreast.intake.report.families.common import make, number, skip
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import DATA

_ECOG = re.compile(
    r"\b(?:ECOG|WHO|Zubrod)\b(?:\s*[/-]?\s*(?:ECOG|WHO|performance|status|score|PS|grade|is|of|was))*\s*[:=(-]{0,2}\s*(?P<a>[0-4](?:\s*(?:-|to)\s*[0-4])?)(?!\d|\.\d|[%+/]|\s*(?:mm|cm|criteria))|(?<!\()\b(?:performance\s+status|PS)\s*(?:\((?:ECOG|WHO)\))?\s*(?:is|of|was|remains|:|=)?\s*(?P<b>[0-4](?:\s*(?:-|to)\s*[0-4])?)(?!\d|\.\d|[%+/]|\s*(?:mm|cm))"
)
_KPS = re.compile(
    r"\b(?:KPS|Karnofsky)\b(?:\s+(?:performance|status|score|index|PS|is|of))*\s*[:=]?\s*(?P<a>\d{2,3})\s*%?",
    re.IGNORECASE,
)
_LVEF = re.compile(
    r"\b(?:LVEF|(?:LV|left ventricular)?\s?ejection fraction|\bEF\b)(?:\s*\((?:LVEF|EF)\))?(?:\s*\([^)]{0,28}\))?(?:\s*\d{1,2}/(?:\d{1,2}/)?\d{2,4})?[\s:=,.]*(?:(?:is|was|of|by|the|estimated|calculated|measured|at|visually|biplane|simpson'?s?|3D|2D|approximately|about|normal|preserved|method|echo\w*|MUGA)[\s:=,(]*){0,6}(?P<a>[<>≥≤]?\s*\d{2}(?:\.\d)?(?:\s*(?:-|to)\s*\d{2})?)\s*(?:\+/-\s*\d+\s*)?%",
    re.IGNORECASE,
)
_QTCF = re.compile(
    r"\bQTc\s?\(?F(?:ridericia)?\)?\b[\s:=]*(?:\([^)]{0,20}\))?\s*(?:interval|is|was|of|baseline|today|now|\s)*[:=]?\s*(?P<a>\d{3})(?:\s*(?:ms|msec|milliseconds))?|\bQTc\s*\(\s*(?:Fridericia|F)\s*\)\s*[:=]?\s*(?P<b>\d{3})",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?P<v>[<>≤≥]?\s?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[<>≤≥]?\s?\d+(?:\.\d+)?)(?P<flag>\s*\(?\*?\s*(?:[HL]{1,2}|high|low)\b(?:\s*\))?\*?)?",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s*(?P<u>(?:x\s*)?10\s*[Ee*^]?\s?\*?\s?\^?(?:3|6|9|12)\s*/\s*(?:u?L|mm3|cumm)|g/d[lL]|g/L|mg/d[lL]|mmol/(?:L|mol)|umol/L|mEq/L|I?U/m?L|k?U/L|ng/m?L|ug/L|pg/mL|pmol/L|mL/min(?:/1\.73(?:\s?m2?)?)?|fL|pg|%|K/uL|lakhs?\s*/\s*cumm|/cumm|cells/\S+|thou/\S+|mill/\S+|/uL|sec(?:onds)?|s\b|nmol/L|mIU/m?L)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\(?\[?\s*(?:ref\.?:?|normal:?|range:?|NR:?)?\s*(?P<l>\d+(?:\.\d+)?)\s*(?:-|to)\s*(?P<h>\d+(?:\.\d+)?)|(?P<op>[<>≤≥]=?)\s*(?P<b>\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_NOT_RESULT = re.compile(
    r"\b(?:TNP|not performed|clotted|cancel\w*|pending|haemoly[sz]ed|hemoly[sz]ed|QNS|not done|insufficient|see note|unable)\b",
    re.IGNORECASE,
)
_SCORES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("oncotype_rs", re.compile(r"\b(?:(?i:oncotype(?:\s*DX)?(?:\s+breast)?(?:\s+recurrence\s+score)?|recurrence\s+score|21-gene\s+(?:recurrence\s+)?(?:score|assay|RS))|RS)(?:\s*\((?:RS|Oncotype[^)]*)\))?(?:\s+(?i:results?|score|RS|is|was|of))*\s*[:=]?\s*(?P<v>\d{1,3})(?![\d%/]|\.\d|\s*(?:-|to)\s*\d|\s*(?:genes?|mm|months?|years?))"), ""),
    ("pdl1_cps", re.compile(r"\b(?:CPS|combined positive score)\b(?:\s*\((?:CPS|[^)]{0,20})\))?\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?=?\s?\d{1,3})(?!\d|\.\d|\s*(?:or|and) (?:more|above|greater))", re.IGNORECASE), ""),
    ("pdl1_tps", re.compile(r"\b(?:TPS|tumou?r proportion score)\b(?:\s*\([^)]{0,20}\))?\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?\d{1,3})\s*%", re.IGNORECASE), "%"),
    ("pdl1_ic", re.compile(r"\b(?:immune cells?(?: score| \(IC\))*|IC score|\bIC)\b\s*(?:score|is|was|of|:|=)*\s*(?P<v>[<>≥≤]?\s?\d{1,3})\s*%", re.IGNORECASE), "%"),
    ("tmb", re.compile(r"\bb?(?:TMB|tumou?r mutation(?:al)? burden)\b(?:\s+(?:seq|NGS|DNA(?:-tumou?r)?)\b){0,3}(?:-?(?:H|L|High|Low))?(?:\s*\(TMB\))?(?:\s*\([^)]{0,20}\))?\s*(?:score|is|was|of|:|=|,|-|low|high|intermediate|\s)*\s*\(?(?P<v>\d{1,3}(?:\.\d{1,2})?)\s*(?:(?:mut(?:ation)?s?\s*(?:/|per)\s*(?:Mb|megabase)|muts?\s*/\s*Mb|m/Mb)|/\s?Mb|(?<=TMB \d)(?=[,;]|\.(?!\d)|$)|(?<=TMB \d\d)(?=[,;]|\.(?!\d)|$))", re.IGNORECASE), "mut/Mb"),
    ("tumor_fraction_percent", re.compile(r"\btumou?r fraction\b(?:\s+(?:estimate|\(TF\)))*\s*(?:is|was|of|:|=)*\s*(?P<v>[<>]?\s?\d{1,2}(?:\.\d{1,2})?)\s*%", re.IGNORECASE), "%"),
    ("rcb", re.compile(r"\b(?:RCB(?:\s+(?:score|index))|residual cancer burden(?:\s+(?:score|index|\(RCB\)))*)\s*[:=,]?\s*(?P<v>\d(?:\.\d{1,3})?)", re.IGNORECASE), ""),
)  # fmt: skip
_MSI = re.compile(
    r"\b(?:(?P<high>MSI-?\s?H(?:igh)?|microsatellite instability[\s-]*high)|(?P<stable>MSS|MS-?\s?stable|microsatellite[\s-]+stable)|(?P<name>MSI(?:\s+status)?|microsatellites?(?: instability| status)?(?:\s*\(MSI\))?(?:\s+status)?))\b(?:\s+(?:seq|NGS|DNA(?:-tumou?r)?)\b){0,3}(?P<after>[\s:=|.-]{0,24}(?:not\s+detected|undetermined|cannot be determined|stable|high|low|negative|MSS|detected)?)",
    re.IGNORECASE,
)
_MMR = re.compile(
    r"\b(?P<d>dMMR|MMR[\s-]+deficien\w+|mismatch repair[\s-]+deficien\w+|deficient mismatch repair|loss of (?:nuclear expression of )?(?:MLH1|MSH2|MSH6|PMS2))|\b(?P<p>pMMR|MMR[\s-]+(?:proficient|intact)|mismatch repair(?: proteins?)?(?: status)?[\s:-]+(?:proficient|intact)|MMR(?: proteins?| status)?\s*:\s*(?:intact|proficient)|intact (?:nuclear )?(?:expression|MMR))",
    re.IGNORECASE,
)
_PDL1 = re.compile(
    r"\bPD-?L1\b(?:\s*\([^)]{0,30}\))?(?P<mid>[^.;\n]{0,110}?)\b(?P<v>positive|negative)\b", re.IGNORECASE
)
_MENOPAUSE = re.compile(r"\b(?P<v>post|pre|peri)[\s-]?menopausal\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _labs() -> re.Pattern[str]:
    content = read_yaml((DATA / "labs.yaml").read_text(encoding="utf-8"), "labs.yaml")
    parts = "|".join(f"(?P<{name}>{'|'.join(str(one) for one in texts)})" for name, texts in content.items())
    return re.compile(rf"(?<![A-Za-z0-9/.-])(?:{parts})(?![A-Za-z0-9])", re.IGNORECASE)


def read(report: Report) -> Iterator[Finding]:
    """Yield measurements of function, blood results and test scores."""
    yield from _labelled_results(report)
    for statement in report.statements:
        text = report.of(statement)
        if statement.section in ("general", "family"):
            continue
        yield from _laboratory(report, statement, text)
        if context.is_general(report, statement):
            continue
        for name, pattern, unit in (
            ("ecog", _ECOG, ""),
            ("karnofsky", _KPS, "%"),
            ("lvef_percent", _LVEF, "%"),
            ("qtcf_ms", _QTCF, "ms"),
        ):
            for match in pattern.finditer(text):
                if _about(report, statement, match, text):
                    continue
                raw = next(one for one in match.groups() if one)
                if name == "lvef_percent" and re.search(
                    r"normal\s*(?:range)?\s*[>≥:]*\s*$|GLS|previous|prior|baseline",
                    text[max(0, match.start() - 16) : match.start()],
                    re.IGNORECASE,
                ):
                    base = "prior"
                else:
                    base = ""
                yield make(
                    report,
                    statement,
                    name,
                    number(raw),
                    statement.start + match.start(),
                    statement.start + match.end(),
                    unit=unit,
                    breast=False,
                    base=base,
                )
        yield from _scores(report, statement, text)


_RESULT_LINE = re.compile(r"\s*(?:your )?(?:results?|values?)\s*[:=]\s*(?=[<>]?\s?\d)", re.IGNORECASE)
_TEST_LINE = re.compile(r"\s*(?:test(?: name)?|component|analyte|name)\s*[:=]\s*", re.IGNORECASE)


def _labelled_results(report: Report) -> Iterator[Finding]:
    """Yield results of patient portals: the test in one line, "Your result: 41.3 U/mL" in the next."""
    name = ""
    for statement in report.statements:
        text = report.of(statement)
        lead = _TEST_LINE.match(text)
        test = _labs().fullmatch(text.strip() if lead is None else text[lead.end() :].strip())
        result = _RESULT_LINE.match(text)
        if test:
            name = test.lastgroup or ""
        elif name and result:
            value = _value(text[result.end() :], name, is_table=True)
            if value:
                said, unit, end, extra = value
                low = statement.start + result.end()
                yield make(report, statement, f"lab:{name}", said, low, low + end, unit=unit, breast=False, extra=extra)
            name = ""


def _about(report: Report, statement: Statement, match: re.Match[str], text: str) -> bool:
    """Whether a measurement is not this person's: somebody else's, or a condition ("if ECOG 0-1")."""
    low, _ = context.clause(text, match.start())
    if re.match(r"\s*(?:is |are )?(?:required|needed|allowed|mandatory)\b", text[match.end() :], re.IGNORECASE):
        return True
    before = text[max(low, match.start() - 50) : match.start()]
    return skip(report, statement, statement.start + match.start()) or bool(
        re.search(
            r"\bif\b|\brequires?\b|\bmust\b|\bneed(?:s|ed)?\b|\beligib|\bcriteria\b|\bprovided\b|\bshould\b|\bunless\b",
            before,
            re.IGNORECASE,
        )
    )


_HIGHEST_SCORE = 100
"""Of the 21-gene test; a higher number is a code ("998: not done")."""


def _scores(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    yield from _numbers(report, statement, text)
    for found in (_msi, _mmr, _pdl1_status, _menopause):
        one = found(report, statement, text)
        if one:
            yield one


def _numbers(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the scores that are numbers: of the 21-gene test, PD-L1, mutational burden and others."""
    for name, pattern, unit in _SCORES:
        for match in pattern.finditer(text):
            if (
                _about(report, statement, match, text)
                or (name == "oncotype_rs" and not _is_oncotype(report, statement, match))
                or (name == "pdl1_cps" and _is_limit(text, match))
            ):
                continue
            start, end = statement.start + match.start(), statement.start + match.end()
            value = number(match["v"].replace(" ", ""))
            yield make(report, statement, name, value, start, end, unit=unit, breast=False)


def _is_oncotype(report: Report, statement: Statement, match: re.Match[str]) -> bool:
    """Whether a number is a score of the 21-gene test, which the words around must name, and no code."""
    around = report.norm[max(0, statement.start - 200) : statement.end]
    named = re.search(r"oncotype|recurrence score|21-gene", around, re.IGNORECASE)
    return float(match["v"]) <= _HIGHEST_SCORE and bool(named)


def _is_limit(text: str, match: re.Match[str]) -> bool:
    """Whether a score of PD-L1 is the limit that makes it positive, not the result."""
    if not re.search(r"[≥>]\s*=?\s*\d", match["v"]):
        return False
    before, after = text[: match.start()], text[match.end() : match.end() + 25]
    return bool(
        not re.search(r"PD-?L1", before)
        or re.search(r"(?:positive|negative)\s*\(\s*$", before, re.IGNORECASE)
        or re.search(r"positive|cut|threshold|defin", after, re.IGNORECASE)
        or re.search(r"cut-?off|threshold", before[-14:], re.IGNORECASE)
    )


def _found(report: Report, statement: Statement, attribute: str, value: str, match: re.Match[str]) -> Finding:
    start, end = statement.start + match.start(), statement.start + match.end()
    return make(report, statement, attribute, value, start, end, breast=False)


_MSI_WORDS = {
    "stable": "stable", "mss": "stable", "high": "high", "low": "low", "not detected": "not high", "negative": "not high",
}  # fmt: skip


def _msi(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return the first result on microsatellites of a statement, or None."""
    for match in _MSI.finditer(text):
        value = _msi_value(text, match)
        if value:
            return _found(report, statement, "msi", value, match)
    return None


def _msi_value(text: str, match: re.Match[str]) -> str:
    after = (match["after"] or "").casefold()
    word = after.strip(" :=|.-")
    only_named = re.match(r"\s*status", text[match.end() :]) and not word
    if "undetermined" in after or "cannot" in after or only_named:
        return ""
    value = "stable" if match["stable"] else ""
    if match["high"]:
        denied = "not" in after or "negative" in after or context.is_negated(text, *match.span(), 30)
        value = "not high" if denied else "high"
    elif match["name"]:
        value = _MSI_WORDS.get(word, "")
    bracketed = re.match(r"\s*\(\s*(?:stable|MSS)", text[match.end() :], re.IGNORECASE)
    return "stable" if bracketed and value == "not high" else value


def _mmr(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return what a statement says of the repair of mismatches, or None."""
    match = _MMR.search(text)
    if not match:
        return None
    deficient = match["d"] and not context.is_negated(text, *match.span(), 30)
    return _found(report, statement, "mmr", "deficient" if deficient else "proficient", match)


def _pdl1_status(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return whether a statement calls PD-L1 positive or negative, or None."""
    for match in _PDL1.finditer(text):
        if not re.search(r"[<>≥]\s*=?\s*\d+\s*(?:is|=|:)\s*$|control|\b(?:ER|PR|HER2)\b", match["mid"]):
            return _found(report, statement, "pdl1_status", match["v"].casefold(), match)
    return None


def _menopause(report: Report, statement: Statement, text: str) -> Finding | None:
    """Return the menopausal status that a statement gives of this person, or None."""
    for match in _MENOPAUSE.finditer(text):
        if (
            not skip(report, statement, statement.start + match.start())
            and not context.cues().conditional.search(text[: match.start()])
            and (text[match.start() - 1 : match.start()] == "(" or not context.is_negated(text, *match.span(), 20))
            and not re.match(r"\s*(?:women|bleeding|patients)", text[match.end() :])
        ):
            return _found(report, statement, "menopausal_status", match["v"].casefold() + "menopausal", match)
    return None


def _laboratory(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    is_table = report.kind == "laboratory"
    found = list(_labs().finditer(text))
    for index, match in enumerate(found):
        name = match.lastgroup or ""
        stop = found[index + 1].start() if index + 1 < len(found) else len(text)
        zone = text[match.end() : min(stop, match.end() + 110)]
        if _NOT_RESULT.search(zone[:50]) or skip(report, statement, statement.start + match.start()):
            continue
        before = text[max(0, match.start() - 26) : match.start()]
        if re.search(
            r"\b(?:if|until|unless|when|once|provided)\b[^.;]{0,24}$|\bfor\s+$|\binfiltrating\s+$|\burine\b|\burinary\b|\bcontrol\b",
            before,
            re.IGNORECASE,
        ):
            continue
        value = _value(zone, name, is_table)
        if value is None:
            continue
        if _is_of_fluid(report, statement, text):
            return
        if name == "anc" and value[1] == "%":
            continue
        said, unit, end, extra = value
        if (
            not unit
            and not is_table
            and not re.match(
                r"[\s:=,|]*(?:(?:\w+\s+){0,3}from\s+[\d.,]+\s+to|of|is|was|at|level|count|remains|today|[\s:=-])*\s*[<>]?\d",
                zone,
            )
        ):
            continue
        base = ""
        if re.search(r"\b(?:previous|prior|baseline|last)\w*\s*$|\bwas\b", before[-12:], re.IGNORECASE):
            base = "prior"
        yield make(
            report,
            statement,
            f"lab:{name}",
            said,
            statement.start + match.start(),
            statement.start + match.end() + end,
            unit=unit,
            breast=False,
            base=base,
            extra=extra,
        )


_FLUID = re.compile(
    r"\bCSF\b|\bcerebrospinal\b|\bspinal fluid\b|\b(?:pleural|ascitic|peritoneal|pericardial) fluid\b|\blumbar puncture\b",
    re.IGNORECASE,
)
_BLOOD = re.compile(r"\b(?:blood|serum|plasma|CBC|FBC|labs?|bloods)\b", re.IGNORECASE)


def _is_of_fluid(report: Report, statement: Statement, text: str) -> bool:
    """Whether a count or a chemistry is that of a fluid of the body, which the title or the sentence names."""
    if _BLOOD.search(text) or _BLOOD.search(statement.title):
        return False
    return bool(_FLUID.search(text) or _FLUID.search(statement.title) or _FLUID.search(report.norm, 0, 120))


_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_PER_VOLUME = re.compile(r"\s*(?:/|cells|per)\s*(?:mm3|uL|cumm|microl)", re.IGNORECASE)
"""With such a unit a point between three digits is one of thousands: 248.000/mm3."""


def _value(zone: str, name: str, is_table: bool) -> tuple[Value, str, int, dict[str, Value]] | None:
    lead = re.match(
        r"[\s:=,.|\-]*(?:\byour result\b|\([^)]{0,24}\)|\d{1,2}/\d{1,2}/\d{2,4}\s*:|\b(?:has\s+)?(?:come|gone|fallen|risen|dropped|increased|decreased|rose|fell|went)?\s*(?:up|down)?\s*from\s+[\d.,]+(?:\s*\w{1,6}/\w{1,4})?\s+to\b|,?\s*(?:total|serum|plasma|level|count|qual|absolute|abs|s|automated)\b|\b(?:of|is|was|at|remains|now|today|stable|currently|normal at|elevated at|raised at|low at|up to|down to)\b|[\s:=,.|\-])*",
        zone,
        re.IGNORECASE,
    )
    at = lead.end() if lead else 0
    if name == "hcg":
        word = re.search(r"\b(negative|positive)\b", zone, re.IGNORECASE)
        return (word[1].casefold(), "", word.end(), {}) if word else None
    flagged = re.match(r"\(?\s*([HL])\s*\)?\s{1,12}(?=\d)", zone[at:]) if is_table else None
    if flagged:
        at += flagged.end()
    match = _VALUE.match(zone, at)
    if not match:
        return None
    rest = zone[match.end() :]
    if re.match(r"\s*/\s*\d|\s*-\s*\d|\d|/(?![cmuk])", rest) and not (is_table and re.match(r"\s+\d", rest)):
        return None
    if re.match(
        r"\s*(?:weeks?|months?|years?|days?|mm\b|cm\b|Gy|mg\b(?!/)|cycles?|tablets?|lines?)", rest, re.IGNORECASE
    ):
        return None
    raw = match["v"]
    if _THOUSANDS.fullmatch(raw.strip()) and _PER_VOLUME.match(rest):
        raw = raw.replace(".", "")
    plain = re.sub(r"[\s,]", "", raw).replace("≤", "<=").replace("≥", ">=")
    said: Value = float(plain) if plain[0].isdigit() else plain
    unit = _UNIT.match(rest)
    extra: dict[str, Value] = {}
    after = rest[unit.end() :] if unit else rest
    flag = match["flag"] or (flagged[1] if flagged else "")
    if flag:
        extra["flag"] = "H" if "h" in flag.casefold() else "L"
    if unit is None:  # the unit may stand behind the limits
        behind = re.match(r"[^A-Za-z]{0,40}", after)
        late = _UNIT.match(after, behind.end()) if behind and is_table else None
        said_unit = late["u"].strip() if late else ""
    else:
        said_unit = unit["u"].strip()
    limits = _RANGE.search(after[:40])
    if limits and limits["l"]:
        extra["normal_low"], extra["normal_high"] = float(limits["l"]), float(limits["h"])
    elif limits and limits["b"]:
        extra["normal_high" if limits["op"][0] in "<≤" else "normal_low"] = float(limits["b"])
    return said, said_unit, match.end() + (unit.end() if unit else 0), extra


__all__ = ["read"]
