"""Screening says of many people what matching says of each of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.rules import Context
from abreast.screening.facts import facts_of
from abreast.screening.kernel import compile_trials, screen_facts
from abreast.trials.eligibility import CompiledStudy, Criterion, Span
from abreast.trials.match import Prepared, judge_prepared, prepare
from abreast.trials.registry import Study
from tests.generative import worlds


@st.composite
def studies(draw: st.DrawFn, number: int) -> Prepared:
    criteria = tuple(
        Criterion(
            draw(st.sampled_from(["inclusion", "exclusion"])),
            draw(st.sampled_from(["", "", "", "cohort A", "cohort B"])),
            "words",
            Span(0, 5),
            draw(worlds.rules),
            residue=draw(st.sampled_from([(), (), (Span(0, 2),)])),
        )
        for _ in range(draw(st.integers(0, 5)))
    )
    nct = f"NCT{number:08d}"
    study = Study(nct=nct, min_age=draw(st.none() | st.just(18.0)), sex=draw(st.sampled_from(["all", "female"])))
    return prepare(study, CompiledStudy(nct, "1", criteria))


@settings(max_examples=200)
@given(st.data(), st.lists(worlds.contexts, min_size=1, max_size=6))
def test_the_kernel_agrees_with_matching(data: st.DataObject, contexts: list[Context]) -> None:
    contexts = [context for context in contexts if context.case.facts or context.case.complete]
    prepared = [data.draw(studies(number)) for number in range(data.draw(st.integers(1, 3)))]
    facts = facts_of((f"p{at}", context.case) for at, context in enumerate(contexts))
    rows = screen_facts(facts, compile_trials(prepared), worlds.VOCABULARY, worlds.TODAY).to_pylist()
    said = {(row["patient"], row["nct"]): row for row in rows}
    assert len(rows) == len(contexts) * len(prepared)
    for at, context in enumerate(contexts):
        for study in prepared:
            row, verdict = said[f"p{at}", study.study.nct], judge_prepared(study, context)
            counts = verdict.best.counts
            positions = next(one for one in study.cohorts if one.name == verdict.best.cohort).criteria
            assert row["standing"] == verdict.standing
            assert row["not_yet"] == verdict.not_yet
            assert row["cohort"] == verdict.best.cohort
            assert (row["fits"], row["against"]) == (counts["fits"], counts["against"])
            assert row["open"] == counts["unknown"] + counts["team"]
            assert row["deciding"] == [
                position
                for position, one in zip(positions, verdict.best.criteria, strict=True)
                if one.label == "against"
            ]
