"""The cancer in neutral facts: stage, kind, side, and what was removed."""

from __future__ import annotations

import re
from typing import Any

from abreast.case import Certainty, Value
from abreast.intake.fhir.codes import load_tables
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    parted,
    stance,
    tables,
    without_remark,
)
from abreast.intake.staging import Category, Letter, parse_categories, parse_category, parse_stage
from abreast.vocabulary import Quantity

_LETTERS: dict[str, Letter] = {"t": "t", "n": "n", "m": "m"}


def read_stage(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a stage group; a remark in parentheses stays as a note."""
    text, remark = without_remark(str(value))
    text = re.sub(r"\s+(anatomic|clinical|pathologic(al)?|prognostic)$", "", text, flags=re.IGNORECASE)
    stage = parse_stage(text, draft.vocabulary)
    for part in () if stage else parted(text):
        stage = stage or parse_stage(part, draft.vocabulary)
    if stage:
        draft.one(place, row.attribute, stage.term, note=remark)
    categories = list(parse_categories(str(value), draft.vocabulary))
    for category in categories:
        if category.attribute:
            draft.one(place, category.attribute, category.term)
    if not stage and not categories:
        draft.leave(place, f"not a stage group: {value}")


def read_tnm(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read T, N and M categories with their prefixes; ``row.prefix`` stands in where a category has none."""
    text, remark = without_remark(str(value))
    found = list(parse_categories(text, draft.vocabulary))
    if not found and row.letter:
        single = parse_category(text, _LETTERS[row.letter], draft.vocabulary)
        found = [single] if single else []
    if not found:
        draft.leave(place, f"not a TNM category: {value}")
    for category in found:
        known = category if category.prefix else Category(category.letter, category.term, row.prefix)
        if known.attribute:
            draft.one(place, known.attribute, known.term, note=remark)
        else:
            draft.leave(place, f"a category at recurrence or autopsy: {value}")


def read_extent(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read how far it has spread and how it came about ("recurrent, distant"); a hedge leaves it suspected."""
    del row
    phrase = Phrase(str(value))
    certainty: Certainty = "suspected" if phrase.take(tables().words.hedge) else "certain"
    phrase.take(r"^\s*new(ly diagnosed|ly found)?\b")
    for said in phrase.says(tables().words.extent):
        meant: Value = {"yes": True, "no": False}.get(said.value, said.value)
        draft.one(place, said.attribute, meant, draft.as_of, certainty=certainty)
    phrase.take_term("site", draft.vocabulary)  # where a recurrence is: the sites have a key of their own
    draft.rest(place, phrase)


def read_histology(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read the type of cancer; a remark in parentheses stays as a note."""
    text, remark = without_remark(str(value))
    meant = stance(text)
    if meant.kind in ("denied", "unclear", "open"):
        draft.leave(place, f"not understood: {value}")
        return
    if re.fullmatch(r"inflammatory (breast )?(cancer|carcinoma)", text, re.IGNORECASE):
        draft.one(place, "inflammatory", True)  # how it looks, not which cells it has
        return
    row_ = load_tables().morphology.by_name([text])
    term = draft.vocabulary.by_name("histology", text) or (row_.histology if row_ else "")
    if not term:
        phrase = Phrase(text)
        term = phrase.take_term("histology", draft.vocabulary)
        grade = phrase.take(r"\b(?:grade\s?|g)([1-3])\b")
        if term and grade:
            draft.one(place, "grade", Quantity.exact(float(grade[1])))
        if term:
            draft.rest(place, phrase)
    if term:
        draft.one(place, row.attribute, term, note=remark)
    else:
        draft.leave(place, f"not a type of breast cancer that is known: {value}")


def read_side(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read which breast."""
    side = draft.answers("side").by_text(str(value))
    if side:
        draft.one(place, row.attribute, side)
        if re.search(r"\bonly\b", str(value)):
            draft.one(place, "bilateral", False)
    else:
        draft.leave(place, f"neither left nor right: {value}")


def read_nodes(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read how many nodes were positive ("2/12 positive", "0 of 3"), or an N category."""
    text = str(value)
    counted = re.match(r"\s*(\d{1,2})(?:\s?(?:/|of|out of)\s?\d{1,2})?(?:\s+(?:\w+ )?(?:nodes? )?positive)?\s*$", text)
    categories = list(parse_categories(text, draft.vocabulary))
    if counted:
        draft.one(place, row.attribute, Quantity.exact(float(counted[1])))
    elif categories:
        read_tnm(draft, place, value, row)
    else:
        draft.leave(place, f"not a number of nodes: {text}")


def read_removed(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read what a report on removed tissue says ("ypT1c ypN1a, RCB-II", "pT2 pN0, margins clear")."""
    del row
    phrase = Phrase(str(value))
    left_after_treatment(draft, place, phrase)
    for category in parse_categories(phrase.rest, draft.vocabulary):
        if category.attribute:
            draft.one(place, category.attribute, category.term)
            phrase.take(rf"\b{category.prefix}{category.letter}\w*(\([^)]*\))?")
    draft.rest(place, phrase)


def left_after_treatment(draft: Draft, place: str, phrase: Phrase) -> None:
    """Read what words say of the tissue that was removed after treatment (residual disease, RCB-II, ypT2 ypN2)."""
    if phrase.take(r"\b(no residual (invasive )?(disease|cancer)|pathologic(al)? complete (response|remission)|pcr)\b"):
        draft.one(place, "residual_disease", False)
    elif phrase.take(r"\bresidual (invasive )?(disease|cancer)\b|\bnon-?pcr\b|\bno pcr\b"):
        draft.one(place, "residual_disease", True)
    burden = phrase.take(r"\bRCB[- ]?(0|III|II|I|[1-3])\b")
    if burden:
        number = {"0": 0, "I": 1, "II": 2, "III": 3}.get(burden[1].upper(), burden[1])
        draft.one(place, "rcb", Quantity.exact(float(number)))
    for category in parse_categories(phrase.rest, draft.vocabulary):
        if category.prefix.startswith("y"):
            draft.one(place, category.attribute, category.term)
            phrase.take(rf"\b{category.prefix}{category.letter}\w*(\([^)]*\))?")
