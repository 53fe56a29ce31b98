"""Trial by trial, against the judgments of TREC Clinical Trials 2023: topics, judgments, and texts of criteria."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import msgspec

from abreast.evaluation.lines import read_text
from abreast.foundation.archives import read_gzip
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.rules import Context
from abreast.trials.eligibility import CompiledStudy, compile_study
from abreast.trials.match import TrialVerdict, judge_trial
from abreast.trials.match.prepared import most_special
from abreast.trials.registry.study import Study

Judgment = Literal["eligible", "excluded", "not_relevant"]
_DAY = dt.date(2023, 1, 1)
"""The topics carry no dates; windows of time are open on any day."""

_JUDGMENTS: dict[str, Judgment] = {"2": "eligible", "1": "excluded", "0": "not_relevant"}


class CriteriaText(msgspec.Struct, frozen=True, rename={"nct": "nctId", "criteria": "eligibility"}):
    """One study's eligibility text, as the file has it."""

    nct: str
    criteria: str | None = ""
    title: str | None = ""


class TrecResult(msgspec.Struct, frozen=True):
    """One judgment with the verdict on the same trial, and the score by which trials are ordered."""

    topic: str
    nct: str
    judgment: Judgment
    verdict: TrialVerdict
    score: float


@dataclass(frozen=True)
class TrecReport:
    """The verdicts on judged trials, and the figures of eligible against excluded.

    ``without_text`` are judged trials whose criteria the folder does not hold.
    """

    results: tuple[TrecResult, ...]
    without_text: tuple[str, ...] = ()

    def of(self, topic: str | None) -> TrecReport:
        """Return the part of one topic."""
        return TrecReport(tuple(one for one in self.results if topic in (None, one.topic)), self.without_text)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have results, in their order."""
        return tuple(dict.fromkeys(one.topic for one in self.results))

    def judged(self, judgment: Judgment) -> tuple[TrecResult, ...]:
        """Return the results with this judgment."""
        return tuple(one for one in self.results if one.judgment == judgment)

    @property
    def counts(self) -> Counter[tuple[Judgment, str]]:
        """How many trials have this judgment and this standing."""
        return Counter((one.judgment, one.verdict.standing) for one in self.results)

    @property
    def auc(self) -> float:
        """Area under the curve: how often an eligible trial of a topic scores above an excluded one of that topic.

        Only pairs within a topic are compared; a tie counts half.
        """
        better = pairs = 0.0
        for topic in self.topics:
            part = self.of(topic)
            for good in part.judged("eligible"):
                for bad in part.judged("excluded"):
                    pairs += 1
                    better += 1.0 if good.score > bad.score else 0.5 if good.score == bad.score else 0.0
        return better / pairs if pairs else float("nan")

    @property
    def auc_pooled(self) -> float:
        """The same over all pairs, whatever their topic."""
        good = [one.score for one in self.judged("eligible")]
        bad = [one.score for one in self.judged("excluded")]
        wins = sum((a > b) + 0.5 * (a == b) for a in good for b in bad)
        return wins / (len(good) * len(bad)) if good and bad else float("nan")

    @property
    def sensitivity(self) -> float:
        """Share of the eligible trials that are shown with nothing against them."""
        return _share(self.judged("eligible"), against=False)

    @property
    def specificity(self) -> float:
        """Share of the excluded trials that are shown with something against them."""
        return _share(self.judged("excluded"), against=True)

    @property
    def coverage(self) -> float:
        """Share of the criteria (consent and judgement left out) that were decided, over eligible and excluded."""
        decided = asked = 0
        for one in (*self.judged("eligible"), *self.judged("excluded")):
            counts = one.verdict.best.counts
            decided += counts["fits"] + counts["against"]
            asked += counts["fits"] + counts["against"] + counts["unknown"]
        return decided / asked if asked else float("nan")


def _share(results: tuple[TrecResult, ...], *, against: bool) -> float:
    good = sum((one.verdict.standing != "nothing_against") is against for one in results)
    return good / len(results) if results else float("nan")


def score(verdict: TrialVerdict) -> float:
    """Return how likely a verdict makes it that the person may enter, for ordering only.

    Each criterion that stands against lowers the score by one. What raises it, each by less than one: the share of
    fitting criteria among those that a record could decide, and how special what the trial asks for and the person
    has is, as a share of the most special there is.
    """
    counts = verdict.best.counts
    medical = counts["fits"] + counts["unknown"] + counts["against"]
    return -counts["against"] + counts["fits"] / (medical + 1) + verdict.specificity / most_special()


def evaluate_trec(folder: Path) -> TrecReport:
    """Judge every trial of ``folder/judgments.tsv`` for its topic in ``folder/topics.xml``.

    Raises:
        InputError: naming file and place, when a file is missing or malformed.
    """
    contexts = read_topics(folder / "topics.xml")
    texts = read_criteria_texts(folder / "criteria_texts.jsonl.gz")
    compiled: dict[str, CompiledStudy] = {}
    results: list[TrecResult] = []
    without: list[str] = []
    for number, topic, nct, judgment in read_judgments(folder / "judgments.tsv"):
        if topic not in contexts:
            raise InputError(f"there is no topic {topic!r}", Place("judgments.tsv", f"line {number}"))
        text = texts.get(nct)
        if text is None:
            without.append(nct)
            continue
        study = Study(nct=nct, title=text.title or "", criteria=text.criteria or "")
        if nct not in compiled:
            compiled[nct] = compile_study(nct, study.criteria)
        verdict = judge_trial(study, compiled[nct], contexts[topic])
        results.append(TrecResult(topic, nct, judgment, verdict, score(verdict)))
    return TrecReport(tuple(results), tuple(without))


def read_topics(path: Path) -> dict[str, Context]:
    """Return the case of every topic, with derived facts, by topic number.

    Raises:
        InputError: when the file cannot be read, or is not XML.
    """
    from abreast.evaluation.cases import topic_context

    try:
        root = ElementTree.fromstring(read_text(path))  # noqa: S314 - no entities: expat refuses to expand them far
    except ElementTree.ParseError as error:
        raise InputError(f"not readable as XML: {error}", Place(path.name)) from None
    return {topic.get("number", ""): topic_context(_fields(topic), path.name, _DAY) for topic in root.iter("topic")}


def _fields(topic: ElementTree.Element) -> dict[str, str | None]:
    return {field.get("name", ""): field.text for field in topic.iter("field")}


def read_judgments(path: Path) -> list[tuple[int, str, str, Judgment]]:
    """Return line number, topic, study and judgment of every line below the heading.

    Raises:
        InputError: when the file cannot be read, or a line does not have the three.
    """
    rows = []
    for number, line in enumerate(read_text(path).splitlines()[1:], start=2):
        if not line.strip():
            continue
        parts = line.split("\t")
        if len(parts) != 3 or parts[2].strip() not in _JUDGMENTS:
            raise InputError(
                "expected topic, study and 0, 1 or 2, with tabs between", Place(path.name, f"line {number}")
            )
        rows.append((number, parts[0].strip(), parts[1].strip(), _JUDGMENTS[parts[2].strip()]))
    return rows


_LARGEST = 2**30  # bytes once unpacked


def read_criteria_texts(path: Path) -> dict[str, CriteriaText]:
    """Return every study's text by its number.

    Raises:
        InputError: when the file cannot be read or unpacked, or a line does not have the shape.
    """
    try:
        with path.open("rb") as stream:
            lines = read_gzip(stream, _LARGEST, Place(path.name)).splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", Place(str(path))) from None
    try:
        return {text.nct: text for text in (from_json(line, CriteriaText) for line in lines if line.strip())}
    except DecodingError as error:
        raise InputError(f"expected JSON objects with 'nctId' and 'eligibility': {error}", Place(path.name)) from None
