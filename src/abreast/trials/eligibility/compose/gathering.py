"""From the tokens of a sentence to its nodes.

Words that nobody read become residue, or tell more of what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from abreast.rules import DateTest, Has, Period, Residue, Team, TermTest, Where, any_of
from abreast.rules.expression import alternatives, walk
from abreast.trials.eligibility.compose.nodes import Node, all_measured, qualifying
from abreast.trials.eligibility.compose.passage import Passage
from abreast.trials.eligibility.compose.rewriting import TIMES, has_no_time
from abreast.trials.eligibility.compose.roles import DESCRIBED, JOINTS, NAMED, QUALIFIERS, SOFT, WORKING
from abreast.trials.eligibility.families.disease import STEROIDS
from abreast.trials.eligibility.families.function import within
from abreast.trials.eligibility.grammar import Said
from abreast.trials.eligibility.tokens import Token

_VERSIONS = frozenset([1.1, 4.03, 5.0, 4.0, 3.0])
"""Version numbers of RECIST and CTCAE, which stand for nothing by themselves."""

_CLAUSE = re.compile(
    r"""[\s,]*(?:which|that|who|whose|where|requiring|needing|necessitating|due\s+to|owing\s+to|resulting\s+(?:from|in)
    |as\s+a\s+(?:result|consequence)\s+of|because\s+of|caused\s+by|(?:related|secondary|attribut(?:ed|able))\s+to|associated\s+with
    |considered|thought|known\s+to|leading\s+to|affecting|involving|interfering|preventing|precluding|resistant\s+to|despite|at\s+risk)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a clause begins that only narrows what stands before it."""

_PHRASE = re.compile(
    r"[\s,]*(?:of|in|to|with|within|on|at|by|from|during|after|following|under|for|that|without|unresponsive\s+to)\b",
    re.IGNORECASE,
)
"""How words begin that tell where, when, how or from what something is."""

_PHRASE_OPENED = re.compile(r"\s(?:of|in|to|with|on|at|by|from)\s*$", re.IGNORECASE)

_WIDENS = re.compile(
    r"\b(?:or|including|includes?|e\.?g|i\.?e|such\s+as|other\s+than|except\w*|unless|not|no|any)\b", re.IGNORECASE
)

_ADJECTIVE = re.compile(r"(?:[\w-]+(?:al|ic|ous|ive|ary|oid|ar|ing|ed|ile|ent|ant|able|ible)[\s-]+){1,2}")

_REVERSES = re.compile(
    r"famil|hereditary|lack|absen|potential|negative|deni|exclud|resolv|cured|prevent|candida|relative"
)
"""Adjectives that may turn what they stand before into something else."""

_TREATED_BEFORE = re.compile(r"(?:previously|prior)[\s-]+treated", re.IGNORECASE)

_ANY_TREATMENT = Has("therapy", (Where("drug", TermTest(("systemic_therapy",))),))

_ENDS_WITH_OR = re.compile(r"\bor\s+[\w-]{1,20}(?:\s[\w-]{1,20})?$", re.IGNORECASE)


_EVER = re.compile(r"\b(?:prior|previous(?:ly)?|history|ever|past|earlier|before)\b", re.IGNORECASE)
"""Words that may speak of any time."""


def _recent(node: Node, period: Period) -> Node:
    return msgspec.structs.replace(node, rule=within(node.rule, period)) if node.kind == "E" else node


def _given_recently(node: Node, period: Period) -> Node:
    if node.kind != "E":
        return node
    parts = alternatives(node.rule)
    test = DateTest("within", period)
    timed = [Has(part.list, (*part.where, Where(TIMES[part.list], test))) for part in parts if isinstance(part, Has)]
    return msgspec.structs.replace(node, rule=any_of(timed), family="washout")


def nodes_of(here: Passage, tokens: Sequence[Token], absorb: bool) -> list[Node]:
    """Turn tokens into nodes; what is neither a rule nor a working word is residue, or is absorbed."""
    nodes: list[Node] = []
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind == "E" and _tells_how(here, token, tokens[index + 1 :]):
            continue
        if kind in ("E", "REQ"):
            said: Said = token.value
            here.families.append(said.family)
            nodes.append(Node("E", token.start, token.end, said.rule, said.main, said.family, said.extra))
        elif kind in WORKING or kind in JOINTS:
            nodes.append(Node(kind, token.start, token.end))
        elif kind == "before" and all(one.kind in JOINTS for one in tokens[index + 1 :]):
            continue  # "had gene therapy before"
        elif kind == "colon" and _heads_a_list(here, nodes, tokens[index + 1 :]):
            nodes.append(Node("incl", token.start, token.end))
        elif kind == "central":
            here.families.append("biomarker")
            nodes.append(Node("E", token.start, token.end, token.value, "central", "biomarker"))
        elif kind == "steroids":
            here.families.append("prior_treatment")
            nodes.append(Node("E", token.start, token.end, STEROIDS, "therapy", "prior_treatment"))
        elif kind == "win" and token.value.period and token.value.op == "within" and all_measured(nodes):
            nodes = [_recent(node, token.value.period) for node in nodes]
        elif kind == "win" and token.value.period and _ends_treatments(here, nodes, token):
            excepted = _excepted(nodes)
            nodes = [
                node if at in excepted else _given_recently(node, token.value.period) for at, node in enumerate(nodes)
            ]
        elif kind == "win" and (token.value.op == "within" or here.section == "exclusion"):
            here.timed = True
            nodes.append(Node("E", token.start, token.end, Team("in the time that the study gives"), "qualifier", ""))
        elif kind == "reqtx" and not isinstance(token.value, str):
            here.families.append("prior_treatment")
            nodes.append(Node("E", token.start, token.end, token.value, "therapy", "prior_treatment"))
        elif kind == "stat" and _is_treated_before(here, token):
            here.families.append("prior_treatment")
            nodes.append(Node("E", token.start, token.end, _ANY_TREATMENT, "therapy", "prior_treatment"))
        elif kind == "adequate" and _praises(here, tokens[index + 1 :]):
            continue
        elif kind in QUALIFIERS:
            nodes.append(
                Node("E", token.start, token.end, Team("how serious it is, and how it is treated"), "qualifier", "")
            )
        elif kind == "cper" and nodes and nodes[-1].kind == "E" and nodes[-1].main != "residue":
            nodes.append(Node("E", token.start, token.end, Team("for how long"), "qualifier", ""))
        elif (
            kind in SOFT
            or kind == "prohibit"
            or absorb
            or (kind == "num" and token.value in _VERSIONS)
            or _is_mark(here, token)
        ):
            continue
        else:
            nodes.append(Node("R", token.start, token.end))
    if here.section == "exclusion" and any(node.main == "allergy" for node in nodes):
        nodes = [_allergic(here, nodes, at) for at in range(len(nodes))]
    return _merged(here, nodes)


_GIVEN = re.compile(
    r"\b(?:prior|previous\w*|receiv\w+|treated|treatment|therapy|history|us(?:e|ed|ing)|taking)\b", re.IGNORECASE
)


def _allergic(here: Passage, nodes: Sequence[Node], at: int) -> Node:
    """Return a drug that is only named behind an allergy as what the allergy is to."""
    node, rule = nodes[at], nodes[at].rule
    said = [one for one in nodes[:at] if one.kind == "E" and one.main not in ("qualifier", "residue")]
    if not said or said[-1].main != "allergy" or _GIVEN.search(here.words(said[-1].end, node.end)):
        return node
    if not isinstance(rule, Has) or rule.list != "therapy" or len(rule.where) != 1:
        return node
    to = Has("allergy", (Where("substance", rule.where[0].test),))
    return msgspec.structs.replace(node, rule=to, main="allergy", family="allergy")


def _praises(here: Passage, after: Sequence[Token]) -> bool:
    """Whether "adequate" stands before treatment that a study asks for: treatment that was given was meant to be so."""
    following = next((one for one in after if one.kind not in ("lp", "rp", "adequate", "curative", "qual")), None)
    asked = following is not None and following.kind == "E" and following.value.main == "therapy"
    return here.section == "inclusion" and asked


def _heads_a_list(here: Passage, nodes: Sequence[Node], after: Sequence[Token]) -> bool:
    """Whether a colon stands between an illness that excludes and several kinds of it."""
    if here.section != "exclusion" or not nodes or nodes[-1].kind != "E" or any(node.kind == "incl" for node in nodes):
        return False
    said = [node for node in nodes if node.kind == "E" and node.main != "qualifier"]
    kinds = [token.value.main for token in after if token.kind == "E"]
    return len(said) == 1 and said[0].main == "illness" and kinds[:1] == ["illness"]


def _tells_how(here: Passage, token: Token, after: Sequence[Token]) -> bool:
    """Whether "systemic" only tells how the medicine behind it is given, and is no treatment of cancer."""
    if here.words(token.start, token.end).lower() != "systemic":
        return False
    following = next((one for one in after if one.kind == "E"), None)
    return following is not None and any(
        isinstance(node, Has) and node.list == "medicine" for node in walk(following.value.rule)
    )


def _is_treated_before(here: Passage, token: Token) -> bool:
    """Whether a requirement names "previously treated" cancer."""
    words = here.words(token.start, token.end)
    return here.section == "inclusion" and _TREATED_BEFORE.match(words) is not None


def _ends_treatments(here: Passage, nodes: Sequence[Node], token: Token) -> bool:
    """Whether a time stands behind nothing but treatments that have no time of their own.

    Behind an "or" it counts for each of them, unless one is said to have been "prior" or "ever": that may be meant
    whenever it was.
    """
    said = [node for node in nodes if node.kind == "E"]
    plain = all(node.main == "therapy" and has_no_time(node.rule) for node in said)
    either = any(node.kind in ("or", "slash") for node in nodes)
    joined = either and _EVER.search(here.words(here.place[0], token.start)) is not None
    depth = 0
    for node in nodes:
        depth += (node.kind == "lp") - (node.kind == "rp")
        joined = joined or (node.kind in ("unless", "except") and depth <= 0)
    return here.section == "exclusion" and token.value.op == "within" and bool(said) and plain and not joined


def _excepted(nodes: Sequence[Node]) -> set[int]:
    """Return which nodes stand in a parenthesis that excepts them."""
    found: set[int] = set()
    opened: list[bool] = []
    for at, node in enumerate(nodes):
        if node.kind == "lp":
            opened.append(at + 1 < len(nodes) and nodes[at + 1].kind in ("except", "unless"))
        elif node.kind == "rp" and opened:
            opened.pop()
        elif any(opened):
            found.add(at)
    return found


def _is_mark(here: Passage, token: Token) -> bool:
    """Whether a word is the letter of a list, "(b)"."""
    if token.kind == "num":
        if isinstance(token.value, float) and 1990 <= token.value <= 2035 and token.value.is_integer():
            return here.words(token.start, token.end).isdigit()  # the year of an edition
        return here.words(token.start, token.end).lower() in ("one", "a single", "single", "once")
    return token.kind in ("word", "tunit") and token.end - token.start == 1


def _merged(here: Passage, nodes: list[Node]) -> list[Node]:
    """Join words that were not read and stand side by side into one residue.

    In an exclusion a clause that only tells more of what was named before it ("... that would alter
    absorption") is for the team: whoever has nothing of what was named is not excluded, whatever it says.
    """
    nodes = _with_lost_or(here, nodes)
    merged: list[Node] = []
    for node in nodes:
        if node.kind == "R" and merged and merged[-1].kind == "R":
            last = merged.pop()
            merged.append(Node("R", last.start, node.end))
        else:
            merged.append(node)
    merged = [
        node
        for at, node in enumerate(merged)
        if not _or_unknown(here, merged[:at], node) and not _is_any(here, node, merged[at + 1 :])
    ]
    return [
        node
        if node.kind != "R"
        else _narrowing(here, merged[:index], node)
        or _describing(here, node, merged[index + 1 :])
        or _counting(here, node, merged[index + 1 :])
        or _resident(here, node)
        for index, node in enumerate(merged)
    ]


def _with_lost_or(here: Passage, nodes: list[Node]) -> list[Node]:
    """Give back an "or" that was read with the illness before it ("compression or active / brain metastases")."""
    if here.section != "exclusion":
        return nodes
    kept: list[Node] = []
    for node in nodes:
        before = kept[-1] if kept else None
        if (
            before is not None
            and before.kind == node.kind == "E"
            and before.main in ("illness", "metastasis")
            and node.main == "metastasis"
            and _ENDS_WITH_OR.search(here.words(before.start, before.end))
        ):
            kept += [Node("or", before.end, before.end), qualifying(before)]
        kept.append(node)
    return kept


def _or_unknown(here: Passage, before: Sequence[Node], node: Node) -> bool:
    """Whether a node is the "unknown" of "receptor positive or unknown", which asks nothing of whose is known."""
    if node.kind != "R" or len(before) < 2 or before[-1].kind not in ("or", "slash"):
        return False
    words = here.words(node.start, node.end).lower().strip()
    return before[-2].family == "receptor" and words in ("unknown", "not known", "unspecified")


_ANY = re.compile(
    r"\s*(?:(?:at\s+least|(?:a\s+)?minimum\s+of|\\?>=|≥)\s*(?:1|one)(?:\s+or\s+more)?|(?:1|one)\s+or\s+more)\s*",
    re.IGNORECASE,
)
_ONE_BEFORE = re.compile(r"\b(?:1|one)\s*$", re.IGNORECASE)


def _is_any(here: Passage, node: Node, after: Sequence[Node]) -> bool:
    """Whether words say no more than "at least one" of what follows and was read: whoever has any has one."""
    if node.kind != "R" or not after or after[0].kind != "E" or after[0].main == "lines":
        return False
    words = here.words(node.start, node.end)
    if words.lower() == "or more":
        return _ONE_BEFORE.search(here.words(max(here.place[0], node.start - 8), node.start)) is not None
    return _ANY.fullmatch(words) is not None


def _narrowing(here: Passage, before: Sequence[Node], node: Node) -> Node | None:
    """Return words that were not read as a qualifier when they can only tell more of what stands beside them.

    After it that is a clause or a phrase with a preposition, or words in parentheses; before it an adjective.
    """
    if here.section != "exclusion":
        return None
    for index in range(len(before) - 1, -1, -1):
        one = before[index]
        if one.kind == "lp" and index and before[index - 1].main in DESCRIBED and one is before[-1]:
            words = here.words(node.start, node.end)
            return None if _WIDENS.search(words) else qualifying(node)
        if one.kind != "E":
            return None
        if one.main in DESCRIBED:
            words = here.words(one.end, node.end)
            phrase = _PHRASE.match(words) or _PHRASE_OPENED.search(here.words(one.start, one.end))
            narrows = _CLAUSE.match(words) or (phrase and not _WIDENS.search(words))
            return qualifying(node) if narrows else None
        if one.main != "qualifier":
            return None
    return None


def _describing(here: Passage, node: Node, after: Sequence[Node]) -> Node | None:
    """Return an adjective that was not read as a qualifier of the illness behind it."""
    if here.section != "exclusion" or not after or after[0].kind != "E" or after[0].main not in NAMED:
        return None
    words = here.words(node.start, after[0].start).lower()
    return qualifying(node) if _ADJECTIVE.fullmatch(words) and not _REVERSES.search(words) else None


_COUNT = re.compile(
    r"[\s(]*(?:(?:at\s+least|at\s+most|more\s+than|no\s+more\s+than|less\s+than|fewer\s+than|up\s+to|(?:a\s+)?(?:minimum|maximum)(?:\s+of)?"
    r"|\\?[<>]=?|=\\?[<>]|[≥≤])\s*)?(?:\d{1,2}|one|two|three|four|five|six|ten)"
    r"(?:\s*(?:-|–|to|or)\s*(?:\d{1,2}|two|three|four|five|ten|more|fewer|less))?[\s)]*",
    re.IGNORECASE,
)


def _counting(here: Passage, node: Node, after: Sequence[Node]) -> Node | None:
    """Return a number before metastases or an illness ("1-10 brain metastases") as one that the team must count."""
    if not after or after[0].kind != "E" or after[0].main not in ("metastasis", "illness"):
        return None
    counts = _COUNT.fullmatch(here.words(node.start, node.end)) is not None
    return Node("E", node.start, node.end, Team("how many"), "qualifier", "") if counts else None


def _resident(here: Passage, node: Node) -> Node:
    return Node("E", node.start, node.end, Residue(here.words(node.start, node.end)), "residue", "unread")
