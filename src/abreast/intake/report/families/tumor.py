# ruff: noqa: E501 - a pattern is read best in one line
"""The tumour under the microscope and its stage: kind, grade, size, vessels, nodes, T N M, stage group, side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make, skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement, side_near

_HISTOLOGY: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("mixed ductal and lobular carcinoma", r"\bmixed (?:invasive )?(?:ductal and lobular|lobular and ductal|ductal/lobular)[\w\s]{0,20}|\binvasive (?:mammary )?carcinoma with (?:mixed )?ductal and lobular features"),
        ("DCIS", r"\bductal carcinoma[\s-]+in[\s-]+situ\b|\bDCIS\b(?! score)|\bintraductal carcinoma\b"),
        ("LCIS", r"\blobular carcinoma[\s-]+in[\s-]+situ\b|\bLCIS\b"),
        ("invasive lobular carcinoma", r"\bcarcinoma\b[^.;]{0,30},? (?:lobular (?:infiltrating|invasive)|(?:infiltrating|invasive) lobular)\b|\b(?:invasive|infiltrating|inv\.?)\s+(?:pleomorphic\s+|mammary\s+)?lobular\s+(?:carcinoma|ca\b|cancer)|\bILC\b|\blobular breast (?:carcinoma|cancer)|\b(?:invasive|infiltrating) (?:mammary )?carcinoma,?\s*\(?lobular(?: type)?|\binvasive lobular\b|\bgrade [1-3] lobular\b"),
        ("invasive ductal carcinoma", r"\bcarcinoma ductal (?:infiltrante|invasor|invasivo)|\bcarcinoma\b[^.;]{0,30},? (?:ductal (?:infiltrating|invasive)|(?:infiltrating|invasive) ductal)\b|\b(?:invasive|infiltrating|inv\.?)\s+(?:mammary\s+)?duct(?:al)?\s+(?:adeno)?(?:carcinoma|ca\b|cancer)(?!\s+in\s+situ)|\bIDC\b|\bductal breast (?:carcinoma|cancer)|\bno special type\b|\b(?:IBC[- ])?NST\b|\b(?:invasive|infiltrating) (?:mammary |breast )?carcinoma,?\s*\(?(?:of\s+)?(?:ductal|NOS|no special)(?: type)?|\binvasive ductal\b|\bgrade [1-3] ductal\b"),
        ("mucinous carcinoma", r"\b(?:invasive )?(?:mucinous|colloid) (?:carcinoma|cancer)"),
        ("metaplastic carcinoma", r"\bmetaplastic (?:breast )?(?:carcinoma|cancer)"),
        ("tubular carcinoma", r"\btubular carcinoma"),
        ("invasive micropapillary carcinoma", r"\b(?:invasive )?micropapillary carcinoma"),
        ("papillary carcinoma", r"\b(?:encapsulated|solid|invasive) papillary carcinoma"),
        ("apocrine carcinoma", r"\b(?:invasive )?apocrine carcinoma"),
        ("inflammatory carcinoma", r"\binflammatory (?:breast )?(?:carcinoma|cancer)"),
    )
)  # fmt: skip
_BENIGN_FOCUS = re.compile(r"differential|radial scar|adenosis|atypical|\bfocus of (?:LCIS|atyp)", re.IGNORECASE)
_ONLY_CONSIDERED = re.compile(
    r"\s*(?:was|were|is|had been)\s+(?:also\s+)?(?:considered|excluded|ruled out|raised)", re.IGNORECASE
)
_GRADE = re.compile(
    r"\b(?:(?:overall|histolog\w*|nottingham|combined|tumou?r|SBR|bloom[\s-]richardson|elston[\s-]ellis|final|modified|scarff\S*|Nottingham histologic)[\s(:,-]*)*(?:grade|gr\.?)\s*(?:group)?\s*(?:\([^)]{0,40}\))?\s*(?:is|:|=|-|of)?\s*(?P<n>[1-3]|I{1,3})(?:\s?/\s?(?:3|III)\b)?(?!\w|\.\d|[+%/]|\s*[-x]\s*\d|\s*(?:mm|cm))|"
    r"(?<![A-Za-z0-9])G(?P<g>[1-3])(?![A-Za-z0-9])|\bgrade\s+(?P<of>[1-3]|I{1,3})\s*(?:of|/|out of)\s*(?:3|III)\b|(?P<word>\b(?:well|moderately|poorly)[\s-]+differentiated)",
    re.IGNORECASE,
)
_GRADED = re.compile(
    r"carcinoma|nottingham|bloom|overall|histolog|tumou?r|\bIDC\b|\bILC\b|\bNST\b|elston|SBR|differentiat|invasive|cancer|\bductal\b|\blobular\b|\bca\b|\bpT\d|^\s*grade\s*[:\s]",
    re.IGNORECASE,
)
_NOT_GRADED = re.compile(
    r"nuclear|toxicit|neuropath|CTCAE|diarrh|fatigue|erythema|palmar|hand|mucositis|nausea|rash|neutropen|anaemi|anemi|steato|varices|encephalopath|prolapse|stomatitis|pneumonitis|colitis|hepatitis|arthralgia|alopecia|hypertens|gleason|adverse|"
    r"cytotoxic|reaction|sprain|murmur|oedema|edema|lymphedema|reflux|esophagitis|glioma|mening|fever|dyspn|diastolic|dysfunction|regurgit|stenosis|spondylo|AV block|anaphyl|insufficien|high grade|\bALT\b|\bAST\b|transamin|\bpain\b|thrombocyt|laxity",
    re.IGNORECASE,
)
_ROMAN = {"i": 1.0, "ii": 2.0, "iii": 3.0}
_SIZE_LABEL = re.compile(
    r"(?:\b(?:tumou?r|invasive(?: tumou?r| carcinoma| component| focus)?|lesion|carcinoma|cancer|mass|maximum invasive|whole)\s+(?:size|diameter|dimension|extent)s?|\bsize(?: of)?(?: the)?(?: invasive)?(?: tumou?r| carcinoma| component| focus| lesion)?|\bgreatest (?:linear |invasive )?(?:extent|dimension|diameter)(?: of invasive (?:carcinoma|tumou?r))?|\b(?:max(?:imum)?|largest) (?:tumou?r )?(?:diameter|dimension|size|extent)|\b(?:largest|biggest) (?:contiguous |invasive |single )?focus|\bmeasur(?:es|ing)|\bspanning)"
    r"[^\d\n]{0,46}?(?P<a>\d{1,3}(?:\.\d{1,2})?)\s*(?:x\s*\d{1,3}(?:\.\d{1,2})?\s*){0,2}(?P<unit>mm|cm)?",
    re.IGNORECASE,
)
_SIZE_BARE = re.compile(
    r"(?:carcinoma|IDC|ILC|NST|type|grade \d|G\d)(?:[^.;\n]{0,60}?[,(]\s*|\s+)(?P<a>\d{1,3}(?:\.\d{1,2})?)\s*(?:x\s*\d{1,3}(?:\.\d{1,2})?\s*(?P<u2>mm|cm)?\s*(?:x\s*)?){0,3}(?P<unit>mm|cm)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\bwhole\b", re.IGNORECASE)
_NOT_SIZE = re.compile(
    r"margin|\bnode\b|nodal|deposit|metast|cyst|fibroid|DCIS|in situ|clip|slice|\bsection|specimen (?:size|measur|dimension)|received|gross|adenosis|fibroadenoma|away|from the|closest|distance|weigh|excised|calcif|nodes\b|seroma|haematoma|hematoma|benign|previous",
    re.IGNORECASE,
)
_TNM = re.compile(
    r"(?<![A-Za-z0-9.-])(?P<tp>m?[ycpr]{0,2})T\s?(?P<t>is|[0-4][a-d]?(?:mi)?|[Xx])(?P<tx>\s?\((?:m\d?|is|DCIS|\d)\))?(?:[\s,;/]{0,4}(?P<np>[ycpr]{0,2})N\s?(?P<n>[0-3O][abc]?(?:mi)?|[Xx])(?P<nx>(?:\s?\((?:sn|i[+-]|f|mol[+-]|mi|sn,?\s?i[+-])\))*))?(?:[\s,;/]{0,4}(?P<mp>[ycp]{0,2})M\s?(?P<m>[01](?:\(i\+\))?|[Xx]))?(?![A-Za-z0-9])"
)
_IN_CAPITALS = re.compile(r"\bY?[CP]T\s?[0-4X][A-D]?[\s,]*Y?[CP]?N\s?[0-3X]")
_SMALL_LETTERS = re.compile(r"\bY?[CP](?=[TNM]\s?[0-4X])|(?<=T[0-4])[A-D](?![A-Za-z])|(?<=N[0-3])[A-C](?![A-Za-z])")
"""What T N M writes small, in a report that is all in capitals: CT4B CN1 CM0."""
_N_ALONE = re.compile(
    r"(?<![A-Za-z0-9.-])(?P<np>(?:yp|yc|[cp]))N\s?(?P<n>[0-3][abc]?(?:mi)?|[Xx])(?P<nx>(?:\s?\((?:sn|i[+-]|f|mol[+-]|mi)\))*)(?![A-Za-z0-9])"
)
_M_ALONE = re.compile(r"(?<![A-Za-z0-9.-])(?P<mp>[cp])?M(?P<m>[01])(?:\(i\+\))?(?![A-Za-z0-9'])")
_STAGE = re.compile(
    r"\b(?:AJCC\s+(?:\d\w*\s+(?:ed(?:ition|\.)?\s+)?)?)?(?:(?:anatomic|prognostic|clinical|pathologic(?:al)?|overall|initial)\s+)*(?:sub-?)?(?:stage|estadio)\s*+(?:group(?:ing)?|grp\.?)?\s*+(?:path|clin)?\s*+(?:at (?:initial |first )?(?:diagnosis|presentation))?\s*+(?:\([^)]{0,30}\))?\s*+(?:is|was|:|=|at)?\s*+(?P<n>IV|I{1,3}|[0-4])(?:\s|-)?(?P<l>[A-Ca-c](?![a-z]))?(?!\w|\.\d|[+%/]|\s*(?:/\s*\d|mm|cm))|\b(?:anatomic|prognostic)(?: group)?\s*:?\s*(?P<n2>IV|I{1,3})(?P<l2>[A-C])?\b",
    re.IGNORECASE,
)
_NOT_STAGE = re.compile(
    r"kidney|CKD|renal|ulcer|hypertens|fibrosis|heart|sleep|decubitus|pressure|liver disease|cirrhosis|COPD|prostate|lymphoma|melanoma|colon|ovarian|lymphedema|parkinson|sarcoid|endometri|glaucoma|retinopathy|\bRai\b|\bBinet\b|ann arbor|\bFIGO\b|\bDukes\b|myeloma|thyroid|lung cancer|bladder|\bAKI\b|acute kidney|\bHF\b|GVHD|\balert\b|hypoxi",
    re.IGNORECASE,
)
_NODES = re.compile(
    r"(?P<a>\d{1,2})\s*(?P<sep>/|out of|of)\s*(?P<b>\d{1,2})(?![\d/%]|\.\d|\s*(?:mm|cm|Gy))", re.IGNORECASE
)
_NODE_WORD = re.compile(
    r"\bnod(?:e|es|al)\b|\bLNs?\b|\bSLN(?:s|B|Bx)?\b|\bSNB\b|sentinel|axill|(?:\b|T\d[a-d]?\s?)[cyp]{0,2}N[0-3][a-c]?\b",
    re.IGNORECASE,
)
_NO_NODES = re.compile(
    r"\b(?:CDK|COX|IL|CA|PARP|score|blocks?|hpf|margins?|slides?|on|since|until|from|by|power|strength|motor|reflex(?:es)?|pain)\s?-?$|(?<![A-Za-z])[LTCS]$",
    re.IGNORECASE,
)
_NODES_LABEL = re.compile(
    r"(?P<ex>(?:total\s+)?(?:number|no\.?)\s+(?:of\s+)?(?:lymph\s+)?(?:nodes?\s+)?(?:examined|retrieved|sampled|identified)|(?:lymph\s+)?nodes?\s+examined|\btotal number\b|total\s+(?:lymph\s+)?nodes?(?:\s+examined)?)|(?P<pos>(?:(?:total\s+)?(?:number|no\.?)\s+(?:of\s+)?)?(?:lymph\s+)?(?:nodes?\s+)?(?:positive|involved|with (?:tumou?r|metastas[ei]s|carcinoma|macrometastas[ei]s))(?:\s+(?:lymph\s+)?nodes?)?)",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(r"[\s:.\-=(]{1,44}(?P<n>\d{1,2})(?!\d|\.\d|[/%]|\s*(?:mm|cm|of|/))")
_INVASION: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "dermal_lvi",
        re.compile(r"\bdermal (?:lymphovascular|lymphatic|angiolymphatic) (?:invasion|involvement)", re.IGNORECASE),
    ),
    (
        "lvi",
        re.compile(
            r"\b(?:lympho-?\s?vascular|angio-?lymphatic|lymphatic(?:/| and | or )?vascular|vascular|lymph-?vascular)(?:\s+space)?\s+(?:invasion|involvement|permeation|space invasion|(?:tumou?r )?emboli)|\bLV(?:S?I)\b|\blymphatic invasion",
            re.IGNORECASE,
        ),
    ),
    ("perineural_invasion", re.compile(r"\bperi-?neural invasion|\bPNI\b", re.IGNORECASE)),
    (
        "extranodal_extension",
        re.compile(
            r"\b(?:extra-?(?:nodal|capsular)|peri-?nodal) (?:extension|spread|invasion)|\bE[NC][ES]\b", re.IGNORECASE
        ),
    ),
)
_PRESENT = re.compile(
    r"^[\s:.\-|=]*(?:1\s*\(\s*)?(?:is|was|are)?\s*(?:(?:focal(?:ly)?|extensive(?:ly)?|widespread|definite|also)\s+)?(?:present|identified|seen|positive|yes\b|noted|found|evident|detected|focal|extensive|\(?\+\)?(?!\d)|\(positive)",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"^[\s:.\-|=]*(?:is|was|are)?\s*(?:not\s+(?:identified|seen|present|found|detected|evident)|absent|none|negative|no\b|nil\b|\(?neg\b|\(-\)|0\s*\()",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"^[\s:.\-|=]*(?:is|was|are)?\s*(?:suspect\w*|suspicious|possible|probable|indeterminate|equivocal|cannot be excluded|favou?red)",
    re.IGNORECASE,
)
_LATERAL = re.compile(
    r"\b(?:laterality|specimen side|side)\s*[:.\s]{1,40}(?P<a>left|right|bilateral)\b|\b(?P<b>left|right)[\s-]+(?:sided[\s-]+)?(?:breast|mastectomy|lumpectomy|IDC|ILC|G[123]\b|wide local|quadrantectomy|modified radical|partial mastectomy|WLE)|\b(?:breast(?: cancer| carcinoma| ca)?|mastectomy|lumpectomy),?\s+\(?(?P<c>left|right)\b|\b(?P<d>L|R|Lt|Rt)\.?\s+(?:breast|mastectomy|IDC|ILC|WLE)\b",
    re.IGNORECASE,
)
_MALIGNANT = re.compile(
    r"carcinoma|cancer|malignan|\bIDC\b|\bILC\b|\bDCIS\b|\bca\b|tumou?r|neoplas|NST|BI-?RADS\s*[56]", re.IGNORECASE
)
_MARGIN = re.compile(
    r"(?P<at>\bcarcinoma (?:is )?(?:present )?at (?:the )?(?:inked )?(?:\w+ )?margins?)|\bmargins?\b(?:,?\s*(?:invasive|\(invasive\)|status|surgical|all|of resection|resection))*[\s:.\-]*(?:are|is|status|:)?\s*(?:all\s+)?(?P<v>negative|neg\b|clear|uninvolved|free|not involved|positive|involved|close)|\b(?P<w>clear|negative|free|positive|involved|uninvolved) (?:surgical |resection |radial |invasive |all )?margins?\b",
    re.IGNORECASE,
)
_FOR_MARGINS = re.compile(r"\b(?:for|if|of)\s+(?:any\s+)?$", re.IGNORECASE)
_FOCALITY = re.compile(
    r"\b(?P<one>unifocal|single (?:focus|lesion|invasive focus))|\b(?P<many>multifocal|multiple foci)|\b(?P<centric>multicentric)",
    re.IGNORECASE,
)
_UNTREATED = re.compile(
    r"\bno (?:known )?(?:presurgical|preoperative|pre-operative|neo-?adjuvant|prior) (?:systemic )?(?:therapy|treatment|chemotherapy)",
    re.IGNORECASE,
)
_DCIS_GRADE = re.compile(
    r"\bgrade\s*[:=]?\s*(?P<n>[1-3]|I{1,3})\b|\b(?P<w>high|intermediate|low)[\s-]+(?:nuclear\s+)?grade|\bnuclear grade\s*[:=]?\s*(?P<m>[1-3]|high|intermediate|low)",
    re.IGNORECASE,
)


def read(report: Report) -> Iterator[Finding]:
    """Yield what the report says of the tumour and its stage."""
    sided: set[str] = set()
    for statement in report.statements:
        text = report.of(statement)
        if (
            context.is_general(report, statement)
            or statement.section == "family"
            or (statement.title == "technique" and report.kind == "genes")
        ):
            continue
        yield from _kinds(report, statement, text)
        yield from _grades(report, statement, text)
        yield from _sizes(report, statement, text)
        yield from _categories(report, statement, text)
        yield from _stages(report, statement, text)
        yield from _nodes(report, statement, text)
        yield from _invasions(report, statement, text)
        yield from _margins(report, statement, text)
        untreated = _UNTREATED.search(text) if report.kind == "pathology" else None
        if untreated:
            yield make(
                report,
                statement,
                "neoadjuvant_therapy",
                "absent",
                statement.start + untreated.start(),
                statement.start + untreated.end(),
            )
        yield from _sides(report, statement, text, sided)


def _kinds(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross", "plan", "comparison"):
        return
    taken: list[tuple[int, int]] = []
    for name, pattern in _HISTOLOGY:
        for match in pattern.finditer(text):
            low, high = match.span()
            if any(a < high and low < b for a, b in taken):
                continue
            taken.append((low, high))
            at = statement.start + low
            if (
                context.is_other_person(report, statement, at)
                or context.is_negated(text, low, high)
                or _BENIGN_FOCUS.search(text[max(0, low - 60) : low])
                or _ONLY_CONSIDERED.match(text, high)
            ):
                continue
            if name in ("DCIS", "LCIS") and re.match(
                r"[\s:,.-]*(?:\w+\s+){0,2}(?:margin|component[^.;]{0,10}(?:absent|not)|extent|absent|not\b|none|negative|grade\s*:?\s*(?:n/a|not))|.{0,20}uninvolved",
                text[high:],
                re.IGNORECASE,
            ):
                continue
            if re.search(
                r"\bmargins?,?\s*$|\bincl(?:uding|udes?|\.)?\s*$|\bfrom\s+(?:the\s+)?$|\bonly\s+$",
                text[max(0, low - 20) : low],
                re.IGNORECASE,
            ):
                continue
            doubt = context.doubt(text, low, high, 45)
            if doubt == "question" or (statement.section == "indication" and doubt):
                continue
            yield make(report, statement, "histology", name, at, statement.start + high, base=doubt)
            if name == "DCIS":
                yield from _dcis_grade(report, statement, text, low, high)
            break


def _dcis_grade(report: Report, statement: Statement, text: str, low: int, high: int) -> Iterator[Finding]:
    window = text[max(0, low - 28) : min(len(text), high + 90)]
    match = _DCIS_GRADE.search(text[high : high + 90]) or re.search(
        r"\b(?P<w>high|intermediate|low)[\s-]+(?:nuclear\s+)?grade\s*$", text[max(0, low - 28) : low], re.IGNORECASE
    )
    if not match or not window:
        return
    groups = match.groupdict()
    value = next((groups[name] for name in ("n", "m", "w") if groups.get(name)), None)
    if value:
        value = str(int(_ROMAN[value.casefold()])) if value.casefold() in _ROMAN else value.casefold()
        yield make(
            report, statement, "dcis_grade", value, statement.start + low, statement.start + min(len(text), high + 60)
        )


def _grades(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross",):
        return
    seen: set[float] = set()
    for match in _GRADE.finditer(text):
        low, high = match.span()
        before, after = text[max(0, low - 34) : low], text[high : high + 40]
        whole = match[0].casefold()
        if match["word"]:
            continue
        if "nuclear" in before[-12:].casefold() or (
            re.search(r"in situ|DCIS|LCIS", before, re.IGNORECASE)
            and not re.search(r"invasive|IDC|\bwith\b", before, re.IGNORECASE)
        ):
            continue
        if re.match(r"\s*DCIS|\s*ductal carcinoma in situ", after, re.IGNORECASE):
            continue
        named = re.search(r"nottingham|combined|histolog|bloom", whole)
        if not named and _NOT_GRADED.search(text, high, high + 34):
            continue
        if _NOT_GRADED.search(text, max(0, low - 26), low):
            continue
        bare = not re.search(r"nottingham|overall|histolog|combined|bloom|sbr|elston|tumou?r", whole)
        if (
            bare
            and not _GRADED.search(text)
            and "invasive" not in statement.title
            and not (
                statement.section in ("diagnosis",) and re.match(r"\s*(?:histologic )?grade\b", text, re.IGNORECASE)
            )
        ):
            continue
        if match["g"] and not re.search(
            r"\b(?:left|right|IDC|ILC|NST|p?T\d|carcinoma|ductal|lobular|invasive)\b", text, re.IGNORECASE
        ):
            continue
        if context.is_other_person(report, statement, statement.start + low):
            continue
        raw = (match["n"] or match["g"] or match["of"]).casefold()
        value = _ROMAN.get(raw) or float(raw)
        if value in seen:
            continue
        seen.add(value)
        yield make(report, statement, "grade", value, statement.start + low, statement.start + high)


def _sizes(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross", "comparison", "specimens") or report.kind not in ("pathology", "letter"):
        return
    labelled = (
        one for one in _SIZE_LABEL.finditer(text) if not _WHOLE.search(text[max(0, one.start() - 8) : one.start() + 6])
    )
    match = next(labelled, None) or _SIZE_BARE.search(text)
    if not match:
        return
    whole = text[max(0, match.start() - 45) : match.end()]
    if _NOT_SIZE.search(whole) or not re.search(
        r"tumou?r|carcinoma|invasive|cancer|extent|size|focus|IDC|ILC|dimension|NST", whole, re.IGNORECASE
    ):
        return
    unit = (
        match["unit"]
        or (match.groupdict().get("u2") if "u2" in match.groupdict() else None)
        or _unit_of(text[match.start() : match.end() + 26])
    )
    if not unit:
        return
    value = round(float(match["a"]) * (10 if unit.casefold() == "cm" else 1), 1)
    base = (
        "core extent"
        if re.search(r"core|linear", text, re.IGNORECASE) or re.search(r"\bcore\b", statement.specimen, re.IGNORECASE)
        else ""
    )
    end = match.end() + (len(unit) + 3 if not match["unit"] else 0)
    yield make(
        report,
        statement,
        "tumor_size_mm",
        value,
        statement.start + match.start(),
        min(statement.end, statement.start + end),
        base=base if base else "",
        unit="mm",
    )


def _unit_of(text: str) -> str:
    found = re.search(r"(?<=[\d\s])(mm|cm)\b|\((mm|cm)\)", text, re.IGNORECASE)
    return (found[1] or found[2]) if found else ""


_SUM_AFTER = re.compile(r"\s*=\s*\d")
"""Behind the three parts of a grade: "(T3 N2 M1 = 6/9)"."""


def _categories(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    text = _SMALL_LETTERS.sub(lambda match: match[0].lower(), text) if _IN_CAPITALS.search(text) else text
    for match in _TNM.finditer(text):
        low, high = match.start() + statement.start, match.end() + statement.start
        prefix, bare = match["tp"], not match["tp"]
        if bare and (
            match["n"] is None
            or _SUM_AFTER.match(text, match.end())
            or re.search(
                r"nottingham|grade|bloom|score|tubul|mitos|\bgr\.?\s*\d[^,;]{0,12}\(\s*$",
                report.norm[max(0, low - 40) : low],
                re.IGNORECASE,
            )
        ):
            continue
        if context.is_other_person(report, statement, low) or _is_no_stage(text, *match.span()):
            continue
        if match["t"] not in ("X", "x") or match["n"]:
            yield make(
                report,
                statement,
                "t_category",
                f"{prefix}T{match['t']}{(match['tx'] or '').strip()}".replace("Tx", "TX"),
                low,
                high,
            )
        if match["n"]:
            n_prefix = match["np"] or prefix.lstrip("m")
            yield make(
                report,
                statement,
                "n_category",
                f"{n_prefix}N{match['n'].replace('O', '0')}{(match['nx'] or '').strip()}".replace("Nx", "NX"),
                low,
                high,
            )
        if match["m"] and match["m"] in "01":
            yield make(
                report,
                statement,
                "m_category",
                f"{match['mp'] or ('c' if prefix == 'c' else '')}M{match['m']}",
                low,
                high,
            )
    spans = [(one.start(), one.end()) for one in _TNM.finditer(text) if one["n"]]
    for match in _N_ALONE.finditer(text):
        if (
            not any(a <= match.start() < b for a, b in spans)
            and not _is_no_stage(text, *match.span())
            and not context.is_other_person(report, statement, statement.start + match.start())
        ):
            yield make(
                report,
                statement,
                "n_category",
                f"{match['np']}N{match['n']}{(match['nx'] or '').strip()}",
                match.start() + statement.start,
                match.end() + statement.start,
            )
    for match in _M_ALONE.finditer(text):
        if any(a <= match.start() < b for a, b in spans) or not (match["mp"] or re.search(r"\bp?T\d|\bp?N\d", text)):
            continue
        if _is_no_stage(text, *match.span()) or re.search(
            r"grade|nottingham|mitos", text[max(0, match.start() - 40) : match.start()], re.IGNORECASE
        ):
            continue
        yield make(
            report,
            statement,
            "m_category",
            f"{match['mp'] or ''}M{match['m']}",
            match.start() + statement.start,
            match.end() + statement.start,
        )


_ONLY_DEFINED = re.compile(
    r"\bwould (?:be|have been)\s*(?:\w+\s*/\s*)?$|\b(?:means?|defined as|requires?|needs?|definition)\s*:?\s*(?:y?[cp]?T\w{1,3}(?:/is)?[\s,]*)?$|=\s*$",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\s*(?:category\s+)?(?:is|was|are)?\s*not (?:assigned|applicable|met|used|given|appropriate)|\s*=\s*(?:surgery|stage|low|high|[a-z]{4,})",
    re.IGNORECASE,
)


def _is_no_stage(text: str, start: int, end: int) -> bool:
    """Whether a category is one that does not hold: "a pCR would be ypT0", "pT4d is not assigned"."""
    if context.is_of_other_disease(text, start):
        return True
    return bool(_ONLY_DEFINED.search(text, max(0, start - 30), start) or _NOT_GIVEN.match(text, end))


_IF_AFTER = re.compile(r"\s*,?\s*(?:only )?(?:if|should|once|provided)\b", re.IGNORECASE)
"""Behind a stage that is not so yet: "stage IV if confirmed"."""


def _stages(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    for match in _STAGE.finditer(text):
        around = text[max(0, match.start() - 30) : match.end() + 34]
        at = statement.start + match.start()
        if (
            _NOT_STAGE.search(around)
            or context.is_other_disease(text, match.start())
            or context.cues().conditional.search(text, context.clause(text, match.start())[0], match.start())
            or context.is_other_person(report, statement, at)
            or context.is_negated(text, *match.span(), 20)
            or _IF_AFTER.match(text, match.end())
        ):
            continue
        raw = (match["n"] or match["n2"]).upper()
        value = {"1": "I", "2": "II", "3": "III", "4": "IV"}.get(raw, raw) + (match["l"] or match["l2"] or "").upper()
        yield make(
            report,
            statement,
            "stage",
            value,
            at,
            statement.start + match.end(),
            base=context.doubt(text, *match.span(), 30).replace("question", "not excluded"),
        )


_DAY_AFTER = re.compile(r"\s*:")
_DAY_BEFORE = re.compile(
    r"\b(?:core|bx|biopsy|FNA|scan|CT|MRI|PET|echo|clinic|seen|on|of|dated?|MDT|bloods)\s*$", re.IGNORECASE
)
"""A day and month without a year: "core 8/11: ER 8/8"."""


def _nodes(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross",):
        return
    for match in _NODES.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        before, after = text[max(0, match.start() - 70) : match.start()], text[match.end() : match.end() + 60]
        near = (_NODE_WORD.search(before) or _NODE_WORD.search(after)) and not _NO_NODES.search(before)
        if (
            not near
            or (
                second == 8
                and re.search(
                    r"\b(?:ER|P[gG]?R|receptors?|allred|score|QS|quick)\W*(?:\+ve|-ve|pos\w*|neg\w*|score)?\W*$",
                    before,
                    re.IGNORECASE,
                )
            )
            or first > second
        ):
            continue
        if re.search(r"score|o'?clock|series|image|cycle|page|level", before[-12:], re.IGNORECASE) or (
            match["sep"] == "/" and re.match(r"/", after)
        ):
            continue
        if any(
            one.end > statement.start + match.start()
            for one in report.dates_in(statement.start + match.start() - 10, statement.start + match.end())
        ):
            continue
        if match["sep"] == "/" and (
            _DAY_AFTER.match(after) or _DAY_BEFORE.search(before) or before.endswith(("= ", "/"))
        ):
            continue
        if match["sep"] != "/" and not re.match(
            r"\s*(?:\w+\s+){0,3}(?:lymph\s+)?nodes?\b|\s*(?:LNs?|SLNs?)\b|\s*\(?(?:positive|involved)",
            after,
            re.IGNORECASE,
        ):
            continue
        if context.is_other_person(report, statement, statement.start + match.start()):
            continue
        negative = (
            re.match(
                r"\s*(?:\w+\s+){0,3}(?:nodes?\s+)?(?:are\s+|is\s+)?(?:negative|clear|free|benign|uninvolved)",
                after,
                re.IGNORECASE,
            )
            and first == second
        )
        yield make(
            report,
            statement,
            "nodes_positive",
            0.0 if negative else float(first),
            statement.start + match.start(),
            statement.start + match.end(),
        )
        yield make(
            report,
            statement,
            "nodes_examined",
            float(second),
            statement.start + match.start(),
            statement.start + match.end(),
        )
    if "node" not in text.casefold() and "node" not in statement.title:
        return
    for label in _NODES_LABEL.finditer(text):
        found = _COUNT_AFTER.match(text, label.end())
        if found and not re.search(
            r"micro|isolated|ITC", text[max(0, label.start() - 20) : label.end()], re.IGNORECASE
        ):
            name = "nodes_examined" if label.lastgroup == "ex" else "nodes_positive"
            start = statement.start + label.start()
            yield make(report, statement, name, float(found["n"]), start, statement.start + found.end())


def _invasions(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for name, pattern in _INVASION:
        for match in pattern.finditer(text):
            low, high = match.span()
            if any(a < high and low < b for a, b in taken):
                continue
            taken.append((low, high))
            at, after, before = statement.start + low, text[high : high + 60], text[max(0, low - 40) : low]
            if re.search(r"\b(?:no|without)\s+(?:\w+\s+){0,3}$", before, re.IGNORECASE):
                value, end = "absent", high
            elif absent := _ABSENT.match(after):
                value, end = "absent", high + absent.end()
            elif _DOUBTFUL.match(after) or re.search(
                r"\b(?:suspicious for|suspected|possible|suspicion of|cannot exclude|equivocal for)\s+(?:focal\s+)?$",
                before,
                re.IGNORECASE,
            ):
                value, end = "suspected", high
            elif present := _PRESENT.match(after):
                value, end = "present", high + present.end()
            elif context.is_negated(text, low, high, 60):
                value, end = "absent", high
            elif re.search(
                r"\b(?:with|has|shows?|there is|and|extensive|focal|definite|\d\s?mm|,)\s+$", before, re.IGNORECASE
            ) and not re.match(r"\s*(?:cannot|could not|is not assess|not assess|n/a)", after, re.IGNORECASE):
                value, end = "present", high
            else:
                continue
            if name == "dermal_lvi":
                continue
            yield make(report, statement, name, value, at, statement.start + end)


def _margins(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross",) or report.kind not in ("pathology", "letter"):
        return
    match = _MARGIN.search(text)
    if match and not re.search(r"DCIS|in situ", text[max(0, match.start() - 20) : match.end()], re.IGNORECASE):
        word = "positive" if match["at"] else (match["v"] or match["w"]).casefold()
        value = "positive" if word in ("positive", "involved") else "close" if word == "close" else "negative"
        if not context.is_negated(text, match.start(), match.start() + 6, 20) and not _FOR_MARGINS.search(
            text, 0, match.start()
        ):
            yield make(
                report, statement, "margins", value, statement.start + match.start(), statement.start + match.end()
            )
    focal = _FOCALITY.search(text)
    if (
        focal
        and not context.is_negated(text, *focal.span(), 25)
        and not re.match(r"(?:ity)?\s*[:=-]?\s*(?:no\b|absent|not\b)", text[focal.end() :], re.IGNORECASE)
        and re.search(
            r"tumou?r|carcinoma|focality|invasive|cancer|disease", text + " " + statement.title, re.IGNORECASE
        )
    ):
        value = {"one": "unifocal", "many": "multifocal", "centric": "multicentric"}[focal.lastgroup or "one"]
        yield make(report, statement, "focality", value, statement.start + focal.start(), statement.start + focal.end())


def _sides(report: Report, statement: Statement, text: str, sided: set[str]) -> Iterator[Finding]:
    if statement.section in ("gross", "plan", "comparison"):
        return
    for match in _LATERAL.finditer(text):
        word = next(one for one in match.groups() if one).casefold()
        side = {"l": "left", "lt": "left", "r": "right", "rt": "right"}.get(word, word)
        at = statement.start + match.start()
        if side in sided or skip(report, statement, at) or context.is_negated(text, *match.span(), 30):
            continue
        ahead = report.norm[statement.start : statement.end + 160]
        if report.kind == "imaging" and not _MALIGNANT.search(text):
            continue
        if re.search(
            r"prophylactic|risk-reducing|benign|fibroadenoma|reduction|negative for malig|port\b|screening",
            text,
            re.IGNORECASE,
        ) or (not _MALIGNANT.search(ahead) and report.side != side):
            continue
        sided.add(side)
        yield make(report, statement, "laterality", side, at, statement.start + match.end())


__all__ = ["read", "side_near"]
