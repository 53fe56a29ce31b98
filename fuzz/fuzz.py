"""Feed one reader of abreast with what a coverage-guided fuzzer makes up; see README.md beside this file."""

from __future__ import annotations

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["abreast"]):
    from abreast.case.file import read_case
    from abreast.foundation.errors import AbreastError
    from abreast.intake.files import read_file
    from abreast.intake.report.reader import read_text
    from abreast.rules import check, parse_rule
    from abreast.trials.eligibility import compile_study
    from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def criteria(data: bytes) -> None:
    """Eligibility texts: every rule passes the type check, every span lies in the text."""
    text = data.decode("utf-8", "replace")
    for criterion in compile_study("NCT00000000", text).criteria:
        check(criterion.rule, VOCABULARY)
        if text[criterion.span.start : criterion.span.end] != criterion.text:
            raise AssertionError("a span that is not where its words are")


def report(data: bytes) -> None:
    """Texts of reports: every finding stands where it says."""
    text = data.decode("utf-8", "replace")
    for finding in read_text(text).findings:
        if not 0 <= finding.start <= finding.end <= len(text):
            raise AssertionError("a finding outside the text")


def file(name: str) -> Callable[[bytes], None]:
    """Return a reader of files with this name."""

    def read(data: bytes) -> None:
        read_file(data, name, VOCABULARY)

    return read


def rule(data: bytes) -> None:
    """The rule language."""
    parse_rule(data.decode("utf-8", "replace"), VOCABULARY)


def case(data: bytes) -> None:
    """Case files."""
    read_case(data.decode("utf-8", "replace"), "case.yaml", VOCABULARY)


READERS: dict[str, Callable[[bytes], None]] = {
    "criteria": criteria,
    "report": report,
    "record": file("record.json"),
    "document": file("document.xml"),
    "archive": file("archive.zip"),
    "rule": rule,
    "case": case,
}


def main() -> None:
    """Run the fuzzer on the reader that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in READERS:
        sys.exit(f"expected one of {', '.join(READERS)} as the first argument")
    reader = READERS[sys.argv.pop(1)]

    def one(data: bytes) -> None:
        try:
            reader(data)
        except AbreastError:
            pass

    atheris.Setup([sys.argv[0], "-timeout=60", *sys.argv[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
