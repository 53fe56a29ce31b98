"""A plan on a page, as JSON and on the terminal: nothing is lost, nothing is asked of the network, text stays text."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.console import Console

from abreast.case import Case
from abreast.foundation.errors import InputError
from abreast.foundation.language import say_iso
from abreast.outputs import plan_html, plan_json, print_plan, read_plan
from abreast.plan import Plan
from abreast.vocabulary import Vocabulary
from tests.plans import plan_without_trials, sample_facts
from tests.unit.outputs.page import Page


@pytest.fixture(scope="module")
def plan(vocabulary: Vocabulary) -> Plan:
    return plan_without_trials(Case.of(vocabulary, sample_facts(vocabulary)))


def test_the_page_is_whole_and_loads_nothing(plan: Plan) -> None:
    text = plan_html(plan)
    page = Page.of(text)
    assert page.open == []
    assert page.loads == []
    assert "<script" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_every_link_inside_the_page_leads_somewhere_and_no_id_stands_twice(plan: Plan) -> None:
    page = Page.of(plan_html(plan))
    assert len(page.ids) == len(set(page.ids))
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids), inside - set(page.ids)


def test_every_line_of_the_plan_stands_on_the_page(plan: Plan) -> None:
    shown = plan_html(plan).replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    shown = shown.replace("&amp;", "&")
    for option in plan.options:
        assert option.name in shown
        assert option.question in shown
    for test in plan.tests:
        assert test.question in shown
    for warning in plan.warnings:
        assert warning.act in shown
    for source in plan.sources.values():
        assert source.title in shown


def test_text_from_a_record_stays_text(plan: Plan) -> None:
    hostile = msgspec.structs.replace(plan, label='<script>alert("x")</script>')
    assert "<script>" not in plan_html(hostile)


def test_json_comes_back_equal(plan: Plan) -> None:
    assert read_plan(plan_json(plan), "plan.json") == plan


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"{", b'{"schema": 99}'])
def test_what_is_no_plan_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(InputError, match=r"plan\.json"):
        read_plan(content, "plan.json")


def test_the_summary_is_short_and_plain_when_not_on_a_terminal(plan: Plan) -> None:
    written = io.StringIO()
    print_plan(plan, Console(file=written, soft_wrap=True, width=100))
    text = written.getvalue()
    assert "What you have" in text
    assert not re.search(r"\x1b\[", text)
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize(
    ("iso", "said"),
    [("2024-03-09", "9 March 2024"), ("2024-03", "March 2024"), ("2024", "2024"), ("", ""), ("soon", "soon")],
)
def test_iso_dates_are_said_in_words(iso: str, said: str) -> None:
    assert say_iso(iso) == said
