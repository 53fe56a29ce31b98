"""One thing, written in the ways of several laboratories and letters: what is read is the same."""

from __future__ import annotations

import pytest

from abreast.intake.report import read_text
from tests.spec.reports.test_whole import said

TABLE = """
ER +ve, HER 2 -ve in this breast cancer                    -> er_status=positive, her2_status=negative
c-erbB-2: 3+                                               -> her2_ihc=3+
ER 90 percent, PR less than 1 percent -> er_percent=90, er_status=positive, pr_percent=<1, pr_status=negative
HER2 2+ FISH +ve                                           -> her2_ihc=2+, her2_ish=amplified
HER2: 3+ in about 80 % of cells                            -> her2_ihc=3+, her2_percent=80
HER2 negative at 0.                                        -> her2_ihc=0, her2_status=negative
HER2 copy # 3.8, ratio 1,3                                 -> her2_copy_number=3.8, her2_ish_ratio=1.3
PR 3 %, weak - POSITIVE (low)                              -> pr_percent=3, pr_status=low positive
Ki-67 18 % (range 10-30 %)                                 -> ki67_percent=18
HER2 status revised from negative to POSITIVE              -> her2_status=positive
HER2-low is IHC 1+ or 2+/ISH-                              -> nothing
Am I HER2-low?                                             -> nothing
ER 5 %, HER2 0 - uninterpretable, disregard                -> nothing
Proficiency case: ER 0 HER2 3+                             -> nothing
ER control endometrium 100 %                               -> nothing
STAGING: CT4BN1M0 BREAST CANCER          -> m_category=cM0, n_category=cN1, t_category=cT4b
Breast carcinoma, YPT2(M) YPN1A(SN)                        -> n_category=ypN1a(sn), t_category=ypT2(m)
Breast: G3 (T3 N3 M2), invasive                            -> grade=3
She read that T2N1 would be stage 2B breast cancer         -> nothing
IDC, Nottingham 2 (3 + 3 + 1 = 7)                          -> grade=2, histology=invasive ductal carcinoma
Breast biopsy cannot exclude IDC grade 2       -> histology=invasive ductal carcinoma [not excluded]
Axilla: 1 (micromet) / 3                                   -> nodes_examined=3, nodes_positive=1
Two nodes were removed and neither contains tumour         -> nodes_examined=2, nodes_positive=0
They took out 3 lymph nodes and two had cancer             -> nodes_examined=3, nodes_positive=2
Of 19 axillary nodes, 7 show metastasis                    -> nodes_examined=19, nodes_positive=7
With node positive (1-3) disease the score is higher       -> nothing
Invasive carcinoma: LVI -, PNI +, + ENE -> extranodal_extension=present, lvi=absent, perineural_invasion=present
Lymphatic invasion: indeterminate                          -> lvi=suspected [indeterminate]
A 16 mm grade 2 invasive ductal carcinoma -> grade=2, histology=invasive ductal carcinoma, tumor_size_mm=16
ypT1b (7 mm) ypN1a                             -> n_category=ypN1a, t_category=ypT1b, tumor_size_mm=7
Invasive ductal carcinoma 4 mm from the deep margin        -> histology=invasive ductal carcinoma
Metastatic carcinoma, 5 mm, in the node                    -> nothing
RCB-II (2.4)                                               -> rcb=2.4, rcb_class=RCB-II
"""
ROWS = [tuple(part.strip() for part in row.split(" -> ")) for row in TABLE.strip().splitlines()]


NOT_SAID = {"superseded", "unclear"}


@pytest.mark.parametrize(("words", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_notation(words: str, meaning: str) -> None:
    findings = (one for one in read_text(words, "notation").findings if one.qualifier not in NOT_SAID)
    read = {said(one.attribute, one.value, one.qualifier) for one in findings}
    assert read == (set() if meaning == "nothing" else set(meaning.split(", ")))
