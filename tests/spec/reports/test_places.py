"""How places of spread are said. One row a phrase: the words, and the places read (-bone: denied, ?bone: doubted)."""

from __future__ import annotations

import pytest

from abreast.intake.report import read_text

TABLE = """
She has mets to liver/bone                                             -> liver, bone
Known osseous disease is stable                                        -> bone
MBC (bone, liver), on letrozole                                        -> bone, liver
Hepatic lesions c/w mets                                               -> liver
Sclerotic lesions of the axial skeleton in keeping with metastatic disease -> bone
Metastatic breast cancer (bone only)                                   -> bone
No visceral disease, bone only                                         -> bone
POD in liver                                                           -> liver
PD in bone and liver                                                   -> bone, liver
New pleural dz                                                         -> pleura
Malignant pleural effusion, cytology positive                          -> pleura
Stable liver metastases, small left pleural effusion                   -> liver
Local recurrence chest wall 2023                                       -> chest wall
The tumor invades skin and chest wall, T4c                             -> nothing
No skin involvement by tumor                                           -> nothing
Cutaneous metastases over the left chest wall                          -> skin
The scan shows that the cancer is now in your liver and bones          -> liver, bone
Cancer in the left breast and glands, two spots in the lungs           -> nothing
The cancer may come back or spread to the brain, liver or bones        -> nothing
Liver, lungs and brain are clear of metastases                         -> -liver, -lung, -brain
Mets at diagnosis: bone 0, brain 0, liver 1                            -> -bone, -brain, liver
Mets: lung +, liver -, bone +                                          -> lung, -liver, bone
No CNS disease on MRI                                                  -> -brain
MRI brain 3/2024: no metastases                                        -> -brain
CT chest/abdomen/pelvis and bone scan: no evidence of metastases       -> -distant
No focal hepatic lesion                                                -> -liver
Cervical and mediastinal nodal metastases                              -> cervical nodes, mediastinal nodes
Metastatic left axillary lymph node                                    -> nothing
Metastatic breast cancer to bone, lung nodules are benign granulomas   -> bone
Metastatic to bones and possibly liver                                 -> bone, ?liver
Fatty liver, bone mets stable                                          -> bone
Liver biopsy showed metastatic breast carcinoma                        -> liver
Metastatic breast cancer, s/p liver biopsy                             -> nothing
C78.7 Secondary malignant neoplasm of liver                            -> liver
Metastatic breast cancer, T2 hyperintense cyst of the kidney           -> nothing
What to watch for: bone pain (possible bone metastases)                -> nothing
Should brain metastases appear, we will meet again                     -> nothing
Lesions previously thought to be bone metastases are bone islands      -> nothing
Uptake in ribs favored to be post-traumatic over metastatic            -> nothing
We worried about brain mets but MRI was clear                          -> nothing
Metastatic breast cancer involving bone and lung                       -> bone, lung
Osseous and hepatic filiae                                             -> bone, liver
HR+ breast cancer, hep/oss/pleu mets                                   -> liver, bone, pleura
Relapse: mediastinal + R SCF nodes, T4                                 -> mediastinal nodes, supraclavicular nodes, bone
No known mets before today                                             -> nothing
L3 excluded from the score (sclerotic metastasis)                      -> bone
LMD on MRI                                                             -> leptomeninges
"""
ROWS = [tuple(part.strip() for part in row.split(" -> ")) for row in TABLE.strip().splitlines()]


def places(text: str) -> str:
    found = []
    for one in read_text(text, "phrase").findings:
        if one.attribute == "metastasis_site":
            found.append(f"{'?' if one.qualifier in ('suspected', 'not excluded') else ''}{one.value}")
        elif one.attribute.startswith("metastasis:"):
            found.append("-" + one.attribute.removeprefix("metastasis:"))
        elif one.attribute == "distant_metastasis":
            found.append("-distant")
    return ", ".join(sorted(found)) or "nothing"


@pytest.mark.parametrize(("words", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_place(words: str, meaning: str) -> None:
    assert places(words) == ", ".join(sorted(meaning.split(", ")))
