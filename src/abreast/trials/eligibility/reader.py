"""From a study's eligibility text to its criteria."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

import msgspec

from abreast.rules import (
    FALSE,
    TRUE,
    Compare,
    Expression,
    Has,
    Period,
    Residue,
    Team,
    TermTest,
    all_of,
    any_of,
    at_least,
    negate,
)
from abreast.rules.expression import TimeUnit, walk
from abreast.trials.eligibility.caution import cautious, is_heading
from abreast.trials.eligibility.compose import Passage, Sentence, compose, since, without_minor_cancers
from abreast.trials.eligibility.grammar import Said, Scene, reduce
from abreast.trials.eligibility.lexicon import load_lexicon, tidied
from abreast.trials.eligibility.model import READER_VERSION, CompiledStudy, Criterion, Read, Section, Span
from abreast.trials.eligibility.plainer import plainer
from abreast.trials.eligibility.segment import Piece, segment
from abreast.trials.eligibility.tokens import Token, lexemes
from abreast.trials.eligibility.trust import trusted_rule, trusted_sentence, without_contradictions

_LONGEST_SENTENCE = 400
"""More tokens than any sentence that people wrote; what is longer is cut, which keeps the time linear."""

_INLINE_MARK = re.compile(r"\s(?:\\?[*•●▪■◦]|\(?(?:[a-h]|[ivx]{1,4}|\d{1,2})\)|\d{1,2}[.)]|[-–])(?=\s+[A-Z≥≤><(])")


_NOTE = re.compile(r"\(\s*Note\s*:\s*([A-Za-z][^()]{0,600})\)")
"""A parenthesis that is a sentence of its own."""
_REMARK = re.compile(r"(?<=[\s.])(?:\*\s*)?(?:NOTE|Note|NB)\s*:")
"""What begins a remark inside a paragraph."""
_POSSIBLE = re.compile(
    r"\(\s*(?:which\s+)?(?:(?:can|may|could)\s+(?:also\s+)?(?:be|consider)|might|preferabl[ey]|ideally|optional(?:ly)?|recommended)\b"
    r"[^()<>≤≥]{0,160}\)",
    re.IGNORECASE,
)
"""A parenthesis that tells how something may be done ("can be corrected by transfusion")."""
_REFERENCE = re.compile(
    r"[(\[]\s*(?:please\s+)?(?:see|refer\s+to|cf\.?|appendix|section|table|as\s+(?:described|outlined|listed|defined|specified)\s+in|danger|concerns?|due\s+to\s+(?:concerns?|lack))\b[^()\[\]<>≤≥]{0,90}[)\]]",
    re.IGNORECASE,
)
"""A parenthesis that only points to another place of the protocol."""
_WHETHER = re.compile(r"\bwhether\s+or\s+not\b[^.;,()<>≤≥]{0,120}", re.IGNORECASE)
"""Words that say that something makes no difference."""
_OR_WITH = re.compile(
    r"\b(?:alone|as\s+(?:monotherapy|a?\s*single\s+agent))\s+(?:and/)?or\s+(?:(?:in\s+combination|combined|together)(?:\s+with)?|with)\b"
    r"(?:(?!\b(?:within|prior|before|in\s+the|for|less|more|at\s+least|during|who|which|that|and|or|is|are)\b)[^.,;()<>≤≥]){0,80}",
    re.IGNORECASE,
)
"""Words that say that it makes no difference whether something else was given with it."""
_ALSO = re.compile(r"\([^()]{0,200}?\b(?:also|still)\s+(?:be\s+)?excluded\s*\)", re.IGNORECASE)
"""A parenthesis that repeats that some of those just named are excluded."""
_REASON = re.compile(
    r"""(?:\bbecause\b|\bdue\s+to\s+(?:the\s+fact|(?:the\s+)?(?:potential|possible|increased)(?:ly)?)\b)[^.;()]{0,70}?
        \b(?:effects?|risks?|potential|unknown|safety|possib\w+|interactions?|lists?|concerns?|danger|harm\w*|lack|immune|known)\b
        (?:(?!,?\s*(?:but(?!\s+potential)|unless|except|however|patients|subjects|participants|women|men|females|males|known|hiv|pregnan\w+|these|breast)\b)[^.;()]){0,240}""",
    re.IGNORECASE | re.VERBOSE,
)
"""Why a study asks for something ("because its effects on an unborn child are unknown")."""
_SCOPE = re.compile(
    r"(?:^|(?<=[.;]\s))\s*(?:This|These)\s+(?:criteri(?:on|a)|requirements?|exclusions?|restrictions?)\s+(?:does\s+not\s+|do\s+not\s+)?"
    r"(?:only\s+)?appl(?:y|ies)\b[^.;]{0,200}(?=[.;]|$)",
    re.IGNORECASE,
)
"""A sentence that only tells for which part of the study a criterion counts."""
_BACKGROUND = re.compile(
    r"(?:^|(?<=[.;]\s))\s*The\s+(?:effects?|safety|risks?)\s+of\s+[^.;]{1,140}?\b(?:is|are|has|have)\s+(?:not\s+(?:been\s+)?)?"
    r"(?:unknown|known|studied|established|determined)\b[^.;]{0,30}(?=[.;]|$)",
    re.IGNORECASE,
)
"""A sentence that only tells what is not known of the study's drug."""


_ASIDES = (
    ("(", (_REFERENCE, _POSSIBLE)),
    ("[", (_REFERENCE,)),
    ("excluded", (_ALSO,)),
    ("hether", (_WHETHER,)),
    (" or ", (_OR_WITH,)),
    ("The ", (_BACKGROUND,)),
    ("Th", (_SCOPE,)),
    ("ecause", (_REASON,)),
    ("ue to", (_REASON,)),
)
"""What is left out of a text, by letters without which it cannot be there."""


class _Readout(msgspec.Struct, frozen=True):
    """What reading some words gave, with places relative to their start."""

    sentences: tuple[Sentence, ...]
    reads: tuple[tuple[int, int, str], ...]


def read_criteria(text: str, section: Section = "inclusion") -> tuple[Criterion, ...]:
    """Return the criteria of an eligibility text in the order in which they stand.

    ``section`` says what stands before the first heading. Never raises: what cannot be read is residue.
    """
    return without_contradictions(tuple(_criterion(text, piece) for piece in segment(text, section)))


def read_criterion(text: str, section: Section = "inclusion", cohort: str = "") -> Criterion:
    """Return the whole text as one criterion, whatever bullets and headings it holds."""
    whole = Span(0, len(text))
    return _criterion(text, Piece(section, cohort, whole))


def compile_study(nct: str, text: str) -> CompiledStudy:
    """Return the criteria of one study, ready to be kept and matched."""
    criteria = read_criteria(text)
    names = dict.fromkeys(criterion.cohort for criterion in criteria if criterion.cohort)
    cohorts = tuple((name, read_criterion(name, "inclusion").rule) for name in names)
    return CompiledStudy(nct, READER_VERSION, criteria, cohorts)


# --- one criterion -----------------------------------------------------------------------------------------------


def _criterion(text: str, piece: Piece) -> Criterion:
    span = piece.span
    if piece.context is None and is_heading(text[span.start : span.end], piece.section):
        asks_nothing = TRUE if piece.section == "inclusion" else FALSE
        read = (Read(span, "heading"),)
        return Criterion(piece.section, piece.cohort, text[span.start : span.end], span, asks_nothing, read)
    if piece.parts and piece.join not in ("", "note"):
        rule, reads, residue, families = _joined(text, piece)
    else:
        words = text[span.start : span.end]
        offset = span.start
        readout = _read(words, piece.section)
        if piece.context is not None and _open(readout):
            readout, offset = _with_context(text, piece, readout)
        rule, reads, residue, families = _assembled(readout, piece.section, offset)
    head = piece.context.of(text) if piece.context else ""
    rule = trusted_rule(cautious(rule, piece.section), piece.section, text[span.start : span.end], head)
    if not residue and any(isinstance(node, Residue) for node in walk(rule)):
        residue = (span,)  # every word has a reading, and the whole is still not to be trusted
    return Criterion(
        piece.section,
        piece.cohort,
        text[span.start : span.end],
        span,
        rule,
        reads,
        residue,
        _family(families, residue, reads),
        head,
    )


def _open(readout: _Readout) -> bool:
    return any(sentence.residue for sentence in readout.sentences) or not readout.reads


def _with_context(text: str, piece: Piece, alone: _Readout) -> tuple[_Readout, int]:
    """Read the heading's words before the piece's own, and keep that when it leaves less unread."""
    assert piece.context is not None
    heading = piece.context.of(text).rstrip(" :\n")
    own = text[piece.span.start : piece.span.end]
    joined = _read(f"{heading}: {own}", piece.section)
    shift = piece.span.start - len(heading) - 2
    unread = sum(len(sentence.residue) for sentence in alone.sentences)
    if sum(len(sentence.residue) for sentence in joined.sentences) < unread:
        return joined, shift
    return alone, piece.span.start


def _joined(text: str, piece: Piece) -> tuple[Expression, tuple[Read, ...], tuple[Span, ...], list[str]]:
    """Read a bullet together with those below it: one of them, at least two, or exceptions."""
    head = _assembled(_read(_headless(piece.head.of(text)), piece.section), piece.section, piece.head.start)
    bodies = [
        _assembled(
            _read(part.of(text), "inclusion" if piece.join == "except" else piece.section), piece.section, part.start
        )
        for part in piece.parts
    ]
    reads = (*head[1], *(read for body in bodies for read in body[1]))
    residue = (*head[2], *(span for body in bodies for span in body[2]))
    families = [*head[3], *(family for body in bodies for family in body[3])]
    rules = [_timed_by(piece.head.of(text), body[0]) if piece.section == "exclusion" else body[0] for body in bodies]
    if piece.join == "except":
        exception = any_of(rules)
        if not reads:
            return Residue(text[piece.span.start : piece.span.end]), (), (piece.span,), families
        asked = (
            all_of([head[0], Team("the exceptions that the study lists")])
            if piece.section == "exclusion"
            else any_of([head[0], exception])
        )
        if piece.section == "exclusion":
            asked = (
                all_of([head[0], negate(all_of([exception]))])
                if not _is_if(piece.head.of(text))
                else all_of([head[0], negate(all_of(rules))])
            )
        return asked, reads, residue, families
    body = at_least(2, rules) if piece.join == "two" else all_of(rules) if piece.join == "all" else any_of(rules)
    empty = head[0] in (TRUE, FALSE) or not head[1]
    alike = any_of if piece.section == "exclusion" and _OR_ANY.search(piece.head.of(text)) else all_of
    rule = body if empty else alike([head[0], body])
    return rule, reads, residue, families


_HEAD_TIME = re.compile(
    r"\bof\s+the\s+(?:following|below)\b[^:]{0,60}\bwithin\s+(?:the\s+)?(?:last\s+|past\s+|previous\s+|prior\s+)?(\d{1,3})\s+(day|week|month|year)s?\b"
    r"(?P<rest>[^:]*)",
    re.IGNORECASE,
)
"""A time that a heading gives for everything below it."""
_GOES_ON = re.compile(r"\b(?:ongoing|current\w*|active)\b", re.IGNORECASE)


def _timed_by(head: str, rule: Expression) -> Expression:
    """Return what stands in a list with the time of its heading ("any of the following within 6 months")."""
    found = _HEAD_TIME.search(head)
    if found is None:
        return rule
    recent = since(rule, Period(int(found[1]), cast(TimeUnit, f"{found[2].lower()}s")))
    if not _GOES_ON.search(found["rest"]):
        return recent
    return any_of([recent, all_of([rule, Team("in the time that the study gives")])])


_HEAD_ONLY = re.compile(
    r"(?:,?\s*(?:and|with|who|which|that|by|as|if|has|have|having|meets?|meeting|fulfil\w*|defined|including|for|must|be|is|are)\b[\s\w]{0,24})?\s*"
    r"\b(?:at\s+least\s+)?(?:one|1|two|2|any|either|all)\b(?:\s*\(?\d\)?)?(?:\s+or\s+more|\s+or\s+both)?[\s\w]{0,20}?"
    r"(?:of\s+)?(?:the\s+)?(?:following|below|these)\b[^:]{0,60}:?\s*$",
    re.IGNORECASE,
)


_OR_ANY = re.compile(
    r"\bor\s+(?:the\s+)?(?:presence\s+of\s+|with\s+|has\s+|have\s+|having\s+|who\s+have\s+)?(?:any|one)\s+of\s+the\s+following\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)
"""How a head ends that names one thing, "or the presence of any of the following"."""


def _headless(head: str) -> str:
    """Return the words of a head without those that only introduce what follows."""
    return _HEAD_ONLY.sub("", head)


def _is_if(head: str) -> bool:
    return re.search(r"\b(?:if|provided|as\s+long\s+as)\b[^.;]{0,80}$", head, re.IGNORECASE) is not None


def _assembled(
    readout: _Readout, section: Section, offset: int
) -> tuple[Expression, tuple[Read, ...], tuple[Span, ...], list[str]]:
    rule = _combined(readout.sentences, section)
    reads = tuple(Read(Span(start + offset, end + offset), by) for start, end, by in readout.reads)
    residue = tuple(
        Span(max(0, start + offset), max(0, end + offset))
        for sentence in readout.sentences
        for start, end in sentence.residue
    )
    families = [family for sentence in readout.sentences for family in sentence.families]
    return rule, reads, residue, families


def _family(families: list[str], residue: tuple[Span, ...], reads: tuple[Read, ...]) -> str:
    named = [family for family in families if family and family != "unread"]
    if not named:
        return "unread" if residue or not reads else "other"
    medical = [family for family in named if family not in ("team", "permission", "age", "sex")]
    return (medical or named)[0]


# --- sentences -----------------------------------------------------------------------------------------------


def _combined(sentences: tuple[Sentence, ...], section: Section) -> Expression:
    """Join the sentences of one criterion.

    In a requirement each counts; in an exclusion each excludes by itself, save for what it asks for or permits. A
    permission softens what stands before it and speaks of the same: whoever it speaks of is then for the team.
    """
    rule: Expression | None = None
    main = ""
    for sentence in sentences:
        if sentence.mode == "note":
            continue
        if sentence.mode == "optional":
            rule = None
            continue
        if rule is not None and section == "inclusion" and _other_cancer(sentence):
            continue
        if sentence.mode == "exception":
            rule = _softened(rule, main, msgspec.structs.replace(sentence, main=main), section)
            continue
        if sentence.mode == "allow":
            rule = _softened(rule, main, sentence, section)
            continue
        said = sentence.rule
        if (sentence.mode == "prohibit" and section == "inclusion") or (
            sentence.mode == "must" and section == "exclusion"
        ):
            said = negate(said)
        if rule is None:
            rule, main = said, sentence.main
        else:
            rule = all_of([rule, said]) if section == "inclusion" else any_of([rule, said])
            main = main or sentence.main
    if rule is None:
        welcomed = [one.rule for one in sentences if one.mode == "allow" and _welcomes_disease(one)]
        if section == "inclusion" and welcomed:
            return any_of([all_of(welcomed), Residue("whether only these are taken")])
        return TRUE if section == "inclusion" else FALSE
    return rule


_OF_THE_STUDY = frozenset(["extent", "stage", "receptor"])
"""What most studies are about: "patients with stage III disease are eligible" may be all that says so."""


def _welcomes_disease(sentence: Sentence) -> bool:
    treated = any(isinstance(node, Has) and node.list == "therapy" for node in walk(sentence.rule))
    return sentence.main in _OF_THE_STUDY and not treated


def _other_cancer(sentence: Sentence) -> bool:
    """Whether a later sentence begins with people who have another cancer: it says nothing of the others."""
    if sentence.main != "cancer":
        return False
    asked = [
        one
        for node in walk(sentence.rule)
        if isinstance(node, Compare) and node.attribute == "cancer" and isinstance(node.test, TermTest)
        for one in node.test.terms
    ]
    return bool(asked) and "breast" not in asked


def _softened(rule: Expression | None, main: str, sentence: Sentence, section: Section) -> Expression | None:
    if rule is None or sentence.rule == FALSE or main != sentence.main:
        return rule
    if main == "second_cancer" and section == "exclusion":
        narrowed = without_minor_cancers(rule, sentence.rule)
        if narrowed is not None:
            return narrowed
    excepted = all_of([sentence.rule, Team("the exception that the study makes")])
    return any_of([rule, excepted]) if section == "inclusion" else all_of([rule, negate(excepted)])


@lru_cache(maxsize=4096)
def _read(words: str, section: Section) -> _Readout:
    """Read some words; the same words in another study are read once."""
    scene = Scene(section)
    sentences: list[Sentence] = []
    reads: list[tuple[int, int, str]] = []
    parts = _sentences(words)
    for tokens in parts:
        reduced = reduce(tidied(tokens, words), scene)
        place = (tokens[0].start, tokens[-1].end)
        sentence = compose(Passage(section, lambda start, end: words[start:end], place, bool(sentences)), reduced)
        if sentences and section == "exclusion" and tokens[0].kind == "but" and sentence.mode == "plain":
            sentence = Sentence(TRUE, "allow", sentences[0].main, sentence.families)  # "However, those who ..."
        sentence = trusted_sentence(sentence, section, words, place, alone=len(parts) == 1)
        sentences.append(sentence)
        known = [token for token in reduced if token.kind in ("E", "REQ")]
        for token in known:
            said: Said = token.value
            reads.append((token.start, token.end, said.by))
        if not known and sentence.families:
            reads.append((tokens[0].start, tokens[-1].end, sentence.families[0]))
    return _Readout(tuple(sentences), tuple(reads))


def _sentences(words: str) -> list[list[Token]]:
    """Return the tokens of each sentence; a full stop that ends no sentence ("e.g.", "v. 1.1") is dropped.

    What only points elsewhere, or tells why something is asked, is left out: it asks nothing of anybody.
    """
    notes: set[int] = set()
    if "Note" in words or "NOTE" in words or "NB" in words:
        notes = {found.start() for found in (*_NOTE.finditer(words), *_REMARK.finditer(words))}
        words = _REMARK.sub(lambda found: "." + " " * (len(found[0]) - 1), words)
        words = _NOTE.sub(lambda found: "." + " " * (found.start(1) - found.start() - 1) + found[1] + " ", words)
    words = plainer(words)
    for hint, asides in _ASIDES:
        if hint in words:
            for aside in asides:
                words = aside.sub(lambda found: " " * len(found[0]), words)
    marked = _INLINE_MARK.sub(lambda found: " ;" + " " * (len(found[0]) - 2), words) if len(words) > 40 else words
    tokens = load_lexicon().tokens(lexemes(marked))
    sentences: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        if token.kind == "stop":
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if following is not None and following.kind == "semi":
                continue
            if (
                following is None
                or token.start in notes
                or _NEXT_SENTENCE.match(words, token.end)
                or (words[token.start - 1 : token.start].isspace() and words[following.start].isupper())
            ):
                sentences.append([])
            continue
        if token.kind == "but" and words[token.start : token.end].lower().startswith("however"):
            sentences.append([])
        sentences[-1].append(token)
        if len(sentences[-1]) >= _LONGEST_SENTENCE:
            sentences.append([])
    return [part for sentence in sentences if sentence for part in _with_permissions_apart(sentence, words)]


_NEXT_SENTENCE = re.compile(r"[\s\"'*)\]]+(?:[A-Z\d]|[(\"'*][A-Z])")

_APART = frozenset(["allow", "team", "consent", "contraception"])
"""Words that speak of their own part of a sentence only."""

_FEW = 5
"""So many semicolons join sentences; more make a list."""


def _asked_apart(sentence: list[Token]) -> int:
    """Return where the one semicolon stands that parts "No A" from "those with B must C", or 0."""
    semicolons = [index for index, token in enumerate(sentence) if token.kind == "semi"]
    if len(semicolons) != 1 or not sentence or sentence[0].kind != "neg":
        return 0
    at = semicolons[0]
    kinds = [token.kind for token in sentence[at:]]
    return at if "must" in kinds and all(token.kind != "must" for token in sentence[:at]) else 0


_OF_SOME = re.compile(
    r"\s*(?:patients|subjects|participants|individuals|those|women)\s+(?:with|who|whose|receiving|on)\b", re.IGNORECASE
)


_IS = re.compile(r"is\s", re.IGNORECASE)
_LIST = re.compile(r"[,;()]|\b(?:and|or|except|unless|if|which|that|who)\b", re.IGNORECASE)
"""Signs that what stands before "is allowed" is more than one thing."""


def _permitted_apart(sentence: list[Token], words: str) -> int:
    """Return where the comma stands behind which some are permitted what others may not have, or 0."""
    allowed = next((index for index, token in enumerate(sentence) if token.kind == "allow"), 0)
    depth = 0
    for index, token in enumerate(sentence[:allowed]):
        depth = max(0, depth + (token.kind == "lp") - (token.kind == "rp"))
        if token.kind == "comma" and not depth and index > 1:
            one = words[token.end : sentence[allowed].start]
            if _OF_SOME.match(words, token.end) or (
                _IS.match(words, sentence[allowed].start) and not _LIST.search(one)
            ):
                return index
    return 0


def _with_permissions_apart(sentence: list[Token], words: str) -> list[list[Token]]:
    """Cut where a permission, or what is for the team, stands behind a semicolon, or a comma and "those with ...".

    It softens what stands before, or is asked beside it, and is no part of it.
    """
    kinds = {token.kind for token in sentence}
    some = _permitted_apart(sentence, words) if "allow" in kinds else 0
    if some:
        permits = next(at for at, token in enumerate(sentence) if token.kind == "allow")
        end = next((at for at in range(permits, len(sentence)) if sentence[at].kind == "semi"), len(sentence))
        rest = _with_permissions_apart(sentence[end + 1 :], words) if sentence[end + 1 :] else []
        return [sentence[:some], sentence[some + 1 : end], *rest]
    if "semi" not in kinds:
        return [sentence]
    asked = _asked_apart(sentence)
    if asked:
        return [sentence[:asked], sentence[asked + 1 :]]
    if kinds.isdisjoint(_APART):
        return [sentence]
    cuts: list[int] = []
    depth = 0
    for index, token in enumerate(sentence):
        depth = max(0, depth + (token.kind == "lp") - (token.kind == "rp"))
        if token.kind == "semi" and not depth:
            cuts.append(index)
    apart = [index for index, token in enumerate(sentence) if token.kind in _APART]
    listed = "anyof" in kinds or ("allow" not in kinds and not kinds.isdisjoint(("incl", "eg", "colon")))
    if not 0 < len(cuts) <= _FEW or not apart or max(apart) < cuts[0] or listed:
        return [sentence]
    parts = [sentence[start:end] for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, None], strict=True)]
    return [part for part in parts if part]


__all__ = ["compile_study", "read_criteria", "read_criterion"]
