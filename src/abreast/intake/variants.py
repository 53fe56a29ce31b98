"""Changes in genes as reports write them, in the short form that people and trials use.

``NP_009225.1:p.(His1047Arg)`` and ``p.His1047Arg`` become ``H1047R`` (HGVS allows one-letter and three-letter amino
acid codes: https://hgvs-nomenclature.org, protein recommendations).
"""

from __future__ import annotations

import re

_LETTERS = dict(
    zip(
        re.findall("[A-Z][a-z]{2}", "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrValTerSec"),
        "ARNDCQEGHILKMFPSTWYV*U",
        strict=True,
    )
)
"""One-letter codes of the amino acids, in the order of their three-letter codes; ``Ter`` is a stop."""

_THREE = "|".join(_LETTERS)
_PROTEIN = re.compile(
    rf"p\.\(?((?:{_THREE})\d+(?:{_THREE}|=|\*)?(?:fs(?:(?:Ter|\*)\d*)?|del|dup)?(?:_(?:{_THREE})\d+[\w*]*)?|[A-Z]\d+[\w*=]*)\)?"
)
_BARE = re.compile(r"^[ACDEFGHIKLMNPQRSTVWY]\d{1,5}(?:[ACDEFGHIKLMNPQRSTVWY*]|fs\*?\d*|del|dup)$")
_CODING = re.compile(r"\bc\.[-*\d_+]+\S*|\b\d{2,5}(?:_\d+)?(?:del|ins|dup)[ACGT]*\b")


def short_change(text: str) -> str | None:
    """Return the protein change in one-letter form, else the coding change; ``None`` when the text names neither."""
    protein = _PROTEIN.search(text)
    if protein:
        return re.sub(_THREE, lambda match: _LETTERS[match[0]], protein[1])
    if _BARE.match(text.strip()):
        return text.strip()
    coding = _CODING.search(text)
    return coding[0].rstrip(",;)") if coding else None
