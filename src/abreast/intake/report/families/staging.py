# ruff: noqa: E501 - a pattern is read best in one line
"""T, N and M as the AJCC and UICC write them, and the stage group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_TNM = re.compile(
    r"(?<![A-Za-z0-9.-])(?P<tp>m?[ycpr]{0,2})T\s?(?P<t>is|[0-4][a-d]?(?:mi)?|[Xx])(?P<tx>\s?\((?:m\d?|is|DCIS|\d)\))?(?:[\s,;/]{0,4}(?P<np>[ycpr]{0,2})N\s?(?P<n>[0-3O][abc]?(?:mi)?|[Xx])(?P<nx>(?:\s?\((?:sn|i[+-]|f|mol[+-]|mi|sn,?\s?i[+-])\))*))?(?:[\s,;/]{0,4}(?P<mp>[ycp]{0,2})M\s?(?P<m>[01](?:\(i\+\))?|[Xx]))?(?![A-Za-z0-9])"
)
_IN_CAPITALS = re.compile(r"\bM?Y?[CP]T\s?[0-4X][A-D]?(?:\(M\d?\))?[\s,]*Y?[CP]?N\s?[0-3X]")
_SMALL_LETTERS = re.compile(
    r"\bM?(?:Y?P|Y?C)(?=[TNM][0-4X])|(?<=[0-4A-D)])Y?[CP](?=[NM][0-4X])|\bM?Y?[CP](?=TIS)|(?<=T)IS\b|(?<=\bT[0-4])[A-D](?![A-Z])|(?<=[CP]T[0-4])[A-D](?![A-Z])|(?<=T[0-4])[A-D](?=[CPY]?[NM][0-3])|(?<=N[0-3])[A-C](?![A-Z])|(?<=N[0-3])[A-C](?=M[01])|(?<=[TN]1)MI\b|\((?:SN|M\d?|I[+-]|F|MI)\)"
)
"""What T N M writes small, in a report that is all in capitals: CT4B CN1 CM0, YPT2(M) YPN1A(SN)."""
_N_ALONE = re.compile(
    r"(?<![A-Za-z0-9.-])(?P<np>(?:yp|yc|[cp]))N\s?(?P<n>[0-3][abc]?(?:mi)?|[Xx])(?P<nx>(?:\s?\((?:sn|i[+-]|f|mol[+-]|mi)\))*)(?![A-Za-z0-9])"
)
_M_ALONE = re.compile(r"(?<![A-Za-z0-9.-])(?P<mp>[cp])?M(?P<m>[01])(?:\(i\+\))?(?![A-Za-z0-9'])")
_CATEGORY_BESIDE = re.compile(r"\bp?T\d|\bp?N\d")
_SUM_AFTER = re.compile(r"\s*=\s*\d")
"""Behind the three parts of a grade: "(T3 N2 M1 = 6/9)"."""
_OF_GRADE = re.compile(
    r"nottingham|grade|bloom|score|tubul|mitos|\bgr\.?\s*\d[^,;]{0,12}\(\s*$|\bG[1-3]\W{0,3}$", re.IGNORECASE
)
"""Before the three parts of a grade."""
_ONLY_DEFINED = re.compile(
    r"\bwould (?:be|have been)\s*(?:\w+\s*/\s*)?$|\b(?:means?|defined as|requires?|needs?|definition)\s*:?\s*(?:y?[cp]?T\w{1,3}(?:/is)?[\s,]*)?$|=\s*$",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\s*would\b|\s*(?:category\s+)?(?:is|was|are)?\s*not (?:assigned|applicable|met|used|given|appropriate)|\s*=\s*(?:surgery|stage|low|high|[a-z]{4,})",
    re.IGNORECASE,
)


def read_categories(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield T, N and M: together as they mostly stand, then N or M alone."""
    text = _SMALL_LETTERS.sub(lambda match: match[0].lower(), text) if _is_in_capitals(text) else text
    together: list[tuple[int, int]] = []
    for match in _TNM.finditer(text):
        if match["n"]:
            together.append(match.span())
        if not (_is_part_of_grade(text, match) or _is_no_category(report, statement, text, match)):
            yield from _of_tnm(report, statement, match)
    yield from _n_alone(report, statement, text, together)
    yield from _m_alone(report, statement, text, together)


_FEWEST_CAPITALS = 12


def _is_in_capitals(text: str) -> bool:
    """Whether a statement is written in capitals throughout, or its T and N are."""
    letters = [sign for sign in text if sign.isalpha()]
    return bool(_IN_CAPITALS.search(text)) or (len(letters) >= _FEWEST_CAPITALS and text.upper() == text)


def _of_tnm(report: Report, statement: Statement, match: re.Match[str]) -> Iterator[Finding]:
    prefix = match["tp"]
    if match["t"] not in ("X", "x") or match["n"]:
        value = f"{prefix}T{match['t']}{(match['tx'] or '').strip()}".replace("Tx", "TX")
        yield within(report, statement, "t_category", value, match.span())
    if match["n"]:
        yield _n_of(report, statement, match, match["np"] or prefix.lstrip("m"))
    if match["m"] and match["m"] in "01":
        value = f"{match['mp'] or ('c' if prefix == 'c' else '')}M{match['m']}"
        yield within(report, statement, "m_category", value, match.span())


def _n_of(report: Report, statement: Statement, match: re.Match[str], prefix: str) -> Finding:
    value = f"{prefix}N{match['n'].replace('O', '0')}{(match['nx'] or '').strip()}".replace("Nx", "NX")
    return within(report, statement, "n_category", value, match.span())


def _n_alone(report: Report, statement: Statement, text: str, together: list[tuple[int, int]]) -> Iterator[Finding]:
    for match in _N_ALONE.finditer(text):
        if not _is_inside(match, together) and not _is_no_category(report, statement, text, match):
            yield _n_of(report, statement, match, match["np"])


def _m_alone(report: Report, statement: Statement, text: str, together: list[tuple[int, int]]) -> Iterator[Finding]:
    for match in _M_ALONE.finditer(text):
        if _is_inside(match, together) or not (match["mp"] or _CATEGORY_BESIDE.search(text)):
            continue
        if context.is_other_person(report, statement, statement.start + match.start()) or _is_no_stage(text, match):
            continue
        if not _OF_GRADE.search(text, max(0, match.start() - 40), match.start()):
            yield within(report, statement, "m_category", f"{match['mp'] or ''}M{match['m']}", match.span())


def _is_inside(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(low <= match.start() < high for low, high in spans)


def _is_part_of_grade(text: str, match: re.Match[str]) -> bool:
    """Whether T, N and M without a small letter before them are tubules, nuclei and mitoses, or a T1 image."""
    if match["tp"]:
        return False
    low = match.start()
    return bool(
        match["n"] is None or _SUM_AFTER.match(text, match.end()) or _OF_GRADE.search(text, max(0, low - 40), low)
    )


def _is_no_category(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    return context.is_other_person(report, statement, statement.start + match.start()) or _is_no_stage(text, match)


def _is_no_stage(text: str, match: re.Match[str]) -> bool:
    """Whether a category is one that does not hold: "a pCR would be ypT0", "pT4d is not assigned"."""
    start, end = match.span()
    if context.is_of_other_disease(text, start):
        return True
    return bool(_ONLY_DEFINED.search(text, max(0, start - 30), start) or _NOT_GIVEN.match(text, end))


_STAGE = re.compile(
    r"\b(?:AJCC\s+(?:\d\w*\s+(?:ed(?:ition|\.)?\s+)?)?)?(?:(?:anatomic|prognostic|clinical|pathologic(?:al)?|overall|initial)\s+)*(?:sub-?)?(?:stage|estadio)\s*+(?:group(?:ing)?|grp\.?)?\s*+(?:path|clin)?\s*+(?:at (?:initial |first )?(?:diagnosis|presentation))?\s*+(?:\([^)]{0,30}\))?\s*+(?:is|was|:|=|at|\.{3,}+|\|)?\s*+(?P<n>IV|I{1,3}|[0-4])(?:\s|-)?(?P<l>[A-Ca-c](?![a-z]))?(?!\w|\.\d|[+%/]|\s*(?:/\s*\d|mm|cm))|\b(?:anatomic|prognostic)(?: group)?\s*:?\s*(?P<n2>IV|I{1,3})(?P<l2>[A-C])?\b",
    re.IGNORECASE,
)
_NOT_STAGE = re.compile(
    r"kidney|CKD|renal|ulcer|hypertens|fibrosis|heart|sleep|decubitus|pressure|liver disease|cirrhosis|COPD|prostate|lymphoma|melanoma|colon|ovarian|lymphedema|parkinson|sarcoid|endometri|glaucoma|retinopathy|\bRai\b|\bBinet\b|ann arbor|\bFIGO\b|\bDukes\b|myeloma|thyroid|lung cancer|bladder|\bAKI\b|acute kidney|\bHF\b|GVHD|\balert\b|hypoxi",
    re.IGNORECASE,
)
_IF_AFTER = re.compile(r"\s*,?\s*(?:only )?(?:if|should|once|provided)\b", re.IGNORECASE)
"""Behind a stage that is not so yet: "stage IV if confirmed"."""
_ROMAN_OF = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def read_stages(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the stage groups of breast cancer that a statement gives."""
    for match in _STAGE.finditer(text):
        if _is_other_stage(report, statement, text, match):
            continue
        raw = (match["n"] or match["n2"]).upper()
        value = _ROMAN_OF.get(raw, raw) + (match["l"] or match["l2"] or "").upper()
        doubt = context.doubt(text, *match.span(), 30).replace("question", "not excluded")
        yield within(report, statement, "stage", value, match.span(), doubt)


_SENTENCE = re.compile(r"[.!?]\)?\s|\)\.\s")


def _sentence_start(text: str, at: int) -> int:
    """Return where the clause around a place begins, at the latest behind the last full stop before it."""
    low = context.clause(text, at)[0]
    return max([low, *(match.end() for match in _SENTENCE.finditer(text, low, at))])


def _is_other_stage(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether a stage is one of another disease or person, or one that does not hold."""
    start, end = match.span()
    return bool(
        _NOT_STAGE.search(text, max(0, start - 30), end + 34)
        or context.is_other_disease(text, start)
        or context.cues().conditional.search(text, _sentence_start(text, start), start)
        or context.is_other_person(report, statement, statement.start + start)
        or context.is_negated(text, start, end, 20)
        or _IF_AFTER.match(text, end)
    )


__all__ = ["read_categories", "read_stages"]
