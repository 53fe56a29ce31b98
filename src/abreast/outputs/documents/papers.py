"""Every PDF about one case, by name: what a surface asks for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from abreast.case import Case
from abreast.foundation.language import current
from abreast.outputs.documents.clinician import clinician_document
from abreast.outputs.documents.plan_document import plan_document
from abreast.outputs.documents.question_sheet import questions_document
from abreast.outputs.documents.summary import ROOMS, summary_document
from abreast.outputs.documents.typeset import Paper, typeset
from abreast.plan.model import Plan


@dataclass(frozen=True)
class Press:
    """Sets documents about one plan. The language is that of now (:mod:`abreast.foundation.language`)."""

    plan: Plan
    case: Case
    paper: Paper = "us-letter"

    @property
    def day(self) -> dt.date:
        """The day of the plan, which is the day of its documents."""
        return dt.date.fromisoformat(self.plan.made)

    def whole(self) -> bytes:
        """Return the whole plan."""
        return typeset(plan_document(self.plan), language=current(), paper=self.paper, day=self.day)

    def summary(self) -> bytes:
        """Return the summary: one page, with as much on it as fits."""
        for room in ROOMS:
            document = summary_document(self.plan, room)
            made = typeset(document, language=current(), paper=self.paper, day=self.day, template="page")
            if pages(made) == 1:
                break
        return made

    def questions(
        self, chosen: Sequence[str] | None = None, answers: Mapping[str, str] = MappingProxyType({})
    ) -> bytes:
        """Return the question sheet; see :func:`questions_document` for ``chosen`` and ``answers``."""
        document = questions_document(self.plan, chosen, answers)
        return typeset(document, language=current(), paper=self.paper, day=self.day)

    def clinician(self) -> bytes:
        """Return the structured summary for a care team."""
        document = clinician_document(self.plan, self.case)
        return typeset(document, language=current(), paper=self.paper, day=self.day, template="dense")


def pages(content: bytes) -> int:
    """Return how many pages a PDF of ours has."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as opened:
        return len(opened.pages)


__all__ = ["Press", "pages"]
