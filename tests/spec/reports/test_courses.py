"""Courses of treatment in letters: what was given, from when to when, and what only speaks of it. A row a sentence."""

from __future__ import annotations

import pytest

from abreast.intake.report import read_text
from abreast.intake.report.model import Finding

TABLE = """
# Treatments with drugs: start and stop, cycles.
Letrozole 08/2021 -> 11/2024                              -> letrozole 2021-08 to 2024-11
AC x 4 then paclitaxel x 4, 09/2023 - 01/2024     -> AC 2023-09 to 2024-01, paclitaxel 2023-09 to 2024-01
FEC-T x 6, Aug - Dec 2011                                 -> FEC-T 2011-08 to 2011-12
Paclitaxel weekly x 12, Feb 26 - May 13, 2024             -> paclitaxel 2024-02-26 to 2024-05-13
Capecitabine 06-2021 to 09-2021                           -> capecitabine 2021-06 to 2021-09
Capecitabine Nov - Feb 2012                               -> capecitabine 2011-11 to 2012-02
2L elacestrant 11/24, tolerating well                     -> elacestrant 2024-11
Stopped tamoxifen in 2020                                 -> tamoxifen to 2020
Kisqali since Nov 2023, reduced in Feb 2024               -> ribociclib 2023-11
Tamoxifen 01/2024, planned 5-10 years                     -> tamoxifen 2024-01
Maintenance HP until 6/2023                               -> pertuzumab to 2023-06, trastuzumab to 2023-06
No - received docetaxel 4/2021-8/2021                     -> docetaxel 2021-04 to 2021-08
Should I go on Truqap or Itovebi?                         -> capivasertib considered, inavolisib considered
TC 5600, Plt 1.34 lakh on 28/10/23                        -> nothing

# Radiation: place, dose, or the operation it belongs to.
Left breast, 42.56 Gy in 16, June 2024                    -> radiation breast 42.56 Gy, 2024-06
8 Gy single fraction L2, 14/08/2024                       -> radiation L2 8 Gy, 2024-08-14
WLE + RT 2011                                             -> radiation breast, 2011
PMRT to follow                                            -> radiation chest wall planned
PMRT likely regardless                                    -> nothing
Heart mean 1.1 Gy, left lung V20 22 %                     -> nothing
Radiotherapy to the breast in progress, day 4 of 15       -> radiation breast
Declined RT after lumpectomy                              -> radiation breast declined
"""


def told(one: Finding) -> str:
    words = [f"{one.value}" if one.attribute == "therapy" else f"radiation {one.value}", one.get("start")]
    words += [f"to {one.get('stop')}"] if one.get("stop") else []
    words += [f"{float(one.get('dose_gy')):g} Gy"] if one.get("dose_gy") else []
    words += [one.qualifier] if one.qualifier != "historical" else []
    dated = one.attribute == "radiation" and one.date
    return " ".join(filter(None, words)) + (f", {one.date}" if dated else "")


ROWS = [
    tuple(part.strip() for part in row.rsplit(" -> ", 1))
    for row in TABLE.strip().splitlines()
    if row and not row.startswith("#")
]


@pytest.mark.parametrize(("words", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_course(words: str, meaning: str) -> None:
    found = read_text(f"Oncology clinic letter\n\n{words}\n").findings
    courses = [told(one) for one in found if one.attribute in ("therapy", "radiation") and not one.unclear]
    assert ", ".join(sorted(courses)) == ("" if meaning == "nothing" else meaning)


GOES_ON = """
On weekly paclitaxel                                      -> goes on
Zometa every 12 weeks                                     -> goes on
Elacestrant since 11/2024, tolerating well                -> goes on
Pt stopped Verzenio 2 weeks ago                           -> ended
s/p neoadjuvant TCHP x6                                   -> ended
She had docetaxel before her mastectomy                   -> ended
Lumpectomy, anastrozole x 5 yrs                           -> ended
"""


@pytest.mark.parametrize(("words", "meaning"), [row.split("->") for row in GOES_ON.strip().splitlines()])
def test_whether_a_treatment_goes_on(words: str, meaning: str) -> None:
    """Wrongly going on, it would count as the treatment of today."""
    found = read_text(f"Oncology clinic letter\n\n{words.strip()}\n").findings
    [course] = [one for one in found if one.attribute == "therapy"]
    assert course.qualifier == {"goes on": "", "ended": "historical"}[meaning.strip()]
