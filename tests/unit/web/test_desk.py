"""What the person says is on the disk before the next page, and what a record says is never asked again."""

from __future__ import annotations

import stat
from importlib import resources
from pathlib import Path

import pytest

from abreast.disease import derive
from abreast.foundation.errors import InputError
from abreast.session import Bench
from abreast.web.desk import Desk, NothingOpen
from abreast.web.interview import CONFLICT, sides
from abreast.web.questions import NotAnAnswer
from abreast.web.store import Store

from .conftest import TODAY

SAMPLE = "app_TrialMatching_Patient02.json"
DISAGREEING = "Bundle-mcode-patient-bundle-jenny-m.json"
CONTRADICTING = "service_patient_data.json"


def sample(name: str) -> tuple[str, bytes]:
    return name, resources.files("abreast.intake").joinpath("samples", name).read_bytes()


def again(desk: Desk, bench: Bench) -> Desk:
    """Return a desk as a new start of the program finds it."""
    other = Desk(Store(desk.store.folder), lambda: bench, lambda: TODAY)
    other.open_saved(desk.store.saved()[0].name)
    return other


def ask(desk: Desk, question: str, *answer: str) -> None:
    desk.answer(desk.question(question).question, {"answer": list(answer)})


def test_every_answer_is_on_the_disk_readable_by_its_owner_only(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    desk.not_known(desk.question("er.status").question)
    other = again(desk, bench)
    assert other.opened().case == desk.opened().case
    assert other.opened().notes == desk.opened().notes
    for file in desk.store.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.store.folder.stat().st_mode) == 0o700


def test_an_answer_given_in_another_window_is_never_overwritten(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    other = again(desk, bench)
    ask(desk, "er.status", "positive")  # that it was opened elsewhere changes nothing
    with pytest.raises(InputError, match="changed in another window"):
        ask(other, "pr.status", "negative")
    other.open_saved(desk.store.saved()[0].name)
    ask(other, "pr.status", "negative")
    with pytest.raises(InputError, match="changed in another window"):
        desk.not_known(desk.question("her2.status").question)
    case = again(desk, bench).opened().case
    assert [case.read(name).value for name in ("er.status", "pr.status")] == ["positive", "negative"]


def test_a_locked_case_changed_in_another_window_is_not_overwritten(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    desk.lock("five words that nobody guesses", "five words that nobody guesses", "Ours")
    other = Desk(Store(desk.store.folder), lambda: bench, lambda: TODAY)
    other.open_saved(desk.store.saved()[0].name, "five words that nobody guesses")
    ask(desk, "er.status", "positive")
    with pytest.raises(InputError, match="changed in another window"):
        ask(other, "er.status", "negative")


def test_another_answer_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.begin_interview()
    ask(desk, "er.status", "positive")
    ask(desk, "er.status", "negative")
    assert [fact.value for fact in desk.opened().case.about("er.status")] == ["negative"]
    desk.not_known(desk.question("er.status").question)
    assert desk.opened().case.about("er.status") == ()


def test_what_is_no_answer_changes_nothing(desk: Desk) -> None:
    desk.begin_interview()
    before = desk.opened()
    with pytest.raises(NotAnAnswer):
        ask(desk, "stage.stated", "V")
    assert desk.opened() is before


def test_the_short_path_leaves_out_what_does_not_concern_the_person(desk: Desk) -> None:
    desk.begin_interview()
    asked = []
    answers = {"stage.stated": "III", "sex": "male"}
    while (following := desk.next()) is not None and following.short_path:
        asked.append(following.question.id)
        if following.question.id in answers:
            ask(desk, following.question.id, answers[following.question.id])
        else:
            desk.not_known(following.question)
    assert "metastasis" not in asked
    assert "menopause" not in asked
    assert asked[0] == "stage.stated"


def test_what_a_record_says_is_not_asked_again(desk: Desk) -> None:
    desk.add_uploads([sample(SAMPLE)])
    known = {fact.attribute for fact in desk.opened().case.facts}
    asked = []
    while (following := desk.next()) is not None and following.short_path:
        asked.append(following.question.attribute)
        desk.not_known(following.question)
    assert known.isdisjoint(asked)
    assert {"stage.stated", "therapy", "er.status"}.isdisjoint(asked)


@pytest.mark.parametrize(("record", "attribute"), [(DISAGREEING, "stage.stated"), (CONTRADICTING, "extent")])
def test_a_disagreement_is_put_as_a_choice_and_the_choice_counts(desk: Desk, record: str, attribute: str) -> None:
    desk.add_uploads([sample(record)])
    while (following := desk.next()) is not None and not following.question.id.startswith(CONFLICT):
        desk.not_known(following.question)
    assert following is not None, "the record contradicts itself, and no choice was put"
    assert following.question.attribute == attribute
    for side, _ in sides(desk.opened().case, attribute, TODAY)[:2]:
        ask(desk, following.question.id, side.id)
        reading = derive(desk.opened().case, TODAY).read(attribute)
        assert reading.value == side.value
        assert not reading.conflict
    later = desk.next()
    assert later is None or later.question.id != following.question.id


@pytest.mark.parametrize(
    ("attribute", "one", "other"), [("birth_date", "1961-11-02", "1969-12-04"), ("sex", "female", "male")]
)
def test_whose_record_it_is_is_asked_before_everything_else(desk: Desk, attribute: str, one: str, other: str) -> None:
    case = "abreast: case/1\nfacts:\n  - {{is: {}, value: {}}}\n"
    desk.add_uploads([(f"{value}.yaml", case.format(attribute, value).encode()) for value in (one, other)])
    following = desk.next()
    assert following is not None
    assert following.question.id == f"{CONFLICT}{attribute}"
    assert "about another person" in following.question.why
    desk.not_known(following.question)
    later = desk.next()
    assert later is not None
    assert later.short_path == 1


def test_a_disagreement_that_nobody_can_settle_stays_one(desk: Desk) -> None:
    desk.add_uploads([sample(CONTRADICTING)])
    while (following := desk.next()) is not None and not following.question.id.startswith(CONFLICT):
        desk.not_known(following.question)
    assert following is not None
    desk.not_known(following.question)
    assert "extent" in {one.attribute for one in desk.plan().conflicts}
    assert desk.next() != following


def test_the_question_after_the_short_path_is_the_one_that_decides_most(desk: Desk) -> None:
    desk.begin_interview()
    answers = {"stage.stated": "IV", "er.status": "positive", "pr.status": "positive", "her2.status": "low"}
    while (following := desk.next()) is not None and following.short_path:
        if following.question.id in answers:
            ask(desk, following.question.id, answers[following.question.id])
        else:
            desk.not_known(following.question)
    assert following is not None
    assert following.decides
    assert following.decides in {one.why for one in desk.plan().find_out_next}
    before = {one.question for one in desk.plan().find_out_next}
    ask(desk, following.question.id, following.question.choices[0].value)
    assert following.question.title in before
    assert desk.next() != following


def test_medicines_are_added_and_taken_back_and_may_be_all(desk: Desk) -> None:
    desk.begin_interview()
    desk.add_treatment({"drug": ["letrozole"]})
    desk.add_treatment({"drug": ["Ibrance"]})
    first, second = desk.opened().case.items("therapy")
    desk.remove_treatment(first.id)
    assert desk.opened().case.items("therapy") == (second,)
    ask(desk, "therapy", "all")
    assert desk.opened().case.is_complete("therapy")
    desk.not_known(desk.question("therapy").question)
    assert not desk.opened().case.is_complete("therapy")


def test_a_medicine_of_the_record_cannot_be_taken_back(desk: Desk) -> None:
    desk.add_uploads([sample(SAMPLE)])
    before = desk.opened().case.items("therapy")
    desk.remove_treatment(before[0].id)
    assert desk.opened().case.items("therapy") == before


def test_a_file_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    desk.begin()
    before = desk.opened()
    with pytest.raises(InputError, match=r"broken\.json"):
        desk.add_uploads([("broken.json", b'{"resourceType": "Bundle", "entry": [')])
    assert desk.opened() is before


def test_what_was_not_used_is_still_told_after_a_restart(desk: Desk, bench: Bench) -> None:
    desk.add_uploads([sample(CONTRADICTING)])
    assert desk.plan().not_understood
    assert again(desk, bench).plan().not_understood == desk.plan().not_understood


def test_the_plan_is_made_anew_only_when_something_changed(desk: Desk) -> None:
    desk.begin_interview()
    first = desk.plan()
    assert desk.plan() is first
    ask(desk, "stage.stated", "IV")
    assert desk.plan() is not first


def test_nothing_open_is_told(desk: Desk) -> None:
    with pytest.raises(NothingOpen):
        desk.plan()


def test_a_deleted_case_is_gone_with_its_notes(desk: Desk) -> None:
    desk.begin_interview()
    desk.delete(desk.opened().name)
    assert desk.open is None
    assert list(desk.store.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../case.yaml", "/etc/passwd", ".hidden.yaml", "case.txt", "", "x.notes.json"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "case.yaml").write_text("abreast: case/1")
    store = Store(tmp_path / "cases")
    with pytest.raises(InputError, match="no such case"):
        store.path(name)


def test_damaged_notes_do_not_lose_the_case(desk: Desk, bench: Bench) -> None:
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    next(desk.store.folder.glob("*.notes.json")).write_bytes(b"{")
    other = again(desk, bench)
    assert other.opened().case.read("stage.stated").value == "IV"
    assert other.opened().loaded.reading.problems
