# ruff: noqa: E501 - a pattern is read best in one line
"""How the cancer fares: progression, response, stable disease, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_PROGRESSION = re.compile(
    r"\b(?P<w>progressive (?:disease|metasta\w+|osseous|hepatic|bony?|liver|lung|pulmonary|brain)|disease progression|worsening (?:of )?(?:\w+ )?(?:metasta\w+|disease)|interval (?:increase|enlargement|growth) (?:in|of) [^.;]{0,30}?(?:metasta\w+|disease|lesions?)|progression|progressed|progressing|relapsed?|recurrence|recurred|(?-i:(?<!non-)\bPD\b(?!-)|\bPOD\b(?!\s*#?\d)))",
    re.IGNORECASE,
)
_NOT_PROGRESSION = re.compile(
    r"-?\s?free\b|\s*(?:score|risk|free interval)|\s+of (?:labou?r|arthr|symptoms|neuropathy|the slides)", re.IGNORECASE
)
_UNREAL = re.compile(
    r"\b(?:until|if|on|at|upon|risk of|time to|after|for (?:any )?|signs? of|over|rather than|risks?|monitor(?:ing)? for|concern(?:ing)? for|evidence of|local|in case of|score|reduce|prevent|should|local|vs\.?|versus|pseudo|lack of)\s+(?:any\s+|clinical\s+|radiolog\w+\s+|further\s+|disease\s+|local\s+|breast\s+cancer\s+|\w+\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\bafter\s+ on \w")
_STOPPED = re.compile(r"\b(?:stopped|discontinued|ceased|changed|switched|until|held)\b[^.;]{0,30}$", re.IGNORECASE)
_RESPONSE = re.compile(
    r"\b(?P<sd>stable (?:[\w-]+ ){0,3}(?:disease|metasta\w+)|stable (?:osseous|hepatic|bony?|appearances?|skeletal|pulmonary|liver|lung|brain|intracranial|SD)|(?:disease|dz|metastases|mets|lesions|bones?|nodes) (?:(?:is|are|remains?) )?stable(?! (?:to|or) (?:smaller|larger))|no (?:evidence of )?(?:interval |disease )?progression)|\b(?P<pr>partial (?:metabolic |radiological |radiologic )?response|(?:ongoing|continuing|continued|achieved|sustained) (?-i:PR)\b|good (?:partial )?response|treatment response|interval (?:decrease|response|improvement))|\b(?P<nearly>near(?:ly)?[- ]complete (?:metabolic |radiological |radiologic )?response)|\b(?P<cr>complete (?:metabolic |radiological |radiologic )?response|(?:ongoing|continuing|continued|achieved|sustained) (?-i:CR)\b|(?-i:CR)(?= in (?:the )?(?:liver|lungs?|bones?|brain|nodes)))|\b(?P<mixed>mixed response)",
    re.IGNORECASE,
)


_ASKED_FOR = re.compile(r"reason|clinical|history|indication|diagnos", re.IGNORECASE)
"""Heads of a gene report under which its requester tells how the cancer fares."""
_GRADED = re.compile(r"[^:]{0,50}:\s*(?P<grade>CR|PR|SD)")
"""A line "overall response: PR"."""
_NONE_LOCAL = re.compile(
    r"\bno (?:evidence of |signs? of |definite |convincing )?(?:local(?:ly)?|loco-?regional|chest wall|in-breast|axillary)(?: or distant)?\s+$",
    re.IGNORECASE,
)
"""Before "recurrence": none where the cancer began, whatever it does elsewhere."""


def read_course(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield progression and response, stated, doubted, denied or of earlier."""
    if report.kind == "genes" and not _ASKED_FOR.search(statement.title):
        return
    for match in _PROGRESSION.finditer(text):
        yield from _progression(report, statement, text, match)
    for match in _RESPONSE.finditer(text):
        yield from _response(report, statement, text, match)
    graded = _GRADED.fullmatch(text.strip()) if "response" in statement.title else None
    if graded:
        at = statement.start + text.rindex(graded["grade"])
        value = {"CR": "complete response", "PR": "partial response", "SD": "stable disease"}[graded["grade"]]
        yield make(report, statement, "response", value, at, at + 2, breast=False)


def _progression(report: Report, statement: Statement, text: str, match: re.Match[str]) -> Iterator[Finding]:
    at, end = statement.start + match.start(), statement.start + match.end()
    if _NONE_LOCAL.search(text, max(0, match.start() - 60), match.start()):
        yield make(report, statement, "progression", "absent", at, end, breast=False, extra={"site": "local"})
        return
    doubt = context.doubt(text, match.start(), match.end(), 46)
    if _is_no_progression(report, statement, text, match) or doubt == "question":
        return
    extra = _site_after(text, match.end())
    if context.is_negated(text, match.start(), match.end(), 60):
        yield make(report, statement, "progression", "absent", at, end, breast=False, extra=extra)
        return
    past = _is_past(report, statement, text, match)
    yield make(
        report,
        statement,
        "progression",
        "suspected" if doubt else "present",
        at,
        end,
        base=doubt or ("historical" if past else ""),
        date=_date_near(report, statement, at) if past else None,
        breast=False,
        extra=extra,
    )


def _is_no_progression(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether a word for progression tells of none: a risk, a score, a condition, somebody else's."""
    before, after = text[max(0, match.start() - 46) : match.start()], text[match.end() : match.end() + 24]
    low, _ = context.clause(text, match.start())
    recurrence = re.search(r"recurrence", match["w"], re.IGNORECASE)
    return bool(
        _NOT_PROGRESSION.match(after)
        or context.is_other_person(report, statement, statement.start + match.start())
        or (_UNREAL.search(before) and not _STOPPED.search(before) and not _AFTER.search(before + after))
        or (recurrence and (re.match(r"\s+(?:score|risk)", after) or report.kind == "pathology"))
        or (match["w"] in ("PD", "POD") and report.kind not in ("imaging", "letter"))
        or context.cues().conditional.search(text[low : match.start()])
        or statement.section in ("plan", "indication")
    )


_TOLD_OF_EARLIER = re.compile(r"(?:progressed|relapsed?|recurred|recurrence|progression|POD|PD)$", re.IGNORECASE)


def _is_past(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether progression is told of earlier: the reason to stop a drug, a history, a dated entry of a letter."""
    before = text[max(0, match.start() - 46) : match.start()]
    if _STOPPED.search(before) or statement.section == "history":
        return True
    dated = report.dates_in(statement.start, statement.end)
    return report.kind == "letter" and bool(_TOLD_OF_EARLIER.match(match["w"]) and dated)


_KINDS_OF_RESPONSE = {
    "sd": "stable disease",
    "pr": "partial response",
    "nearly": "partial response",
    "cr": "complete response",
    "mixed": "mixed response",
}


def _response(report: Report, statement: Statement, text: str, match: re.Match[str]) -> Iterator[Finding]:
    at = statement.start + match.start()
    if (
        (match["sd"] and match[0].casefold().startswith("no "))
        or context.is_negated(text, *match.span(), 40)
        or context.cues().conditional.search(text[: match.start()])
        or context.is_other_person(report, statement, at)
        or statement.section == "plan"
    ):
        return
    yield make(
        report,
        statement,
        "response",
        _KINDS_OF_RESPONSE[match.lastgroup or "sd"],
        at,
        statement.start + match.end(),
        breast=False,
        extra=_site_after(text, match.start()),
        date=_date_near(report, statement, at) if report.kind == "letter" else None,
    )


def _site_after(text: str, at: int) -> dict[str, str]:
    found = sites_in(text[at : at + 60])
    return {"site": found[0][0]} if found else {}


def _date_near(report: Report, statement: Statement, at: int) -> PartialDate | None:
    before = list(report.dates_in(statement.start, at))
    if before:
        return before[-1].date
    after = report.dates_in(at, min(statement.end, at + 40))
    return after[0].date if after else None


__all__ = ["read_course"]
