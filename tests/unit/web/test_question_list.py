"""The list of questions to take along: nothing that was typed or picked is lost, and it changes no plan."""

from __future__ import annotations

import pytest

from abreast.outputs import plan_html
from abreast.outputs.question_list import PROPOSED, others
from abreast.session import Bench
from abreast.web.desk import Desk
from abreast.web.question_list import LONGEST_ANSWER, LONGEST_QUESTION, adding, changed, listed
from abreast.web.questions import NotAnAnswer

from .test_desk import again, ask


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A desk with a case of stage 4."""
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    return desk


def send(desk: Desk, **fields: str | list[str]) -> None:
    form = {name.replace("__", "-"): [value] if isinstance(value, str) else value for name, value in fields.items()}
    desk.keep_questions(changed(desk.opened().notes.questions, desk.plan(), form))


def ids(desk: Desk) -> list[str]:
    return [one.id for one in listed(desk)]


def test_as_long_as_nothing_is_picked_the_first_of_the_plan_are_proposed(asked: Desk) -> None:
    assert ids(asked) == [one.id for one in asked.plan().questions[:PROPOSED]]
    assert len(others(asked.plan(), listed(asked))) == len(asked.plan().questions) - PROPOSED


def test_questions_move_up_and_down_and_stay_within_the_list(asked: Desk) -> None:
    first, second, *rest = ids(asked)
    send(asked, do=f"up:{second}")
    assert ids(asked) == [second, first, *rest]
    send(asked, do=f"up:{second}")
    send(asked, do=f"down:{rest[-1]}")
    assert ids(asked) == [second, first, *rest]
    send(asked, do="up:nonsense")
    send(asked, do="nonsense:" + second)
    assert ids(asked) == [second, first, *rest]


def test_what_is_ticked_typed_and_noted_is_kept_whatever_button_is_pressed(asked: Desk, bench: Bench) -> None:
    before = ids(asked)
    more = asked.plan().questions[PROPOSED].id
    note = {f"answer-{before[0]}": ["Twice a week.\r\nThen once."]}
    form = {**note, "pick": [more], "own": ["  May my sister   come along? "], "do": [f"off:{before[1]}"]}
    asked.keep_questions(changed(asked.opened().notes.questions, asked.plan(), form))
    after = listed(again(asked, bench))
    assert [one.id for one in after] == [before[0], *before[2:], more, "own-1"]
    assert after[0].answer == "Twice a week.\nThen once."
    assert after[-1].text == "May my sister come along?"
    assert after[-1].own


def test_what_is_taken_off_can_be_put_back_with_its_note(asked: Desk) -> None:
    send(asked, own="May I fly?", answer__own__1="")
    send(asked, answer__own__1="Yes.", do="off:own-1")
    assert "own-1" not in ids(asked)
    assert others(asked.plan(), listed(asked), asked.opened().notes.questions.own)[0].text == "May I fly?"
    send(asked, pick="own-1")
    assert listed(asked)[-1].answer == "Yes."


def test_the_same_question_is_not_added_twice(asked: Desk) -> None:
    of_plan = asked.plan().questions[-1]
    send(asked, own="May I fly?")
    send(asked, own="May I  fly?")
    send(asked, own=of_plan.text)
    send(asked, own="  ")
    assert ids(asked)[PROPOSED:] == ["own-1", of_plan.id]


def test_a_question_that_the_plan_does_not_ask_any_more_stays_on_the_list(asked: Desk) -> None:
    gone = next(
        one for one in asked.bench().knowledge.questions if one.id not in {q.id for q in asked.plan().questions}
    )
    kept = asked.opened().notes.questions
    asked.keep_questions(type(kept)(picked=(gone.id, "nobody_knows_this"), own=kept.own, answers={gone.id: "No."}))
    assert [(one.text, one.in_plan, one.answer) for one in listed(asked)] == [(gone.text, False, "No.")]


def test_a_text_that_is_too_long_is_refused(asked: Desk) -> None:
    kept = asked.opened().notes.questions
    with pytest.raises(NotAnAnswer, match=str(LONGEST_QUESTION)):
        adding(kept, asked.plan(), "x" * (LONGEST_QUESTION + 1))
    with pytest.raises(NotAnAnswer, match=str(LONGEST_ANSWER)):
        send(asked, answer__a="x" * (LONGEST_ANSWER + 1))


def test_the_list_changes_no_plan_and_does_not_make_it_anew(asked: Desk) -> None:
    plan = asked.plan()
    send(asked, own="May I fly?")
    assert asked.plan() is plan


def test_the_page_to_keep_has_the_list_the_notes_and_lines_to_write_on(asked: Desk) -> None:
    send(asked, own="May I <fly>?", answer__own__1="Yes & no.")
    text = plan_html(asked.plan(), listed(asked))
    assert "May I &lt;fly&gt;?" in text
    assert "Yes &amp; no." in text
    assert text.index("Your list") < text.index("More questions you could ask")
