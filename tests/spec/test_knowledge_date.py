"""Every form of a plan says how new its medical facts are: the month up to which the packs were looked through."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from abreast.evaluation.vignettes import plan_of, read_vignettes
from abreast.foundation.errors import KnowledgeError
from abreast.knowledge import load_knowledge
from abreast.knowledge.loader import COVERAGE, read_as_of
from abreast.outputs import plan_html, plan_json, print_plan
from abreast.plan.model import Plan
from abreast.vocabulary import load_vocabulary

SAID = "Medical facts as of July 2026"


@pytest.fixture(scope="module")
def plan() -> Plan:
    made, _, _ = plan_of(read_vignettes(Path(__file__).parent / "vignettes" / "second_set.jsonl")[0])
    return made


def test_the_packs_declare_it_and_a_newer_single_source_does_not_change_it() -> None:
    knowledge = load_knowledge(load_vocabulary())
    assert knowledge.as_of == "2026-07"
    assert max(one.date for one in knowledge.references.values()) > "2026-08"


def test_html_says_it(plan: Plan) -> None:
    assert SAID in plan_html(plan)


def test_json_says_it(plan: Plan) -> None:
    assert b'"knowledge_as_of": "July 2026"' in plan_json(plan)


def test_the_terminal_says_it(plan: Plan) -> None:
    written = StringIO()
    print_plan(plan, Console(file=written, width=200))
    assert SAID in written.getvalue()


@pytest.mark.parametrize("month", ["2026", "July 2026", "2026-13", ""])
def test_what_is_declared_is_a_month(month: str, tmp_path: Path) -> None:
    (tmp_path / COVERAGE).write_text(f"as_of: '{month}'\nwhy: because\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="a month such as"):
        read_as_of(tmp_path)
