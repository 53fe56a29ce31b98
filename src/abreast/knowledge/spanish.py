"""What the check asks of a Spanish text: how easy it reads, how it speaks to the person, what it must not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

EASY = 55.0
"""Least perspicuity of a text for everyone: from here on the INFLESZ scale calls it "normal" (about grade 7-8)."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"[^.!?…:;\n]+(?:[.!?…:;\n]+|$)")
_NUCLEUS = re.compile(r"[iuüy]?[aeoáéóíú][iuüy]?(?![aeoáéóíú])|[iuüy]?[aeoáéóíú]|[iuüy]+")

# As in English: a number and a unit that only a dose has; laboratory values (por dL, por litro) are none.
_DOSE = re.compile(
    r"\b\d[\d.,]*\s*(?:miligramos?|microgramos?|unidades internacionales|UI)\b"
    r"|\b(?:\d+|una|dos|tres|cuatro)\s+(?:tabletas?|pastillas?|píldoras?|cápsulas?|comprimidos?)\s+"
    r"(?:al|por|cada|a la|diari[ao]s?|dos veces|una vez)\b",
    re.IGNORECASE,
)
_FORBIDDEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:usted )?(?:debe|debería|tiene que|necesita|ha de) "
        r"(?:tomar|recibir|empezar|comenzar|suspender|dejar|usar|elegir|escoger|probar|cambiar|ponerse)\b",
        r"\b(?:usted )?(?:no )?es (?:un buen |una buena )?(?:elegible|candidat[oa])\b",
        r"\b(?:usted )?(?:no )?(?:reúne|cumple) (?:con )?los requisitos\b",
        r"\b(?:le )?(?:recomendamos|aconsejamos|sugerimos|recetamos|prescribimos)\b",
        r"\bes (?:la |el )?mejor (?:opción|tratamiento|medicamento|elección) para usted\b",
        r"\bse recomienda para usted\b",
        r"\bsu (?:esperanza de vida|pronóstico|probabilidad(?:es)? de (?:vivir|sobrevivir))\b",
        r"\busted (?:vivirá|morirá|sobrevivirá|se curará|va a (?:vivir|morir|sobrevivir|curarse))\b",
        r"\ble quedan? \w+ (?:semanas|meses|años)\b",
        r"\bgarantiza(?:n|do|mos|r)?\b",
        r"\b(?:deje|suspenda) (?:de tomar(?:lo|la)?|el medicamento|el tratamiento|la medicina)\b",
    )
)
_OF_EVERY = re.compile(r"\b(?:1|una?|uno) de cada (?!100\b|cien\b)\w+", re.IGNORECASE)
_INFORMAL = re.compile(
    r"\b(?:tú|contigo|tus|tuy[oa]s?|puedes|tienes|debes|quieres|sabes|necesitas|estás|eres|pregúntale|dile|llámalos|vosotros)\b"
    r"|\btu (?=[a-záéíóúñ])",
    re.IGNORECASE,
)


def syllables(word: str) -> int:
    """Return how many syllables a Spanish word has; a number counts as two, as in English.

    Each strong vowel (a, e, o, or an accented one) is a syllable of its own with the weak vowels beside it; weak
    vowels among themselves are one.
    """
    lower = re.sub(r"(?<=[gq])u(?=[eiéí])", "", word.casefold())
    if any(character.isdigit() for character in lower):
        return 2
    lower = re.sub(r"y(?=[aeiouáéíóú])", "j", lower)
    return max(1, len(_NUCLEUS.findall(lower)))


def perspicuity(text: str) -> float:
    """Return how easy a text reads, from 0 (very hard) to 100 (very easy); 100 for a text without words.

    Szigriszt Pazos (1993): 206.835 - 62.3 S/P - P/F, with S syllables, P words and F sentences; read by the scale
    INFLESZ (Barrio-Cantalejo 2008, An Sist Sanit Navar 31(2):135-152): below 40 very hard, 40 to 55 rather hard, 55 to
    65 normal, 65 to 80 rather easy, above 80 very easy.
    """
    words = _WORD.findall(text)
    if not words:
        return 100.0
    sentences = max(1, sum(1 for part in _SENTENCE.findall(text) if _WORD.search(part)))
    score = 206.835 - 62.3 * sum(map(syllables, words)) / len(words) - len(words) / sentences
    return max(0.0, min(100.0, score))


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the words of a Spanish text."""
    if found := _DOSE.search(text):
        yield f"doses are not given: {found.group().strip()!r}"
    for pattern in _FORBIDDEN:
        if found := pattern.search(text):
            yield f"wording that prescribes or promises: {found.group()!r}"
    if found := _OF_EVERY.search(text):
        yield f"say it per 100 people (de cada 100 personas), not {found.group()!r}"
    if found := _INFORMAL.search(text):
        yield f"the person is spoken to as usted, not {found.group()!r}"


__all__ = ["EASY", "faults", "perspicuity", "syllables"]
