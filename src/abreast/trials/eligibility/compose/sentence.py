"""One sentence: what it does (states, asks, forbids, permits, explains), and the rule that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from abreast.rules import (
    FALSE,
    TRUE,
    Expression,
    FlagTest,
    Has,
    NumberTest,
    Residue,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import alternatives, walk
from abreast.trials.eligibility.compose.clauses import clause
from abreast.trials.eligibility.compose.gathering import nodes_of
from abreast.trials.eligibility.compose.nodes import Node
from abreast.trials.eligibility.compose.passage import Passage, Sentence
from abreast.trials.eligibility.compose.permissions import asked_of_some, permission
from abreast.trials.eligibility.compose.rewriting import ever, in_setting, of_a_dose, suppresses
from abreast.trials.eligibility.compose.roles import REQUIREMENTS, SOFT
from abreast.trials.eligibility.compose.team import team_sentence, with_unfitness
from abreast.trials.eligibility.compose.wording import (
    allows_aside,
    banning_parenthesis,
    closes_what_was_read,
    is_treatment,
    or_must,
    parenthesis_of,
    permits,
    permitting_parenthesis,
    without_purpose,
    without_support,
    without_who,
)
from abreast.trials.eligibility.families.numbers import values_of
from abreast.trials.eligibility.tokens import Token

_MAY_NOT = re.compile(r"(?:may|must|should|shall|can|cannot)\s*(?:not)?\b", re.IGNORECASE)

_IF_ANY = re.compile(r"\bif\s+(?:received|given|administered|any|used|previously\s+received)\W*$", re.IGNORECASE)
"""What follows treatment that need not have been given."""

_NOW_OR_PAST = re.compile(
    r"\bactive\s+(\w{4,20}(?:\s\w{2,20}){0,3})\s+or\s+(?:an?\s+)?(?:prior\s+|previous\s+|past\s+)?history\s+of\s+(?:an?\s+)?\1",
    re.IGNORECASE,
)

_ALL_OF = re.compile(r"\ball\s+of\s+the\s+following\b(?!\s+(?:are|is)\s+exclu)", re.IGNORECASE)

_IS_OVER = re.compile(r"complet|finish|discontinu|stop|ceas", re.IGNORECASE)

_WASHOUT = re.compile(
    r"\W*An?\s+(?:\d+|one|two)[\s-](?:week|day)s?[\s-]wash-?\s?out(?:\s+period)?\s+is\s+(?:required|sufficient|enough|needed)\s+for\s+palliative",
    re.IGNORECASE,
)
"""How a shorter time after palliative radiation is granted."""

_PALLIATIVE = Has("radiation", (Where("intent", TermTest(("palliative",))),))

_OR_PAST = re.compile(
    r"\bor\s+(?:an?\s+|any\s+)?(?:past\s+|prior\s+|previous\s+|medical\s+)?history\s+(?:of\s+(?:these|those|such|the\s+same|any\s+of\s+(?:these|the\s+above)"
    r"|either|the\s+above|same|it)\b|thereof)",
    re.IGNORECASE,
)
"""What says that an illness counts that is over, too."""

_BY_DOSE = Has(
    "medicine",
    (
        Where("drug", TermTest(("corticosteroid",))),
        Where("daily_dose", NumberTest(">", 10, "mg/d")),
        Where("ongoing", FlagTest(True)),
    ),
)
"""Steroids that suppress the immune system whatever form is permitted: studies draw the line at 10 mg of prednisone."""


def _is_ongoing(node: Node) -> bool:
    """Whether a rule is about treatment that goes on now."""
    parts = alternatives(node.rule)
    wheres = [where for part in parts if isinstance(part, Has) and part.list == "therapy" for where in part.where]
    return any(where.field == "ongoing" for where in wheres)


def compose(here: Passage, tokens: Sequence[Token]) -> Sentence:
    """Return what the tokens of one sentence say; where words stay unread, it tells their places."""
    said = _sentence(here, without_support(without_who(tokens)))
    words = here.text
    past = here.section == "exclusion" and "history" in words.lower()
    if past and (_OR_PAST.search(words) or _NOW_OR_PAST.search(words)):
        said = msgspec.structs.replace(said, rule=any_of([said.rule, ever(said.rule)]))
    if here.section == "exclusion" and _ALL_OF.search(words):
        said = msgspec.structs.replace(said, rule=all_of([said.rule, Team("whether all of these are meant at once")]))
    if here.section == "inclusion" and or_must(tokens):
        said = msgspec.structs.replace(said, rule=any_of([said.rule, Residue(words)]))
    if not said.residue and any(isinstance(node, Residue) for node in walk(said.rule)):
        return msgspec.structs.replace(said, residue=tuple(here.residue) or (here.place,))
    return said


def _sentence(here: Passage, tokens: Sequence[Token]) -> Sentence:
    if here.section == "exclusion":
        tokens = _without_ban(here, tokens)
        if here.later and _WASHOUT.match(here.text):
            return Sentence(_PALLIATIVE, "exception", "", ("permission",))
    else:
        tokens = without_purpose(tokens)
    tokens = with_unfitness(here, _without_remarks(here, tokens))
    kinds = {token.kind for token in tokens}
    if "optional" in kinds:
        return Sentence(FALSE, "optional", "", ("permission",))
    if _is_definition(here, tokens):
        aside = parenthesis_of(tokens, frozenset(["isdef"]))
        if aside is None:
            return Sentence(FALSE, "note", "", ("definition",))
        return _sentence(here, [*tokens[: aside[0]], *tokens[aside[1] :]])
    if here.section == "inclusion" and is_treatment(tokens) and _IF_ANY.search(here.text):
        return Sentence(FALSE, "allow", "therapy", ("permission",))
    if _is_not_required(here, tokens):
        return Sentence(FALSE, "allow", "", ("permission",))
    if "team" in kinds or "consent" in kinds or "contraception" in kinds:
        if here.section == "exclusion" and here.later and permits(tokens):
            return permission(here, [one for one in tokens if one.kind not in ("team", "consent")])
        return team_sentence(here, tokens, compose)
    mode = "plain"
    if "prohibit" in kinds:
        mode = "prohibit"
        banned = banning_parenthesis(tokens)
        if banned is not None and here.section == "inclusion":
            return _ban_aside(here, tokens, *banned)
    elif "allow" in kinds:
        aside = permitting_parenthesis(tokens)
        if aside is not None and not _is_behind(here, tokens, aside[0]):
            return _permission_aside(here, tokens, *aside)
        if closes_what_was_read(tokens) or _is_run_on(here, tokens):
            return _unread(here)
        if here.section == "exclusion" and allows_aside(tokens):
            return _unread(here)
        return permission(here, tokens)
    elif "must" in kinds:
        mode = "must"
    first = next((token.kind for token in tokens if token.kind not in SOFT), "")
    if first == "except" and mode == "plain":
        return _exception(here, tokens)
    nodes = nodes_of(here, tokens, absorb=False)
    here.weak = here.section == "inclusion" and any(node.main == "residue" for node in nodes)
    until = _end_of_what_is_said(nodes)
    timed = here.timed or any(node.family == "washout" for node in nodes[:until])
    here.timed = here.section == "exclusion" and timed
    here.ongoing = next((node.start for node in nodes if here.section == "exclusion" and _is_ongoing(node)), None)
    if mode == "must" and _must_be_over(here, tokens):
        return _unread(here)
    if mode == "must":
        rule = asked_of_some(here, tokens)
        if rule is not None:
            return _done(here, rule, mode, nodes)
    if "REQ" in kinds:
        mode = "must"
    elif mode == "must" and here.section == "exclusion" and not _is_asked(here, nodes):
        here.families.append("team")
        return Sentence(Team(here.quote), "plain", "team", tuple(here.families))
    said = [node for node in nodes if node.kind != "prohibit"]
    if mode == "prohibit" and not any(node.kind == "E" for node in said):
        return _unread(here)
    return _done(here, clause(here, said), mode, nodes)


def _end_of_what_is_said(nodes: Sequence[Node]) -> int:
    """Return where an exception begins; one in parentheses belongs to the words before it alone."""
    depth = 0
    for index, node in enumerate(nodes):
        depth = max(0, depth + (node.kind == "lp") - (node.kind == "rp"))
        if node.kind in ("except", "unless") and not depth:
            return index
    return len(nodes)


def _without_ban(here: Passage, tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the "may not" of an exclusion: that nobody may have it is what the heading says."""
    if not tokens:
        return tokens
    at = next((index for index, token in enumerate(tokens) if token.kind not in SOFT), len(tokens) - 1)
    banned = tokens[at].kind == "neg" and _MAY_NOT.match(here.words(tokens[at].start, tokens[at].end))
    return [*tokens[:at], *tokens[at + 1 :]] if banned and len(tokens) > at + 1 else tokens


_EXCLUDE = re.compile(
    r"\W*excludes?\s+(?:all\s+)?(?:patients|subjects|participants|individuals|women|those)\b", re.IGNORECASE
)


def _without_remarks(here: Passage, tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out what only explains or repeats: a parenthesis that defines a word, and the "allowed" of an exception.

    "A, except that B is acceptable" is "A except B", and "Exclude patients with A" under "Exclusion" is "A".
    """
    if here.section == "exclusion" and _EXCLUDE.match(here.text):
        opening = next((at for at, token in enumerate(tokens) if token.kind not in SOFT), 0)
        tokens = [*tokens[:opening], *tokens[opening + 1 :]] if tokens[opening].kind == "except" else tokens
    tokens = _without_definition(here, tokens)
    allowed = next((at for at, token in enumerate(tokens) if token.kind == "allow"), 0)
    condition = any(token.kind in ("if", "provided", "unless") for token in tokens[allowed:])
    if not allowed or condition or not any(token.kind == "E" for token in tokens[:allowed]):
        return tokens
    denied = here.section == "inclusion" and here.text.lstrip("*- ")[:3].lower() == "no "  # "No prior A is allowed"
    if denied or _EXCEPT.search(here.words(here.place[0], tokens[allowed].start)):
        return [token for token in tokens if token.kind != "allow"]
    return tokens


_EXCEPT = re.compile(r"[^(]\b(?:except(?:ing|ion|ions)?|other\s+than)\b", re.IGNORECASE)


def _without_definition(here: Passage, tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the rest of a parenthesis that defines a word ("(investigational therapy is defined as ...)")."""
    at = next((at for at, token in enumerate(tokens) if token.kind == "isdef"), None)
    if at is None:
        return tokens
    before = here.words(here.place[0], tokens[at].start)
    end = next((end for end in range(at, len(tokens)) if tokens[end].kind == "rp"), len(tokens))
    if before.count("(") <= before.count(")") or any(_is_limit(token) for token in tokens[at:end]):
        return tokens
    start = next((start for start in range(at, -1, -1) if tokens[start].kind == "lp"), at)
    return [*tokens[:start], *tokens[end + 1 :]]


def _is_limit(token: Token) -> bool:
    return token.kind == "E" and token.value.family == "organ_function"


_OF_WHOM = re.compile(
    r"\W*(?:o\s+)?(?:patients?|subjects?|participants?|individuals?|wom[ae]n|m[ae]n|those|people|persons?|prior|previous|use|the|concurrent|concomitant"
    r"|allowed|note|exceptions?|(?:a\s+)?(?:known\s+)?history|topical|inhaled|low|replacement|stable|treatment|administration|only|any|all)\b",
    re.IGNORECASE,
)


def _is_run_on(here: Passage, tokens: Sequence[Token]) -> bool:
    """Whether a permission stands at the end of an exclusion that does not begin with who or what may be permitted.

    Nobody can tell then what is permitted: "Taking A, topical A is allowed", "A within 4 weeks (B is not counted)".
    """
    if here.later or here.section == "inclusion" or _OF_WHOM.match(here.text):
        return False
    allowed = next(at for at, token in enumerate(tokens) if token.kind == "allow")
    cut, depth = 0, 0
    for at, token in enumerate(tokens[:allowed]):
        depth += (token.kind == "lp") - (token.kind == "rp")
        cut = at if token.kind in _CUTS else cut
    said = any(token.kind == "E" for token in tokens[:cut])
    return said and (depth > 0 or tokens[cut].kind == "and" or any(token.kind == "E" for token in tokens[cut:allowed]))


_CUTS = ("comma", "semi", "lp", "rp", "and")


def _must_be_over(here: Passage, tokens: Sequence[Token]) -> bool:
    """Whether a requirement says that a medicine must have been stopped, in words that no pattern read."""
    must = next((token for token in tokens if token.kind == "must"), tokens[0])
    asked = [token for token in tokens if token.kind in ("E", "steroids") and token.start > must.start]
    if here.section == "exclusion" or not asked or asked[0].kind == "steroids":
        return False
    medicine = all(isinstance(node, Has) and node.list == "medicine" for node in [asked[0].value.rule])
    return medicine and _IS_OVER.search(here.words(must.end, asked[0].start)) is not None


def _unread(here: Passage) -> Sentence:
    """Return the sentence as one that was not understood."""
    here.residue.append(here.place)
    rule = Residue(here.text)
    return Sentence(rule, "plain", "residue", tuple(here.families), tuple(here.residue))


def _is_asked(here: Passage, nodes: Sequence[Node]) -> bool:
    """Whether what a sentence under "Exclusion" says "must" be so can only be a requirement."""
    mains = {node.main for node in nodes if node.kind == "E" and node.main not in ("qualifier", "residue")}
    return bool(mains) and mains <= REQUIREMENTS


def _exception(here: Passage, tokens: Sequence[Token]) -> Sentence:
    """Read a sentence that lists exceptions to the one before it."""
    rules = [token.value.rule for token in tokens if token.kind == "E"]
    here.families.append("permission")
    return Sentence(any_of(rules) if rules else TRUE, "exception", "", tuple(here.families))


def _is_definition(here: Passage, tokens: Sequence[Token]) -> bool:
    """Whether the sentence only explains a word of another one; cut-offs and limits that it gives still count."""
    index = next((i for i, token in enumerate(tokens) if token.kind == "isdef"), None)
    if index is None or not any(token.kind == "E" for token in tokens[:index]):
        return False
    if re.search(r"\b(?:which|that|who)\s*$", here.words(tokens[index - 1].end, tokens[index].start), re.IGNORECASE):
        return False
    after = [token.value for token in tokens[index:] if token.kind == "E"]
    return not any(
        said.family == "organ_function"
        or (isinstance(said.extra, tuple) and said.extra[:1] == ("cutoff",) and said.extra[1] != 1)
        for said in after
    )


def _is_not_required(here: Passage, tokens: Sequence[Token]) -> bool:
    """Whether the sentence says that something is not asked for: "No HIV testing is required"."""
    must = next((i for i, token in enumerate(tokens) if token.kind == "must"), None)
    if must is None:
        return False
    negations = [i for i, token in enumerate(tokens[:must]) if token.kind == "neg"]
    openings = {i for i, token in enumerate(tokens) if token.kind in ("but", "semi")} | {-1}
    if not any(i - 1 in openings or i == must - 1 for i in negations):
        return False
    return re.search(r"requir|mandat|necessar", here.words(tokens[must].start, tokens[must].end)) is not None


def _done(here: Passage, rule: Expression, mode: str, nodes: Sequence[Node]) -> Sentence:
    main = next((node.main for node in nodes if node.main), "")
    return Sentence(rule, mode, main, tuple(here.families), tuple(here.residue))


def _is_behind(here: Passage, tokens: Sequence[Token], opened: int) -> bool:
    """Whether a permission stands behind a parenthesis whose end was read with what is in it."""
    allowed = next(token for token in tokens if token.kind == "allow")
    between = here.words(tokens[opened].start, allowed.start)
    return between.count("(") == between.count(")") > 0


def _ban_aside(here: Passage, tokens: Sequence[Token], start: int, end: int) -> Sentence:
    """Read a parenthesis that forbids something ("by biopsy (excisional biopsy is not allowed)")."""
    said = compose(here, [*tokens[:start], *tokens[end:]])
    named = [one.value.rule for one in tokens[start:end] if one.kind == "E"]
    forbidden = negate(any_of(named)) if named else Team("what the study does not allow")
    return msgspec.structs.replace(said, rule=all_of([said.rule, forbidden]))


def _permission_aside(here: Passage, tokens: Sequence[Token], start: int, end: int) -> Sentence:
    """Read a permission in parentheses: it softens the sentence, which stands as it is otherwise."""
    said = compose(here, [*tokens[:start], *tokens[end:]])
    settings = tuple(value for token in tokens[start:end] if token.kind == "setting" for value in values_of(token))
    permitted = any_of([in_setting(one.value.rule, settings) for one in tokens[start:end] if one.kind == "E"])
    if permitted == FALSE:
        if of_a_dose(said.rule) and any(one.kind == "locadj" for one in tokens[start:end]):
            return said  # "(topical or inhaled allowed)": neither is given in the doses that are meant
        permitted = TRUE
    excepted = all_of([permitted, Team("the exception that the study makes")])
    rule = any_of([said.rule, excepted]) if here.section == "inclusion" else all_of([said.rule, negate(excepted)])
    if permitted == TRUE and here.section == "exclusion" and suppresses(said.rule):
        rule = any_of([rule, _BY_DOSE])
    return msgspec.structs.replace(said, rule=rule)
