# ruff: noqa: E501 - a pattern is read best in one line
"""Where the cancer has spread, what grows or shrinks, and what a scan measures.

A place becomes one of spread only through a word for spread in the same clause, or in the row of a report's findings that
bears the place as its label ("LIVER: multiple metastases").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.columns import ReadLines
from abreast.intake.report.families.common import make
from abreast.intake.report.families.course import read_course
from abreast.intake.report.families.fluids import read_fluids
from abreast.intake.report.families.lesion_tables import read_lesion_tables
from abreast.intake.report.families.lesions import BENIGN, read_lesions
from abreast.intake.report.families.samples import sampled_place, says_cancer, says_none
from abreast.intake.report.families.scans import compared_with
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.families.spread_bonds import (
    ONE_LESION,
    OTHER_THAN,
    bound,
    distance,
    is_no_spread,
    is_said_absent,
    is_unreal,
    possibly,
)
from abreast.intake.report.families.spread_denials import (
    clear_places,
    clear_scans,
    denied_masses,
    denied_row,
    left_open,
    told_free,
)
from abreast.intake.report.families.spread_pieces import (
    DENIED,
    NODES_ONLY,
    SURE,
    Piece,
    Place,
    clause_before,
    clauses,
    doubt_of,
    is_denied,
    places_in,
    spread_words,
)  # fmt: skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_LISTED = re.compile(r"[^:]{3,40}:")
_ADVANCED = re.compile(r"metasta|stage (?:IV|4)\b|\bmets\b|\bMBC\b|advanced", re.IGNORECASE)
_WHOLE_BODY = re.compile(
    r"\b(?:PET|staging|CT)\b(?!\s*(?:of\s+)?(?:the\s+)?(?:scan\s+of\s+)?(?:head|brain))(?<!brain CT)(?<!head CT)",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\bcompar(?:ison|ed)\b|\bprior (?:scan|study|CT|PET|MRI)", re.IGNORECASE)
_NONE_OF_THEM = re.compile(
    r"[-:,]\s*none(?: of (?:these|them|the above))?(?: (?:applies|apply|met|present|noted|known))?\s*\.?\s*$",
    re.IGNORECASE,
)
"""At the end of a list that a form asks through: "brain metastases, hepatitis - none applies"."""
_METASTATIC = re.compile(r"metast|\bmets?\b", re.IGNORECASE)
_OVER_NOW = re.compile(
    r"\b(?:has|have|had|now|is|are)\s+(?:now\s+|completely\s+|metabolically\s+)?resolved\b|^\W*(?:\d\.\s*)?(?:interval(?:ly)? )?resol(?:ved|ution)\b|\bno longer (?:seen|visible|avid|evident|present|identified)\b",
    re.IGNORECASE,
)
"""That spread which was there is seen no more."""
_ROW_OF_SEVERAL = re.compile(r"\W*(?:[A-Za-z]+\s*(?:/|,|&|and)\s*)+[A-Za-z ]+:")
_SEVERAL = 2
_THING_OF = re.compile(r"\b(?:(?P<lung>nodul\w+)|(?P<pleura>effusion|pleural))\b", re.IGNORECASE)
_UNLIKELY_BEFORE = re.compile(
    r"\b(?:unlikely|(?:low|little|minimal) (?:likelihood|suspicion|probability|concern) (?:of|for)|not (?:likely|felt|thought) to (?:be|represent))\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_UNLIKELY_AFTER = re.compile(
    r"[^.;,]{0,30}\b(?:is|are|was|were|seems?|appears?|considered|thought|felt)\s+(?:very |highly |considered |felt |thought )?(?:to be )?unlikely\b",
    re.IGNORECASE,
)
_EXCEPTED = re.compile(
    r"\b(?:other than|besides|aside from|apart from|except(?: for| in)?|(?P<beyond>outside(?: of)?|beyond))\s+(?:the |in |to |known |her )*$",
    re.IGNORECASE,
)
"""Between a denial and a place that it leaves out: "no metastases other than bone"."""
_SOON = 160
"""So far back a word for spread may stand for "Sites:" to be those of spread."""
_CARE_OF_ORGAN = re.compile(
    r"\bosteoporo|\bbone (?:scan|health|density|protect|agent|pain|strength|age|mineral|modif)|\bliver (?:function|enzymes|profile|tests?)",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\bprogress|\brecurr|\brelapse|\bchange|\bresolved\b|\bresected", re.IGNORECASE)
_SITES_LISTED = re.compile(
    r"(?:known |current |active )?(?:metastatic )?(?:disease )?sites?(?: of (?:metasta\w+|disease|spread|involvement|mets))(?: disease)?(?: at (?:diagnosis|presentation|relapse|recurrence))?|sites|metastatic sites?|metastatic disease|extent of (?:metastatic )?disease|sites? (?:now|currently|today)|(?:current|present|active) sites?|disease extent|(?:mets|metastas[ei]s) at (?:dx|diagnosis|presentation)|distribution of disease|disease sites?|(?:disease )?sites? at (?:diagnosis|presentation|relapse)|mets|metastas[ei]s",
    re.IGNORECASE,
)


def read(report: Report) -> Iterator[Finding]:
    """Yield places of spread and their denials, progression, response, lesions."""
    if report.kind != "laboratory":
        tables = read_lesion_tables(report)
        yield from tables.findings
        yield from _in_words(report, tables)


def _in_words(report: Report, tables: ReadLines) -> Iterator[Finding]:
    comparison = compared_with(report)
    for statement in report.statements:
        text = report.of(statement)
        aside = statement.section in ("family", "plan", "gross", "medicines") and report.kind != "imaging"
        if aside or statement.section == "comparison" or context.is_general(report, statement):
            continue
        for family in (_places, clear_scans, left_open, told_free, clear_places, read_course):
            yield from family(report, statement, text)
        if report.kind in ("imaging", "letter"):
            yield from read_fluids(report, statement, text)
            lesions = read_lesions(report, statement, text, comparison)
            yield from (one for one in lesions if not tables.covers(one.start))


def _places(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    none_said = False
    for low, high in clauses(text):
        piece = Piece(report, statement, text, low, high)
        cues = _cues(piece)
        if context.is_other_person(report, statement, piece.at + (cues[0].start() if cues else 0)):
            continue
        scanned, found = places_in(piece.words)
        if report.kind == "pathology" and not found and (sampled := _by_sample(piece)):
            yield from sampled
            continue
        found = found or (_unnamed(piece, cues[0]) if cues and not scanned else [])
        if not cues:
            yield from denied_row(piece) or denied_masses(piece, found)
        elif not found:
            if not spread_words("none_at_all").search(piece.words) or NODES_ONLY.search(piece.words):
                continue
            if _COMPARED.search(piece.words):
                continue
            if len(scanned) == 1 and not _WHOLE_BODY.search(piece.words):
                yield piece.place(scanned[0], "absent", 0, len(piece.words.rstrip()))
            elif not none_said:
                none_said = True
                end = piece.at + len(piece.words.rstrip())
                yield make(report, statement, "distant_metastasis", "absent", piece.at, end, breast=False)
        elif _is_about_spread(piece, {name for name, _, _ in found}):
            yield from _told(piece, cues, found)


def _cues(piece: Piece) -> list[re.Match[str]]:
    """Return the words for spread of a clause; a list under "Metastatic sites:" needs none but its label."""
    cues = list(spread_words("spread").finditer(piece.words))
    near = piece.report.norm[max(0, piece.statement.start - _SOON) : piece.statement.end]
    if cues and cues[0][0].casefold().startswith("site") and not _ADVANCED.search(near):
        cues = []
    if cues or piece.low or piece.report.kind == "imaging" or not _SITES_LISTED.fullmatch(piece.statement.title):
        return cues
    label = _LISTED.match(piece.words)
    return [label] if label and sites_in(piece.words) else []


def _unnamed(piece: Piece, cue: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the place of spread that a clause of a scan means without naming it: that of its row or the clause before."""
    statement, report = piece.statement, piece.report
    if report.kind != "imaging":
        return []
    if piece.low and (named := places_in(clause_before(piece))[1]):
        return [(named[0][0], cue.start(), cue.end())] if len({one[0] for one in named}) == 1 else []
    labelled = sites_in(statement.title) if _METASTATIC.search(piece.words) else []
    return [(labelled[0][0], cue.start(), cue.end())] if len(labelled) == 1 else []


def _by_sample(piece: Piece) -> list[Finding]:
    """Return what a pathologist says of a sample: spread where it was taken, or none there."""
    words = piece.words
    none, told = says_none(words), says_cancer(words)
    if none and told and none.start() < told.start() < none.end():
        told = None
    match = none or told
    if not match or (none and told):
        return []
    place = sampled_place(piece.report, piece.statement)
    if not place:
        return []
    if none:
        return [piece.place(place, "absent", *none.span())] if place in DENIED else []
    if is_denied(piece, *match.span()):
        return []
    doubt = doubt_of(piece, *match.span())
    return [] if doubt == "question" else [piece.place(place, "", *match.span(), doubt)]


def _is_about_spread(piece: Piece, named: set[str]) -> bool:
    words = piece.words
    if piece.report.kind == "pathology" and not SURE.search(words):
        return False
    if BENIGN.search(words) and not re.search(r"metasta|\bmets\b", words, re.IGNORECASE):
        return False
    only_care = _CARE_OF_ORGAN.search(words) and len(named) == 1
    return not only_care or bool(re.search(r"metasta|\bmets\b|deposit|relapse|recurr", words, re.IGNORECASE))


def _told(piece: Piece, cues: list[re.Match[str]], found: list[tuple[str, int, int]]) -> Iterator[Finding]:
    """Yield the places that belong to a word for spread, as stated, doubted or denied."""
    done: set[str] = set()
    for name, start, end in _without_label(piece, found):
        beside = [one for one in cues if bound(piece.words, one, start, end)]
        if name in done or not beside or _NONE_OF_THEM.search(piece.text):
            continue
        cue = min(beside, key=lambda one: distance(one, start, end, found))
        done.add(name)
        if is_unreal(piece.words, max(start, cue.end())) or OTHER_THAN.search(piece.words, 0, cue.start()):
            continue
        first, last = min(start, cue.start()), max(end, cue.end())
        if _UNLIKELY_BEFORE.search(piece.words, 0, first) or _UNLIKELY_AFTER.match(piece.words, last):
            continue
        if context.is_other_disease(piece.text, piece.low + start):
            continue
        excepted = _EXCEPTED.search(piece.words, cue.end(), start) if start > cue.end() else None
        if excepted and excepted["beyond"]:
            continue
        if not excepted and is_said_absent(piece, cue, start, end):
            if (
                name in DENIED
                and not _CHANGES.search(piece.words)
                and not ONE_LESION.search(piece.words, 0, cue.start())
            ):
                yield piece.place("brain" if name == "CNS" else name, "absent", first, last)
            continue
        if is_no_spread(piece, cue, cues, found, (name, start, end)):
            continue
        doubt = doubt_of(piece, first, cue.end()) or doubt_of(piece, cue.start(), cue.end())
        if not doubt and start > cue.end() and possibly(piece.words, start):
            doubt = "suspected"
        if doubt == "question" or (piece.statement.section == "indication" and doubt):
            continue
        if doubt and BENIGN.search(piece.words, last):
            continue
        if name in ("supraclavicular nodes", "chest wall") and piece.report.kind == "pathology":
            continue
        over = "" if doubt or not _OVER_NOW.search(piece.words) else "historical"
        yield piece.place(name, "", first, last, doubt or over)


def _without_label(piece: Piece, found: list[Place]) -> list[Place]:
    """Return the places of a clause without those of a row for several organs ("LUNGS/PLEURA:"), which tells of one."""
    label = _ROW_OF_SEVERAL.match(piece.words) if piece.report.kind == "imaging" else None
    if not label or len({name for name, start, _ in found if start < label.end()}) < _SEVERAL:
        return found
    behind = [one for one in found if one[1] >= label.end()]
    named = {name for name, *_ in behind}
    thing = _THING_OF.search(piece.words, label.end())
    if not behind and thing and (of := next((one for one in found if one[0] == thing.lastgroup), None)):
        return [of]
    return [one for one in found if one[1] >= label.end() or one[0] in named]


__all__ = ["read"]
