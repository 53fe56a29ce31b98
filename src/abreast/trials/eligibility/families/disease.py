"""The cancer itself: which one, how far it has spread, stage, and metastases by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from abreast.rules import (
    TRUE,
    Compare,
    Expression,
    Has,
    Not,
    NumberTest,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import FlagTest
from abreast.trials.eligibility.families.numbers import Window, values_of
from abreast.trials.eligibility.families.person import flag, number, term
from abreast.trials.eligibility.grammar import Result, Said, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token

METASTATIC = term("extent", "metastatic")
LOCALLY_ADVANCED = term("extent", "locally_advanced")
NONMETASTATIC = term("extent", "nonmetastatic")
UNRESECTABLE = flag("resectable", False)
RECURRENT = any_of(
    [
        term("onset", "recurrent"),
        term("extent", "locoregional_recurrence"),
        all_of([flag("locoregional_recurrence"), Not(term("onset", "de_novo"))]),
    ]
)
"""Came back; a cancer that is there for the first time ("de novo") has not."""
OPERATED = all_of(
    [
        Has(
            "surgery",
            (Where("procedure", TermTest(("lumpectomy", "mastectomy"))), Where("earlier_cancer", FlagTest(False))),
        ),
        term("onset", "de_novo"),
    ]
)
ADVANCED_LOCALLY = all_of([LOCALLY_ADVANCED, Not(OPERATED)])
"""Locally advanced beside metastatic disease: what an operation has taken away is neither."""
_STILL = Team("whether it still counts as locally advanced after the operation")
UNRESECTABLE_LOCALLY = all_of([LOCALLY_ADVANCED, UNRESECTABLE, Not(OPERATED)])
"""Locally advanced and inoperable: who has just been operated for it was not inoperable."""


@builder
def cancer(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read which cancer; any solid tumor will do for breast cancer."""
    named = {value for token in of_kind(tokens, "cancer") for value in values_of(token)}
    if has_kind(tokens, "histology") and "invasive_carcinoma" in {str(token.value) for token in tokens}:
        named.add("breast")
    if any("breast" in values_of(token) for token in of_kind(tokens, "site")):
        named.add("breast")
    if "solid_tumor" in named:
        return say(TRUE, main="cancer")
    if has_kind(tokens, "hist", "prior") and scene.section == "exclusion":
        return say(_earlier(sorted(named)), main="second_cancer", extra=((), None, False))
    return say(term("cancer", *sorted(named)), main="cancer")


_MINOR_CANCERS = ("nonmelanoma_skin_cancer", "cervical_in_situ", "dcis_other", "in_situ_cancer")


@builder
def earlier_cancer(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "history of invasive breast cancer" under an exclusion: another one than the present."""
    invasive = not has_kind(tokens, "histology") or any(token.value == "invasive_carcinoma" for token in tokens)
    return cancer(tokens, scene) if scene.section == "exclusion" and invasive else None


def _earlier(cancers: Sequence[str]) -> Expression:
    """Return "had such a cancer before".

    Which of the other cancers on record is meant, and whether the first episode of one that came back counts, is for
    the team.
    """
    minor = Where("kind", TermTest(_MINOR_CANCERS), negated=True)
    other = Has("illness", (Where("kind", TermTest(("second_cancer",))), minor))
    parts = [all_of([other, Team("which earlier cancer is meant")])]
    if "breast" in cancers:
        parts.append(all_of([RECURRENT, Team("whether the first cancer of the breast counts as an earlier one")]))
    if set(cancers) != {"breast"}:
        parts.append(term("cancer", *(one for one in cancers if one != "breast")))
    return any_of(parts)


@builder
def extent(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "locally advanced or metastatic", "unresectable recurrent or metastatic" and the like.

    States joined by "or", "and" or a comma are alternatives (nobody is two of them at once, but for "recurrent" and
    "unresectable", which narrow the state that they stand before).
    """
    values = [value for token in of_kind(tokens, "ext") for value in values_of(token)]
    present = set(values)
    alternatives: list[Expression] = []
    later = present & {"metastatic", "advanced", "unresectable"}
    advanced = ADVANCED_LOCALLY if later else all_of([LOCALLY_ADVANCED, any_of([Not(OPERATED), _STILL])])
    if "metastatic" in present:
        alternatives.append(METASTATIC)
    if "locally_advanced" in present:
        alternatives.append(UNRESECTABLE_LOCALLY if "unresectable" in present else advanced)
    if "advanced" in present and not present & {"metastatic", "locally_advanced"}:
        alternatives += [
            METASTATIC,
            UNRESECTABLE_LOCALLY if "unresectable" in present else advanced,
        ]
    if "advanced" in present and present & {"metastatic"} and "locally_advanced" not in present:
        alternatives.append(advanced)
    joined = has_kind(tokens, "or", "slash", "comma", "and")
    if joined and {"advanced", "locally_advanced"} <= present and "metastatic" not in present:
        alternatives.append(METASTATIC)  # "advanced or locally advanced"
    if "unresectable" in present and not present & {"locally_advanced", "advanced", "recurrent"}:
        alternatives.append(any_of([METASTATIC, UNRESECTABLE]) if not alternatives or joined else TRUE)
    if "recurrent" in present:
        if not alternatives:
            alternatives.append(
                all_of([RECURRENT, any_of([METASTATIC, UNRESECTABLE])]) if "unresectable" in present else RECURRENT
            )
        elif joined:
            alternatives.append(all_of([RECURRENT, UNRESECTABLE]) if "unresectable" in present else RECURRENT)
        else:
            return say(all_of([any_of(alternatives), RECURRENT]), main="extent", extra=tuple(sorted(present)))
    if "early" in present:
        alternatives.append(NONMETASTATIC)
    if "in_situ" in present:
        alternatives.append(term("extent", "in_situ"))
    kept = [one for one in alternatives if one != TRUE]
    return say(any_of(kept) if kept else TRUE, main="extent", extra=tuple(sorted(present)))


@builder
def treated_stage(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "treatment for stage I-III breast cancer": the stage is that of then, and not of now."""
    return None if any(token.value == "IV" for token in tokens) else ("qual", "")


_STAGES = ("0", "I", "II", "III", "IV")
_ROMAN = {0: "0", 1: "I", 2: "II", 3: "III", 4: "IV"}


@builder
def stage(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list or a range of stages; stage IV is metastatic disease, whatever stage it once was."""
    named: list[str] = []
    ranged = False
    for token in tokens:
        if token.kind == "roman":
            value = "I" if token.value == "IC" else str(token.value)
        elif token.kind == "num" and float(token.value) in (0, 1, 2, 3, 4):
            value = _ROMAN[int(token.value)]
        elif token.kind in ("dash", "to", "minus"):
            ranged = bool(named)
            continue
        elif token.kind == "ext" and "metastatic" in values_of(token):
            value = "IV"
        else:
            continue
        if ranged and named:
            named += _between(named[-1], value)
            ranged = False
        named.append(value)
    if not named:
        return None
    stages = list(dict.fromkeys(named))
    early = [one for one in stages if one != "IV"]
    parts: list[Expression] = []
    if "IV" in stages:
        parts.append(METASTATIC)
    if early:
        parts.append(all_of([Not(METASTATIC), any_of([term("stage.stated", *early), term("stage.anatomic", *early)])]))
    return say(any_of(parts), main="stage")


def _between(low: str, high: str) -> list[str]:
    first, last = low.rstrip("ABC"), high.rstrip("ABC")
    if first not in _STAGES or last not in _STAGES:
        return []
    inner = list(_STAGES[_STAGES.index(first) + 1 : _STAGES.index(last)])
    if low[-1:] in "ABC" and first != last:
        inner += [first + letter for letter in "ABC" if letter > low[-1]]
    elif first == last:
        inner += [first + letter for letter in "ABC" if low[-1] < letter < high[-1]]
    if high[-1:] in "BC" and first != last:
        inner += [last + letter for letter in "ABC" if letter < high[-1]]
    return inner


@builder
def tnm(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read lists of T and N categories; each is asked of the clinical and the pathologic category."""
    parts = [part for part in map(_one_tnm, _pairs(tokens)) if part is not None]
    return say(any_of(parts), main="tnm") if parts else None


def _pairs(tokens: Sequence[Token]) -> list[list[Token]]:
    """Cut "T1N0 or T2N1" where the kind that came first comes again after the other one."""
    pieces: list[list[Token]] = [[]]
    first = next((token.kind for token in tokens if token.kind in _CATEGORIES), "")
    for token in tokens:
        if token.kind == first and any(one.kind in _CATEGORIES and one.kind != first for one in pieces[-1]):
            pieces.append([])
        pieces[-1].append(token)
    return pieces


_CATEGORIES = ("tnm_t", "tnm_n", "nodepos")


def _one_tnm(tokens: Sequence[Token]) -> Expression | None:
    t_terms, n_terms = _categories(tokens, "tnm_t"), _categories(tokens, "tnm_n")
    parts: list[Expression] = []
    if t_terms:
        parts.append(any_of([term("t.clinical", *t_terms), term("t.pathologic", *t_terms)]))
    if n_terms:
        parts.append(any_of([term("n.clinical", *n_terms), term("n.pathologic", *n_terms)]))
    if has_kind(tokens, "nodepos"):
        positive = ("N1", "N2", "N3")
        parts.append(
            any_of([term("n.clinical", *positive), term("n.pathologic", *positive), number("nodes.positive", ">=", 1)])
        )
    if not parts:
        return None
    return any_of(parts) if _either(tokens) else all_of(parts)


def _either(tokens: Sequence[Token]) -> bool:
    """Whether "or" stands between the T and the N categories, not only between those of one kind."""
    before = ""
    joint: list[str] = []
    for token in tokens:
        if token.kind in _CATEGORIES:
            if before and token.kind != before and ("or" in joint or "slash" in joint):
                return True
            before, joint = token.kind, []
        else:
            joint.append(token.kind)
    return False


def _categories(tokens: Sequence[Token], wanted: str) -> list[str]:
    """Return the categories of a kind with what ranges leave out: "T1-T3", "T2-4"."""
    terms: list[str] = []
    kind, ranged = "", False
    for token in tokens:
        if token.kind in ("tnm_t", "tnm_n"):
            ranged = ranged and token.kind == kind
            kind = token.kind
        elif token.kind != "num" or not kind:
            ranged = token.kind in ("dash", "to") or (ranged and token.kind in ("lp", "rp"))
            continue
        if kind == wanted:
            named = values_of(token) if token.kind != "num" else (f"{wanted[-1].upper()}{int(token.value)}",)
            if ranged and terms:
                terms += _inner(terms[-1], named[0])
            terms += [one for one in named if int(one[1]) <= 4] if token.kind == "num" else named
        ranged = False
    return list(dict.fromkeys(terms))


def _inner(low: str, high: str) -> list[str]:
    """Return the whole categories between two: T2 and T3 between T1 and T4."""
    if not (low[1:2].isdigit() and high[1:2].isdigit()):
        return []
    return [f"{low[0]}{digit}" for digit in range(int(low[1]) + 1, int(high[1]))]


@builder
def histology(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the type of cancer under the microscope; "invasive" alone is what every advanced cancer is."""
    named = {value for token in of_kind(tokens, "histology") for value in values_of(token)}
    if "invasive_carcinoma" in named:
        others = [one for one in ("dcis", "lcis", "phyllodes", "sarcoma", "lymphoma") if one not in named]
        return say(Not(term("histology", *others)), main="histology")
    if named <= {"dcis", "lcis"} and scene.section == "exclusion":
        return say(term("histology", *sorted(named)), main="histology")
    return say(term("histology", *sorted(named)), main="histology")


@builder
def brain_lesions(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "brain or meningeal tumors": in the nervous system a tumor is a metastasis here."""
    sites = [value for token in of_kind(tokens, "site") for value in values_of(token)]
    if not set(sites) <= {"brain", "cns", "leptomeninges"}:
        return None
    return "les", Lesions(tuple(dict.fromkeys(sites)))


@builder
def node_lesions(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read metastases in the lymph nodes beside the breast, which are not distant metastases."""
    sites = {value for token in of_kind(tokens, "site") for value in values_of(token)}
    return ("nodepos", "") if sites <= {"axillary_node", "regional_node"} else None


@builder
def mets_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "metastases" without a place as metastatic disease; "lesion" without one says nothing."""
    return ("ext", "metastatic") if "metastatic" in values_of(tokens[0]) else ("filler", "")


# --- metastases ----------------------------------------------------------------------------------------------

_STATUS = {
    "active": ("active",),
    "uncontrolled": ("active",),
    "untreated": ("untreated",),
    "treated": ("treated",),
    "stable": ("stable",),
    "controlled": ("stable",),
    "resolved": ("stable",),
}


class Lesions(msgspec.Struct, frozen=True, gc=False):
    """Metastases in one or several places."""

    sites: tuple[str, ...]
    illnesses: tuple[str, ...] = ()
    lymphangitic: bool = False


_SITES = {"brainmets": ("brain", "cns"), "lepto": ("leptomeninges",), "hepmets": ("liver",), "bonemets": ("bone",)}


@builder
def lesions(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one or several places of metastases."""
    sites: list[str] = []
    illnesses: list[str] = []
    for token in tokens:
        if token.kind in _SITES:
            sites += _SITES[token.kind]
        elif token.kind == "site":
            sites += list(values_of(token))
        elif token.kind == "cord":
            illnesses.append("spinal_cord_compression")
        elif token.kind == "les":
            sites += token.value.sites
            illnesses += token.value.illnesses
    lymphangitic = has_kind(tokens, "ltm")
    return "les", Lesions(tuple(dict.fromkeys(sites)), tuple(illnesses), lymphangitic)


def has_lesions(found: Lesions, statuses: Iterable[str] = (), stable_for: Window | None = None) -> Expression:
    """Return "has such metastases", all in each of the given states at once."""
    sites = tuple(
        site
        for site in found.sites
        if not (site == "cns" and "brain" in found.sites and "leptomeninges" in found.sites)
    )
    where = [Where("site", TermTest(sites))] if sites else []
    for status in statuses:
        if status in ("symptomatic", "asymptomatic"):
            where.append(Where("symptomatic", FlagTest(status == "symptomatic")))
        elif status in _STATUS:
            where.append(Where("status", TermTest(_STATUS[status])))
    test = stable_for.test() if stable_for else None
    if test:
        where.append(Where("stable_since", test))
    parts: list[Expression] = [Has("metastasis", tuple(where))] if sites else []
    parts += [Has("illness", (Where("kind", TermTest((kind,))),)) for kind in found.illnesses]
    if found.lymphangitic:
        parts.append(all_of([Has("metastasis", (Where("site", TermTest(("lung",))),)), Team("lymphangitic spread")]))
    return any_of(parts)


STEROIDS = Has("medicine", (Where("drug", TermTest(("corticosteroid",))),))


def _no_such(states: Sequence[str], found: Lesions, tokens: Sequence[Token]) -> Expression:
    """Return what a calm state asks for: every metastasis there is calm, and no steroids where the text says so."""
    opposites = {
        "treated": "untreated",
        "stable": "active",
        "controlled": "active",
        "asymptomatic": "symptomatic",
        "resolved": "active",
    }
    window = next((token.value for token in of_kind(tokens, "win", "dur") if isinstance(token.value, Window)), None)
    calm = [one for one in states if one in opposites]
    wanted = has_lesions(
        found, [one for one in calm if one != "asymptomatic"], window if {"stable", "controlled"} & set(calm) else None
    )
    parts: list[Expression] = [wanted]
    parts += [Not(has_lesions(found, [opposites[one]])) for one in calm]
    if has_kind(tokens, "nosteroid"):
        parts.append(Not(STEROIDS))
    return all_of(parts)


CALM = frozenset(["treated", "stable", "controlled", "asymptomatic", "resolved"])


@builder
def metastases(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read metastases with the states that the words beside them name ("active or untreated brain metastases")."""
    found: Lesions = of_kind(tokens, "les")[0].value
    for other in of_kind(tokens, "les")[1:]:
        found = Lesions((*found.sites, *other.value.sites), (*found.illnesses, *other.value.illnesses))
    states = [value for token in of_kind(tokens, "stat") for value in values_of(token)]
    states = [one for one in states if one != "chronic"]
    if has_kind(tokens, "naive"):
        states.insert(0, "untreated")
    if has_kind(tokens, "prog"):
        states.append("active")
    steroids = has_kind(tokens, "steroids")
    if states and set(states) <= CALM:
        return say(_no_such(states, found, tokens), main="metastasis", extra=found)
    alternatives = [has_lesions(found, [state]) for state in states if state not in CALM] or [has_lesions(found)]
    if steroids:
        alternatives.append(all_of([has_lesions(found), STEROIDS]))
    rule = any_of(alternatives)
    if has_kind(tokens, "qual", "reqtx") and not states:
        rule = all_of([rule, Team("how serious it is")])
    return say(rule, main="metastasis", extra=found)


@builder
def lesion_size(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a size in millimetres after metastases; after "measurable" it only says what measurable means."""
    said: Said = tokens[0].value
    op, number_, unit, times = of_kind(tokens, "lim")[0].value
    if times or unit not in ("mm", "cm"):
        return None
    if said.main == "measurable" and op in (">=", ">"):
        return msgspec.structs.replace(said)
    if said.main != "metastasis" or not isinstance(said.rule, Has):
        return None
    rule = Has(said.rule.list, (*said.rule.where, Where("size", NumberTest(op, number_, unit))))
    return msgspec.structs.replace(said, rule=rule)


def _calm(said: Said, tokens: Sequence[Token]) -> Expression | None:
    """Return that the metastases of a rule are as calm as the words behind it ask; ``None`` if they ask nothing."""
    states = [value for token in of_kind(tokens, "stat") for value in values_of(token)]
    if said.main != "metastasis" or not (states or has_kind(tokens, "nosteroid")):
        return None
    return _no_such([one for one in states if one in CALM] or ["stable"], said.extra, tokens)


@builder
def metastases_unless(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "... unless treated and stable for 4 weeks without steroids": metastases that are not so calm."""
    said: Said = tokens[0].value
    calm = _calm(said, tokens)
    return say(all_of([said.rule, Not(calm)]), main="metastasis", extra=said.extra) if calm is not None else None


@builder
def metastases_must(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "brain metastases must be treated and stable", "are allowed if stable": who has any, has calm ones."""
    said: Said = tokens[0].value
    calm = _calm(said, tokens)
    if calm is None:
        return None
    requirement = any_of([Not(has_lesions(said.extra)), calm])
    return "REQ", say(requirement, main="metastasis", extra=said.extra, family="metastases")


@builder
def size(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the size of the breast tumor."""
    parts: list[Expression] = []
    for token in of_kind(tokens, "lim"):
        op, value, unit, times = token.value
        if times or unit not in ("cm", "mm"):
            return None
        parts.append(Compare("tumor.size", NumberTest(op, value, unit)))
    return say(any_of(parts) if has_kind(tokens, "or") else all_of(parts), main="size") if parts else None


@builder
def progression(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that the cancer is growing."""
    return say(flag("progressing"), main="progression")


__all__ = ["METASTATIC", "NONMETASTATIC", "Lesions", "has_lesions"]
