"""Whole studies: their parts, the honest line, ranking, and what would decide most."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from abreast.case import Case, Declaration, Fact
from abreast.foundation.dates import PartialDate
from abreast.rules import Context, Residue, Team, parse_rule
from abreast.trials.eligibility import CompiledStudy, Criterion, Span, read_criterion
from abreast.trials.match import TrialVerdict, judge_trial, rank, what_would_decide
from abreast.trials.registry import Copy, Site, Study, locate_zip
from abreast.vocabulary import Quantity, load_vocabulary

VOCABULARY = load_vocabulary()
TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def context() -> Context:
    """A woman of 52, ER positive, with an ESR1 change, off letrozole since 1 November."""
    end = PartialDate.parse("2026-11-01")
    facts = [
        Fact("age", Quantity.exact(52, "a"), id="age"),
        Fact("sex", "female", id="sex"),
        Fact("er.status", "positive", id="er"),
        Fact("variant", fields={"gene": ("ESR1",), "significance": ("pathogenic",)}, id="esr1"),
        Fact("therapy", fields={"drug": ("letrozole",), "end": (end,)}, id="letrozole"),
    ]
    return Context(Case.of(VOCABULARY, facts, [Declaration("therapy")]), TODAY)


def study(nct: str = "NCT00000001", **fields: object) -> Study:
    known: dict[str, object] = {
        "title": "A Drug in Advanced Breast Cancer",
        "conditions": ("Breast Cancer",),
        "status": "RECRUITING",
        "status_verified": PartialDate.parse("2026-09"),
        "study_type": "interventional",
        "primary_purpose": "TREATMENT",
        "phases": ("PHASE2",),
    }
    return Study(nct=nct, **{**known, **fields})  # type: ignore[arg-type]


def criteria(*rows: str) -> CompiledStudy:
    """Criteria from rows such as ``+ er.status is positive`` or ``- B: has therapy(drug: chemotherapy)``."""
    made = []
    for row in rows:
        sign, text = row.split(" ", 1)
        cohort, _, text = text.partition(": ") if text[1:3] == ": " else ("", "", text)
        rule = {"TEAM": Team("x"), "UNREAD": Residue(text)}.get(text) or parse_rule(text, VOCABULARY)
        residue = (Span(0, len(text)),) if text == "UNREAD" else ()
        section = "inclusion" if sign == "+" else "exclusion"
        made.append(Criterion(section, cohort, text, Span(0, len(text)), rule, residue=residue))  # type: ignore[arg-type]
    return CompiledStudy("", "1", tuple(made))


LINES = [
    (["+ er.status is positive"], "nothing against it"),
    (["+ er.status is positive", "+ TEAM"], "nothing against it; 1 for the trial team"),
    (["+ pregnant is no", "+ ecog <= 1"], "nothing against it; 2 things to confirm"),
    (
        ["+ pregnant is no", "+ UNREAD", "- TEAM"],
        "nothing against it; 1 thing to confirm, 1 not understood, 1 for the trial team",
    ),
    (["+ UNREAD", "- UNREAD"], "could not be judged: 2 not understood"),
    ([], "its record gives no criteria; ask the study"),
    (["+ er.status is negative"], "against: “er.status is negative”"),
    (["+ er.status is negative", "- sex is female", "+ UNREAD"], "against: “er.status is negative” and 1 more"),
    (["- has therapy(drug: letrozole, end: within 43 days)"], "not yet: from 15 December 2026"),
    (["- has therapy(end: within 43 days)", "+ er.status is negative"], "against: “er.status is negative” and 1 more"),
    (["+ A: er.status is negative", "+ B: er.status is positive"], "nothing against it (for B)"),
    (["+ A: er.status is negative"], "nothing against it (outside A)"),
    (["+ A: er.status is negative", "+ B: sex is male"], "against: “er.status is negative” (for A)"),
]


@pytest.mark.parametrize(("rows", "line"), LINES, ids=[line for _, line in LINES])
def test_the_honest_line(rows: list[str], line: str, context: Context) -> None:
    assert judge_trial(study(), criteria(*rows), context).label == line


def test_the_registrys_own_limits_are_criteria(context: Context) -> None:
    verdict = judge_trial(study(min_age=18.0, max_age=50.0, sex="male"), criteria(), context)
    said = [(one.criterion.text, one.label, one.source) for one in verdict.best.criteria]
    assert said == [
        ("Minimum age: 18 years", "fits", "registry"),
        ("Maximum age: 50 years", "against", "registry"),
        ("Sex: male", "against", "registry"),
    ]
    assert verdict.standing == "against"
    # Completed years: who is 52 has not passed 52.
    assert judge_trial(study(max_age=52.0), criteria(), context).standing == "nothing_against"


def test_a_cohorts_criterion_counts_only_there(context: Context) -> None:
    rows = criteria(
        "+ er.status is positive", "+ A: sex is male", "- B: has therapy(drug: letrozole)", "+ C: ecog <= 1"
    )
    verdict = judge_trial(study(), rows, context)
    assert [(one.cohort, one.standing) for one in verdict.cohorts] == [
        ("C", "nothing_against"),
        ("A", "against"),
        ("B", "against"),
    ]
    assert [one.criterion.text for one in verdict.best.criteria] == ["er.status is positive", "ecog <= 1"]


SEVERAL_CANCERS = ("+ cancer is breast", "+ cancer is other", "+ cancer is ovarian and has therapy(drug: platinum)")


@pytest.mark.parametrize(
    ("named", "rows", "standing", "counted"),
    [
        (("Breast Cancer", "Lung Cancer"), SEVERAL_CANCERS, "nothing_against", 1),
        (("Neoplasms",), SEVERAL_CANCERS, "nothing_against", 1),  # a requirement names it
        (("Neoplasms",), SEVERAL_CANCERS[1:], "against", 2),
        (("Breast Cancer",), ("- cancer is other",), "nothing_against", 1),
        (("Breast Cancer",), ("+ A: cancer is other", "+ B: cancer is breast"), "nothing_against", 1),
    ],
    ids=["in the record", "in a requirement", "nowhere", "an exclusion stays", "a part that is named"],
)
def test_what_is_asked_of_other_cancers(
    named: tuple[str, ...], rows: tuple[str, ...], standing: str, counted: int, context: Context
) -> None:
    """In a study that takes breast cancer among others, the others' requirements turn nobody away."""
    breast = replace(context, case=context.case.adding([Fact("cancer", "breast", id="cancer")]))
    verdict = judge_trial(study(title="A Drug", conditions=named), criteria(*rows), breast)
    assert (verdict.standing, len(verdict.best.criteria)) == (standing, counted)


def test_what_a_study_asks_for_by_name(context: Context) -> None:
    special = judge_trial(study(), criteria("+ has variant(gene: ESR1)", "+ er.status is positive"), context)
    plain = judge_trial(study(), criteria("+ er.status is positive or er.status is negative"), context)
    excluded = judge_trial(study(), criteria("- has variant(gene: BRCA1)", "+ age >= 18"), context)
    assert special.asks_for[0] == "a change in ESR1"
    assert special.specificity > plain.specificity > excluded.specificity == 0


def test_never_open_when_it_cannot_be_known(context: Context) -> None:
    stale = study(status_verified=PartialDate.parse("2023-01"))
    old = study(copy=Copy("x", PartialDate.parse("2020"), converted=True))
    assert judge_trial(study(), criteria(), context).is_open
    assert not judge_trial(stale, criteria(), context).is_open
    assert not judge_trial(old, criteria(), context).is_open


def test_the_way_to_the_nearest_site_that_takes_people(context: Context) -> None:
    here = locate_zip("60611")
    near = Site(facility="closed", lat=here.lat, lon=here.lon, status="COMPLETED")
    far = Site(facility="open", lat=here.lat + 1, lon=here.lon, status="RECRUITING")
    verdict = judge_trial(study(sites=(near, far)), criteria(), context, here)
    assert verdict.miles == pytest.approx(69.1, abs=0.3)
    assert judge_trial(study(sites=(near, far)), criteria(), context).miles is None


def ranked(context: Context, *pairs: tuple[Study, CompiledStudy]) -> list[str]:
    verdicts = [judge_trial(one, rows, context) for one, rows in pairs]
    return [one.nct for one in rank(verdicts).treatment]


ORDERS = [
    # (worse, better), each as (fields of the study, criteria)
    (({"title": "Colon Cancer", "conditions": ("Colon Cancer",)}, []), ({}, ["+ er.status is negative"])),
    (({"status": "COMPLETED"}, []), ({}, ["+ er.status is negative"])),
    (({"status_verified": PartialDate.parse("2022-01")}, []), ({}, ["+ sex is male"])),
    (({"status": "NOT_YET_RECRUITING"}, ["+ has variant(gene: ESR1)"]), ({}, ["+ er.status is positive"])),
    (({}, ["+ has variant(gene: ESR1)", "+ sex is male"]), ({}, ["+ age >= 18"])),
    (({}, ["- has therapy(end: within 43 days)"]), ({}, ["+ ecog <= 1"])),
    (({}, ["+ er.status is positive"]), ({}, ["+ has variant(gene: ESR1)"])),
    (({}, ["+ ecog <= 1"]), ({}, ["+ age >= 18"])),
    (({"phases": ("PHASE1",)}, []), ({"phases": ("PHASE3",)}, [])),
]


@pytest.mark.parametrize(("worse", "better"), ORDERS)
def test_ranking(
    worse: tuple[dict[str, object], list[str]], better: tuple[dict[str, object], list[str]], context: Context
) -> None:
    first = study("NCT00000001", **worse[0]), criteria(*worse[1])
    second = study("NCT00000002", **better[0]), criteria(*better[1])
    assert ranked(context, first, second) == ["NCT00000002", "NCT00000001"]


def test_three_lists(context: Context) -> None:
    care = study("NCT00000002", primary_purpose="SUPPORTIVE_CARE", title="Yoga")
    watched = study("NCT00000003", study_type="observational")
    lists = rank([judge_trial(one, criteria(), context) for one in (care, watched, study())])
    assert [[one.nct[-1] for one in each] for each in (lists.treatment, lists.supportive, lists.observational)] == [
        ["1"],
        ["2"],
        ["3"],
    ]


def deciders(context: Context, *rows: list[str]) -> dict[str, tuple[int, int, int]]:
    verdicts: list[TrialVerdict] = [
        judge_trial(study(f"NCT0000000{number}"), criteria(*one), context) for number, one in enumerate(rows)
    ]
    found = what_would_decide(verdicts, context)
    return {one.attribute: (len(one.trials), len(one.closes), len(one.opens)) for one in found}


def test_what_would_decide(context: Context) -> None:
    found = deciders(
        context,
        ["+ ecog <= 1"],
        ["+ ecog <= 2", "+ pregnant is no"],
        ["+ ecog <= 1 or pregnant is no"],
        ["+ pregnant is no", "+ er.status is negative"],
        ["+ lvef >= 50 %", "+ UNREAD"],
        ["+ TEAM"],
    )
    assert found == {
        "ecog": (3, 2, 2),  # two limits of one thing; alone it cannot close the third study
        "pregnant": (1, 1, 0),
        "lvef": (1, 1, 0),  # what was not understood could still stand in the way
    }


def test_conditions_make_different_questions(context: Context) -> None:
    rows = criteria("- has metastasis(site: brain)", "- has metastasis(site: liver)")
    found = what_would_decide([judge_trial(study(), rows, context)], context)
    assert len(found) == 2
    assert all(one.closes == ("NCT00000001",) for one in found)


def test_a_part_can_ask_by_its_name(context: Context) -> None:
    """Whoever is ER positive is not for a part that is called triple negative, whatever else it asks."""
    text = "Age of 18 years or older"
    cohorts = ("Cohort 1 (triple negative breast cancer) only", "Cohort 2 only")
    rows = tuple(
        Criterion("inclusion", name, text, Span(0, len(text)), parse_rule("age >= 18", VOCABULARY)) for name in cohorts
    )
    named = tuple((name, read_criterion(name, "inclusion").rule) for name in cohorts)
    verdict = judge_trial(study(), CompiledStudy("", "1", rows, named), context)
    assert [(one.cohort, one.standing) for one in verdict.cohorts] == [
        (cohorts[1], "nothing_against"),
        (cohorts[0], "against"),
    ]


def test_a_wider_limit_for_some_does_not_ask_for_them(context: Context) -> None:
    limit = criteria("+ alt <= 2.5 x ULN or has variant(gene: ESR1)")
    either = criteria("+ has variant(gene: PIK3CA) or has variant(gene: ESR1)")
    assert judge_trial(study(), limit, context).asks_for == ()
    assert judge_trial(study(), either, context).asks_for == ("a change in ESR1",)
