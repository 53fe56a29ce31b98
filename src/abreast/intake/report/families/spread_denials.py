# ruff: noqa: E501 - a pattern is read best in one line
"""Places that a report calls free of spread without a word for spread, and those that it leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.lesions import BENIGN
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.families.spread_pieces import DENIED, NEAR_THE_BREAST, NODES_ONLY, Piece, spread_words
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_MASS = re.compile(
    r"\b(?:mass(?:es)?|lesions?|nodules?|metasta\w+|mets|involvement|deposits?|disease|lymphadenopathy|adenopathy|(?:lymph )?nodes?|LNs?)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"[^.;?]{0,64}\?\s*(?:met\b|mets\b|metasta\w+)", re.IGNORECASE)
_LESION = re.compile(r"\b(?:nod(?:ules?|es?)?|lesions?|mass(?:es)?|foc(?:us|i)|spots?)\b", re.IGNORECASE)
_SCANNED = re.compile(r"\b(?:PET|CT|MRI|scans?)\b")
_CLEAR_PLACE = re.compile(r"\s*(?:is |are |was |were |all )?neg(?:ative)?(?=\s*[,.;)]|\s*$)", re.IGNORECASE)
_ORGAN_LABEL = re.compile(
    r"[\s*-]*(?:bones?|skeleton|osseous structures|liver|lungs?|brain|adrenals?)\s*:", re.IGNORECASE
)
_NO_LESION = re.compile(
    r"\s*no (?:(?:suspicious|aggressive|destructive|focal|lytic|blastic|sclerotic|osseous|hepatic|or|and|new)\s+)*(?:lesions?|metasta\w+)\s*[.;]?\s*$",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\s*(?:[A-Za-z][\w /&]{2,30}:\s*|(?:on |o/e |physical )?exam(?:ination)?[,:]?\s*)?\bno\b(?! new\b| change| further| other)",
    re.IGNORECASE,
)
_OF_PERITONEUM = re.compile(r"\s*(?:disease|nodul\w+|deposits?|mass\w*|thickening)", re.IGNORECASE)
_ENHANCING = re.compile(r"leptomening\w+ (?:(?:or|and|/) \w+ )?enhanc", re.IGNORECASE)
_ENHANCES = re.compile(r"\s*(?:or \w+ )?(?:enhancement|disease|nodul\w+)", re.IGNORECASE)
_OF_ORGAN = re.compile(r"[\s,/]*(?:(?:(?:or|and)\s+|(?<=/))\w+\s+)?(?:mass|lesion|nodule)", re.IGNORECASE)
_ORGANS = frozenset(
    {
        "adrenal",
        "liver",
        "lung",
        "pleura",
        "brain",
        "bone",
        "mediastinal nodes",
        "abdominal nodes",
        "pelvic nodes",
        "leptomeninges",
        "supraclavicular nodes",
        "cervical nodes",
    }
)


def clear_scans(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield that a place is free of spread when a letter tells of a scan of it that was negative."""
    if report.kind != "letter":
        return
    for match in spread_words("clear_scan").finditer(text):
        at = statement.start + match.start()
        low, _ = context.clause(text, match.start())
        if context.is_other_person(report, statement, at) or context.cues().conditional.search(
            text, low, match.start()
        ):
            continue
        piece = Piece(report, statement, text, match.start(), match.end())
        yield piece.place(match.lastgroup or "bone", "absent", 0, len(piece.words))


def left_open(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield places of which a question mark makes a possible place of spread: "RUL nodule ? met vs infection"."""
    if statement.section in ("indication", "comparison") or report.kind not in ("imaging", "letter"):
        return
    for name, start, end in sites_in(text):
        told = _ASKED.match(text, end)
        if told and (not _LESION.search(text, max(0, start - 40), told.end()) or sites_in(text[end : told.end()])[1:]):
            continue
        if not told or name in NEAR_THE_BREAST or NODES_ONLY.search(text, max(0, start - 20), told.end()):
            continue
        if BENIGN.search(text, start, told.end()) or context.is_other_person(
            report, statement, statement.start + start
        ):
            continue
        piece = Piece(report, statement, text, start, len(text))
        yield piece.place(name, "", 0, told.end() - start, "suspected")


_NOT_IN = re.compile(
    r"\b(?:not|isn't|is not|none|nothing) (?:anywhere )?in (?:the|my|her|your) $|\b(?:don't|doesn't|do not|does not|didn't) have (?:it|any|cancer)? ?in (?:the|my|her) $",
    re.IGNORECASE,
)
_CHEST_WALL = re.compile(
    r"\bno (?:(?:\w+,? )?(?:or|and) )?(?:\w+ or |pector\w+ or |skin(?:,| or) (?:nipple or )?)?(?P<place>chest wall) (?:invasion|involvement|extension|recurrence|mass|nodules?)\b|\b(?P<clean>chest wall)(?: is| was)?:? (?:clean|clear|not involved|unremarkable)\b",
    re.IGNORECASE,
)


def told_free(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield places that plain words call free: "not in the liver", "no chest wall involvement"."""
    if statement.section in ("plan", "family", "indication") or report.kind not in ("letter", "imaging"):
        return
    for name, start, end in sites_in(text):
        denied = name in DENIED and _NOT_IN.search(text, max(0, start - 40), start)
        if denied and not context.is_other_person(report, statement, statement.start + start):
            yield Piece(report, statement, text, start, len(text)).place(name, "absent", 0, end - start)
    match = _CHEST_WALL.search(text)
    if match and not context.is_other_person(report, statement, statement.start + match.start()):
        yield Piece(report, statement, text, match.start(), match.end()).free(
            "chest wall", 0, match.end() - match.start()
        )


def clear_places(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the places that a letter calls negative in a sentence about a scan: "PET: lungs neg, liver neg"."""
    if report.kind != "letter" or not _SCANNED.search(text):
        return
    for name, start, end in sites_in(text):
        if (
            name in DENIED
            and _CLEAR_PLACE.match(text, end)
            and not context.is_other_person(report, statement, statement.start + start)
        ):
            piece = Piece(report, statement, text, start, len(text))
            yield piece.place(name, "absent", 0, end - start)


def denied_row(piece: Piece) -> list[Finding]:
    """Return the place that the label of a row names, when the row denies any lesion: "BONES: no aggressive lesion"."""
    label = _ORGAN_LABEL.match(piece.words)
    if piece.report.kind != "imaging" or not label or not _NO_LESION.fullmatch(piece.words, label.end()):
        return []
    names = {name for name, *_ in sites_in(label[0]) if name in DENIED}
    return [piece.free(name, 0, len(piece.words)) for name in sorted(names)]


def denied_masses(piece: Piece, found: list[tuple[str, int, int]]) -> Iterator[Finding]:
    """Yield places of which a clause without a word for spread denies any mass: "No adrenal mass"."""
    if (
        not (_DENIES.match(piece.words) and (_MASS.search(piece.words) or _ENHANCING.search(piece.words)))
        or "limit" in piece.text[piece.low :]
    ):
        return
    for name, start, end in found:
        if name == "mediastinal nodes" and "mediast" not in piece.words[start:end].casefold():
            continue
        thing = " mass" if "nodes" in name else piece.words[end:]
        if (
            (name == "peritoneum" and _OF_PERITONEUM.match(thing))
            or (name in _ORGANS and _OF_ORGAN.match(thing))
            or (name == "leptomeninges" and _ENHANCES.match(thing))
        ):
            yield piece.free(name, 0, end)


__all__ = ["clear_places", "clear_scans", "denied_masses", "denied_row", "left_open", "told_free"]
