"""From the tokens of a sentence, once the patterns have done their work, to one rule.

Here "and", "or", "no", "unless", "if", "allowed" and "must" get their meaning. Wherever the words leave two readings
open, the rule holds when both hold and fails when both fail; what lies between is for the team. Words that nobody read
become residue beside what they stand next to, so that they can narrow a rule but never widen it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec

from abreast.foundation.yaml import read_yaml
from abreast.rules import (
    FALSE,
    TRUE,
    All,
    AnyOf,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Not,
    NumberTest,
    Period,
    Residue,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import walk
from abreast.trials.eligibility.families.disease import STEROIDS
from abreast.trials.eligibility.families.function import within
from abreast.trials.eligibility.families.health import kinds_of
from abreast.trials.eligibility.families.numbers import values_of
from abreast.trials.eligibility.families.person import CHILDBEARING, FERTILE
from abreast.trials.eligibility.grammar import Said
from abreast.trials.eligibility.lexicon import DATA
from abreast.trials.eligibility.model import Section
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary


class Node(msgspec.Struct, frozen=True, gc=False):
    """A rule, or a word that joins rules, with its place."""

    kind: str
    start: int
    end: int
    rule: Expression = TRUE
    main: str = ""
    family: str = ""
    extra: object = None


class Sentence(msgspec.Struct, frozen=True):
    """What a sentence says.

    ``mode`` tells how: it states a condition ("plain"), asks for one ("must"), forbids ("prohibit"), permits ("allow"),
    or only explains ("note"). ``residue`` are the places of words that were not read.
    """

    rule: Expression
    mode: str
    main: str = ""
    families: tuple[str, ...] = ()
    residue: tuple[tuple[int, int], ...] = ()


_VERSIONS = frozenset([1.1, 4.03, 5.0, 4.0, 3.0])
"""Version numbers of RECIST and CTCAE, which stand for nothing by themselves."""


def _parts() -> dict[str, frozenset[str]]:
    """Return which kinds and families play which part, from ``data/composing.yaml``."""
    file = DATA / "composing.yaml"
    return {part: frozenset(kinds) for part, kinds in read_yaml(file.read_text(encoding="utf-8"), file.name).items()}


_PARTS = _parts()
_SOFT, _QUALIFIERS, _WORKING = _PARTS["soft"], _PARTS["qualifiers"], _PARTS["working"]
_STRONG, _REQUIREMENTS = _PARTS["strong"], _PARTS["requirements"]
_GUARDS, _SUBJECTS, _LATER_SUBJECTS = _PARTS["guards"], _PARTS["subjects"], _PARTS["later_subjects"]
_CANCER = frozenset(["extent", "cancer", "histology", "receptor", "stage"])
_JOINTS = frozenset(["and", "or", "comma", "semi", "slash", "but", "stop"])


_DESCRIBED, _NAMED = _PARTS["described"], _PARTS["named"]
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

_STOPS = re.compile(r"(?:stop|discontinu|ceas|forgo|refrain|avoid|withhold|interrupt|give\s+up)", re.IGNORECASE)
_MAY_NOT = re.compile(r"(?:may|must|should|shall|can|cannot)\s*(?:not)?\b", re.IGNORECASE)
_JUDGED = re.compile(r"investigator|physician|oncologist|opinion|judg|discretion|sponsor|doctor", re.IGNORECASE)
_TREATED_BEFORE = re.compile(r"(?:previously|prior)[\s-]+treated", re.IGNORECASE)
_ANY_TREATMENT = Has("therapy", (Where("drug", TermTest(("systemic_therapy",))),))
_IF_ANY = re.compile(r"\bif\s+(?:received|given|administered|any|used|previously\s+received)\W*$", re.IGNORECASE)
"""What follows treatment that need not have been given."""
_THOSE_WITH = re.compile(
    r"\W*(?:patients|subjects|participants|individuals|those|women)\s+(?:(?:with|who\s+(?:have\s+)?(?:had|received))\s+(?:prior|previous)\b"
    r"|who\s+(?:have\s+|had\s+)?received\s+(?!at\s+least\b|no\b|not\b|only\b|fewer\b|\d))",
    re.IGNORECASE,
)
_SUITED = re.compile(r"\W*(?:eligible|suitable)\s+(?:for|to)\b", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:on|taking|receiving|receive)\s+(?!the\s+day)", re.IGNORECASE)
"""What says that a medicine is to be taken for some time, and not to be stopped for it."""
_ENDS_WITH_OR = re.compile(r"\bor\s+[\w-]{1,20}(?:\s[\w-]{1,20})?$", re.IGNORECASE)
_FOR_EXAMPLE = re.compile(r"\(\s*for\s+(?:example|instance)\b", re.IGNORECASE)
_NOW_OR_PAST = re.compile(
    r"\bactive\s+(\w{4,20}(?:\s\w{2,20}){0,3})\s+or\s+(?:an?\s+)?(?:prior\s+|previous\s+|past\s+)?history\s+of\s+(?:an?\s+)?\1",
    re.IGNORECASE,
)
_IS_OVER = re.compile(r"complet|finish|discontinu|stop|ceas", re.IGNORECASE)
_WASHOUT = re.compile(
    r"\W*An?\s+(?:\d+|one|two)[\s-](?:week|day)s?[\s-]wash-?\s?out(?:\s+period)?\s+is\s+(?:required|sufficient|enough|needed)\s+for\s+palliative",
    re.IGNORECASE,
)
"""How a shorter time after palliative radiation is granted."""
_ANAPHYLAXIS = Has("illness", (Where("kind", TermTest(("anaphylaxis",))),))
_PALLIATIVE = Has("radiation", (Where("intent", TermTest(("palliative",))),))
_OR_PAST = re.compile(
    r"\bor\s+(?:an?\s+|any\s+)?(?:past\s+|prior\s+|previous\s+|medical\s+)?history\s+(?:of\s+(?:these|those|such|the\s+same|any\s+of\s+(?:these|the\s+above)"
    r"|either|the\s+above|same|it)\b|thereof)",
    re.IGNORECASE,
)
"""What says that an illness counts that is over, too."""
_ELSEWHERE = re.compile(r"\b(?:outside|other\s+than|elsewhere|not\s+(?:to|in|involving))\b", re.IGNORECASE)

_PARENTHESIS_DEPTH = 8
_SEVERAL = 2


class Composer:
    """Composes one sentence. ``words`` gives the text between two offsets."""

    def __init__(
        self, section: Section, words: Callable[[int, int], str], place: tuple[int, int], later: bool = False
    ) -> None:
        """Keep where the sentence stands and what to quote from."""
        self.section = section
        self.place = place
        self.later = later
        self.words = words
        self.weak = False
        self.timed = False
        self.ongoing: int | None = None
        self.asking = False
        self.residue: list[tuple[int, int]] = []
        self.families: list[str] = []

    # --- from tokens to nodes -----------------------------------------------------------------------------------

    def sentence(self, tokens: Sequence[Token]) -> Sentence:
        """Return what the tokens of one sentence say; where words stay unread, it tells their places."""
        said = self._sentence(_without_support(_without_who(tokens)))
        words = self.words(*self.place)
        if self.section == "exclusion" and (_OR_PAST.search(words) or _NOW_OR_PAST.search(words)):
            said = msgspec.structs.replace(said, rule=any_of([said.rule, _ever(said.rule)]))
        if self.section == "inclusion" and _or_must(tokens):
            said = msgspec.structs.replace(said, rule=any_of([said.rule, Residue(self.words(*self.place))]))
        if not said.residue and any(isinstance(node, Residue) for node in walk(said.rule)):
            return msgspec.structs.replace(said, residue=tuple(self.residue) or (self.place,))
        return said

    def _sentence(self, tokens: Sequence[Token]) -> Sentence:
        if self.section == "exclusion":
            tokens = self._without_ban(tokens)
            if self.later and _WASHOUT.match(self.words(*self.place)):
                return Sentence(_PALLIATIVE, "exception", "", ("permission",))
        else:
            tokens = _without_purpose(tokens)
        kinds = {token.kind for token in tokens}
        if "optional" in kinds:
            return Sentence(FALSE, "optional", "", ("permission",))
        if self._is_definition(tokens):
            return Sentence(FALSE, "note", "", ("definition",))
        if self.section == "inclusion" and _IF_ANY.search(self.words(*self.place)) and _is_treatment(tokens):
            return Sentence(FALSE, "allow", "therapy", ("permission",))
        if self._is_not_required(tokens):
            return Sentence(FALSE, "allow", "", ("permission",))
        if "team" in kinds or "consent" in kinds or "contraception" in kinds:
            if self.section == "exclusion" and self.later and _permits(tokens):
                return self._allow([one for one in tokens if one.kind not in ("team", "consent")])
            return self._team(tokens, kinds)
        mode = "plain"
        if "prohibit" in kinds:
            mode = "prohibit"
            banned = _banning_parenthesis(tokens)
            if banned is not None and self.section == "inclusion":
                return self._ban_aside(tokens, *banned)
        elif "allow" in kinds:
            aside = _permitting_parenthesis(tokens)
            if aside is not None:
                return self._permission_aside(tokens, *aside)
            if _closes_what_was_read(tokens) or (self.section == "exclusion" and _allows_aside(tokens)):
                return self._unread()
            return self._allow(tokens)
        elif "must" in kinds:
            mode = "must"
        first = next((token.kind for token in tokens if token.kind not in _SOFT), "")
        if first == "except" and mode == "plain":
            return self._exception(tokens)
        nodes = self._nodes(tokens, absorb=False)
        self.weak = self.section == "inclusion" and any(node.main == "residue" for node in nodes)
        until = next((i for i, node in enumerate(nodes) if node.kind in ("except", "unless")), len(nodes))
        timed = self.timed or any(node.family == "washout" for node in nodes[:until])
        self.timed = self.section == "exclusion" and timed
        self.ongoing = next((node.start for node in nodes if self.section == "exclusion" and _is_ongoing(node)), None)
        if mode == "must" and self._must_be_over(tokens):
            return self._unread()
        if mode == "must":
            rule = self._subject_must(tokens)
            if rule is not None:
                return self._done(rule, mode, nodes)
        if "REQ" in kinds:
            mode = "must"
        elif mode == "must" and self.section == "exclusion" and not self._is_asked(nodes):
            self.families.append("team")
            return Sentence(
                Team(" ".join(self.words(*self.place).split())[:300]), "plain", "team", tuple(self.families)
            )
        said = [node for node in nodes if node.kind != "prohibit"]
        if mode == "prohibit" and not any(node.kind == "E" for node in said):
            return self._unread()
        return self._done(self._clause(said), mode, nodes)

    def _without_ban(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Leave out the "may not" of an exclusion: that nobody may have it is what the heading says."""
        if not tokens:
            return tokens
        at = next((index for index, token in enumerate(tokens) if token.kind not in _SOFT), len(tokens) - 1)
        banned = tokens[at].kind == "neg" and _MAY_NOT.match(self.words(tokens[at].start, tokens[at].end))
        return [*tokens[:at], *tokens[at + 1 :]] if banned and len(tokens) > at + 1 else tokens

    def _must_be_over(self, tokens: Sequence[Token]) -> bool:
        """Whether a requirement says that a medicine must have been stopped, in words that no pattern read."""
        must = next((token for token in tokens if token.kind == "must"), tokens[0])
        asked = [token for token in tokens if token.kind in ("E", "steroids") and token.start > must.start]
        if self.section == "exclusion" or not asked or asked[0].kind == "steroids":
            return False
        medicine = all(isinstance(node, Has) and node.list == "medicine" for node in [asked[0].value.rule])
        return medicine and _IS_OVER.search(self.words(must.end, asked[0].start)) is not None

    def _unread(self) -> Sentence:
        """Return the sentence as one that was not understood."""
        self.residue.append(self.place)
        rule = Residue(self.words(*self.place))
        return Sentence(rule, "plain", "residue", tuple(self.families), tuple(self.residue))

    def _is_asked(self, nodes: Sequence[Node]) -> bool:
        """Whether what a sentence under "Exclusion" says "must" be so can only be a requirement."""
        mains = {node.main for node in nodes if node.kind == "E" and node.main not in ("qualifier", "residue")}
        return bool(mains) and mains <= _REQUIREMENTS

    def _exception(self, tokens: Sequence[Token]) -> Sentence:
        """Read a sentence that lists exceptions to the one before it."""
        rules = [token.value.rule for token in tokens if token.kind == "E"]
        self.families.append("permission")
        return Sentence(any_of(rules) if rules else TRUE, "exception", "", tuple(self.families))

    def _is_definition(self, tokens: Sequence[Token]) -> bool:
        """Whether the sentence only explains a word of another one; cut-offs and limits that it gives still count."""
        index = next((i for i, token in enumerate(tokens) if token.kind == "isdef"), None)
        if index is None or not any(token.kind == "E" for token in tokens[:index]):
            return False
        if re.search(
            r"\b(?:which|that|who)\s*$", self.words(tokens[index - 1].end, tokens[index].start), re.IGNORECASE
        ):
            return False
        after = [token.value for token in tokens[index:] if token.kind == "E"]
        return not any(
            said.family == "organ_function"
            or (isinstance(said.extra, tuple) and said.extra[:1] == ("cutoff",) and said.extra[1] != 1)
            for said in after
        )

    def _is_not_required(self, tokens: Sequence[Token]) -> bool:
        """Whether the sentence says that something is not asked for: "No HIV testing is required"."""
        must = next((i for i, token in enumerate(tokens) if token.kind == "must"), None)
        if must is None:
            return False
        negations = [i for i, token in enumerate(tokens[:must]) if token.kind == "neg"]
        openings = {i for i, token in enumerate(tokens) if token.kind in ("but", "semi")} | {-1}
        if not any(i - 1 in openings or i == must - 1 for i in negations):
            return False
        return re.search(r"requir|mandat|necessar", self.words(tokens[must].start, tokens[must].end)) is not None

    def _done(self, rule: Expression, mode: str, nodes: Sequence[Node]) -> Sentence:
        main = next((node.main for node in nodes if node.main), "")
        return Sentence(rule, mode, main, tuple(self.families), tuple(self.residue))

    def _nodes(self, tokens: Sequence[Token], absorb: bool) -> list[Node]:
        """Turn tokens into nodes; what is neither a rule nor a working word is residue, or is absorbed."""
        nodes: list[Node] = []
        for index, token in enumerate(tokens):
            kind = token.kind
            if kind == "E" and self._tells_how(token, tokens[index + 1 :]):
                continue
            if kind in ("E", "REQ"):
                said: Said = token.value
                self.families.append(said.family)
                nodes.append(Node("E", token.start, token.end, said.rule, said.main, said.family, said.extra))
            elif kind in _WORKING or kind in _JOINTS:
                nodes.append(Node(kind, token.start, token.end))
            elif kind == "central":
                self.families.append("biomarker")
                nodes.append(Node("E", token.start, token.end, token.value, "central", "biomarker"))
            elif kind == "steroids":
                self.families.append("prior_treatment")
                nodes.append(Node("E", token.start, token.end, STEROIDS, "therapy", "prior_treatment"))
            elif kind == "win" and token.value.period and token.value.op == "within" and _all_measured(nodes):
                nodes = [_recent(node, token.value.period) for node in nodes]
            elif kind == "win" and token.value.period and self._ends_treatments(nodes, token):
                nodes = [_given_recently(node, token.value.period) for node in nodes]
            elif kind == "win" and (token.value.op == "within" or self.section == "exclusion"):
                self.timed = True
                nodes.append(
                    Node("E", token.start, token.end, Team("in the time that the study gives"), "qualifier", "")
                )
            elif kind == "reqtx" and not isinstance(token.value, str):
                self.families.append("prior_treatment")
                nodes.append(Node("E", token.start, token.end, token.value, "therapy", "prior_treatment"))
            elif kind == "stat" and self._is_treated_before(token):
                self.families.append("prior_treatment")
                nodes.append(Node("E", token.start, token.end, _ANY_TREATMENT, "therapy", "prior_treatment"))
            elif kind in _QUALIFIERS:
                nodes.append(
                    Node("E", token.start, token.end, Team("how serious it is, and how it is treated"), "qualifier", "")
                )
            elif kind == "cper" and nodes and nodes[-1].kind == "E" and nodes[-1].main != "residue":
                nodes.append(Node("E", token.start, token.end, Team("for how long"), "qualifier", ""))
            elif (
                kind in _SOFT
                or kind == "prohibit"
                or absorb
                or (kind == "num" and token.value in _VERSIONS)
                or self._is_mark(token)
            ):
                continue
            else:
                nodes.append(Node("R", token.start, token.end))
        return self._merged(nodes)

    def _tells_how(self, token: Token, after: Sequence[Token]) -> bool:
        """Whether "systemic" only tells how the medicine behind it is given, and is no treatment of cancer."""
        if self.words(token.start, token.end).lower() != "systemic":
            return False
        following = next((one for one in after if one.kind == "E"), None)
        return following is not None and any(
            isinstance(node, Has) and node.list == "medicine" for node in walk(following.value.rule)
        )

    def _is_treated_before(self, token: Token) -> bool:
        """Whether a requirement names "previously treated" cancer."""
        words = self.words(token.start, token.end)
        return self.section == "inclusion" and _TREATED_BEFORE.match(words) is not None

    def _ends_treatments(self, nodes: Sequence[Node], token: Token) -> bool:
        """Whether a time stands behind nothing but treatments that have no time of their own."""
        said = [node for node in nodes if node.kind == "E"]
        plain = all(node.main == "therapy" and _has_no_time(node.rule) for node in said)
        joined = any(node.kind in ("or", "slash", "unless", "except") for node in nodes)
        return self.section == "exclusion" and token.value.op == "within" and bool(said) and plain and not joined

    def _is_mark(self, token: Token) -> bool:
        """Whether a word is the letter of a list, "(b)"."""
        if token.kind == "num":
            return self.words(token.start, token.end).lower() in ("one", "a single", "single", "once")
        return token.kind == "word" and token.end - token.start == 1

    def _merged(self, nodes: list[Node]) -> list[Node]:
        """Join words that were not read and stand side by side into one residue.

        In an exclusion a clause that only tells more of what was named before it ("... that would alter
        absorption") is for the team: whoever has nothing of what was named is not excluded, whatever it says.
        """
        nodes = self._with_lost_or(nodes)
        merged: list[Node] = []
        for node in nodes:
            if node.kind == "R" and merged and merged[-1].kind == "R":
                last = merged.pop()
                merged.append(Node("R", last.start, node.end))
            else:
                merged.append(node)
        merged = [node for at, node in enumerate(merged) if not self._or_unknown(merged[:at], node)]
        return [
            node
            if node.kind != "R"
            else self._narrowing(merged[:index], node)
            or self._describing(node, merged[index + 1 :])
            or self._resident(node)
            for index, node in enumerate(merged)
        ]

    def _with_lost_or(self, nodes: list[Node]) -> list[Node]:
        """Give back an "or" that was read with the illness before it ("compression or active / brain metastases")."""
        if self.section != "exclusion":
            return nodes
        kept: list[Node] = []
        for node in nodes:
            before = kept[-1] if kept else None
            if (
                before is not None
                and before.kind == node.kind == "E"
                and before.main in ("illness", "metastasis")
                and node.main == "metastasis"
                and _ENDS_WITH_OR.search(self.words(before.start, before.end))
            ):
                kept += [Node("or", before.end, before.end), _qualifying(before)]
            kept.append(node)
        return kept

    def _or_unknown(self, before: Sequence[Node], node: Node) -> bool:
        """Whether a node is the "unknown" of "receptor positive or unknown", which asks nothing of whose is known."""
        if node.kind != "R" or len(before) < _SEVERAL or before[-1].kind not in ("or", "slash"):
            return False
        words = self.words(node.start, node.end).lower().strip()
        return before[-2].family == "receptor" and words in ("unknown", "not known", "unspecified")

    def _narrowing(self, before: Sequence[Node], node: Node) -> Node | None:
        """Return words that were not read as a qualifier when they can only tell more of what stands beside them.

        After it that is a clause or a phrase with a preposition, or words in parentheses; before it an adjective.
        """
        if self.section != "exclusion":
            return None
        for index in range(len(before) - 1, -1, -1):
            one = before[index]
            if one.kind == "lp" and index and before[index - 1].main in _DESCRIBED and one is before[-1]:
                words = self.words(node.start, node.end)
                return None if _WIDENS.search(words) else _qualifying(node)
            if one.kind != "E":
                return None
            if one.main in _DESCRIBED:
                words = self.words(one.end, node.end)
                phrase = _PHRASE.match(words) or _PHRASE_OPENED.search(self.words(one.start, one.end))
                narrows = _CLAUSE.match(words) or (phrase and not _WIDENS.search(words))
                return _qualifying(node) if narrows else None
            if one.main != "qualifier":
                return None
        return None

    def _describing(self, node: Node, after: Sequence[Node]) -> Node | None:
        """Return an adjective that was not read as a qualifier of the illness behind it."""
        if self.section != "exclusion" or not after or after[0].kind != "E" or after[0].main not in _NAMED:
            return None
        words = self.words(node.start, after[0].start).lower()
        return _qualifying(node) if _ADJECTIVE.fullmatch(words) and not _REVERSES.search(words) else None

    def _resident(self, node: Node) -> Node:
        return Node("E", node.start, node.end, Residue(self.words(node.start, node.end)), "residue", "unread")

    def _note_residue(self, rule: Expression, node: Node) -> Expression:
        if node.main == "residue":
            self.residue.append((node.start, node.end))
        return rule

    # --- sentences for the team ---------------------------------------------------------------------------------

    def _team(self, tokens: Sequence[Token], kinds: set[str]) -> Sentence:
        """Read a sentence that asks for what only the team can settle.

        What was read before the first such word still counts; what follows is its object ("willing to have surgery").
        """
        self.families.append("team")
        first = next(index for index, token in enumerate(tokens) if token.kind in ("team", "consent", "contraception"))
        token = tokens[first]
        if token.kind == "consent" and not any(one.kind in ("team", "contraception") for one in tokens):
            others = [one for one in tokens if one.kind == "E"]
            if others and others[0].value.family in ("age", "sex"):
                rest = [one for one in tokens if one.kind != "consent"]
                if not any(one.kind in ("word", "neg") for one in rest):
                    self.families.clear()
                    return Composer(self.section, self.words, self.place).sentence(rest)
        opposite = self._without_such(tokens, first)
        if opposite is not None:
            return opposite
        wider = [one.kind for one in tokens[1:3]] == ["lp", "or"] and tokens[0].kind == "E"
        if self.section == "inclusion" and wider and tokens[0].value.family == "performance":
            self.families.append("performance")  # "ECOG 0-1 (or 2 at the discretion ...)"
            left_open = Team(" ".join(self.words(*self.place).split())[:300])
            return Sentence(any_of([tokens[0].value.rule, left_open]), "must", "ecog", tuple(self.families))
        if self._is_left_to_the_doctor(tokens, first):
            self.families.clear()
            return Composer(self.section, self.words, self.place).sentence(tokens[:first])
        about = " ".join(self.words(*self.place).split())[:300]
        team: Expression = Team(about)
        before = [one for one in tokens[:first] if one.kind not in ("if", "must", "allow", "provided", "eg", "incl")]
        tail = self._with_team_at_last(tokens, team)
        if tail is not None:
            return tail
        nodes = self._nodes(before, absorb=True)
        guards = [node for node in nodes if node.main in _GUARDS and node.rule != TRUE]
        asked = [node for node in nodes if node.kind == "E" and node not in guards and node.main not in ("qualifier",)]
        if token.kind == "contraception":
            who = token.value if token.value is not None else CHILDBEARING
            return self._contraception(tokens, first, who, about, nodes)
        condition = _opening_condition(tokens[:first]) if self.section == "inclusion" else None
        if condition is not None:
            return Sentence(any_of([negate(condition), team]), "must", "team", tuple(self.families))
        read = [node for node in nodes if node.kind == "E" and node.main != "qualifier"]
        if self.section == "inclusion" and first > 1 and tokens[first - 1].kind == "or" and len(read) == 1:
            alone = all(one.kind in ("E", *_JOINTS) or one.kind in _SOFT for one in tokens[:first])
            if alone:
                return Sentence(any_of([self._clause(nodes), team]), "must", read[0].main, tuple(self.families))
        if guards:
            who = _groups_of(nodes, guards)
            team = any_of([negate(who), team]) if self.section == "inclusion" else all_of([who, team])
        plain = [node for node in asked if node.extra != ("serious_illness",)]
        examples = [] if _JUDGED.search(about) else _examples(tokens[first:])
        if self.section == "exclusion" and not asked and examples:
            rule = all_of([any_of([*examples, _UNWELL]), team])
            return Sentence(rule, "plain", "illness", tuple(self.families))
        if self.section == "inclusion":
            plain = [node for node in plain if node.family in _STRONG]
        if not plain or len(plain) > 6:
            return Sentence(team, "must" if self.section == "inclusion" else "plain", "team", tuple(self.families))
        kept = [node for node in nodes if node.kind != "E" or node in plain]
        if self.section == "exclusion":
            if self._stands_alone(tokens, first):
                return Sentence(team, "plain", "team", tuple(self.families))
            meant = any_of([self._clause(kept), *_alternatives_after(tokens[first + 1 :])])
            return Sentence(all_of([meant, team]), "plain", plain[0].main, tuple(self.families))
        rule = all_of([self._clause(kept), team])
        return Sentence(rule, "plain", plain[0].main, tuple(self.families))

    def _with_team_at_last(self, tokens: Sequence[Token], team: Expression) -> Sentence | None:
        """Read a requirement whose last alternative alone is for the team ("..., or no standard therapy available")."""
        joint = max((index for index, token in enumerate(tokens) if token.kind == "or"), default=0)
        last = tokens[joint + 1 :]
        alone = any(token.kind == "team" for token in last) and all(
            token.kind in ("team", "neg", "adequate", "avail", "stop", "tx") or token.kind in _SOFT for token in last
        )
        unclear = ("team", "consent", "word", "allow", "if", "neg", "lp")
        clear = not any(token.kind in unclear for token in tokens[:joint])
        said = sum(token.kind == "E" for token in tokens[:joint])
        if self.section == "exclusion" or not joint or not alone or not clear or said < _SEVERAL:
            return None
        end = Token("E", last[0].start, last[-1].end, Said(team, "team", "team", "qualifier_"))
        self.families.clear()
        return Composer(self.section, self.words, self.place).sentence([*tokens[: joint + 1], end])

    def _without_such(self, tokens: Sequence[Token], first: int) -> Sentence | None:
        """Read "no disease that would impair ..." and "unable to stop X": whoever has none of it need not be judged."""
        asked = [one for one in tokens if one.kind == "E" and one.value.main in _DESCRIBED]
        if self.section == "exclusion" and asked and tokens[first] is tokens[0] and self._keeps_on(tokens, first):
            about = Team(" ".join(self.words(*self.place).split())[:300])
            return Sentence(all_of([any_of([one.value.rule for one in asked]), about]), "plain", "therapy", ("team",))
        if self.section == "exclusion" or tokens[0].kind != "neg" or not asked or first < 2:
            return None
        if not any(one.start < tokens[first].start for one in asked):
            return None
        excluding = Composer("exclusion", self.words, (tokens[1].start, self.place[1]))
        said = excluding._team(tokens[1:], {token.kind for token in tokens[1:]})
        return msgspec.structs.replace(said, rule=negate(said.rule), mode="must")

    def _keeps_on(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether somebody who cannot, or does not want to, stop taking something is spoken of."""
        object_at = next((one.start for one in tokens[first:] if one.kind == "E"), self.place[1])
        between = self.words(tokens[first].start, object_at)
        return tokens[first].value in ("willingness", "compliance", "conduct") and bool(_STOPS.search(between))

    def _stands_alone(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether words that were not read may be alternatives of their own beside what was read."""
        before, after = tokens[:first], tokens[first + 1 :]
        joined = any(one.kind in ("or", "comma", "semi") for one in before)
        unread = any(node.main == "residue" for node in self._nodes(before, absorb=False)) and joined
        last = max((index for index, one in enumerate(after) if one.kind in ("or", "semi")), default=len(after))
        return unread or sum(one.kind == "word" for one in after[last:]) > 1

    def _is_left_to_the_doctor(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether a performance status is followed by "at the discretion of the doctor" and nothing else."""
        said = [one.value.family for one in tokens[:first] if one.kind == "E"]
        plain = all(one.kind in ("E", "comma", "or", "lp", "rp") for one in tokens[:first])
        rest = all(one.kind in ("team", "comma", "rp", "adequate") for one in tokens[first:])
        discretion = first > 0 and "discretion" in self.words(tokens[first - 1].end, self.place[1]).lower()
        return self.section == "inclusion" and discretion and plain and rest and set(said) == {"performance"}

    def _contraception(
        self, tokens: Sequence[Token], index: int, who: Expression, about: str, nodes: Sequence[Node]
    ) -> Sentence:
        rest = self._nodes([one for one in tokens[index + 1 :] if one.kind == "E"], absorb=True)
        meant = [
            msgspec.structs.replace(node, rule=CHILDBEARING) if node.extra == "female" else node
            for node in (*nodes, *rest)
            if node.main in ("childbearing", "sex") and node.rule != TRUE
        ]
        if meant:
            named = _groups_of([*nodes, *rest], meant)
            who = named if who == FERTILE else any_of([who, named])
        pregnant = [node for node in (*nodes, *rest) if node.main in ("pregnancy", "not_pregnant")]
        self.families.append("pregnancy")
        if self.section == "inclusion":
            parts = [any_of([negate(who), Team(about)])]
            parts += [node.rule if node.main == "not_pregnant" else negate(node.rule) for node in pregnant]
            return Sentence(all_of(parts), "must", "contraception", tuple(self.families))
        from abreast.trials.eligibility.families.person import flag

        rule = all_of([who, Not(flag("contraception")), Team(about)])
        parts = [rule, *(node.rule for node in pregnant if node.main == "pregnancy")]
        return Sentence(any_of(parts), "plain", "contraception", tuple(self.families))

    def _ban_aside(self, tokens: Sequence[Token], start: int, end: int) -> Sentence:
        """Read a parenthesis that forbids something ("by biopsy (excisional biopsy is not allowed)")."""
        said = self.sentence([*tokens[:start], *tokens[end:]])
        named = [one.value.rule for one in tokens[start:end] if one.kind == "E"]
        forbidden = negate(any_of(named)) if named else Team("what the study does not allow")
        return msgspec.structs.replace(said, rule=all_of([said.rule, forbidden]))

    # --- permissions --------------------------------------------------------------------------------------------

    def _permission_aside(self, tokens: Sequence[Token], start: int, end: int) -> Sentence:
        """Read a permission in parentheses: it softens the sentence, which stands as it is otherwise."""
        said = self.sentence([*tokens[:start], *tokens[end:]])
        settings = tuple(value for token in tokens[start:end] if token.kind == "setting" for value in values_of(token))
        permitted = any_of([_in_setting(one.value.rule, settings) for one in tokens[start:end] if one.kind == "E"])
        if permitted == FALSE:
            if _of_a_dose(said.rule) and any(one.kind == "locadj" for one in tokens[start:end]):
                return said  # "(topical or inhaled allowed)": neither is given in the doses that are meant
            permitted = TRUE
        excepted = all_of([permitted, Team("the exception that the study makes")])
        rule = any_of([said.rule, excepted]) if self.section == "inclusion" else all_of([said.rule, negate(excepted)])
        if permitted == TRUE and self.section == "exclusion" and _suppresses(said.rule):
            rule = any_of([rule, _BY_DOSE])
        return msgspec.structs.replace(said, rule=rule)

    def _allow(self, tokens: Sequence[Token]) -> Sentence:
        """Read a permission: without a condition it never excludes; with one it asks that of those it speaks of."""
        index = next(position for position, token in enumerate(tokens) if token.kind == "allow")
        after = tokens[index + 1 :]
        condition_at = next(
            (position for position, token in enumerate(after) if token.kind in ("if", "provided", "unless")), None
        )
        req = [token for token in tokens if token.kind == "REQ"]
        if not index and self.section == "inclusion" and _SUITED.match(self.words(*self.place)):
            self.families.append("team")  # "Eligible for chemotherapy": who is, the team decides
            return Sentence(Team(" ".join(self.words(*self.place).split())[:300]), "must", "team", tuple(self.families))
        if req:
            self.families.append("metastases")
            return Sentence(req[0].value.rule, "must", "metastasis", tuple(self.families))
        if condition_at is None:
            left = self._nodes([token for token in tokens if token.kind == "E"], absorb=True)
            rules = [node.rule for node in left if node.kind == "E"]
            if _ELSEWHERE.search(self.words(*self.place)):
                rules = []  # who is permitted is none of those whom the sentence before speaks of
            main = next((node.main for node in left if node.main), "")
            self.families.append("permission")
            return Sentence(any_of(rules) if rules else FALSE, "allow", main, tuple(self.families))
        left = self._nodes(tokens[:index], absorb=False)
        right = self._nodes(after[condition_at + 1 :], absorb=False)
        subject = self._clause(left) if left else TRUE
        self.asking = True
        wanted = self._clause(right) if right else TRUE
        self.asking = False
        if after[condition_at].kind == "unless":
            wanted = negate(wanted)
        if _TAKES.search(self.words(after[condition_at].start, self.place[1])):
            wanted = _as_taken(wanted)
        self.families.append("permission")
        main = next((node.main for node in left if node.main), "")
        apart = next((at for at, node in enumerate(left) if node.kind in ("except", "unless")), 0)
        if apart and any(node.kind == "E" for node in left[:apart]):
            asked = self._clause(left[:apart])
            excepted = all_of([self._clause(left[apart + 1 :]), wanted])  # "A except for B who are eligible if C"
            rule = any_of([asked, excepted]) if self.section == "inclusion" else all_of([asked, negate(excepted)])
            return Sentence(rule, "plain", main, tuple(self.families), tuple(self.residue))
        some = [part for part in _parts_of(subject) if isinstance(part, Not | Has)]
        if left and main == "lab" and some:
            limits = [part for part in _parts_of(subject) if part not in some]
            if self.section == "inclusion":
                rule = any_of([*limits, all_of([any_of(some), wanted])])
            else:
                rule = all_of([*limits, negate(all_of([negate(all_of(some)), wanted]))])
            return Sentence(rule, "plain", main, tuple(self.families), tuple(self.residue))
        return Sentence(any_of([negate(subject), wanted]), "must", main, tuple(self.families), tuple(self.residue))

    def _subject_must(self, tokens: Sequence[Token]) -> Expression | None:
        """Read "patients with HIV must be well controlled": asked only of those it speaks of."""
        index = next(position for position, token in enumerate(tokens) if token.kind == "must")
        subject = [token for token in tokens[:index] if token.kind == "E"]
        if not subject:
            return None
        negative = any(token.kind == "neg" for token in tokens[:index])
        subjects = _SUBJECTS | _LATER_SUBJECTS if self.later else _SUBJECTS
        if _THOSE_WITH.match(self.words(*self.place)):
            subjects = subjects | {"therapy"}
        if not negative and subject[-1].value.main not in subjects:
            return None
        rest = tokens[index + 1 :]
        asked = self._nodes(rest, absorb=False)
        if not any(node.kind == "E" for node in asked):
            return None
        left = self._clause(self._nodes([token for token in tokens[:index] if token.kind != "if"], absorb=False))
        right = self._clause(asked)
        if right == TRUE:
            return None
        self.families.append(subject[-1].value.family)
        return any_of([negate(left), right])

    # --- clauses ------------------------------------------------------------------------------------------------

    def _clause(self, nodes: Sequence[Node], depth: int = 0) -> Expression:
        nodes = self._without_parentheses(list(nodes), depth)
        nodes = _trimmed(_any_sex(nodes))
        if not nodes:
            return TRUE if self.section == "inclusion" else FALSE
        opening = next((i for i, node in enumerate(nodes) if node.kind in ("anyof", "incl", "eg")), None)
        if opening is not None and depth < 20:
            tail = [Node("or", node.start, node.end) if node.kind == "semi" else node for node in nodes[opening + 1 :]]
            if nodes[opening].kind == "anyof":
                return self._any_of_following(nodes[:opening], nodes[opening + 1 :], depth)
            nodes = [*nodes[: opening + 1], *tail]
        for kind in ("semi", "stop", "but"):
            parts = _split(nodes, kind)
            if len(parts) > 1:
                rules = [self._clause(part, depth + 1) for part in parts if part]
                if kind == "semi" and any("or" in (part[0].kind, part[-1].kind) for part in parts):
                    return any_of(rules)
                return all_of(rules) if self.section == "inclusion" or kind == "but" else any_of(rules)
        for index, node in enumerate(nodes):
            if node.kind == "regardless":
                end = next((i for i in range(index + 1, len(nodes)) if nodes[i].kind in ("comma", "and")), len(nodes))
                return self._clause([*nodes[:index], *nodes[end:]], depth + 1)
            if node.kind in ("except", "unless") and depth < 20:
                return self._except(nodes[:index], nodes[index + 1 :], node.kind, depth)
            if node.kind in ("if", "provided") and depth < 20:
                return self._if(nodes[:index], nodes[index + 1 :], depth)
            if node.kind == "defined":
                return self._defined(nodes[:index], nodes[index + 1 :], depth)
            if node.kind in ("eg", "incl"):
                return self._including(nodes[:index], nodes[index + 1 :], depth)
        return self._list(nodes)

    def _any_of_following(self, left: list[Node], right: list[Node], depth: int) -> Expression:
        """Read "A with any of the following: B; C; D"."""
        parts = _split(right, "semi")
        if len(parts) < 2:
            parts = [part for half in _split(right, "or") for part in _split(half, "comma")]
        choices = any_of([self._clause(part, depth + 1) for part in parts]) if parts else None
        head = _trimmed(left)
        if choices is None:
            return self._clause(head, depth + 1)
        if _negative(left):
            inner = [node for node in head if node.kind != "neg"]
            said = [self._clause(inner, depth + 1)] if any(node.kind == "E" for node in inner) else []
            return negate(any_of([*said, choices]))
        if not any(node.kind == "E" for node in head):
            return choices
        if head[-1].kind == "incl" or any(node.kind == "incl" for node in left[-2:]):
            base = self._clause(head, depth + 1)
            return any_of([base, choices]) if self.section == "exclusion" else all_of([base, choices])
        return all_of([self._clause(head, depth + 1), choices])

    def _without_parentheses(self, nodes: list[Node], depth: int) -> list[Node]:
        """Put one node in the place of every parenthesis, or nothing when it only explains."""
        result: list[Node] = []
        stack: list[list[Node]] = [result]
        for node in nodes:
            if node.kind == "lp" and len(stack) < _PARENTHESIS_DEPTH:
                stack.append([])
            elif node.kind == "rp":
                opened = next((at for at, one in enumerate(result) if one.kind in ("except", "unless")), 0)
                head = self.words(result[opened - 1].start, result[opened].start) if opened else ""
                if len(stack) == 1 and head.rstrip().endswith(
                    "("
                ):  # the opening was read as a part of what stands before it
                    stack.append(result[opened:])
                    del result[opened:]
                if len(stack) > 1:
                    inner = stack.pop()
                    closed = self._parenthesis(stack[-1], inner, depth)
                    if self._leaves_out(stack[-1], inner, closed):
                        continue
                    if closed is not None:
                        if self._other_time(stack[-1], inner) or self._adds_limits(inner):
                            stack[-1].append(Node("or", closed.start, closed.start))
                        stack[-1].append(closed)
            elif node.kind != "lp":
                stack[-1].append(node)
        rest: list[Node] = []
        while len(stack) > 1:
            inner = stack.pop()
            cut = next((at for at, node in enumerate(inner) if node.kind == "semi"), len(inner))
            inner, rest = inner[:cut], [*inner[cut:], *rest]  # what was never closed ends where the next thing begins
            closed = self._parenthesis(stack[-1], inner, depth)
            if closed is not None:
                if self._adds_limits(inner):
                    stack[-1].append(Node("or", closed.start, closed.start))
                stack[-1].append(closed)
        return [*result, *rest]

    def _adds_limits(self, inner: Sequence[Node]) -> bool:
        """Whether a parenthesis names limits that exclude by themselves ("arrhythmia (including QTc > 470 ms)")."""
        said = [node for node in inner if node.kind == "E" and node.main != "residue"]
        including = bool(inner) and inner[0].kind == "incl" and self.section == "exclusion"
        return including and bool(said) and all(node.family == "organ_function" for node in said)

    def _leaves_out(self, before: list[Node], inner: Sequence[Node], closed: Node | None) -> bool:
        """Leave out of what stands right before it what a parenthesis excepts; tell whether that was possible."""
        if closed is None or self.section != "exclusion" or inner[0].kind not in ("except", "unless"):
            return False
        apart = without_items(before[-1].rule, negate(closed.rule)) if before and before[-1].kind == "E" else None
        if apart is None:
            return False
        before[-1] = msgspec.structs.replace(before[-1], rule=apart)
        return True

    def _other_time(self, before: Sequence[Node], inner: Sequence[Node]) -> bool:
        """Whether a parenthesis gives another length of time for some of the treatment before it."""
        said = [node for node in inner if node.kind == "E" and node.main not in ("residue", "qualifier")]
        last = next((node for node in reversed(before) if node.kind == "E"), None)
        timed = inner and re.search(r"\d\s*-?\s*(?:days?|weeks?|months?)", self.words(inner[0].start, inner[-1].end))
        plain = bool(said) and all(node.main == "therapy" for node in said)
        return self.section == "exclusion" and bool(timed) and plain and last is not None and last.family == "washout"

    def _parenthesis(self, before: Sequence[Node], inner: list[Node], depth: int) -> Node | None:
        excepting = bool(inner) and inner[0].kind in ("except", "unless")
        inner = inner if excepting else _trimmed(inner)
        if not any(node.kind == "E" for node in inner):
            unless = bool(inner) and inner[0].kind == "unless"
            if unless and before and before[-1].kind == "E" and self.section == "exclusion":
                return Node(
                    "E", inner[0].start, inner[-1].end, Team("the exceptions that the study lists"), "qualifier"
                )
            return None
        last = next((node for node in reversed(before) if node.kind == "E"), None)
        if self._adds_limits(inner):
            limits = [node for node in inner if node.kind == "E" and node.main != "residue"]
            rule = any_of(node.rule for node in limits)
            return Node("E", inner[0].start, inner[-1].end, rule, limits[0].main, limits[0].family)
        example = last is not None and _FOR_EXAMPLE.search(self.words(last.end, inner[0].start))
        explains = (
            bool(example) or inner[0].kind in ("eg", "incl") or (inner[0].kind == "defined" and _is_explained(last))
        )
        if explains and last is not None and last.main != "residue":
            return None
        only = inner[0] if len(inner) == 1 else None
        if only is not None and only.main == "residue" and _is_abbreviation(self.words(only.start, only.end)):
            return None
        said = [node for node in inner if node.kind == "E" and node.main != "residue"]
        if last is not None and said and last.family == "receptor" and all(node.family == "receptor" for node in said):
            cutoffs = [node for node in said if isinstance(node.extra, tuple) and node.extra[:1] == ("cutoff",)]
            if all(isinstance(node.extra, tuple) and node.extra[1] == 1 for node in cutoffs):
                return None
        if last is not None and said and len(inner) == len(said) and all(node.rule == last.rule for node in said):
            return None
        rule = self._clause(inner, depth + 1)
        return Node(
            "E", inner[0].start, inner[-1].end, rule, said[0].main if said else "", said[0].family if said else ""
        )

    def _except(self, left: list[Node], right: list[Node], word: str, depth: int) -> Expression:
        """Read "A except B" and "A unless B".

        Under an exclusion B leaves out some of A. Of a requirement B may be left out, or be let in without A: limits of
        organ function and times since treatment do not count for B; else "except" leaves B out, and with "unless" the
        team must say which is meant.
        """
        base = self._clause(left, depth + 1) if _trimmed(left) else TRUE
        if not _trimmed(right):
            return base
        exception = self._clause(self._softly(left, right), depth + 1)
        if not _trimmed(left):
            return negate(exception)
        denied = _negative(left) or (self.section == "inclusion" and isinstance(base, Not))
        apart = without_items(negate(base) if denied else base, exception)
        if apart is not None:
            return negate(apart) if denied else apart
        waived = self.section == "inclusion" and all(
            node.family in ("organ_function", "washout") for node in left if node.kind == "E"
        )
        if _negative(left) or waived:
            return any_of([base, exception])
        if self.section == "inclusion" and word == "unless":
            return any_of([all_of([base, negate(exception)]), all_of([exception, Team("what the exception lets in")])])
        return all_of([base, negate(exception)])

    def _softly(self, left: Sequence[Node], right: list[Node]) -> list[Node]:
        """Return what leaves out some of an exclusion with words that were not read as the team's matter.

        Whoever has nothing of what is excluded is not excluded, whatever leaves out others.
        """
        excluded = any(node.kind == "E" and node.main not in ("residue", "qualifier") for node in left)
        if self.section != "exclusion" or not excluded or _negative(left):
            return right
        return [_qualifying(node) if node.main == "residue" else node for node in right]

    def _if(self, left: list[Node], right: list[Node], depth: int) -> Expression:
        """Read "A if B", or "if B, A"."""
        if not _trimmed(left):
            comma = next((index for index, node in enumerate(right) if node.kind == "comma"), None)
            if comma is None:
                comma = next((index for index, node in enumerate(right) if node.kind == "E"), len(right)) + 1
            condition, body = right[:comma], right[comma:]
            if not _trimmed(body):
                asked = self._clause(condition, depth + 1)
                if self.section == "inclusion" and _asks_of_some(condition):
                    return any_of([negate(asked), Residue(self.words(*self.place))])  # what is asked of them is missing
                return asked
        else:
            condition, body = self._softly(left, right), left
        asked = self._clause(body, depth + 1)
        when = self._clause(condition, depth + 1)
        return any_of([negate(when), asked]) if self.section == "inclusion" else all_of([when, asked])

    def _defined(self, left: list[Node], right: list[Node], depth: int) -> Expression:
        """Read "A defined as B": B says what A means in this study."""
        if not _trimmed(left) or (right and right[0].kind in ("or", "and", "comma")):
            return self._clause([*left, *right], depth + 1)
        base = self._clause(left, depth + 1)
        mains = {node.main for node in left if node.kind == "E"}
        definition = _trimmed(right)
        if not definition:
            return base
        if mains & {"menopause", "childbearing", "not_pregnant"}:
            return base
        if mains <= {"receptor"} and all(
            node.family == "receptor" for node in definition if node.kind == "E" and node.main != "residue"
        ):
            return base
        meant = self._clause(right, depth + 1)
        if mains <= {"organ", ""} and self.section == "inclusion":
            return meant
        if self.section == "exclusion":
            return any_of([base, meant]) if not _negative(left) else base
        return all_of([base, meant])

    def _including(self, left: list[Node], right: list[Node], depth: int) -> Expression:
        """Read "A including B": B is one kind of A, so that an exclusion, or a "no", speaks of it too."""
        said = [node for node in left if node.kind == "E" and node.main not in ("residue", "qualifier")]
        if not said:
            return self._clause([*left, *right], depth + 1)
        examples = [node for node in right if node.main != "residue" and node.kind not in ("R",)]
        minor = _minor_cancers(self._clause(examples, depth + 1)) if said[-1].main == "second_cancer" else ()
        if minor:
            return _without_minor(self._clause(left, depth + 1), minor)
        if self.section == "exclusion" and not _negative(left):
            rules = [self._clause(left, depth + 1)]
            if any(node.kind == "E" for node in examples):
                rules.append(self._clause(examples, depth + 1))
            return any_of(rules)
        if _negative(left):
            return self._clause([*left, Node("or", left[-1].end, left[-1].end), *examples], depth + 1)
        return self._clause(left, depth + 1)

    def _list(self, nodes: list[Node]) -> Expression:
        """Read rules joined by "and", "or", commas, or nothing, with "no" before any of them."""
        negation = next((index for index, node in enumerate(nodes) if node.kind == "neg"), None)
        if negation is not None:
            return self._negated(nodes, negation)
        groups: list[list[Node]] = [[]]
        joints: list[str] = []
        for node in nodes:
            if node.kind == "E":
                groups[-1].append(node)
            elif (
                node.kind == "comma"
                and groups[-1]
                and all(one.main in ("qualifier", "extent") for one in groups[-1])
                and self.section == "exclusion"
            ):
                continue
            elif node.kind in _JOINTS and groups[-1]:
                joints.append(_joint(node, groups[-1][-1], nodes))
                groups.append([])
            elif node.kind in _JOINTS and joints and node.kind in ("and", "or"):
                joints[-1] = node.kind
        groups, joints = _qualified(groups, joints)
        if not groups[-1]:
            groups.pop()
        joints = joints[: len(groups) - 1]
        rules = [self._group(group) for group in groups]
        if not rules:
            return TRUE if self.section == "inclusion" else FALSE
        if len(rules) == 1:
            return rules[0]
        return self._joined(groups, rules, joints)

    def _group(self, group: Sequence[Node]) -> Expression:
        """Join what stands side by side: each narrows the other."""
        rules: list[Expression] = []
        group = self._with_how_it_is_held(group)
        if any(node.main == "allergy" for node in group):
            group = [node for node in group if node.rule != _ANAPHYLAXIS]  # a kind of allergy, and not one more illness
        guards = [node for node in group if node.main == "childbearing"] if self.section == "inclusion" else []
        if len(guards) == len(group):
            guards = []
        for node in group:
            if node in guards:
                continue
            rule = self._note_residue(node.rule, node)
            if self.timed and node.family == "prior_treatment" and node.main == "therapy":
                rule = all_of([rule, Team("whether the time limit counts for this too")])
            elif self.ongoing is not None and self.ongoing < node.start and node.main == "therapy":
                rule = all_of([rule, Team("whether treatment at the same time is meant")])
            if self.weak and node.main not in ("residue", "qualifier", "central") and node.family not in _STRONG:
                rule = any_of([rule, Residue(self.words(node.start, node.end))])
            rules.append(rule)
        return any_of([*(negate(node.rule) for node in guards), all_of(rules)]) if guards else all_of(rules)

    def _with_how_it_is_held(self, group: Sequence[Node]) -> Sequence[Node]:
        """Leave to the team which medicine does not hold an illness ("asthma not controlled by steroids").

        Whoever has the illness and takes another medicine, or none, may be meant as well.
        """
        if self.section != "exclusion":
            return group
        kept = list(group)
        for index, (one, other) in enumerate(pairwise(group), 1):
            between = self.words(one.start, other.start)
            if one.main == "illness" and other.main != "illness" and _is_medicine(other.rule) and _HELD.search(between):
                kept[index] = _qualifying(other)
        return kept

    def _joined(self, groups: list[list[Node]], rules: list[Expression], joints: list[str]) -> Expression:
        has_or = "or" in joints or "slash" in joints
        has_and = "and" in joints
        if self.section == "exclusion":
            if not has_and or has_or:
                if has_and:
                    return self._mixed(rules, joints)
                return any_of(rules)
            families = {group[0].family for group in groups}
            if len(families) == 1:
                return any_of(rules)
            return any_of([all_of(rules), all_of([any_of(rules), Team("whether one of these is enough")])])
        if has_or and has_and:
            return self._mixed(rules, joints)
        if has_or:
            closing = self._closing_cancer(groups, rules)
            if closing is not None:
                return closing
            hoisted = self._hoisted(groups, rules)
            if hoisted is not None:
                return hoisted
            last = max(index for index, joint in enumerate(joints) if joint in ("or", "slash"))
            if all(node.family in _STRONG for group in groups[last + 2 :] for node in group):
                # "A or B, C, D": a list of alternatives ends with its "or", what follows is asked as well
                return all_of([any_of(rules[: last + 2]), *rules[last + 2 :]])
            return any_of(rules)
        return all_of(rules)

    def _closing_cancer(self, groups: list[list[Node]], rules: list[Expression]) -> Expression | None:
        """Read "stage IIIB or stage IV lung cancer": the cancer is asked for with each extent."""
        before = {node.family for group in groups[:-1] for node in group}
        cancers = [node for node in groups[-1] if node.family == "cancer"]
        extents = [node for node in groups[-1] if node.family != "cancer"]
        if not cancers or not extents or not before <= {"extent", "stage"}:
            return None
        return all_of([any_of([*rules[:-1], self._group(extents)]), self._group(cancers)])

    def _hoisted(self, groups: list[list[Node]], rules: list[Expression]) -> Expression | None:
        """Read "metastatic cancer with A, B or C": the cancer is asked for with each of them."""
        front = 0
        while front < len(groups[0]) and groups[0][front].family in _CANCER:
            front += 1
        others = {node.family for group in (groups[0][front:], *groups[1:]) for node in group}
        if not front or front == len(groups[0]) or others & _STRONG or "unread" in others:
            return None
        first = self._group(groups[0][:front])
        return all_of([first, any_of([self._group(groups[0][front:]), *rules[1:]])])

    def _mixed(self, rules: list[Expression], joints: list[str]) -> Expression:
        """Join a list with both words: "and" (and a comma in a requirement) binds closer than "or"."""
        alternatives: list[list[Expression]] = [[rules[0]]]
        for joint, rule in zip(joints, rules[1:], strict=True):
            if joint in ("or", "slash") or (joint == "comma" and self.section == "exclusion"):
                alternatives.append([rule])
            else:
                alternatives[-1].append(rule)
        return any_of([all_of(group) for group in alternatives])

    def _negated(self, nodes: list[Node], index: int) -> Expression:
        before, after = nodes[:index], nodes[index + 1 :]
        scope_end = next((i for i, node in enumerate(after) if node.kind == "neg"), len(after))
        scope, rest = after[:scope_end], after[scope_end:]
        if not any(node.kind == "E" for node in scope):
            place = Node(
                "E",
                nodes[index].start,
                nodes[index].end,
                Residue(self.words(nodes[index].start, nodes[index].end)),
                "residue",
                "unread",
            )
            return self._list([*before, place, *rest])
        if all(node.main == "central" for node in scope if node.kind == "E"):
            return self._list([*before, *rest])  # "no central testing required" asks nothing
        inner = self._any(scope)
        left = _trimmed(before)
        joint = before[-1].kind if before and before[-1].kind in _JOINTS else ""
        mains = {node.main for node in scope if node.kind == "E"}
        if (
            not left
            and self.section == "exclusion"
            and not self.asking
            and mains
            and mains <= {"pregnancy", "transfusion", "illness"}
            and not rest
        ):
            return inner  # "Not pregnant" under the heading "Exclusion" is what the study asks for
        if (
            not left
            and not rest
            and self.section == "exclusion"
            and not self.asking
            and mains == {"therapy"}
            and self._is_now(nodes[index])
        ):
            return inner  # "No concurrent radiation" under "Exclusion" as well
        opposite = negate(inner)
        parts = [self._list(left)] if left else []
        parts.append(opposite)
        if rest:
            parts.append(self._list(_trimmed(rest)) if rest[0].kind != "neg" else self._negated(rest, 0))
        return any_of(parts) if joint == "or" else all_of(parts)

    def _is_now(self, negation: Node) -> bool:
        """Whether a "no" speaks of treatment at the same time as the study's."""
        return (
            re.match(
                r"\s*(?:other\s+)?(?:concurrent|concomitant|simultaneous)",
                self.words(negation.end, self.place[1]),
                re.IGNORECASE,
            )
            is not None
        )

    def _any(self, nodes: Sequence[Node]) -> Expression:
        """Join what follows a "no": it speaks of each of them."""
        weak, self.weak = self.weak, False
        groups: list[list[Node]] = [[]]
        for node in nodes:
            if node.kind == "E":
                groups[-1].append(node)
            elif node.kind in _JOINTS and groups[-1]:
                groups.append([])
        rules: list[Expression] = []
        for group in groups:
            if not group:
                continue
            loose = [node for node in group if node.main == "therapy" and node.extra is not None]
            if loose and len(group) == 1:
                rules.append(loose[0].extra)  # type: ignore[arg-type]
            else:
                rules.append(self._group(group))
        self.weak = weak
        return any_of(rules)


def _is_medicine(rule: Expression) -> bool:
    return all(isinstance(part, Has) and part.list == "medicine" for part in _parts_of(rule))


_HELD = re.compile(
    r"\b(?:control\w*|manage\w*|respon\w+|refractory|resistant|despite|uncontroll\w+)\b[^,;.]{0,40}$", re.IGNORECASE
)


def _as_taken(rule: Expression) -> Expression:
    """Return a condition with "no medicine for four weeks" read as "the medicine, for four weeks"."""
    match rule:
        case All(parts):
            return all_of(_as_taken(part) for part in parts)
        case AnyOf(parts):
            return any_of(_as_taken(part) for part in parts)
        case Not(Has("medicine", where)) if any(isinstance(one.test, DateTest) for one in where):
            taken = Has("medicine", tuple(one for one in where if not isinstance(one.test, DateTest)))
            return all_of([taken, Team("for how long")])
        case _:
            return rule


def _parts_of(rule: Expression) -> tuple[Expression, ...]:
    return rule.parts if isinstance(rule, All | AnyOf) else (rule,)


def _or_must(tokens: Sequence[Token]) -> bool:
    """Whether one of two things that are asked for is enough ("must be A, or they must have B")."""
    musts = [index for index, token in enumerate(tokens) if token.kind == "must"]
    return len(musts) > 1 and any(tokens[index - 1].kind == "or" for index in musts[1:])


def _without_purpose(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the "to be eligible" of what must be so: it permits nothing."""
    must = next((index for index, token in enumerate(tokens) if token.kind == "must"), len(tokens))
    return [
        token
        for index, token in enumerate(tokens)
        if not (token.kind == "allow" and index > must and tokens[index - 1].kind == "to")
    ]


def _ever(rule: Expression) -> Expression:
    """Return a rule about illnesses whatever their state is now."""
    match rule:
        case All(parts):
            return all_of(_ever(part) for part in parts)
        case AnyOf(parts):
            return any_of(_ever(part) for part in parts)
        case Has("illness", where):
            return Has("illness", tuple(one for one in where if one.field != "status"))
        case _:
            return rule


def without_items(rule: Expression, exception: Expression) -> Expression | None:
    """Return a rule about items of lists without those that an exception names; ``None`` if it names none of them.

    "Chemotherapy except trastuzumab" is about each treatment: whoever had docetaxel and trastuzumab had chemotherapy.
    """
    named = [node for node in _positive(exception) if node.where and node.list != "metastasis"]
    if not 0 < len(named) <= _MOST_EXCEPTIONS or all(len(node.where) > _MOST_CONDITIONS for node in named):
        return None
    left = _minus(rule, named)
    if left == rule:
        return None
    lists = {node.list for node in _positive(rule)}
    if all(isinstance(node, Has | AnyOf) for node in walk(exception)):
        apart = [node for node in _positive(exception) if node.list not in lists]
        return all_of([left, *(negate(node) for node in apart)])
    several = isinstance(exception, All) and sum(isinstance(part, Has | AnyOf) for part in exception.parts) > 1
    open_still = [Team("the exception that the study makes")] if several else []
    return any_of([left, all_of([rule, negate(exception), *open_still])])


_MOST_EXCEPTIONS, _MOST_CONDITIONS = 8, 3


def _positive(rule: Expression) -> list[Has]:
    """Return what a rule says that somebody has, outside of any "not"."""
    match rule:
        case Has():
            return [rule]
        case All(parts) | AnyOf(parts):
            return [one for part in parts for one in _positive(part)]
        case _:
            return []


def _minus(rule: Expression, named: Sequence[Has]) -> Expression:
    """Return a rule whose items are none of those named."""
    match rule:
        case All(parts):
            return all_of(_minus(part, named) for part in parts)
        case AnyOf(parts):
            return any_of(_minus(part, named) for part in parts)
        case Has(items, where):
            plain: dict[str, list[str]] = {}
            wider: list[Has] = []
            for one in named:
                first = one.where[0]
                if one.list != items:
                    continue
                if len(one.where) == 1 and isinstance(first.test, TermTest) and not first.negated:
                    plain.setdefault(first.field, []).extend(first.test.terms)
                elif len(one.where) <= _MOST_CONDITIONS:
                    wider.append(one)
            left = (
                *where,
                *(Where(field, TermTest(tuple(dict.fromkeys(terms))), negated=True) for field, terms in plain.items()),
            )
            kept = [left]
            for one in wider[:_MOST_CONDITIONS]:
                against = [msgspec.structs.replace(each, negated=not each.negated) for each in one.where]
                kept = [(*each, other) for each in kept for other in against if other not in each]
            return any_of(Has(items, tuple(dict.fromkeys(each))) for each in kept)
        case _:
            return rule


def _examples(tokens: Sequence[Token]) -> list[Expression]:
    """Return the illnesses that stand as kinds of what the team is to judge."""
    at = next((index for index, token in enumerate(tokens) if token.kind == "incl"), len(tokens))
    said = [token.value for token in tokens[at:] if token.kind == "E"]
    return [one.rule for one in said] if said and all(one.main == "illness" for one in said) else []


_UNWELL = Has("illness", (Where("status", TermTest(("active", "uncontrolled"))),))


_MINOR = frozenset(["nonmelanoma_skin_cancer", "in_situ_cancer", "thyroid_cancer_history", "prostate_cancer_history"])


def _minor_cancers(rule: Expression) -> tuple[str, ...]:
    """Return the kinds of another cancer that a rule names, if they are such as studies leave out."""
    named = [node for node in walk(rule) if isinstance(node, Has) and node.list == "illness"]
    kinds = [kind for node in named for kind in kinds_of(node.where)]
    above = load_vocabulary().ancestors
    left_out = any(not _MINOR.isdisjoint({kind, *above("illness", kind)}) for kind in kinds)
    return tuple(kind for kind in dict.fromkeys(kinds) if kind != "second_cancer") if left_out else ()


def without_minor_cancers(rule: Expression, exception: Expression) -> Expression | None:
    """Return a rule about another cancer without the kinds that an exception names; ``None`` if it names none."""
    kinds = _minor_cancers(exception)
    return _without_minor(rule, kinds) if kinds else None


def _without_minor(rule: Expression, kinds: tuple[str, ...]) -> Expression:
    """Return a rule about another cancer that does not speak of these kinds."""
    match rule:
        case All(parts):
            return all_of(_without_minor(part, kinds) for part in parts)
        case AnyOf(parts):
            return any_of(_without_minor(part, kinds) for part in parts)
        case Not(part):
            return negate(_without_minor(part, kinds))
        case Has("illness", where) if any(one.test == TermTest(("second_cancer",)) for one in where):
            return Has("illness", (*where, Where("kind", TermTest(kinds), negated=True)))
        case _:
            return rule


def _opening_condition(tokens: Sequence[Token]) -> Expression | None:
    """Return the condition of "if somebody had radiosurgery, it must ...", if a sentence begins with one."""
    if not tokens or tokens[0].kind != "if":
        return None
    end = next((index for index, token in enumerate(tokens) if token.kind in ("comma", "must")), len(tokens))
    said = [token for token in tokens[1:end] if token.kind == "E"]
    plain = all(token.kind == "E" or token.kind in _SOFT for token in tokens[1:end])
    return said[0].value.rule if len(said) == 1 and plain and said[0].value.main in _DESCRIBED else None


def _permits(tokens: Sequence[Token]) -> bool:
    """Whether a sentence gives a permission that hangs on no condition."""
    kinds = {token.kind for token in tokens}
    return "allow" in kinds and tokens[0].kind != "neg" and not kinds & _CONDITIONS


_CONDITIONS = frozenset(["prohibit", "if", "provided", "unless", "but", "contraception"])


def _alternatives_after(tokens: Sequence[Token]) -> list[Expression]:
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


def _qualifying(node: Node) -> Node:
    """Return words as what only the team can judge beside what they tell more of."""
    return Node("E", node.start, node.end, Team("how serious it is, and how it is treated"), "qualifier", "")


def _joint(node: Node, before: Node, nodes: Sequence[Node]) -> str:
    """Return what a joint does; the slash of "ER+/HER2-" joins two receptors that are both asked for."""
    if node.kind != "slash" or before.family != "receptor":
        return node.kind
    after = next((one for one in nodes if one.start >= node.end), None)
    named = [_receptors(one) for one in (before, after) if one is not None]
    return "and" if all(named) and len(named) == 2 and ("her2" in named[0]) != ("her2" in named[1]) else "comma"


def _receptors(node: Node) -> tuple[str, ...]:
    """Return which receptors a rule is about, if it tells their state."""
    extra = node.extra
    return extra[1] if isinstance(extra, tuple) and extra[:1] == ("receptor",) else ()


def _qualified(groups: list[list[Node]], joints: list[str]) -> tuple[list[list[Node]], list[str]]:
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


def _groups_of(nodes: Sequence[Node], guards: Sequence[Node]) -> Expression:
    """Return who is meant: words side by side narrow each other, joined ones stand for several groups of people."""
    groups: list[list[Expression]] = [[]]
    for node in nodes:
        if node in guards:
            groups[-1].append(node.rule)
        elif node.kind in _JOINTS and groups[-1]:
            groups.append([])
    return any_of([all_of(group) for group in groups if group])


def _permitting_parenthesis(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the parenthesis stands that holds all permissions of a sentence, if one does."""
    start = None
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.kind == "lp") - (token.kind == "rp" and depth > 0)
        if token.kind == "lp" and start is None:
            start = index
        elif token.kind == "rp" and start is not None and not depth:
            inner = any(one.kind == "allow" for one in tokens[start:index])
            outside = any(one.kind == "allow" for one in (*tokens[:start], *tokens[index:]))
            if inner and not outside and _says_something(tokens[:start]):
                return start, index + 1
            start = None
    if start is not None and _says_something(tokens[:start]) and not any(one.kind == "allow" for one in tokens[:start]):
        return start, len(tokens)
    return None


def _banning_parenthesis(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the parenthesis stands that holds all that a sentence forbids, if one does."""
    renamed = [
        msgspec.structs.replace(one, kind={"prohibit": "allow", "allow": "word"}.get(one.kind, one.kind))
        for one in tokens
    ]
    return _permitting_parenthesis(renamed)


def _asks_of_some(nodes: Sequence[Node]) -> bool:
    """Whether a condition without a sequel is about treatment, which only some have had."""
    return {node.main for node in nodes if node.kind == "E"} <= {"therapy", "qualifier"}


def _is_treatment(tokens: Sequence[Token]) -> bool:
    """Whether all rules among the tokens are about earlier treatment."""
    families = {token.value.family for token in tokens if token.kind == "E"}
    return bool(families) and families <= {"prior_treatment", "washout"}


def _all_measured(nodes: Sequence[Node]) -> bool:
    """Whether everything that was said so far is a measurement, so that a time counts for each."""
    said = [node for node in nodes if node.kind == "E"]
    return bool(said) and all(node.main in ("lab", "organ", "ecog", "karnofsky", "transfusion") for node in said)


def _recent(node: Node, period: Period) -> Node:
    return msgspec.structs.replace(node, rule=within(node.rule, period)) if node.kind == "E" else node


_TIMES = {"therapy": "end", "radiation": "end", "medicine": "end", "surgery": "date"}


def _has_no_time(rule: Expression) -> bool:
    """Whether a rule is treatment, or any of several, without a time."""
    parts = rule.parts if isinstance(rule, AnyOf) else (rule,)
    return all(
        isinstance(part, Has) and part.list in _TIMES and all(where.field != _TIMES[part.list] for where in part.where)
        for part in parts
    )


def _is_ongoing(node: Node) -> bool:
    """Whether a rule is about treatment that goes on now."""
    parts = node.rule.parts if isinstance(node.rule, AnyOf) else (node.rule,)
    wheres = [where for part in parts if isinstance(part, Has) and part.list == "therapy" for where in part.where]
    return any(where.field == "ongoing" for where in wheres)


def _given_recently(node: Node, period: Period) -> Node:
    if node.kind != "E":
        return node
    parts = node.rule.parts if isinstance(node.rule, AnyOf) else (node.rule,)
    test = DateTest("within", period)
    timed = [Has(part.list, (*part.where, Where(_TIMES[part.list], test))) for part in parts if isinstance(part, Has)]
    return msgspec.structs.replace(node, rule=any_of(timed), family="washout")


def _says_something(tokens: Sequence[Token]) -> bool:
    """Whether there is a rule among the tokens, or a treatment that stands for one."""
    return any(
        one.kind in ("E", "steroids") or (one.kind == "reqtx" and not isinstance(one.value, str)) for one in tokens
    )


def _without_who(tokens: Sequence[Token]) -> Sequence[Token]:
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


def _allows_aside(tokens: Sequence[Token]) -> bool:
    """Whether a permission stands in parentheses behind words of which none was read."""
    opened = next((index for index, token in enumerate(tokens) if token.kind == "lp"), len(tokens))
    allowed = next(index for index, token in enumerate(tokens) if token.kind == "allow")
    depth = sum((token.kind == "lp") - (token.kind == "rp") for token in tokens[:allowed])
    return opened < allowed and depth > 0 and not _says_something(tokens[:opened])


def _without_support(tokens: Sequence[Token]) -> Sequence[Token]:
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


def _closes_what_was_read(tokens: Sequence[Token]) -> bool:
    """Whether a permission ends a parenthesis whose opening belongs to a phrase that was read as a whole."""
    index = next(position for position, token in enumerate(tokens) if token.kind == "allow")
    kinds = [token.kind for token in tokens[: index + 2]]
    return kinds[index + 1 :] == ["rp"] and "lp" not in kinds


_BY_DOSE = Has(
    "medicine",
    (
        Where("drug", TermTest(("corticosteroid",))),
        Where("daily_dose", NumberTest(">", 10, "mg/d")),
        Where("ongoing", FlagTest(True)),
    ),
)
"""Steroids that suppress the immune system whatever form is permitted: studies draw the line at 10 mg of prednisone."""


def _suppresses(rule: Expression) -> bool:
    """Whether a rule is about medicines that suppress the immune system, and nothing else."""
    return (
        isinstance(rule, Has)
        and rule.list == "medicine"
        and any(
            isinstance(where.test, TermTest) and set(where.test.terms) <= {"immunosuppressant", "corticosteroid"}
            for where in rule.where
        )
    )


def _of_a_dose(rule: Expression) -> bool:
    """Whether a rule asks for medicines above a daily dose."""
    return any(
        isinstance(node, Has) and any(where.field == "daily_dose" for where in node.where) for node in walk(rule)
    )


def _in_setting(rule: Expression, settings: tuple[str, ...]) -> Expression:
    """Return "has had the drug" narrowed to a setting that is named apart from it."""
    known = [one for one in settings if one != "any"]
    if not known or not isinstance(rule, Has) or rule.list != "therapy":
        return rule
    if any(where.field == "setting" for where in rule.where):
        return rule
    return Has(rule.list, (*rule.where, Where("setting", TermTest(tuple(dict.fromkeys(known))))))


def _is_explained(node: Node | None) -> bool:
    """Whether what "i.e." says after a rule only repeats it in other words."""
    return node is not None and node.family in ("receptor", "menopause", "pregnancy", "illness", "prior_treatment")


def _any_sex(nodes: list[Node]) -> list[Node]:
    """Take away the sexes when both are named: the words then ask nothing."""
    named = {str(node.extra) for node in nodes if node.main == "sex"}
    if {"female", "male"} <= named:
        return [msgspec.structs.replace(node, rule=TRUE) if node.main == "sex" else node for node in nodes]
    return nodes


def _split(nodes: Sequence[Node], kind: str) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == kind:
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if any(node.kind == "E" for node in part)]


def _trimmed(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without joining words at either end."""
    start, end = 0, len(nodes)
    while start < end and nodes[start].kind in _JOINTS:
        start += 1
    while end > start and nodes[end - 1].kind in (
        *_JOINTS,
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


def _negative(nodes: Sequence[Node]) -> bool:
    first = next((node for node in nodes if node.kind not in _JOINTS), None)
    return first is not None and first.kind == "neg"


def _is_abbreviation(words: str) -> bool:
    letters = words.strip(" .")
    return len(letters) <= 10 and " " not in letters and sum(one.isupper() for one in letters) >= 2


__all__ = ["Composer", "Node", "Sentence", "without_minor_cancers"]
