"""C-CDA: what a portal's XML says comes out as facts; what is denied, planned or dangerous does not."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from abreast.foundation.errors import InputError
from abreast.intake.files import read_file
from abreast.intake.model import Intake
from abreast.vocabulary import Vocabulary

PORTAL = (Path(__file__).parents[2] / "data" / "ccda" / "portal.xml").read_bytes()
EMPTY = b'<ClinicalDocument xmlns="urn:hl7-org:v3">%s</ClinicalDocument>'


@pytest.fixture(scope="module")
def portal(vocabulary: Vocabulary) -> Intake:
    return read_file(PORTAL, "portal.xml", vocabulary)


def said(read: Intake, attribute: str, certainty: str = "certain") -> list[object]:
    found = [fact for fact in read.facts if fact.attribute == attribute and fact.certainty == certainty]
    return [fact.value for fact in found]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("sex", "female"),
        ("zip", "62704"),
        ("cancer", "breast"),
        ("side", "left"),
        ("er.status", "positive"),
        ("her2.status", "negative"),
    ],
)
def test_a_value_of_an_entry(portal: Intake, attribute: str, value: str) -> None:
    assert said(portal, attribute) == [value]


@pytest.mark.parametrize(
    ("attribute", "field", "values"),
    [
        ("metastasis", "site", {"bone"}),  # brain is denied
        ("therapy", "drug", {"letrozole", "ribociclib"}),  # capecitabine is denied, and planned
        ("surgery", "procedure", {"lumpectomy"}),  # the mastectomy is planned
        ("family_history", "relation", {"mother"}),
    ],
)
def test_items_of_a_list(portal: Intake, attribute: str, field: str, values: set[str]) -> None:
    items = [fact for fact in portal.facts if fact.attribute == attribute and fact.certainty == "certain"]
    assert {value for fact in items for value in fact.fields.get(field, ())} == values


def test_the_days_of_a_treatment(portal: Intake) -> None:
    letrozole = next(fact for fact in portal.facts if fact.fields.get("drug") == ("letrozole",))
    assert (str(letrozole.get("start")), str(letrozole.get("end"))) == ("2021-04-15", "2025-06-01")
    ribociclib = next(fact for fact in portal.facts if fact.fields.get("drug") == ("ribociclib",))
    assert ribociclib.get("end") is None


def test_a_result_has_its_normal_range(portal: Intake) -> None:
    platelets = next(fact for fact in portal.facts if fact.attribute == "platelets")
    assert platelets.value.low == 212  # type: ignore[union-attr]
    assert platelets.value.normal_low == 150  # type: ignore[union-attr]
    assert str(platelets.date) == "2026-10-30"


def test_no_known_allergy_is_a_denial(portal: Intake) -> None:
    assert [fact.absent for fact in portal.facts if fact.attribute == "allergy"] == [True]


def test_a_note_waits_for_a_yes_and_names_its_section(portal: Intake) -> None:
    liver = next(fact for fact in portal.facts if fact.fields.get("site") == ("liver",))
    assert liver.certainty == "unconfirmed"
    assert "Pathology study" in liver.source.place
    assert liver.source.quote.startswith("Liver, core biopsy")
    assert said(portal, "her2.ihc", "unconfirmed") == ["1+"]


def test_what_became_no_fact_is_told(portal: Intake) -> None:
    told = " / ".join(f"{one} {one.type}" for one in portal.unused)
    for words in ("refuted", "not-taken", "Creatinine", "Simple mastectomy", "plan of treatment"):
        assert words in told


@pytest.mark.parametrize(
    ("status", "expected"), [("55561003", "present"), ("413322009", "resolved"), ("73425007", "past")]
)
def test_the_status_of_a_problem(vocabulary: Vocabulary, status: str, expected: str) -> None:
    problem = f"""<component><structuredBody><component><section><code code="11450-4"/><title>Problems</title>
      <entry><act><templateId root="2.16.840.1.113883.10.20.22.4.3"/><statusCode code="active"/>
      <entryRelationship><observation><templateId root="2.16.840.1.113883.10.20.22.4.4"/>
      <value code="E11.9" codeSystem="2.16.840.1.113883.6.90" displayName="Type 2 diabetes mellitus"/>
      <entryRelationship><observation><code code="33999-4"/>
      <value code="{status}" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>
      </observation></entryRelationship></act></entry></section></component></structuredBody></component>"""
    read = read_file(EMPTY % problem.encode(), "x.xml", vocabulary)
    assert [fact.fields["status"] for fact in read.facts if fact.attribute == "illness"] == [(expected,)]


@pytest.mark.parametrize(
    ("value", "low", "high", "open_"),
    [
        ('<value xsi:type="IVL_PQ"><high value="3" unit="mg/dL" inclusive="false"/></value>', None, 3, True),
        ('<value xsi:type="PQ" value="1.1" unit="mg/dL"/>', 1.1, 1.1, False),
        ('<value xsi:type="IVL_PQ"><low value="1" unit="mg/dL"/><high value="2" unit="mg/dL"/></value>', 1, 2, False),
    ],
)
def test_values_of_every_shape(vocabulary: Vocabulary, value: str, low: float | None, high: float, open_: bool) -> None:
    section = f"""<component><structuredBody><component><section xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <title>Results</title><entry><observation moodCode="EVN">
      <code code="1975-2" codeSystem="2.16.840.1.113883.6.1" displayName="Bilirubin.total"/>
      <effectiveTime value="20261001"/>{value}</observation></entry>
      </section></component></structuredBody></component>"""
    read = read_file(EMPTY % section.encode(), "x.xml", vocabulary)
    (bilirubin,) = [fact.value for fact in read.facts if fact.attribute == "bilirubin"]
    assert bilirubin.high == high  # type: ignore[union-attr]
    assert low is None or bilirubin.low == low  # type: ignore[union-attr]
    assert bilirubin.high_open is open_  # type: ignore[union-attr]


def test_a_document_that_is_a_text_in_an_envelope(vocabulary: Vocabulary) -> None:
    note = base64.b64encode(b"PATHOLOGY\nInvasive ductal carcinoma. ER positive (95%). PR negative (0%). HER2 IHC 0.")
    body = (
        b'<component><nonXMLBody><text mediaType="text/plain" representation="B64">%s</text></nonXMLBody></component>'
    )
    read = read_file(EMPTY % (body % note), "letter.xml", vocabulary)
    assert "positive" in said(read, "er.status", "unconfirmed")


BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><ClinicalDocument>&c;</ClinicalDocument>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<ClinicalDocument><title>&f;</title></ClinicalDocument>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BILLION, "entities"),
        (OUTSIDE, "entities"),
        (PORTAL[: len(PORTAL) // 2], "cut off or damaged"),
        (b"<ClinicalDocument" + b"><a" * 5000 + b">" + b"</a>" * 5000, "cut off or damaged"),
        (b"<ClinicalDocument>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</ClinicalDocument>", "nested too deeply"),
        (b"<html><body>log in first</body></html>", "a web page, not the record itself; open it"),
        (b"<?xml version='1.0'?><report/>", "found other XML"),
        (b"<?xml version='1.0'?><Other note='ClinicalDocument'/>", "found 'Other'"),
        (b'<?xml version="1.0" encoding="klingon"?><ClinicalDocument/>', "encoding|damaged"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_by_name(vocabulary: Vocabulary, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_file(content, "record.xml", vocabulary)
    assert "record.xml" in str(caught.value)
