# ruff: noqa: PLR0917 - the counting takes its tallies with it
"""Reading of reports against labels: texts, `labels.jsonl` (facts), `traps.jsonl` (what must not be read).

What counts as right is told in docs/reading-reports.md: the same attribute, value and standing (stated
of the person, doubted, of a relative, not given); the words must overlap for a fact to count as found where it stands.
Attributes that the labels hold only in part never count as wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from abreast.evaluation.lines import read_lines
from abreast.foundation.errors import InputError, Place
from abreast.foundation.yaml import read_yaml
from abreast.intake.report.model import ASSERTED, DOUBTED, Finding
from abreast.intake.report.reader import read_text
from abreast.intake.variants import short_change
from abreast.vocabulary import load_vocabulary

_PARTIAL = frozenset(
    {
        "birth_date",
        "incidental",
        "past_history",
        "family_history",
        "laterality",
        "hr_status",
        "pulmonary_embolism",
        "pleural_effusion",
        "ascites",
    }
)
"""Labelled only in part, or said by other labels already."""

_STRICT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("receptors", ("er_", "pr_", "hr_status", "androgen")),
    ("HER2", ("her2_",)),
    ("stage", ("stage", "t_category", "n_category", "m_category")),
    ("sites", ("metastasis", "distant_metastasis")),
    ("variants", ("variant",)),
)
_NEGATIVES = ("germline negative", "somatic negative")


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    content = (Path(__file__).parent / "data" / "report_names.yaml").read_text(encoding="utf-8")
    return dict(read_yaml(content, "report_names.yaml"))


class Label(msgspec.Struct, frozen=True):
    """One labelled fact, as the file has it; parts that only some facts have are left aside."""

    report: str
    attribute: str
    value: Any
    quote: str = ""
    quote_start: int = -1
    unit: str | None = None
    date: str | None = None
    qualifier: str | None = None
    side: str | None = None
    start: str | None = None
    stop: str | None = None


class Trap(msgspec.Struct, frozen=True):
    """Something that must not be read, as the file has it."""

    report: str
    must_not: dict[str, Any]
    quote: str = ""
    match: str = "value"
    why: str = ""


@dataclass(frozen=True)
class Tally:
    """How many facts of one attribute were right, wrong, found and labelled."""

    right: int = 0
    wrong: int = 0
    found: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        """The share of what was read that is right; of nothing, 1."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found; of nothing, 1."""
        return self.found / self.labelled if self.labelled else 1.0

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.right + other.right, self.wrong + other.wrong, self.found + other.found, self.labelled + other.labelled
        )


@dataclass(frozen=True)
class ReportsReport:
    """The figures of a folder of labelled reports."""

    reports: int
    tallies: dict[str, Tally]
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    sprung: tuple[str, ...] = ()
    traps: int = 0
    details: dict[str, tuple[int, int]] = field(default_factory=dict)
    unclear: tuple[int, int] = (0, 0)
    """How many of the things that are only mentioned, and so asked of the person, a label states; and how many are."""

    def of(self, *prefixes: str) -> Tally:
        """Return the figures of all attributes that begin with one of these."""
        total = Tally()
        for name, tally in self.tallies.items():
            if name.startswith(prefixes):
                total = total.plus(tally)
        return total


def evaluate_reports(folder: Path) -> ReportsReport:
    """Read every text of a folder and compare with its labels and traps.

    Raises:
        InputError: when the folder has no labels, or a line of them is not in order.
    """
    labels = list(read_lines(folder / "labels.jsonl", Label))
    traps = list(read_lines(folder / "traps.jsonl", Trap)) if (folder / "traps.jsonl").exists() else []
    texts = {file.stem: file.read_bytes().decode("utf-8", errors="replace") for file in sorted(folder.glob("*.txt"))}
    names = sorted(texts.keys() & ({one.report for one in labels} | {one.report for one in traps}))
    if not names:
        raise InputError("expected texts (*.txt) that labels.jsonl speaks of", Place(str(folder)))
    tallies: dict[str, Tally] = {}
    wrong: list[str] = []
    missed: list[str] = []
    sprung: list[str] = []
    details: Counter[str] = Counter()
    for name in names:
        read = [one for one in read_text(texts[name], name).findings if one.qualifier != "superseded"]
        found = [one for one in read if not one.unclear]
        mine = [one for one in labels if one.report == name]
        _count(name, texts[name], mine, found, tallies, wrong, missed, details)
        asked = [one for one in read if one.unclear]
        details["unclear?"] += len(asked)
        details["unclear"] += sum(any(_fits(one, label) for label in mine) for one in asked)
        sprung += [
            f"{name}: {trap.why}: “{_short(trap.quote)}” read as {_said(one)}"
            for trap in traps
            if trap.report == name
            for one in _sprung(trap, found, texts[name])[:1]
        ]
    parts = {
        part: (details[part], details[f"{part}?"]) for part in ("where it stands", "date", "side", "start", "stop")
    }
    return ReportsReport(
        len(names),
        dict(sorted(tallies.items())),
        tuple(wrong),
        tuple(missed),
        tuple(sprung),
        len([one for one in traps if one.report in names]),
        parts,
        (details["unclear"], details["unclear?"]),
    )


def _count(
    name: str,
    text: str,
    labels: list[Label],
    found: list[Finding],
    tallies: dict[str, Tally],
    wrong: list[str],
    missed: list[str],
    details: Counter[str],
) -> None:
    for label in labels:
        attribute = canonical(label.attribute)
        fitting = [one for one in found if _fits(one, label)]
        if attribute in ("incidental",) or (_is_derived(label) and not fitting):
            continue
        best = _best(fitting, label)
        tallies[attribute] = tallies.get(attribute, Tally()).plus(Tally(found=int(best is not None), labelled=1))
        if best is None:
            missed.append(
                f"{name}: {label.attribute} {label.value}"
                + (f" [{label.qualifier}]" if label.qualifier else "")
                + f": “{_short(label.quote)}”"
            )
            continue
        start = label.quote_start if label.quote_start >= 0 else text.find(label.quote)
        _detail(details, "where it stands", True, best.start < start + len(label.quote) and start < best.end)
        _detail(details, "date", label.date is not None, str(best.date) == label.date)
        _detail(details, "side", label.side is not None and attribute != "laterality", best.side == label.side)
        _detail(details, "start", label.start is not None, best.get("start") == label.start)
        _detail(details, "stop", label.stop is not None, best.get("stop") == label.stop)
    for one in found:
        attribute = canonical(one.attribute)
        if attribute in _PARTIAL or _standing(one.qualifier) not in ("stated", "doubted"):
            continue
        right = any(_fits(one, label) for label in labels)
        unjudged = not right and (
            one.qualifier.removesuffix(" prior") in _NEGATIVES or one.qualifier == "prior" or one.get("derived")
        )
        if unjudged:
            continue
        tallies[attribute] = tallies.get(attribute, Tally()).plus(Tally(right=int(right), wrong=int(not right)))
        if not right:
            wrong.append(f"{name}: {_said(one)}: “{_short(text[one.start : one.end])}”")


def _detail(details: Counter[str], part: str, asked: bool, right: bool) -> None:
    details[f"{part}?"] += int(asked)
    details[part] += int(asked and right)


def _is_derived(label: Label) -> bool:
    return (label.qualifier or "").startswith(("derived", "implied"))


def _best(fitting: list[Finding], label: Label) -> Finding | None:
    def nearness(one: Finding) -> tuple[bool, bool, int]:
        overlaps = one.start < label.quote_start + len(label.quote) and label.quote_start < one.end
        return (not overlaps, str(one.date) != label.date, abs(one.start - label.quote_start))

    return min(fitting, key=nearness, default=None)


def _fits(one: Finding, label: Label) -> bool:
    attribute = canonical(label.attribute)
    if canonical(one.attribute) != attribute or not (
        same_value(attribute, one.value, label.value) or _same_negative(one, label)
    ):
        return False
    if attribute == "variant":
        return _variant_class(one.qualifier) == _variant_class(label.qualifier or "")
    if attribute == "therapy" and label.start and one.get("start") and one.get("start")[:4] != label.start[:4]:
        return False
    return _standing(one.qualifier) == _standing(label.qualifier or "")


def _same_negative(one: Finding, label: Label) -> bool:
    """Return whether both say that a gene is not amplified, lost or fused, of which one names the gene alone."""
    return (
        one.qualifier.endswith("negative")
        and (label.qualifier or "").endswith("negative")
        and {_WHOLE_GENE.sub("", str(value)).strip() for value in (one.value, label.value)}
        in ({str(label.value)}, {str(one.value)})
    )


_WHOLE_GENE = re.compile(r"\b(?:amplification|loss|deletion|fusion|rearrangement)$")


def _variant_class(qualifier: str) -> str:
    return re.sub(r"\s*\b(?:prior|historical)\b\s*", "", qualifier.casefold()).strip()


def _standing(qualifier: str) -> str:
    """Return stated, doubted, family, or not given."""
    low = qualifier.casefold()
    if low in DOUBTED:
        return "doubted"
    if low == "family":
        return "family"
    if low in ("planned", "conditional", "considered", "recommended", "declined", "held", "absent", "superseded"):
        return "not given"
    if low in ("pending", "not done", "germline pending"):
        return "open"
    assert low in ASSERTED or low
    return "stated"


def _sprung(trap: Trap, found: Iterable[Finding], text: str) -> list[Finding]:
    wanted = dict(trap.must_not)
    attribute = wanted.pop("attribute", "")
    value = wanted.pop("value", None)
    at = text.find(trap.quote)
    result = []
    for one in found:
        if attribute == "date":
            if str(one.date) == str(value) and _standing(one.qualifier) in ("stated", "doubted"):
                result.append(one)
            continue
        if canonical(one.attribute) != canonical(str(attribute)) or not (
            value == "any" or same_value(canonical(str(attribute)), one.value, value)
        ):
            continue
        if trap.match == "quote" and not (at <= one.start and one.end <= at + len(trap.quote)):
            continue
        if all(_agrees(one, key, str(asked)) for key, asked in wanted.items()):
            result.append(one)
    return result


def _agrees(one: Finding, key: str, asked: str) -> bool:
    if key == "qualifier":
        if asked == "current":
            return (_standing(one.qualifier) == "stated" and one.qualifier not in ("historical", "prior")) or (
                one.qualifier == "historical" and one.attribute in ("therapy", "surgery", "radiation")
            )
        return one.qualifier == asked or _variant_class(one.qualifier) == _variant_class(asked) != ""
    if key == "date":
        return str(one.date).startswith(asked)
    if key in ("side", "specimen"):
        return asked.casefold() in str(getattr(one, key)).casefold()
    said = one.get(key)
    return said.casefold() == asked.casefold() or (key == "site" and asked.casefold() in said.casefold() != "")


@lru_cache(maxsize=4096)
def canonical(attribute: str) -> str:
    """Return the name of an attribute as this reader has it."""
    low = attribute.casefold().replace("-", "_")
    if low.startswith("metastasis:"):
        return "metastasis:" + _place(low.split(":", 1)[1])
    return _names()["attributes"].get(low, low)


@lru_cache(maxsize=4096)
def _place(name: str) -> str:
    plain = re.sub(r"\blymph ", "", name.replace("_", " ").casefold()).strip()
    plain = re.sub(r"\b(?:nodal|node|lymphadenopathy)\b", "nodes", plain)
    same = {
        "leptomeningeal": "leptomeninges",
        "adrenals": "adrenal",
        "adrenal glands": "adrenal",
        "lungs": "lung",
        "bones": "bone",
        "pleural": "pleura",
        "peritoneal": "peritoneum",
        "hilar nodes": "mediastinal nodes",
        "mediastinal": "mediastinal nodes",
        "intrathoracic nodes": "thoracic nodes",
        "ovaries": "ovary",
        "retroperitoneal nodes": "abdominal nodes",
        "spine": "bone",
        "skeleton": "bone",
    }
    return same.get(plain, plain)


def same_value(attribute: str, said: object, labelled: object) -> bool:
    """Return whether two values of an attribute are the same, whatever their spelling."""
    first, second = _number(said), _number(labelled)
    if first is not None and second is not None:
        return abs(first - second) < 1e-6
    one, two = _folded(said), _folded(labelled)
    values = _names()["values"]
    one, two = values.get(one, one), values.get(two, two)
    if one == two:
        return True
    if attribute == "variant":
        return _same_variant(one, two)
    if attribute == "metastasis_site":
        return _place(one) == _place(two) or _under(one) == _under(two) != ""
    if attribute == "therapy":
        return _drug(one) == _drug(two)
    if attribute == "radiation" and any((word in one) != (word in two) for word in ("whole", "boost")):
        return False
    if attribute in ("t_category", "n_category", "m_category"):
        return re.sub(r"^[cp](?=[tnm])", "", one) == re.sub(r"^[cp](?=[tnm])", "", two) and (
            one[0] not in "cp" or two[0] not in "cp"
        )
    if attribute == "surgery" and ("bilateral" in one) != ("bilateral" in two):
        return False
    if attribute == "radiation":
        one, two = _OF_THE_SPINE.sub(_spine, one), _OF_THE_SPINE.sub(_spine, two)
    if attribute in ("surgery", "radiation", "family_history", "past_history"):
        return one in two or two in one
    if attribute == "histology":
        return re.sub(r"^(?:classic(?:al)?|pleomorphic|mixed|invasive) ", "", one) == re.sub(
            r"^(?:classic(?:al)?|pleomorphic|mixed|invasive) ", "", two
        )
    return False


_OF_THE_SPINE = re.compile(r"^([ctl])\d.*")


def _spine(match: re.Match[str]) -> str:
    return {"c": "cervical", "t": "thoracic", "l": "lumbar"}[match[1]] + " spine"


def _under(place: str) -> str:
    vocabulary = load_vocabulary()
    term = vocabulary.by_name("site", place) or vocabulary.by_name("site", place.removesuffix("s"))
    if term is None:
        return ""
    return "bone" if "bone" in vocabulary.ancestors("site", term) else term


@lru_cache(maxsize=4096)
def _drug(name: str) -> str:
    plain = name.replace("_", " ")
    return load_vocabulary().by_name("drug", plain) or re.sub(r"[^a-z0-9]", "", plain)


def _same_variant(one: str, two: str) -> bool:
    first, second = one.split(maxsplit=1), two.split(maxsplit=1)
    if first[0] != second[0]:
        return False
    if len(first) != len(second):
        return False
    return len(first) == 1 or bool(_changes(first[1]) & _changes(second[1]))


def _changes(text: str) -> set[str]:
    parts = {re.sub(r"^p\.", "", part.strip("(),;")).strip("()") for part in text.replace("(", " ").split()}
    return {
        re.sub(r"ampl\w*", "amplification", _one_letter(part))
        for part in parts
        if part and part not in ("mutation", "exon", "gene")
    }


def _one_letter(part: str) -> str:
    """Return a change of a protein in one-letter codes, so that "arg364ter" and "r364*" are the same."""
    short = short_change("p." + _AMINO_ACID.sub(lambda match: match[0].capitalize(), part))
    return short.casefold() if short and _AMINO_ACID.match(part) else part


_AMINO_ACID = re.compile(r"ala|arg|asn|asp|cys|gln|glu|gly|his|ile|leu|lys|met|phe|pro|ser|thr|trp|tyr|val|ter")


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(str(value))
    except ValueError:
        return None


def _folded(value: object) -> str:
    return " ".join(str(value).casefold().replace("–", "-").replace("_", " ").split())


def _said(one: Finding) -> str:
    return f"{one.attribute} {one.value}{f' [{one.qualifier}]' if one.qualifier else ''}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 90 else plain[:87] + "..."


def reports_table(report: ReportsReport, listed: int = 400) -> str:
    """Return the figures as text: by attribute, by the groups held to a limit, then what was wrong."""
    lines = [f"{'attribute':<28}{'labelled':>9}{'found':>7}{'recall':>9}{'read':>7}{'wrong':>7}{'precision':>11}"]
    lines += [_row(name, tally) for name, tally in report.tallies.items()]
    lines.append("")
    lines += [_row(f"= {name}", report.of(*prefixes)) for name, prefixes in _STRICT]
    together = report.of(*(prefix for _, prefixes in _STRICT for prefix in prefixes))
    lines += [_row("= these together", together), _row("= all", report.of(""))]
    lines.append("")
    lines.append(f"{report.reports} reports; traps sprung: {len(report.sprung)} of {report.traps}")
    lines += [
        f"of what was found, {part} agrees: {right} of {asked}"
        for part, (right, asked) in report.details.items()
        if asked
    ]
    stated, mentioned = report.unclear
    lines.append(f"only mentioned, so asked of the person and not counted above: {mentioned}; labelled so: {stated}")
    for title, items in (("sprung", report.sprung), ("wrong", report.wrong), ("missed", report.missed)):
        lines.append(f"\n{title}: {len(items)}")
        lines += [f"  {item}" for item in items[:listed]]
    return "\n".join(lines)


def _row(name: str, tally: Tally) -> str:
    counts = f"{tally.labelled:>9}{tally.found:>7}{tally.recall * 100:>8.1f}%"
    read = f"{tally.right + tally.wrong:>7}{tally.wrong:>7}{tally.precision * 100:>10.1f}%"
    return f"{name:<28}{counts}{read}"


__all__ = ["Label", "ReportsReport", "Tally", "Trap", "evaluate_reports", "reports_table", "same_value"]
