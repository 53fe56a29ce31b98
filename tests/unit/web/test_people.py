"""Several people in one app: names, notes, what changed, passphrases, and deleting that leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.foundation.errors import InputError
from abreast.foundation.packed import data_folder
from abreast.session import Bench, open_bench, watching
from abreast.session.keeping import Appointment, Remark, key_of, lock_case, relock_case, unlock_case
from abreast.session.vault import DamagedVault, Locked, WrongPassphrase, new_key
from abreast.trials.eligibility import compile_study
from abreast.trials.match import Matcher, text_criteria
from abreast.web.app import make_app, routes
from abreast.web.desk import Desk
from abreast.web.guard import Guard, Keys
from abreast.web.notebook import adding_appointment, adding_remark, removing_appointment, removing_remark
from abreast.web.pages import SHOWN
from abreast.web.questions import NotAnAnswer
from abreast.web.store import Notes, Store

from .conftest import TODAY
from .test_desk import ask
from .test_guard import HOME, PORT
from .test_guard import ask as request

PASSPHRASE = "four words of mine"
MARK = "Elmwood-Quarry-7719"
"""Planted in answers and notes, and looked for in every file afterwards."""


@pytest.fixture(scope="module")
def bench() -> Bench:
    """All that plans are made with, and a few trials: these tests make many plans."""
    whole = open_bench()
    few = [one.study for one in whole.matcher.studies[:20]]
    return replace(
        whole, matcher=Matcher((one, text_criteria(one, compile_study(one.nct, one.criteria))) for one in few)
    )


def again(desk: Desk, bench: Bench, passphrase: str | None = None) -> Desk:
    """Return a desk as a new start of the program finds it, with the newest case open."""
    other = Desk(Store(desk.store.folder), lambda: bench, lambda: TODAY)
    other.bench()
    other.open_saved(desk.store.saved()[0].name, passphrase)
    return other


def marked(desk: Desk) -> None:
    """Open a case with the mark in its name, an answer and a note, whose plan was shown."""
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    desk.rename(f"Ada {MARK}")
    desk.keep_notes(lambda notes: adding_remark(notes, {"text": [f"She said {MARK}."]}, TODAY))
    desk.saw(desk.plan())


def holding_mark(*folders: Path) -> list[Path]:
    """Return the files that hold the mark, packed or not."""
    files = [one for folder in folders if folder.exists() for one in folder.rglob("*") if one.is_file()]
    return [one for one in files if MARK.encode() in one.read_bytes()]


# --- names, notes, appointments ------------------------------------------------------------------------------------


def test_a_name_is_given_kept_and_listed(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    desk.rename("  Ada\n Lovelace\u202e ")
    assert again(desk, bench).opened().case.label == "Ada Lovelace"
    assert [one.label for one in desk.store.saved()] == ["Ada Lovelace"]
    desk.rename("")
    assert [one.label for one in desk.store.saved()] == [desk.opened().name]


def test_notes_and_appointments_come_back_and_the_plan_does_not_read_them(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    before = desk.plan()
    desk.keep_notes(lambda notes: adding_remark(notes, {"text": ["HER2 positive, says Dr. Lee.\r\nAsk her."]}, TODAY))
    when = {"when-year": ["2026"], "when-month": ["11"], "when-day": ["24"], "time": ["2:30 pm"], "what": ["Dr. Lee"]}
    desk.keep_notes(lambda notes: adding_appointment(notes, when))
    assert desk.plan() is before
    kept = again(desk, bench).opened().notes
    assert kept.remarks == (Remark("2026-11-21", "HER2 positive, says Dr. Lee.\nAsk her."),)
    assert kept.next_appointment(TODAY) == Appointment("2026-11-24", "14:30", "Dr. Lee")
    assert [saved.notes.next_appointment(TODAY) for saved, _ in desk.people() if saved.notes] == [kept.appointments[0]]


@pytest.mark.parametrize(
    ("time", "kept"),
    [("", ""), ("14:30", "14:30"), ("2:30 pm", "14:30"), ("2:30PM", "14:30"), ("9 a.m.", "09:00"), ("9.15", "09:15")],
)
def test_a_time_may_be_written_as_people_do(time: str, kept: str) -> None:
    when = {"when-year": ["2026"], "when-month": ["11"], "when-day": ["24"], "time": [time]}
    assert adding_appointment(Notes(), when).appointments[0].time == kept


@pytest.mark.parametrize(
    "answers",
    [
        {"when-year": ["2026"], "when-month": ["2"], "when-day": ["30"]},
        {"when-year": ["2026"], "when-month": ["2"]},
        {"when-year": ["2026"], "when-month": ["2"], "when-day": ["3"], "time": ["half past"]},
        {"when-year": ["99999999999999999999"], "when-month": ["2"], "when-day": ["3"]},
        {"when-year": ["2026"], "when-month": ["2"], "when-day": ["3"], "what": ["x" * 201]},
        {},
    ],
)
def test_what_is_no_appointment_is_told(answers: dict[str, list[str]]) -> None:
    with pytest.raises(NotAnAnswer):
        adding_appointment(Notes(), answers)


def test_notes_and_appointments_are_removed_one_by_one() -> None:
    notes = Notes(remarks=tuple(Remark("2026-11-21", text) for text in "abc"))
    notes = removing_remark(notes, {"which": ["1"]})
    assert [one.text for one in notes.remarks] == ["a", "c"]
    assert removing_remark(notes, {"which": ["9"]}) == removing_remark(notes, {}) == notes
    dated = Notes(appointments=(Appointment("2026-01-01"), Appointment("2026-12-01")))
    assert removing_appointment(dated, {"which": ["0"]}).appointments == (Appointment("2026-12-01"),)
    assert dated.next_appointment(TODAY) == Appointment("2026-12-01")
    for text in ("", "  \n ", "x" * 5001):
        with pytest.raises(NotAnAnswer):
            adding_remark(notes, {"text": [text]}, TODAY)


# --- what changed --------------------------------------------------------------------------------------------------


def test_what_changed_is_told_from_one_sitting_to_the_next(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    assert desk.changes() is None
    desk.saw(desk.plan())
    assert desk.changes() is None, "there was no sitting before this one"
    later = again(desk, bench)
    shown, nothing = later.changes() or ("", None)
    assert shown.startswith("2026-11-21T")
    assert nothing is not None
    assert nothing.count == 0
    ask(later, "er.status", "positive")
    later.saw(later.plan())
    ask(later, "her2.status", "positive")
    later.saw(later.plan())
    _, found = later.changes() or ("", None)
    assert found is not None
    assert {one.attribute for one in found.facts if not one.derived} == {"er.status", "her2.status"}
    assert found.options
    assert (again(later, bench).changes() or ("", found))[1].count == 0, "it was shown in the sitting before"


def test_what_was_answered_but_not_seen_as_a_plan_is_still_new(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    desk.saw(desk.plan())
    later = again(desk, bench)
    ask(later, "stage.stated", "IV")
    later.close()
    listed = later.people(seconds=60)
    last = again(later, bench)
    _, found = last.changes() or ("", None)
    assert found is not None
    assert found.count > 0
    assert [count for _, count in listed] == [found.count]


def test_i_have_seen_this_begins_anew(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    desk.saw(desk.plan())
    later = again(desk, bench)
    ask(later, "stage.stated", "IV")
    later.begin_anew()
    assert (later.changes() or ("", None))[1] is not None
    assert (later.changes() or ("", later.plan()))[1].count == 0
    ask(later, "er.status", "positive")
    assert (later.changes() or ("", later.plan()))[1].count > 0


def test_only_a_few_plans_are_kept(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    now = desk
    for number in range(7):
        desk.now().isoformat()
        now.saw(now.plan())
        now = again(now, bench)
        ask(now, "stage.stated", "IV" if number % 2 else "III")
    assert len(now.opened().kept.seen) == 4


def test_plans_of_another_version_are_as_good_as_none(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    desk.saw(desk.plan())
    next(desk.store.folder.glob("*.seen")).write_bytes(b"\x00")
    assert again(desk, bench).changes() is None


# --- the passphrase ------------------------------------------------------------------------------------------------


def test_a_locked_case_is_one_file_in_which_nothing_can_be_read(desk: Desk, bench: Bench) -> None:
    marked(desk)
    assert holding_mark(desk.store.folder)
    desk.lock(PASSPHRASE, PASSPHRASE, "A friend")
    (file,) = desk.store.folder.iterdir()
    assert holding_mark(desk.store.folder) == []
    assert "stage" not in file.read_text()
    assert [(one.label, one.locked, one.notes) for one in desk.store.saved()] == [("A friend", True, None)]
    ask(desk, "er.status", "positive")
    desk.keep_notes(lambda notes: adding_remark(notes, {"text": [MARK]}, TODAY))
    other = again(desk, bench, PASSPHRASE)
    assert other.opened().case == desk.opened().case
    assert other.opened().notes.remarks == desk.opened().notes.remarks
    assert other.changes() is not None
    assert [one.name for one in desk.store.folder.iterdir()] == [file.name]
    assert holding_mark(desk.store.folder) == []


def test_a_locked_case_opens_with_its_passphrase_only(desk: Desk, bench: Bench) -> None:
    marked(desk)
    desk.lock(PASSPHRASE, PASSPHRASE, "")
    with pytest.raises(Locked):
        again(desk, bench)
    with pytest.raises(WrongPassphrase):
        again(desk, bench, "four words of hers")
    path = next(desk.store.folder.iterdir())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedVault):
        again(desk, bench, PASSPHRASE)
    assert [one.damaged for one in desk.store.saved()] == [True]


def test_the_passphrase_is_changed_and_taken_off_only_by_who_knows_it(desk: Desk, bench: Bench) -> None:
    marked(desk)
    desk.lock(PASSPHRASE, PASSPHRASE, "A friend")
    for wrong in (
        lambda: desk.relock("not this one", "new words of mine", "new words of mine", "B"),
        lambda: desk.relock(PASSPHRASE, "new words of mine", "other words", "B"),
        lambda: desk.relock(PASSPHRASE, "short", "short", "B"),
        lambda: desk.unlock("not this one"),
    ):
        with pytest.raises(InputError):
            wrong()
        assert again(desk, bench, PASSPHRASE).opened().case == desk.opened().case
    desk.relock(PASSPHRASE, "new words of mine", "new words of mine", "B")
    assert [one.label for one in desk.store.saved()] == ["B"]
    with pytest.raises(WrongPassphrase):
        again(desk, bench, PASSPHRASE)
    assert again(desk, bench, "new words of mine").opened().case == desk.opened().case
    desk.unlock("new words of mine")
    other = again(desk, bench)
    assert other.opened().case == desk.opened().case
    assert other.opened().notes.remarks == desk.opened().notes.remarks
    ask(desk, "er.status", "positive")
    assert again(desk, bench).opened().case == desk.opened().case


def test_a_lock_that_another_program_put_on_or_took_off_is_not_undone(desk: Desk, bench: Bench) -> None:
    marked(desk)
    path = desk.store.path(desk.opened().name)
    lock_case(path, new_key(PASSPHRASE), "A friend")
    with pytest.raises(InputError, match="open it again"):
        ask(desk, "er.status", "positive")
    assert holding_mark(desk.store.folder) == []
    other = again(desk, bench, PASSPHRASE)
    relock_case(path, key_of(path, PASSPHRASE), new_key("other words of mine"))
    with pytest.raises(InputError, match="open it again"):
        ask(other, "er.status", "positive")
    third = again(desk, bench, "other words of mine")
    unlock_case(path, key_of(path, "other words of mine"))
    with pytest.raises(InputError, match="open it again"):
        ask(third, "er.status", "positive")
    ask(again(desk, bench), "er.status", "positive")


def test_what_a_crash_left_in_clear_beside_a_locked_case_is_taken_away(desk: Desk, bench: Bench) -> None:
    marked(desk)
    folder = desk.store.folder
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    desk.lock(PASSPHRASE, PASSPHRASE, "")
    name = desk.opened().name
    for left, content in before.items():
        if left != name:
            (folder / left).write_bytes(content)
    (folder / f".{name}.abcd1234").write_bytes(before[name])
    import os

    for one in folder.iterdir():
        if one.name != name:
            os.utime(one, (0, 0))
    assert holding_mark(folder)
    again(desk, bench, PASSPHRASE)
    assert [one.name for one in folder.iterdir()] == [name]


def test_damaged_notes_are_set_aside_and_not_overwritten(desk: Desk, bench: Bench) -> None:
    marked(desk)
    notes = next(desk.store.folder.glob("*.notes.json"))
    notes.write_bytes(notes.read_bytes()[:-1])
    other = again(desk, bench)
    ask(other, "er.status", "positive")
    assert MARK in next(desk.store.folder.glob("*.damaged")).read_text()
    assert any(".damaged" in one for one in other.opened().loaded.reading.problems)


# --- deleting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [False, True])
def test_deleting_one_leaves_no_file_of_it_and_all_of_the_other(desk: Desk, locked: bool, bench: Bench) -> None:
    desk.begin_interview()
    desk.saw(desk.plan())
    others = {one: one.read_bytes() for one in desk.store.folder.iterdir()}
    marked(desk)
    name = desk.opened().name
    if locked:
        desk.lock(PASSPHRASE, PASSPHRASE, MARK)
    (desk.store.folder / f".{name}.abcd1234").write_text(MARK)
    (desk.store.folder / f"{name}.notes.json.damaged").write_text(MARK)
    deleted = desk.delete(name)
    assert deleted.cases == 1
    assert len(deleted.files) == (3 if locked else 5)
    assert {one: one.read_bytes() for one in desk.store.folder.iterdir()} == others
    assert desk.open is None


def test_deleting_everything_leaves_no_file_that_holds_a_fact(desk: Desk, tmp_path: Path) -> None:
    for locked in (False, True, False):
        marked(desk)
        if locked:
            desk.lock(PASSPHRASE, PASSPHRASE, MARK)
    folder = desk.store.folder
    (folder / "case-old.yaml.notes.json").write_text(MARK)
    (folder / "case-old.yaml.seen").write_text(MARK)
    (folder / ".case-old.yaml.notes.json.x_y12345").write_text(MARK)
    assert len(holding_mark(tmp_path)) >= 7
    deleted = desk.delete_all()
    assert deleted.cases == 3
    assert deleted.left == ()
    assert holding_mark(tmp_path, data_folder()) == []
    assert not folder.exists()
    assert desk.delete_all().cases == 0


def test_what_abreast_did_not_write_is_left_and_told(desk: Desk) -> None:
    marked(desk)
    (desk.store.folder / "scan.pdf").write_bytes(b"%PDF")
    assert desk.delete_all().left == ("scan.pdf",)
    assert (desk.store.folder / "scan.pdf").exists()


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    desk.bench()
    with TestClient(Starlette(routes=routes(desk)), base_url="http://127.0.0.1") as made:
        yield made


def test_every_page_about_people_is_there(desk: Desk, client: TestClient) -> None:
    assert client.get("/people").status_code == 200
    for path in ("/case", "/notes", "/changes"):
        assert client.get(path, follow_redirects=False).headers["location"] == "/"
    marked(desk)
    for path in ("/people", "/case", "/notes", "/changes", "/plan"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "<h1>" in response.text
    assert "Elmwood" in client.get("/notes").text


def test_what_was_made_of_a_case_is_let_go_when_it_is_closed_or_deleted(desk: Desk, client: TestClient) -> None:
    marked(desk)
    name = desk.opened().name
    assert client.post("/plan/documents/packet", data={"letter": MARK, "paper": "letter"}).status_code == 200
    assert client.get("/plan/documents/second-opinion.pdf").headers["content-type"] == "application/pdf"
    client.post("/delete", data={"name": name, "sure": "yes"})
    client.post("/begin")
    assert desk.opened().name == name, "the new case has the name of the old one"
    assert client.get("/plan/documents/second-opinion.pdf").headers["content-type"].startswith("text/html")
    assert MARK not in client.get("/plan/documents").text


def test_appointments_are_in_the_calendar(desk: Desk, client: TestClient) -> None:
    marked(desk)
    when = {"when-year": ["2026"], "when-month": ["11"], "when-day": ["24"], "time": ["14:30"], "what": ["Dr. Lee"]}
    desk.keep_notes(lambda notes: adding_appointment(notes, when))
    assert "Dr. Lee" in client.get("/plan/documents/calendar.ics?tell=yes").text


def test_every_form_of_the_app_is_refused_to_another_page_and_without_the_cookie(desk: Desk) -> None:
    marked(desk)
    before = {one: one.read_bytes() for one in desk.store.folder.iterdir()}
    guard = make_app(desk, keys := Keys(), PORT)
    assert isinstance(guard, Guard)
    paths = [one.path for one in routes(desk) if one.methods and "POST" in one.methods]
    assert {"/delete/all", "/case/passphrase", "/notes", "/changes", "/open"} <= set(paths)
    cookie = f"{guard.cookie}={keys.cookie}"
    for path in paths:
        for headers in ({"origin": HOME}, {"cookie": cookie}, {"cookie": cookie, "origin": "http://evil.example"}):
            assert request(guard, "POST", path, content_length="0", **headers).status == 403, path
    assert {one: one.read_bytes() for one in desk.store.folder.iterdir()} == before


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_address_that_leads_nowhere_gets_a_page_with_the_ways_on(desk: Desk, language: str) -> None:
    guard = make_app(desk, keys := Keys(), PORT)
    assert isinstance(guard, Guard)
    said = request(guard, path="/nowhere", cookie=f"{guard.cookie}={keys.cookie}", accept_language=language)
    assert said.status == 404
    assert f'<html lang="{language}"' in said.body
    assert 'href="/danger"' in said.body


def test_the_plan_that_a_page_shows_is_kept(desk: Desk, client: TestClient) -> None:
    desk.begin_interview()
    assert desk.opened().kept.seen == ()
    client.get("/plan/trials")
    assert len(desk.opened().kept.seen) == 1
    client.get("/plan")
    assert len(desk.opened().kept.seen) == 1


def test_a_passphrase_travels_in_a_form_and_is_shown_nowhere(desk: Desk, client: TestClient) -> None:
    marked(desk)
    name = desk.opened().name
    sent = {"do": "lock", "passphrase": PASSPHRASE, "again": PASSPHRASE, "shown-as": "A friend"}
    response = client.post("/case/passphrase", data=sent)
    assert response.status_code == 200
    assert "locked now" in response.text
    client.post("/close")
    asked = client.post("/open", data={"name": name})
    assert "A friend" in asked.text
    assert MARK not in asked.text + client.get("/people").text
    wrong = client.post("/open", data={"name": name, "passphrase": "four words of hers"})
    assert wrong.status_code == 422
    assert "not the passphrase" in wrong.text
    assert "four words" not in wrong.text
    opened = client.post("/open", data={"name": name, "passphrase": PASSPHRASE})
    assert opened.url.path == "/answers"
    assert PASSPHRASE not in opened.text + client.get("/case").text


@pytest.mark.parametrize(("new", "again_", "words"), [("short", "short", "at least"), ("long enough", "other", "same")])
def test_a_passphrase_that_is_not_taken_changes_nothing(
    desk: Desk, client: TestClient, new: str, again_: str, words: str
) -> None:
    marked(desk)
    response = client.post("/case/passphrase", data={"do": "lock", "passphrase": new, "again": again_})
    assert response.status_code == 422
    assert words in response.text
    assert desk.opened().key is None


def test_deleting_asks_once(desk: Desk, client: TestClient) -> None:
    marked(desk)
    name = desk.opened().name
    assert "There is no way back" in client.post("/delete", data={"name": name}).text
    assert "There is no way back" in client.post("/delete/all").text
    assert desk.store.saved()
    done = client.post("/delete/all", data={"sure": "yes"})
    assert "cannot delete" in done.text
    assert holding_mark(desk.store.folder) == []


def test_notes_are_sent_and_a_wrong_one_is_told(desk: Desk, client: TestClient) -> None:
    desk.begin_interview()
    assert client.post("/notes", data={"do": "note", "text": " "}).status_code == 422
    wrong = client.post("/notes", data={"do": "appointment", "when-month": "13", "what": "Dr. Lee"})
    assert wrong.status_code == 422
    assert 'value="Dr. Lee"' in wrong.text
    client.post("/notes", data={"do": "note", "text": "<b>bold</b>\n\nAsk."})
    assert "&lt;b&gt;" in client.get("/notes").text
    client.post("/notes", data={"do": "remove-note", "which": "0"})
    assert desk.opened().notes.remarks == ()


def test_notes_are_written_where_the_case_is(desk: Desk) -> None:
    marked(desk)
    notes = json.loads(next(desk.store.folder.glob("*.notes.json")).read_text())
    assert notes["remarks"][0]["text"] == f"She said {MARK}."


@pytest.fixture
def news(desk: Desk) -> str:
    """Open a case whose trials have news; return its name."""
    item = watching.News(
        "opened", "NCT01", "A <new> trial", "https://x.org", "It opened.", ("Why.",), "trial", "2026-11-20"
    )
    desk.begin()
    name = desk.opened().name
    state = watching._State(watching._VERSION, "2026-11-20", "", "", {}, (item,), "2026-11-01")
    watching._write(desk.store.path(name), state)
    return name


@pytest.mark.parametrize(("page", "back"), [("/people", "people"), ("/", "start")])
def test_news_about_trials_are_shown_until_they_are_read(client: TestClient, news: str, page: str, back: str) -> None:
    shown = client.get(page).text
    assert "1 piece of news about trials" in shown
    assert "A &lt;new&gt; trial</a>: It opened. Why." in shown
    client.post("/people/news", data={"name": "../other.yaml", "back": back})
    assert "It opened." in client.get(page).text, "only cases of the folder"
    answer = client.post("/people/news", data={"name": news, "back": back}, follow_redirects=False)
    assert answer.headers["location"] == page
    assert "It opened." not in client.get(page).text


def test_the_start_page_says_whose_news_they_are_and_nothing_without_news(
    desk: Desk, client: TestClient, news: str
) -> None:
    desk.rename("Rosa")
    desk.close()
    start = client.get("/").text
    assert start.index("News about trials") < start.index("Rosa</h3>") < start.index("Three ways to begin")
    client.post("/people/news", data={"name": news, "back": "start"})
    assert "News about trials" not in client.get("/").text


def test_the_start_page_shows_the_news_of_the_cases_that_stand_on_it(desk: Desk, client: TestClient, news: str) -> None:
    for _ in range(SHOWN):
        desk.begin_interview()
        desk.close()
    assert len(desk.store.saved()) > SHOWN
    assert "News about trials" not in client.get("/").text
    assert "It opened." in client.get("/people").text
