"""Operations that were for an earlier cancer."""

from __future__ import annotations

from tests.spec.disease.disease_tables import derived, rows


def test_an_operation_long_before_a_first_diagnosis_was_for_another_cancer() -> None:
    table = """
    operation  | diagnosis  | onset     | earlier
    -----------+------------+-----------+--------
    1998-04-21 | 2026-09-29 | de_novo   | yes
    1998       | 2026       | de_novo   | yes
    2026-10-10 | 2026-09-29 | de_novo   |
    2025-12-01 | 2026-09-29 | de_novo   |
    1998-04-21 | 2026-09-29 | recurrent |
    1998-04-21 | 2026-09-29 |           |
    """
    for operation, diagnosis, onset, expected in rows(table):
        came = f"; onset {onset}" if onset else ""
        case = derived(f"surgery procedure=mastectomy date={operation}; diagnosis.date {diagnosis}{came}")
        (surgery,) = case.items("surgery")
        assert surgery.get("earlier_cancer") is (True if expected else None), (operation, diagnosis, onset)
