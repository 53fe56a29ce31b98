"""What a sentence is made of while it is composed: rules and the words that join them, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from abreast.rules import TRUE, Expression, Team, all_of, any_of
from abreast.trials.eligibility.compose.roles import JOINTS


class Node(msgspec.Struct, frozen=True, gc=False):
    """A rule, or a word that joins rules, with its place; ``extra`` as the pattern gave it (:class:`Said`)."""

    kind: str
    start: int
    end: int
    rule: Expression = TRUE
    main: str = ""
    family: str = ""
    extra: Any = None


def trimmed(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without joining words at either end."""
    start, end = 0, len(nodes)
    while start < end and nodes[start].kind in JOINTS:
        start += 1
    while end > start and nodes[end - 1].kind in (
        *JOINTS,
        "neg",
        "except",
        "unless",
        "if",
        "provided",
        "defined",
        "eg",
        "incl",
        "regardless",
    ):
        end -= 1
    return list(nodes[start:end])


def is_negated(nodes: Sequence[Node]) -> bool:
    """Whether the first word that does more than join is a "no"."""
    first = next((node for node in nodes if node.kind not in JOINTS), None)
    return first is not None and first.kind == "neg"


def split(nodes: Sequence[Node], kind: str) -> list[list[Node]]:
    """Cut at the joints of a kind; parts in which no rule stands are left out."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == kind:
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if any(node.kind == "E" for node in part)]


def any_sex(nodes: list[Node]) -> list[Node]:
    """Take away the sexes when both are named: the words then ask nothing."""
    named = {str(node.extra) for node in nodes if node.main == "sex"}
    if {"female", "male"} <= named:
        return [msgspec.structs.replace(node, rule=TRUE) if node.main == "sex" else node for node in nodes]
    return nodes


def qualifying(node: Node) -> Node:
    """Return words as what only the team can judge beside what they tell more of."""
    return Node("E", node.start, node.end, Team("how serious it is, and how it is treated"), "qualifier", "")


def groups_of(nodes: Sequence[Node], guards: Sequence[Node]) -> Expression:
    """Return who is meant: words side by side narrow each other, joined ones stand for several groups of people."""
    groups: list[list[Expression]] = [[]]
    for node in nodes:
        if node in guards:
            groups[-1].append(node.rule)
        elif node.kind in JOINTS and groups[-1]:
            groups.append([])
    return any_of([all_of(group) for group in groups if group])


def all_measured(nodes: Sequence[Node]) -> bool:
    """Whether everything that was said so far is a measurement, so that a time counts for each."""
    said = [node for node in nodes if node.kind == "E"]
    return bool(said) and all(node.main in ("lab", "organ", "ecog", "karnofsky", "transfusion") for node in said)


def _receptors(node: Node) -> tuple[str, ...]:
    """Return which receptors a rule is about, if it tells their state."""
    extra = node.extra
    return extra[1] if isinstance(extra, tuple) and extra[:1] == ("receptor",) else ()


def joint_of(node: Node, before: Node, nodes: Sequence[Node]) -> str:
    """Return what a joint does; the slash of "ER+/HER2-" joins two receptors that are both asked for."""
    if node.kind != "slash" or (before.family != "receptor" and before.main != "residue"):
        return node.kind
    after = next((one for one in nodes if one.start >= node.end), None)
    if before.main == "residue":
        unread_and_her2 = after is not None and _receptors(after) == ("her2",)
        return "and" if unread_and_her2 else node.kind  # "HR-low/HER2-negative"
    named = [_receptors(one) for one in (before, after) if one is not None]
    return "and" if all(named) and len(named) == 2 and ("her2" in named[0]) != ("her2" in named[1]) else "comma"


def qualified(groups: list[list[Node]], joints: list[str]) -> tuple[list[list[Node]], list[str]]:
    """Put a group that only narrows ("... or within 4 weeks") to the one before it: it is no choice of its own."""
    kept: list[list[Node]] = [groups[0]]
    between: list[str] = []
    ahead: list[Node] = []
    for index, (later, joint) in enumerate(zip(groups[1:], joints, strict=False), 2):
        group, ahead = [*ahead, *later], []
        if group and kept[-1] and all(node.main == "qualifier" for node in group):
            follows = index < len(groups) and any(node.main == "qualifier" for node in groups[index])
            if joint == "or" and follows and joints[index - 1] in ("or", "comma"):
                ahead, joints[index - 1] = group, "or"  # "A or unstable, serious B": what stands before B is about B
                continue
            kept[-1] = [*kept[-1], *group]
        else:
            kept.append(group)
            between.append(joint)
    return kept, between
