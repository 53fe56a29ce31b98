"""Every drug that the FDA lists for breast cancer resolves, by generic name and by brand."""

from __future__ import annotations

import pytest

from abreast.vocabulary import Relation, Vocabulary

FDA = """
Verzenio    | abemaciclib
Kadcyla     | ado-trastuzumab emtansine
Piqray      | alpelisib
Truqap      | capivasertib
Orserdu     | elacestrant
Afinitor    | everolimus
Faslodex    | fulvestrant
Tykerb      | lapatinib
Margenza    | margetuximab-cmkb
Nerlynx     | neratinib
Lynparza    | olaparib
Ibrance     | palbociclib
Keytruda    | pembrolizumab
Perjeta     | pertuzumab
Phesgo      | pertuzumab and trastuzumab
Kisqali     | ribociclib
Trodelvy    | sacituzumab govitecan
Talzenna    | talazoparib
Herceptin   | trastuzumab
Enhertu     | trastuzumab deruxtecan
Tukysa      | tucatinib
Itovebi     | inavolisib
Datroway    | datopotamab deruxtecan-dlnk
Inluriyo    | imlunestrant
Veppanu     | vepdegestrant
"""
"""Brand and generic name of the FDA's breast cancer drugs, label revisions to June 2026."""

OTHER_NAMES = """
T-DXd                              | trastuzumab_deruxtecan
fam-trastuzumab deruxtecan-nxki    | trastuzumab_deruxtecan
DS-8201a                           | trastuzumab_deruxtecan
T-DM1                              | trastuzumab_emtansine
TDM-1                              | trastuzumab_emtansine
Dato-DXd                           | datopotamab_deruxtecan
SG                                 | sacituzumab_govitecan
IMMU-132                           | sacituzumab_govitecan
sac-TMT                            | sacituzumab_tirumotecan
nab-paclitaxel                     | nab_paclitaxel
Abraxane                           | nab_paclitaxel
5-FU                               | fluorouracil
Adriamycin                         | doxorubicin
Doxil                              | liposomal_doxorubicin
ICI 182,780                        | fulvestrant
Herceptin Hylecta                  | trastuzumab_hyaluronidase
trastuzumab-dkst                   | trastuzumab
AZD9833                            | camizestrant
GDC-9545                           | giredestrant
OP-1250                            | palazestrant
RLY-2608                           | zovegalisib
PF-07220060                        | atirmociclib
AZD5305                            | saruparib
RC48                               | disitamab_vedotin
SYD985                             | trastuzumab_duocarmazine
HER3-DXd                           | patritumab_deruxtecan
ZW25                               | zanidatamab
CDK 4/6 inhibitor                  | cdk4_6_inhibitor
aromatase inhibitors               | aromatase_inhibitor
Coumadin                           | warfarin
St John's wort                     | st_johns_wort
steroids                           | corticosteroid
"""

IS = """
letrozole              | endocrine_therapy        | is
letrozole              | nonsteroidal_ai          | is
letrozole              | cdk4_6_inhibitor         | is not
exemestane             | nonsteroidal_ai          | is not
fulvestrant            | serd                     | is
fulvestrant            | oral_serd                | is not
elacestrant            | oral_serd                | is
vepdegestrant          | oral_serd                | may be
goserelin              | ovarian_suppression      | is
palbociclib            | cdk4_6_inhibitor         | is
palbociclib            | targeted_therapy         | is
palbociclib            | chemotherapy             | is not
atirmociclib           | cdk4_6_inhibitor         | may be
everolimus             | pi3k_pathway_inhibitor   | is
gedatolisib            | mtor_inhibitor           | is
capivasertib           | pi3k_inhibitor           | is not
olaparib               | parp_inhibitor           | is
trastuzumab            | her2_targeted            | is
trastuzumab            | monoclonal_antibody      | is
trastuzumab_deruxtecan | her2_targeted            | is
trastuzumab_deruxtecan | topo1_payload_adc        | is
trastuzumab_deruxtecan | chemotherapy             | may be
trastuzumab_deruxtecan | topo1_inhibitor          | may be
trastuzumab_deruxtecan | taxane                   | is not
trastuzumab_deruxtecan | trastuzumab              | is not
trastuzumab_emtansine  | topo1_payload_adc        | is not
sacituzumab_govitecan  | trop2_adc                | is
datopotamab_deruxtecan | trop2_adc                | is
tucatinib              | her2_tki                 | is
tucatinib              | strong_cyp3a4_inhibitor  | is
zanidatamab            | her2_antibody            | is
pembrolizumab          | immunotherapy            | is
pembrolizumab          | pdl1_inhibitor           | is not
paclitaxel             | taxane                   | is
paclitaxel             | nab_paclitaxel           | may be
nab_paclitaxel         | paclitaxel               | is
doxorubicin            | anthracycline            | is
capecitabine           | chemotherapy             | is
capecitabine           | adc                      | is not
carboplatin            | platinum                 | is
eribulin               | microtubule_inhibitor    | is
chemotherapy           | taxane                   | may be
pertuzumab_trastuzumab | trastuzumab              | is
pertuzumab_trastuzumab | pertuzumab               | is
pertuzumab             | trastuzumab              | is not
ribociclib_letrozole   | cdk4_6_inhibitor         | is
denosumab              | bone_agent               | is
denosumab              | systemic_therapy         | is not
zoledronic_acid        | bisphosphonate           | is
prednisone             | systemic_therapy         | is not
metformin              | antidiabetic             | is
metformin              | insulin                  | is not
estradiol              | endocrine_therapy        | is not
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


@pytest.mark.parametrize(("brand", "generic"), _rows(FDA))
def test_fda_drugs_resolve_to_one_drug(brand: str, generic: str, vocabulary: Vocabulary) -> None:
    drug = vocabulary.by_name("drug", generic)
    assert drug is not None
    assert vocabulary.by_name("drug", brand) == drug
    assert vocabulary.relate("drug", drug, "systemic_therapy") is Relation.IS


@pytest.mark.parametrize(("name", "drug"), _rows(OTHER_NAMES))
def test_other_names_resolve(name: str, drug: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.by_name("drug", name) == drug


@pytest.mark.parametrize(("recorded", "asked", "relation"), _rows(IS))
def test_what_a_drug_is(recorded: str, asked: str, relation: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.relate("drug", recorded, asked) is Relation(relation)


def test_every_drug_of_the_fda_says_how_it_works(vocabulary: Vocabulary) -> None:
    for _, generic in _rows(FDA):
        drug = vocabulary.term("drug", str(vocabulary.by_name("drug", generic)))
        assert drug.mechanism or drug.components, drug.id


def test_product_codes_of_the_sample_records_resolve(vocabulary: Vocabulary) -> None:
    codes = {
        "1156671": "fulvestrant",
        "1163195": "letrozole",
        "1601377": "palbociclib",
        "1946828": "abemaciclib",
        "2169297": "alpelisib",
        "583214": "nab_paclitaxel",
        "1163443": "leuprolide",
        "1156253": "zoledronic_acid",
        "2382608": "pertuzumab_trastuzumab",
        "1923055": "ribociclib_letrozole",
    }
    for code, drug in codes.items():
        assert vocabulary.by_code("rxnorm", code, "drug") == ("drug", drug)


def test_the_drugs_of_a_regimen_are_known(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.term("regimen", "tchp").components) == {
        "docetaxel",
        "carboplatin",
        "trastuzumab",
        "pertuzumab",
    }
    assert vocabulary.by_name("regimen", "KEYNOTE-522") == "keynote_522"
    assert vocabulary.by_name("regimen", "ddAC-T") == "ac_t"
    for regimen in vocabulary.terms["regimen"].values():
        assert len(regimen.components) > 1, regimen.id
