"""How much of real eligibility text is read: by family, and which words are left over most often.

Usage: python scripts/reading_coverage.py FILES... [--drugs] [--phrases N] [--show FAMILY]
FILES are gzipped JSON lines, either registry records or {"nctId", "eligibility"}.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from abreast.rules import rule_text
from abreast.trials.eligibility import Criterion, compile_study
from abreast.trials.eligibility.tokens import lexemes

DRUG_TRIAL = frozenset(["DRUG", "BIOLOGICAL"])


def texts(file: Path, drugs: bool) -> Iterator[tuple[str, str]]:
    """Yield id and eligibility text of each study of a file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record: dict[str, Any] = json.loads(line)
            record = record.get("record", record)  # as the shipped copy keeps them, or as the registry gives them
            if "protocolSection" not in record:
                yield record["nctId"], record["eligibility"] or ""
                continue
            protocol = record["protocolSection"]
            kinds = {one.get("type") for one in protocol.get("armsInterventionsModule", {}).get("interventions", [])}
            if drugs and not kinds & DRUG_TRIAL:
                continue
            text = protocol.get("eligibilityModule", {}).get("eligibilityCriteria", "")
            yield protocol["identificationModule"]["nctId"], text


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--drugs", action="store_true", help="only trials of drugs and biologicals")
    parser.add_argument("--phrases", type=int, default=40)
    parser.add_argument("--show", default="", help="print criteria: full, part, none, or a family")
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    studies = [study for file in arguments.files for study in texts(file, arguments.drugs)]
    compile_study("", "Age >= 18 years")  # loads the lexicon, which happens once
    start = time.perf_counter()
    compiled = [(text, compile_study(nct, text)) for nct, text in studies]
    seconds = time.perf_counter() - start
    pairs = [(text, criterion) for text, study in compiled for criterion in study.criteria]
    _table([criterion for _, criterion in pairs], len(studies), seconds)
    _phrases(pairs, arguments.phrases)
    if arguments.show:
        _show(pairs, arguments.show, arguments.number, arguments.seed)


def _table(criteria: list[Criterion], studies: int, seconds: float) -> None:
    rows: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for criterion in criteria:
        kind = 0 if criterion.fully_read else 1 if criterion.partly_read else 2
        rows[criterion.family][kind] += 1
        rows["ALL"][kind] += 1
    print(f"{'family':<18}{'criteria':>9}{'fully':>8}{'partly':>8}{'not':>8}")
    for family, (full, part, none) in sorted(rows.items(), key=lambda row: -sum(row[1])):
        total = full + part + none
        print(f"{family:<18}{total:>9}{full / total:>8.1%}{part / total:>8.1%}{none / total:>8.1%}")
    print(
        f"{studies} studies in {seconds:.2f} s: {seconds / max(1, studies) * 1000:.2f} ms each, "
        f"{len(criteria) / seconds:,.0f} criteria/s"
    )


def _phrases(pairs: list[tuple[str, Criterion]], number: int) -> None:
    phrases: collections.Counter[str] = collections.Counter()
    words: collections.Counter[str] = collections.Counter()
    for text, criterion in pairs:
        for span in criterion.residue:
            found = span.of(text)
            phrases[" ".join(found.lower().split())[:70]] += 1
            words.update({lexeme.word for lexeme in lexemes(found) if lexeme.kind == "word"})
    print("\nwords left over:", "; ".join(f"{word} {count}" for word, count in words.most_common(number * 4)))
    print("\nphrases left over:", "; ".join(f"{phrase} {count}" for phrase, count in phrases.most_common(number)))


def _show(pairs: list[tuple[str, Criterion]], what: str, number: int, seed: int) -> None:
    chosen = {
        "full": lambda one: one.fully_read,
        "part": lambda one: one.partly_read and not one.fully_read,
        "none": lambda one: not one.partly_read and not one.fully_read,
        "all": lambda one: True,
    }.get(what, lambda one: one.family == what)
    found = [pair for pair in pairs if chosen(pair[1])]
    random.Random(seed).shuffle(found)
    for text, criterion in found[:number]:
        print(
            f"\n[{criterion.section[:2]} {criterion.cohort[:20]} {criterion.family}] "
            f"{' '.join(criterion.text.split())[:420]}"
        )
        print("   =>", rule_text(criterion.rule)[:420])
        if criterion.residue:
            print("   ??", " | ".join(span.of(text)[:60].replace("\n", " ") for span in criterion.residue))


if __name__ == "__main__":
    main()
