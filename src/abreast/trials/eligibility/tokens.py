"""Criteria text cut into tokens.

A token keeps its place in the original text. Numbers, comparison signs, units of measure and HER2 scores
("2+") are told apart here, since their letters and signs mean something else in words; everything else is a word
in its plain form (lower case, American spelling, singular), ready for the lexicon.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, a number or a sign; after the lexicon and the patterns also a whole phrase.

    ``kind`` is what the lexicon or a pattern says it is ("word" when nobody knows it), ``value`` what it stands for.
    """

    kind: str
    start: int
    end: int
    value: Any = None


class Lexeme(msgspec.Struct, frozen=True, gc=False):
    """A token before the lexicon: ``kind`` is num, cmp, unit, uln, ihc, sign or word; ``word`` its plain form."""

    kind: str
    start: int
    end: int
    word: str
    value: Any = None


_STICKY_UNITS = (
    r"days?|weeks?|wks?|months?|mos?|years?|yrs?|y|yo|hours?|hrs?|h|mm\d?|cm|mg|gm|g|kg|ms|msec|ml|x|×|gy|fold|times"
    r"|th|st|nd|rd|k|iu|u|pg|ng|copies|l|x(?:i?uln)|i?uln|mmhg|mmol|umol|nmol|pmol|mcg|ug|dl|ul|mcl|bpm|beats?|miu|mbq|gbq|cgy|cc|cells?|lbs?"
)
_LEXEME = re.compile(
    rf"""[\s\\]*(?:
      (?P<plain>[a-uwyz][^\W_]*(?:[’'´][a-zA-Z]{{1,2}}\b)?)
    | (?P<version>\b(?:v|ver|version)[.\s]*\d(?:\.\d+)*\b)
    | (?P<cmp>[<>]\s?\\?/?\s?=|=\s?[<>]|=/?\\?[<>]|[<>]\\?/=?|[<>]|[≥≤≧≦⩾⩽≫≪＜＞＝]|=)
    | (?P<ihc>\b[0-3]\s?\+(?!\w))
    | (?P<num>\d{{1,3}}(?:[, ’']\d{{3}})+(?![\d])(?:\.\d+)?|\d++(?:[.·]\d++)?|\.\d++)
      (?=(?:{_STICKY_UNITS})(?![A-Za-z])|(?![A-Za-z]))
    | (?P<times>\bx(?=\d))
    | (?P<word>[^\W_]+(?:[’'´][a-zA-Z]{{1,2}}\b)?)
    | (?P<sign>[^\s\\])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""One lexeme and the space before it; first words with a first letter that begins nothing else, which most are."""

_SUP = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_POWER = (
    r"(?:[x×*✕хX]\s*+)?(?:10|ten)\s*+"
    r"(?:\\?\^|\\?\*\\?\*?|e|E|\(|\[|to\s+the\s+)?\s*+\(?\s*+{n}\s*+\)?\]?(?:th\s+power)?\s*+"
    r"(?:cells?|neutrophils|platelets)?\s*+"
)
_PER_L = r"(?:/|per)\s*l(?:it(?:er|re))?\b"
_PER_UL = (
    r"(?:/|per)\s*(?:[uμµ]\s?l|mcl|micro\s?l(?:it(?:er|re)s?)?|cu(?:bic)?\s?mm|cubic\s+(?:millim(?:et(?:er|re))|mm)"
    r"|mm\s*(?:\\?\^\s*\\?\{?|\*)?\s*[3³]\}?|mm\^3|cmm|mmc)(?![a-z])"
)

_UNITS: tuple[tuple[str, str], ...] = (
    ("10*9/L", _POWER.format(n="[9⁹]") + _PER_L),
    ("10*9/L", _POWER.format(n="[3³]") + _PER_UL),
    ("10*9/L", r"(?:k|thou|thousand|x\s*1000)\s*" + _PER_UL),
    ("10*9/L", r"(?:(?-i:G|GI)|giga)\s*" + _PER_L),
    ("10*9/L", r"(?:bil(?:lion)?|x\s*bil)\s*" + _PER_L),
    ("10*9/L", r"[x×*✕хX]\s*10\s*\^?\s*[9⁹](?![\w.,/])(?!\s*/)"),
    ("10*12/L", _POWER.format(n="(?:12|¹²)") + _PER_L),
    ("/uL", r"(?:cells?|neutrophils|platelets)?\s*" + _PER_UL),
    ("/mL", r"(?:cells|copies)\s*(?:/|per)\s*ml\b"),
    ("g/dL", r"(?:gm?s?|grams?)\s*(?:/|per)\s*(?:d(?:eci)?l(?:it(?:er|re))?|100\s*ml)\b|g\s?%"),
    ("g/L", r"(?:gm?|grams?)\s*" + _PER_L),
    ("mg/dL", r"(?:mg|milligrams?)\s*(?:/|per)\s*(?:d(?:eci)?l(?:it(?:er|re))?|100\s*ml)\b|mg\s?%"),
    ("mg/L", r"mg\s*" + _PER_L),
    ("mg/g", r"mg\s*/\s*g\b"),
    ("ng/mL", r"(?:ng|[uμµ]g|mcg)\s*/\s*(?:ml|l)\b"),
    ("pg/mL", r"(?:pg\s*/\s*ml|ng\s*/\s*l)\b"),
    ("umol/L", r"(?:[uμµ]|micro\s?|mc)m(?:ol)?(?:es?)?\s*(?:/|per)?\s*l(?:it(?:er|re))?\b"),
    ("mmol/mol", r"mmol\s*/\s*mol\b"),
    ("mmol/L", r"mm(?:ol)?(?:es?)?\s*(?:/|per)\s*l(?:it(?:er|re))?\b"),
    ("meq/L", r"meq\s*/\s*l\b"),
    (
        "mL/min",
        r"(?:ml|cc|millilit(?:er|re)s?)\s*(?:/|per|\.|\s)\s*min(?:ute)?s?(?:\s*(?:/|per)?\s*1[.,·]73\s*\\?\s*m\s*(?:\\?\^?\s*\(?\s*\\?[2²]\)?|sq)?)?",
    ),
    ("mL/s", r"ml\s*/\s*s(?:ec)?\b"),
    ("kg/m2", r"kg\s*/\s*m\s*\\?\^?\s*[2²]"),
    ("mg/d", r"mg\s*(?:/|per|a|\s)\s*(?:d(?:ay)?|24\s*h(?:ours?)?|daily)\b|mg\s+(?:of\s+)?(?:daily|once\s+daily|qd)\b"),
    ("mg/m2", r"mg\s*/\s*m\s*\\?\^?\s*[2²]"),
    ("mg/kg", r"mg\s*/\s*kg(?:\s*/\s*d(?:ay)?)?\b"),
    ("g/d", r"(?:g|gm|grams?)\s*(?:/|per|in|over)\s*(?:24\s*h(?:ou)?rs?|24\s*h|d(?:ay)?)\b"),
    ("U/L", r"(?:i?u|units?)\s*" + _PER_L),
    ("U/mL", r"(?:i?u)\s*(?:/|per)\s*ml\b"),
    ("mm[Hg]", r"mm\s?(?:of\s+)?hg\b"),
    ("{mut}/Mb", r"mut(?:ation)?s?\s*(?:/|per)\s*(?:mb|mega\s?base)s?\b"),
    ("/min", r"(?:bpm\b|beats?\s*(?:/|per)\s*min(?:ute)?|/\s*min(?:ute)?\b)"),
    ("ms", r"(?:ms(?:ec)?s?|milli\s?sec(?:ond)?s?)\b"),
    ("s", r"sec(?:ond)?s?\b"),
    ("cm", r"(?:cm|centimet(?:er|re)s?)\b"),
    ("mm", r"(?:mm|millimet(?:er|re)s?)\b"),
    ("kg", r"(?:kg|kilograms?)\b"),
    ("[lb_av]", r"(?:lbs?|pounds)\b"),
    ("mg", r"(?:mg|milligrams?)\b"),
    ("Gy", r"gy\b"),
    ("Cel", r"°\s?c\b|degrees?\s+c(?:elsius)?\b|℃"),
    ("[degF]", r"°\s?f\b|degrees?\s+f\b"),
    ("%", r"\\?%|per\s?cent(?:age)?\b|pct\b"),
)
_UNIT = re.compile(
    r"\s*-?\s*(?:" + "|".join(f"(?P<u{index}>{pattern})" for index, (_, pattern) in enumerate(_UNITS)) + ")",
    re.IGNORECASE,
)
_NO_UNIT = re.compile(r"\s*(?:[.,;:)]|$|-?\s*(?:months?|weeks?|years?|days?|and|or|to|of)\b)", re.IGNORECASE)
"""What most often stands behind a number and begins no unit."""
_UNIT_CODES = tuple(code for code, _ in _UNITS)

_NORMAL_WORDS = (
    r"(?:the\s+|of\s+|institution(?:al|['’]s)?\s+|laborator(?:y|ies)(?:['’]s)?\s+|lab\s+|local\s+"
    r"|age[-\s]adjusted\s+|site\s+|its\s+)*"
)
_ULN = re.compile(
    rf"""\s*[-‐]?\s*(?:(?:[x×*✕хX]|times|fold|\s)\s*)?{_NORMAL_WORDS}(?:\(?i?uln\)?r?(?![a-z])|upper\s+limits?\s+(?:(?:of|for)\s+)?{_NORMAL_WORDS}(?:normal|reference)?(?:\s+(?:range|limits?|values?))?(?:\s*[(\[]\s*i?uln\s*[)\]])?
        |upper\s+normal\s+limits?(?:\s*\(unl\))?|unl\b|ulrr\b|upper\s+limit\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_LLN = re.compile(
    rf"\s*(?:(?:[x×*]|times)\s*)?{_NORMAL_WORDS}(?:lln\b|lower\s+limits?\s+(?:of\s+)?{_NORMAL_WORDS}normal(?:\s*\(lln\))?)",
    re.IGNORECASE,
)

_DROPPED = frozenset(["the", "of", "an", "their", "his", "its", "this", "that", "these", "those", "s"])
_CMP = {
    ">": ">",
    "<": "<",
    "≥": ">=",
    "≧": ">=",
    "⩾": ">=",
    "≫": ">",
    "≤": "<=",
    "≦": "<=",
    "⩽": "<=",
    "≪": "<",
    "=": "=",
    "＜": "<",
    "＞": ">",
    "＝": "=",
}
_DASHES = frozenset("-–—−‐‑‒―")
_RANGED = re.compile(r"(?:[ivx]{1,4}[abc]?|[cpy]{0,2}[tn]\d[a-d]?)$")
_RANGED_NEXT = re.compile(r"(?:[IVX]{1,4}[ABCabc]?|[cpy]{0,2}[TN]?\d[a-d]?(?:N\d|M[01x])?)(?![A-Za-z0-9])")
_ROMAN_NEXT = re.compile(r"(?:I{1,3}|IV)[ABC]?(?![A-Za-z0-9])")
_HER2 = re.compile(r"her\s?-?\s?2(?!\d)", re.IGNORECASE)
_TNM = re.compile(r"([cpy]{0,2}T\d[a-d]?|\d)(N\d[a-d]?)?(M[01x])?", re.IGNORECASE)
_ARTICLE = re.compile(r"\s+[a-z]{2}")
_ALNUM = re.compile(r"[^\W_]")


def lexemes(text: str) -> list[Lexeme]:
    """Return the lexemes of ``text`` from left to right; time is linear in its length."""
    found: list[Lexeme] = []
    position, end = 0, len(text)
    match_at = _LEXEME.match
    while position < end:
        match = match_at(text, position)
        if match is None:
            break
        kind = match.lastgroup or ""
        raw = match[kind]
        start, position = match.span(kind)
        if kind in ("plain", "word"):
            word, ordinary = _word(raw)
            if ordinary:
                found.append(Lexeme("word", start, position, word))
            else:
                position = _odd_word(text, start, position, found)
        elif kind == "num":
            found.append(Lexeme("num", start, position, raw, _number(raw)))
            position = _after_number(text, position, found)
        elif kind == "cmp":
            found.append(Lexeme("cmp", start, position, "cmp", _comparison(raw)))
        elif kind == "ihc":
            found.append(Lexeme("ihc", start, position, raw.replace(" ", ""), raw.replace(" ", "")))
        elif kind == "times":
            found.append(Lexeme("word", start, position, "x"))
        elif raw in _DASHES:
            sign = _dash(text, start, position, found)
            if sign:
                found.append(Lexeme("sign", start, position, sign))
        elif raw in "~～" and found and found[-1].kind == "num" and _ALNUM.match(text, position):
            found.append(Lexeme("sign", start, position, "range"))
        elif kind == "sign" and raw not in _NUMBERED:
            found.append(Lexeme("sign", start, position, _SIGNS.get(raw, raw)))
    return found


@lru_cache(maxsize=65536)
def _word(raw: str) -> tuple[str, bool]:
    """Return a word in its plain form, and whether that is all there is to say of it wherever it stands."""
    word = plain(raw)
    odd = (
        word in _DROPPED
        or word in _ODD
        or raw in _NUMBERED
        or raw.casefold() == "her"
        or _TNM.fullmatch(raw) is not None
    )
    return word, not odd


def _odd_word(text: str, start: int, end: int, found: list[Lexeme]) -> int:
    """Add what a word stands for that depends on what is around it, or nothing; return where it ends."""
    raw = text[start:end]
    if raw in _NUMBERED:
        return end
    word = "her" if raw.casefold() == "her" and _HER2.match(text, start) else plain(raw)
    if word in _DROPPED or (word == "a" and (raw == "a" or _ARTICLE.match(text, end))):
        return end
    if word in _UPPER and (uln := _ULN.match(text, start)):
        found.append(Lexeme("uln", start, uln.end(), "uln", 1.0))
        return uln.end()
    if word in _LOWER and (lln := _LLN.match(text, start)):
        found.append(Lexeme("lln", start, lln.end(), "lln", 1.0))
        return lln.end()
    if tnm := _TNM.fullmatch(raw):
        found += _tnm_pieces(tnm, start)
    elif word in _TIMES and found and found[-1].kind == "num":
        found.append(Lexeme("word", start, end, "x"))
    else:
        found.append(Lexeme("word", start, end, word))
    return end


_UPPER, _LOWER, _TIMES = ("uln", "iuln", "upper", "ulrr"), ("lln", "lower"), ("x", "times")
_ODD = frozenset(["a", *_UPPER, *_LOWER, *_TIMES])
"""Words that are more than words in some places."""
_NUMBERED = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫")
_SIGNS = {
    "、": ",",
    "，": ",",
    "；": ";",
    "（": "(",
    "）": ")",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "／": "/",
    "|": "/",
    "&": "&",
}


def _tnm_pieces(match: re.Match[str], start: int) -> list[Lexeme]:
    """Return the pieces of "T1N0M0", and of "4N1" in "T1-4N1-3M0": the end of one range, the start of the next."""
    found: list[Lexeme] = []
    for group in range(1, 4):
        piece = match[group]
        if piece:
            at = start + match.start(group)
            kind, value = ("num", float(piece)) if piece.isdigit() else ("word", None)
            found.append(Lexeme(kind, at, at + len(piece), piece.casefold(), value))
    return found


def _after_number(text: str, position: int, found: list[Lexeme]) -> int:
    """Add the unit, or the normal limit, that stands behind a number; return where it ends."""
    if _NO_UNIT.match(text, position):
        return position
    unit = _UNIT.match(text, position)
    if unit:
        code = _UNIT_CODES[int((unit.lastgroup or "u0")[1:])]
        # "10*9/L" may stand after a factor only: 1.5 x 10^9/L
        found.append(Lexeme("unit", unit.start(), unit.end(), code, code))
        return unit.end()
    for kind, pattern in (("uln", _ULN), ("lln", _LLN)):
        match = pattern.match(text, position)
        if match:
            found.append(Lexeme(kind, match.start(), match.end(), kind, 1.0))
            return match.end()
    return position


def _dash(text: str, start: int, end: int, found: list[Lexeme]) -> str:
    """Return what a dash is: a minus sign ("ER-"), a range ("0-1"), a break between phrases, or nothing (a hyphen)."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before.isspace() and after.isspace():
        return (
            "range"
            if found
            and found[-1].kind in ("num", "ihc")
            and _ALNUM.match(text[end + 1 : end + 2] or "")
            and (text[end + 1].isdigit())
            else "break"
        )
    if found and found[-1].kind in ("num", "ihc", "unit") and found[-1].end >= start - 1:
        rest = text[end : end + 3].strip()
        if rest[:1].isdigit() or rest[:1] in "<>≤≥" or _ROMAN_NEXT.match(text, end):
            return "range"
    if (before.isalnum() or before in ")+") and not after.isalnum():
        if (before.isalnum() and after in " \t\n,;.)/]") or after == "/":
            return "minus"
        return ""
    if before.isspace() and after.isalnum():
        return "break"
    if before.isalnum() and after.isalnum():
        return "range" if found and _RANGED.match(found[-1].word) and _RANGED_NEXT.match(text, end) else ""
    return ""


def _number(raw: str) -> float:
    if raw.isdecimal() and raw.isascii():
        return float(raw)
    cleaned = re.sub(r"[, ’']", "", raw).replace("·", ".").translate(_SUP)
    try:
        return float(cleaned)
    except ValueError:
        return 0.0


def _comparison(raw: str) -> str:
    cleaned = re.sub(r"[\s\\/]", "", raw)
    if len(cleaned) == 1:
        if "/" in raw:
            return {">": ">=", "<": "<="}.get(cleaned, "=")
        return _CMP.get(cleaned, "=")
    return ">=" if ">" in cleaned else "<="


_BRITISH = (
    ("tumour", "tumor"),
    ("oestr", "estr"),
    ("haem", "hem"),
    ("anaem", "anem"),
    ("oedema", "edema"),
    ("rrhoea", "rrhea"),
    ("aemia", "emia"),
    ("leucocyt", "leukocyt"),
    ("randomis", "randomiz"),
    ("ischaem", "ischem"),
    ("oesoph", "esoph"),
    ("gynaec", "gynec"),
    ("anaesth", "anesth"),
    ("orrhag", "orrhag"),
    ("programme", "program"),
    ("licence", "license"),
    ("characteris", "characteriz"),
    ("hospitalis", "hospitaliz"),
    ("immunis", "immuniz"),
    ("judgement", "judgment"),
    ("behaviour", "behavior"),
    ("colour", "color"),
    ("ï", "i"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("ﬀ", "ff"),
)
_SINGULAR = {
    "metastases": "metastasis",
    "diagnoses": "diagnosis",
    "thromboses": "thrombosis",
    "analyses": "analysis",
    "biopsies": "biopsy",
    "women": "woman",
    "men": "man",
    "females": "female",
    "crises": "crisis",
    "stenoses": "stenosis",
    "has": "has",
    "was": "was",
    "does": "does",
    "yes": "yes",
    "plus": "plus",
    "gas": "gas",
    "aids": "aids",
    "mets": "mets",
    "arrythmia": "arrhythmia",
    "arrythmias": "arrhythmia",
    "lymphnode": "node",
    "hodgkins": "hodgkin",
    "gilberts": "gilbert",
    "viruses": "virus",
    "fungi": "fungus",
    "bacteria": "bacterial",
    "progestogen": "progestin",
    "ages": "age",
    "biphosphonate": "bisphosphonate",
    "sarcomata": "sarcoma",
    "criterion": "criteria",
    "nuclei": "nucleus",
    "lymphomas": "lymphoma",
    "dr": "dr",
}


@lru_cache(maxsize=65536)
def plain(raw: str) -> str:
    """Return a word in its plain form: lower case, American spelling, singular, without a possessive."""
    word = raw.casefold().replace("’", "'").replace("´", "'")
    if "'" in word:
        word = word.split("'", 1)[0] if not word.endswith("n't") else word
    if raw == "eGFR":
        return "gfr"  # the filtration rate; EGFR is a gene
    if raw == "PCR":
        return "pcrtest"  # the chain reaction; pCR is a response
    if raw in ("HER", "Her"):
        return "her" if raw == "HER" else "the"
    if raw == "her":
        return "the"
    if not word.isascii() or any(british in word for british, _ in _BRITISH):
        for british, american in _BRITISH:
            word = word.replace(british, american)
    known = _SINGULAR.get(word)
    if known:
        return known
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 5 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


__all__ = ["Lexeme", "Token", "lexemes", "plain"]
