"""Laws that hold for every rule and every case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from abreast.case import Case, Fact
from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Context,
    Expression,
    FlagTest,
    Known,
    Missing,
    Not,
    Residue,
    Team,
    Truth,
    all_of,
    any_of,
    at_least,
    check,
    deciders,
    evaluate,
    negate,
    not_yet,
    parse_rule,
    rule_text,
)
from abreast.rules.expression import atoms
from tests.generative import worlds

WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
RULES = st.recursive(worlds.atoms() | st.builds(Team, WORDS) | st.builds(Residue, WORDS), worlds._trees, max_leaves=12)


def simplest(rule: Expression) -> Expression:
    """Return the rule in the form that the joining functions make."""
    match rule:
        case Not(part):
            return negate(simplest(part))
        case All(parts):
            return all_of(simplest(part) for part in parts)
        case AnyOf(parts):
            return any_of(simplest(part) for part in parts)
        case AtLeast(number, parts):
            return at_least(number, [simplest(part) for part in parts])
        case _:
            return rule


def truth(rule: Expression, context: Context) -> Truth:
    return evaluate(rule, Context(context.case, context.today)).truth


@given(RULES)
def test_a_rule_written_and_read_is_the_same_rule(rule: Expression) -> None:
    rule = simplest(rule)
    check(rule, worlds.VOCABULARY)
    assert parse_rule(rule_text(rule), worlds.VOCABULARY) == rule


@given(RULES, worlds.contexts)
def test_the_simplest_form_says_the_same(rule: Expression, context: Context) -> None:
    assert truth(simplest(rule), context) is truth(rule, context)


@given(RULES, RULES, RULES, worlds.contexts)
def test_kleene_laws(a: Expression, b: Expression, c: Expression, context: Context) -> None:
    same = [
        (Not(Not(a)), a),
        (Not(All((a, b))), AnyOf((Not(a), Not(b)))),
        (Not(AnyOf((a, b))), All((Not(a), Not(b)))),
        (All((a, b)), All((b, a))),
        (AnyOf((a, b)), AnyOf((b, a))),
        (All((a, a)), a),
        (AnyOf((a, a)), a),
        (All((a, All((b, c)))), All((All((a, b)), c))),
        (All((a, AnyOf((b, c)))), AnyOf((All((a, b)), All((a, c))))),
        (AnyOf((a, All((b, c)))), All((AnyOf((a, b)), AnyOf((a, c))))),
        (AnyOf((a, All((a, b)))), a),
        (AtLeast(1, (a, b, c)), AnyOf((a, b, c))),
        (AtLeast(3, (a, b, c)), All((a, b, c))),
        (AtLeast(2, (a, b, c)), AnyOf((All((a, b)), All((a, c)), All((b, c))))),
        (Not(AtLeast(2, (a, b, c))), AtLeast(2, (Not(a), Not(b), Not(c)))),
    ]
    for left, right in same:
        assert truth(left, context) is truth(right, context)


@given(RULES, worlds.contexts)
def test_evaluation_never_raises_and_gives_its_reasons(rule: Expression, context: Context) -> None:
    answer = evaluate(rule, context)
    for one in answer.facts:
        assert context.case.fact(one)
    assert bool(answer.missing) is (answer.truth is Truth.UNKNOWN)
    assert set(answer.declared) <= {one.list for one in context.case.complete}
    deciders(rule, context)


@given(RULES, worlds.contexts)
def test_what_decided_an_answer_is_enough_for_it(rule: Expression, context: Context) -> None:
    """Of a case that holds nothing but the facts and declarations that an answer names, the rule says the same."""
    answer = evaluate(rule, context)
    assume(answer.truth is not Truth.UNKNOWN)
    case = context.case
    facts = tuple(fact for fact in case.facts if fact.id in answer.facts)
    complete = tuple(one for one in case.complete if one.list in answer.declared)
    assert truth(rule, Context(replace(case, facts=facts, complete=complete), context.today)) is answer.truth


UNDATED = worlds.single_facts() | worlds.items()


@given(RULES, st.lists(UNDATED, max_size=6), UNDATED)
def test_more_facts_never_turn_a_yes_into_a_no(rule: Expression, facts: list[Fact], more: Fact) -> None:
    """They make an open answer decided, or a decided one open (a conflict).

    Facts without a date are taken, of which none overtakes another. Rules that ask what is *known* are left out: they
    are meant to turn. So are declared lists: an item beside the word that there is no other breaks that word.
    """
    assume(not any(isinstance(atom, Known) for atom in atoms(rule)))
    before = Case.of(worlds.VOCABULARY, [replace(fact, date=None) for fact in facts])
    after = before.adding([replace(more, date=None)])
    first, second = (truth(rule, Context(case, worlds.TODAY)) for case in (before, after))
    assert {first, second} != {Truth.TRUE, Truth.FALSE}


@given(RULES, worlds.contexts)
def test_not_yet_names_a_day_on_which_it_holds(rule: Expression, context: Context) -> None:
    day = not_yet(rule, context)
    if day is not None:
        assert day > context.today
        assert truth(rule, context) is not Truth.TRUE
        assert truth(rule, context.on(day)) is Truth.TRUE


# --- what would decide ------------------------------------------------------------------------------------------

FLAGS = ("pregnant", "breastfeeding", "contraception", "swallows_tablets", "in_other_trial", "wishes_children")


@st.composite
def read_once(draw: st.DrawFn) -> Expression:
    """A rule in which every attribute stands once."""
    leaves: list[Expression] = [Compare(name, FlagTest(draw(st.booleans()))) for name in draw(st.permutations(FLAGS))]
    leaves = leaves[: draw(st.integers(1, len(FLAGS)))] + draw(st.lists(st.just(Team("judge")), max_size=1))
    while len(leaves) > 1:
        number = draw(st.integers(2, min(3, len(leaves))))
        taken, leaves = tuple(leaves[:number]), leaves[number:]
        joined = draw(
            st.sampled_from([All(taken), AnyOf(taken), AtLeast(2, taken), Not(All(taken)), Not(AnyOf(taken))])
        )
        leaves.append(joined)
    return leaves[0]


def can_become(rule: Expression, case: Case, names: tuple[str, ...], wanted: Truth) -> bool:
    """Whether some answers about these attributes give the wanted truth."""
    return any(
        truth(
            rule,
            Context(case.adding(Fact(name, value) for name, value in zip(names, values, strict=True)), worlds.TODAY),
        )
        is wanted
        for values in product((True, False), repeat=len(names))
    )


def asked(missing: tuple[Missing, ...]) -> tuple[str, ...]:
    return tuple(one.attribute for one in missing)


@given(read_once(), st.dictionaries(st.sampled_from(FLAGS), st.booleans()))
@settings(max_examples=60)
def test_what_would_decide_is_enough_and_nothing_smaller_is(rule: Expression, known: dict[str, bool]) -> None:
    case = Case.of(worlds.VOCABULARY, [Fact(name, value) for name, value in known.items()])
    context = Context(case, worlds.TODAY)
    assume(truth(rule, context) is Truth.UNKNOWN)
    found = deciders(rule, context)
    unknown = tuple(name for name in FLAGS if name not in known)
    for missing, wanted in ((found.to_true, Truth.TRUE), (found.to_false, Truth.FALSE)):
        if missing is None:
            assert not can_become(rule, case, unknown, wanted)
            continue
        assert can_become(rule, case, asked(missing), wanted)
        for smaller in combinations(unknown, len(missing) - 1):
            assert not can_become(rule, case, smaller, wanted)


@given(worlds.contexts, st.dates(dt.date(2026, 11, 22), dt.date(2030, 1, 1)))
def test_another_day_is_another_context(context: Context, day: dt.date) -> None:
    assert context.on(day).case is context.case
    assert context.on(day).kept == {}
