"""Case files: what a person writes, what comes of it, and what they are told when it is not in order."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from abreast.case import Case, Fact, Settlement, Source
from abreast.case.doubts import doubts
from abreast.case.file import read_case, write_case
from abreast.case.schema import case_schema
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import CaseError, InputError
from abreast.vocabulary import Quantity, Vocabulary

GOOD = """\
abreast: case/1
label: Ada
facts:
- is: birth_date
  value: 1973-04
- is: er.percent
  value: 90 %
  date: 2019-04-01
  specimen: liver biopsy
  source: {kind: report, file: path.pdf, place: page 2, quote: "ER: 90%"}
- is: her2.ihc
  value: 0
- is: creatinine
  value: 88 µmol/L
- is: ast
  value: 31 U/L (normal 10 to 40)
- is: pregnant
  value: no
- {is: therapy, drug: Ibrance, start: 2019-09, setting: metastatic, outcome: [progression, intolerance]}
- {is: metastasis, site: brain, absent: true, as_of: 2024-02-03}
- {is: metastasis, site: bone, date: 2019, certainty: suspected}
complete:
- therapy
settled:
- {attribute: er.percent, fact: "er.percent:1"}
"""


def test_a_friendly_file(vocabulary: Vocabulary) -> None:
    case = read_case(GOOD, "ada.yaml", vocabulary)
    born, er, ihc, creatinine, ast, pregnant, drug, no_brain, bone = case.facts
    assert case.label == "Ada"
    assert born.value == PartialDate(1973, 4)
    assert er.value == Quantity.exact(90, "%")
    assert (er.date, er.specimen) == (PartialDate(2019, 4, 1), "liver biopsy")
    assert er.source == Source("report", file="path.pdf", place="page 2", quote="ER: 90%")
    assert ihc.value == "0", "a number where a term is meant is that term"
    assert creatinine.value == Quantity.exact(88, "umol/L"), "units become their UCUM codes"
    assert ast.value == Quantity(31, 31, "U/L", normal_low=10, normal_high=40)
    assert pregnant.value is False
    assert drug.fields["drug"] == ("palbociclib",), "brand names are understood"
    assert drug.fields["outcome"] == ("progression", "intolerance")
    assert no_brain.absent
    assert no_brain.date == PartialDate(2024, 2, 3)
    assert bone.get("date") == PartialDate(2019), "a list with a date of its own keeps it as a field"
    assert bone.date is None
    assert bone.certainty == "suspected"
    assert case.is_complete("therapy")
    assert case.settled == (Settlement("er.percent", "er.percent:1"),)


def test_a_fact_without_a_source_says_where_it_stands(vocabulary: Vocabulary) -> None:
    case = read_case(GOOD, "ada.yaml", vocabulary)
    assert case.facts[0].source == Source("file", file="ada.yaml", place="line 4")
    as_json = '{"abreast": "case/1",\n "facts": [\n  {"is": "sex", "value": "female"}]}'
    assert read_case(as_json, "ada.json", vocabulary).facts[0].source.place == "line 3"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{is: er.precent, value: 90 %}", "there is no attribute 'er.precent' (did you mean 'er.percent'?)"),
        ("{is: er.percent, valeu: 90 %}", "er.percent has no 'valeu' (did you mean 'value'?)"),
        ("{is: er.percent, value: 90}", "expected a number with its unit, such as '90 %'"),
        ("{is: er.percent, value: 90 furlongs}", "the unit 'furlongs' is not known; expected one such as '%'"),
        ("{is: er.percent, value: 90 kg}", "'kg' cannot be turned into '%'"),
        ("{is: er.percent, value: strong}", "expected a number such as 90, <1, or 20 to 30"),
        ("{is: er.percent}", "expected a number for er.percent, found nothing"),
        ("{is: pregnant, value: maybe}", "expected yes or no for pregnant, found 'maybe'"),
        ("{is: birth_date, value: 1973-13}", "month must be in 1..12"),
        ("{is: birth_date, value: spring}", "expected a date such as 2024, 2024-03 or 2024-03-09, found 'spring'"),
        ("{is: her2.status, value: lo}", "her2.status has no value 'lo'; it may be low"),
        ("{is: zip, value: 2134}", "expected text for zip, found 2134; text that looks like a number needs quotes"),
        ("{is: sex, value: female, absent: true}", "expected 'absent: true' only with an item of a list"),
        ("{is: therapy, value: letrozole}", "therapy is a list: give its fields (drug, setting"),
        ("{is: therapy, drug: letrozol}", "therapy.drug has no value 'letrozol'; it may be letrozole"),
        ("{is: therapy, drgu: letrozole}", "therapy has no 'drgu' (did you mean 'drug'?)"),
        ("{is: therapy, drug: letrozole, certainty: sure}", "certainty to be one of certain, suspected, unconfirmed"),
        ("{is: sex, value: female, source: {kind: derived}}", "what was worked out is not written"),
        ("{is: sex, value: female, source: {kind: file, page: 2}}", "there is no 'page' here (did you mean 'place'?)"),
        ("{is: ecog, value: {low: 2, high: 1, unit: ''}}", "expected low to be at most high"),
        ("[1, 2]", "expected a fact such as {is: er.percent, value: 90 %}"),
        ("{value: 90 %}", "expected 'is:' with the name of an attribute"),
    ],
)
def test_one_wrong_entry(vocabulary: Vocabulary, entry: str, expected: str) -> None:
    text = f"abreast: case/1\nfacts:\n- {{is: sex, value: female}}\n- {entry}\n"
    with pytest.raises(CaseError) as raised:
        read_case(text, "ada.yaml", vocabulary)
    message = str(raised.value)
    assert message.startswith("ada.yaml: ")
    assert "line 4" in message
    assert expected in message


def test_all_problems_are_told_at_once(vocabulary: Vocabulary) -> None:
    text = """\
abreast: case/2
fakts: []
facts:
- {is: sex, value: women of all ages}
- {is: ecog, value: 1, id: a}
- {is: ecog, value: 2, id: a}
complete: [therapy, sex, surgery, therapies]
settled: [{attribute: nothing, fact: a}]
"""
    with pytest.raises(CaseError) as raised:
        read_case(text, "ada.yaml", vocabulary)
    lines = str(raised.value).splitlines()
    assert [line.strip().split(":")[0] for line in lines[1:]] == [
        "line 1",
        "line 2",
        "line 4 (sex)",
        "two facts have the id 'a'; an id must be given once, or left out",
        "line 7",
        "line 7",
        "line 8",
    ]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("abreast: [", "a.yaml", "a.yaml, line"),
        ("", "a.yaml", "expected a case file, which begins with 'abreast: case/1'"),
        ('{"abreast": "case/1",\n "facts": [}', "a.json", "a.json, line 2: not readable as JSON"),
        ('{"abreast": "case/1", "label": "a", "label": "b"}', "a.json", "the key 'label' stands twice"),
        ("abreast: case/1\nfacts: {is: sex}", "a.yaml", "expected a list under 'facts:'"),
        ("abreast: case/1\nlabel: [1]\nfacts: []", "a.yaml", "expected a name in quotes"),
    ],
)
def test_text_that_is_no_case_file(vocabulary: Vocabulary, text: str, name: str, expected: str) -> None:
    with pytest.raises(InputError) as raised:
        read_case(text, name, vocabulary)
    assert expected in str(raised.value)


def test_written_files_are_plain(vocabulary: Vocabulary) -> None:
    case = Case.of(
        vocabulary,
        [
            Fact("birth_date", PartialDate(1973, 4, 1), source=Source("answer", place="birth_date")),
            Fact("therapy", fields={"drug": ("letrozole",), "start": (PartialDate(2019, 9),)}, source=Source("file")),
            Fact("extent", "metastatic", source=Source("derived", rule="stage IV", facts=("x",))),
        ],
    )
    assert write_case(case) == (
        "abreast: case/1\n"
        "facts:\n"
        "- is: birth_date\n"
        "  value: 1973-04-01\n"
        "  id: birth_date:1\n"
        "  source:\n"
        "    kind: answer\n"
        "    place: birth_date\n"
        "- is: therapy\n"
        "  drug: letrozole\n"
        "  start: 2019-09\n"
        "  id: therapy:1\n"
        "  source:\n"
        "    kind: file\n"
    )
    assert json.loads(write_case(case, "json"))["facts"][0]["value"] == "1973-04-01"


def test_no_field_of_a_list_hides_a_key_of_a_fact(vocabulary: Vocabulary) -> None:
    """Only ``date`` and ``specimen`` may be names of fields, too: they have a second name (``as_of``, ``sample``)."""
    keys = {"is", "value", "absent", "as_of", "certainty", "sample", "note", "id", "refines", "source"}
    for known in vocabulary.attributes.values():
        assert keys.isdisjoint(known.fields), known.id


def test_doubts_are_told_and_stop_nothing(vocabulary: Vocabulary) -> None:
    case = read_case(
        """\
abreast: case/1
facts:
- {is: birth_date, value: 2030-01-01}
- {is: therapy, drug: letrozole, start: 2020-05, end: 2019-01}
- {is: therapy, drug: letrozole, start: 2019-01, end: 2027-05}
- {is: er.percent, value: 900 %}
""",
        "ada.yaml",
        vocabulary,
    )
    told = doubts(case, dt.date(2026, 11, 21))
    assert told[:2] == (
        "birth_date:1: birth_date 2030-01-01 is still to come",
        "therapy:1: it ends (2019-01) before it begins (2020-05)",
    )
    if vocabulary.attribute("er.percent").plausible:
        assert told[2].startswith("er.percent:1: 900 % is unusual")


def test_the_schema_names_every_attribute(vocabulary: Vocabulary) -> None:
    schema = case_schema(vocabulary)
    assert schema["$defs"]["fact"]["properties"]["is"]["enum"] == list(vocabulary.attributes)
    assert all(f"is.{name}" in schema["$defs"] for name in vocabulary.attributes)
