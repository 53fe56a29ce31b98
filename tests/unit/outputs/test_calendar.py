"""A plan in the calendar, read back by a parser of other people's (vobject)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import msgspec
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from abreast.case import Case
from abreast.foundation import language
from abreast.foundation.errors import InputError
from abreast.outputs.calendar import Visit, calendar_ics, read_visit, working_day_after
from abreast.plan import Plan
from abreast.plan.model import PlanTrial
from abreast.vocabulary import Vocabulary, load_vocabulary
from tests.plans import plan_without_trials, sample_facts

MADE = dt.date(2026, 11, 21)
OPENS = "2027-01-16"


@pytest.fixture(scope="module")
def plan(vocabulary: Vocabulary) -> Plan:
    made = plan_without_trials(Case.of(vocabulary, sample_facts(vocabulary)))
    waits = trial("NCT00000001", OPENS)
    over = trial("NCT00000002", "2026-10-01")
    return msgspec.structs.replace(made, trials=msgspec.structs.replace(made.trials, treatment=(waits, over)))


def trial(nct: str, not_yet: str) -> PlanTrial:
    """A trial that a waiting time alone stands against."""
    given: dict[str, Any] = {
        "nct": nct,
        "title": "Study of X in metastatic breast cancer",
        "verdict": "not_yet",
        "label": "not yet",
        "recruitment": "open",
        "recruitment_words": "recruiting",
        "purpose": "treatment",
        "counts": {},
        "because": {},
        "not_yet": not_yet,
        "site_count": 0,
        "contact": "",
        "last_update": "2026-07-01",
    }
    empty = {name: () for name in PlanTrial.__struct_fields__ if name not in given}
    return msgspec.convert({**empty, **given}, PlanTrial)


def read(content: bytes) -> list[Any]:
    return list(vobject.readOne(content.decode()).vevent_list)


def by_summary(content: bytes) -> dict[str, Any]:
    return {event.summary.value: event for event in read(content)}


def test_every_entry_has_a_day_an_id_and_is_private(plan: Plan) -> None:
    events = read(calendar_ics(plan))
    assert len(events) == len(plan.appointments) + len({one.urgency for one in plan.tests}) + 2
    assert len({event.uid.value for event in events}) == len(events)
    for event in events:
        assert type(event.dtstart.value) is dt.date, "all day, without a time zone"
        assert event.dtend.value == event.dtstart.value + dt.timedelta(days=1)
        assert event.dtstart.value > MADE
        assert event.dtstamp.value.utcoffset() == dt.timedelta(0)
        assert getattr(event, "class").value == "PRIVATE"
        assert event.transp.value == "TRANSPARENT"


def test_discreet_entries_hold_no_medical_word(plan: Plan) -> None:
    content = calendar_ics(plan).decode().replace("\r\n ", "").lower().replace("//abreast//", "")
    told = [one.name for one in (*plan.appointments, *plan.tests)]
    told += ["cancer", "oncolog", "tumor", "trial nct", "nct0", "breast", "palliative", "chemo", "genetic", "metasta"]
    assert not [words for words in told if words.lower() in content]


def test_open_entries_say_what_is_to_be_done(plan: Plan) -> None:
    events = by_summary(calendar_ics(plan, discreet=False))
    first = plan.appointments[0]
    arranged = events[f"Make an appointment: {first.name}"]
    assert first.why in arranged.description.value
    assert first.bring[0] in arranged.description.value
    asked = events["Ask about tests"]
    assert asked is not None
    opening = events["Ask about trial NCT00000001"]
    assert opening.dtstart.value == dt.date.fromisoformat(OPENS)
    assert "Only its team can say more" in opening.description.value
    assert not any("NCT00000002" in summary for summary in events), "that day is past"


def test_appointments_stand_on_working_days_in_the_order_of_the_plan(plan: Plan) -> None:
    events = read(calendar_ics(plan, discreet=False))
    days = [one.dtstart.value for one in events if one.summary.value.startswith("Make an appointment")]
    assert days == sorted(set(days))
    assert all(day.weekday() < 5 for day in days)
    assert days[0] == dt.date(2026, 11, 23), "the Monday after a Saturday"


def test_one_is_reminded_of_the_plan_every_four_weeks(plan: Plan) -> None:
    review = by_summary(calendar_ics(plan))["Look at the plan again"]
    days = [moment.date() for moment in review.getrruleset(addRDate=True)]
    assert days == [MADE + dt.timedelta(weeks=4 * number) for number in range(1, 7)]


def test_a_later_plan_replaces_its_entries_and_another_persons_do_not(plan: Plan) -> None:
    def ids(one: Plan, **given: str) -> dict[str, int]:
        return {event.uid.value: int(event.sequence.value) for event in read(calendar_ics(one, **given))}

    later = msgspec.structs.replace(plan, made="2026-12-05")
    assert ids(plan).keys() == ids(later).keys()
    assert all(ids(later)[one] > number for one, number in ids(plan).items())
    assert ids(plan, person="a").keys().isdisjoint(ids(plan, person="b"))
    assert calendar_ics(plan) == calendar_ics(plan)


def test_the_calendar_speaks_spanish(plan: Plan) -> None:
    with language.use("es"):
        assert vobject.readOne(calendar_ics(plan).decode()).vevent_list


# --- visits: the only entries with a time --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-12-03 14:30 Dr. Lee", "America/Chicago", "2026-12-03T20:30"),
        ("2026-07-03 14:30", "America/Chicago", "2026-07-03T19:30"),  # summer time
        ("2026-12-03 09:00", "Europe/Madrid", "2026-12-03T08:00"),
        ("2026-12-03 23:30", "Pacific/Honolulu", "2026-12-04T09:30"),
    ],
)
def test_a_visit_keeps_its_moment(plan: Plan, text: str, zone: str, utc: str) -> None:
    visit = read_visit(text, zone)
    content = calendar_ics(plan, visits=[visit], discreet=False)
    event = next(one for one in read(content) if isinstance(one.dtstart.value, dt.datetime))
    assert event.dtstart.value.astimezone(dt.UTC).isoformat()[:16] == utc
    assert (event.dtend.value - event.dtstart.value) == dt.timedelta(hours=1)


def test_a_visit_without_a_zone_is_in_this_machines_and_a_day_has_no_time(plan: Plan) -> None:
    moment, day = read_visit("2026-12-03 14:30"), read_visit("2026-12-04 Scan")
    assert isinstance(moment.when, dt.datetime)
    assert moment.when.utcoffset() == dt.timedelta(0)
    assert day == Visit(dt.date(2026, 12, 4), "Scan")
    summaries = by_summary(calendar_ics(plan, visits=[day, moment]))
    assert "Appointment" in summaries
    assert "Scan" not in summaries


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("tomorrow", ""),
        ("", ""),
        ("2026-12-03 25:99", ""),
        ("2026-13-03", ""),
        ("2026-12-03 14:30", "Mars/Base"),
    ],
)
def test_a_visit_that_cannot_be_read_says_what_was_expected(text: str, zone: str) -> None:
    with pytest.raises(InputError, match="expected"):
        read_visit(text, zone)


@given(st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2040, 1, 1)))
def test_a_working_day_is_near_and_no_weekend(day: dt.date) -> None:
    found = working_day_after(day)
    assert found.weekday() < 5
    assert 1 <= (found - day).days <= 3


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120))
def test_any_words_come_back_from_the_calendar(words: str) -> None:
    """Commas, semicolons, backslashes and long lines are escaped and folded as RFC 5545 asks."""
    from abreast.outputs.calendar import Entry, _event

    plan = msgspec.structs.replace(_bare())
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "x")
    calendar.add("version", "2.0")
    calendar.add_component(_event(Entry("k", dt.date(2026, 1, 1), f"a {words} z"), plan, ""))
    text = vobject.readOne(calendar.to_ical().decode()).vevent.summary.value
    assert text == f"a {words} z"


@lru_cache
def _bare() -> Plan:
    return plan_without_trials(Case.of(load_vocabulary(), ()))
