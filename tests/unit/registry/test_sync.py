"""Bringing the registry up to date, against a server that behaves and fails as the real one is documented to."""

from __future__ import annotations

import datetime as dt
import email.utils
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
import stamina

from abreast import __version__
from abreast.foundation.errors import RegistryError
from abreast.trials.registry import Registry, open_registry, recruitment
from abreast.trials.registry.history import GONE, Change
from abreast.trials.registry.sync import Client, Outcome, Settings, SyncError, scope, sync
from abreast.trials.registry.sync import update as update_module
from tests.fake import ctgov
from tests.fake.ctgov import Fault, serving, study

TODAY = ctgov.today()
NUMBERS = [f"NCT9000{number:04d}" for number in range(1, 26)]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def server() -> ctgov.Registry:
    """Twenty-five open studies, and one that is not about cancer."""
    about_other = study("NCT90009999", "Sleep in Nurses", conditions=["Insomnia"])
    return ctgov.Registry([*(study(nct, f"A Study of Breast Cancer {nct[-2:]}") for nct in NUMBERS), about_other])


@pytest.fixture
def url(server: ctgov.Registry) -> Iterator[str]:
    with serving(server) as address:
        yield address


@pytest.fixture
def registry(path: Path) -> Iterator[Registry]:
    """A registry without the shipped studies, so that numbers are easy to follow."""
    with open_registry(path) as opened:
        opened.replace_all([])
        yield opened


def run(registry: Registry, url: str, today: dt.date = TODAY, *, full: bool = False, **settings: Any) -> Outcome:
    asking = Settings(url=url, **{"page_size": 10, "burst": 1000, "timeout": 3.0, **settings})
    with Client(asking) as client:
        return sync(registry, client, today, full=full)


def numbers(registry: Registry) -> list[str]:
    return [each.nct for each in registry.studies()]


def left_over(registry: Registry) -> tuple[int, int]:
    """What an update keeps while it is under way: its state, its pages."""
    return registry._rows("SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM staged)")[0]


# --- what is asked ---


def test_the_first_time_everything_in_scope_is_read(registry: Registry, server: ctgov.Registry, url: str) -> None:
    outcome = run(registry, url)
    assert (outcome.kind, outcome.verified, outcome.resumed) == ("full", True, False)
    assert outcome.taken.changes.added == tuple(NUMBERS) == outcome.taken.opened
    assert numbers(registry) == NUMBERS
    assert left_over(registry) == (0, 0)
    assert registry.check() == ()
    assert (registry.synced, registry.as_of) == (TODAY, TODAY)
    assert "November" not in registry.credit
    assert "2026-11-20" in registry.credit  # the day of the registry's data, as its terms ask


def test_only_documented_requests_go_out_and_say_nothing_of_anybody(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    run(registry, url)
    server.new_data("2026-11-21")
    run(registry, url)
    for path, parameters, headers in server.asked:
        assert path in {"/api/v2/version", "/api/v2/studies"}
        assert parameters.keys() <= ctgov.DOCUMENTED
        assert headers["User-Agent"] == f"abreast/{__version__}"
        assert headers.keys() <= {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}  # no cookie either
    lists = [parameters for path, parameters, _ in server.asked if path.endswith("studies")]
    assert {parameters.get("query.cond") for parameters in lists} == {scope().words}
    assert "breast cancer" in scope().words
    assert "solid tumor" in scope().words


def test_pages_are_asked_for_with_the_same_parameters_but_those_of_paging(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    run(registry, url)
    pages = [parameters for path, parameters, _ in server.asked if path.endswith("studies")]
    assert [("pageToken" in page, page.get("countTotal")) for page in pages] == [
        (False, "true"),
        (True, None),
        (True, None),
    ]
    assert len({tuple(sorted((k, v) for k, v in page.items() if k not in ctgov.PAGING)) for page in pages}) == 1


def test_a_record_is_kept_whole_but_for_the_day_of_the_registrys_data(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    server.studies[NUMBERS[0]] |= {
        "derivedSection": {"conditionBrowseModule": {"meshes": []}},
        "resultsSection": {"a": 1},
    }
    run(registry, url)
    assert registry.record(NUMBERS[0]) == {**server.studies[NUMBERS[0]], "hasResults": False}
    found = registry.study(NUMBERS[0])
    assert found is not None
    assert (found.copy.source, str(found.copy.taken)) == ("ClinicalTrials.gov API v2", str(TODAY))


# --- what changed ---


def test_nothing_new_costs_one_request(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.asked.clear()
    outcome = run(registry, url, TODAY + dt.timedelta(days=1))
    assert outcome.kind == "nothing"
    assert server.paths() == ["/api/v2/version"]
    assert registry.synced == TODAY + dt.timedelta(days=1)


def test_later_only_what_was_updated_is_read(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.asked.clear()
    server.new_data("2026-11-22")
    server.change(NUMBERS[3], day="2026-11-22", title="Another Title of Breast Cancer")
    server.change(NUMBERS[4], day="2026-11-22", status="COMPLETED")
    server.change(NUMBERS[5], day="2026-11-22", criteria="Inclusion Criteria:\n\n* HER2-low breast cancer\n")
    server.put(
        study("NCT90001000", update="2026-11-22"), study("NCT90001001", update="2026-11-22", status="TERMINATED")
    )
    outcome = run(registry, url, TODAY + dt.timedelta(days=1))
    taken = outcome.taken
    assert (outcome.kind, outcome.verified) == ("changed", True)
    assert taken.changes.added == taken.opened == ("NCT90001000",)
    assert taken.changes.changed == tuple(NUMBERS[3:6])
    assert (taken.closed, taken.left_out) == ((NUMBERS[4],), 1)
    asked = [parameters.get("filter.advanced") for _, parameters, _ in server.asked]
    assert asked == [None, "AREA[LastUpdatePostDate]RANGE[2026-11-18,MAX]", None]
    assert numbers(registry) == [*NUMBERS, "NCT90001000"]


def test_what_changed_is_told_by_the_history(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    day = str(TODAY + dt.timedelta(days=1))
    server.new_data(day)
    server.change(NUMBERS[4], day=day, status="COMPLETED")
    server.change(NUMBERS[5], day=day, criteria="Inclusion Criteria:\n\n* HER2-low breast cancer\n")
    run(registry, url, TODAY + dt.timedelta(days=1))
    assert registry.history(since=day) == (
        Change(day, NUMBERS[4], "RECRUITING", "COMPLETED"),
        Change(day, NUMBERS[5], "RECRUITING", "RECRUITING", "Inclusion Criteria:\n\n* Metastatic breast cancer\n"),
    )
    (first, _) = registry.history(NUMBERS[4])
    assert first == Change(str(TODAY), NUMBERS[4], "", "RECRUITING")
    assert first.opened


def test_the_day_that_each_record_carries_is_no_change(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.new_data("2026-11-25")
    outcome = run(registry, url, full=True)
    assert (outcome.taken.changes.changed, outcome.taken.changes.same) == ((), 25)


def test_after_a_week_everything_is_read_again(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.new_data("2026-11-28")
    assert run(registry, url, TODAY + dt.timedelta(days=6)).kind == "changed"
    server.new_data("2026-11-29")
    assert run(registry, url, TODAY + dt.timedelta(days=7)).kind == "full"


def test_another_scope_is_read_from_the_start(
    registry: Registry, server: ctgov.Registry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(registry, url)
    wider = msgspec.structs.replace(scope(), conditions=("insomnia",))
    monkeypatch.setattr(update_module, "scope", lambda: wider)
    assert run(registry, url).kind == "full"
    assert "NCT90009999" in numbers(registry)


# --- closed, never deleted ---


def test_a_study_that_stopped_recruiting_is_closed(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.change(NUMBERS[0], day="2020-01-01", status="SUSPENDED")  # so long ago that no list of changes has it
    outcome = run(registry, url, full=True)
    found = registry.study(NUMBERS[0])
    assert found is not None
    assert (outcome.taken.closed, found.status) == ((NUMBERS[0],), "SUSPENDED")


def test_a_study_that_disappeared_is_closed_and_kept(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.remove(NUMBERS[0])
    outcome = run(registry, url, full=True)
    assert outcome.taken.gone == outcome.taken.closed == (NUMBERS[0],)
    found = registry.study(NUMBERS[0])
    assert found is not None
    assert recruitment(found, TODAY).state == "closed"
    assert "no longer lists" in recruitment(found, TODAY).because
    assert registry.record(NUMBERS[0])
    assert registry.history(NUMBERS[0])[-1].after == GONE
    assert registry.search(found.title)
    assert run(registry, url, full=True).taken.gone == ()  # told once


def test_a_study_that_was_merged_into_another_is_closed(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.remove(NUMBERS[0])
    server.studies[NUMBERS[1]]["protocolSection"]["identificationModule"]["nctIdAliases"] = [NUMBERS[0]]
    outcome = run(registry, url, full=True)
    assert outcome.taken.gone == (NUMBERS[0],)
    assert numbers(registry) == NUMBERS


def test_a_study_that_comes_back_is_open_again(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    kept = server.studies[NUMBERS[0]]
    server.remove(NUMBERS[0])
    run(registry, url, full=True)
    server.put(kept)
    outcome = run(registry, url, full=True)
    assert outcome.taken.opened == (NUMBERS[0],)
    found = registry.study(NUMBERS[0])
    assert found is not None
    assert recruitment(found, TODAY).state == "open"


def test_what_left_without_an_update_is_found_by_counting(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.new_data("2026-11-22")
    server.remove(NUMBERS[7])
    outcome = run(registry, url, TODAY + dt.timedelta(days=1))
    assert (outcome.kind, outcome.taken.gone) == ("full", (NUMBERS[7],))


def test_when_too_much_is_gone_nothing_is_closed_for_it(
    registry: Registry, server: ctgov.Registry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(registry, url)
    monkeypatch.setattr(update_module, "_BELIEVED_GONE", 3)
    server.remove(*NUMBERS[:10])
    outcome = run(registry, url, full=True)
    assert outcome.taken.closed == ()
    assert "not closed for that" in outcome.doubts[0]


def test_old_and_foreign_copies_are_replaced_by_the_registrys_own(path: Path) -> None:
    server = ctgov.Registry(ctgov.shipped())
    with open_registry(path) as registry, serving(server) as url:
        run(registry, url, page_size=200)
        studies = registry.studies()
        assert len(studies) == 342
        assert {each.copy.source for each in studies} == {"ClinicalTrials.gov API v2"}
        assert not any(each.copy.converted for each in studies)


# --- pages that shift ---


def test_a_study_on_two_pages_is_one(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.repeat_last_of_page = True
    outcome = run(registry, url)
    assert (numbers(registry), outcome.verified) == (NUMBERS, True)


def test_an_empty_page_is_not_the_end(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.empty_pages = True
    assert run(registry, url).verified
    assert numbers(registry) == NUMBERS


def test_when_studies_come_and_go_between_pages_the_list_is_read_again(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    def shifting(start: int) -> None:
        if start == 20 and "NCT90001000" not in server.studies:
            server.remove(NUMBERS[24])  # was to come on this page
            server.put(study("NCT90001000"))

    server.before_page = shifting
    outcome = run(registry, url)
    assert outcome.verified
    assert numbers(registry) == [*NUMBERS[:24], "NCT90001000"]


def test_a_total_that_was_right_when_asked_again_is_enough(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    told = iter([24, 25, 25])
    server.lied_total = lambda _: next(told)
    outcome = run(registry, url)
    assert outcome.verified
    assert sum(path.endswith("studies") for path in server.paths()) == 4


def test_totals_that_never_agree_are_told_and_the_studies_taken_in(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    server.lied_total = lambda total: total + 3
    outcome = run(registry, url)
    assert not outcome.verified
    assert "counts its studies differently" in outcome.doubts[0]
    assert numbers(registry) == NUMBERS
    server.lied_total = lambda total: total
    assert run(registry, url).kind == "full"


def test_tokens_that_expire_once_cost_only_time(registry: Registry, server: ctgov.Registry, url: str) -> None:
    expired = []

    def forget(start: int) -> None:
        if start == 10 and not expired:
            expired.append(start)
            server.expire_tokens()

    server.before_page = forget
    # the page for the token is served once; the next token is of the same list, so forget after it was given out
    outcome = run(registry, url)
    server.before_page = lambda _: None
    assert outcome.verified
    assert numbers(registry) == NUMBERS


def test_tokens_that_always_expire_end_with_a_message(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, Fault(400, body="`pageToken` is invalid or expired")] + [
        fault for _ in range(2) for fault in (ctgov.OK, Fault(400, body="`pageToken` is invalid or expired"))
    ])  # fmt: skip
    with pytest.raises(SyncError, match="changed each time"):
        run(registry, url)
    assert numbers(registry) == []


def test_a_page_that_never_ends_is_noticed(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.same_page_for_ever = True
    with pytest.raises(SyncError, match="same page twice"):
        run(registry, url)


# --- stopped, and gone on with ---


def test_an_update_goes_on_where_it_was_stopped(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, ctgov.OK, *[Fault(cut=0)] * 4])
    with pytest.raises(SyncError, match="broke off"):
        run(registry, url)
    assert left_over(registry) == (1, 20)
    assert numbers(registry) == []
    server.asked.clear()
    outcome = run(registry, url)
    assert outcome.resumed
    assert numbers(registry) == NUMBERS
    assert sum(path.endswith("studies") for path in server.paths()) == 1  # only the page that was missing


def test_an_expired_token_after_a_stop_begins_the_list_anew(
    registry: Registry, server: ctgov.Registry, url: str
) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, *[Fault(cut=0)] * 4])
    with pytest.raises(SyncError):
        run(registry, url)
    server.expire_tokens()
    assert run(registry, url).verified
    assert numbers(registry) == NUMBERS


def test_new_data_after_a_stop_begin_the_list_anew(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, *[Fault(cut=0)] * 4])
    with pytest.raises(SyncError):
        run(registry, url)
    server.new_data("2026-11-22")
    server.remove(NUMBERS[0])
    outcome = run(registry, url)
    assert (outcome.resumed, outcome.data[:10]) == (True, "2026-11-22")
    assert numbers(registry) == NUMBERS[1:]


def test_what_was_fetched_whole_is_put_in_place_without_a_connection(
    registry: Registry, server: ctgov.Registry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(update_module.stage, "take_in", stop)
        with pytest.raises(KeyboardInterrupt):
            run(registry, url)
    assert numbers(registry) == []
    server.asked.clear()
    assert run(registry, url).resumed
    assert (numbers(registry), server.asked) == (NUMBERS, [])


def test_an_update_that_was_stopped_long_ago_begins_anew(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.extend([ctgov.OK, ctgov.OK, *[Fault(cut=0)] * 4])
    with pytest.raises(SyncError):
        run(registry, url)
    assert not run(registry, url, TODAY + dt.timedelta(days=4)).resumed


def test_one_update_at_a_time(registry: Registry, url: str) -> None:
    assert registry.path is not None
    with closing(sqlite3.connect(registry.path.parent / ".sync.lock", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SyncError, match="Another update"):
            run(registry, url)
    assert run(registry, url).verified


def test_a_reader_sees_all_of_an_update_or_nothing(registry: Registry, server: ctgov.Registry, url: str) -> None:
    assert registry.path is not None
    seen: set[int] = set()
    done = threading.Event()
    server.pause = 0.02

    def read(path: Path) -> None:
        with open_registry(path) as reader:
            while not done.is_set():
                seen.add(reader.count())

    thread = threading.Thread(target=read, args=(registry.path,))
    thread.start()
    try:
        run(registry, url, page_size=3)
    finally:
        done.set()
        thread.join()
    assert seen <= {0, 25}


# --- what may go wrong ---


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(429, headers={"Retry-After": "1"})],
        [Fault(429, headers={"Retry-After": "soon"}), Fault(429)],
        [Fault(500), Fault(502), Fault(503)],
        [Fault(503, headers={"Retry-After": "0"})],
        [Fault(cut=0)],
        [Fault(cut=100)],
        [Fault(slow=0.5)],
        [Fault(drip=0.001)],
    ],
    ids=lambda faults: "+".join(f"{f.status or ('cut' if f.cut is not None else 'slow')}" for f in faults),
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_passes_is_tried_again(
    registry: Registry, server: ctgov.Registry, url: str, faults: list[Fault], at: int
) -> None:
    server.faults.extend([ctgov.OK] * at + faults)
    assert run(registry, url).verified
    assert numbers(registry) == NUMBERS


def test_abreast_waits_as_long_as_the_registry_asks(
    registry: Registry, server: ctgov.Registry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    later = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=50), usegmt=True)
    server.faults.extend([Fault(429, headers={"Retry-After": "7"}), Fault(503, headers={"Retry-After": later})])
    with stamina.set_testing(False):
        run(registry, url)
    assert 7.0 in waited
    assert any(45 <= one <= 50 for one in waited)


def test_a_wait_that_is_too_long_is_told(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.append(Fault(429, headers={"Retry-After": "3600"}))
    with pytest.raises(SyncError, match="asks to wait 60 minutes"):
        run(registry, url)


def test_after_the_first_requests_one_goes_out_a_second(
    registry: Registry, server: ctgov.Registry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    run(registry, url, page_size=3, burst=5)
    asked_more = [one for one in waited if one > 0.5]
    assert len(asked_more) == len(server.asked) - 5 > 0


MESSAGES = [
    (Fault(503), "busy or out of order"),
    (Fault(429), "busy or out of order"),
    (Fault(cut=0), "broke off"),
    (Fault(403, body="Forbidden"), "did not take the request \\(403 Forbidden\\)\\."),
    (Fault(404), "did not take the request \\(404\\)\\."),
    (Fault(302, headers={"Location": "https://login.hotel.example/"}), "did not take the request \\(302"),
    (Fault(407), "user name and a password"),
    (Fault(body="<!doctype html><title>Welcome</title>", content_type="text/html"), "sign in first"),
    (Fault(body="{", content_type="application/json"), "form that this version"),
    (Fault(body='{"studies": {}}', content_type="application/json"), "form that this version"),
    (Fault(body='{"results": []}', content_type="application/json"), "form that this version"),
    (Fault(body='{"studies": [{"protocolSection": {}}]}', content_type="application/json"), "no nctId"),
    (Fault(body="\ufffd\x00", content_type="application/json"), "form that this version"),
    (Fault(slow=1.0), "did not answer in time"),
]


@pytest.mark.parametrize(("fault", "words"), MESSAGES, ids=[words for _, words in MESSAGES])
def test_what_does_not_pass_is_told_and_changes_nothing(
    registry: Registry, server: ctgov.Registry, url: str, fault: Fault, words: str
) -> None:
    run(registry, url)
    server.faults.extend([ctgov.OK, *[fault] * 4])
    with pytest.raises(SyncError, match=words) as error:
        run(registry, url, full=True, timeout=0.3)
    assert "as before" in str(error.value)
    assert numbers(registry) == NUMBERS
    assert registry.check() == ()
    server.faults.clear()
    assert run(registry, url).verified


def test_a_version_that_is_not_told_costs_only_time(registry: Registry, server: ctgov.Registry, url: str) -> None:
    server.faults.append(Fault(404))
    assert run(registry, url).verified
    assert run(registry, url).kind == "full"


def test_no_server_no_name_no_proxy(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SyncError, match="could not be reached"):
        run(registry, f"http://127.0.0.1:{port}/api/v2")
    with pytest.raises(SyncError, match="proxy did not let"):
        run(registry, "http://127.0.0.2:1/api/v2", proxy=f"http://127.0.0.1:{port}")
    with pytest.raises(SyncError, match="proxy cannot be used"):
        run(registry, "http://127.0.0.1:1/api/v2", proxy="gopher://127.0.0.1")
    with pytest.raises(SyncError, match="must begin with"):
        run(registry, "ftp://127.0.0.1/api")

    def no_name(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", no_name)
    with pytest.raises(SyncError, match=r"registry\.example could not be found"):
        run(registry, "https://registry.example/api/v2")


def test_a_server_without_a_certificate_is_not_trusted(registry: Registry, url: str) -> None:
    with pytest.raises(SyncError, match="secure connection"):
        run(registry, url.replace("http://", "https://"))


def test_a_proxy_is_asked_in_the_place_of_the_registry(registry: Registry, server: ctgov.Registry, url: str) -> None:
    with pytest.raises(SyncError, match=r"did not take the request|form that"):
        run(registry, "http://registry.example/elsewhere", proxy=url.removesuffix("/api/v2"))
    assert server.paths()[0] == "/elsewhere/version"


def test_an_answer_without_end_is_cut_off(registry: Registry, url: str) -> None:
    with pytest.raises(SyncError, match="too large"):
        run(registry, url, largest_answer=1000)
    with pytest.raises(SyncError, match="did not answer in time"):
        run(registry, url, longest_answer=0.0)


def test_a_full_disk_is_told_and_changes_nothing(registry: Registry, server: ctgov.Registry, url: str) -> None:
    run(registry, url)
    server.put(*(study(f"NCT9100{number:04d}", criteria=os.urandom(2000).hex()) for number in range(100)))
    server.new_data("2026-11-21")
    registry._rows("VACUUM")
    pages = registry._rows("PRAGMA page_count")[0][0]
    registry._rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(RegistryError, match=r"as it was before \(database or disk is full\)"):
        run(registry, url, full=True)
    assert numbers(registry) == NUMBERS
    assert registry.check() == ()
    registry._rows("PRAGMA max_page_count = 1000000")
    assert run(registry, url).verified
    assert registry.count() == 125


def test_a_registry_that_is_kept_nowhere_is_not_updated(tmp_path: Path, url: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        open_registry(tmp_path / "file" / "registry.sqlite") as registry,
        pytest.raises(RegistryError, match="needs a folder that can be written"),
    ):
        run(registry, url)


# --- the file ---


def test_a_file_of_the_first_form_keeps_its_studies(tmp_path: Path, registry: Registry, server: Any, url: str) -> None:
    run(registry, url)
    old = tmp_path / "old.sqlite"
    from abreast.trials.registry import schema

    with closing(sqlite3.connect(old)) as made:
        for statement in schema.MIGRATIONS[0].split(";\n"):
            made.execute(statement)
        assert registry.path is not None
        made.execute("ATTACH ? AS new", (str(registry.path),))
        names = [row[1] for row in made.execute("PRAGMA table_info(study)")]
        made.execute(f"INSERT INTO study SELECT {', '.join(names)} FROM new.study")
        made.execute("INSERT INTO record SELECT * FROM new.record")
        made.execute("INSERT INTO note SELECT name, value FROM new.note WHERE name = 'snapshot'")
        made.execute("INSERT INTO words (rowid, names) SELECT id, nct FROM study")
        made.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        made.execute("PRAGMA user_version = 1")
        made.commit()
    with open_registry(old) as opened:
        assert opened.notices == ()
        assert numbers(opened) == NUMBERS
        assert opened.history() == ()
        assert run(opened, url).verified


def test_damage_is_found_mended_and_told(path: Path) -> None:
    with open_registry(path) as registry:
        registry._connection.execute("UPDATE record SET json = x'00' WHERE nct = 'NCT04862663'")
        assert registry.check() == ("the record of NCT04862663 is not what was stored",)
        registry.mend()
        assert registry.check() == ()
        assert registry.count() == 342
        (notice,) = registry.notices
    assert "set aside" in notice
    assert len([one for one in path.parent.glob("*.damaged-*") if not one.name.endswith(("-wal", "-shm"))]) == 1


def test_a_thorough_look_finds_damage_before_an_update(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"\xa5" * 8192 + content[len(content) // 2 + 8192 :])
    with open_registry(path, thorough=True) as registry:
        assert registry.count() == 342
        assert len(registry.notices) == 1
