# ruff: noqa: E501 - a pattern is read best in one line
"""Blood results in lines and sentences, with units and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.intake.report.families.common import make, skip
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import named

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
_RESULT_LINE = re.compile(r"\s*(?:your )?(?:results?|values?)\s*[:=]\s*(?=[<>]?\s?\d)", re.IGNORECASE)
_TEST_LINE = re.compile(r"\s*(?:test(?: name)?|component|analyte|name)\s*[:=]\s*", re.IGNORECASE)
_FLUID = re.compile(
    r"\bCSF\b|\bcerebrospinal\b|\bspinal fluid\b|\b(?:pleural|ascitic|peritoneal|pericardial) fluid\b|\blumbar puncture\b",
    re.IGNORECASE,
)
_BLOOD = re.compile(r"\b(?:blood|serum|plasma|CBC|FBC|labs?|bloods)\b", re.IGNORECASE)
_NUMBER_OF_PAPER = re.compile(r"-\d")
"""Behind two letters that begin the number of an order or a control: "HB-330186"."""
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_PER_VOLUME = re.compile(r"\s*(?:/|cells|per)\s*(?:mm3|uL|cumm|microl)", re.IGNORECASE)
"""With such a unit a point between three digits is one of thousands: 248.000/mm3."""


@lru_cache(maxsize=1)
def labs() -> re.Pattern[str]:
    """Return the pattern of the names of blood tests; the group that fits is the test."""
    parts = named("labs.yaml")
    return re.compile(rf"(?<![A-Za-z0-9/.-])(?:{parts})(?![A-Za-z0-9])", re.IGNORECASE)


def read_labelled_results(report: Report) -> Iterator[Finding]:
    """Yield results of patient portals: the test in one line, "Your result: 41.3 U/mL" in the next."""
    name = ""
    for statement in report.statements:
        text = report.of(statement)
        lead = _TEST_LINE.match(text)
        test = labs().fullmatch(text.strip() if lead is None else text[lead.end() :].strip())
        result = _RESULT_LINE.match(text)
        if test:
            name = test.lastgroup or ""
        elif name and result:
            value = value_of(text[result.end() :], name, is_table=True)
            if value:
                said, unit, end, extra = value
                low = statement.start + result.end()
                yield make(report, statement, f"lab:{name}", said, low, low + end, unit=unit, breast=False, extra=extra)
            name = ""


def read_blood(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the blood results of a statement."""
    is_table = report.kind == "laboratory"
    found = list(labs().finditer(text))
    for index, match in enumerate(found):
        name = match.lastgroup or ""
        stop = found[index + 1].start() if index + 1 < len(found) else len(text)
        zone = text[match.end() : min(stop, match.end() + 110)]
        if _NOT_RESULT.search(zone[:50]) or skip(report, statement, statement.start + match.start()):
            continue
        if _NUMBER_OF_PAPER.match(text, match.end()):
            continue
        before = text[max(0, match.start() - 26) : match.start()]
        if re.search(
            r"\b(?:if|until|unless|when|once|provided)\b[^.;]{0,24}$|\bfor\s+$|\binfiltrating\s+$|\burine\b|\burinary\b|\bcontrol\b",
            before,
            re.IGNORECASE,
        ):
            continue
        value = value_of(zone, name, is_table)
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


def _is_of_fluid(report: Report, statement: Statement, text: str) -> bool:
    """Whether a count or a chemistry is that of a fluid of the body, which the title or the sentence names."""
    if _BLOOD.search(text) or _BLOOD.search(statement.title):
        return False
    return bool(_FLUID.search(text) or _FLUID.search(statement.title) or _FLUID.search(report.norm, 0, 120))


def value_of(zone: str, name: str, is_table: bool) -> tuple[Value, str, int, dict[str, Value]] | None:
    """Return value, unit, end and limits of a result that stands behind the name of its test, or None when none does."""
    lead = re.match(
        r"[\s:=,.|\-]*(?:\byour result\b|\([^)]{0,24}\)|\d{1,2}/\d{1,2}/\d{2,4}\s*:|\b(?:has\s+)?(?:come|gone|fallen|risen|dropped|increased|decreased|rose|fell|went)?\s*(?:up|down)?\s*from\s+[\d.,]+(?:\s*\w{1,6}/\w{1,4})?\s+to\b|,?\s*(?:total|serum|plasma|level|count|qual|absolute|abs|s|automated)\b|\b(?:of|is|was|at|remains|now|today|stable|currently|normal at|elevated at|raised at|low at|up to|down to)\b|[\s:=,.|\-])*",
        zone,
        re.IGNORECASE,
    )
    at = lead.end() if lead else 0
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


__all__ = ["labs", "read_blood", "read_labelled_results", "value_of"]
