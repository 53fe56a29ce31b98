"""What is new for a case: a table of what happened to a trial, and what is told of it."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from abreast.knowledge import load_knowledge
from abreast.outputs import plan_json
from abreast.plan import difference
from abreast.session import Bench, watching
from abreast.session.files import load_case
from abreast.session.keeping import files_of, lock_case
from abreast.session.vault import new_key
from abreast.trials.match import load_matcher
from abreast.trials.registry import Copy, Entry, Registry, open_registry
from abreast.trials.registry.rows import close_gone
from abreast.vocabulary import load_vocabulary
from tests.fake.ctgov import study

TODAY = dt.date(2026, 11, 21)
LATER = dt.date(2026, 11, 28)
NCT = "NCT90000001"
FITS = "Inclusion Criteria:\n\n* Metastatic breast cancer\n\nExclusion Criteria:\n\n* Pregnancy\n"
CASE = """abreast: case/1
facts:
- {is: cancer, value: breast}
- {is: extent, value: metastatic}
- {is: sex, value: female}
- {is: birth_date, value: 1965-03-01}
- {is: ecog, value: 1, date: 2026-11-01}
"""


class World:
    """One case and a registry of few trials, on one day and on a later one."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.registry = registry
        self.case = folder / "ann.yaml"
        self.case.write_text(CASE)

    def put(self, nct: str = NCT, day: dt.date = TODAY, **fields: Any) -> None:
        record = study(nct, "Examplinib in Breast Cancer", **({"criteria": FITS, "update": "2026-11-01"} | fields))
        self.registry.upsert([Entry(record, Copy("test"))], day=day)

    def bench(self) -> Bench:
        return Bench(load_knowledge(load_vocabulary()), load_matcher(self.registry), "", {"en": ""})

    def look(self, today: dt.date = TODAY) -> watching.Told:
        return watching.watch(self.case, self.bench(), self.registry, today)


@pytest.fixture
def world(tmp_path: Path) -> World:
    with open_registry(tmp_path / "registry.sqlite") as registry:
        registry.replace_all([])
        folder = tmp_path / "cases"
        folder.mkdir()
        yield World(folder, registry)


def asks(*more: str) -> str:
    lines = "\n".join(f"* {one}" for one in ("Metastatic breast cancer", *more))
    return f"Inclusion Criteria:\n\n{lines}\n\nExclusion Criteria:\n\n* Pregnancy\n"


# what a trial was | what it is then | what is told | because
TABLE: dict[str, tuple[dict[str, Any] | None, dict[str, Any], str, str]] = {
    "new": (None, {}, "opened", "new in the registry"),
    "announced": (None, {"status": "NOT_YET_RECRUITING"}, "opened", "not yet recruiting"),
    "began": ({"status": "NOT_YET_RECRUITING"}, {}, "opened", "as recruiting"),
    "opened again": ({"status": "SUSPENDED"}, {}, "opened", "as recruiting"),
    "new, not for this person": (None, {"criteria": asks("Age 75 years or older")}, "", ""),
    "completed": ({}, {"status": "COMPLETED"}, "closed", "as completed"),
    "completed, was not for this person": ({"criteria": asks("ECOG 0")}, {"status": "COMPLETED"}, "", ""),
    "asks more": ({}, {"criteria": asks("HER2-low disease")}, "criteria", "New: “HER2-low disease”: not known yet"),
    "asks less": ({"criteria": asks("HER2-low disease")}, {}, "criteria", "No longer asked: “HER2-low disease”"),
    "asks too much": ({}, {"criteria": asks("ECOG 0")}, "further", "New: “ECOG 0”: it stands against it"),
    "asks what is so": ({"criteria": asks("ECOG 0")}, {}, "nearer", "No longer asked: “ECOG 0”"),
    "asks the same in other words": ({}, {"criteria": FITS.replace("* ", "*   ")}, "", ""),
    "has another title only": ({}, {"update": "2026-11-20"}, "", ""),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_told(world: World, name: str) -> None:
    before, after, kind, because = TABLE[name]
    if before is not None:
        world.put(**before)
    assert world.look().status == "first"
    world.put(day=LATER, **({"update": "2026-11-25"} | after))
    told = world.look(LATER)
    assert (told.status, told.since) == ("watched", "2026-11-21")
    assert [one.kind for one in told.news] == ([kind] if kind else [])
    for one in told.news:
        assert any(because in why for why in one.why), one
        assert (one.nct, one.cause, one.day) == (NCT, "trial", "2026-11-28")
        assert one.words


def test_nothing_is_told_twice(world: World) -> None:
    world.look()
    world.put(day=LATER)
    assert world.look(LATER).news
    assert world.look(LATER).news == ()


def test_a_trial_that_left_the_registry_is_told_as_closed(world: World) -> None:
    world.put()
    world.look()
    with world.registry.writing() as connection:
        close_gone(connection, [NCT], LATER)
    (one,) = world.look(LATER).news
    assert one.kind == "closed"
    assert "no longer lists" in one.why[0]


def test_time_alone_can_close_a_trial_and_says_so(world: World) -> None:
    world.put(update="2024-12-10")
    world.look()
    (one,) = world.look(dt.date(2026, 12, 15)).news
    assert (one.kind, one.cause) == ("closed", "time")
    assert "too long ago" in one.why[0]


def test_what_changed_in_the_record_is_not_blamed_on_the_trial(world: World) -> None:
    world.put(criteria=asks("ECOG 0 to 1", "HER2-low disease"))
    world.look()
    world.case.write_text(CASE.replace("ecog, value: 1", "ecog, value: 3"))
    (one,) = world.look(LATER).news
    assert (one.kind, one.cause) == ("further", "record")
    assert one.why[0] == "The record of this case changed."
    assert "“ECOG 0 to 1”: it stands against it" in one.why[1]
    world.case.write_text(CASE + "- {is: her2.status, value: low}\n")
    (one,) = world.look(LATER).news
    assert (one.kind, one.cause) == ("nearer", "record")


def test_another_reader_is_not_blamed_on_the_trial(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put()
    monkeypatch.setattr(watching, "_plain", lambda text: f"as the old version wrote it: {text}")
    world.look()
    monkeypatch.undo()
    monkeypatch.setattr(watching, "__version__", "99")
    world.put(update="2026-11-25", day=LATER)
    assert world.look(LATER).news == ()


def test_the_most_useful_comes_first(world: World) -> None:
    world.put("NCT90000002", criteria=asks("ECOG 0"))
    world.put("NCT90000003")
    world.look()
    world.put("NCT90000001", day=LATER)
    world.put("NCT90000002", day=LATER, update="2026-11-25")
    world.put("NCT90000003", day=LATER, status="TERMINATED")
    assert [one.kind for one in world.look(LATER).news] == ["opened", "nearer", "closed"]


# --- what is kept ---


def test_the_app_can_show_what_was_not_seen_yet(world: World) -> None:
    assert watching.news(world.case) is None
    world.look()
    told = watching.news(world.case)
    assert told is not None
    assert told.news == ()
    world.put(day=LATER)
    world.look(LATER)
    world.put("NCT90000002", day=LATER)
    world.look(LATER + dt.timedelta(days=1))
    told = watching.news(world.case)
    assert told is not None
    assert (told.since, [one.nct for one in told.news], told.may_fit) == ("2026-11-21", ["NCT90000002", NCT], 2)
    watching.seen(world.case)
    told = watching.news(world.case)
    assert told is not None
    assert (told.since, told.news) == (str(LATER + dt.timedelta(days=1)), ())


def test_only_the_owner_can_read_what_is_kept(world: World) -> None:
    world.look()
    kept = world.case.with_name("ann.yaml.watched")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept in files_of(world.case)


def test_what_is_kept_and_cannot_be_read_is_as_good_as_nothing(world: World) -> None:
    world.look()
    for content in (b"", b"{", b'{"version": 99}', b"\xff\x00"):
        world.case.with_name("ann.yaml.watched").write_bytes(content)
        assert watching.news(world.case) is None
        assert world.look().status == "first"


def test_a_locked_case_is_named_and_nothing_of_it_is_kept(world: World) -> None:
    world.put()
    world.look()
    lock_case(world.case, new_key("four words are enough"), "Ann")
    assert [one.name for one in world.case.parent.iterdir()] == ["ann.yaml"]
    told = world.look()
    assert (told.status, told.news) == ("locked", ())
    assert [one.name for one in world.case.parent.iterdir()] == ["ann.yaml"]
    assert "locked with a passphrase" in " ".join(watching.say_told(told))


@pytest.mark.parametrize("content", ["", "not a case", "abreast: case/1\nfacts: 3\n"])
def test_a_case_that_cannot_be_read_is_named(world: World, content: str) -> None:
    world.case.write_text(content)
    told = world.look()
    assert told.status == "unreadable"
    assert "ann.yaml" in " ".join(watching.say_told(told))


def test_the_cases_of_a_folder(tmp_path: Path) -> None:
    for name in (
        "b.yaml",
        "a.json",
        "c.yml",
        "a.json.notes.json",
        "a.json.seen",
        "b.yaml.watched",
        ".b.yaml.x",
        "d.txt",
    ):
        (tmp_path / name).write_text("")
    (tmp_path / "e.yaml").mkdir()
    assert [one.name for one in watching.cases_in(tmp_path)] == ["a.json", "b.yaml", "c.yml"]
    assert watching.cases_in(tmp_path / "none") == ()


def test_what_abreast_wrote_of_a_case_is_no_case(world: World) -> None:
    folder = world.case.parent
    plan = world.bench().plan(load_case([world.case]), TODAY)
    (folder / "plan.json").write_bytes(plan_json(plan))
    (folder / "changes.json").write_bytes(msgspec.json.encode(difference(plan, plan)))
    (folder / "news.json").write_text('{\n "made": "2026-11-21",\n "cases": []\n}\n')
    assert watching.cases_in(folder) == (world.case,)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row[2]])
def test_it_is_told_in_words(world: World, name: str) -> None:
    before, after, _kind, _because = TABLE[name]
    if before is not None:
        world.put(**before)
    world.look()
    world.put(day=LATER, **({"update": "2026-11-25"} | after))
    said = "\n".join(watching.say_told(world.look(LATER)))
    assert "new since 21 November 2026" in said or "new since November 21, 2026" in said
    assert f"https://clinicaltrials.gov/study/{NCT}" in said
    for never in ("you are eligible", "you should", "you qualify"):
        assert never not in said.lower()
