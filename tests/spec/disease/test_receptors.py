"""Receptors and subtype."""

from __future__ import annotations

from tests.spec.disease.disease_tables import check_one, derived, said


def test_estrogen_receptor() -> None:
    check_one(
        "er.status",
        """
        facts                                 | er.status
        er.percent 0 %                        | negative
        er.percent <1 %                       | negative
        er.percent 1 %                        | low_positive
        er.percent 10 %                       | low_positive
        er.percent 5 to 10 %                  | low_positive
        er.percent 11 %                       | clearly_positive
        er.percent >=1 %                      | positive
        er.percent 5 to 20 %                  | positive
        er.percent 0 to 5 %                   |
        er.percent 90 %; er.status positive   | clearly_positive
        er.percent 90 %; er.status negative   | conflict
        er.status positive                    | positive
        @2019 er.percent 90 %; @2024 er.percent 0 % | negative
        @2019 er.status positive; @2024 er.percent 0 % | negative
        perhaps er.percent 90 %               |
        """,
    )


def test_progesterone_receptor() -> None:
    check_one(
        "pr.status",
        """
        facts             | pr.status
        pr.percent 0 %    | negative
        pr.percent 1 %    | positive
        pr.percent 60 %   | positive
        """,
    )


def test_hormone_receptors() -> None:
    check_one(
        "hr.status",
        """
        facts                                     | hr.status
        er.status positive                        | positive
        er.percent 3 %                            | positive
        er.status negative                        |
        er.status negative; pr.status negative    | negative
        er.status negative; pr.status positive    | positive
        er.status negative; er.status positive    |
        """,
    )


def test_her2() -> None:
    """IHC 2+ stays open until the gene test; "0" may still be ultralow."""
    check_one(
        "her2.status",
        """
        facts                                              | her2.status
        her2.ihc 3+                                        | positive
        her2.ihc 2+                                        |
        her2.ihc 2+; her2.ish amplified                    | positive
        her2.ihc 2+; her2.ish not_amplified                | low
        her2.ihc 2+; her2.ish equivocal                    |
        her2.ihc 1+                                        | low
        her2.ihc 1+; her2.ish not_amplified                | low
        her2.ihc 1+; her2.ish amplified                    | conflict
        her2.ihc 0                                         | zero_or_ultralow
        her2.ihc ultralow                                  | ultralow
        her2.ihc 0_no_staining                             | zero
        her2.ish amplified                                 | positive
        her2.ish not_amplified                             | negative
        her2.ihc 3+; her2.ish not_amplified                | conflict
        her2.ihc 1+; her2.status negative                  | low
        her2.ihc 1+; her2.status positive                  | conflict
        her2.status negative                               | negative
        """,
    )


def test_results_of_different_samples_are_not_put_together() -> None:
    check_one(
        "her2.status",
        """
        facts                                                             | her2.status
        @2024-03-01 her2.ihc 2+; @2024-03-20 her2.ish not_amplified       | low
        @2024-03-01 her2.ihc 2+; @2019-03-20 her2.ish not_amplified       |
        @2024-03-01 her2.ihc 2+; @2019-03-20 her2.status negative         | negative
        @2019-01-01 her2.ihc 3+; @2024-01-01 her2.ihc 1+                  | low
        """,
    )


def test_subtype() -> None:
    check_one(
        "subtype",
        """
        facts                                                            | subtype
        er.status positive; pr.status positive; her2.status negative     | hr_positive_her2_negative
        er.status positive; her2.ihc 1+                                  | hr_positive_her2_negative
        er.status positive; her2.ihc 3+                                  | hr_positive_her2_positive
        er.percent 0 %; pr.percent 0 %; her2.ihc 3+                      | hr_negative_her2_positive
        er.percent 0 %; pr.percent 0 %; her2.ihc 0                       | triple_negative
        er.status positive                                               | hr_positive
        er.status positive; her2.ihc 2+                                  | hr_positive
        her2.ihc 3+                                                      | her2_positive
        er.status negative; her2.status negative                         | her2_negative
        er.status negative; pr.status negative                           | hr_negative
        er.status negative; pr.status negative; her2.ihc 2+              | hr_negative
        er.status negative                                               |
        """,
    )


def test_every_step_can_be_followed_to_the_record() -> None:
    case = derived("er.percent 90 %; her2.ihc 1+")
    subtype = case.read("subtype").fact
    assert subtype is not None
    assert said(case, "subtype") == "hr_positive_her2_negative"
    hr, her2 = (case.fact(one) for one in subtype.source.facts)
    assert (hr.attribute, her2.attribute) == ("hr.status", "her2.status")
    assert her2.source.facts == ("her2.ihc:1",)
    assert any("JCO.22.02864" in citation for citation in her2.source.citations)
    assert all("reviewed 20" in citation for citation in her2.source.citations)
    assert "1+" in her2.note
