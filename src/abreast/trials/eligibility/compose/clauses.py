"""Clauses: "A except B", "A if B", "A defined as B", "A including B", and what semicolons and "but" hold apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from abreast.rules import (
    FALSE,
    TRUE,
    All,
    Compare,
    Expression,
    Has,
    Not,
    Residue,
    Team,
    TermTest,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import is_dated, walk
from abreast.trials.eligibility.compose.lists import joined_list
from abreast.trials.eligibility.compose.nodes import Node, any_sex, is_negated, qualifying, split, trimmed
from abreast.trials.eligibility.compose.parentheses import without_parentheses
from abreast.trials.eligibility.compose.passage import Passage
from abreast.trials.eligibility.compose.rewriting import as_allergy, minor_cancers, without_items, without_minor


def _asks_of_some(nodes: Sequence[Node]) -> bool:
    """Whether a condition without a sequel is about treatment, which only some have had."""
    return {node.main for node in nodes if node.kind == "E"} <= {"therapy", "qualifier"}


def clause(here: Passage, nodes: Sequence[Node], depth: int = 0) -> Expression:
    """Return the rule that words and rules side by side stand for; nothing at all asks for nothing."""
    nodes = without_parentheses(here, list(nodes), depth, clause)
    nodes = trimmed(any_sex(nodes))
    if not nodes:
        return TRUE if here.section == "inclusion" else FALSE
    opening = next((i for i, node in enumerate(nodes) if node.kind in ("anyof", "incl", "eg")), None)
    if opening is not None and depth < 20:
        tail = [Node("or", node.start, node.end) if node.kind == "semi" else node for node in nodes[opening + 1 :]]
        if nodes[opening].kind == "anyof":
            return _any_of_following(here, nodes[:opening], nodes[opening + 1 :], depth)
        nodes = [*nodes[: opening + 1], *tail]
    for kind in ("semi", "stop", "but"):
        parts = split(nodes, kind)
        if len(parts) > 1:
            rules = [clause(here, part, depth + 1) for part in parts if part]
            if kind == "semi" and any("or" in (part[0].kind, part[-1].kind) for part in parts):
                return any_of(rules)
            return all_of(rules) if here.section == "inclusion" or kind == "but" else any_of(rules)
    for index, node in enumerate(nodes):
        if node.kind == "regardless":
            end = next((i for i in range(index + 1, len(nodes)) if nodes[i].kind in ("comma", "and")), len(nodes))
            return clause(here, [*nodes[:index], *nodes[end:]], depth + 1)
        if node.kind in ("except", "unless") and depth < 20:
            return _except(here, nodes[:index], nodes[index + 1 :], node.kind, depth)
        if node.kind in ("if", "provided") and depth < 20:
            return _if(here, nodes[:index], nodes[index + 1 :], depth)
        if node.kind == "defined":
            return _defined(here, nodes[:index], nodes[index + 1 :], depth)
        if node.kind in ("eg", "incl"):
            lifted = _lifted(here, nodes, index)
            if lifted and depth < _DEEPEST:
                return _except(here, nodes[:lifted], nodes[lifted + 1 :], nodes[lifted].kind, depth)
            return _including(here, nodes[:index], nodes[index + 1 :], depth)
    return joined_list(here, nodes)


_DEEPEST = 20


def _lifted(here: Passage, nodes: Sequence[Node], index: int) -> int:
    """Return where an "unless" stands behind examples under "Exclusion", or 0: it counts for all before it."""
    if here.section != "exclusion" or is_negated(list(nodes[:index])):
        return 0
    return next((at for at in range(index + 1, len(nodes)) if nodes[at].kind == "unless"), 0)


def _any_of_following(here: Passage, left: list[Node], right: list[Node], depth: int) -> Expression:
    """Read "A with any of the following: B; C; D"."""
    parts = split(right, "semi")
    if len(parts) < 2:
        parts = [part for half in split(right, "or") for part in split(half, "comma")]
    choices = any_of([clause(here, part, depth + 1) for part in parts]) if parts else None
    head = trimmed(left)
    if choices is None:
        return clause(here, head, depth + 1)
    if is_negated(left):
        inner = [node for node in head if node.kind != "neg"]
        said = [clause(here, inner, depth + 1)] if any(node.kind == "E" for node in inner) else []
        return negate(any_of([*said, choices]))
    if not any(node.kind == "E" for node in head):
        return choices
    if head[-1].kind == "incl" or any(node.kind == "incl" for node in left[-2:]):
        base = clause(here, head, depth + 1)
        return any_of([base, choices]) if here.section == "exclusion" else all_of([base, choices])
    return all_of([clause(here, head, depth + 1), choices])


def _except(here: Passage, left: list[Node], right: list[Node], word: str, depth: int) -> Expression:
    """Read "A except B" and "A unless B".

    Under an exclusion B leaves out some of A. Of a requirement B may be left out, or be let in without A: limits of
    organ function and times since treatment do not count for B; else "except" leaves B out, and with "unless" the
    team must say which is meant.
    """
    base = clause(here, left, depth + 1) if trimmed(left) else TRUE
    if not trimmed(right):
        return base
    exception = clause(here, _softly(here, left, right), depth + 1)
    if not trimmed(left):
        return negate(exception)
    denied = is_negated(left) or (here.section == "inclusion" and isinstance(base, Not))
    apart = without_items(negate(base) if denied else base, exception)
    if apart is not None:
        return negate(apart) if denied else apart
    if here.section == "inclusion" and isinstance(base, All):
        parts = [_left_out_of(part, exception) for part in base.parts]
        if any(part != before for part, before in zip(parts, base.parts, strict=True)):
            return all_of(parts)
    waived = here.section == "inclusion" and all(
        node.family in ("organ_function", "washout") for node in left if node.kind == "E"
    )
    if is_negated(left) or waived:
        return any_of([base, exception])
    if here.section == "inclusion" and word == "unless":
        return any_of([all_of([base, negate(exception)]), all_of([exception, Team("what the exception lets in")])])
    return all_of([base, negate(exception)])


def _left_out_of(part: Expression, exception: Expression) -> Expression:
    """Return one of several things that are asked for, without what the exception names of what it denies."""
    apart = without_items(part.part, exception) if isinstance(part, Not) else None
    return part if apart is None else negate(apart)


def _softly(here: Passage, left: Sequence[Node], right: list[Node]) -> list[Node]:
    """Return what leaves out some of an exclusion with words that were not read as the team's matter.

    Whoever has nothing of what is excluded is not excluded, whatever leaves out others.
    """
    excluded = any(node.kind == "E" and node.main not in ("residue", "qualifier") for node in left)
    if here.section != "exclusion" or not excluded or is_negated(left):
        return right
    return [qualifying(node) if node.main == "residue" else node for node in right]


def _if(here: Passage, left: list[Node], right: list[Node], depth: int) -> Expression:
    """Read "A if B", or "if B, A"."""
    if not trimmed(left):
        comma = next((index for index, node in enumerate(right) if node.kind == "comma"), None)
        if comma is None:
            comma = next((index for index, node in enumerate(right) if node.kind == "E"), len(right)) + 1
        condition, body = right[:comma], right[comma:]
        if not trimmed(body):
            asked = clause(here, condition, depth + 1)
            if here.section == "inclusion" and _asks_of_some(condition):
                return any_of([negate(asked), Residue(here.text)])  # what is asked of them is missing
            return asked
    else:
        condition, body = _softly(here, left, right), left
    asked = clause(here, body, depth + 1)
    when = clause(here, condition, depth + 1)
    return any_of([negate(when), asked]) if here.section == "inclusion" else all_of([when, asked])


def _defined(here: Passage, left: list[Node], right: list[Node], depth: int) -> Expression:
    """Read "A defined as B": B says what A means in this study."""
    if not trimmed(left) or (right and right[0].kind in ("or", "and", "comma")):
        return clause(here, [*left, *right], depth + 1)
    base = clause(here, left, depth + 1)
    mains = {node.main for node in left if node.kind == "E"}
    definition = trimmed(right)
    if not definition:
        return base
    if mains & {"menopause", "childbearing", "not_pregnant"} or (here.section == "exclusion" and _names_another(base)):
        return base
    if mains <= {"receptor"} and all(
        node.family == "receptor" for node in definition if node.kind == "E" and node.main != "residue"
    ):
        return base
    meant = clause(here, right, depth + 1)
    if mains <= {"organ", ""} and here.section == "inclusion":
        return meant
    if here.section == "exclusion":
        return any_of([base, meant]) if not is_negated(left) else base
    return all_of([base, meant])


_ILL = frozenset(["illness", "metastasis", "second_cancer"])


def _tells_treatment(said: Sequence[Node], examples: Sequence[Node]) -> bool:
    """Whether treatments stand as examples behind an illness ("requiring treatment, including surgery")."""
    named = {node.main for node in examples if node.kind == "E" and node.main not in ("residue", "qualifier")}
    return said[-1].main in _ILL and named == {"therapy"}


def _how_severe(left: Sequence[Node]) -> list[Expression]:
    """Return what an illness must be for its kinds to count: "severe infection, including pneumonia"."""
    at = next((at for at in range(len(left) - 1, -1, -1) if left[at].main in _ILL), 0)
    return [left[at - 1].rule] if at and left[at - 1].main == "qualifier" else []


_ANY_OF = re.compile(r"\bany\s+of\s+(?:the|these)\b", re.IGNORECASE)
"""What says that the kinds that follow are the list, and not examples ("any of the cardiac conditions like ...")."""


def _is_dated(rule: Expression) -> bool:
    """Whether most of the illnesses of a rule have a time: "heart disease such as a heart attack within 6 months"."""
    named = [node for node in walk(rule) if isinstance(node, Has) and node.list == "illness"]
    dated = [node for node in named if is_dated(node.where)]
    return len(dated) > len(named) / 2


def _names_another(rule: Expression) -> bool:
    """Whether a rule names another cancer than that of the breast: what tells more of it is about nobody else."""
    return any(
        isinstance(node, Compare)
        and node.attribute == "cancer"
        and isinstance(node.test, TermTest)
        and "breast" not in node.test.terms
        for node in walk(rule)
    )


def _how_recent(rule: Expression, named: Expression) -> list[Expression]:
    """Return that the time given for an illness counts for the examples of it too, when they have none of their own."""
    own = _is_timed(named) or not any(isinstance(node, Has) and node.list == "illness" for node in walk(named))
    return [Team("in the time that the study gives")] if _is_timed(rule) and not own else []


def _is_timed(rule: Expression) -> bool:
    """Whether a rule says of an illness when it was."""
    return any(isinstance(node, Has) and node.list == "illness" and is_dated(node.where) for node in walk(rule))


def _including(here: Passage, left: list[Node], right: list[Node], depth: int) -> Expression:
    """Read "A including B": B is one kind of A, so that an exclusion, or a "no", speaks of it too."""
    said = [node for node in left if node.kind == "E" and node.main not in ("residue", "qualifier")]
    if not said:
        return clause(here, [*left, *right], depth + 1)
    examples = [node for node in right if node.main != "residue" and node.kind not in ("R",)]
    if said[-1].main == "allergy":
        examples = [msgspec.structs.replace(node, rule=as_allergy(node.rule)) for node in examples]
    minor = minor_cancers(clause(here, examples, depth + 1)) if said[-1].main == "second_cancer" else ()
    if minor:
        return without_minor(clause(here, left, depth + 1), minor)
    if here.section == "exclusion" and not is_negated(left):
        rules = [clause(here, left, depth + 1)]
        if any(node.kind == "E" for node in examples) and not _tells_treatment(said, examples):
            named = clause(here, examples, depth + 1)
            only = _is_dated(named) or _ANY_OF.search(here.words(here.place[0], left[-1].end))
            if said[-1].main == "illness" and only and not _is_dated(rules[0]):
                rules = [all_of([rules[0], Team("whether the kinds that are listed are all that count")])]
            rules.append(all_of([named, *_how_severe(left), *_how_recent(said[-1].rule, named)]))
        return any_of(rules)
    if is_negated(left):
        return clause(here, [*left, Node("or", left[-1].end, left[-1].end), *examples], depth + 1)
    return clause(here, left, depth + 1)
