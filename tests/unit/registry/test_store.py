"""The file: built at first use, by several at once, updated whole or not at all, and mended when it breaks."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest

from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import RegistryError
from abreast.trials.registry import Copy, Entry, Registry, open_registry, read_study, rows, schema, snapshot
from abreast.trials.registry.snapshot import snapshot_entries

COUNT = 342


def entry(nct: str, title: str = "A Study of Breast Cancer", update: str = "2026-01-01", **copy: Any) -> Entry:
    record = {
        "protocolSection": {
            "identificationModule": {"nctId": nct, "briefTitle": title},
            "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": update}},
        }
    }
    return Entry(record, Copy("test", **copy))


# --- the shipped copy ---


def test_first_use_builds_from_the_shipped_copy(shipped: Registry) -> None:
    assert shipped.notices == ()
    assert shipped.count() == len(shipped.studies()) == COUNT
    assert shipped.check() == ()
    assert [study.nct for study in shipped.studies()] == sorted(study.nct for study in shipped.studies())


def test_the_default_place_is_the_persons_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path / "home"))
    with open_registry() as registry:
        assert registry.path == tmp_path / "home" / "registry.sqlite"
    assert [file.name for file in (tmp_path / "home").glob("*.sqlite*")] == ["registry.sqlite"]


def test_the_date_is_that_of_the_newest_update(shipped: Registry) -> None:
    current = [study for study in shipped.studies() if not study.copy.converted]
    newest = max(str(study.last_update) for study in current if study.last_update)
    assert shipped.snapshot_date == dt.date.fromisoformat(newest)
    assert snapshot().as_of == newest
    assert newest in shipped.credit
    assert "ClinicalTrials.gov" in shipped.credit
    assert "endorse" in shipped.credit


def test_the_manifest_says_what_is_there(shipped: Registry) -> None:
    said = snapshot()
    assert said.counts["studies"] == shipped.count()
    assert "public domain" in said.licence
    assert "National Library of Medicine" in said.source


def test_records_are_kept_as_they_came(shipped: Registry) -> None:
    for each in snapshot_entries():
        nct = each.record["protocolSection"]["identificationModule"]["nctId"]
        study = shipped.study(nct)
        assert shipped.record(nct) == each.record
        assert study is not None
        assert study.criteria == each.record["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]


def test_the_snapshot_is_small_and_holds_no_trace_of_how_it_was_gathered() -> None:
    data = Path(rows.__file__).parent / "data"
    assert sum(file.stat().st_size for file in data.iterdir()) < 3_000_000
    text = "".join(str(each.record) for each in snapshot_entries())
    assert "_convertedFrom" not in text
    assert "McodeResults" not in text


def test_studies_not_about_this_disease_can_be_left_out(shipped: Registry) -> None:
    relevant = shipped.studies(relevant_only=True)
    assert 0 < len(relevant) < COUNT
    assert all(study.subject and study.subject.about != "other" for study in relevant)


def test_one_study_by_number(shipped: Registry) -> None:
    study = shipped.study(" nct04862663 ")
    assert study is not None
    assert study.nct == "NCT04862663"
    assert shipped.study("NCT00000000") is None
    assert shipped.record("NCT00000000") is None


def test_opening_again_changes_nothing(path: Path) -> None:
    open_registry(path).close()
    before = path.read_bytes()
    with open_registry(path) as registry:
        assert registry.count() == COUNT
    assert path.read_bytes() == before


# --- updates ---


def test_an_update_adds_and_changes_and_tells_which(path: Path) -> None:
    with open_registry(path) as registry:
        first = registry.upsert([entry("NCT90000001"), entry("NCT90000002")])
        assert (first.added, first.changed, first.same) == (("NCT90000001", "NCT90000002"), (), 0)
        again = registry.upsert([entry("NCT90000001"), entry("NCT90000002", "Another Title about Quizalofop")])
        assert (again.added, again.changed, again.same) == ((), ("NCT90000002",), 1)
        assert registry.count() == COUNT + 2
        assert [hit.study.nct for hit in registry.search("quizalofop")] == ["NCT90000002"]
        assert registry.check() == ()


def test_a_record_without_a_number_is_refused_and_the_rest_is_taken(path: Path) -> None:
    with open_registry(path) as registry:
        changes = registry.upsert([Entry({"protocolSection": {}}, Copy()), entry("NCT90000001")])
        assert changes.added == ("NCT90000001",)
        assert len(changes.refused) == 1
        assert "nctId" in changes.refused[0]


def test_an_update_that_breaks_off_changes_nothing(path: Path) -> None:
    def breaking() -> Any:
        yield entry("NCT90000001")
        raise KeyboardInterrupt

    with open_registry(path) as registry:
        with pytest.raises(KeyboardInterrupt):
            registry.upsert(breaking())
        assert registry.study("NCT90000001") is None
        assert registry.count() == COUNT
        registry.upsert([entry("NCT90000001")])
        assert registry.count() == COUNT + 1


def test_replace_all_removes_the_rest_with_what_hangs_on_it(path: Path) -> None:
    with open_registry(path) as registry:
        study = registry.study("NCT04862663")
        assert study is not None
        registry.store_compiled("1", [(study, b"x")])
        registry.replace_all([entry("NCT90000001")])
        assert [each.nct for each in registry.studies()] == ["NCT90000001"]
        assert registry.compiled_numbers("1") == frozenset()
        assert registry.search("capivasertib") == ()
        assert registry.check() == ()
        assert registry.snapshot_date == dt.date(2026, 1, 1)
        registry.replace_all([])
        assert registry.studies() == ()
        assert registry.snapshot_date is None
        assert "none" in registry.credit


def test_duplicates_in_one_update_leave_one_study(path: Path) -> None:
    with open_registry(path) as registry:
        changes = registry.replace_all([entry("NCT90000001", "First"), entry("NCT90000001", "Second")])
        assert (changes.added, changes.changed) == (("NCT90000001",), ("NCT90000001",))
        assert [study.title for study in registry.studies()] == ["Second"]


@pytest.mark.parametrize(
    ("here", "comes", "taken"),
    [
        (entry("NCT90000001"), entry("NCT90000001", "New", "2026-02-01"), True),
        (entry("NCT90000001"), entry("NCT90000001", "New", "2025-02-01"), False),
        (entry("NCT90000001"), entry("NCT90000001", "New"), False),
        (entry("NCT90000001"), entry("NCT90000001", "New", taken=PartialDate(2026, 3)), True),
        (entry("NCT90000001"), entry("NCT90000001", "New", "2026-02-01", converted=True), False),
        (entry("NCT90000001", converted=True), entry("NCT90000001", "New", "2020-02-01"), True),
    ],
)
def test_only_newer_copies_replace_when_asked(path: Path, here: Entry, comes: Entry, taken: bool) -> None:
    with open_registry(path) as registry:
        registry.upsert([here])
        registry.upsert([comes], newer_only=True)
        study = registry.study("NCT90000001")
        assert study is not None
        assert (study.title == "New") is taken


# --- compiled criteria ---


def test_compiled_criteria_hold_until_the_study_or_the_reader_changes(path: Path) -> None:
    with open_registry(path) as registry:
        registry.upsert([entry("NCT90000001"), entry("NCT90000002")])
        studies = [study for study in registry.studies() if study.nct.startswith("NCT9")]
        registry.store_compiled("1", [(study, study.nct.encode()) for study in studies])
        assert registry.compiled("NCT90000001", "1") == b"NCT90000001"
        assert registry.compiled("NCT90000001", "2") is None
        assert registry.compiled_numbers("1") == {"NCT90000001", "NCT90000002"}

        registry.upsert([entry("NCT90000001", "Changed")])
        assert registry.compiled("NCT90000001", "1") is None
        registry.store_compiled("1", [(studies[0], b"from the study as it was")])
        assert registry.compiled("NCT90000001", "1") is None

        registry.store_compiled("2", [(studies[1], b"new")])
        assert registry.compiled_numbers("1") == frozenset()
        assert registry.compiled_numbers("2") == {"NCT90000002"}


def test_compiling_a_study_that_is_gone_is_no_error(path: Path) -> None:
    with open_registry(path) as registry:
        registry.store_compiled("1", [(read_study(entry("NCT90000001").record), b"x")])
        assert registry.compiled_numbers("1") == frozenset()


# --- growing old ---


def test_a_new_reader_reads_every_record_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_registry(path) as registry:
        registry.upsert([entry("NCT90000001")])
        kept = registry.study("NCT90000001")
        registry._connection.execute("UPDATE study SET reading = (SELECT reading FROM study LIMIT 1), about = 'other'")
    monkeypatch.setattr(rows, "reading_version", lambda: "another")
    with open_registry(path) as registry:
        assert registry.study("NCT90000001") == kept
        assert registry.count() == COUNT + 1
        assert len(registry.studies(relevant_only=True)) > 300
        assert registry.notices == ()
        assert registry.check() == ()


def test_a_newer_shipped_copy_brings_its_news_and_takes_nothing_away(path: Path) -> None:
    with open_registry(path) as registry:
        later = registry.study("NCT04862663")
        assert later is not None
        registry.upsert([entry("NCT90000001"), entry("NCT04862663", "Updated by sync", "2099-01-01")])
        registry._connection.execute("DELETE FROM study WHERE nct = 'NCT06380751'")
        registry._connection.execute("UPDATE note SET value = 'older' WHERE name = 'snapshot'")
    with open_registry(path) as registry:
        assert registry.study("NCT90000001") is not None
        assert registry.study("NCT06380751") is not None
        updated = registry.study("NCT04862663")
        assert updated is not None
        assert updated.title == "Updated by sync"


def test_an_older_form_is_brought_to_the_new_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = (*schema.MIGRATIONS, "CREATE TABLE later (nct TEXT);\nCREATE INDEX later_nct ON later (nct);\n")
    monkeypatch.setattr(schema, "MIGRATIONS", more)
    monkeypatch.setattr("abreast.trials.registry.store.MIGRATIONS", more)
    with open_registry(path) as registry:
        assert registry.count() == COUNT
        assert registry._rows("SELECT count(*) FROM later") == [(0,)]
        assert registry._rows("PRAGMA user_version") == [(len(more),)]


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(RegistryError, match="newer version of abreast") as error:
        open_registry(path)
    assert str(path) in str(error.value)
    assert path.read_bytes() == before


# --- damage ---


def set_aside(path: Path) -> list[Path]:
    """Files that were put away, without what SQLite keeps beside them."""
    found = path.parent.glob("registry.sqlite.damaged-*")
    return [file for file in found if not file.name.endswith(("-wal", "-shm", "-journal"))]


def _other_file(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not a database, but long enough to look like one\n" * 100),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut after the first page": lambda path: path.write_bytes(path.read_bytes()[:4096]),
    "header overwritten": lambda path: path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:]),
    "middle overwritten": lambda path: path.write_bytes(
        path.read_bytes()[:8192] + b"\xa5" * (path.stat().st_size - 16384) + path.read_bytes()[-8192:]
    ),
    "another application's": _other_file,
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_set_aside_and_made_anew(path: Path, how: str) -> None:
    DAMAGE[how](path)
    broken = path.read_bytes()
    with open_registry(path) as registry:
        assert len(registry.studies()) == COUNT
        assert registry.search("capivasertib")
        assert registry.check() == ()
        (notice,) = registry.notices
    (aside,) = set_aside(path)
    assert aside.name in notice
    assert aside.read_bytes() == broken  # nothing was deleted or changed


def test_a_kept_reading_that_cannot_be_decoded_is_damage(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE study SET reading = x'00ff' WHERE nct = 'NCT04862663'")
    connection.close()
    with open_registry(path) as registry:
        assert len(registry.studies()) == COUNT
        assert len(registry.notices) == 1


def test_damage_while_open_is_mended(path: Path) -> None:
    with open_registry(path) as registry:
        DAMAGE["middle overwritten"](path)
        assert len(registry.studies()) == COUNT
        assert registry.search("capivasertib")
        assert len(registry.notices) == 1


def test_check_finds_what_reading_does_not(path: Path) -> None:
    with open_registry(path) as registry:
        run = registry._connection.execute
        run("UPDATE record SET json = ? WHERE nct = 'NCT04862663'", (zlib.compress(b"{}"),))
        run("UPDATE record SET json = x'00' WHERE nct = 'NCT06380751'")
        run("PRAGMA foreign_keys = OFF")
        run("INSERT INTO compiled VALUES ('NCT00000000', '1', '', x'00')")
        assert sorted(registry.check()) == [
            "a row of compiled belongs to no study",
            "the record of NCT04862663 is not what was stored",
            "the record of NCT06380751 is not what was stored",
        ]


def test_where_nothing_can_be_written_the_shipped_copy_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with open_registry(tmp_path / "file" / "registry.sqlite") as registry:
        assert registry.count() == COUNT
        assert registry.search("capivasertib")
        (notice,) = registry.notices
    assert "cannot be kept" in notice
    assert str(tmp_path) in notice


def test_what_a_killed_build_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".registry.sqlite.abc123").write_bytes(b"half a registry")
    with open_registry(tmp_path / "registry.sqlite") as registry:
        assert registry.count() == COUNT
    assert not (tmp_path / ".registry.sqlite.abc123").exists()


# --- several at once ---


def _open_and_count(path: str, results: Any, start: Any) -> None:
    start.wait()
    with open_registry(Path(path)) as registry:
        results.put((registry.count(), len(registry.studies()), registry.notices))


def _race(path: Path, processes: int) -> list[tuple[int, int, tuple[str, ...]]]:
    context = multiprocessing.get_context("spawn")
    results, start = context.Queue(), context.Event()
    workers = [context.Process(target=_open_and_count, args=(str(path), results, start)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    start.set()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    return found


def test_several_first_uses_at_once_build_one_registry(tmp_path: Path) -> None:
    path = tmp_path / "new" / "registry.sqlite"
    assert _race(path, 4) == [(COUNT, COUNT, ())] * 4
    with open_registry(path) as registry:
        assert registry.check() == ()
    assert sorted(file.name for file in path.parent.iterdir()) == [".registry.lock", "registry.sqlite"]


def test_several_find_the_same_damage_and_one_mends_it(path: Path) -> None:
    DAMAGE["text"](path)
    found = _race(path, 3)
    assert [(count, studies) for count, studies, _ in found] == [(COUNT, COUNT)] * 3
    assert sum(bool(notices) for *_, notices in found) == 1
    assert len(set_aside(path)) == 1


def test_one_writes_while_others_read(path: Path) -> None:
    with open_registry(path) as registry, open_registry(path) as reader:
        with registry.writing():
            rows.upsert(registry._connection, [entry("NCT90000001")], newer_only=False)
            assert reader.count() == COUNT
        assert reader.count() == COUNT + 1


def test_one_registry_serves_several_threads(shipped: Registry) -> None:
    counts: list[int] = []

    def read() -> None:
        for _ in range(5):
            counts.append(len(shipped.studies()) + len(shipped.search("fulvestrant")) * 0)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [COUNT] * 20
