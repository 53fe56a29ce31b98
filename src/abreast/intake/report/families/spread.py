# ruff: noqa: E501 - a pattern is read best in one line
"""Where the cancer has spread, what grows or shrinks, and what a scan measures.

A place becomes one of spread only through a word for spread in the same clause, or in the row of a report's findings that
bears the place as its label ("LIVER: multiple metastases").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.course import read_course
from abreast.intake.report.families.lesions import BENIGN, compared_with, read_fluids, read_lesions
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import patterns

_LISTED = re.compile(r"[^:]{3,40}:")
_ADVANCED = re.compile(r"metasta|stage (?:IV|4)\b|\bmets\b|\bMBC\b|advanced", re.IGNORECASE)
_MASS = re.compile(
    r"\b(?:mass(?:es)?|lesions?|nodules?|metasta\w+|mets|involvement|deposits?|disease|lymphadenopathy|adenopathy)\b",
    re.IGNORECASE,
)
_NODES_ONLY = re.compile(r"\b(?:axilla\w*|sentinel|internal mammary|intramammary|regional|lymph)\b", re.IGNORECASE)
_BIOPSY = re.compile(
    r"\b(?:core|tissue|specimen|source|fluid|effusion|washings?|biopsy|biopsies|trucut|aspirat\w+|FNA|cytology|excision|resection)\b",
    re.IGNORECASE,
)


def _words(name: str) -> re.Pattern[str]:
    return patterns("spread.yaml")[name]


def read(report: Report) -> Iterator[Finding]:
    """Yield places of spread and their denials, progression, response, lesions."""
    if report.kind in ("laboratory",):
        return
    comparison = compared_with(report)
    for statement in report.statements:
        text = report.of(statement)
        if context.is_general(report, statement) or (
            statement.section in ("family", "plan", "gross", "medicines") and report.kind != "imaging"
        ):
            continue
        if statement.section == "comparison":
            continue
        yield from _places(report, statement, text)
        yield from _clear_scans(report, statement, text)
        yield from _clear_places(report, statement, text)
        yield from read_course(report, statement, text)
        if report.kind == "imaging":
            yield from read_fluids(report, statement, text)
            yield from read_lesions(report, statement, text, comparison)


def _clear_scans(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield that a place is free of spread when a letter tells of a scan of it that was negative."""
    if report.kind != "letter":
        return
    for match in _words("clear_scan").finditer(text):
        at = statement.start + match.start()
        low, _ = context.clause(text, match.start())
        if context.is_other_person(report, statement, at) or context.cues().conditional.search(
            text, low, match.start()
        ):
            continue
        piece = _Piece(report, statement, text, match.start(), match.end())
        yield piece.place(match.lastgroup or "bone", "absent", 0, len(piece.words))


_SCANNED = re.compile(r"\b(?:PET|CT|MRI|scans?)\b")
_CLEAR_PLACE = re.compile(r"\s*(?:is |are |was |were |all )?neg(?:ative)?(?=\s*[,.;)]|\s*$)", re.IGNORECASE)


def _clear_places(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the places that a letter calls negative in a sentence about a scan: "PET: lungs neg, liver neg"."""
    if report.kind != "letter" or not _SCANNED.search(text):
        return
    for name, start, end in sites_in(text):
        if (
            name in _DENIED
            and _CLEAR_PLACE.match(text, end)
            and not context.is_other_person(report, statement, statement.start + start)
        ):
            piece = _Piece(report, statement, text, start, len(text))
            yield piece.place(name, "absent", 0, end - start)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in re.finditer(
        r";\s|\.\s|,?\s+\bbut\b|\bhowever\b|\bwith no\b|,\s+(?=no\b|without\b|stopped\b|everything\b)",
        text,
        re.IGNORECASE,
    ):
        yield start, match.start()
        start = match.start() if re.match(r"\s*,?\s*(?:with )?no\b", match[0], re.IGNORECASE) else match.end()
    yield start, len(text)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause of a statement, from ``low`` to ``high`` of its text."""

    report: Report
    statement: Statement
    text: str
    low: int
    high: int

    @property
    def words(self) -> str:
        """The clause itself."""
        return self.text[self.low : self.high]

    @property
    def at(self) -> int:
        """The place of the clause in the report."""
        return self.statement.start + self.low

    def place(self, name: str, value: str, start: int, end: int, base: str = "") -> Finding:
        """Return a place of spread, or its denial, that the signs from ``start`` to ``end`` of the clause tell of."""
        attribute, value = (f"metastasis:{name}", value) if value else ("metastasis_site", name)
        first, last = self.at + start, self.at + end
        return make(self.report, self.statement, attribute, value, first, last, base=base, breast=False)


def _places(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    none_said = False
    for low, high in _clauses(text):
        piece = _Piece(report, statement, text, low, high)
        cues = _cues(piece)
        if context.is_other_person(report, statement, piece.at + (cues[0].start() if cues else 0)):
            continue
        scanned, found = _scanned(piece.words)
        found = found or (_unnamed(piece, cues[0]) if cues and not scanned else [])
        if not cues:
            yield from _denied_row(piece) or _denied_masses(piece, found)
        elif not found:
            if not _words("none_at_all").search(piece.words) or _NODES_ONLY.search(piece.words):
                continue
            if len(scanned) == 1 and not _WHOLE_BODY.search(piece.words):
                yield piece.place(scanned[0], "absent", 0, len(piece.words.rstrip()))
            elif not none_said:
                none_said = True
                end = piece.at + len(piece.words.rstrip())
                yield make(report, statement, "distant_metastasis", "absent", piece.at, end, breast=False)
        elif _is_about_spread(piece, {name for name, _, _ in found}):
            yield from _told(piece, cues, found)


_WHOLE_BODY = re.compile(
    r"\b(?:PET|staging|CT)\b(?!\s*(?:of\s+)?(?:the\s+)?(?:scan\s+of\s+)?(?:head|brain))(?<!brain CT)(?<!head CT)",
    re.IGNORECASE,
)
_OF_SCAN = re.compile(r"\s*(?:scans?|scintigra\w+|MRI?|CT)\b", re.IGNORECASE)
_SCAN_OF = re.compile(r"\b(?:MRI?|CT)(?: scan)?(?: of)?(?: the)? $", re.IGNORECASE)


def _scanned(words: str) -> tuple[list[str], list[tuple[str, int, int]]]:
    """Return the places that a clause names only as what was scanned ("bone scan", "MRI brain"), and all others."""
    scanned, found = [], []
    for name, start, end in sites_in(words):
        if _OF_SCAN.match(words, end) or _SCAN_OF.search(words, max(0, start - 20), start):
            scanned.append(name)
        else:
            found.append((name, start, end))
    return sorted(set(scanned)), found


def _cues(piece: _Piece) -> list[re.Match[str]]:
    """Return the words for spread of a clause; a list under "Metastatic sites:" needs none but its label."""
    cues = list(_words("spread").finditer(piece.words))
    near = piece.report.norm[max(0, piece.statement.start - _SOON) : piece.statement.end]
    if cues and cues[0][0].casefold().startswith("site") and not _ADVANCED.search(near):
        cues = []
    if cues or piece.low or piece.report.kind == "imaging" or not _SITES_LISTED.fullmatch(piece.statement.title):
        return cues
    label = _LISTED.match(piece.words)
    return [label] if label and sites_in(piece.words) else []


def _unnamed(piece: _Piece, cue: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the place of spread that a clause means without naming it: the row's, or that of the biopsy."""
    statement, report = piece.statement, piece.report
    labelled: list[tuple[str, int, int]] = []
    if report.kind == "imaging" and piece.low and (named := _scanned(_clause_before(piece))[1]):
        return [(named[0][0], cue.start(), cue.end())] if len({one[0] for one in named}) == 1 else []
    if report.kind == "imaging" and re.search(r"metast|\bmets?\b", piece.words, re.IGNORECASE):
        labelled = sites_in(statement.title)
        labelled = labelled if len(labelled) == 1 else []
    elif report.kind == "pathology" and _METASTATIC_CARCINOMA.match(piece.words, cue.start()):
        labelled = [one for one in sites_in(f"{statement.specimen} {statement.title}") if "node" not in one[0]]
        labelled = labelled or _sampled(report)
    return [(labelled[0][0], cue.start(), cue.end())] if len({one[0] for one in labelled}) == 1 else []


_ORGAN_LABEL = re.compile(
    r"[\s*-]*(?:bones?|skeleton|osseous structures|liver|lungs?|brain|adrenals?)\s*:", re.IGNORECASE
)
_NO_LESION = re.compile(
    r"\s*no (?:(?:suspicious|aggressive|destructive|focal|lytic|blastic|sclerotic|osseous|hepatic|or|and|new)\s+)*(?:lesions?|metasta\w+)\s*[.;]?\s*$",
    re.IGNORECASE,
)


def _denied_row(piece: _Piece) -> list[Finding]:
    """Return the place that the label of a row names, when the row denies any lesion: "BONES: no aggressive lesion"."""
    label = _ORGAN_LABEL.match(piece.words)
    if piece.report.kind != "imaging" or not label or not _NO_LESION.fullmatch(piece.words, label.end()):
        return []
    names = {name for name, *_ in sites_in(label[0]) if name in _DENIED}
    return [piece.place(name, "absent", 0, len(piece.words)) for name in sorted(names)]


def _clause_before(piece: _Piece) -> str:
    return re.split(r";\s|\.\s", piece.text[: piece.low].rstrip("; ."))[-1]


def _denied_masses(piece: _Piece, found: list[tuple[str, int, int]]) -> Iterator[Finding]:
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
            yield piece.place(name, "absent", 0, end)


def _is_about_spread(piece: _Piece, named: set[str]) -> bool:
    words = piece.words
    if piece.report.kind == "pathology" and not _SURE.search(words):
        return False
    if BENIGN.search(words) and not re.search(r"metasta|\bmets\b", words, re.IGNORECASE):
        return False
    only_care = _CARE_OF_ORGAN.search(words) and len(named) == 1
    return not only_care or bool(re.search(r"metasta|\bmets\b|deposit|relapse|recurr", words, re.IGNORECASE))


_SURE = re.compile(
    r"CSF (?:\w+ )?positive|metasta\w+|\bmets\b|secondar|malignant cells|positive for (?:malignan|adenocarcinoma|carcinoma)|malignant (?:\w+ ){0,2}(?:effusion|ascites)",
    re.IGNORECASE,
)
"""Words for spread that hold in a pathology report too, where "tumour in" speaks of the breast."""


def _told(piece: _Piece, cues: list[re.Match[str]], found: list[tuple[str, int, int]]) -> Iterator[Finding]:
    """Yield the places that belong to a word for spread, as stated, doubted or denied."""
    done: set[str] = set()
    for name, start, end in found:
        bound = [one for one in cues if _bound(piece.words, one, start, end)]
        if name in done or not bound:
            continue
        cue = min(bound, key=lambda one: _distance(one, start, end, found))
        done.add(name)
        if _is_unreal(piece.words, max(start, cue.end())) or _OTHER_THAN.search(piece.words, 0, cue.start()):
            continue
        first, last = min(start, cue.start()), max(end, cue.end())
        if _UNLIKELY_BEFORE.search(piece.words, 0, first) or _UNLIKELY_AFTER.match(piece.words, last):
            continue
        if context.is_other_disease(piece.text, piece.low + start):
            continue
        excepted = _EXCEPTED.search(piece.words, cue.end(), start) if start > cue.end() else None
        if excepted and excepted["beyond"]:
            continue
        if not excepted and _is_said_absent(piece, cue, start, end):
            if (
                name in _DENIED
                and not _CHANGES.search(piece.words)
                and not _ONE_LESION.search(piece.words, 0, cue.start())
            ):
                yield piece.place("brain" if name == "CNS" else name, "absent", first, last)
            continue
        if _is_no_spread(piece, cue, cues, found, (name, start, end)):
            continue
        doubt = _doubt(piece, first, cue.end()) or _doubt(piece, cue.start(), cue.end())
        if not doubt and start > cue.end() and _possibly(piece.words, start):
            doubt = "suspected"
        if doubt == "question" or (piece.statement.section == "indication" and doubt):
            continue
        if doubt and BENIGN.search(piece.words, last):
            continue
        if name in ("supraclavicular nodes", "chest wall") and piece.report.kind == "pathology":
            continue
        yield piece.place(name, "", first, last, doubt)


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
_OTHER_THAN = re.compile(r"\b(?:over|rather than|instead of)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _is_said_absent(piece: _Piece, cue: re.Match[str], start: int, end: int) -> bool:
    """Whether a place, or the word for spread that it belongs to, is denied; "bone only" is not by what stands before it."""
    if _NO_CHANGE_OF.search(piece.words, 0, min(start, cue.start())) and _SURE.match(cue[0]):
        return False
    if _ONLY.match(piece.words, end) and not _NOT_ONLY.search(piece.words, 0, start):
        return False
    if start >= cue.end() and _words("not_there").match(piece.words, end):
        return True
    return _is_denied(piece, start, end) or _is_denied(piece, cue.start(), cue.end())


_ONE_LESION = re.compile(
    r"\b(?:is|are|was|were|and)\s+(?:therefore\s+)?not\s+(?:a\s+|an\s+|considered\s+)?$", re.IGNORECASE
)
"""What denies that one lesion is a metastasis, and not that the place has any."""
_ONLY = re.compile(r"[- ]only\b", re.IGNORECASE)
_NOT_ONLY = re.compile(r"\b(?:not|no longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_NO_CHANGE_OF = re.compile(
    r"\bno (?:(?:significant|interval|definite|clear|further|appreciable|radiolog\w+) )*(?:change|growth|increase|progression|worsening|enlargement)s? (?:in|of)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
"""Before spread that is there and stays as it is: "no change in known bone metastases"."""
Place = tuple[str, int, int]
"""A place with its start and end in the clause."""


def _is_no_spread(
    piece: _Piece, cue: re.Match[str], cues: list[re.Match[str]], found: list[Place], place: Place
) -> bool:
    """Whether a place beside a word for spread is none of it: fluid, a benign thing, the skin of the breast."""
    name, start, end = place
    words = piece.words
    if name == "pleura" and _words("only_fluid").match(words, end) and piece.report.kind != "pathology":
        return not _words("malignant_fluid").search(words[max(0, start - 30) : end + 60])
    if name in _NEAR_THE_BREAST:
        beyond = _words("beyond_the_breast")
        near = any(beyond.search(one[0]) and _apart(one, start, end) < _NEAR for one in cues)
        return not near or not _is_of_itself(piece, found, name, start)
    behind, before = words[end : end + _NEAR].split(",")[0], words[max(0, start - 10) : start].rpartition(",")[2]
    if BENIGN.search(before):
        return True
    far = _apart(cue, start, end) > _BESIDE
    return far and bool(BENIGN.search(behind)) and not _words("spread").search(behind)


_SOON = 160
"""So far back a word for spread may stand for "Sites:" to be those of spread."""
_NEAR, _BESIDE = 40, 3
"""Signs between words that belong together, and between words that touch."""


def _possibly(words: str, start: int) -> bool:
    """Whether a place in a list is doubted by itself: "bone, possibly liver"."""
    return bool(context.cues().suspected_before.search(words, max(0, start - 22), start))


_DENIED = frozenset(
    {
        "adrenal",
        "bone",
        "brain",
        "cervical nodes",
        "CNS",
        "leptomeninges",
        "liver",
        "lung",
        "mediastinal nodes",
        "peritoneum",
        "pleura",
        "supraclavicular nodes",
    }
)
"""Places of which it matters that they are free."""
_NEAR_THE_BREAST = frozenset({"skin", "chest wall", "soft tissue", "contralateral breast", "uterus"})
"""Places that the tumour of the breast can reach by growing, or that a report looks over without a word of spread."""


def _is_of_itself(piece: _Piece, found: list[tuple[str, int, int]], name: str, start: int) -> bool:
    """Whether a place is one of its own, not where another lies: "cutaneous metastases over the chest wall"."""
    if name == "soft tissue":
        return not any(
            other != name and not re.search(r"[,;]|\band\b", piece.words[min(start, low) : max(start, low)])
            for other, low, _ in found
        )
    return not any(
        other == "skin" != name and end <= start and _OVER.search(piece.words, end, start) for other, _, end in found
    )


_OVER = re.compile(
    r"\b(?:over|of|on|along|to|in|at)\s+(?:the\s+)?(?:left\s+|right\s+)?(?:anterior\s+)?$", re.IGNORECASE
)


def _distance(cue: re.Match[str], start: int, end: int, found: list[tuple[str, int, int]]) -> int:
    """Return how far a word for spread stands from a place; each place between them counts as far."""
    return _apart(cue, start, end) + 12 * sum(cue.end() <= other < start for _, other, _ in found)


def _is_unreal(words: str, until: int) -> bool:
    return bool(
        context.cues().conditional.search(words[:until])
        or _NO_OTHER.search(words)
        or _ONLY_RISK.search(words)
        or _ONCE_THOUGHT.search(words, 0, until)
        or _NOT_CONFIRMED.match(words, until)
    )


_ONCE_THOUGHT = re.compile(
    r"\b(?:previously|initially|formerly|once|earlier|first) (?:thought|felt|called|suspected|presumed|read|reported)\b",
    re.IGNORECASE,
)
_NOT_CONFIRMED = re.compile(
    r"[^.;]{0,40}\b(?:not confirmed|can ?not be (?:assessed|evaluated|judged|determined|seen)|could not be (?:assessed|evaluated)|not (?:assessable|evaluable)|entered in error|not borne out|turned out|proved (?:to be )?(?:benign|negative|false)|(?:is|are|was|were) (?:in fact |only )?(?:bone islands?|cysts?|h(?:a)?emangiomas?))",
    re.IGNORECASE,
)


def _is_denied(piece: _Piece, start: int, end: int) -> bool:
    return context.is_negated(piece.text, piece.low + start, piece.low + end)


def _doubt(piece: _Piece, start: int, end: int) -> str:
    return context.doubt(piece.text, piece.low + start, piece.low + end)


_METASTATIC_CARCINOMA = re.compile(r"metastatic (?:\w+ ){0,2}(?:adeno)?carcinoma", re.IGNORECASE)
_DENIES = re.compile(r"\s*(?:[A-Za-z][\w /&]{2,30}:\s*)?\bno\b(?! new\b| change| further| other)", re.IGNORECASE)
_OF_PERITONEUM = re.compile(r"\s*(?:disease|nodul\w+|deposits?|mass\w*|thickening)", re.IGNORECASE)
_ENHANCING = re.compile(r"leptomening\w+ enhanc", re.IGNORECASE)
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
        "leptomeninges",
        "supraclavicular nodes",
        "cervical nodes",
    }
)
_CARE_OF_ORGAN = re.compile(
    r"\bosteoporo|\bbone (?:scan|health|density|protect|agent|pain|strength|age|mineral|modif)|\bliver (?:function|enzymes|profile|tests?)",
    re.IGNORECASE,
)
_NO_OTHER = re.compile(r"\bno (?:new|further|additional|other)\b", re.IGNORECASE)
_ONLY_RISK = re.compile(
    r"\brisks?\b|\bscreen|\bprevent|\b(?:may|might|can|could) (?:\w+ ){0,4}(?:spread|recur|return|metastasi[sz]e|come back)",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\bprogress|\brecurr|\brelapse|\bchange|\bresolved\b|\bresected", re.IGNORECASE)


def _sampled(report: Report) -> list[tuple[str, int, int]]:
    """Return the place that a biopsy was taken from, when the report names only one and it is not the breast or a node."""
    named = [
        text
        for statement in report.statements
        if statement.section not in ("impression", "indication", "history", "general", "gross", "comparison")
        and _BIOPSY.search(text := report.of(statement))
    ]
    if any(_OF_BREAST_OR_NODE.search(text) for text in named):
        return []
    return [one for text in named for one in sites_in(text)]


_OF_BREAST_OR_NODE = re.compile(
    r"\bbreast\b(?! (?:origin|primary|cancer|ca\b|carcinoma|biomarkers?|panel|prognostic|centre|center|service|unit|clinic))|node",
    re.IGNORECASE,
)

_SITES_LISTED = re.compile(
    r"(?:known |current |active )?(?:metastatic )?(?:disease )?sites?(?: of (?:metasta\w+|disease|spread|involvement|mets))(?: disease)?(?: at (?:diagnosis|presentation|relapse|recurrence))?|sites|metastatic sites?|metastatic disease|extent of (?:metastatic )?disease|disease extent|(?:mets|metastas[ei]s) at (?:dx|diagnosis|presentation)|distribution of disease|disease sites?|(?:disease )?sites? at (?:diagnosis|presentation|relapse)|mets|metastas[ei]s",
    re.IGNORECASE,
)


def _apart(cue: re.Match[str], start: int, end: int) -> int:
    """Return how many signs stand between a word for spread and a place."""
    return max(start - cue.end(), cue.start() - end, 0)


_IN = re.compile(r"^(?!metasta|mets).* (?:in|within|to|into)$|^m(?:tn)?bc$|^met (?:bc|breast)$", re.IGNORECASE)
_BIOPSY_SHOWED = re.compile(
    r"\s*(?:\w+ ){0,2}(?:biopsy|bx|FNA|aspirate)\b[^.;]{0,40}?(?:show\w*|confirm\w*|reveal\w*|c/w|consistent with|:|=|positive for|demonstrat\w*|was|prov\w+)[^.;]{0,12}",
    re.IGNORECASE,
)
_ONLY_PLACES = re.compile(
    r"(?:[\s,/&()+:;=-]|\d|\b(?:the|her|his|your|my|both|left|right|bilateral|and|or|in|also|now|multiple|several|new|a|other|of|upper|lower|parts?|areas?|nodes?|lymph|LN|to|with|w|disease|dz|mets|cancer|ca|involving|sites?|[TLCS]\d{1,2})\b)*",
    re.IGNORECASE,
)
"""What may stand between "cancer in" and its places."""


def _without_places(text: str) -> str:
    for _, start, end in sites_in(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _bound(piece: str, cue: re.Match[str], start: int, end: int) -> bool:
    """Whether a place belongs to a word for spread: near it, with no verb of another finding between them."""
    between = piece[cue.end() : start] if start >= cue.end() else piece[end : cue.start()]
    if len(between) > 110 or "?" in between:
        return False
    if start >= cue.end() and _IN.search(cue[0]) and not _ONLY_PLACES.fullmatch(_without_places(between)):
        return False
    if start >= cue.end() and re.search(
        r"\b(?:stable|unchanged|smaller|larger|resolved|improved)\b\s*,", between, re.IGNORECASE
    ):
        return False
    if start < cue.start() and _BIOPSY_SHOWED.fullmatch(between) and _SURE.match(cue[0]):
        return True
    return not re.search(
        r"\b(?:cyst|normal|unremarkable|degenerative|benign|biopsy of|scan|MRI|CT(?![- ]guided))\b",
        between,
        re.IGNORECASE,
    ) and not re.match(
        r"\s*(?:scan|biopsy|health|density|protect\w*|marrow biopsy|pain|function|enzymes|surgeon|team|MRI|CT|imaging)\b",
        piece[end:],
        re.IGNORECASE,
    )


__all__ = ["read"]
