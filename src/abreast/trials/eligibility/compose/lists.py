"""Rules joined by "and", "or", commas, or nothing, with "no" before any of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from abreast.rules import (
    FALSE,
    TRUE,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Residue,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import alternatives
from abreast.trials.eligibility.compose.nodes import Node, joint_of, qualified, qualifying, trimmed
from abreast.trials.eligibility.compose.passage import Passage
from abreast.trials.eligibility.compose.rewriting import is_medicine
from abreast.trials.eligibility.compose.roles import CANCER, JOINTS, STRONG

_ANAPHYLAXIS = Has("illness", (Where("kind", TermTest(("anaphylaxis",))),))

_HELD = re.compile(
    r"\b(?:control\w*|manage\w*|respon\w+|refractory|resistant|despite|uncontroll\w+)\b[^,;.]{0,40}$", re.IGNORECASE
)


def joined_list(here: Passage, nodes: list[Node]) -> Expression:
    """Read rules joined by "and", "or", commas, or nothing, with "no" before any of them."""
    negation = next((index for index, node in enumerate(nodes) if node.kind == "neg"), None)
    if negation is not None:
        return _negated(here, nodes, negation)
    groups: list[list[Node]] = [[]]
    joints: list[str] = []
    for node in nodes:
        if node.kind == "E":
            groups[-1].append(node)
        elif (
            node.kind == "comma"
            and groups[-1]
            and all(one.main in ("qualifier", "extent") for one in groups[-1])
            and here.section == "exclusion"
        ):
            continue
        elif node.kind in JOINTS and groups[-1]:
            joints.append(joint_of(node, groups[-1][-1], nodes))
            groups.append([])
        elif node.kind in JOINTS and joints and node.kind in ("and", "or"):
            joints[-1] = node.kind
    groups, joints = qualified(groups, joints)
    if not groups[-1]:
        groups.pop()
    joints = joints[: len(groups) - 1]
    rules = [_group(here, group) for group in groups]
    if not rules:
        return TRUE if here.section == "inclusion" else FALSE
    if len(rules) == 1:
        return rules[0]
    return _joined(here, groups, rules, joints)


def _group(here: Passage, group: Sequence[Node]) -> Expression:
    """Join what stands side by side: each narrows the other."""
    rules: list[Expression] = []
    group = _with_how_it_is_held(here, group)
    if any(node.main == "illness" for node in group):
        group = [qualifying(node) if _is_back(node) else node for node in group]  # the illness came back
    if any(node.main == "allergy" for node in group):
        group = [node for node in group if node.rule != _ANAPHYLAXIS]  # a kind of allergy, and not one more illness
    guards = [node for node in group if node.main == "childbearing"] if here.section == "inclusion" else []
    if len(guards) == len(group):
        guards = []
    for node in group:
        if node in guards:
            continue
        rule = node.rule
        if node.main == "residue" and (node.start, node.end) not in here.residue:
            here.residue.append((node.start, node.end))
        if here.timed and node.family == "prior_treatment" and node.main == "therapy" and not _is_taken_now(here, node):
            rule = all_of([rule, Team("whether the time limit counts for this too")])
        elif here.ongoing is not None and here.ongoing < node.start and node.main == "therapy":
            rule = _at_the_same_time(here, node)
        if here.weak and node.main not in ("residue", "qualifier", "central") and node.family not in STRONG:
            rule = any_of([rule, Residue(here.words(node.start, node.end))])
        rules.append(rule)
    return any_of([*(negate(node.rule) for node in guards), all_of(rules)]) if guards else all_of(rules)


def _is_taken_now(here: Passage, node: Node) -> bool:
    """Whether medicine is said to be taken now, so that no other time counts for it."""
    return is_medicine(node.rule) and _NOW.search(here.words(node.start, node.end)) is not None


_NOW = re.compile(r"\b(?:current(?:ly)?|ongoing|concurrent(?:ly)?|concomitant(?:ly)?)\b", re.IGNORECASE)


def _at_the_same_time(here: Passage, node: Node) -> Expression:
    """Return treatment that stands in a list behind one that goes on: so does it, unless it is said to be earlier."""
    parts = alternatives(node.rule)
    assert here.ongoing is not None
    listed = _LISTED.fullmatch(here.words(here.ongoing, node.start)) is not None
    if listed and all(isinstance(part, Has) and part.list == "therapy" for part in parts):
        now = Where("ongoing", FlagTest(True))
        return any_of(Has(part.list, (*part.where, now)) for part in parts if isinstance(part, Has))
    return all_of([node.rule, Team("whether treatment at the same time is meant")])


_LISTED = re.compile(
    r"(?:(?!\b(?:prior|previous(?:ly)?|history|ever|past|earlier|but|unless|except)\b)[^.;])*",
    re.IGNORECASE | re.DOTALL,
)


def _is_back(node: Node) -> bool:
    """Whether words say no more of a cancer than that it came back."""
    return node.main == "extent" and node.extra == ("recurrent",)


def _with_how_it_is_held(here: Passage, group: Sequence[Node]) -> Sequence[Node]:
    """Leave to the team which medicine does not hold an illness ("asthma not controlled by steroids").

    Whoever has the illness and takes another medicine, or none, may be meant as well.
    """
    if here.section != "exclusion":
        return group
    kept = list(group)
    for index, (one, other) in enumerate(pairwise(group), 1):
        between = here.words(one.start, other.start)
        if one.main == "illness" and other.main != "illness" and is_medicine(other.rule) and _HELD.search(between):
            kept[index] = qualifying(other)
    return kept


def _joined(here: Passage, groups: list[list[Node]], rules: list[Expression], joints: list[str]) -> Expression:
    has_or = "or" in joints or "slash" in joints
    has_and = "and" in joints
    if here.section == "exclusion":
        treated = _treated_for(here, groups, joints)
        if treated is not None:
            return treated
        if not has_and or has_or:
            if has_and:
                return _mixed(here, rules, joints)
            return any_of(rules)
        families = {group[0].family for group in groups}
        if len(families) == 1 or (joints.count("and") == 1 and joints[-1] == "and" and len(joints) > 1):
            return any_of(rules)  # a list of three or more: nobody is asked to have all of it
        return any_of([all_of(rules), all_of([any_of(rules), Team("whether one of these is enough")])])
    if has_or and has_and:
        return _mixed(here, rules, joints)
    if has_or:
        closing = _closing_cancer(here, groups, rules)
        if closing is not None:
            return closing
        hoisted = _hoisted(here, groups, rules)
        if hoisted is not None:
            return hoisted
        last = max(index for index, joint in enumerate(joints) if joint in ("or", "slash"))
        if all(node.family in STRONG for group in groups[last + 2 :] for node in group):
            # "A or B, C, D": a list of alternatives ends with its "or", what follows is asked as well
            return all_of([any_of(rules[: last + 2]), *rules[last + 2 :]])
        return any_of(rules)
    return all_of(rules)


def _treated_for(here: Passage, groups: list[list[Node]], joints: list[str]) -> Expression | None:
    """Read "surgery or chemotherapy for TNBC or HER2-negative cancer": it excludes by the treatment, for either."""
    front = next((at for at, node in enumerate(groups[0]) if node.main != "therapy"), len(groups[0]))
    if not front or front == len(groups[0]):
        return None
    which = [groups[0][front:], *groups[1:]]
    cancers = [any(node.family in CANCER for node in group) for group in which]
    others = [node for group in which for node in group if node.family not in CANCER and node.main != "residue"]
    if others or not cancers[0] or not cancers[-1]:
        return None
    return all_of([_group(here, groups[0][:front]), _mixed(here, [_group(here, group) for group in which], joints)])


def _closing_cancer(here: Passage, groups: list[list[Node]], rules: list[Expression]) -> Expression | None:
    """Read "stage IIIB or stage IV lung cancer": the cancer is asked for with each extent."""
    before = {node.family for group in groups[:-1] for node in group}
    cancers = [node for node in groups[-1] if node.family == "cancer"]
    extents = [node for node in groups[-1] if node.family != "cancer"]
    if not cancers or not extents or not before <= {"extent", "stage"}:
        return None
    return all_of([any_of([*rules[:-1], _group(here, extents)]), _group(here, cancers)])


def _hoisted(here: Passage, groups: list[list[Node]], rules: list[Expression]) -> Expression | None:
    """Read "metastatic cancer with A, B or C": the cancer is asked for with each of them."""
    front = 0
    while front < len(groups[0]) and groups[0][front].family in CANCER:
        front += 1
    others = {node.family for group in (groups[0][front:], *groups[1:]) for node in group}
    if not front or front == len(groups[0]) or others & STRONG or "unread" in others:
        return None
    first = _group(here, groups[0][:front])
    return all_of([first, any_of([_group(here, groups[0][front:]), *rules[1:]])])


def _mixed(here: Passage, rules: list[Expression], joints: list[str]) -> Expression:
    """Join a list with both words: "and" (and a comma in a requirement) binds closer than "or"."""
    alternatives: list[list[Expression]] = [[rules[0]]]
    for joint, rule in zip(joints, rules[1:], strict=True):
        if joint in ("or", "slash") or (joint == "comma" and here.section == "exclusion"):
            alternatives.append([rule])
        else:
            alternatives[-1].append(rule)
    return any_of([all_of(group) for group in alternatives])


def _negated(here: Passage, nodes: list[Node], index: int) -> Expression:
    before, after = nodes[:index], nodes[index + 1 :]
    scope_end = next((i for i, node in enumerate(after) if node.kind == "neg"), len(after))
    scope, rest = after[:scope_end], after[scope_end:]
    if not any(node.kind == "E" for node in scope):
        place = Node(
            "E",
            nodes[index].start,
            nodes[index].end,
            Residue(here.words(nodes[index].start, nodes[index].end)),
            "residue",
            "unread",
        )
        return joined_list(here, [*before, place, *rest])
    if all(node.main == "central" for node in scope if node.kind == "E"):
        return joined_list(here, [*before, *rest])  # "no central testing required" asks nothing
    limits = _limits_of_those(here, nodes[index], scope)
    if limits:
        asked = joined_list(here, trimmed([*scope[limits:], *rest]))
        others = any_of([_any_of(here, scope[:limits]), asked])
        return all_of([joined_list(here, trimmed(before)), others]) if trimmed(before) else others
    inner = _any_of(here, scope)
    left = trimmed(before)
    joint = before[-1].kind if before and before[-1].kind in JOINTS else ""
    mains = {node.main for node in scope if node.kind == "E"}
    if (
        not left
        and here.section == "exclusion"
        and not here.asking
        and mains
        and mains <= {"pregnancy", "transfusion", "illness"}
        and not rest
    ):
        return inner  # "Not pregnant" under the heading "Exclusion" is what the study asks for
    if (
        not left
        and not rest
        and here.section == "exclusion"
        and not here.asking
        and mains <= {"therapy", "qualifier"}
        and (_is_now(here, nodes[index]) or _is_recent(inner))
    ):
        return inner  # "No concurrent radiation", "No surgery within 4 weeks" under "Exclusion" as well
    opposite = negate(inner)
    parts = [joined_list(here, left)] if left else []
    parts.append(opposite)
    if rest:
        parts.append(joined_list(here, trimmed(rest)) if rest[0].kind != "neg" else _negated(here, rest, 0))
    return any_of(parts) if joint == "or" else all_of(parts)


def _limits_of_those(here: Passage, negation: Node, scope: Sequence[Node]) -> int:
    """Return where the limits begin that are asked of those who do *not* take something, or 0.

    "For patients not receiving anticoagulants, INR <= 1.5": the "not" ends before the limit.
    """
    if here.section != "inclusion" or not _THOSE.search(here.words(here.place[0], negation.start)):
        return 0
    first = next((at for at, node in enumerate(scope) if node.family == "organ_function"), 0)
    apart = first and scope[first - 1].kind in JOINTS
    return first if apart and any(node.kind == "E" for node in scope[:first]) else 0


_THOSE = re.compile(
    r"\b(?:patients|subjects|participants|those|individuals)\s*(?:(?:who|that)\s+(?:are|have\s+been)\s*)?$",
    re.IGNORECASE,
)


def _is_recent(rule: Expression) -> bool:
    """Whether a rule is about nothing but treatment inside some time."""
    parts = alternatives(rule)
    return all(
        isinstance(part, Has) and any(isinstance(one.test, DateTest) and one.test.op == "within" for one in part.where)
        for part in parts
    )


def _is_now(here: Passage, negation: Node) -> bool:
    """Whether a "no" speaks of treatment at the same time as the study's."""
    return (
        re.match(
            r"\s*(?:other\s+)?(?:concurrent|concomitant|simultaneous)",
            here.words(negation.end, here.place[1]),
            re.IGNORECASE,
        )
        is not None
    )


def _any_of(here: Passage, nodes: Sequence[Node]) -> Expression:
    """Join what follows a "no": it speaks of each of them."""
    weak, here.weak = here.weak, False
    groups: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == "E":
            groups[-1].append(node)
        elif node.kind in JOINTS and groups[-1]:
            groups.append([])
    rules: list[Expression] = []
    for group in groups:
        if not group:
            continue
        loose = [node for node in group if node.main == "therapy" and node.extra is not None]
        if loose and len(group) == 1:
            rules.append(loose[0].extra)
        else:
            rules.append(_group(here, group))
    here.weak = weak
    return any_of(rules)
