"""What stands in parentheses: one rule beside what stands before it, or nothing where it only explains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from abreast.rules import Expression, Team, any_of, negate
from abreast.trials.eligibility.compose.nodes import Node, trimmed
from abreast.trials.eligibility.compose.passage import Passage
from abreast.trials.eligibility.compose.rewriting import without_items

Clause = Callable[[Passage, Sequence[Node], int], Expression]
"""What reads the words inside, at a depth."""

_FOR_EXAMPLE = re.compile(r"\(\s*for\s+(?:example|instance)\b", re.IGNORECASE)

_PARENTHESIS_DEPTH = 8


def _is_explained(node: Node | None) -> bool:
    """Whether what "i.e." says after a rule only repeats it in other words."""
    return node is not None and node.family in ("receptor", "menopause", "pregnancy", "illness", "prior_treatment")


def _is_abbreviation(words: str) -> bool:
    letters = words.strip(" .")
    return len(letters) <= 10 and " " not in letters and sum(one.isupper() for one in letters) >= 2


def without_parentheses(here: Passage, nodes: list[Node], depth: int, clause: Clause) -> list[Node]:
    """Put one node in the place of every parenthesis, as ``clause`` reads it, or nothing when it only explains."""
    result: list[Node] = []
    stack: list[list[Node]] = [result]
    for node in nodes:
        if node.kind == "lp" and len(stack) < _PARENTHESIS_DEPTH:
            stack.append([])
        elif node.kind == "rp":
            opened = next((at for at, one in enumerate(result) if one.kind in ("except", "unless")), 0)
            head = here.words(result[opened - 1].start, result[opened].start) if opened else ""
            if len(stack) == 1 and head.rstrip().endswith(
                "("
            ):  # the opening was read as a part of what stands before it
                stack.append(result[opened:])
                del result[opened:]
            if len(stack) > 1:
                inner = stack.pop()
                closed = _parenthesis(here, stack[-1], inner, depth, clause)
                if _leaves_out(here, stack[-1], inner, closed):
                    continue
                if closed is not None:
                    if _other_time(here, stack[-1], inner) or _adds_limits(here, inner):
                        stack[-1].append(Node("or", closed.start, closed.start))
                    stack[-1].append(closed)
        elif node.kind != "lp":
            stack[-1].append(node)
    rest: list[Node] = []
    while len(stack) > 1:
        inner = stack.pop()
        cut = next((at for at, node in enumerate(inner) if node.kind == "semi"), len(inner))
        inner, rest = inner[:cut], [*inner[cut:], *rest]  # what was never closed ends where the next thing begins
        closed = _parenthesis(here, stack[-1], inner, depth, clause)
        if closed is not None:
            if _adds_limits(here, inner):
                stack[-1].append(Node("or", closed.start, closed.start))
            stack[-1].append(closed)
    return [*result, *rest]


def _adds_limits(here: Passage, inner: Sequence[Node]) -> bool:
    """Whether a parenthesis names limits that exclude by themselves ("arrhythmia (including QTc > 470 ms)")."""
    said = [node for node in inner if node.kind == "E" and node.main != "residue"]
    including = bool(inner) and inner[0].kind == "incl" and here.section == "exclusion"
    return including and bool(said) and all(node.family == "organ_function" for node in said)


def _leaves_out(here: Passage, before: list[Node], inner: Sequence[Node], closed: Node | None) -> bool:
    """Leave out of what stands right before it what a parenthesis excepts; tell whether that was possible."""
    if closed is None or here.section != "exclusion" or inner[0].kind not in ("except", "unless"):
        return False
    apart = without_items(before[-1].rule, negate(closed.rule)) if before and before[-1].kind == "E" else None
    if apart is None:
        return False
    before[-1] = msgspec.structs.replace(before[-1], rule=apart)
    return True


def _other_time(here: Passage, before: Sequence[Node], inner: Sequence[Node]) -> bool:
    """Whether a parenthesis gives another length of time for some of the treatment before it."""
    said = [node for node in inner if node.kind == "E" and node.main not in ("residue", "qualifier")]
    last = next((node for node in reversed(before) if node.kind == "E"), None)
    timed = inner and re.search(r"\d\s*-?\s*(?:days?|weeks?|months?)", here.words(inner[0].start, inner[-1].end))
    plain = bool(said) and all(node.main == "therapy" for node in said)
    return here.section == "exclusion" and bool(timed) and plain and last is not None and last.family == "washout"


def _parenthesis(here: Passage, before: Sequence[Node], inner: list[Node], depth: int, clause: Clause) -> Node | None:
    excepting = bool(inner) and inner[0].kind in ("except", "unless")
    inner = inner if excepting else trimmed(inner)
    if not any(node.kind == "E" for node in inner):
        unless = bool(inner) and inner[0].kind == "unless"
        if unless and before and before[-1].kind == "E" and here.section == "exclusion":
            return Node("E", inner[0].start, inner[-1].end, Team("the exceptions that the study lists"), "qualifier")
        return None
    last = next((node for node in reversed(before) if node.kind == "E"), None)
    if _adds_limits(here, inner):
        limits = [node for node in inner if node.kind == "E" and node.main != "residue"]
        rule = any_of(node.rule for node in limits)
        return Node("E", inner[0].start, inner[-1].end, rule, limits[0].main, limits[0].family)
    example = last is not None and _FOR_EXAMPLE.search(here.words(last.end, inner[0].start))
    explains = bool(example) or inner[0].kind in ("eg", "incl") or (inner[0].kind == "defined" and _is_explained(last))
    if explains and last is not None and last.main != "residue":
        return None
    only = inner[0] if len(inner) == 1 else None
    if only is not None and only.main == "residue" and _is_abbreviation(here.words(only.start, only.end)):
        return None
    said = [node for node in inner if node.kind == "E" and node.main != "residue"]
    if last is not None and said and last.family == "receptor" and all(node.family == "receptor" for node in said):
        cutoffs = [node for node in said if isinstance(node.extra, tuple) and node.extra[:1] == ("cutoff",)]
        if all(isinstance(node.extra, tuple) and node.extra[1] == 1 for node in cutoffs):
            return None
    if last is not None and said and len(inner) == len(said) and all(node.rule == last.rule for node in said):
        return None
    rule = clause(here, inner, depth + 1)
    return Node("E", inner[0].start, inner[-1].end, rule, said[0].main if said else "", said[0].family if said else "")
