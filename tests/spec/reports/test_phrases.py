"""What single phrases of reports mean. One row a phrase: the words, and what is read (attribute=value, [qualifier])."""

from __future__ import annotations

import pytest

from abreast.intake.report import read_text

TABLE = """
Lymphovascular invasion: not identified                    -> lvi=absent
Lymphovascular invasion: present                           -> lvi=present
No lymphovascular invasion is seen                         -> lvi=absent
Lymphovascular invasion is suspected                       -> lvi=suspected
ER: positive (95 %, strong)                                -> er_status=positive, er_percent=95
ER 0/8 (negative)                                          -> er_status=negative, er_allred=0
Tumor cells are negative for estrogen receptor             -> er_status=negative
ER+/PR-/HER2-                                      -> er_status=positive, pr_status=negative, her2_status=negative
PR interval 164 ms                                         -> nothing
HER2/neu: 2+ (equivocal), FISH not amplified, ratio 1.3    -> her2_ihc=2+, her2_ish=not amplified, her2_ish_ratio=1.3
HER2 IHC 0 (ultralow)                                      -> her2_ihc=ultralow, her2_status=ultralow
HER2 3+ is positive, 2+ is equivocal                       -> nothing
HER2 3+ control = OK                                       -> nothing
Patients with HER2-negative breast cancer may respond      -> nothing
Invasive carcinoma, nuclear grade 3                        -> nothing
She has grade 2 neuropathy from carcinoma treatment        -> nothing
Invasive ductal carcinoma, Nottingham grade II             -> histology=invasive ductal carcinoma, grade=2
MRI: T2 hyperintense lesion                                -> nothing
cT3 cN1 cM0                                                -> t_category=cT3, n_category=cN1, m_category=cM0
Stage 3 chronic kidney disease                             -> past_history=chronic kidney disease
Biopsy shows stage IIIC breast cancer                      -> stage=IIIC
Liver metastases are present                               -> metastasis_site=liver
No evidence of brain metastasis                            -> metastasis:brain=absent
Suspicious for liver metastasis                            -> metastasis_site=liver [suspected]
Rule out brain metastases                                  -> nothing
No brain imaging has been needed                           -> nothing
Her mother had liver metastases                            -> nothing
Sister with pathogenic BRCA2 variant                       -> family_history=BRCA2 carrier (sister) [family]
ECOG performance status is 1                               -> ecog=1
LVEF 55-60%                                                -> lvef_percent=55-60
QTcF 431 ms                                                -> qtcf_ms=431
MSI-High: NOT DETECTED                                     -> msi=not high
She is on letrozole                                        -> therapy=letrozole
We would consider capecitabine at progression              -> therapy=capecitabine [conditional]
She declined docetaxel                                     -> therapy=docetaxel [declined]
Her neighbour takes Enhertu                                -> nothing
HER2 IHC 0. FISH was not done                              -> her2_ihc=0, her2_ish=not done
Allred 5+2=7 for ER; ER Allred 5+2=7                       -> er_allred=7, er_status=positive
ERBB2 not amplified in tumor tissue sequencing             -> variant=ERBB2 amplification [somatic negative]
Tumor sequencing: no AKT1/PTEN alteration          -> variant=AKT1 [somatic negative], variant=PTEN [somatic negative]
She takes ribociclb and letrazol since 1/2025              -> therapy=ribociclib, therapy=letrozole
Options reviewed: capecitabine or eribulin     -> therapy=capecitabine [considered], therapy=eribulin [considered]
Please stop the letrozole                                  -> therapy=letrozole
Trastuzumab is usually held when LVEF falls                -> nothing
Key inclusion: HER2 negative (IHC 0), ECOG 0-1             -> nothing
ER:  [x] Positive   [ ] Negative                           -> er_status=positive
CDK4/6 inhibitor, axillary node core                       -> nothing
Stage of the tumor: [ ] III [x] IV                         -> nothing
Secondary malignant neoplasm of liver                      -> metastasis_site=liver
CT chest negative for distant disease                      -> distant_metastasis=absent
HER2 equivocal (2+) by IHC, negative by FISH               -> her2_ihc=2+, her2_ish=not amplified
ER low positive (1-10%) 5%                                 -> er_percent=5, er_status=low positive
ER: +, PR: -, HER2: 1+                                     -> er_status=positive, pr_status=negative, her2_ihc=1+
Biopsy: ER 90 PR 5  -> er_percent=90, er_status=positive, pr_percent=5, pr_status=positive
Biopsy: ER+ (100) PR+ (85)  -> er_percent=100, er_status=positive, pr_percent=85, pr_status=positive
Ki67 12.                                                   -> ki67_percent=12
HER2 2+, FISH neg (1.1)                                    -> her2_ihc=2+, her2_ish=not amplified, her2_ish_ratio=1.1
Breast cancer, hormone receptor-negative                   -> hr_status=negative
BRCA1/2 negative              -> variant=BRCA1 [germline negative], variant=BRCA2 [germline negative]
gBRCA neg                     -> variant=BRCA1 [germline negative], variant=BRCA2 [germline negative]
ctDNA: ESR1 D538G 1.2%, Y537S 0.4%  -> variant=ESR1 D538G [somatic], variant=ESR1 Y537S [somatic]
ESR1-mutant on ctDNA                                       -> variant=ESR1 [somatic]
ERBB2 amplification predicts response to trastuzumab       -> nothing
Tumor PIK3CA exon 20 p.His1047Arg detected                 -> variant=PIK3CA H1047R [somatic]
CHEK2 c.470T>C found in saliva. Class 4 (likely pathogenic) -> variant=CHEK2 c.470T>C [germline likely pathogenic]
ESR1    Seq   DNA-Tumor   Mutation Not Detected            -> variant=ESR1 [somatic negative]
If stage IV were confirmed we would meet again             -> nothing
Rai stage II lymphocytic lymphoma                          -> nothing
ASSESSMENT: STAGE IV (CT2 CN0 CM1)       -> stage=IV, t_category=cT2, n_category=cN0, m_category=cM1
Oncotype: 998 (not done)                                   -> nothing
Neoadjuvant letrozole vs primary surgery                   -> therapy=letrozole [considered]
If LVEF < 40% T-DM1 would have to be stopped               -> therapy=trastuzumab_emtansine [conditional]
We spoke of bilateral mastectomy, undecided                -> surgery=bilateral mastectomy [considered]
ER – 95 %, PR – neg, HER2 – 3+   -> er_percent=95, er_status=positive, pr_status=negative, her2_ihc=3+
ER -, PR -, HER2 1+               -> er_status=negative, pr_status=negative, her2_ihc=1+
ER........95%                     -> er_percent=95, er_status=positive
ER/PR/HER2: +/-/-                 -> er_status=positive, pr_status=negative, her2_status=negative
ER: negative <1%, low positive 1-10%, positive >10%        -> nothing
HER2-zero                                                  -> her2_ihc=0
HER2 3+ by dictation: her two positive, three plus         -> her2_ihc=3+, her2_status=positive
HER2 0 NEG (IHC 1+)                                        -> her2_ihc=1+, her2_status=negative
Coverage requires HER2 IHC 3+ or ISH amplified disease     -> nothing
Study enrolls ER+ HER2- MBC with ESR1 mutation             -> nothing
Tumor NGS detected E542K in PIK3CA                         -> variant=PIK3CA E542K [somatic]
PIK3CA testing on archival tissue: no mutation             -> variant=PIK3CA [somatic negative]
Tumor NGS. Gene: PIK3CA  Protein: p.E545K  VAF: 0.31       -> variant=PIK3CA E545K [somatic]
FGFR1 amp (CN 11) in tumor tissue                          -> variant=FGFR1 amplification [somatic]
ER plus, PR minus, HER2 minus    -> er_status=positive, pr_status=negative, her2_status=negative
Biopsy (TC 60%), breast cancer                             -> nothing
Order for T-DXd DISCONTINUED - not given  -> therapy=trastuzumab_deruxtecan [absent]
Known familial BRCA1 mutation, patient tested negative     -> variant=BRCA1 [germline negative]
MYC amplification - equivocal in tumor tissue              -> variant=MYC amplification [equivocal]
pT4d is not assigned; a pCR would be ypT0/Tis ypN0         -> nothing
Power 4/5 in the left leg, nodes not palpable              -> nothing
Drug list: abemaciclib ordered in error, never dispensed   -> nothing
The patient in the next bed has stage IV breast cancer     -> nothing
Incl 2: ER+ (>=10%) per local: Y, ER 95%                   -> er_percent=95, er_status=positive
ESTROGEN REC ....... POS lOO %                             -> er_percent=100, er_status=positive
PATHOLOGlC STAGE:  pTlc pNO(sn)                            -> t_category=pT1c, n_category=pN0(sn)
Not established for: bilateral disease, T4, N2+            -> nothing
The assay is not validated for T3 N1 breast cancer         -> nothing
PIK3CA mutations in HER2-positive disease predict reduced pCR -> nothing
High FES uptake predicts response to endocrine therapy, ER positive -> nothing
HER2 3+ = uniform intense complete membrane staining       -> nothing
Next patient on the list: R breast, HER2 3+, for TCHP      -> nothing
AKI stage 1 alert, breast cancer                           -> nothing
pCR requires ypT0/is ypN0                                  -> nothing
Breast cancer 2009, also colon adenoca 2020 (pT3N0)        -> past_history=colon cancer
Template v7: T1 N0 = surgery first                         -> nothing
Secondary malignant neoplasm of liver   entered 2024-02-10   entered in error -> nothing
Bone metastases - charted in error                         -> metastasis_site=bone [superseded]
Hepatic metastases can not be assessed on this tracer      -> nothing
Liver metastases cannot be evaluated                       -> nothing
Eval for mets / leptomeningeal disease                     -> nothing
L3 is a facet joint arthropathy and not a metastasis       -> nothing
Breast cancer, de novo stage IV - bone, liver              -> metastasis_site=bone, metastasis_site=liver, stage=IV
Metastatic breast cancer. CSF positive                     -> metastasis_site=leptomeninges
ER-low/neg                                                 -> nothing
ER pos / HER2 neg                                          -> er_status=positive, her2_status=negative
PR gene score 5.1 Negative                                 -> nothing
HER2 mRNA expression low                                   -> nothing
Biopsy: er+ pr+                                            -> er_status=positive, pr_status=positive
ER% 070   PR% 000                                          -> er_percent=70, pr_percent=0
ER 80 PR 15, IHC 3+ -> er_percent=80, er_status=positive, her2_ihc=3+, pr_percent=15, pr_status=positive
HER2 2+, D-DISH non-amp                                    -> her2_ihc=2+, her2_ish=not amplified
HER2 2+. The reflex FISH was cancelled as no longer needed -> her2_ihc=2+, her2_ish=not done
PD-L1 22C3 CPS = 15 POSITIVE (CPS >= 10)                   -> pdl1_cps=15, pdl1_status=positive
Control placenta: CPS 40, expected                         -> nothing
BRCA test sent today -> variant=BRCA1 [germline pending], variant=BRCA2 [germline pending]
Tissue sent for NGS (PIK3CA, ESR1); no result yet          -> variant=ESR1 [pending], variant=PIK3CA [pending]
Genetics: BRCA1/2 awaited -> variant=BRCA1 [germline pending], variant=BRCA2 [germline pending]
Germline testing: neg BRCA1/2 2014 -> variant=BRCA1 [germline negative], variant=BRCA2 [germline negative]
BRCA1/2 testing in 2018 was clear -> variant=BRCA1 [germline negative], variant=BRCA2 [germline negative]
Tumor NGS VUS: MLL2 R3321Q                                 -> variant=KMT2D R3321Q [somatic vus]
Liquid biopsy ESR1 p.D538G, p.E380Q                        -> variant=ESR1 D538G [somatic], variant=ESR1 E380Q [somatic]
Germline: POLE c.861T>A VUS. Amended: POLE variant reclassified to Likely Benign -> variant=POLE c.861T>A [superseded]
Pembrolizumab-related hypothyroidism                       -> past_history=hypothyroidism
Hypothyroidism (pembrolizumab-related)                     -> past_history=hypothyroidism
New Rx: elacestrant 345 mg daily                           -> therapy=elacestrant [planned]
Ribociclib, considered and rejected                        -> nothing
PLAN: MRM + ALND after -> surgery=axillary clearance [planned], surgery=modified radical mastectomy [planned]
S/P lumpectomy and WBRT 50 Gy / 25                         -> radiation=whole breast, surgery=lumpectomy
LVI (-)                                                    -> lvi=absent
LVI (+)                                                    -> lvi=present
Long-term risks of your treatments: radiation - rib fracture -> nothing
Liver, CT-guided core biopsy: metastatic carcinoma         -> metastasis_site=liver
CSF: WBC 14 /uL, glucose 1.9 mmol/L                        -> nothing
Adj. calcium 2.41 mmol/L                                   -> lab:calcium_corrected=2.41
Neutrophils 48 %                                           -> nothing
S. Bilirubin (Direct) 0.2 mg/dl                            -> lab:bilirubin_direct=0.2
Bloods: ER% 70                                             -> er_percent=70
Not intended for use in HER2-positive, T4 disease          -> nothing
Brain metastases listed by mistake                         -> metastasis_site=brain [superseded]
Lung metastases could not be assessed                      -> nothing
She started letrozole in 2024, anastrozole considered but rejected -> therapy=letrozole
Marker profile ER positive, PR gene expression 3.1 negative -> er_status=positive
HER2 IHC 2+, FISH not needed                               -> her2_ihc=2+, her2_ish=not done
Metastases at diagnosis: bone 1 liver 0 lung 0 -> metastasis:liver=absent, metastasis:lung=absent, metastasis_site=bone
Palbociclib-induced neutropenia                            -> nothing
Mets to bone and lung, none in brain -> metastasis:brain=absent, metastasis_site=bone, metastasis_site=lung
Germline sent, results not back: BRCA1/2 -> variant=BRCA1 [germline pending], variant=BRCA2 [germline pending]
A HER2 result of 2+ would prompt FISH                      -> nothing
Trial for HER2 3+ breast cancer closed                     -> nothing
The insurance asks for HER2 3+                             -> nothing
No metastases other than bone                              -> metastasis_site=bone
No metastases except bone                                  -> metastasis_site=bone
No metastases outside the breast and axilla                -> nothing
No metastases apart from the liver                         -> metastasis_site=liver
Fear of liver metastases                                   -> nothing
Bone metastasis clinic                                     -> nothing
Colon cancer 2015 with liver metastasis                    -> nothing
Ovarian cancer metastatic to liver; breast cancer stage I  -> stage=I
Low likelihood of metastasis in the liver                  -> nothing
Unlikely to be liver metastasis                            -> nothing
Liver metastasis is considered unlikely                    -> nothing
Bone metastases, liver metastasis felt to be unlikely      -> metastasis_site=bone
PIK3CA mutated cancers may receive alpelisib               -> nothing
Stage IV if confirmed                                      -> nothing
ER 80% in the study population                             -> nothing
HER2 0/1+                                                  -> nothing
Her2 ultralow (>0 <1+)                                     -> her2_status=ultralow
HER2 IHC 2+ / FISH -                                       -> her2_ihc=2+, her2_ish=not amplified
HER2 2+ FISH+                                              -> her2_ihc=2+, her2_ish=amplified
F1CDx: BRCA2 S1982fs*22                                    -> variant=BRCA2 S1982fs*22 [somatic]
ESR1 mut neg                                               -> variant=ESR1 [somatic negative]
gBRCA1 mut+                                                -> variant=BRCA1 [germline pathogenic]
PALB2 pathogenic                                           -> variant=PALB2 [germline pathogenic]
CT liver metastasis 12 mm (baseline 41 mm)                 -> measurable_lesion_mm=12, measurable_lesion_mm=41 [prior]
Whole breast RT 2013                                       -> radiation=Whole breast
Invasive carcinoma, margins neg                            -> margins=negative
TNBC on pembro + nab-pac, 3 cycles                         -> therapy=nab_paclitaxel, therapy=pembrolizumab
Impression: no change in known bone metastases             -> metastasis_site=bone
CT: no progression of the liver metastases                 -> metastasis_site=liver, progression=absent
CT: no significant increase in lung metastases             -> metastasis_site=lung
Ascites cytology positive for malignant cells              -> metastasis_site=peritoneum
Stomach metastasis of lobular carcinoma                    -> metastasis_site=stomach
Stomach pain, metastatic breast cancer to bone             -> metastasis_site=bone
Stage IV to bone                                           -> metastasis_site=bone, stage=IV
No new metastases                                          -> nothing
No evidence of progression of disease in the liver         -> nothing
No change in liver cysts, no metastases                    -> distant_metastasis=absent
Bone metastases without change                             -> metastasis_site=bone
"""
ROWS = [tuple(part.strip() for part in row.split(" -> ")) for row in TABLE.strip().splitlines()]


def said(text: str) -> str:
    found = []
    for one in read_text(text, "phrase").findings:
        value = f"{one.value:g}" if isinstance(one.value, float) else one.value
        mark = f" [{one.qualifier}]" if one.qualifier not in ("", "historical") else ""
        found.append(f"{one.attribute}={value}{mark}")
    return ", ".join(sorted(found)) or "nothing"


@pytest.mark.parametrize(("words", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_phrase(words: str, meaning: str) -> None:
    assert said(words) == ", ".join(sorted(meaning.split(", ")))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Collected: 2024-03-09\nER positive", "2024-03-09"),
        ("Collected: 03/09/2024 DOB 12/25/1960\nER positive", "2024-03-09"),
        ("Date taken 03/09/2024, D.O.B. 25/12/1960\nER positive", "2024-09-03"),
        ("NHS Trust. Date taken 03/09/2024\nER positive", "2024-09-03"),
        ("Date of surgery: 9 March 2024\nER positive", "2024-03-09"),
        ("Date of surgery: March 9, 2024\nER positive", "2024-03-09"),
        ("Collected: 02/30/2024\nER positive", "None"),
    ],
)
def test_dates_in_every_style(text: str, date: str) -> None:
    assert str(next(one for one in read_text(text).findings if one.attribute == "er_status").date) == date


def test_a_later_version_rules_and_the_earlier_stays_visible() -> None:
    text = (
        "AMENDED REPORT\nHER2 IHC was originally reported as 1+; it has been corrected to 2+.\n"
        "Final diagnosis\nHER2 IHC 2+\n"
    )
    values = {(one.value, one.qualifier) for one in read_text(text).findings if one.attribute == "her2_ihc"}
    assert ("2+", "") in values
    assert all(qualifier == "superseded" for value, qualifier in values if value == "1+")
