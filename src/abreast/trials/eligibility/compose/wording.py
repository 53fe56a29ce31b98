"""What the tokens of a sentence tell before they become rules: what may be left out of them, and what they do."""

from __future__ import annotations

from collections.abc import Sequence

from abreast.rules import Expression
from abreast.trials.eligibility.compose.roles import DESCRIBED, SOFT
from abreast.trials.eligibility.tokens import Token


def or_must(tokens: Sequence[Token]) -> bool:
    """Whether one of two things that are asked for is enough ("must be A, or they must have B")."""
    musts = [index for index, token in enumerate(tokens) if token.kind == "must"]
    return len(musts) > 1 and any(tokens[index - 1].kind == "or" for index in musts[1:])


def without_purpose(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the "to be eligible" of what must be so: it permits nothing."""
    must = next((index for index, token in enumerate(tokens) if token.kind == "must"), len(tokens))
    return [
        token
        for index, token in enumerate(tokens)
        if not (token.kind == "allow" and index > must and tokens[index - 1].kind == "to")
    ]


def without_who(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out "who have": it tells more of those who are meant, or after "or" begins another alternative.

    Where something is asked of them, or permitted to them ("patients who have ... must ..."), it is their condition.
    """
    asked = any(token.kind in ("must", "allow", "prohibit", "REQ", "team", "contraception") for token in tokens)
    return [
        token
        for index, token in enumerate(tokens)
        if not (
            token.kind == "if" and token.value == "who" and (not asked or (index and tokens[index - 1].kind == "or"))
        )
    ]


def without_support(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out parentheses about transfusions and growth factors, which a value may or may not rest on."""
    kept: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        kept.append(token)
        if token.kind == "lp":
            opened.append(len(kept) - 1)
        elif token.kind == "rp" and opened:
            start = opened.pop()
            if not opened and any(one.kind == "unsupported" for one in kept[start:]):
                del kept[start:]
    return kept


def allows_aside(tokens: Sequence[Token]) -> bool:
    """Whether a permission stands in parentheses behind words of which none was read."""
    opened = next((index for index, token in enumerate(tokens) if token.kind == "lp"), len(tokens))
    allowed = next(index for index, token in enumerate(tokens) if token.kind == "allow")
    depth = sum((token.kind == "lp") - (token.kind == "rp") for token in tokens[:allowed])
    return opened < allowed and depth > 0 and not _says_something(tokens[:opened])


def closes_what_was_read(tokens: Sequence[Token]) -> bool:
    """Whether a permission ends a parenthesis whose opening belongs to a phrase that was read as a whole."""
    index = next(position for position, token in enumerate(tokens) if token.kind == "allow")
    kinds = [token.kind for token in tokens[: index + 2]]
    return kinds[index + 1 :] == ["rp"] and "lp" not in kinds


def permitting_parenthesis(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the parenthesis stands that holds all permissions of a sentence, if one does."""
    return parenthesis_of(tokens, frozenset(["allow"]))


def parenthesis_of(tokens: Sequence[Token], kinds: frozenset[str]) -> tuple[int, int] | None:
    """Return where the parenthesis stands, behind something that was said, that holds all words of these kinds."""
    start = None
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.kind == "lp") - (token.kind == "rp" and depth > 0)
        if token.kind == "lp" and start is None:
            start = index
        elif token.kind == "rp" and start is not None and not depth:
            inner = any(one.kind in kinds for one in tokens[start:index])
            outside = any(one.kind in kinds for one in (*tokens[:start], *tokens[index:]))
            if inner and not outside and _says_something(tokens[:start]):
                return start, index + 1
            start = None
    inside = start is not None and any(one.kind in kinds for one in tokens[start:])
    if inside and _says_something(tokens[:start]) and not any(one.kind in kinds for one in tokens[:start]):
        return start or 0, len(tokens)
    return None


def banning_parenthesis(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the parenthesis stands that holds all that a sentence forbids, if one does."""
    return parenthesis_of(tokens, frozenset(["prohibit"]))


def _says_something(tokens: Sequence[Token]) -> bool:
    """Whether there is a rule among the tokens, or a treatment that stands for one."""
    return any(
        one.kind in ("E", "steroids") or (one.kind == "reqtx" and not isinstance(one.value, str)) for one in tokens
    )


def is_treatment(tokens: Sequence[Token]) -> bool:
    """Whether all rules among the tokens are about earlier treatment."""
    families = {token.value.family for token in tokens if token.kind == "E"}
    return bool(families) and families <= {"prior_treatment", "washout"}


def opening_condition(tokens: Sequence[Token]) -> Expression | None:
    """Return the condition of "if somebody had radiosurgery, it must ...", if a sentence begins with one."""
    if not tokens or tokens[0].kind != "if":
        return None
    end = next((index for index, token in enumerate(tokens) if token.kind in ("comma", "must")), len(tokens))
    if [token.kind for token in tokens[end + 1 : end + 2]] == ["or"]:
        return None  # "those who progressed, or for whom ...": two kinds of people, and no condition
    said = [token for token in tokens[1:end] if token.kind == "E"]
    plain = all(token.kind == "E" or token.kind in SOFT for token in tokens[1:end])
    return said[0].value.rule if len(said) == 1 and plain and said[0].value.main in DESCRIBED else None


def permits(tokens: Sequence[Token]) -> bool:
    """Whether a sentence gives a permission that hangs on no condition."""
    kinds = {token.kind for token in tokens}
    return "allow" in kinds and tokens[0].kind != "neg" and not kinds & _CONDITIONS


_CONDITIONS = frozenset(["prohibit", "if", "provided", "unless", "but", "contraception"])


def alternatives_after(tokens: Sequence[Token]) -> list[Expression]:
    """Return what stands behind an "or" of its own after words for the team, outside of parentheses and examples."""
    opened = next((index for index, token in enumerate(tokens) if token.kind in ("or", "semi")), len(tokens))
    closed = next((index for index, token in enumerate(tokens) if token.kind in _ASIDE), len(tokens))
    said = [index for index in range(opened, min(closed, len(tokens))) if tokens[index].kind == "E"]
    return [
        tokens[index].value.rule
        for index in said
        if tokens[index - 1].kind not in ("since", "during", "last", "before")
    ]


_ASIDE = ("lp", "rp", "eg", "incl", "except", "unless", "allow")


def examples_of(tokens: Sequence[Token]) -> list[Expression]:
    """Return the illnesses that stand as kinds of what the team is to judge."""
    at = next((index for index, token in enumerate(tokens) if token.kind == "incl"), len(tokens))
    said = [token.value for token in tokens[at:] if token.kind == "E"]
    return [one.rule for one in said] if said and all(one.main == "illness" for one in said) else []
