# ruff: noqa: E501 - a pattern is read best in one line
"""From findings to facts of a case: what waits for the person's yes, and what became no fact and why.

Every fact keeps the page, the line and the words. Its certainty is ``unconfirmed``, or ``suspected`` when the report itself
doubts; nothing that a machine read decides anything before somebody said yes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace

from abreast.case import Certainty, Fact, Source
from abreast.case.model import Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark
from abreast.intake.model import Intake, Unused
from abreast.intake.report import naming
from abreast.intake.report.families.common import number
from abreast.intake.report.families.sites import site_term
from abreast.intake.report.model import DOUBTED, Finding
from abreast.intake.report.reader import ReportReading
from abreast.intake.staging import parse_categories, parse_stage
from abreast.intake.variants import short_change
from abreast.vocabulary import Quantity, Vocabulary

Made = tuple[str, Value | None, dict[str, tuple[Value, ...]], bool]
"""Attribute, value, fields, absent."""

_NOT_FACTS = {
    "planned": mark("it is planned, not done"),
    "conditional": mark("it depends on something else"),
    "considered": mark("it was talked about, not given"),
    "recommended": mark("it is advice, not done"),
    "declined": mark("it was declined"),
    "held": mark("it was held back"),
    "absent": mark("the report says that it was not given"),
    "germline pending": mark("the result is not there yet"),
    "pending": mark("the result is not there yet"),
    "not done": mark("the test was not done"),
    "superseded": mark("a later version of the report takes it back"),
    "CHIP": mark("it is said to come from blood cells, not from the tumor"),
    "core extent": mark("it is the length in a biopsy, not the size of the tumor"),
    "imaging": mark("it was measured on a scan, not on what was taken out"),
    "question": mark("it is only asked"),
    "beside invasive": mark("it stands beside invasive cancer, which is what counts"),
}
_NUMBERS = {
    "er_percent": "er.percent", "pr_percent": "pr.percent", "androgen_receptor_percent": "ar.percent", "ki67_percent": "ki67",
    "her2_ish_ratio": "her2.ratio", "her2_copy_number": "her2.copies", "grade": "grade", "nodes_positive": "nodes.positive",
    "tumor_size_mm": "tumor.size", "ecog": "ecog", "karnofsky": "karnofsky", "lvef_percent": "lvef", "qtcf_ms": "qtcf",
    "oncotype_rs": "oncotype", "pdl1_cps": "pdl1.cps", "pdl1_tps": "pdl1.tps", "pdl1_ic": "pdl1.ic", "tmb": "tmb", "rcb": "rcb",
}  # fmt: skip
_TERMS = {
    "er_status": "er.status", "pr_status": "pr.status", "hr_status": "hr.status", "androgen_receptor_status": "ar.status",
    "her2_status": "her2.status", "her2_ihc": "her2.ihc", "her2_ish": "her2.ish", "histology": "histology", "laterality": "side",
    "menopausal_status": "menopause", "pdl1_status": "pdl1.status", "msi": "msi", "mmr": "mmr",
}  # fmt: skip
_LABS = {
    "ca_27_29": "ca27_29", "ca_15_3": "ca15_3", "ca_125": "ca125", "lymphocytes_abs": "lymphocytes", "bilirubin_total": "bilirubin",
    "bilirubin_direct": "bilirubin.direct", "calcium_corrected": "calcium",
}  # fmt: skip
_OUTCOMES = {
    "progression": "progression",
    "completed": "completed",
    "toxicity": "intolerance",
    "patient choice": "stopped_other",
}
_UNIT = re.compile(r"\s+")
_COUNTS = {"anc": (1000, 20), "wbc": (1000, 30), "platelets": (10_000, 1000), "lymphocytes": (1000, 5)}
"""From which number on a count without a unit is one per microliter, and below which it is one in 10*9/L.

Between them it is not sure: a share of the white cells in per cent, or a count that cannot be told from another.
"""

_LEAST_ENZYME = 10
"""Less than this, an enzyme without a unit may be given in ukat/L (1 ukat/L is 60 U/L)."""

_MEASURABLE_MM = 10
"""The least length of a lesion that can be measured on CT or MRI (RECIST 1.1, lymph nodes and bone apart)."""


def intake_of(reading: ReportReading, vocabulary: Vocabulary) -> Intake:
    """Return the facts of a report, with everything in it that became none."""
    words, file = reading.report.words, reading.report.words.file
    facts: list[Fact] = []
    mentioned: list[Fact] = []
    unused: list[Unused] = []
    for finding in _settled(reading.findings):
        place, quote = words.place(finding.start), " ".join(words.quote(finding.start, finding.end).split())
        around = reading.report.around(finding.start, finding.end)
        made = list(_facts(finding, vocabulary)) if _is_fact(finding) else []
        if not made or finding.unclear:
            said = naming.said(finding, _attribute(finding.attribute), vocabulary)
            unused.append(Unused(f"{file}, {place}: “{quote}”", said, _why(finding, vocabulary)))
        for attribute, value, fields, absent in made:
            certainty: Certainty = "suspected" if finding.qualifier in DOUBTED else "unconfirmed"
            source = Source("report", file=file, place=place, quote=around)
            date = finding.date
            into = mentioned if finding.unclear else facts
            into.append(Fact(attribute, value, fields, absent, date, source, certainty, finding.specimen))
    for statement in reading.unread:
        text = " ".join(words.quote(statement.start, statement.end).split())
        unused.append(
            Unused(
                f"{file}, {words.place(statement.start)}: “{text}”", gettext("words"), gettext("no fact was read here")
            )
        )
    return Intake(
        facts=tuple(_once(facts)),
        unused=tuple(unused),
        problems=_problems(file, facts),
        patient_count=1,
        mentioned=tuple(_once(mentioned)),
    )


def accepted(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the facts as the person's yes makes them: what a report states is certain, what it doubts stays suspected."""
    return tuple(
        replace(fact, certainty="certain") if fact.source.kind == "report" and fact.certainty == "unconfirmed" else fact
        for fact in facts
    )


def waiting(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that were read from reports and wait for the person's yes."""
    return tuple(fact for fact in facts if fact.source.kind == "report" and fact.certainty == "unconfirmed")


def looked_through(facts: tuple[Fact, ...], right: Set[str], wrong: Set[str]) -> tuple[Fact, ...]:
    """Return the facts as the person's look at those that waited makes them.

    What is right (by id) is certain, what is wrong is gone, and what they did not say anything about waits on.
    """
    ids = {fact.id for fact in waiting(facts)}
    return tuple(
        replace(fact, certainty="certain") if fact.id in ids & right else fact
        for fact in facts
        if fact.id not in ids & wrong
    )


def _problems(file: str, facts: list[Fact]) -> tuple[str, ...]:
    if facts:
        return ()
    told = gettext("%(file)s: nothing in this report was understood; its words are listed among the parts not used")
    return (told % {"file": file},)


def _once(facts: list[Fact]) -> Iterator[Fact]:
    seen: set[tuple[object, ...]] = set()
    for fact in facts:
        key = (fact.attribute, fact.value, tuple(sorted(fact.fields.items())), fact.absent, fact.date, fact.certainty)
        if key not in seen:
            seen.add(key)
            yield fact


def _settled(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield the findings, without "stable" beside growth elsewhere; in situ beside invasive cancer is set aside."""
    grows = any(
        one.attribute == "progression" and one.value == "present" and one.qualifier == "" and not one.unclear
        for one in findings
    )
    invasive = any(
        one.attribute == "histology" and one.value not in ("DCIS", "LCIS") and one.asserted for one in findings
    )
    for one in findings:
        if invasive and one.attribute == "histology" and one.value in ("DCIS", "LCIS"):
            yield replace(one, qualifier="beside invasive")
            continue
        if one.attribute == "response" and grows and one.qualifier == "":
            continue
        yield one


def _is_fact(finding: Finding) -> bool:
    return _standing(finding) not in _NOT_FACTS


def _standing(finding: Finding) -> str:
    return finding.qualifier.split(" prior")[0]


def _attribute(name: str) -> str:
    """Return the attribute that a finding may become a fact of; where there is none, what it is called itself."""
    bare = name.removeprefix("lab:")
    return _NUMBERS.get(name) or _TERMS.get(name) or _LABS.get(bare, bare)


def _why(finding: Finding, vocabulary: Vocabulary) -> str:
    if not _is_fact(finding):
        return gettext(_NOT_FACTS[_standing(finding)])
    if finding.unclear:
        return gettext("it is mentioned, but the words around it do not make clear that it is so of this person")
    known = vocabulary.attributes.get(_attribute(finding.attribute))
    if known is None or known.kind != "number":
        return gettext("a case has no place for it yet")
    if finding.attribute.startswith("lab:") and not _lab_unit(finding.unit, known.id, finding, vocabulary):
        if finding.unit:
            return gettext("its unit is not one that is known for it")
        return gettext("its unit is not given, and without it the number may mean another value")
    return gettext("the number cannot be right with this unit")


def _facts(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    if one.attribute in _NUMBERS:
        yield from _number(one, _NUMBERS[one.attribute], one.unit, vocabulary)
    elif one.attribute in _TERMS:
        yield from _term(one, _TERMS[one.attribute], vocabulary)
    elif one.attribute.startswith("lab:"):
        yield from _lab(one, vocabulary)
    elif one.attribute.startswith("metastasis:"):
        site = site_term(one.attribute.partition(":")[2])
        if site:
            yield "metastasis", None, {"site": (site,)}, True
    else:
        maker = _MAKERS.get(one.attribute)
        if maker:
            yield from maker(one, vocabulary)


def _quantity(value: object, unit: str) -> Quantity | None:
    if isinstance(value, float):
        return Quantity.exact(value, unit)
    match = re.fullmatch(r"(?P<op>[<>]=?)?(?P<a>\d+(?:\.\d+)?)(?:-(?P<b>\d+(?:\.\d+)?))?", str(value))
    if not match:
        return None
    first = float(match["a"])
    if match["b"]:
        return Quantity(min(first, float(match["b"])), max(first, float(match["b"])), unit)
    if not match["op"]:
        return Quantity.exact(first, unit)
    if match["op"].startswith("<"):
        return Quantity(-math.inf, first, unit, high_open=match["op"] == "<")
    return Quantity(first, math.inf, unit, low_open=match["op"] == ">")


def _number(one: Finding, attribute: str, unit: str, vocabulary: Vocabulary) -> Iterator[Made]:
    known = vocabulary.attribute(attribute)
    quantity = _quantity(one.value, vocabulary.unit(unit) or known.unit if unit else known.unit)
    if quantity is not None and _plausible(quantity, attribute, vocabulary):
        yield attribute, quantity, {}, False


def _plausible(quantity: Quantity, attribute: str, vocabulary: Vocabulary) -> bool:
    known = vocabulary.attribute(attribute)
    own = vocabulary.convert(quantity, attribute, known.unit) if known.unit else quantity
    if own is None:
        return False
    return known.plausible is None or (own.high >= known.plausible[0] and own.low <= known.plausible[1])


def _term(one: Finding, attribute: str, vocabulary: Vocabulary) -> Iterator[Made]:
    terms = vocabulary.attribute(attribute).terms
    term = vocabulary.by_name(terms, str(one.value))
    if term is not None and not (attribute == "msi" and one.value == "not high"):
        yield attribute, term, {}, False


def _lab(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    name = one.attribute.partition(":")[2]
    attribute = _LABS.get(name, name)
    known = vocabulary.attributes.get(attribute)
    if known is None or known.kind != "number":
        return
    unit = _lab_unit(one.unit, attribute, one, vocabulary)
    quantity = _quantity(one.value, unit) if unit else None
    if quantity is None or not _plausible(quantity, attribute, vocabulary):
        return
    low, high = one.extra.get("normal_low"), one.extra.get("normal_high")
    quantity = replace(
        quantity,
        normal_low=low if isinstance(low, float) else None,
        normal_high=high if isinstance(high, float) else None,
    )
    yield attribute, quantity, {}, False


def _lab_unit(written: str, attribute: str, one: Finding, vocabulary: Vocabulary) -> str:
    """Return the unit of a result, or "" when it is not sure: without a unit 11 may be mg/dL or umol/L."""
    own = vocabulary.attribute(attribute).unit
    plain = _UNIT.sub("", written).replace("×", "x")
    power = re.fullmatch(r"(?:x)?10[Ee*^]*(3|6|9|12)/(u?L|mm3|cumm)", plain, re.IGNORECASE)
    if power:
        return {"3": "10*9/L", "9": "10*9/L", "6": "10*12/L", "12": "10*12/L"}[power[1]]
    if re.fullmatch(r"/cumm", plain, re.IGNORECASE):
        return "/uL"
    if plain.casefold().startswith("ml/min"):
        return "mL/min"
    if plain:
        return vocabulary.unit(plain) or ""
    value = one.value if isinstance(one.value, float) else math.nan
    if attribute == "inr":
        return own
    if attribute == "hemoglobin":
        return "g/dL" if value <= 20 else "g/L" if value >= 40 else ""
    if attribute in _COUNTS:
        per_microliter, own_below = _COUNTS[attribute]
        return "/uL" if value >= per_microliter else own if value < own_below else ""
    if attribute in ("ast", "alt", "alp"):
        return own if value >= _LEAST_ENZYME else ""
    return own if attribute in ("ca15_3", "ca27_29", "cea") else ""


def _category(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    for category in parse_categories(
        re.sub(r"\((?:sn|m\d?|f)[^)]*\)|^m(?=[cpyr]?[ycp]?T)", "", str(one.value)), vocabulary
    ):
        if category.attribute:
            yield category.attribute, category.term, {}, False


def _stage(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    stage = parse_stage(str(one.value), vocabulary)
    if stage:
        yield "stage.stated", stage.term, {}, False


def _site(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    term = site_term(str(one.value))
    if term:
        yield "metastasis", None, _fields(site=term, date=one.date), False


def _progression(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    if one.get("site") == "local":
        return
    if one.value == "present" and one.date is not None:
        yield "progression.date", one.date, {}, False
    if one.qualifier != "historical":
        yield "progressing", one.value == "present", {}, False


def _response(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    if one.qualifier == "" and one.value != "mixed response":
        yield "progressing", False, {}, False


def _lesion(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    site = one.get("site")
    soft = site and "node" not in site and site not in ("bone", "pleura", "peritoneum", "leptomeninges")
    if soft and one.qualifier in ("", "new") and isinstance(one.value, float) and one.value >= _MEASURABLE_MM:
        yield "measurable", True, {}, False


_KINDS_OF_CHANGE = {"amplification": "amplification", "fusion": "fusion", "rearrangement": "rearrangement"}


def _variant(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    gene, _, rest = str(one.value).partition(" ")
    term = vocabulary.by_name("gene", gene)
    if term is None:
        return
    kind = one.qualifier.replace(" prior", "")
    origin = "germline" if kind.startswith("germline") else "somatic"
    if kind.endswith("negative"):
        if rest and rest not in _KINDS_OF_CHANGE:
            return  # one change that was not found says nothing of others in the gene
        yield "variant", None, _fields(gene=term, origin=origin, type=_KINDS_OF_CHANGE.get(rest, "")), True
        return
    significance = (
        "uncertain"
        if kind.endswith("vus")
        else "likely_pathogenic"
        if "likely" in kind
        else "pathogenic"
        if "pathogenic" in kind
        else ""
    )
    change = short_change(rest) or rest
    vaf = one.extra.get("vaf")
    yield (
        "variant",
        None,
        _fields(
            gene=term, origin=origin, significance=significance, alteration=change, type=_KINDS_OF_CHANGE.get(change, ""),
            vaf=Quantity.exact(vaf, "%") if isinstance(vaf, float) else None, date=one.date,
        ),
        False,
    )  # fmt: skip


def _therapy(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    parts = one.get("components")
    drugs = (
        [vocabulary.by_name("drug", name) for name in parts.split("+")]
        if parts
        else [vocabulary.by_name("drug", str(one.value))]
    )
    outcome = _OUTCOMES.get(one.get("reason_stopped").split(" (")[0], "")
    setting = vocabulary.by_name("setting", one.get("setting")) if one.get("setting") else None
    cycles = one.extra.get("cycles")
    start, stop = _date(one.get("start")), _date(one.get("stop"))
    ongoing = True if one.qualifier == "" and not stop else False if stop or outcome else None
    for drug in drugs:
        if drug is None:
            continue
        if "systemic_therapy" in vocabulary.ancestors("drug", drug):
            fields = _fields(
                drug=drug,
                setting=setting,
                start=start,
                end=stop,
                ongoing=ongoing,
                outcome=outcome,
                regimen=str(one.value) if parts else "",
                cycles=Quantity.exact(cycles) if isinstance(cycles, float) else None,
            )
            yield "therapy", None, fields, False
        else:
            yield "medicine", None, _fields(drug=drug, start=start, end=stop, ongoing=ongoing), False


def _surgery(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    for name in str(one.value).replace("hysterectomy and BSO", "hysterectomy|oophorectomy").split("|"):
        term = vocabulary.by_name("procedure", name)
        if term:
            yield "surgery", None, _fields(procedure=term, side=one.side, date=one.date), False


def _radiation(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    words = str(one.value).casefold().removesuffix(" boost")
    whole = {"whole brain": ("brain", "whole_brain"), "whole breast": ("breast", "whole_breast")}
    site, technique = whole.get(words, ("", ""))
    if not site:
        first = re.split(r"\s*(?:\+|&|,|\band\b)\s*", words)[0]
        site = vocabulary.by_name("site", first) or ("spine" if re.match(r"[tlc]\d|spine", first) else "")
    dose = one.extra.get("dose_gy")
    if site:
        yield (
            "radiation",
            None,
            _fields(
                site=site,
                technique=technique,
                side=one.side if site in ("breast", "chest_wall") else "",
                start=one.date,
                dose=Quantity.exact(dose, "Gy") if isinstance(dose, float) else None,
            ),
            False,
        )


def _illness(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    term = vocabulary.by_name("illness", str(one.value))
    if term:
        yield "illness", None, _fields(kind=term, start=one.date if one.qualifier == "historical" else None), False


_KINDS_OF_BREAST_CANCER = re.compile(r"^(?:invasive (?:ductal|lobular) carcinoma|triple negative breast)$")


def _family(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    match = re.fullmatch(r"(?P<c>.+?)(?: cancer)? \((?P<r>.+)\)", str(one.value))
    if not match:
        return
    relation = vocabulary.by_name("relation", re.sub(r"^(?:maternal|paternal) ", "", match["r"]))
    named = _KINDS_OF_BREAST_CANCER.sub("breast", match["c"].removeprefix("bilateral "))
    cancer = vocabulary.by_name("cancer", named)
    if relation and cancer:
        yield "family_history", None, _fields(relation=relation, cancer=cancer), False


def _flag(attribute: str, true: str) -> Callable[[Finding, Vocabulary], Iterator[Made]]:
    def made(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
        yield attribute, str(one.value) in true.split("|"), {}, False

    return made


def _birth(one: Finding, vocabulary: Vocabulary) -> Iterator[Made]:
    day = _date(str(one.value))
    if day:
        yield "birth_date", day, {}, False


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        return None


def _fields(**parts: Value | None) -> dict[str, tuple[Value, ...]]:
    return {name: (value,) for name, value in parts.items() if value is not None and value != ""}


_MAKERS: Mapping[str, Callable[[Finding, Vocabulary], Iterator[Made]]] = {
    "t_category": _category, "n_category": _category, "m_category": _category, "stage": _stage, "metastasis_site": _site,
    "progression": _progression, "response": _response, "measurable_lesion_mm": _lesion, "variant": _variant, "therapy": _therapy,
    "surgery": _surgery, "radiation": _radiation, "past_history": _illness, "family_history": _family,
    "focality": _flag("multifocal", "multifocal|multicentric"), "birth_date": _birth,
}  # fmt: skip

__all__ = ["accepted", "intake_of", "number"]
