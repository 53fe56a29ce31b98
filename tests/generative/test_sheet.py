"""A sheet of rules says what the plain evaluator says, reasons included, of arbitrary rules and arbitrary cases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abreast.case import Case, Declaration, Fact
from abreast.rules import Context, Expression, Has, TermTest, Where, evaluate
from abreast.rules.sheet import Sheet
from tests.generative import worlds
from tests.generative.case_worlds import VOCABULARY


@given(st.lists(worlds.rules, min_size=1, max_size=6), st.lists(worlds.contexts, min_size=1, max_size=4))
def test_a_sheet_agrees_with_the_plain_evaluator(rules: list[Expression], contexts: list[Context]) -> None:
    sheet = Sheet(rules, contexts[0].vocabulary)
    for context in contexts:  # one sheet, several cases: nothing of one may show in the next
        answers = sheet.fill(context)
        plain = Context(context.case, context.today)
        for rule in sheet.rules:
            place = sheet.place(rule)
            answer = answers[place] or sheet.silent(place)
            assert answer == context.kept.get(rule, answer) == evaluate(rule, plain), rule


DRUGS = st.sampled_from(["palbociclib", "cdk4_6_inhibitor", "letrozole", "trastuzumab", "capecitabine", "chemotherapy"])
THERAPIES = st.lists(DRUGS.map(lambda drug: Fact("therapy", fields={"drug": (drug,)})), max_size=4)
QUESTIONS = st.lists(st.lists(DRUGS, min_size=1, max_size=3, unique=True), min_size=1, max_size=5)


@given(THERAPIES, st.booleans(), st.booleans(), QUESTIONS)
def test_a_drug_that_no_item_could_be_is_a_plain_no(
    therapies: list[Fact], complete: bool, nameless: bool, asked: list[list[str]]
) -> None:
    facts = [*therapies, *([Fact("therapy", fields={"setting": ("metastatic",)})] if nameless else [])]
    case = Case.of(VOCABULARY, facts, complete=[Declaration("therapy")] if complete else [])
    rules = [Has("therapy", (Where("drug", TermTest(tuple(drugs))),)) for drugs in asked]
    sheet = Sheet(rules, VOCABULARY)
    context = Context(case, worlds.TODAY)
    answers = sheet.fill(context)
    for rule in rules:
        place = sheet.place(rule)
        answer = answers[place] or sheet.silent(place)
        assert answer == evaluate(rule, Context(case, worlds.TODAY))
