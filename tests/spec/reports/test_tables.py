"""Markers in tables: the table as a report prints it, and what is read from it."""

from __future__ import annotations

import pytest

from abreast.intake.report import read_text

HEADS_ABOVE = """
Part   Diagnosis                   ER       PR     HER2 IHC   Ki-67
A      Ductal carcinoma, left      90%      <1%    1+         20%
"""
PACKED = """
ER PR HER2 Ki-67
95% 40% 2+ 18%
"""
RESULT_ROWS = """
            ER         PR         HER2
Result      Positive   Negative   Equivocal
Percent     85         0          -
Score       -          -          2+
"""
MARKERS_BESIDE = """
| Marker | Result   | Percent | Pre-treatment core (03/2024) |
| ER     | Positive | 15      | Positive 60                  |
| HER2   | 0        | -       | 1+                           |
"""
SAMPLES_BESIDE = """
Marker      Core 03/2021    Liver 05/2024
ER          95%             10%
HER2        0               1+
"""
NESTED = """
Estrogen Receptor (ER) Status: Positive
  Percentage of Cells with Nuclear Positivity: 91-100%
"""
LABELS_ABOVE = """
ESTROGEN RECEPTOR
Value
Positive, 90%
Reference range
Negative <1%

HER2 (IHC)
Value
1+
"""
KEY = """
Scoring key
Score   ER      HER2
1       <1%     1+
"""


def read(text: str) -> set[str]:
    found = set()
    for one in read_text(text).findings:
        if one.attribute.startswith(("er_", "pr_", "her2_", "ki67")) and not one.get("derived"):
            value = f"{one.value:g}" if isinstance(one.value, float) else one.value
            day = f" of {one.date}" if one.date else ""
            found.add(f"{one.attribute}={value}{' (prior)' if one.qualifier == 'prior' else ''}{day}")
    return found


@pytest.mark.parametrize(
    ("table", "facts"),
    [
        (HEADS_ABOVE, {"er_percent=90", "pr_percent=<1", "her2_ihc=1+", "ki67_percent=20"}),
        (PACKED, {"er_percent=95", "pr_percent=40", "her2_ihc=2+", "ki67_percent=18"}),
        (
            RESULT_ROWS,
            {
                "er_status=positive", "er_percent=85", "pr_status=negative", "pr_percent=0", "her2_status=equivocal",
                "her2_ihc=2+",
            },
        ),
        (
            MARKERS_BESIDE,
            {
                "er_status=positive", "er_percent=15", "her2_ihc=0", "er_status=positive (prior) of 2024-03",
                "er_percent=60 (prior) of 2024-03", "her2_ihc=1+ (prior) of 2024-03",
            },
        ),
        (
            SAMPLES_BESIDE,
            {
                "er_percent=95 of 2021-03", "her2_ihc=0 of 2021-03", "er_percent=10 of 2024-05",
                "her2_ihc=1+ of 2024-05",
            },
        ),
        (NESTED, {"er_status=positive", "er_percent=91-100"}),
        (LABELS_ABOVE, {"er_status=positive", "er_percent=90", "her2_ihc=1+"}),
        (KEY, set()),
    ],
    ids=["above", "packed", "rows of results", "markers beside", "samples beside", "nested", "labels above", "key"],
)  # fmt: skip
def test_table(table: str, facts: set[str]) -> None:
    assert read(table) == facts
