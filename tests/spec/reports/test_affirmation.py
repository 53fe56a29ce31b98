"""What may turn a statement, so that the person is asked. One row a thing that a family of the reader has found.

The thing stands in «», before it what it was read as; behind the arrow "stated", or what may turn it. The other things
that were read in the same sentence stand in ‹›: a word that speaks of them speaks of nothing else.
"""

from __future__ import annotations

import re

import pytest

from abreast.intake.report import read_text
from abreast.intake.report.affirmation import affirmed
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report
from abreast.intake.report.text import ReportText

TABLE = """
# Plain statements: nothing turns them.
er_status=positive          «ER positive» (95 %), HER2 3+                                   -> stated
metastasis_site=liver       «Liver metastases» are seen in both lobes                       -> stated
metastasis_site=liver       «Liver metastases» with no ascites                              -> stated
er_status=positive          «ER positive», ‹HER2› not amplified                             -> stated

# A denial turns what it speaks of, and nothing that itself says "none".
t_category=pT4d             «pT4d» is not assigned                                          -> denies
metastasis_site=liver       The «hepatic metastases» can not be assessed on this tracer     -> denies
metastasis_site=lung        Nodule: doubt «lung metastasis»                                 -> denies
pr_status=negative          «PR negative», not repeated                                     -> stated
variant=KRAS G12C           «KRAS p.G12C», ‹EGFR p.L858R›: covered regions, not detected    -> finds_none

# Conditions and wishes. What is "given" is taken for granted, and so is a drug that the cancer grew on.
t_category=ypT0             A pCR would be «ypT0»                                           -> supposes
radiation=chest wall        «PMRT» depends on the nodes                                     -> supposes
her2_status=low             We might think of it, given her «HER2-low» cancer               -> stated
therapy=paclitaxel          If it grows on «paclitaxel» we shall change                     -> stated
t_category=pT2              Lobes involved, if applicable: none. pT: «pT2»                  -> stated
therapy=tamoxifen           «tamoxifen» from May 2016                                       -> stated

# Results in figures are turned by conditions and thresholds, not by a "not" or "or" nearby.
oncotype_rs=16              Chemotherapy no («Oncotype 16» - not needed)                    -> stated
her2_ish_ratio=2            A «ratio of 2.0» or more                                        -> supposes
lvef_percent=<50            Hold when «LVEF < 50 %»                                         -> bound
er_percent=>=10             Needed: «ER >= 10 %»                                            -> bound

# One of several; asked, not said.
t_category=T4               Staging: «T4» or ‹N2› disease                                   -> chooses
surgery=mastectomy          RRSO / L «mastectomy» timing?                                   -> asks
metastasis_site=brain       MRI: eval for «brain mets»                                      -> asks

# Keys, formulas, codes for nothing.
her2_ihc=3+                 «HER2 3+» = uniform, intense                                    -> equation
metastasis_site=bone        «BONE» 0 LIVER 0                                                -> none
lvi=present                 «LVI» (-), margins free                                         -> none
metastasis_site=CNS         «CNS mets»: N                                                   -> none

# Heads and labels of what is of nobody, or only wished for. What a plan goes on with or ends was given.
her2_ihc=3+                 Checklist of the study: «HER2 3+»                               -> head
progression=present         Long-term risks: «disease progression» despite treatment        -> head
therapy=letrozole           Recs: «letrozole» x 6 mo, then MRI                              -> wish
therapy=letrozole           Plan: continue «letrozole»                                      -> stated
er_status=positive          Impression and plan: recurrent «ER+» cancer                     -> stated

# Not started, put off, of somebody's control, of people in general, taken back.
therapy=denosumab           «Xgeva» to start after the dentist                              -> waits
er_percent=100              «ER 100 %» in the control slide                                 -> controls
her2_status=positive        These changes in «HER2-positive» disease predict a response     -> general
therapy=palbociclib         She started «palbociclib», correction, ‹ribociclib›             -> mistaken
therapy=ribociclib          She started ‹palbociclib›, correction, «ribociclib»             -> stated

# What looks like such a word and turns nothing.
metastasis_site=liver       Key findings: «liver metastases»                                -> stated
metastasis_site=liver       The «liver metastases» are not new                              -> stated
her2_status=low             Her cancer is «HER2-low» and can be treated with T-DXd          -> stated
histology=IDC               Women's Imaging Center, left breast: «IDC»                      -> stated
therapy=letrozole           She usually takes «letrozole» in the morning                    -> stated
her2_status=positive        Good control of her «HER2-positive» disease                     -> stated
her2_ihc=3+                 CAP cancer checklist: «HER2 3+»                                 -> stated
her2_status=low             As she is «HER2-low» this would be a possibility                -> stated
lvef_percent=60             Heart parameters: «LVEF 60 %»                                   -> stated

# A drug needs a sign that it was given: a verb, a date, cycles, a list of treatments.
therapy=pembrolizumab       «Pembrolizumab» and chemotherapy                                -> bare
therapy=pembrolizumab       She is on «pembrolizumab» and chemotherapy                      -> stated
"""
ROW = re.compile(r"(?P<attribute>\w+)=(?P<value>.+?)\s{2,}(?P<words>\S.*?)\s*-> (?P<why>\w+)")


def rows() -> list[tuple[str, ...]]:
    lines = [line for line in TABLE.strip().splitlines() if line and not line.startswith("#")]
    return [match.groups() for line in lines if (match := ROW.fullmatch(line))]


def finding(attribute: str, value: str, start: int, end: int) -> Finding:
    return Finding(attribute, float(value) if value.isdigit() else value, start, end)


def unclear(attribute: str, value: str, words: str) -> str:
    """Return what may turn the thing in «»."""
    text = re.sub("[«»‹›]", "", words)
    spans = []
    for mark in re.finditer("[«‹].*?[»›]", words):
        start = len(re.sub("[«»‹›]", "", words[: mark.start()]))
        spans.append((mark[0][0] == "«", start, start + len(mark[0]) - 2))
    found = [finding(attribute, value, start, end) for _, start, end in spans]
    read = affirmed(Report(ReportText(text)), found)
    return next(one.unclear for one, (mine, _, _) in zip(read, spans, strict=True) if mine) or "stated"


def test_every_row_is_a_row() -> None:
    assert len(rows()) == TABLE.count("->")


@pytest.mark.parametrize(("attribute", "value", "words", "why"), rows(), ids=lambda text: text[:40])
def test_what_may_turn_a_statement(attribute: str, value: str, words: str, why: str) -> None:
    assert unclear(attribute, value, words) == why


CRITERIA = """Screening
  Incl 1:  HER2 3+                             Y
  Incl 2:  measurable disease                  Y
  Excl 1:  CNS metastases, on steroids         N
"""


def test_criteria_of_a_form_are_asked_not_taken() -> None:
    asked = Finding("her2_ihc", "3+", CRITERIA.index("HER2"), CRITERIA.index("3+") + 2)
    assert affirmed(Report(ReportText(CRITERIA)), [asked])[0].unclear == "form"


def test_a_drug_that_is_held_later_is_asked_even_where_it_is_said_to_run() -> None:
    found = read_text("Oncology clinic note\nOn capecitabine since 8/2023.\nCapecitabine held at admission.\n").findings
    assert [(one.value, one.unclear) for one in found if one.qualifier == ""] == [("capecitabine", "contradicted")]


def test_what_is_stated_elsewhere_in_the_report_is_not_asked() -> None:
    found = read_text("Pathology report\nHER2 3+ (uniform).\nChecklist: HER2 3+.\n").findings
    assert [one.unclear for one in found if one.attribute == "her2_ihc"] == [""]
