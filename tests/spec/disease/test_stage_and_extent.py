"""The anatomic stage, how far the cancer has spread, and whom this is for."""

from __future__ import annotations

import pytest

from tests.spec.disease.disease_tables import check_one, derived, rows, said


def test_anatomic_stage_groups() -> None:
    """T down, N across; M0. The stage is the same from clinical and from pathologic categories."""
    table = """
    T   | N0   | N1mi | N1   | N2   | N3
    ----+------+------+------+------+-----
    Tis | 0    |      |      |      |
    T0  |      | IB   | IIA  | IIIA | IIIC
    T1  | IA   | IB   | IIA  | IIIA | IIIC
    T2  | IIA  | IIB  | IIB  | IIIA | IIIC
    T3  | IIB  | IIIA | IIIA | IIIA | IIIC
    T4  | IIIB | IIIB | IIIB | IIIB | IIIC
    """
    for t, *stages in rows(table):
        for n, stage in zip(("N0", "N1mi", "N1", "N2", "N3"), stages, strict=True):
            for way in ("clinical", "pathologic"):
                facts = f"t.{way} {t}; n.{way} {n}; m.clinical M0"
                assert said(derived(facts), "stage.anatomic") == stage, facts


def test_anatomic_stage() -> None:
    check_one(
        "stage.anatomic",
        """
        facts                                                                        | stage.anatomic
        t.clinical T1c; n.clinical N0; m.clinical M0                                 | IA
        t.clinical T4d; n.clinical N1; m.clinical M0                                 | IIIB
        t.clinical T2; n.clinical N3c; m.clinical M0                                 | IIIC
        t.clinical T2; n.clinical N0                                                 |
        t.clinical TX; n.clinical N0; m.clinical M0                                  |
        m.clinical M1                                                                | IV
        m.pathologic M1                                                              | IV
        t.clinical T2; n.clinical N0; m.clinical M1                                  | IV
        t.clinical T3; n.clinical N0; t.pathologic T2; n.pathologic N1a; m.clinical M0 | IIB
        t.post_treatment T1; n.post_treatment N0; m.clinical M0                      |
        """,
    )


def test_the_stated_stage_stands_beside_it() -> None:
    case = derived("stage.stated IIIA; t.clinical T2; n.clinical N0; m.clinical M0")
    assert said(case, "stage.stated") == "IIIA"
    assert said(case, "stage.anatomic") == "IIA"
    assert said(case, "extent") == "conflict"


def test_extent() -> None:
    check_one(
        "extent",
        """
        facts                                                   | extent
        stage.stated 0                                          | in_situ
        stage.stated IIB                                        | early
        stage.stated IIIC                                       | locally_advanced
        stage.stated IV                                         | metastatic
        t.clinical T2; n.clinical N0; m.clinical M0             | early
        m.clinical M0                                           | nonmetastatic
        m.clinical M1                                           | metastatic
        metastasis site=bone                                    | metastatic
        metastasis site=axillary_node                           |
        stage.stated III; metastasis site=axillary_node         | locally_advanced
        perhaps metastasis site=bone                            |
        no metastasis site=distant                              | nonmetastatic
        no metastasis site=brain                                |
        locoregional_recurrence yes                             | locoregional_recurrence
        stage.stated II; locoregional_recurrence yes            | locoregional_recurrence
        locoregional_recurrence yes; metastasis site=liver      | metastatic
        metastatic.date 2020-03                                 | metastatic
        """,
    )


def test_signs_that_disagree_are_a_conflict_unless_time_explains_them() -> None:
    check_one(
        "extent",
        """
        facts                                                               | extent
        stage.stated IIIA; metastasis site=bone                             | conflict
        @2015 stage.stated IIIA; metastasis site=bone date=2020             | metastatic
        @2015 stage.stated IIIA; @2020 metastasis site=bone                 | metastatic
        @2015 stage.stated IIIA; metastasis site=bone                       | conflict
        stage.stated IIIA; metastasis site=bone date=2020                   | conflict
        @2021 stage.stated IIIA; metastasis site=bone date=2020             | conflict
        @2020-05 stage.stated IIIA; metastasis site=bone date=2020          | conflict
        stage.stated II; onset recurrent; metastasis site=bone              | metastatic
        @2015 m.clinical M0; metastasis site=liver date=2019                | metastatic
        @2015 stage.stated II; @2019 stage.stated IV                        | metastatic
        stage.stated II; metastatic.date 2020                               | conflict
        @2015 stage.stated II; metastatic.date 2020                         | metastatic
        stage.stated IIB; stage.stated IIIC                                 | conflict
        stage.stated IIIA; stage.stated IIIC                                | locally_advanced
        """,
    )


@pytest.mark.parametrize("facts", ["stage.stated I", "stage.stated 0", "t.clinical T1; n.clinical N0; m.clinical M0"])
def test_whom_this_is_not_for_is_told_where_to_go(facts: str) -> None:
    case = derived(facts)
    scope = case.read("in_scope").fact
    assert scope is not None
    assert scope.value is False
    assert "1-800-4-CANCER" in scope.note
    assert scope.source.facts


def test_whom_this_is_for() -> None:
    check_one(
        "in_scope",
        """
        facts                                      | in_scope
        stage.stated IIIB                          | yes
        stage.stated IV                            | yes
        metastasis site=bone                       | yes
        locoregional_recurrence yes                | yes
        stage.stated IIA                           | no
        m.clinical M0                              |
        sex female                                 |
        stage.stated II; metastasis site=bone      |
        stage.stated II; stage.stated III          |
        stage.stated III; metastasis site=bone     | yes
        """,
    )


def test_bone_only() -> None:
    """A list of places must be complete before "only" can be said."""
    check_one(
        "bone_only",
        """
        facts                                                                      | bone_only
        metastasis site=bone                                                       |
        metastasis site=bone; complete metastasis                                  | yes
        metastasis site=spine; complete metastasis                                 | yes
        metastasis site=bone; metastasis site=axillary_node; complete metastasis   | yes
        metastasis site=bone; metastasis site=liver                                | no
        metastasis site=liver; complete metastasis                                 | no
        stage.stated II                                                            | no
        metastasis site=distant; complete metastasis                               |
        """,
    )


def test_visceral() -> None:
    check_one(
        "visceral",
        """
        facts                                        | visceral
        metastasis site=liver                        | yes
        metastasis site=lung; metastasis site=bone   | yes
        metastasis site=bone                         |
        metastasis site=bone; complete metastasis    | no
        no metastasis site=visceral                  | no
        stage.stated II                              | no
        """,
    )


def test_onset() -> None:
    check_one(
        "onset",
        """
        facts                                                             | onset
        diagnosis.date 2020-01-10; metastatic.date 2020-02-20             | de_novo
        diagnosis.date 2020-01-10; metastasis site=bone date=2020-02-20   | de_novo
        diagnosis.date 2015-01-10; metastatic.date 2020-02-20             | recurrent
        diagnosis.date 2020-01-10; metastatic.date 2020-05-20             |
        diagnosis.date 2015-01-10; metastasis site=bone date=2020-02-20   |
        diagnosis.date 2020; metastatic.date 2020                         |
        recurrence.date 2020                                              | recurrent
        stage.stated IV                                                   |
        @2020-01-10 stage.stated IIIA; diagnosis.date 2020-01-10; metastasis site=bone date=2020-01-10 |
        stage.stated IV; therapy drug=tamoxifen setting=adjuvant          | recurrent
        """,
    )
