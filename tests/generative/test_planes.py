"""The bit planes say what the plain evaluator says, of arbitrary rules and arbitrary cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abreast.rules import TRUE, AtLeast, Compare, Context, Expression, FlagTest, Truth, all_of, any_of, evaluate, negate
from abreast.rules.planes import atom_planes, bits_of, compile_program, planes_of, truths
from tests.generative import worlds

SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}


@given(st.lists(worlds.rules, min_size=1, max_size=6), st.lists(worlds.contexts, min_size=1, max_size=8))
def test_planes_agree_with_the_plain_evaluator(rules: list[Expression], contexts: list[Context]) -> None:
    program = compile_program(rules)
    planes = program.run(atom_planes(program.atoms, contexts), words_at_once=1)
    for at, rule in enumerate(rules):
        expected = [SIGN[evaluate(rule, Context(context.case, context.today)).truth] for context in contexts]
        assert truths(planes, at, len(contexts)).tolist() == expected, rule


@given(st.data())
def test_the_joining_is_kleenes_for_more_patients_than_a_word_holds(data: st.DataObject) -> None:
    """Truth tables of arbitrary joins over arbitrary planes, 150 patients, without any case behind them."""
    leaves = [Compare(name, FlagTest(True)) for name in "abcdef"]
    rule = data.draw(st.recursive(st.sampled_from(leaves), worlds._trees, max_leaves=14))
    signs = np.array(
        data.draw(st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=6, max_size=6), min_size=150, max_size=150)),
        dtype=np.int8,
    ).T
    program = compile_program([rule, negate(rule)])
    given_planes = planes_of(signs[[leaves.index(atom) for atom in program.atoms if atom in leaves]])
    if len(program.atoms) != len(given_planes) // 2:
        return  # an impossible count made the rule a constant
    planes = program.run(given_planes)
    for patient in range(150):
        assert truths(planes, 0, 150)[patient] == _kleene(rule, dict(zip(leaves, signs[:, patient], strict=True)))
    assert (truths(planes, 1, 150) == -truths(planes, 0, 150)).all()


def _kleene(rule: Expression, signs: dict[Expression, int]) -> int:
    from abreast.rules.expression import All, AnyOf, Not

    match rule:
        case Not(part):
            return -_kleene(part, signs)
        case All(parts):
            return min(_kleene(part, signs) for part in parts)
        case AnyOf(parts):
            return max(_kleene(part, signs) for part in parts)
        case AtLeast(number, parts):
            each = [_kleene(part, signs) for part in parts]
            met, open_ = each.count(1), each.count(0)
            return 1 if met >= number else -1 if met + open_ < number else 0
        case _:
            return int(signs[rule])


def test_what_rules_have_in_common_is_worked_out_once() -> None:
    a, b, c = (Compare(name, FlagTest(True)) for name in ("pregnant", "measurable", "visceral"))
    both = all_of([a, b])
    program = compile_program([any_of([both, c]), negate(both), any_of([negate(a), negate(b)]), all_of([b, a])])
    assert len(program.atoms) == 3
    assert len(program.steps) == 2  # "a and b", and "that or c"; its opposite and its other spellings cost nothing


def test_rows_are_used_again() -> None:
    leaves = [Compare(name, FlagTest(True)) for name in ("pregnant", "measurable", "visceral", "bone_only")]
    rule = leaves[0]
    for turn in range(50):
        rule = any_of([negate(rule), all_of([leaves[turn % 4], negate(leaves[(turn + 1) % 4])])])
    program = compile_program([rule])
    assert program.rows - len(program.atoms) < 10 < len(program.steps)


@pytest.mark.parametrize("patients", [1, 63, 64, 65, 200])
def test_packing_and_unpacking(patients: int) -> None:
    signs = np.resize(np.array([1, 0, -1, -1, 0, 1, 1], dtype=np.int8), (2, patients))
    planes = planes_of(signs)
    assert (truths(planes, 1, patients) == signs[1]).all()
    assert bits_of(planes[0], patients).sum() == (signs[0] == 1).sum()


def test_atoms_must_fit() -> None:
    with pytest.raises(ValueError, match="expected 2 rows"):
        compile_program([TRUE]).run(np.zeros((4, 1), dtype=np.uint64))
