# ruff: noqa: E501 - a pattern is read best in one line
"""How far the tumour reaches: its greatest size, the margins of what was taken out, one focus or more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make, within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_MEASURE = re.compile(
    r"(?<![\d.<>/=-])(?<![<>]\s)(?P<a>\d{1,3}(?:\.\d{1,2})?)(?:\s*(?P<u2>mm|cm)?\s*x\s*(?P<b>\d{1,3}(?:\.\d{1,2})?)(?:\s*(?:mm|cm)?\s*x\s*(?P<c>\d{1,3}(?:\.\d{1,2})?))?)?\s*(?P<unit>mm|cm|millimet(?:er|re)s?|centimet(?:er|re)s?)(?![A-Za-z²³2-9/])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:\b(?:tumou?r|invasive(?: tumou?r| carcinoma| component| focus)?|lesion|carcinoma|cancer|mass|maximum invasive|greatest)\s+(?:size|diameter|dimension|extent)s?|\bsize(?: of)?(?: the)?(?: residual)?(?: invasive)?(?: tumou?r| carcinoma| component| focus| lesion)?|\bgreatest (?:linear |invasive )?(?:extent|dimension|diameter)(?: of (?:the )?(?:largest )?invasive (?:carcinoma|tumou?r|focus))?|\b(?:max(?:imum)?|largest) (?:tumou?r |invasive )?(?:diameter|dimension|size|extent)|\b(?:largest|biggest|larger) (?:contiguous |invasive |single )?(?:focus|nest|nodule|tumou?r)|\b(?:tumou?r|carcinoma|cancer|lump|mass) (?:(?:was|is|of|measur(?:es|ed|ing))\s+){1,2}|\bmeasur(?:es|ing)|\b(?:longest|largest) tumou?r (?:run|length|focus)|\bresidual (?:tumou?r|disease|cancer|carcinoma)|\btum(?:ou?r)? size(?: path)?)"
    r"[^\d\n;]{0,46}$",
    re.IGNORECASE,
)
"""Words that announce the size of the tumour, and what may stand between them and the number."""
_UNIT_IN_LABEL = re.compile(
    r"\b(?:(?:tumou?r|invasive(?: tumou?r)?|focus|largest focus)\s+)?(?:size|diameter|dimension|focus)[^\d\n;(]{0,40}\((?P<unit>mm|cm|millimet(?:er|re)s|centimet(?:er|re)s)\)\W{0,20}(?P<a>\d{1,3}(?:\.\d{1,2})?)(?![\d.%/])",
    re.IGNORECASE,
)
"""The unit behind the label: "Largest focus (mm): 37"."""
_KIND = r"(?:invasive|infiltrating|carcinoma|adenocarcinoma|IDC|ILC|NST|ductal|lobular|tubular|mucinous|no special type|NOS)"
_KIND_BEFORE = re.compile(
    rf"(?<!metastatic )(?<!positive for )\b{_KIND}\b(?![\s-]+in[\s-]+situ)(?:[^.;\n\d]|\.(?=\d)|\d(?=\+|/3|\s*of 3|[,)\s]*(?:\(|grade))|(?:grade|gr\.?|gd\.?|G|nottingham|score)\s*\d|\d\s+(?:foci|nodules|cores)|\([^()\n]{{0,50}}\)){{0,70}}[,(:]?\s*$",
    re.IGNORECASE,
)
"""The kind of the tumour before its size, with no other number between but a grade."""
_OF_MARGIN_OR_NODE = re.compile(r"\b(?:margins?|nodes?|metasta\w*)\b[^.;,:]{0,40}$", re.IGNORECASE)
"""Before the kind: what tells that it is about a margin or a node."""
_GRADE_BEFORE = re.compile(
    r"\b(?:grade|gr\.?)\s*(?:[1-3]|I{1,3})[^.;\d]{0,30}$|\bG[1-3]\b[^.;\d]{0,30}$", re.IGNORECASE
)
_KIND_AFTER = re.compile(
    rf"\s*\(?(?:(?:residual|grade|gr\.?|gd\.?|G?[1-3]|one|two|three|I{{1,3}}|left|right|primary|breast|unifocal|[a-z]+ly differentiated)\s+){{0,4}}{_KIND}\b(?![\s-]+in[\s-]+situ)",
    re.IGNORECASE,
)
"""The kind behind the size: "16 mm grade 2 invasive ductal carcinoma"."""
_CANCER_AFTER = re.compile(r"\s+(?:cancer|tumou?r)\b(?!\s+(?:bed|deposit|free|in the node))", re.IGNORECASE)
_CATEGORY_BEFORE = re.compile(r"\by?[cp]T[1-4]\w{0,3}(?:\(m\))?,?\s*\(\s*$")
_CATEGORY_AROUND = re.compile(
    r"\bT[1-4][a-d]?\s*\(\s*$|\b(?:path(?:ology)?|histo(?:logy)?|HPE|HPR)\W{1,3}$", re.IGNORECASE
)
_GREATEST = re.compile(
    r"\b(?:largest|longest|biggest|max\.?(?:imum)?|at least|residual(?: tumou?r| disease)?)\W{0,3}$", re.IGNORECASE
)
_INVASIVE = re.compile(rf"\b{_KIND}\b", re.IGNORECASE)
_NOT_TUMOR_BEFORE = re.compile(
    r"(?:margins?|nod(?:e|al)s?|deposits?|metasta\w*|cyst|fibroid|DCIS|LCIS|in situ|clip|slice|sections?|specimen|received|adenosis|fibroadenoma|closest|nearest|distance|weigh\w*|excised|calc\w*|seroma|h(?:a)?ematoma|benign|bed(?: of)?|span|E[NC]E|extension|ellipse|papilloma|front|whole|punch|satellite|second\w*|free|clear(?:ance)?|radiograph|component|skin|scar|cortex|SLNs?|LNs?|thick\w*|slab|wire|previous\w*|prior|macromet\w*|micromet\w*|superior|inferior|medial|lateral|deep|anterior|posterior|within|series|axill\w*|in an?)\b[^.;\n]{0,26}$",
    re.IGNORECASE,
)
_NOT_TUMOR_AFTER = re.compile(
    r"\s*(?:margin|clear|free)\b|\s*[,(]?\s*(?:from|away|to the|distance|deep|superior|inferior|medial|lateral|anterior|posterior|short axis|fibrotic|FN\b|satellite|front|wide|punch|core biops)|\s*(?!in\b)(?:\w+\s+){0,4}?(?:DCIS|in situ|tumou?r bed|bed|cyst|node|deposit|ENE|extension|thick|span|fibroadenoma|papilloma|metasta\w*)\b",
    re.IGNORECASE,
)
_SCAN_BEFORE = re.compile(
    r"\b(?:MRI|PET(?:[/-]?CT)?|USS?|ultrasound|sono\w*|mammo\w*|imaging|tomo\w*)\b(?:\s*\(?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?)?[^.;\n\d]{0,40}$",
    re.IGNORECASE,
)
_SCAN_AFTER = re.compile(
    r"\s*(?:\w+\s+){0,2}(?:on|by|at)\s+(?:the\s+|breast\s+|my\s+)?(?:MRI|USS?\b|ultrasound|sono|mammo|imaging|CT|PET)",
    re.IGNORECASE,
)
_CORE = re.compile(r"\bcores?\b|linear", re.IGNORECASE)
_NODE = re.compile(r"\bnod(?:e|al)|\bS?LNs?\b|axill", re.IGNORECASE)
_REACH = 90


def read_sizes(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the greatest size of the invasive tumour, in mm; on a core its extent there, on a scan as the scan has it."""
    if statement.section in ("gross", "comparison", "specimens", "family") or report.kind == "laboratory":
        return
    named = _UNIT_IN_LABEL.search(text)
    if named and not _NOT_TUMOR_BEFORE.search(text[: named.start("a")]):
        yield _size(report, statement, text, named, named["unit"])
        return
    match = next((one for one in _MEASURE.finditer(text) if _is_of_tumor(report, statement, text, one)), None)
    if match:
        yield _size(report, statement, text, match, match["unit"])


def _is_of_tumor(report: Report, statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether a measure is that of the tumour, and of no margin, node, cyst or part in situ."""
    before = text[max(0, match.start() - _REACH) : match.start()]
    after = text[match.end() : match.end() + _REACH]
    if context.is_other_person(report, statement, statement.start + match.start()) or _NOT_TUMOR_AFTER.match(after):
        return False
    if _KIND_AFTER.match(after):
        return not _OF_MARGIN_OR_NODE.search(before)
    label = _LABEL.search(before)
    kind = _KIND_BEFORE.search(before)
    if kind and not label and _OF_MARGIN_OR_NODE.search(before[: kind.start()]):
        return False
    told = max((one.start() for one in (label, kind) if one), default=0)
    if _NOT_TUMOR_BEFORE.search(before[told:]) or (
        label and re.match(r".{0,12}whole", before[max(0, told - 8) :], re.IGNORECASE)
    ):
        return False
    if report.kind == "imaging":  # what a scan measures is read where scans are
        return bool(kind)
    return bool(
        label
        or kind
        or _CATEGORY_BEFORE.search(before)
        or _CATEGORY_AROUND.search(before)
        or _CANCER_AFTER.match(after)
        or (_GRADE_BEFORE.search(before) and _INVASIVE.search(text))
        or (
            _GREATEST.search(before)
            and not _NODE.search(before)
            and (_INVASIVE.search(text) or _INVASIVE.search(statement.title))
        )
        or (report.kind == "letter" and _SCAN_BEFORE.search(before) and _BREAST.search(text))
    )


_BREAST = re.compile(
    r"\bbreast|\bNME\b|\bIDC\b|\bILC\b|\bNST\b|\bM[3-5]\b|\bU[3-5]\b|\blump\b|\btumou?r\b", re.IGNORECASE
)


def _size(report: Report, statement: Statement, text: str, match: re.Match[str], unit: str) -> Finding:
    sides = [float(one) for name in ("a", "b", "c") if (one := match.groupdict().get(name))]
    value = round(max(sides) * (10 if unit.casefold().startswith("c") else 1), 1)
    start, end = statement.start + match.start(), statement.start + match.end()
    label = _LABEL.search(text[max(0, match.start() - _REACH) : match.start()])
    if label:
        start = statement.start + max(0, match.start() - _REACH) + label.start()
    return make(
        report, statement, "tumor_size_mm", value, start, end, base=_method(statement, text, match), unit="mm",
        at=statement.start + match.start(),
    )  # fmt: skip


def _method(statement: Statement, text: str, match: re.Match[str]) -> str:
    """Return how it was measured when not on what was taken out: "imaging", "core extent" or ""."""
    before = text[max(0, match.start() - 44) : match.start()]
    if _SCAN_BEFORE.search(before) or _SCAN_AFTER.match(text, match.end()):
        return "imaging"
    return "core extent" if _CORE.search(text) or _CORE.search(statement.specimen) else ""


_MARGIN = re.compile(
    r"(?P<at>\bcarcinoma (?:is )?(?:present )?at (?:the )?(?:inked )?(?:\w+ )?margins?)|\bmargins?\b(?:,?\s*(?:invasive|\(invasive\)|status|surgical|all|of resection|resection|for invasive carcinoma))*[\s:.)|\-]*(?:are|is|were|was|status|:)?\s*(?:(?:all|widely|completely|clearly)\s+){0,2}(?P<v>negative|neg\b|clear|uninvolved|free|not involved|positive|involved|close\b)|\bmargins?\s*:\s*(?:[a-z]+\s+){0,3}\d{1,2}(?:\.\d)?\s?(?:mm|cm),\s*(?:all\s+)?(?P<d>free|clear|negative|uninvolved)|\b(?P<w>clear|negative|neg|free|positive|involved|uninvolved) (?:surgical |resection |radial |invasive |all )?margins?\b|\b(?P<x>excision\s*:?\s*(?:is )?complete\b)",
    re.IGNORECASE,
)
_IN_SITU = re.compile(r"DCIS|in situ", re.IGNORECASE)
_NO_MARGIN = re.compile(r"\b(?:no|not|without)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_NOT_MARGINS = re.compile(r"\b(?:for|if|of)\s+(?:any\s+)?$", re.IGNORECASE)
_R_STATUS = re.compile(r"(?:^|[\s,;(])(?P<r>R[01])(?=[\s,;.)]|$)")
_UICC_BESIDE = re.compile(r"\bp?T\d\w{0,3}\b.{0,80}\bp?N\d|\bL[01],?\s*V[0-2]\b")


def read_margins(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield whether the margins of what was taken out are clear of invasive tumour."""
    if statement.section == "gross" or report.kind not in ("pathology", "letter"):
        return
    match = _MARGIN.search(text)
    if match and not (
        _IN_SITU.search(text[max(0, match.start() - 20) : match.end()])
        or _NO_MARGIN.search(text[: match.start()])
        or _NOT_MARGINS.search(text, 0, match.start())
        or context.is_other_person(report, statement, statement.start + match.start())
    ):
        yield within(report, statement, "margins", _margin_value(match), match.span())
        return
    residual = _R_STATUS.search(text) if _UICC_BESIDE.search(text) else None
    if residual:
        value = "negative" if residual["r"] == "R0" else "positive"
        yield within(report, statement, "margins", value, residual.span("r"))


def _margin_value(match: re.Match[str]) -> str:
    if match["at"]:
        return "positive"
    word = (match["v"] or match["w"] or "").casefold()
    return "positive" if word in ("positive", "involved") else "close" if word == "close" else "negative"


_FOCALITY = re.compile(
    r"\b(?P<one>unifocal|single (?:focus|lesion|invasive focus))|\b(?P<many>multifocal|multiple foci|(?:two|three|four|five|six|[2-9])\s+(?:separate\s+|distinct\s+)?(?:foci|tumou?rs)\b(?! of (?:DCIS|LCIS|micro|lobular|atyp)))|\b(?P<centric>multicentric)",
    re.IGNORECASE,
)
_TUMOR = re.compile(r"tumou?r|carcinoma|focality|invasive|cancer|disease|\bIDC\b|\bILC\b", re.IGNORECASE)
_DENIED_AFTER = re.compile(r"(?:ity)?\s*[:=-]?\s*(?:no\b|absent|not\b)", re.IGNORECASE)


def read_focality(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield whether the tumour is one focus, several, or in several quarters of the breast."""
    if statement.section == "gross" or report.kind not in ("pathology", "letter"):
        return
    match = _FOCALITY.search(text)
    if (
        match
        and not context.is_negated(text, *match.span(), 25)
        and not context.doubt(text, *match.span(), 25)
        and not _DENIED_AFTER.match(text, match.end())
        and (_TUMOR.search(text) or _TUMOR.search(statement.title) or len(text) < _SHORT)
    ):
        value = {"one": "unifocal", "many": "multifocal", "centric": "multicentric"}[match.lastgroup or "one"]
        yield within(report, statement, "focality", value, match.span())


_SHORT = 24
"""A sentence so short speaks of the tumour that was named before it: "Single focus."."""

__all__ = ["read_focality", "read_margins", "read_sizes"]
