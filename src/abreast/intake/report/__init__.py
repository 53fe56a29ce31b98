"""Reports in words: pathology, scans, gene tests, blood results, letters; from a file to facts with quotes."""

from dataclasses import replace

from abreast.intake.model import Intake
from abreast.intake.report.facts import accepted, intake_of, looked_through, waiting
from abreast.intake.report.reader import ReportReading, read_text
from abreast.intake.report.sources import is_pdf, is_picture, is_text, read_source
from abreast.vocabulary import Vocabulary


def is_report(content: bytes, file: str) -> bool:
    """Return whether a file is a report: a PDF, a picture, or plain text that is no record."""
    return is_pdf(content) or is_picture(content) or is_text(content, file)


def read_report(content: bytes, file: str, vocabulary: Vocabulary) -> Intake:
    """Read a report file.

    Raises:
        InputError: when it is protected, damaged, a picture that cannot be read here, or holds no words.
    """
    source = read_source(content, file)
    read = intake_of(read_text(source.text, file), vocabulary)
    return replace(read, problems=(*source.problems, *read.problems))


__all__ = [
    "ReportReading",
    "accepted",
    "intake_of",
    "is_report",
    "looked_through",
    "read_report",
    "read_text",
    "waiting",
]
