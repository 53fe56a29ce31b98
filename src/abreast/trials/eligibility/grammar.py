"""Patterns over kinds of tokens, as data, and the engine that applies them.

Each kind of token is one letter of an alphabet, so that a sentence is a short string and a pattern an ordinary regular
expression over it. ``data/patterns/*.yaml`` lists the patterns in the order in which they are applied; the
tokens of a match go to a *builder*, which puts one token in their place, or declines. A token of the kind ``E`` carries
a finished rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import msgspec

from abreast.foundation.yaml import read_yaml
from abreast.rules import Expression
from abreast.trials.eligibility.lexicon import DATA
from abreast.trials.eligibility.model import Section
from abreast.trials.eligibility.tokens import Token


class Said(msgspec.Struct, frozen=True, gc=False):
    """What a token of the kind E says: a rule, and the family of the pattern that read it.

    ``main`` tells what the rule is about when an exception follows it ("second_cancer", "metastasis").
    """

    rule: Expression
    family: str
    by: str
    main: str = ""
    extra: Any = None


class Scene(msgspec.Struct, frozen=True):
    """What a builder may need to know beside the tokens: where the sentence stands."""

    section: Section


Result = Token | Said | tuple[str, Any] | None
Builder = Callable[[Sequence[Token], Scene], Result]

_BUILDERS: dict[str, Builder] = {}
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ALPHABET_START = 0x4E00


class _Alphabet(dict[str, str]):
    """The letter of each kind of token; a kind that is new gets the next one."""

    def __missing__(self, kind: str) -> str:
        self[kind] = found = chr(_ALPHABET_START + len(self))
        return found


_LETTERS = _Alphabet()


def builder(function: Builder) -> Builder:
    """Register a builder under its own name."""
    _BUILDERS[function.__name__] = function
    return function


def letter(kind: str) -> str:
    """Return the letter of the alphabet that stands for a kind of token."""
    return _LETTERS[kind]


class Pattern(msgspec.Struct, frozen=True):
    """One pattern, compiled. ``needs`` are letters of which one must be there for a match to be possible at all."""

    id: str
    family: str
    expression: re.Pattern[str]
    needs: str
    build: Builder


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern as its file gives it; ``reads`` are test lines: words, and the rule that they must give."""

    id: str
    pattern: str
    build: str
    needs: str
    family: str = ""
    reads: dict[str, str] = {}


def compile_pattern(text: str, macros: dict[str, str]) -> re.Pattern[str]:
    """Return the regular expression over letters that a pattern over kinds stands for."""
    for _ in range(4):
        text = _IDENTIFIER.sub(lambda found: f"(?:{macros[found[0]]})" if found[0] in macros else found[0], text)
    return re.compile(_IDENTIFIER.sub(lambda found: letter(found[0]), text).replace(" ", ""))


@lru_cache(maxsize=1)
def load_patterns() -> tuple[tuple[Pattern, ...], dict[str, dict[str, str]]]:
    """Return all patterns in order, and the test lines of each."""
    import abreast.trials.eligibility.families  # noqa: F401 - registers the builders

    patterns: list[Pattern] = []
    lines: dict[str, dict[str, str]] = {}
    macros: dict[str, str] = {}
    for file in sorted((DATA / "patterns").glob("*.yaml")):
        content = read_yaml(file.read_text(encoding="utf-8"), file.name)
        macros |= content.get("macros", {})
        for written in msgspec.convert(content["patterns"], list[_Written]):
            patterns.append(
                Pattern(
                    written.id,
                    written.family or str(content.get("family", "")),
                    compile_pattern(written.pattern, macros),
                    "".join(letter(kind) for kind in written.needs.split()),
                    _BUILDERS[written.build],
                )
            )
            lines[written.id] = written.reads
    return tuple(patterns), lines


@lru_cache(maxsize=1)
def _waiting() -> dict[str, int]:
    """Return for each letter the patterns that it makes possible, as the bits of their numbers."""
    waiting: dict[str, int] = {}
    for number, pattern in enumerate(load_patterns()[0]):
        for needed in pattern.needs:
            waiting[needed] = waiting.get(needed, 0) | 1 << number
    return waiting


def _possible(tags: str, first: int) -> int:
    """Return which patterns from the ``first`` on may match, as bits: those of which a needed letter is there."""
    waiting = _waiting()
    found = 0
    for tag in tags:
        found |= waiting.get(tag, 0)
    return found >> first << first


def reduce(tokens: list[Token], scene: Scene) -> list[Token]:
    """Apply all patterns, each once from left to right, and return the tokens that stand at the end."""
    patterns = load_patterns()[0]
    tags = "".join([_LETTERS[token.kind] for token in tokens])
    possible = _possible(tags, 0)
    while possible:
        lowest = possible & -possible
        number = lowest.bit_length()
        before = tags
        tokens, tags = _apply(patterns[number - 1], tokens, tags, scene)
        possible = possible ^ lowest if tags is before else _possible(tags, number)
    return tokens


def _apply(pattern: Pattern, tokens: list[Token], tags: str, scene: Scene) -> tuple[list[Token], str]:
    result: list[Token] = []
    letters: list[str] = []
    done = 0
    for match in pattern.expression.finditer(tags):
        start, end = match.span()
        if start == end:
            continue
        matched = tokens[start:end]
        built = pattern.build(matched, scene)
        if built is None:
            continue
        if isinstance(built, Said) and len(matched) > 1:
            start, end = _bounds(tokens, start, end)
            matched = tokens[start:end]
        result += tokens[done:start]
        letters.append(tags[done:start])
        token = _token(built, pattern, matched)
        if token.kind != "filler":
            result.append(token)
            letters.append(_LETTERS[token.kind])
        done = end
    if not done:
        return tokens, tags
    result += tokens[done:]
    letters.append(tags[done:])
    return result, "".join(letters)


_JOINTS = ("or", "and", "comma", "semi")
_LEADING = frozenset(["prior", "hist", "another", "ongoing", "txadj", "tx"])
"""Words that begin what follows when they stand behind a joint."""


def _bounds(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Return what of a match is its own: joints at its ends, and a parenthesis that it only closes, are not."""
    first, last = start, end
    while tokens[first].kind in _JOINTS:
        first += 1
    back = last
    while back > first + 1 and tokens[back - 1].kind in _LEADING:
        back -= 1
    if back > first + 1 and tokens[back - 1].kind in _JOINTS:
        last = back - 1
    kinds = [token.kind for token in tokens[first:last]]
    only_opens = kinds[-1:] == ["lp"]
    only_closes = kinds[-1:] == ["rp"] and kinds.count("rp") > kinds.count("lp")
    if len(kinds) > 1 and (only_opens or only_closes):
        last -= 1
    return first, last


def _token(built: Result, pattern: Pattern, matched: Sequence[Token]) -> Token:
    start, end = matched[0].start, matched[-1].end
    if isinstance(built, Token):
        return built
    if isinstance(built, Said):
        said = built if built.family else msgspec.structs.replace(built, family=pattern.family)
        return Token("E", start, end, said if said.by else msgspec.structs.replace(said, by=pattern.id))
    kind, value = cast("tuple[str, Any]", built)
    return Token(kind, start, end, value)


def say(rule: Expression, main: str = "", extra: Any = None, family: str = "") -> Said:
    """Return what a builder found; pattern and family are filled in by the engine."""
    return Said(rule, family, "", main, extra)


def of_kind(tokens: Iterable[Token], *kinds: str) -> list[Token]:
    """Return the tokens of these kinds."""
    return [token for token in tokens if token.kind in kinds]


def has_kind(tokens: Iterable[Token], *kinds: str) -> bool:
    """Whether a token of one of these kinds is there."""
    for token in tokens:  # noqa: SIM110 - a loop takes half the time, and this is asked of every pattern
        if token.kind in kinds:
            return True
    return False


__all__ = [
    "Builder",
    "Pattern",
    "Result",
    "Said",
    "Scene",
    "builder",
    "compile_pattern",
    "has_kind",
    "letter",
    "load_patterns",
    "of_kind",
    "reduce",
    "say",
]
