"""The timeline of a plan as an inline SVG picture, with the same content as text beside it in the page."""

from __future__ import annotations

import datetime as dt
from xml.sax.saxutils import escape

from abreast.foundation.dates import PartialDate
from abreast.plan.model import Event, Plan

WIDTH, LEFT, ROW, TOP, RIGHT = 960, 16, 26, 34, 300
COLOURS = {
    "diagnosis": "#5b2a86",
    "spread": "#a3262a",
    "treatment": "#1d5f8a",
    "surgery": "#2f6b3a",
    "radiation": "#8a5a00",
    "result": "#444444",
}


def timeline_svg(plan: Plan) -> str:
    """Return the picture, or nothing when fewer than two events are dated."""
    events = plan.timeline
    if len(events) < 2:
        return ""
    spans = [_span(event, dt.date.fromisoformat(plan.made)) for event in events]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    days = max(1, (last - first).days)
    scale = (WIDTH - LEFT - RIGHT) / days
    height = TOP + ROW * len(events) + 12
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="timeline-title" class="timeline">',
        '<title id="timeline-title">Timeline of diagnosis, treatments and spread, told in the list below</title>',
        *_years(first, last, scale, height),
    ]
    for row, (event, (start, end)) in enumerate(zip(events, spans, strict=True)):
        parts.extend(_bar(event, LEFT + (start - first).days * scale, (end - start).days * scale, TOP + ROW * row))
    return "".join([*parts, "</svg>"])


def _span(event: Event, today: dt.date) -> tuple[dt.date, dt.date]:
    start = PartialDate.parse(event.start).earliest
    if event.end:
        return start, max(start, PartialDate.parse(event.end).latest)
    return start, max(start, today) if event.ongoing else start


def _years(first: dt.date, last: dt.date, scale: float, height: int) -> list[str]:
    step = max(1, (last.year - first.year) // 12)
    marks: list[str] = []
    for year in range(first.year, last.year + 1, step):
        x = LEFT + max(0, (dt.date(year, 1, 1) - first).days) * scale
        marks.append(
            f'<line x1="{x:.0f}" y1="22" x2="{x:.0f}" y2="{height - 8}" class="grid"/>'
            f'<text x="{x + 2:.0f}" y="16" class="year">{year}</text>'
        )
    return marks


def _bar(event: Event, x: float, width: float, y: int) -> list[str]:
    colour = COLOURS[event.kind]
    mark = (
        f'<rect x="{x:.1f}" y="{y + 5}" width="{width:.1f}" height="12" rx="3" fill="{colour}"/>'
        if width >= 6
        else f'<circle cx="{x:.1f}" cy="{y + 11}" r="6" fill="{colour}"/>'
    )
    words = event.text if len(event.text) <= 60 else event.text[:57] + "..."
    return [mark, f'<text x="{x + max(width, 6) + 8:.1f}" y="{y + 15}" class="what">{escape(words)}</text>']
