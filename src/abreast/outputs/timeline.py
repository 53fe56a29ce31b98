"""The timeline of a plan: where each event stands between the first and the last, in percent of the width.

The page draws one bar or mark under the words of each event. Positions are percentages and words are plain text, so
that it can be read on a narrow screen and with large letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.plan.model import Event

FIRST, LAST = 2.0, 97.0
"""Percent of the width at which the earliest and the latest day stand: marks at the ends need room."""
MOST_YEARS = 5
SHORTEST = 1.2
"""Percent of the width below which a stretch is drawn as a mark."""


@dataclass(frozen=True)
class Row:
    """An event: ``start`` and ``width`` in percent; a width of 0 is a day, drawn as a mark."""

    event: Event
    start: float
    width: float


@dataclass(frozen=True)
class Timeline:
    """All rows, earliest first, and the years to write above them with their places in percent."""

    rows: tuple[Row, ...] = ()
    years: tuple[tuple[int, float], ...] = ()


def timeline(events: Sequence[Event], made: str) -> Timeline:
    """Return the timeline of events up to the day (ISO) the plan was made; an empty one for fewer than two events."""
    if len(events) < 2:
        return Timeline()
    today = dt.date.fromisoformat(made)
    spans = [_span(event, today) for event in events]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    scale = (LAST - FIRST) / max(1, (last - first).days)
    rows = []
    for event, (start, end) in zip(events, spans, strict=True):
        width = (end - start).days * scale
        rows.append(Row(event, FIRST + (start - first).days * scale, width if width >= SHORTEST else 0))
    return Timeline(tuple(rows), _years(first, last, scale))


def _span(event: Event, today: dt.date) -> tuple[dt.date, dt.date]:
    start = PartialDate.parse(event.start).earliest
    if event.end:
        return start, max(start, PartialDate.parse(event.end).latest)
    return start, max(start, today) if event.ongoing else start


def _years(first: dt.date, last: dt.date, scale: float) -> tuple[tuple[int, float], ...]:
    """Return the new years between the ends, so many that they can be told apart."""
    starts = [dt.date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    step = -(-len(starts) // MOST_YEARS) or 1
    return tuple((day.year, FIRST + (day - first).days * scale) for day in starts[::step])


__all__ = ["FIRST", "LAST", "Row", "Timeline", "timeline"]
