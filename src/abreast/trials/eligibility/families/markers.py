"""Receptors, HER2, genes and other markers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from abreast.rules import TRUE, Compare, Expression, Has, Not, NumberTest, Team, TermTest, Where, all_of, any_of
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.numbers import ROMAN, conj_of, values_of
from abreast.trials.eligibility.families.person import number, term
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary


@builder
def her2_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Tell HER2 from the hormone receptors: it is scored in its own way."""
    return ("her2", "her2") if values_of(tokens[0]) == ("her2",) else None


_PERCENT = {"er": ("er.percent",), "pr": ("pr.percent",), "ar": ("ar.percent",), "hr": ("er.percent", "pr.percent")}


def _polarity(tokens: Sequence[Token]) -> str | None:
    for token in tokens:
        if token.kind == "pol":
            return str(token.value)
        if token.kind == "plus":
            return "positive"
        if token.kind == "minus":
            return "negative"
    return None


def _status(receptor: str, polarity: str) -> Expression | None:
    if polarity in ("positive", "negative"):
        return term(f"{receptor}.status", polarity)
    if polarity in ("low", "ultralow") and receptor in ("er", "pr"):
        return term(f"{receptor}.status", "low_positive")
    if polarity == "zero":
        return term(f"{receptor}.status", "negative")
    return None


@builder
def receptors(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "ER and/or PR positive", "hormone receptor-negative"."""
    named = [value for token in of_kind(tokens, "rec") for value in values_of(token)]
    polarity = _polarity(tokens)
    if polarity is None:
        return None
    if {"er", "pr"} <= set(named):
        named = [one for one in named if one != "hr"]
    parts = [_status(one, polarity) for one in dict.fromkeys(named)]
    if any(part is None for part in parts):
        return None
    rules = cast("list[Expression]", parts)
    conj = conj_of(of_kind(tokens, "rec")[0]) if len(of_kind(tokens, "rec")) == 1 else "and"
    together = all_of(rules) if polarity == "negative" or conj == "and" else any_of(rules)
    return say(together, main="receptor", extra=("receptor", tuple(named)))


@builder
def receptor_percent(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a cut-off in percent: the usual 1 % is what "positive" means; another is compared with the percentage."""
    named = [value for token in of_kind(tokens, "rec") for value in values_of(token)]
    if named[:1] == ["hr"] and set(named) <= {"hr", "er", "pr"}:
        named = ["hr"]  # "hormone receptor positive: at least 5 % of ER or PR"
    limits = [token.value for token in of_kind(tokens, "lim")]
    if not limits or limits[0][2] not in ("%", ""):
        return None
    if not set(named) <= set(_PERCENT):
        return None
    op, value, _, _ = limits[0]
    parts: list[Expression] = []
    for receptor in dict.fromkeys(named):
        if value == 1 and receptor in ("er", "pr", "hr"):
            parts.append(term(f"{receptor}.status", "positive" if op in (">=", ">") else "negative"))
            continue
        percents = [Compare(one, NumberTest(cast("Comparison", op), value, "%")) for one in _PERCENT[receptor]]
        parts.append(any_of(percents) if op in (">=", ">") else all_of(percents))
    for extra in limits[1:]:
        if extra[2] == "%" and len(named) == 1 and named[0] != "hr":
            parts.append(Compare(_PERCENT[named[0]][0], NumberTest(cast("Comparison", extra[0]), extra[1], "%")))
            return say(all_of(parts), main="receptor", extra=("cutoff", value))
    conj = conj_of(of_kind(tokens, "rec")[0]) if len(of_kind(tokens, "rec")) == 1 else "and"
    rule = all_of(parts) if op in ("<", "<=") or conj == "and" else any_of(parts)
    return say(rule, main="receptor", extra=("cutoff", value))


@builder
def any_receptor(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "any HER2 status", which asks nothing."""
    return say(TRUE, main="receptor")


@builder
def receptor_known(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that a receptor's status must be known, whichever it is."""
    named = [value for token in of_kind(tokens, "rec", "her2") for value in values_of(token)]
    return say(all_of([term(f"{one}.status", "positive", "negative") for one in named]), main="receptor")


TRIPLE_NEGATIVE = all_of(
    [term("er.status", "negative"), term("pr.status", "negative"), term("her2.status", "negative")]
)


@builder
def triple_negative(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "triple-negative"."""
    return say(TRIPLE_NEGATIVE, main="receptor", extra=("receptor", ("er", "pr", "her2")))


@builder
def not_triple_negative(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "non-TNBC"."""
    return say(Not(TRIPLE_NEGATIVE), main="receptor", extra=("receptor", ("er", "pr", "her2")))


@builder
def her2(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read HER2 in words, or by IHC and ISH.

    A score of 2+ counts by its ISH result: with a negative one it belongs to HER2-negative and HER2-low, with a
    positive one to HER2-positive.
    """
    words = _her2_words(tokens)
    if words:
        return say(any_of([term("her2.status", one) for one in words]), main="receptor", extra=("receptor", ("her2",)))
    scores = _scores(tokens)
    if not scores and not has_kind(tokens, "ishw"):
        return None
    polarity = _ish_polarity(tokens)
    if scores == {"2+", "3+"} and polarity is None:
        return say(term("her2.ihc", "2+", "3+"), main="receptor", extra=("receptor", ("her2",)))
    status = _her2_status(scores, polarity)
    if status is None:
        return None
    return say(term("her2.status", *status), main="receptor", extra=("receptor", ("her2",)))


def _her2_words(tokens: Sequence[Token]) -> list[str]:
    """Return the states that stand right beside the word HER2."""
    words: list[str] = []
    if not has_kind(tokens, "her2"):
        return words
    for token in tokens:
        if token.kind in ("ihcw", "ishw", "ihc", "lp", "defined", "num"):
            if words:
                break
            if token.kind in ("ihc", "ishw", "num"):
                return words
            continue
        if token.kind in ("pol", "plus", "minus"):
            polarity = _polarity([token])
            if polarity in ("positive", "negative", "low", "ultralow", "zero") and polarity not in words:
                words.append(str(polarity))
    if "zero" in words:
        words[words.index("zero")] = "zero_or_ultralow"
    return words


def _scores(tokens: Sequence[Token]) -> set[str]:
    scores: set[str] = set()
    for index, token in enumerate(tokens):
        if token.kind == "ihc":
            scores.add("0" if token.value == "0+" else str(token.value))
        elif token.kind == "num" and float(token.value) in (0.0, 1.0, 2.0, 3.0):
            following = tokens[index + 1].kind if index + 1 < len(tokens) else ""
            if following not in ("unit", "cmp"):
                scores.add("0" if token.value == 0 else f"{int(token.value)}+")
        elif token.kind == "lim" and token.value[0] == "<=" and token.value[1] == 1 and not token.value[2]:
            scores |= {"0", "1+"}
        if token.kind in ("dash", "to") and {"0"} <= scores:
            scores |= {"1+"}
    return scores


def _ish_polarity(tokens: Sequence[Token]) -> str | None:
    """Return what the words after (or before) ISH say of it."""
    seen = False
    before: str | None = None
    for token in tokens:
        if token.kind == "ishw":
            seen = True
            continue
        if token.kind == "neg":
            return "negative"
        polarity = _polarity([token])
        if polarity in ("positive", "negative"):
            if seen:
                return polarity
            before = polarity
        if seen and token.kind == "lim":
            return "positive" if token.value[0] in (">", ">=") else "negative"
    return before if seen else None


def _her2_status(scores: set[str], ish: str | None) -> tuple[str, ...] | None:
    if "3+" in scores:
        if ish == "negative":
            return None  # the two speak against each other
        return ("positive",) if not scores & {"0", "1+"} else None
    if scores == {"2+"} and ish == "positive":
        return ("positive",)
    if not scores:
        return ("positive",) if ish == "positive" else ("negative",) if ish == "negative" else None
    if "0" in scores and scores & {"1+", "2+"}:
        return ("negative",)
    if scores == {"0"}:
        return ("zero_or_ultralow",)
    if scores <= {"1+", "2+"}:
        return ("low",)
    return None


# --- genes ---------------------------------------------------------------------------------------------------

_TYPES = {"amplification": "amplification", "deletion": "deletion", "fusion": "fusion"}


@builder
def variants(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read gene changes: which genes, inherited or in the tumor, and of which kind."""
    genes = [value for token in of_kind(tokens, "gene") for value in values_of(token)]
    kinds = [str(token.value) for token in of_kind(tokens, "mut")]
    origins = [value for token in of_kind(tokens, "origin") for value in values_of(token)]
    where = [Where("gene", TermTest(tuple(dict.fromkeys(genes))))]
    if len(set(origins)) == 1:
        where.append(Where("origin", TermTest((origins[0],))))
    types = [_TYPES[kind] for kind in kinds if kind in _TYPES]
    known_types = load_vocabulary().terms["variant_type"]
    if types and "mutation" not in kinds and "alteration" not in kinds and types[0] in known_types:
        where.append(Where("type", TermTest((types[0],))))
    else:
        where.append(Where("significance", TermTest(("pathogenic",))))
    rule: Expression = Has("variant", tuple(where))
    absent = has_kind(tokens, "wild", "minus") or any(token.value == "negative" for token in of_kind(tokens, "pol"))
    if absent != has_kind(tokens[:-1], "neg"):
        rule = Not(rule)
    return say(rule, main="variant")


@builder
def test_done(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that the result of a gene test must be known, whichever it is."""
    return say(Team("a gene test whose result the study asks for"), main="test")


@builder
def pdl1(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read PD-L1: the score with its cut-off, or "positive"."""
    limits = [token.value for token in of_kind(tokens, "lim")]
    kinds = [str(token.value) for token in of_kind(tokens, "cps")]
    assays = [str(token.value) for token in of_kind(tokens, "assay")]
    parts: list[Expression] = []
    if limits:
        op, value, unit, times = limits[0]
        if times or unit not in ("", "%"):
            return None
        scale = kinds[0] if kinds else ("ic" if "sp142" in assays else "")
        if not scale:
            return None
        parts.append(Compare(f"pdl1.{scale}", NumberTest(cast("Comparison", op), value, "%" if scale != "cps" else "")))
    else:
        polarity = _polarity(tokens)
        if polarity not in ("positive", "negative"):
            return None
        parts.append(term("pdl1.status", polarity))
    if assays and has_kind(tokens, "only"):
        parts.append(term("pdl1.assay", *assays))
    return say(all_of(parts), main="pdl1")


@builder
def instability(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read microsatellite and mismatch repair status; the two stand for the same thing."""
    parts: list[Expression] = []
    for token in tokens:
        if token.kind in ("msi", "mmr"):
            parts += [term(token.kind, value) for value in values_of(token)]
    return say(any_of(parts), main="msi")


@builder
def burden(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read tumor mutational burden."""
    limits = [token.value for token in of_kind(tokens, "lim")]
    if limits:
        return say(number("tmb", limits[0][0], limits[0][1], "{mut}/Mb"), main="tmb")
    return say(any_of([term("tmb.status", "high"), number("tmb", ">=", 10, "{mut}/Mb")]), main="tmb")


@builder
def recombination(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read homologous recombination deficiency."""
    polarity = _polarity(tokens) or "positive"
    return say(term("hrd", "negative" if polarity == "negative" else "positive"), main="hrd")


@builder
def repair_genes(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read changes in "homologous recombination repair genes"."""
    where = [Where("gene", TermTest(("hrr_gene",))), Where("significance", TermTest(("pathogenic",)))]
    origins = [value for token in of_kind(tokens, "origin") for value in values_of(token)]
    if len(set(origins)) == 1:
        where.append(Where("origin", TermTest((origins[0],))))
    return say(Has("variant", tuple(where)), main="variant")


@builder
def proliferation(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read Ki-67."""
    limits = [token.value for token in of_kind(tokens, "lim")]
    return say(all_of([number("ki67", op, value, "%") for op, value, _, _ in limits]), main="ki67") if limits else None


@builder
def tumor_grade(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the grade of the tumor: "histologic grade 3", "tumor grade >= 2", "grade 2 tumors"."""
    limits = [token.value for token in of_kind(tokens, "lim", "gr")]
    numbers = [float(ROMAN.get(str(token.value), token.value)) for token in of_kind(tokens, "num", "roman")]
    signs = [str(token.value) for token in of_kind(tokens, "cmp", "pcmp")]
    if limits:
        op, value = limits[0][:2]
    elif len(numbers) > 1:
        op, value = (">=", min(numbers)) if max(numbers) >= LAST_GRADE else ("<=", max(numbers))
    else:
        op, value = signs[0] if signs else "=", numbers[0]
    return say(number("grade", op, value), main="grade") if 1 <= value <= LAST_GRADE else None


LAST_GRADE = 3  # of a tumor; side effects have five


@builder
def centrally(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that the study's own laboratory must confirm a marker: nothing in a record can."""
    return "central", Team("confirmed by the study's laboratory")


__all__ = ["TRIPLE_NEGATIVE"]
