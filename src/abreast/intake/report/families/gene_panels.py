# ruff: noqa: E501 - a pattern is read best in one line
"""A test of inherited genes as a whole: sent, or negative, without the names of its genes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.gene_words import genes
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_PANEL = re.compile(
    r"\b(?:germline (?:genetic )?(?:panel|test(?:ing|s)?|genetics)|genetic test(?:ing|s)?(?: result)?|hereditary (?:cancer )?(?:panel|test(?:ing)?)|(?:update|updated|multi-?gene|hereditary|genetic|germline) panel)\b|\bgermline(?=\s*[:=-]\s*(?:neg|no\b|pending|sent|awaited))",
    re.IGNORECASE,
)
_ASIDE = r"(?:\s*(?:\([^()]{0,30}\)|(?:on |in |of )?\d{1,2}[/.]\d{1,4}(?:[/.]\d{2,4})?|(?:on |in )?(?:[A-Z][a-z]+ )?(?:19|20)\d\d|result|results|today|was|were|is|has been|have been|:|,|-|\?)){0,5}\s*"
_PENDING = re.compile(
    _ASIDE + r"(?:sent|pending|awaited|ordered|drawn|in progress|requested|outstanding|not (?:yet )?back|to follow)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    _ASIDE
    + r"(?:(?:came back |all )?(?:negative|normal|clear)\b|no (?:pathogenic |harmful |clinically significant )?(?:mutations?|variants?|abnormalit\w+)\b)(?!\s*(?:for|in|except|but))",
    re.IGNORECASE,
)

_NO = re.compile(r"\b(?:no|not|without|declined)\s+(?:\w+\s+)?$", re.IGNORECASE)


def read_panel(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield that a test of inherited genes is on its way or negative, when the sentence names none of its genes."""
    if genes().search(text) or statement.section in ("family", "general") or report.kind not in ("letter", "pathology"):
        return
    for match in _PANEL.finditer(text):
        pending, none = _PENDING.match(text, match.end()), _NEGATIVE.match(text, match.end())
        told = pending or none
        if not told or context.is_other_person(report, statement, statement.start + match.start()):
            continue
        lead = text[: match.start()]
        if context.cues().conditional.search(lead) or _NO.search(lead):
            continue
        yield make(
            report, statement, "variant", "germline panel", statement.start + match.start(), statement.start + told.end(),
            base="germline pending" if pending else "germline negative", breast=False,
        )  # fmt: skip
        return


__all__ = ["read_panel"]
