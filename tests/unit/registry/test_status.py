"""When a study may be shown as recruiting: a table to read."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from abreast.foundation.dates import PartialDate
from abreast.trials.registry import Copy, Registry, Site, Study, is_open, recruitment, spoken, takes_people

TODAY = dt.date(2026, 11, 21)


def date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


# status                    verified      last update   planned end   expected        because holds
TABLE = """
RECRUITING                | 2026-02     | 2026-02-20  |             | open          | confirmed in February 2026
RECRUITING                | 2024-12     | 2024-12-01  |             | open          | confirmed in December 2024
RECRUITING                | 2024-11-21  | 2024-11-22  |             | open          | 21 November 2024
RECRUITING                | 2024-11-20  | 2026-01-01  |             | stale         | too long ago
RECRUITING                | 2024-11     | 2026-01-01  |             | stale         | too long ago
RECRUITING                |             | 2025-06-01  |             | open          | 1 June 2025
RECRUITING                |             | 2024-01-01  |             | stale         | too long ago
RECRUITING                |             |             |             | unknown       | not when that was last confirmed
RECRUITING                | 2025-08     | 2025-08-06  | 2026-03     | stale         | planned to end in March 2026
RECRUITING                | 2026-04     | 2026-04-06  | 2026-03     | open          | confirmed in April 2026
RECRUITING                | 2025-08     | 2025-08-06  | 2026-12     | open          | confirmed in August 2025
RECRUITING                | 2025-08     | 2025-08-06  | 2026        | open          | confirmed in August 2025
NOT_YET_RECRUITING        | 2026-02     | 2026-02-20  |             | opening_soon  | not yet recruiting
NOT_YET_RECRUITING        | 2024-02     | 2024-02-20  |             | stale         | too long ago
AVAILABLE                 | 2026-02     | 2026-02-20  |             | open          | expanded access
ACTIVE_NOT_RECRUITING     | 2026-02     | 2026-02-20  |             | closed        | takes no new people
ENROLLING_BY_INVITATION   | 2026-02     | 2026-02-20  |             | closed        | invites itself
SUSPENDED                 | 2026-02     | 2026-02-20  |             | closed        | paused
COMPLETED                 | 2026-02     | 2026-02-20  |             | closed        | completed
TERMINATED                | 2026-02     | 2026-02-20  |             | closed        | stopped early
WITHDRAWN                 | 2026-02     | 2026-02-20  |             | closed        | withdrawn
TEMPORARILY_NOT_AVAILABLE | 2026-02     | 2026-02-20  |             | closed        | for now
NO_LONGER_AVAILABLE       | 2026-02     | 2026-02-20  |             | closed        | no longer
APPROVED_FOR_MARKETING    | 2026-02     | 2026-02-20  |             | closed        | approved
UNKNOWN                   | 2026-02     | 2026-02-20  |             | unknown       | does not say
                          | 2026-02     | 2026-02-20  |             | unknown       | does not say
SOMETHING_NEW             | 2026-02     | 2026-02-20  |             | unknown       | not understood
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip("\n").splitlines()]


@pytest.mark.parametrize(("status", "verified", "update", "end", "state", "words"), ROWS)
def test_recruitment(status: str, verified: str, update: str, end: str, state: str, words: str) -> None:
    study = Study(status=status, status_verified=date(verified), last_update=date(update), completion=date(end))
    said = recruitment(study, TODAY)
    assert (said.state, words in said.because) == (state, True), said
    assert is_open(study, TODAY) == (state == "open")


@pytest.mark.parametrize("status", ["RECRUITING", "NOT_YET_RECRUITING", "AVAILABLE"])
@pytest.mark.parametrize("today", [dt.date(2021, 4, 28), TODAY])
def test_a_converted_copy_is_never_open(status: str, today: dt.date) -> None:
    """Not even on the day after it was taken: its status is not to be relied on."""
    copy = Copy("older", PartialDate(2021, 4, 27), converted=True)
    study = Study(status=status, status_verified=PartialDate(2021, 4), copy=copy)
    said = recruitment(study, today)
    assert said.state == "stale"
    assert "old copy of 27 April 2021" in said.because


def test_an_unknown_status_says_what_it_was() -> None:
    said = recruitment(Study(status="UNKNOWN", last_known_status="RECRUITING"), TODAY)
    assert said.state == "unknown"
    assert "last known as “recruiting”" in said.because


def test_a_planned_end_of_the_main_part_is_a_caution() -> None:
    study = Study(status="RECRUITING", status_verified=PartialDate(2026, 2), primary_completion=PartialDate(2026, 6))
    said = recruitment(study, TODAY)
    assert said.state == "open"
    assert "June 2026" in said.caution
    assert recruitment(study, dt.date(2026, 5, 31)).caution == ""


def test_a_planned_start_in_the_past_is_a_caution() -> None:
    study = Study(status="NOT_YET_RECRUITING", status_verified=PartialDate(2026, 2), start=PartialDate(2026, 3))
    assert "may be open by now" in recruitment(study, TODAY).caution
    assert recruitment(study, dt.date(2026, 3, 1)).caution == ""


def test_an_open_study_goes_stale_as_days_pass() -> None:
    study = Study(status="RECRUITING", status_verified=PartialDate(2026, 2, 10))
    assert is_open(study, dt.date(2028, 2, 10))
    assert not is_open(study, dt.date(2028, 2, 11))


@pytest.mark.parametrize(
    ("study_status", "site_status", "expected"),
    [
        ("RECRUITING", "RECRUITING", True),
        ("RECRUITING", "", None),
        ("RECRUITING", "NOT_YET_RECRUITING", False),
        ("RECRUITING", "WITHDRAWN", False),
        ("COMPLETED", "RECRUITING", False),
        ("COMPLETED", "", False),
    ],
)
def test_a_site_takes_people_only_while_its_study_does(
    study_status: str, site_status: str, expected: bool | None
) -> None:
    study = Study(status=study_status, status_verified=PartialDate(2026, 2))
    assert takes_people(Site(status=site_status), study, TODAY) is expected


def test_dates_are_written_as_people_write_them() -> None:
    assert [spoken(date(text)) for text in ("2024", "2024-03", "2024-03-09")] == ["2024", "March 2024", "9 March 2024"]  # type: ignore[arg-type]


def test_no_shipped_study_that_was_converted_is_open_on_any_day(shipped: Registry) -> None:
    converted = [study for study in shipped.studies() if study.copy.converted]
    assert len(converted) == 100
    assert any(study.status == "RECRUITING" for study in converted)
    for day in (dt.date(2014, 1, 1), dt.date(2023, 6, 10), TODAY):
        assert not [study.nct for study in converted if is_open(study, day)]


def test_shipped_studies_that_are_open_were_all_confirmed_in_time(shipped: Registry) -> None:
    studies = [study for study in shipped.studies() if is_open(study, TODAY)]
    assert len(studies) > 100
    for study in studies:
        assert study.confirmed is not None
        assert study.confirmed.earliest >= dt.date(2024, 11, 21)
        assert study.status == "RECRUITING"
    assert not any(is_open(study, dt.date(2029, 1, 1)) for study in studies)


def test_the_reason_goes_with_the_study() -> None:
    said = recruitment(Study(status="COMPLETED", status_verified=PartialDate(2020)), TODAY)
    assert msgspec.json.decode(msgspec.json.encode(said), type=type(said)) == said
