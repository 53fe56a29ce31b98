"""How far what was read may be trusted to turn somebody away.

A sentence can be read word by word and still be misread as a whole. These are the signs of it; whichever is found, the
part in question becomes residue, so that it decides nothing and is left to ask about:

- much of the sentence is unread: what was read may stand in a definition, or be said of somebody else;
- nobody could meet the requirement, or it would turn everybody away;
- an exclusion would turn people away for what they do *not* have ("no major surgery within 28 days" under the heading
  "Exclusion" is a requirement that strayed there, "or still recovering from surgery" says nothing of who had none);
- a requirement would take only people who have an illness, a side effect or a medicine: nearly always it is meant for
  those who have it ("HIV-infected patients must be on treatment").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

import msgspec

from abreast.rules import (
    FALSE,
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Not,
    NumberTest,
    Residue,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import atoms, walk
from abreast.trials.eligibility.compose import Sentence
from abreast.trials.eligibility.families.person import CHILDBEARING
from abreast.trials.eligibility.model import Criterion, Section
from abreast.trials.eligibility.signs import heeded, opened
from abreast.vocabulary import Relation, load_vocabulary

TRUSTED_SHARE = 0.2
FEW_WORDS = 2
"""A sentence is trusted when at most this share of its words, or this many, are unread. In the labelled sets nearly
every right answer *against* lies below; see docs/decisions/0041."""

_DECIDING = ("plain", "must", "prohibit")
_TURNED = {"inclusion": "prohibit", "exclusion": "must"}
"""Sentences whose rule is turned round when the sentences of a criterion are joined."""


def trusted_sentence(
    sentence: Sentence, section: Section, words: str, place: tuple[int, int], *, alone: bool = True
) -> Sentence:
    """Return the sentence as it is, or, when too much of it is unread, with no more than what is sure all the same.

    ``words`` is the text that ``place`` and the places of the residue refer to, and ``alone`` tells whether the
    sentence is all of it. In a list of what excludes, an unread item is one more way to be excluded, and casts no doubt
    on the others.
    """
    if sentence.mode not in _DECIDING:
        return sentence
    start, end = place
    if _says_nothing(sentence) and not _NO_SENTENCE.fullmatch(words[start:end]):
        return msgspec.structs.replace(sentence, rule=Residue(words[start:end]), main="residue", residue=(place,))
    asks = (section == "inclusion") != (sentence.mode == _TURNED[section])
    rule = heeded(sentence.rule, section, words[start:end], asks=asks)
    if section == "exclusion":
        rule = _events_alike(_second_cancers_alike(rule), words[start:end])
    if section == "exclusion" and not _EVER.search(words[start:end]):
        rule = _timed_alike(rule)
    if asks and section == "inclusion" and _FOR_ONE_SEX.match(words[start:end]):
        rule = _of_one_sex(rule)
    if asks and section == "inclusion" and not alone and not _GIVEN.search(words[start:end]):
        rule = _as_named(rule, words[start:end])
    if rule != sentence.rule:
        sentence = msgspec.structs.replace(sentence, rule=rule)
    unread = sum(len(words[low:high].split()) for low, high in sentence.residue)
    if section == "exclusion" and isinstance(sentence.rule, AnyOf):
        unread -= sum(len(part.text.split()) for part in sentence.rule.parts if isinstance(part, Residue))
    if unread <= max(FEW_WORDS, TRUSTED_SHARE * len(words[start:end].split())):
        return sentence
    required = section == "inclusion" and asks
    return msgspec.structs.replace(sentence, rule=_sure(sentence.rule, words[start:end], asks=required))


def trusted_rule(rule: Expression, section: Section, text: str, head: str = "") -> Expression:
    """Return the rule of a whole criterion without what must not turn anybody away.

    ``text`` is what it says, ``head`` the heading above it.
    """
    if rule in (TRUE, FALSE) and (_HIDING.search(text) or _TWO_SENTENCES.search(text)):
        return Residue(text)
    if section == "exclusion":
        return _known_of_person(rule, text)
    rule = _not_for_all(rule, text)
    if not _possible(rule) or _has_dead_branch(rule):
        return Residue(text)
    rule = opened(_without_impossible(rule, text), section, text)
    rule = _of_the_pregnant(_of_a_subgroup(_at_most(rule, text), text))
    if _LIVER.search(text) and not _EITHER_WAY.search(text):
        rule = _with_liver_metastases(rule, text)
    if not _GIVEN.search(f"{head} {text}"):
        rule = _as_named(rule, text)
    return rule


# --- one time for several treatments ------------------------------------------------------------------------------

_EVER = re.compile(
    r"\b(?:prior(?!\s+to)|previous(?:ly)?|history|ever|past|earlier|current(?:ly)?|ongoing|planned|requir\w+)\b",
    re.IGNORECASE,
)
"""Words by which a treatment counts whenever it was, or goes on now."""


def _timed_alike(rule: Expression) -> Expression:
    """Leave open when an operation or radiation must have been that stands beside treatment with a time."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    if not any(_is_timed(part) for part in parts):
        return rule
    when = Team("whether the time limit counts for this too")
    return any_of(all_of([part, when]) if _has_no_time(part) else part for part in parts)


_EVENTS = frozenset(
    [
        *("myocardial_infarction", "unstable_angina", "angina", "heart_failure", "arrhythmia", "stroke", "tia"),
        *("thromboembolism", "pulmonary_embolism", "deep_vein_thrombosis", "coronary_intervention", "bleeding"),
    ]
)
_WITHIN_AT_LAST = re.compile(
    r"[^;]*(?:,|\bor\b)(?:(?!,|\bor\b)[^;])*\b(?:within|in\s+the\s+(?:last|past))\b[^,;]*$", re.DOTALL
)


def _events_alike(rule: Expression, words: str) -> Expression:
    """Leave open when an event must have been that stands in a list with one time at its end."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    timed = any(_starts(node) for part in parts for node in walk(part))
    if not timed or words.lower().count("within") > 1 or not _WITHIN_AT_LAST.match(words):
        return rule
    when = Team("whether the time limit counts for this too")
    return any_of(all_of([part, when]) if _is_event(part) else part for part in parts)


def _starts(node: Expression) -> bool:
    return (
        isinstance(node, Has) and node.list == "illness" and any(isinstance(one.test, DateTest) for one in node.where)
    )


def _is_event(part: Expression) -> bool:
    if not isinstance(part, Has) or part.list != "illness" or len(part.where) != 1:
        return False
    test = part.where[0].test
    return isinstance(test, TermTest) and set(test.terms) <= _EVENTS


def _second_cancers_alike(rule: Expression) -> Expression:
    """Leave open when another cancer must have been that is named beside one with a time ("has, or had within")."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    ever = Has("illness", (Where("kind", TermTest(("second_cancer",))),))
    timed = any(isinstance(part, Has) and len(part.where) > 1 and part.where[0] == ever.where[0] for part in parts)
    if ever not in parts or not timed:
        return rule
    when = Team("whether the time limit counts for this too")
    return any_of(all_of([part, when]) if part == ever else part for part in parts)


def _is_timed(part: Expression) -> bool:
    treated = isinstance(part, Has) and part.list in _TREATMENTS
    return treated and isinstance(part, Has) and any(isinstance(one.test, DateTest) for one in part.where)


def _has_no_time(part: Expression) -> bool:
    return isinstance(part, Has) and part.list in ("radiation", "surgery") and not _is_timed(part)


# --- what is asked of one sex ---------------------------------------------------------------------------------------

_FOR_ONE_SEX = re.compile(r"\W*for\s+(?:all\s+)?(?:wom[ae]n|females?|m[ae]n|males?)\b", re.IGNORECASE)


def _of_one_sex(rule: Expression) -> Expression:
    """Ask nothing of the other sex where a sentence begins with "for men" or "for women"."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    named = [part for part in parts if isinstance(part, Compare) and part.attribute == "sex"]
    rest = [part for part in parts if part not in named]
    return any_of([negate(all_of(named)), all_of(rest)]) if named and rest else rule


# --- nothing was read -------------------------------------------------------------------------------------------

_NO_SENTENCE = re.compile(
    r".*:\s*|\W*\w*\W*(?:\w+\W*)?|.*\b(?:who|that|which|with|are|is|has|have|of|by|for|and|or)\s*",
    re.DOTALL | re.IGNORECASE,
)
"""A name of what follows, one word or two, or the beginning of a sentence."""


def _says_nothing(sentence: Sentence) -> bool:
    """Whether no word of a sentence was read, and none was noted as unread either: all were taken for filling."""
    return sentence.rule in (TRUE, FALSE) and not sentence.families and not sentence.residue


_HIDING = re.compile(
    r"^\W*acceptable\b|\([^()]*\b(?:allowed|permitted|acceptable|eligible|may|can)\b|;\s*does\s+not\s+include\b"
    r"|\bnot\s+considered\b(?!\s+an?\s+exclu)|;[^;]*\bdefined\s+as\b",
    re.IGNORECASE,
)
"""A permission or a definition beside what is asked: "no radiation within 21 days (palliative is allowed)"."""

_TWO_SENTENCES = re.compile(r"[^.:;,\s\-*]\s+(?:Patients|Subjects|Participants|Women)\s+(?:with|who|receiving|on)\b")
"""A second sentence that no stop parts from the first."""


def without_contradictions(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return a study's criteria without exclusions of exactly those whom a requirement asks for.

    "Patients with a history of anticancer therapy" beside "must have received standard therapy" has lost its time, or
    is about something else; nobody could enter.
    """
    treated = {one.cohort for one in criteria if one.section == "inclusion" and _asks_for_treatment(one.rule)}
    if not treated:
        return criteria
    return tuple(
        msgspec.structs.replace(one, rule=_doubted(one.rule, one.text), residue=one.residue or (one.span,))
        if one.section == "exclusion" and _ANY_TREATMENT in _ways(one.rule) and treated & {"", one.cohort}
        else one
        for one in criteria
    )


_ANY_TREATMENT = Has("therapy", (Where("drug", TermTest(("systemic_therapy",))),))


def _asks_for_treatment(rule: Expression) -> bool:
    parts = rule.parts if isinstance(rule, All) else (rule,)
    return any(isinstance(part, Has) and part.list == "therapy" for part in parts)


def _ways(rule: Expression) -> tuple[Expression, ...]:
    """Return each of the ways into an exclusion."""
    return rule.parts if isinstance(rule, AnyOf) else (rule,)


def _doubted(rule: Expression, text: str) -> Expression:
    return any_of(all_of([way, Residue(text)]) if way == _ANY_TREATMENT else way for way in _ways(rule))


# --- much is unread ----------------------------------------------------------------------------------------------


def _sure(rule: Expression, quote: str, *, asks: bool) -> Expression:
    """Keep the parts of a requirement that name another cancer or a sex; the rest is not read."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    kept = [part for part in parts if _is_sure(part)] if asks and not _OF_SOME.search(quote) else []
    return all_of([*kept, Residue(quote)])


_OF_SOME = re.compile(r"\b(?:must|should|shall|agree\w*|needs?\s+to|will|if)\b", re.IGNORECASE)
"""Words by which something is asked of those just named ("male participants must not donate sperm")."""


def _is_sure(part: Expression) -> bool:
    match part:
        case Compare("cancer", TermTest(terms)):
            return "breast" not in terms
        case Compare("sex", _):
            return True
        case _:
            return False


# --- an exclusion for what somebody does not have -------------------------------------------------------------------


def _known_of_person(rule: Expression, text: str) -> Expression:
    """Add residue to each way into an exclusion that rests on nothing but an absence."""
    if isinstance(rule, AnyOf):
        return any_of(_known_of_person(part, text) for part in rule.parts)
    return all_of([rule, Residue(text)]) if _of_nobody(rule) else rule


def _of_nobody(rule: Expression) -> bool | None:
    """Return whether a rule holds of somebody of whom nothing is on record though all lists are complete."""
    match rule:
        case Constant(value):
            return value
        case Has() | Count() | Compare("histology", _):
            return False
        case Not(part):
            inner = _of_nobody(part)
            return None if inner is None else not inner
        case All(parts):
            return _least([_of_nobody(part) for part in parts])
        case AnyOf(parts):
            inner = _least([_of_nobody(Not(part)) for part in parts])
            return None if inner is None else not inner
        case _:
            return None


def _least(values: Sequence[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


# --- a requirement for those whom it concerns -------------------------------------------------------------------------

_CONDITIONS = frozenset(["illness", "medicine", "toxicity", "transfusion"])


def _not_for_all(rule: Expression, text: str) -> Expression:
    """Let nobody fail a requirement for lack of an illness, a side effect or a medicine, or for not being pregnant."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    if any(_is_pregnancy(part) for part in parts):
        return any_of([rule, Residue(text)])
    if any(_is_pregnancy(node) for node in _wanted(rule)):
        rule = any_of([rule, Team(text)])  # whoever cannot be pregnant meets it all the same
        parts = (rule,)
    return all_of(any_of([part, Residue(text)]) if _is_condition(part) else part for part in parts)


def _wanted(rule: Expression) -> Iterator[Expression]:
    """Yield what stands in a rule outside of any denial."""
    match rule:
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _wanted(part)
        case Not():
            return
        case _:
            yield rule


def _is_condition(part: Expression) -> bool:
    match part:
        case AnyOf(parts) | All(parts):
            return all(_is_condition(one) for one in parts)
        case Has(name):
            return name in _CONDITIONS
        case _:
            return False


def _is_pregnancy(part: Expression) -> bool:
    match part:
        case Compare("pregnant" | "breastfeeding", FlagTest(value)):
            return value
        case _:
            return False


# --- limits for some of the people -----------------------------------------------------------------------------------


def _of_a_subgroup(rule: Expression, text: str) -> Expression:
    """Leave of two limits for one value the stricter one open, and the metastases that a limit of its own is given for.

    "Platelets > 50; for those in cohort B, > 100" and "ALT <= 2.5 x ULN; with liver metastases, <= 5 x ULN".
    """
    parts = rule.parts if isinstance(rule, All) else (rule,)
    limits = [part for part in parts if isinstance(part, Compare) and isinstance(part.test, NumberTest)]
    measured = any(isinstance(part.test, NumberTest) and (part.test.unit or part.test.times) for part in limits)
    doubtful: list[Expression] = [part for part in limits if any(_is_looser(other, part) for other in limits)]
    if measured:
        doubtful += [part for part in parts if isinstance(part, Has) and part.list == "metastasis"]
    return all_of(any_of([part, Residue(text)]) if part in doubtful else part for part in parts) if doubtful else rule


_AT_MOST = re.compile(
    r"\W*(?:(?:no|not)\s+more\s+than|maximum|up\s+to|fewer\s+than|less\s+than|at\s+most)\b", re.IGNORECASE
)


def _at_most(rule: Expression, text: str) -> Expression:
    """Ask for none of what may not have been given too often: "no more than one prior CPI (a pair counts as one)"."""
    if not isinstance(rule, All) or not _AT_MOST.match(text):
        return rule
    if not any(isinstance(part, Count) for part in rule.parts):
        return rule
    return all_of(any_of([part, Residue(text)]) if _is_treatment(part) else part for part in rule.parts)


def _is_looser(one: Compare, other: Compare) -> bool:
    """Whether two limits are of the same value, and whoever meets ``other`` meets ``one`` but not the other way."""
    first, second = one.test, other.test
    if not isinstance(first, NumberTest) or not isinstance(second, NumberTest) or one.attribute != other.attribute:
        return False
    if (first.unit, first.times, first.op[0]) != (second.unit, second.times, second.op[0]):
        return False
    return first.number < second.number if first.op[0] == ">" else first.number > second.number


_LIVER = re.compile(r"\b(?:liver|hepatic)\s+(?:metasta|involve|lesion|tumou?r|cancer|disease)", re.IGNORECASE)
_EITHER_WAY = re.compile(r"\b(?:with\s+(?:or|and/or)\s+without|regardless|irrespective)\b", re.IGNORECASE)
_ENZYMES = frozenset(["ast", "alt", "alp", "bilirubin"])
_IN_THE_LIVER = Has("metastasis", (Where("site", TermTest(("liver",))),))


def _with_liver_metastases(rule: Expression, text: str) -> Expression:
    """Leave open what counts for those with liver metastases, where no limit of their own was read.

    "ALT <= 3 x ULN; <= 5 x ULN if liver metastases" gives them another limit, wherever in the sentence it stands.
    """
    parts = rule.parts if isinstance(rule, All) else (rule,)
    kept = [Residue(text) if _turns_on_the_liver(part) else part for part in parts]
    own = any(_has_own_limit(part) for part in kept)
    plain = any(isinstance(part, Compare) and part.attribute in _ENZYMES for part in kept)
    if own or not plain:
        return all_of(kept)
    return any_of([all_of(kept), all_of([_IN_THE_LIVER, Residue(text)])])


def _turns_on_the_liver(part: Expression) -> bool:
    """Whether a part lets everybody through who has no liver metastases: the limit for them was lost."""
    return (
        isinstance(part, AnyOf)
        and any(isinstance(one, Not) and _IN_THE_LIVER in tuple(atoms(one)) for one in part.parts)
        and any(_names(atom) in _ENZYMES for atom in atoms(part))
    )


def _has_own_limit(part: Expression) -> bool:
    if not isinstance(part, AnyOf):
        return False
    return any(isinstance(one, All | Has) and _IN_THE_LIVER in tuple(atoms(one)) for one in part.parts)


# --- pregnancy --------------------------------------------------------------------------------------------------------

_OF_WOMEN_ONLY = frozenset(["pregnant", "breastfeeding"])
_STERILISING = frozenset(["oophorectomy", "hysterectomy", "tubal_ligation"])


def _of_the_pregnant(rule: Expression) -> Expression:
    """Let nobody fail what is said of pregnancy for being past childbearing, or for not being so.

    "Not pregnant or of non-childbearing potential", "a negative test in women before menopause": any will do.
    """
    if isinstance(rule, AnyOf):
        return any_of(_of_the_pregnant(part) for part in rule.parts)
    parts = tuple(_conjuncts(rule))
    said = [part for part in parts if any(_names(atom) in _OF_WOMEN_ONLY for atom in atoms(part))]
    beside = [part for part in parts if part not in said and _is_of_childbearing(part)]
    of_all = len(beside) >= len(CHILDBEARING.parts) if isinstance(CHILDBEARING, All) else False
    past = of_all or any(not _is_not_past(part) for part in beside)
    if not said or not past or any(_is_pregnancy(part) for part in said):
        return rule
    rest = [part for part in parts if part not in said and part not in beside]
    return all_of([*rest, any_of([negate(CHILDBEARING), all_of(said)])])


def _conjuncts(rule: Expression) -> Iterator[Expression]:
    match rule:
        case All(parts):
            yield from parts
        case Not(AnyOf(parts)):
            for part in parts:
                yield from _conjuncts(negate(part))
        case _:
            yield rule


def _is_of_childbearing(part: Expression) -> bool:
    """Whether a part asks whether somebody can become pregnant, by age, menopause or an operation."""
    if _is_not_past(part) or part == negate(CHILDBEARING):
        return True
    match part:
        case Compare("menopause", TermTest(terms)):
            return "postmenopausal" not in terms
        case Not(Has("surgery", where)):
            return any(isinstance(one.test, TermTest) and set(one.test.terms) <= _STERILISING for one in where)
        case _:
            return False


def _is_not_past(part: Expression) -> bool:
    """Whether a part is one of those that stand together for "of childbearing potential"."""
    return isinstance(CHILDBEARING, All) and part in CHILDBEARING.parts


def _names(atom: Expression) -> str:
    return atom.attribute if isinstance(atom, Compare) else ""


# --- treatment that is only named ------------------------------------------------------------------------------------

_GIVEN = re.compile(
    r"""\b(?:pre-?)?treated\b|\b(?:prior|previous(?:ly)?|receiv\w*|had|has|have|having|histor\w+|after|following|since|post|progress\w*|fail\w*|refractory
       |resist\w+|intoleran\w+|expos\w+|complet\w+|underw\w+|undergo\w*|lines?|relaps\w+|recur\w+|response|respond\w*|start\w*|initiat\w+|on|under
       |given|taking|take|current\w*|ongoing|adjuvant|neo-?adjuvant|perform\w*|operated|resected|status|s/p|naive|na[iï]ve|despite|discontinu\w+|stopp\w+|first|margins?|type|recent
       |primary|dissect\w+)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that tell that treatment was given, or is."""

_TREATMENTS = frozenset(["therapy", "radiation", "surgery"])


def _as_named(rule: Expression, text: str) -> Expression:
    """Let nobody fail for lack of treatment of which is not said that it was given: the study may be what gives it."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    return all_of(any_of([part, Residue(text)]) if _is_treatment(part) else part for part in parts)


def _is_treatment(part: Expression) -> bool:
    match part:
        case AnyOf(parts) | All(parts):
            return any(_is_treatment(one) for one in parts)
        case Has(name, where):
            return name in _TREATMENTS and not any(isinstance(one.test, DateTest) for one in where)
        case _:
            return False


# --- what nobody could meet -----------------------------------------------------------------------------------------

_OPEN = (Residue, Team, Constant)
_MOST_ATOMS = 12
"""More atoms than this are not tried in all combinations."""


def _possible(rule: Expression) -> bool:
    """Whether somebody could meet the rule, as far as its atoms rule each other out.

    Residue and what is for the team may turn out either way, so that they stand in nobody's way.
    """
    known = list(dict.fromkeys(atom for atom in atoms(rule) if not isinstance(atom, _OPEN)))
    if len(known) < 2 and not isinstance(rule, All | AnyOf):
        return True
    clashes: list[tuple[int, ...]] = [*_clashes(known), *_clash_of_receptors(known)]
    if len(known) > _MOST_ATOMS or not (clashes or _denies_itself(rule)):
        return True
    for values in product((True, False), repeat=len(known)):
        if any(all(values[one] for one in clash) for clash in clashes):
            continue
        if _holds(rule, dict(zip(known, values, strict=True)), hopeful=True):
            return True
    return False


def _without_impossible(rule: Expression, text: str) -> Expression:
    """Take as unread a way to meet a requirement by which nobody could ("creatinine, or clearance, by age")."""
    match rule:
        case All(parts):
            return all_of(_without_impossible(part, text) for part in parts)
        case AnyOf(parts):
            return any_of(part if _possible(part) else Residue(text) for part in parts)
        case _:
            return rule


def _has_dead_branch(rule: Expression) -> bool:
    """Whether a requirement names several ways to meet it of which one is shut by what else it asks.

    "Stage III unresectable or stage IV disease" must not come out as "stage III, and (metastatic or unresectable)".
    """
    if not isinstance(rule, All):
        return False
    for part in rule.parts:
        if isinstance(part, AnyOf) and len(part.parts) <= _MOST_ATOMS:
            rest = [other for other in rule.parts if other is not part]
            if any(_is_state(branch) and not _possible(all_of([branch, *rest])) for branch in part.parts):
                return True
    return False


def _is_state(branch: Expression) -> bool:
    """Whether a way to meet a requirement says nothing but which cancer it is, and how far it has spread."""
    return all(
        isinstance(node, All | AnyOf) or (isinstance(node, Compare) and node.attribute in _STATES)
        for node in walk(branch)
    )


_STATES = frozenset(["cancer", "extent", "stage.stated", "stage.anatomic", "resectable"])


def _denies_itself(rule: Expression) -> bool:
    """Whether an atom stands both as it is and below a denial."""
    plain: set[Expression] = set()
    denied: set[Expression] = set()
    _sort_atoms(rule, plain, denied)
    return bool(plain & denied)


def _sort_atoms(rule: Expression, plain: set[Expression], denied: set[Expression]) -> None:
    match rule:
        case Not(part):
            _sort_atoms(part, denied, plain)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                _sort_atoms(part, plain, denied)
        case _:
            plain.add(rule)


def _holds(rule: Expression, values: dict[Expression, bool], *, hopeful: bool) -> bool:
    match rule:
        case Residue() | Team():
            return hopeful
        case Constant(value):
            return value
        case Not(part):
            return not _holds(part, values, hopeful=not hopeful)
        case All(parts):
            return all(_holds(part, values, hopeful=hopeful) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, values, hopeful=hopeful) for part in parts)
        case AtLeast(number, parts):
            return sum(_holds(part, values, hopeful=hopeful) for part in parts) >= number
        case _:
            return values[rule]


def _clashes(known: Iterable[Expression]) -> Iterator[tuple[int, int]]:
    """Yield the places of atoms that cannot both hold: terms that exclude each other, bounds that do not meet."""
    compared = [(place, atom) for place, atom in enumerate(known) if isinstance(atom, Compare)]
    for (one, first), (other, second) in combinations(compared, 2):
        if first.attribute == second.attribute and _exclude_each_other(first, second):
            yield one, other


def _clash_of_receptors(known: Sequence[Expression]) -> Iterator[tuple[int, ...]]:
    """Yield the places of "both receptors negative" and "hormone receptors positive", which cannot all hold."""
    wanted = [*(Compare(f"{one}.status", TermTest(("negative",))) for one in ("er", "pr")), _HORMONE_POSITIVE]
    if all(one in known for one in wanted):
        yield tuple(known.index(one) for one in wanted)


_HORMONE_POSITIVE = Compare("hr.status", TermTest(("positive",)))


def _exclude_each_other(first: Compare, second: Compare) -> bool:
    match first.test, second.test:
        case TermTest(one), TermTest(other):
            vocabulary = load_vocabulary()
            terms = vocabulary.attribute(first.attribute).terms
            return all(vocabulary.relate(terms, a, b) is Relation.IS_NOT for a in one for b in other)
        case NumberTest(), NumberTest():
            return _apart(first.test, second.test) or _apart(second.test, first.test)
        case _:
            return False


def _apart(upper: NumberTest, lower: NumberTest) -> bool:
    """Whether one bound, from above, lies below the other, from below."""
    if (
        (upper.unit, upper.times) != (lower.unit, lower.times)
        or upper.op not in ("<", "<=")
        or lower.op not in (">", ">=")
    ):
        return False
    return upper.number < lower.number or (upper.number == lower.number and (upper.op, lower.op) != ("<=", ">="))


__all__ = ["trusted_rule", "trusted_sentence", "without_contradictions"]
