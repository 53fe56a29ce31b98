"""What a finding that became no fact is called: the names of the vocabulary, in the language of now."""

from __future__ import annotations

from abreast.foundation.language import gettext, mark
from abreast.intake.report.families.sites import site_term
from abreast.intake.report.model import Finding
from abreast.vocabulary import Vocabulary
from abreast.vocabulary.quantity import format_number
from abreast.vocabulary.spoken import speaking

_ATTRIBUTES = {
    "stage": "stage.stated",
    "metastasis_site": "metastasis",
    "distant_metastasis": "metastasis",
    "progression": "progressing",
    "response": "progressing",
    "measurable_lesion_mm": "measurable",
    "past_history": "illness",
    "focality": "multifocal",
    "neoadjuvant_therapy": "therapy",
}
"""Findings that are called otherwise than the attribute they are about."""

_TERMS = {"therapy": "drug", "surgery": "procedure", "past_history": "illness", "metastasis_site": "site"}
_NAMES = {
    "t_category": mark("T category"),
    "n_category": mark("N category"),
    "m_category": mark("M category"),
    "lvi": mark("cancer cells in vessels (LVI)"),
    "perineural_invasion": mark("cancer cells along nerves"),
    "extranodal_extension": mark("growth beyond a lymph node"),
    "margins": mark("edges of what was taken out (margins)"),
    "nodes_examined": mark("lymph nodes examined"),
    "dcis_grade": mark("grade of the in situ part"),
    "er_allred": mark("estrogen receptor, Allred score"),
    "pr_allred": mark("progesterone receptor, Allred score"),
    "her2_percent": mark("HER2, percent of cells"),
    "tumor_fraction_percent": mark("share of tumor DNA in the blood"),
    "pleural_effusion": mark("fluid around a lung"),
    "ascites": mark("fluid in the belly"),
    "pulmonary_embolism": mark("blood clot in a lung"),
    "incidental": mark("something else that was seen"),
    "lab:rbc": mark("red blood cells"),
    "lab:mcv": mark("size of red blood cells (MCV)"),
    "lab:urea": mark("urea"),
    "lab:crp": mark("C-reactive protein (CRP)"),
    "lab:ferritin": mark("ferritin"),
    "lab:hcg": mark("pregnancy hormone (hCG)"),
    "lab:esr": mark("sedimentation rate (ESR)"),
}
"""Findings of which a case has no attribute."""

_VALUES = {
    "absent": mark("absent"),
    "present": mark("present"),
    "negative": mark("negative"),
    "positive": mark("positive"),
    "close": mark("close"),
    "given": mark("given"),
    "not given": mark("not given"),
    "indeterminate": mark("not certain"),
}


def said(finding: Finding, attribute: str, vocabulary: Vocabulary) -> str:
    """Return a finding as a name and a value: the vocabulary's names where it has them, else the report's own word.

    ``attribute`` is the id of the attribute that the finding would have become a fact of, or anything else.
    """
    return f"{_name(finding.attribute, attribute, vocabulary)}: {_value(finding, attribute, vocabulary)}"


def _name(name: str, attribute: str, vocabulary: Vocabulary) -> str:
    if name in _NAMES:
        return gettext(_NAMES[name])
    group, _, site = name.partition(":")
    if group == "metastasis":
        term = site_term(site)
        place = speaking(vocabulary).terms["site"][term].name if term else site
        return f"{speaking(vocabulary).attribute(group).name} ({place})"
    known = speaking(vocabulary).attributes.get(_ATTRIBUTES.get(name, attribute))
    return known.name if known else name.removeprefix("lab:").replace("_", " ")


def _value(finding: Finding, attribute: str, vocabulary: Vocabulary) -> str:
    if isinstance(finding.value, float):
        return f"{format_number(finding.value)} {finding.unit}".strip()
    known = vocabulary.attributes.get(attribute)
    terms = _TERMS.get(finding.attribute) or (known.terms if known else "")
    term = vocabulary.by_name(terms, finding.value) if terms else None
    if term is not None:
        return speaking(vocabulary).terms[terms][term].name
    return gettext(_VALUES[finding.value]) if finding.value in _VALUES else finding.value


__all__ = ["said"]
