# ruff: noqa: E501, PLR0915, PLR0917 - a pattern is read best in one line; a reading step takes report, statement and place
"""Where the cancer has spread, what grows or shrinks, and what a scan measures.

A place becomes one of spread only through a word for spread in the same clause, or in the row of a report's findings that
bears the place as its label ("LIVER: multiple metastases").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.foundation.dates import PartialDate
from abreast.foundation.yaml import read_yaml
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import DATA

_SPREAD = re.compile(
    r"\b(?:metasta\w+|mets\b|(?:metastatic |disease )?sites?\s*:|secondary malignan\w+(?: neoplasm)?|secondar(?:y deposits?|ies)|carcinomatosis|deposits?\b(?! of)|(?:malignant|neoplastic|osseous|hepatic|bony?|skeletal|visceral) (?:disease|involvement|infiltration|deposits?)|spread (?:to|in)|recurren(?:ce|t disease) in|relapse[ds]? in|disease (?:in|involving)|involvement of|leptomeningeal (?:disease|carcinomatosis)|lymphangitic (?:spread|carcinomatosis)|malignant (?:pleural|pericardial) effusion|distant (?:disease|spread)|progress\w+ in|tumou?r (?:in|involving)|stage (?:IV|4)\b(?=[^.;]{0,30}\()|M1\b)",
    re.IGNORECASE,
)
_DISTANT_NONE = re.compile(
    r"\bno (?:(?:ct|imaging|definite|convincing|clear|clinical|radiolog\w+|sign|signs|evidence|features?|of|for|suspicious|obvious|known|demonstrable|scintigraphic)\s+)*(?:distant (?:metasta\w+|spread|disease)|metastatic (?:disease|spread)|metastas[ei]s\b(?! in| to))|\bneg(?:ative)? for (?:distant )?(?:metasta\w+|mets\b|distant (?:disease|spread))|\bdistant metasta\w+\s*[:-]\s*(?:none|absent|no\b|not identified)",
    re.IGNORECASE,
)
_BENIGN = re.compile(
    r"\bcysts?\b|\bbenign\b|degenerative|h(?:a)?emangioma|fibroid|granuloma|\bunchanged since (?:19|20)\d\d|arthr|osteophyt|fracture(?! patholog)|bone island|atelecta|scarr?|post[- ]?(?:radiation|treatment|surgical) change|adenoma\b|lipoma|steatosis|fatty(?! hil)|reactive|fibroadenoma|seroma|infect|inflammatory|calcified granul|angiomyolipoma|FNH|bosniak|diverticul|gallstone|cholelith|meningioma",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[^:]{3,40}:")
_ADVANCED = re.compile(r"metasta|stage (?:IV|4)\b|\bmets\b|\bMBC\b|advanced", re.IGNORECASE)
_MASS = re.compile(
    r"\b(?:mass(?:es)?|lesions?|nodules?|metasta\w+|mets|involvement|deposits?|disease|lymphadenopathy|adenopathy)\b",
    re.IGNORECASE,
)
_NODES_ONLY = re.compile(r"\b(?:axilla\w*|sentinel|internal mammary|intramammary|regional|lymph)\b", re.IGNORECASE)
_PROGRESSION = re.compile(
    r"\b(?P<w>progressive (?:disease|metasta\w+|osseous|hepatic|bony?|liver|lung|pulmonary|brain)|disease progression|worsening (?:of )?(?:\w+ )?(?:metasta\w+|disease)|interval (?:increase|enlargement|growth) (?:in|of) [^.;]{0,30}?(?:metasta\w+|disease|lesions?)|progression|progressed|progressing|relapsed?|recurrence|recurred|\bPD\b(?!-))",
    re.IGNORECASE,
)
_NOT_PROGRESSION = re.compile(
    r"-?\s?free\b|\s*(?:score|risk|free interval)|\s+of (?:labou?r|arthr|symptoms|neuropathy|the slides)", re.IGNORECASE
)
_UNREAL = re.compile(
    r"\b(?:until|if|on|at|upon|risk of|time to|after|for (?:any )?|signs? of|monitor(?:ing)? for|concern(?:ing)? for|evidence of|local|in case of|score|reduce|prevent|should|local|vs\.?|versus|pseudo|lack of)\s+(?:any\s+|clinical\s+|radiolog\w+\s+|further\s+|disease\s+|local\s+|breast\s+cancer\s+|\w+\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\bafter\s+ on \w")
_BIOPSY = re.compile(
    r"\b(?:core|tissue|specimen|source|fluid|effusion|washings?|biopsy|biopsies|trucut|aspirat\w+|FNA|cytology|excision|resection)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"\b(?:stopped|discontinued|ceased|changed|switched|until|held)\b[^.;]{0,30}$", re.IGNORECASE)
_RESPONSE = re.compile(
    r"\b(?P<sd>stable (?:[\w-]+ ){0,3}(?:disease|metasta\w+)|stable (?:osseous|hepatic|bony?|appearances?|skeletal|pulmonary|liver|lung|brain|intracranial|SD)|(?:disease|metastases|lesions) (?:(?:is|are|remains?) )?stable|no (?:evidence of )?(?:interval |disease )?progression)|\b(?P<pr>partial (?:metabolic |radiological |radiologic )?response|good (?:partial )?response|treatment response|interval (?:decrease|response|improvement))|\b(?P<nearly>near(?:ly)?[- ]complete (?:metabolic |radiological |radiologic )?response)|\b(?P<cr>complete (?:metabolic |radiological |radiologic )?response)|\b(?P<mixed>mixed response)",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![\d.x])(?P<a>\d{1,3}(?:\.\d)?)\s*(?P<u1>mm|cm)?\s*(?:x\s*\d{1,3}(?:\.\d)?\s*(?P<u2>mm|cm)?\s*){0,2}(?P<u3>mm|cm)?(?![\w/])"
)
_PRIOR_AFTER = re.compile(
    r"\s*(?:previously|prior(?:ly)?|before|earlier|on (?:the )?(?:prior|previous))\b", re.IGNORECASE
)
_PRIOR = re.compile(
    r"(?:\bpreviously|\bprior(?:ly)?|\bwas|\bformerly|\bfrom|\bcompared (?:with|to)|\bprev\.?|\bearlier)\s*(?:measur\w+\s*)?[:=]?\s*$",
    re.IGNORECASE,
)
_LESION = re.compile(
    r"\blesions?\b|\bnodules?\b|\bmass(?:es)?\b|metasta\w+|\bdeposits?\b|\bnodes?\b|\bsegment\b|\btarget\b",
    re.IGNORECASE,
)
_NOT_LESION = re.compile(
    r"\bslice|\baxial|\bthick|\bspacing|\bmargin|\bcollimation|\bintervals?\b|\brecon|\bdose|\bdistance|\bmL\b|\bport\b|\bduct\b|\baort|\bspleen|shift|\bvoxel|\bFOV",
    re.IGNORECASE,
)
_FLUID: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "pleural_effusion",
        re.compile(
            r"\bpleural (?:(?:or|and|/) ?pericardial )?effusions?\b|(?<!pericardial )(?<!joint )(?<!knee )\beffusions?\b",
            re.IGNORECASE,
        ),
    ),
    ("ascites", re.compile(r"\bascites\b", re.IGNORECASE)),
    ("pulmonary_embolism", re.compile(r"\bpulmonary embol\w+", re.IGNORECASE)),
)


@lru_cache(maxsize=1)
def _sites() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    content = read_yaml((DATA / "sites.yaml").read_text(encoding="utf-8"), "sites.yaml")
    names, terms, parts = {}, {}, []
    for number, (key, texts) in enumerate(content.items()):
        name, term = str(key).split("=")
        names[f"s{number}"], terms[name] = name, term
        parts.append(f"(?P<s{number}>{'|'.join(str(one) for one in texts)})")
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(parts)})(?![A-Za-z0-9])", re.IGNORECASE), names, terms


def site_term(name: str) -> str:
    """Return the vocabulary's term for a place of spread as this reader names it, or ""."""
    return _sites()[2].get(name, "")


def sites_in(text: str) -> list[tuple[str, int, int]]:
    """Return the places named in a text, with their start and end."""
    pattern, names, _ = _sites()
    return [(names[match.lastgroup or ""], match.start(), match.end()) for match in pattern.finditer(text)]


def read(report: Report) -> Iterator[Finding]:
    """Yield places of spread and their denials, progression, response, lesions."""
    if report.kind in ("laboratory",):
        return
    comparison = _compared(report)
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
        yield from _course(report, statement, text)
        if report.kind == "imaging":
            yield from _fluids(report, statement, text)
            yield from _lesions(report, statement, text, comparison)


_CLEAR_SCAN = re.compile(
    r"\b(?:(?P<bone>(?:NM |whole[- ]body )?bone scan|bone scintigra\w+)|(?P<brain>(?:MRI?|CT)(?: of)?(?: the)? (?:brain|head)|(?:brain|head) (?:MRI?|CT)))\b\s*(?:\(?\d{1,4}[/.-][\d/.-]{1,7}\)?|\(?[A-Z][a-z]{2,8} \d{4}\)?)?\s*(?:[:,=-]|is|was|came back|today)?\s*(?:neg(?:ative)?\b(?! for)|clear\b|normal\b)",
    re.IGNORECASE,
)


def _clear_scans(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield that a place is free of spread when a letter tells of a scan of it that was negative."""
    if report.kind != "letter":
        return
    for match in _CLEAR_SCAN.finditer(text):
        at = statement.start + match.start()
        low, _ = context.clause(text, match.start())
        if context.is_other_person(report, statement, at) or context.cues().conditional.search(
            text, low, match.start()
        ):
            continue
        yield _place(report, statement, match.lastgroup or "bone", "absent", at, statement.start + match.end())


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


def _places(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    none_said = False
    for low, high in _clauses(text):
        piece = text[low:high]
        cues = list(_SPREAD.finditer(piece))
        cue = cues[0] if cues else None
        if cue and cue[0].casefold().startswith("site") and not _ADVANCED.search(text):
            cue = None
        found = sites_in(piece)
        at = statement.start + low
        if context.is_other_person(report, statement, at + (cue.start() if cue else 0)):
            continue
        if cue and not found and statement.title and report.kind == "imaging" and "metast" in piece.casefold():
            labelled = sites_in(statement.title)
            if len(labelled) == 1:
                found = [(labelled[0][0], cue.start(), cue.end())]
        if (
            cue
            and not found
            and report.kind == "pathology"
            and re.match(r"metastatic (?:\w+ ){0,2}(?:adeno)?carcinoma", piece[cue.start() :], re.IGNORECASE)
        ):
            labelled = [one for one in sites_in(statement.specimen + " " + statement.title) if "node" not in one[0]]
            labelled = labelled or _sampled(report)
            if len({one[0] for one in labelled}) == 1:
                found = [(labelled[0][0], cue.start(), cue.end())]
        denied_mass = (
            re.match(r"\s*\bno\b(?! new\b| change| further| other)", piece, re.IGNORECASE)
            and _MASS.search(piece)
            and found
        )
        if denied_mass and not cue:
            for name, _, end in found:
                if name == "peritoneum" and re.match(
                    r"\s*(?:disease|nodul\w+|deposits?|mass\w*|thickening)", piece[end:], re.IGNORECASE
                ):
                    yield _place(report, statement, name, "absent", at, at + end)
                    continue
                if (
                    name
                    in ("adrenal", "liver", "lung", "pleura", "brain", "bone", "mediastinal nodes", "leptomeninges")
                    and re.match(
                        r"[\s,/]*(?:(?:(?:or|and)\s+|(?<=/))\w+\s+)?(?:mass|lesion|nodule)",
                        " mass" if "nodes" in name else piece[end:],
                        re.IGNORECASE,
                    )
                    and "limit" not in text[low:]
                ):
                    yield _place(report, statement, name, "absent", at, at + end)
            continue
        if not cue and found and _SITES_LISTED.fullmatch(statement.title) and report.kind != "imaging":
            cue = _LISTED.match(piece) if low == 0 else None
            cues = [cue] if cue else []
        if not cue:
            continue
        named = {name for name, _, _ in found}
        if not named:
            if _DISTANT_NONE.search(piece) and not none_said and not _NODES_ONLY.search(piece):
                none_said = True
                yield make(
                    report, statement, "distant_metastasis", "absent", at, at + len(piece.rstrip()), breast=False
                )
            continue
        if report.kind == "pathology" and not re.search(r"metasta\w+|secondar", piece, re.IGNORECASE):
            continue
        if _BENIGN.search(piece) and not re.search(r"metasta", piece, re.IGNORECASE):
            continue
        if (
            re.search(
                r"\bosteoporo|\bbone (?:scan|health|density|protect|agent|pain|strength|age|mineral|modif)|\bliver (?:function|enzymes|profile|tests?)",
                piece,
                re.IGNORECASE,
            )
            and len(named) == 1
            and not re.search(r"metasta|deposit|relapse|recurr", piece, re.IGNORECASE)
        ):
            continue
        done: set[str] = set()
        for name, start, end in found:
            cue = min(
                cues,
                key=lambda one: _apart(one, start, end) + 12 * sum(one.end() <= other < start for _, other, _ in found),
            )
            if name in done or not _bound(piece, cue, start, end):
                continue
            done.add(name)
            negated = context.is_negated(text, low + start, low + end) or context.is_negated(
                text, low + cue.start(), low + cue.end()
            )
            unreal = (
                context.cues().conditional.search(piece[: max(start, cue.end())])
                or re.search(r"\bno (?:new|further|additional|other)\b", piece, re.IGNORECASE)
                or re.search(r"\brisk\b|\bscreen|\bprevent", piece, re.IGNORECASE)
            )
            if unreal:
                continue
            first, last = at + min(start, cue.start()), at + max(end, cue.end())
            if negated:
                if not re.search(
                    r"\bprogress|\brecurr|\brelapse|\bchange|\bresolved\b|\bresected", piece, re.IGNORECASE
                ):
                    yield _place(report, statement, name, "absent", first, last)
                continue
            doubt = context.doubt(text, low + min(start, cue.start()), low + cue.end()) or context.doubt(
                text, low + cue.start(), low + cue.end()
            )
            if doubt == "question" or (statement.section == "indication" and doubt):
                continue
            if name in ("supraclavicular nodes", "chest wall") and report.kind == "pathology":
                continue
            yield _place(report, statement, name, "", first, last, base=doubt if doubt else "")


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
    r"(?:known |current |active )?(?:metastatic )?(?:disease )?sites?(?: of (?:metasta\w+|disease|spread|involvement|mets))(?: disease)?(?: at (?:diagnosis|presentation|relapse|recurrence))?|sites|metastatic sites?|disease sites?|(?:disease )?sites? at (?:diagnosis|presentation|relapse)|mets|metastas[ei]s",
    re.IGNORECASE,
)


def _apart(cue: re.Match[str], start: int, end: int) -> int:
    """Return how many signs stand between a word for spread and a place."""
    return max(start - cue.end(), cue.start() - end, 0)


def _bound(piece: str, cue: re.Match[str], start: int, end: int) -> bool:
    """Whether a place belongs to a word for spread: near it, with no verb of another finding between them."""
    between = piece[cue.end() : start] if start >= cue.end() else piece[end : cue.start()]
    if len(between) > 110:
        return False
    if start >= cue.end() and re.search(
        r"\b(?:stable|unchanged|smaller|larger|resolved|improved)\b\s*,", between, re.IGNORECASE
    ):
        return False
    return not re.search(
        r"\b(?:cyst|normal|unremarkable|degenerative|benign|biopsy of|scan|MRI|CT)\b", between, re.IGNORECASE
    ) and not re.match(
        r"\s*(?:scan|biopsy|health|density|protect\w*|marrow biopsy|pain|function|enzymes|surgeon|team|MRI|CT|imaging)\b",
        piece[end:],
        re.IGNORECASE,
    )


def _place(
    report: Report, statement: Statement, name: str, value: str, start: int, end: int, base: str = ""
) -> Finding:
    if value == "absent":
        return make(report, statement, f"metastasis:{name}", "absent", start, end, breast=False)
    return make(report, statement, "metastasis_site", name, start, end, base=base, breast=False)


def _course(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if report.kind == "genes":
        return
    for match in _PROGRESSION.finditer(text):
        at = statement.start + match.start()
        before, after = text[max(0, match.start() - 46) : match.start()], text[match.end() : match.end() + 24]
        low, _ = context.clause(text, match.start())
        if (
            _NOT_PROGRESSION.match(after)
            or context.is_other_person(report, statement, at)
            or (_UNREAL.search(before) and not _STOPPED.search(before) and not _AFTER.search(before + after))
        ):
            continue
        if re.search(r"recurrence", match["w"], re.IGNORECASE) and (
            re.match(r"\s+(?:score|risk)", after) or report.kind == "pathology"
        ):
            continue
        if match["w"] in ("PD", "pd") and report.kind not in ("imaging", "letter"):
            continue
        negated = context.is_negated(text, match.start(), match.end(), 60)
        if context.cues().conditional.search(text[low : match.start()]) or statement.section in ("plan", "indication"):
            continue
        doubt = context.doubt(text, match.start(), match.end(), 46)
        if doubt == "question":
            continue
        extra = _site_after(text, match.end())
        if negated:
            yield make(
                report, statement, "progression", "absent", at, statement.start + match.end(), breast=False, extra=extra
            )
            continue
        past = (
            bool(_STOPPED.search(before))
            or statement.section in ("history",)
            or (
                report.kind == "letter"
                and bool(
                    re.match(r"(?:progressed|relapsed?|recurred|progression)$", match["w"], re.IGNORECASE)
                    and report.dates_in(statement.start, statement.end)
                )
            )
        )
        base = doubt or ("historical" if past else "")
        date = _date_near(report, statement, at) if past else None
        yield make(
            report,
            statement,
            "progression",
            "suspected" if doubt else "present",
            at,
            statement.start + match.end() + (len(extra.get("words", ""))),
            base=base,
            date=date,
            breast=False,
            extra={key: value for key, value in extra.items() if key == "site"},
        )
    for match in _RESPONSE.finditer(text):
        value = {
            "sd": "stable disease",
            "pr": "partial response",
            "nearly": "partial response",
            "cr": "complete response",
            "mixed": "mixed response",
        }[match.lastgroup or "sd"]
        if match["sd"] and match[0].casefold().startswith("no "):
            continue
        at = statement.start + match.start()
        if (
            context.is_negated(text, *match.span(), 40)
            or context.cues().conditional.search(text[: match.start()])
            or context.is_other_person(report, statement, at)
            or statement.section == "plan"
        ):
            continue
        extra = _site_after(text, match.start())
        yield make(
            report,
            statement,
            "response",
            value,
            at,
            statement.start + match.end(),
            breast=False,
            extra={key: value for key, value in extra.items() if key == "site"},
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


def _fluids(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for name, pattern in _FLUID:
        match = pattern.search(text)
        if (
            match
            and statement.section != "indication"
            and not context.is_other_person(report, statement, statement.start + match.start())
        ):
            negated = context.is_negated(text, *match.span())
            doubt = "" if negated else context.doubt(text, *match.span())
            if doubt == "question":
                continue
            yield make(
                report,
                statement,
                name,
                "absent" if negated else "present",
                statement.start + match.start(),
                statement.start + match.end(),
                base=doubt,
                breast=False,
            )


def _piece_end(text: str, at: int) -> int:
    stop = re.search(r"[.;]\s|,\s+(?=(?:left|right|and)\b)", text[at:])
    return at + stop.start() if stop else len(text)


def _compared(report: Report) -> PartialDate | None:
    """Return the date of the scan that this one is compared with."""
    match = re.search(r"\bcompar(?:ison|ed (?:with|to))\b", report.norm, re.IGNORECASE)
    if not match:
        return None
    near = report.dates_in(match.end(), match.end() + 90)
    return max((one.date for one in near), key=lambda date: date.latest) if near else None


_BENIGN_AFTER_ALL = re.compile(
    r"\b(?:typical (?:of|for)|consistent with|compatible with|in keeping with|represents?|characteristic of)\s+(?:an?\s+)?(?:benign\s+|simple\s+|known\s+)?(?:adenoma|cyst|h(?:a)?emangioma|lipoma|fibroid|granuloma|meningioma)",
    re.IGNORECASE,
)


def _lesions(report: Report, statement: Statement, text: str, comparison: PartialDate | None) -> Iterator[Finding]:
    if statement.section in ("indication", "comparison", "gross") or not re.search(
        r"metasta|malignan|carcinoma|cancer", report.norm, re.IGNORECASE
    ):
        return
    title_sites = sites_in(statement.title)
    for match in _SIZE.finditer(text):
        unit = match["u3"] or match["u2"] or match["u1"]
        if not unit:
            continue
        low = max((found.end() for found in re.finditer(r"[.;]\s|\)\s*,", text[: match.start()])), default=0)
        piece = text[low : _piece_end(text, match.end())]
        around = text[max(low, match.start() - 60) : match.end() + 34]
        if (
            _BENIGN.search(piece)
            or _BENIGN_AFTER_ALL.search(text, match.end())
            or _NOT_LESION.search(around)
            or not (_LESION.search(text) or title_sites)
        ):
            continue
        if (
            not _LESION.search(text)
            or context.is_negated(text, match.start(), match.end(), 70)
            or re.match(r"\s*(?:from|away|deep|above|below|long)", text[match.end() :])
        ):
            continue
        prior = bool(_PRIOR.search(text[: match.start()]) or _PRIOR_AFTER.match(text, match.end()))
        value = round(float(match["a"]) * (10 if unit.casefold() == "cm" else 1), 1)
        found = sites_in(text[low : match.end()]) or title_sites or sites_in(text[match.end() : match.end() + 60])
        new = bool(re.search(r"\bnew\b", text[low : match.start()], re.IGNORECASE))
        yield make(
            report, statement, "measurable_lesion_mm", value, statement.start + max(low, match.start() - 14 if prior else low), statement.start + match.end(),
            base="prior" if prior else "new" if new else "", unit="mm", breast=False, date=comparison if prior else None, extra={"site": found[0][0]} if found else {},
        )  # fmt: skip


__all__ = ["read", "site_term", "sites_in"]
