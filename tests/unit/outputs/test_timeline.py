"""The timeline: everything inside the picture, in the order of time, with years that can be told apart."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abreast.outputs.timeline import FIRST, LAST, MOST_YEARS, Timeline, timeline
from abreast.plan.model import Event


def drawn(*events: tuple[str, str, bool]) -> Timeline:
    made = [
        Event(start=start, end=end, ongoing=ongoing, kind="treatment", text="a", fact="f")
        for start, end, ongoing in sorted(events)
    ]
    return timeline(made, "2026-11-21")


def test_one_event_makes_no_timeline() -> None:
    assert drawn(("2024", "", False)).rows == ()


@pytest.mark.parametrize(
    ("event", "start", "width"),
    [
        (("2020-01-01", "", False), FIRST, 0),
        (("2026-01-01", "", False), LAST, 0),
        (("2020-01", "2026-01-01", False), FIRST, LAST - FIRST),
        (("2020-01-01", "2020-01-03", False), FIRST, 0),  # two days of six years: a mark
    ],
)
def test_where_an_event_stands(event: tuple[str, str, bool], start: float, width: float) -> None:
    made = drawn(("2020-01-01", "", False), ("2026-01-01", "", False), event)
    found = [(round(row.start, 1), round(row.width, 1)) for row in made.rows]
    assert (round(start, 1), round(width, 1)) in found


def test_what_goes_on_reaches_to_the_day_of_the_plan() -> None:
    made = drawn(("2024-01-01", "", True), ("2025-01-01", "", False))
    assert round(made.rows[0].start + made.rows[0].width, 6) == LAST


DAYS = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2026, 11, 21))


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS), st.booleans()), min_size=2, max_size=12))
def test_everything_lies_within_the_picture(events: list[tuple[object, object, bool]]) -> None:
    made = drawn(*((str(start), str(end) if end else "", ongoing) for start, end, ongoing in events))
    assert len(made.rows) == len(events)
    assert len(made.years) <= MOST_YEARS
    for row in made.rows:
        assert row.width >= 0
        assert FIRST - 1e-6 <= row.start <= row.start + row.width <= LAST + 1e-6
    for _, at in made.years:
        assert FIRST - 1e-6 <= at <= LAST + 1e-6
