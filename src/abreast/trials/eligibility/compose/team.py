"""Sentences that ask for what only the team can settle: consent, willingness, judgement, contraception."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from abreast.rules import TRUE, Compare, Expression, Has, Not, Team, TermTest, Where, all_of, any_of, negate
from abreast.trials.eligibility.compose.clauses import clause
from abreast.trials.eligibility.compose.gathering import nodes_of
from abreast.trials.eligibility.compose.nodes import Node, groups_of
from abreast.trials.eligibility.compose.passage import Passage, Sentence
from abreast.trials.eligibility.compose.roles import DESCRIBED, GUARDS, JOINTS, SOFT, STRONG
from abreast.trials.eligibility.compose.wording import (
    alternatives_after,
    examples_of,
    opening_condition,
    parenthesis_of,
)
from abreast.trials.eligibility.families.person import CHILDBEARING, FERTILE, flag
from abreast.trials.eligibility.grammar import Said
from abreast.trials.eligibility.tokens import Token

Read = Callable[[Passage, Sequence[Token]], Sentence]

_STOPS = re.compile(r"(?:stop|discontinu|ceas|forgo|refrain|avoid|withhold|interrupt|give\s+up)", re.IGNORECASE)

_JUDGED = re.compile(r"investigator|physician|oncologist|opinion|judg|discretion|sponsor|doctor", re.IGNORECASE)

_UNWELL = Has("illness", (Where("status", TermTest(("active", "uncontrolled"))),))


def team_sentence(here: Passage, tokens: Sequence[Token], read: Read) -> Sentence:
    """Read a sentence that asks for what only the team can settle.

    What was read before the first such word still counts; what follows is its object ("willing to have surgery").
    ``read`` reads a sentence anew, of which only the words for the team were taken away.
    """
    here.families.append("team")
    first = next(index for index, token in enumerate(tokens) if token.kind in ("team", "consent", "contraception"))
    token = tokens[first]
    if token.kind == "consent" and not any(one.kind in ("team", "contraception") for one in tokens):
        others = [one for one in tokens if one.kind == "E"]
        if others and others[0].value.family in ("age", "sex"):
            rest = [one for one in tokens if one.kind != "consent"]
            if not any(one.kind in ("word", "neg") for one in rest):
                return read(here.afresh(), rest)
    opposite = _without_such(here, tokens, first, read)
    if opposite is not None:
        return opposite
    if _is_left_to_the_doctor(here, tokens, first):
        return read(here.afresh(), tokens[:first])
    about = here.quote
    team: Expression = Team(about)
    before = _without_kinds(tokens[:first])
    before = [one for one in before if one.kind not in ("if", "must", "allow", "provided", "eg", "incl")]
    special = _wider(here, tokens, team) or _judged_aside(here, tokens, team, read) or _no_magnet(here, tokens, team)
    special = special or _with_team_at_last(here, tokens, team, read) or _permitted(here, tokens[:first], team)
    if special is not None:
        return special
    nodes = nodes_of(here, before, absorb=True)
    guards = [node for node in nodes if node.main in GUARDS and node.rule != TRUE]
    asked = [node for node in nodes if node.kind == "E" and node not in guards and node.main not in ("qualifier",)]
    if token.kind == "contraception":
        who = token.value if token.value is not None else CHILDBEARING
        return _contraception(here, tokens, first, who, nodes)
    condition = opening_condition(tokens[:first]) if here.section == "inclusion" else None
    if condition is not None:
        return Sentence(any_of([negate(condition), team]), "must", "team", tuple(here.families))
    before_it = [node for node in nodes if node.kind == "E" and node.main != "qualifier"]
    if here.section == "inclusion" and first > 1 and tokens[first - 1].kind == "or" and len(before_it) == 1:
        alone = all(one.kind in ("E", *JOINTS) or one.kind in SOFT for one in tokens[:first])
        if alone:
            return Sentence(any_of([clause(here, nodes), team]), "must", before_it[0].main, tuple(here.families))
    if not guards and not asked:
        team = _of_one_sex(here, team)
    if guards:
        who = groups_of(nodes, guards)
        asked_of = here.section == "inclusion" and not _are_those_meant(here, tokens, guards)
        team = any_of([negate(who), team]) if asked_of else all_of([who, team])
    plain = [node for node in asked if node.extra != ("serious_illness",) and not _is_planned(here, token, node)]
    examples = [] if _JUDGED.search(about) else examples_of(tokens[first:])
    if here.section == "exclusion" and not asked and examples:
        rule = all_of([any_of([*examples, _UNWELL]), team])
        return Sentence(rule, "plain", "illness", tuple(here.families))
    if here.section == "inclusion":
        plain = [node for node in plain if node.family in STRONG]
    if not plain or len(plain) > 6:
        return Sentence(team, "must" if here.section == "inclusion" else "plain", "team", tuple(here.families))
    kept = [node for node in nodes if node.kind != "E" or node in plain]
    if here.section == "exclusion":
        if _stands_alone(here, tokens, first):
            return Sentence(team, "plain", "team", tuple(here.families))
        meant = any_of([clause(here, kept), *alternatives_after(tokens[first + 1 :])])
        return Sentence(all_of([meant, team]), "plain", plain[0].main, tuple(here.families))
    rule = all_of([clause(here, kept), team])
    return Sentence(rule, "plain", plain[0].main, tuple(here.families))


_PLANNED = re.compile(r"(?:planned|scheduled|upcoming)\b", re.IGNORECASE)


def _is_planned(here: Passage, team: Token, node: Node) -> bool:
    """Whether treatment is only planned ("surgery planned during the study"): a case does not say it."""
    planned = _PLANNED.match(here.words(team.start, team.end)) is not None
    return here.section == "exclusion" and planned and node.main == "therapy"


def with_unfitness(here: Passage, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens with "not suitable for chemotherapy" as one that is for the team.

    It forbids nothing that stands beside it, and says of nobody that the treatment was given, or was not.
    """
    kept: list[Token] = []
    start = 0
    for index, token in enumerate(tokens):
        end = _end_of_unfitness(here, tokens, index) if token.kind == "prohibit" and index >= start else 0
        if end:
            team = Team(" ".join(here.words(token.start, tokens[end - 1].end).split()))
            kept += tokens[start:index]
            kept.append(Token("E", token.start, tokens[end - 1].end, Said(team, "team", "team", "qualifier_")))
            start = end
    return [*kept, *tokens[start:]]


def _end_of_unfitness(here: Passage, tokens: Sequence[Token], index: int) -> int:
    """Return where the treatment ends that somebody is not fit for, or 0 if no treatment is meant."""
    if not _UNFIT.search(here.words(tokens[index].start, tokens[index].end)):
        return 0
    if [token.kind for token in tokens[index + 1 : index + 2]] not in (["forin"], ["to"]):
        return 0
    end = next((at for at in range(index + 2, len(tokens)) if tokens[at].kind not in _BEFORE_TREATMENT), len(tokens))
    if end == len(tokens) or not _is_treatment(tokens[end]):
        between = here.words(tokens[index].end, tokens[end].start if end < len(tokens) else here.place[1])
        named = any(token.kind == "tx" for token in tokens[index + 2 : end])
        return end if named and _TREATMENT_AT_ALL.search(between) else 0
    end += 1
    while end + 1 < len(tokens) and tokens[end].kind in JOINTS and _is_treatment(tokens[end + 1]):
        end += 2
    return end


def _is_treatment(token: Token) -> bool:
    return token.kind == "E" and token.value.family == "prior_treatment"


_UNFIT = re.compile(
    r"(?:ineligible|not\s+(?:\w+\s+)?(?:eligible|suitable|acceptable|qualified|fit))\W*$", re.IGNORECASE
)
_BEFORE_TREATMENT = SOFT - {"study", "studydrug", "anc"} | {"comma"}
_TREATMENT_AT_ALL = re.compile(r"\b(?:all|any|standard|available|approved|curative|further|other)\b", re.IGNORECASE)
"""What tells that treatment in general is meant, and not that of the study."""


def _without_kinds(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the cancers that only stand as examples of solid tumors: any other will do as well."""
    at = next((at for at, one in enumerate(tokens) if one.kind in ("eg", "incl")), len(tokens))
    cancers = [one for one in tokens if one.kind == "E" and one.value.main == "cancer"]
    if not cancers or cancers[0] not in tokens[:at] or cancers[0].value.rule != TRUE:
        return tokens
    return [one for one in tokens if one not in cancers[1:] or one in tokens[:at]]


_ONE_SEX_WHO = re.compile(
    r"\W*(?:females?|wom[ae]n|males?|m[ae]n)\s+(?:who\s+)?(?:(?:have|has)\s+been|are|were|is)?\s*"
    r"(?:scheduled|planned|recommended|referred|about|undergoing|planning)\b",
    re.IGNORECASE,
)


def _are_those_meant(here: Passage, tokens: Sequence[Token], guards: Sequence[Node]) -> bool:
    """Whether a requirement tells who is meant ("females who are scheduled for surgery"), and asks nothing of them."""
    plain = not any(one.kind in ("must", "allow") for one in tokens)
    return plain and all(node.main == "sex" for node in guards) and _ONE_SEX_WHO.match(here.text) is not None


def _wider(here: Passage, tokens: Sequence[Token], team: Expression) -> Sentence | None:
    """Read "ECOG 0-1 (or 2 at the discretion ...)"."""
    opened = [one.kind for one in tokens[1:3]] == ["lp", "or"] and tokens[0].kind == "E"
    if here.section == "exclusion" or not opened or tokens[0].value.family != "performance":
        return None
    here.families.append("performance")
    return Sentence(any_of([tokens[0].value.rule, team]), "must", "ecog", tuple(here.families))


def _permitted(here: Passage, before: Sequence[Token], team: Expression) -> Sentence | None:
    """Leave to the team what a permission says on the way to it: who may have something need not have it."""
    kinds = {one.kind for one in before}
    if here.section == "exclusion" or "allow" not in kinds or kinds & {"neg", "prohibit", "must"}:
        return None
    return Sentence(team, "must", "team", tuple(here.families))


def _judged_aside(here: Passage, tokens: Sequence[Token], team: Expression, read: Read) -> Sentence | None:
    """Read a requirement whose words for the team stand in parentheses: they let in more, or tell who judges it."""
    place = parenthesis_of(tokens, _FOR_THE_TEAM) if here.section == "inclusion" else None
    if place is None:
        return None
    start, end = place
    inner = [token for token in tokens[start + 1 : end] if token.kind not in SOFT]
    opening = inner[0].kind if inner else ""
    if opening not in ("or", "except", "unless") and any(token.kind not in _TELLS_WHO for token in inner):
        return None
    said = read(here.afresh(), [*tokens[:start], *tokens[end:]])
    if opening in ("or", "except", "unless"):
        return msgspec.structs.replace(said, rule=any_of([said.rule, team]))
    return said


_FOR_THE_TEAM = frozenset(["team", "consent", "contraception"])
_TELLS_WHO = frozenset(["team", "rp", "comma", "or", "and", "slash", "adequate"])


def _no_magnet(here: Passage, tokens: Sequence[Token], team: Expression) -> Sentence | None:
    """Read a contraindication to MRI: whoever has no implant, metal in the body or fear of narrow places has none."""
    if here.section == "inclusion" or not _NO_MAGNET.search(here.text):
        return None
    named = [one.value.rule for one in tokens if one.kind == "E" and one.value.main == "illness"]
    return Sentence(all_of([any_of([_UNFIT_FOR_MAGNET, *named]), team]), "plain", "illness", tuple(here.families))


_NO_MAGNET = re.compile(r"contra-?\s?indicat\w*\b[^.;]{0,40}\b(?:MRI|magnetic\s+resonance)", re.IGNORECASE)
_UNFIT_FOR_MAGNET = Has("illness", (Where("kind", TermTest(("pacemaker", "metal_implant", "claustrophobia"))),))
"""What stands on a list of illnesses when somebody may not be put into a magnet."""

_OF_WOMEN = re.compile(r"\b(?:eggs?|ova|oocytes?|breast-?\s?feed\w*|become\s+pregnant|lactat\w+)\b", re.IGNORECASE)
_OF_MEN = re.compile(r"\bsperm\b", re.IGNORECASE)
_MEN = re.compile(r"\b(?:sperm|men|man|males?|partners?|father)\b", re.IGNORECASE)
_WOMEN = re.compile(r"\b(?:eggs?|ova|oocytes?|women|woman|females?|pregnan\w+)\b", re.IGNORECASE)


def _of_one_sex(here: Passage, team: Expression) -> Expression:
    """Return what a sentence leaves to the team for those alone who can do it: give eggs, breastfeed, give sperm."""
    words = here.text
    if _OF_WOMEN.search(words) and not _MEN.search(words):
        who = CHILDBEARING
    elif _OF_MEN.search(words) and not _WOMEN.search(words):
        who = Compare("sex", TermTest(("male",)))
    else:
        return team
    return any_of([negate(who), team]) if here.section == "inclusion" else all_of([who, team])


def _with_team_at_last(here: Passage, tokens: Sequence[Token], team: Expression, read: Read) -> Sentence | None:
    """Read a requirement whose last alternative alone is for the team ("..., or no standard therapy available")."""
    joint = max((index for index, token in enumerate(tokens) if token.kind == "or"), default=0)
    last = tokens[joint + 1 :]
    alone = any(token.kind == "team" for token in last) and all(
        token.kind in ("team", "neg", "adequate", "avail", "stop", "tx") or token.kind in SOFT for token in last
    )
    unclear = ("team", "consent", "word", "allow", "if", "neg", "lp")
    clear = not any(token.kind in unclear for token in tokens[:joint])
    said = sum(token.kind == "E" for token in tokens[:joint])
    if here.section == "exclusion" or not joint or not alone or not clear or said < 2:
        return None
    end = Token("E", last[0].start, last[-1].end, Said(team, "team", "team", "qualifier_"))
    return read(here.afresh(), [*tokens[: joint + 1], end])


def _without_such(here: Passage, tokens: Sequence[Token], first: int, read: Read) -> Sentence | None:
    """Read "no disease that would impair ..." and "unable to stop X": whoever has none of it need not be judged."""
    asked = [one for one in tokens if one.kind == "E" and one.value.main in DESCRIBED]
    if here.section == "exclusion" and asked and tokens[first] is tokens[0] and _keeps_on(here, tokens, first):
        about = Team(here.quote)
        return Sentence(all_of([any_of([one.value.rule for one in asked]), about]), "plain", "therapy", ("team",))
    if here.section == "exclusion" or tokens[0].kind != "neg" or not asked or first < 2:
        return None
    if not any(one.start < tokens[first].start for one in asked):
        return None
    excluding = Passage("exclusion", here.words, (tokens[1].start, here.place[1]))
    said = team_sentence(excluding, tokens[1:], read)
    return msgspec.structs.replace(said, rule=negate(said.rule), mode="must")


def _keeps_on(here: Passage, tokens: Sequence[Token], first: int) -> bool:
    """Whether somebody who cannot, or does not want to, stop taking something is spoken of."""
    object_at = next((one.start for one in tokens[first:] if one.kind == "E"), here.place[1])
    between = here.words(tokens[first].start, object_at)
    return tokens[first].value in ("willingness", "compliance", "conduct") and bool(_STOPS.search(between))


def _stands_alone(here: Passage, tokens: Sequence[Token], first: int) -> bool:
    """Whether words that were not read may be alternatives of their own beside what was read."""
    before, after = tokens[:first], tokens[first + 1 :]
    joined = any(one.kind in ("or", "comma", "semi") for one in before)
    unread = any(node.main == "residue" for node in nodes_of(here, before, absorb=False)) and joined
    last = max((index for index, one in enumerate(after) if one.kind in ("or", "semi")), default=len(after))
    return unread or sum(one.kind == "word" for one in after[last:]) > 1


def _is_left_to_the_doctor(here: Passage, tokens: Sequence[Token], first: int) -> bool:
    """Whether a performance status is followed by "at the discretion of the doctor" and nothing else."""
    said = [one.value.family for one in tokens[:first] if one.kind == "E"]
    plain = all(one.kind in ("E", "comma", "or", "lp", "rp") for one in tokens[:first])
    rest = all(one.kind in ("team", "comma", "rp", "adequate") for one in tokens[first:])
    discretion = first > 0 and "discretion" in here.words(tokens[first - 1].end, here.place[1]).lower()
    return here.section == "inclusion" and discretion and plain and rest and set(said) == {"performance"}


def _contraception(
    here: Passage, tokens: Sequence[Token], index: int, who: Expression, nodes: Sequence[Node]
) -> Sentence:
    rest = nodes_of(here, [one for one in tokens[index + 1 :] if one.kind == "E"], absorb=True)
    meant = [
        msgspec.structs.replace(node, rule=CHILDBEARING) if node.extra == "female" else node
        for node in (*nodes, *rest)
        if node.main in ("childbearing", "sex") and node.rule != TRUE
    ]
    if meant:
        named = groups_of([*nodes, *rest], meant)
        who = named if who == FERTILE else any_of([who, named])
    pregnant = [node for node in (*nodes, *rest) if node.main in ("pregnancy", "not_pregnant")]
    here.families.append("pregnancy")
    if here.section == "inclusion":
        parts = [any_of([negate(who), Team(here.quote)])]
        parts += [node.rule if node.main == "not_pregnant" else negate(node.rule) for node in pregnant]
        return Sentence(all_of(parts), "must", "contraception", tuple(here.families))
    rule = all_of([who, Not(flag("contraception")), Team(here.quote)])
    parts = [rule, *(node.rule for node in pregnant if node.main == "pregnancy")]
    return Sentence(any_of(parts), "plain", "contraception", tuple(here.families))
