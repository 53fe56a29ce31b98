"""From findings to facts: certainty, places, what becomes no fact and why, and the person's yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from abreast.case import Fact
from abreast.cli.main import app
from abreast.foundation.language import use
from abreast.intake.model import Intake
from abreast.intake.report import accepted, intake_of, read_text
from abreast.vocabulary import Quantity, load_vocabulary

VOCABULARY = load_vocabulary()


def read(text: str) -> Intake:
    return intake_of(read_text(text, "r.txt"), VOCABULARY)


def facts(text: str, attribute: str) -> list[Fact]:
    return [fact for fact in read(text).facts if fact.attribute == attribute]


def test_nothing_is_certain_until_somebody_says_yes() -> None:
    found = read("Impression: liver metastases. Possible bone metastasis.").facts
    assert {fact.fields["site"][0]: fact.certainty for fact in found} == {"liver": "unconfirmed", "bone": "suspected"}
    assert {fact.fields["site"][0]: fact.certainty for fact in accepted(found)} == {
        "liver": "certain",
        "bone": "suspected",
    }


def test_a_denial_is_a_denial_of_that_place() -> None:
    (fact,) = facts("CT chest 02/03/2024\nFindings: No evidence of liver metastases.", "metastasis")
    assert fact.absent
    assert fact.fields == {"site": ("liver",)}


def test_a_result_keeps_the_laboratory_limits() -> None:
    text = (
        "RESULTS\nHemoglobin   10.2  g/dL  11.1-15.9\nAST   52  U/L  0-40\n"
        "ALT   61  U/L  0-32\nAlbumin   3.7  g/dL  3.8-4.9\n"
    )
    (fact,) = facts(text, "hemoglobin")
    assert fact.value == Quantity(10.2, 10.2, "g/dL", normal_low=11.1, normal_high=15.9)


def test_a_result_whose_unit_is_not_sure_becomes_no_fact() -> None:
    unused = read("Seen in clinic. Bilirubin 11, Hb 109, neutrophils 2.2.")
    assert {fact.attribute for fact in unused.facts} == {"hemoglobin", "anc"}
    assert [(one.type, one.why) for one in unused.unused if "bilirubin" in one.type] == [("Total bilirubin: 11", UNIT)]


UNIT = "its unit is not given, and without it the number may mean another value"


@pytest.mark.parametrize(
    ("line", "attribute", "unit"),
    [
        ("ANC 2.1", "anc", "10*9/L"),
        ("ANC 1800", "anc", "/uL"),
        ("neutrophils 55", "anc", ""),
        ("lymphocytes 12", "lymphocytes", ""),
        ("platelets 210", "platelets", "10*9/L"),
        ("platelets 210000", "platelets", "/uL"),
        ("platelets 2100", "platelets", ""),
        ("hemoglobin 11.2", "hemoglobin", "g/dL"),
        ("hemoglobin 112", "hemoglobin", "g/L"),
        ("hemoglobin 30", "hemoglobin", ""),
        ("AST 24", "ast", "U/L"),
        ("AST 0.4", "ast", ""),
        ("creatinine 0.9", "creatinine", ""),
        ("total bilirubin 0.5", "bilirubin", ""),
    ],
)
def test_a_result_without_a_unit_is_a_fact_only_where_the_number_tells_it(line: str, attribute: str, unit: str) -> None:
    found = read(f"Laboratory results 11/01/2026\n{line}\n")
    units = [fact.value.unit for fact in found.facts if isinstance(fact.value, Quantity)]
    assert units == ([unit] if unit else [])
    assert [one.why for one in found.unused if line in one.place] == ([] if unit else [UNIT]), attribute


def test_a_result_that_cannot_be_right_says_so() -> None:
    (one,) = [one for one in read("LABS\nCreatinine 900 mg/dL\n").unused if "900" in one.type]
    assert (one.type, one.why) == ("Creatinine: 900 mg/dL", "the number cannot be right with this unit")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Total bilirubin", "cancer cells in vessels (LVI): absent", "Drug treatments for the cancer")),
        ("es", ("Bilirrubina total", "células del cáncer en los vasos (LVI): ausente",
                "Tratamientos con medicamentos contra el cáncer")),
    ],
)  # fmt: skip
def test_what_became_no_fact_is_named_in_the_language_of_the_reader(language: str, said: tuple[str, str, str]) -> None:
    with use(language):
        found = read("Total bilirubin 0.5\nLVI: absent\nWe plan to start capecitabine.")
    bilirubin, vessels, drugs = said
    drug = {"en": "capecitabine", "es": "capecitabina"}[language]
    assert [one.type for one in found.unused] == [f"{bilirubin}: 0.5", vessels, f"{drugs}: {drug}"]
    assert len({one.why for one in found.unused}) == 3


def test_what_was_planned_is_listed_with_the_reason() -> None:
    found = read("Dear Dr A\nWe plan to start capecitabine. She declined docetaxel.")
    assert not [fact for fact in found.facts if fact.attribute == "therapy"]
    name = "Drug treatments for the cancer"
    reasons = {one.type: one.why for one in found.unused if one.type.startswith(name)}
    assert reasons == {f"{name}: capecitabine": "it is planned, not done", f"{name}: docetaxel": "it was declined"}


def test_parts_that_were_not_read_can_be_seen() -> None:
    assert any(
        "The weather was fine" in one.place for one in read("ER positive 95%. The weather was fine today.").unused
    )


def test_a_plan_of_reports_waits_for_the_yes(tmp_path: Path) -> None:
    report = tmp_path / "note.txt"
    report.write_text(
        "Clinic note 03/01/2025\nMetastatic breast cancer to bone. ER positive 90%, HER2 negative (IHC 0).\n"
    )
    out = str(tmp_path / "out")
    waiting = CliRunner().invoke(app, ["plan", str(report), "--out", out, "--today", "2026-11-21", "--quiet"])
    assert waiting.exit_code == 0
    assert "wait for your yes" in waiting.output
    taken = CliRunner().invoke(app, ["plan", str(report), "--accept-read", "--out", out, "--today", "2026-11-21"])
    assert "wait for your yes" not in taken.output
    assert "metastatic" in taken.output


def test_read_shows_words_and_places_and_writes_a_case_file(tmp_path: Path) -> None:
    report, to = tmp_path / "note.txt", tmp_path / "case.yaml"
    report.write_text("Collected 03/01/2025\nER: positive (90%)\n")
    done = CliRunner().invoke(app, ["read", str(report), "--to", str(to)])
    assert done.exit_code == 0
    assert "“ER: positive (90%)”" in done.output
    assert "page 1, line 2" in done.output
    assert "certainty: unconfirmed" in to.read_text()


def test_the_words_around_a_fact_are_its_quote() -> None:
    """Whoever says yes or no to it sees what stands before it; a sentence that is very long is cut between words."""
    long = (
        "We talked for a long time about many things that came before, " * 4
        + "no brain metastases were seen, "
        + "and then about others, " * 9
    )
    read = intake_of(
        read_text(f"MRI 03/01/2025\nNo brain metastases.\n\nLiver: metastases, new.\n{long}\n", "a.txt"), VOCABULARY
    )
    quotes = [fact.source.quote for fact in read.facts]
    assert "No brain metastases." in quotes
    assert "Liver: metastases, new." in quotes
    for quote in quotes:
        assert len(quote) <= 250
        assert not quote.startswith(" ")
