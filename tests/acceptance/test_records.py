"""The records that ship, and the examples of the mCODE guide: what is read from each, and what is said of the rest."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

import abreast.intake
from abreast.case import Case, Fact
from abreast.foundation.errors import InputError
from abreast.intake import Intake, read_fhir
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SAMPLES = Path(abreast.intake.__file__).parent / "samples"
EXAMPLES = Path(__file__).parents[1] / "data" / "mcode"


def read(name: str) -> Intake:
    return read_fhir((SAMPLES / name).read_bytes(), name, VOCABULARY)


def values(intake: Intake, attribute: str) -> list[str]:
    return [str(fact.value) for fact in intake.facts if fact.attribute == attribute]


def items(intake: Intake, attribute: str, field: str) -> list[str]:
    return [str(fact.get(field)) for fact in intake.facts if fact.attribute == attribute and not fact.absent]


def test_patient_02_of_the_trial_matching_app() -> None:
    """Stage 4, bone only, ER+ PR+ HER2-, MSI positive, eleven drugs in sequence."""
    intake = read("app_TrialMatching_Patient02.json")
    assert values(intake, "birth_date") == ["1973-01-01"]
    assert set(values(intake, "stage.stated")) == {"IV"}
    assert values(intake, "histology") == ["invasive_ductal"]
    assert items(intake, "metastasis", "site") == ["bone"]
    assert (values(intake, "er.status"), values(intake, "pr.status")) == (["positive"], ["positive"])
    assert values(intake, "her2.status") == ["negative"]
    assert values(intake, "her2.ihc") == []  # a plain "negative" stays open between 0, 1+ and 2+/ISH-
    assert (values(intake, "msi"), values(intake, "tmb.status")) == (["high"], ["low"])
    assert items(intake, "variant", "gene") == ["CCND1", "FGFR1", "MDM2"]
    assert items(intake, "variant", "type") == ["amplification"] * 3
    assert items(intake, "therapy", "drug") == [
        *("exemestane", "anastrozole", "letrozole", "palbociclib", "fulvestrant"),
        *("capecitabine", "tamoxifen", "abemaciclib", "gemcitabine", "alpelisib"),
    ]
    assert items(intake, "medicine", "drug") == ["zoledronic_acid"]
    assert items(intake, "therapy", "ongoing") == ["False"] * 9 + ["True"]
    assert items(intake, "therapy", "start")[0] == "2019-06-01"
    assert set(items(intake, "therapy", "end")) == {"None"}
    assert items(intake, "radiation", "site") == ["breast", "breast", "pelvis_bone", "lumbar_spine"]
    assert items(intake, "surgery", "procedure") == ["lumpectomy"]
    assert values(intake, "ecog") == ["1"]
    assert (intake.unused, intake.problems) == ((), ())


def test_patient_01_of_the_trial_matching_app() -> None:
    """Stage 4, axillary node, liver and bone; two endocrine combinations."""
    intake = read("app_TrialMatching_Patient01.json")
    assert items(intake, "metastasis", "site") == ["axillary_node", "liver", "bone"]
    assert items(intake, "variant", "gene") == ["ESR1", "PIK3CA"]
    assert items(intake, "therapy", "drug") == ["leuprolide", "fulvestrant", "abemaciclib", "fulvestrant", "ribociclib"]
    assert intake.unused == ()


def test_a_record_that_contradicts_itself_keeps_both_sides() -> None:
    """Stage IIIA and spread to the lining of the brain; doses and operations twice; results of other people."""
    intake = read("service_patient_data.json")
    assert set(values(intake, "stage.stated")) == {"IIIA", "III"}
    assert items(intake, "metastasis", "site") == ["leptomeninges"]
    assert (values(intake, "her2.ihc"), values(intake, "her2.ish")) == (["3+"], ["not_amplified", "amplified"])
    assert values(intake, "her2.status") == ["positive"]
    assert values(intake, "her2.ratio") == []
    assert any("79930cdd" in problem and "a ratio of two limits" in problem for problem in intake.problems)
    assert values(intake, "er.percent") == [">=10 %"]
    assert items(intake, "therapy", "start") == ["2017-07-28", "2017-08-19", "2017-09-08"]  # sent twice, listed once
    assert (values(intake, "ecog"), values(intake, "karnofsky")) == (["3"], ["90 %"])
    unsure = {fact.attribute for fact in intake.facts if fact.certainty == "unconfirmed"}
    assert unsure == {"ecog", "karnofsky", "variant"}
    assert any("not the record's Patient" in problem for problem in intake.problems)


def test_a_record_with_holes() -> None:
    intake = read("service_patient_data_empty-cgv.json")
    assert items(intake, "variant", "gene") == ["STK11"]
    assert [str(one) for one in intake.unused] == ["entry[0]: the entry has no resource"]


def test_a_record_of_another_cancer() -> None:
    intake = read("ancora_patient_bundle.json")
    assert values(intake, "cancer") == ["colorectal"]
    assert values(intake, "zip") == ["75001"]
    assert values(intake, "birth_date") == ["1953"]
    assert values(intake, "stage.stated") == []  # the stage of a colon cancer
    assert (values(intake, "ecog"), values(intake, "karnofsky")) == (["3"], ["60 %"])


def test_the_whole_history_of_an_early_cancer() -> None:
    intake = read("Bundle-mcode-patient-bundle-jenny-m.json")
    assert values(intake, "side") == ["left"]
    assert (values(intake, "t.clinical"), values(intake, "n.clinical"), values(intake, "m.clinical")) == (
        ["T3"],
        ["N0"],
        ["M0"],
    )
    assert items(intake, "therapy", "drug") == ["cyclophosphamide", "doxorubicin", "paclitaxel", "anastrozole"]
    assert set(items(intake, "therapy", "setting")) == {"curative"}
    assert items(intake, "radiation", "dose") == ["60 Gy", "50 Gy"]
    assert values(intake, "tumor.size") == ["2.5 cm"]
    assert values(intake, "anc") == []
    assert any("3000 10*9/L cannot be right" in problem for problem in intake.problems)
    conflicts = Case.of(VOCABULARY, intake.facts).conflicts
    assert [reading.attribute for reading in conflicts] == [
        "stage.stated"
    ]  # IIIC in the condition, IIB in the observation


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.name)
def test_every_fact_can_be_followed_to_its_place(path: Path) -> None:
    intake = read(path.name)
    ids = {f"{r['resourceType']}/{r['id']}": r for r in _resources(json.loads(path.read_bytes())) if "id" in r}
    for fact in intake.facts:
        for place in fact.source.place.split("; "):
            label, _, where = place.partition(", ")
            if label in ids:
                assert _at(ids[label], where) is not None, place
            else:
                assert " at entry[" in label, place


def _resources(bundle: dict[str, object]) -> list[dict[str, object]]:
    entries = bundle["entry"]
    assert isinstance(entries, list)
    return [entry["resource"] for entry in entries if entry.get("resource")]


def _at(value: object, path: str) -> object:
    for step in path.split("."):
        name, _, index = step.partition("[")
        assert isinstance(value, dict)
        value = value.get(name)
        if index:
            assert isinstance(value, list)
            value = value[int(index.rstrip("]"))]
    return value


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_examples_of_the_guide(path: Path) -> None:
    """Each gives facts, or reasons, or (a resource that is about nobody) an error that names its type."""
    content = json.loads(path.read_bytes())
    get_fhir_model_class(content["resourceType"]).model_validate(content)  # the example itself is valid R4
    if content["resourceType"] in ("BodyStructure", "Group", "Organization", "Practitioner", "Specimen"):
        with pytest.raises(InputError, match=f"found {content['resourceType']}"):
            read_fhir(path.read_bytes(), path.name, VOCABULARY)
        return
    intake = read_fhir(path.read_bytes(), path.name, VOCABULARY)
    assert intake.facts or intake.unused


def test_gene_findings_of_the_guide() -> None:
    name = "Bundle-gx-genomic-bundle-adam-anyperson.json"
    intake = read_fhir((EXAMPLES / name).read_bytes(), name, VOCABULARY)
    found: list[Fact] = [fact for fact in intake.facts if fact.attribute == "variant"]
    assert [fact.get("gene") for fact in found if fact.absent] == ["KIT", "NRAS", "BRAF"]
    bap1 = next(fact for fact in found if fact.get("gene") == "BAP1")
    assert (bap1.get("alteration"), str(bap1.get("vaf")), bap1.get("origin")) == ("Q590*", "57.4 %", "somatic")
    assert [fact.get("gene") for fact in found if fact.get("type") == "loss"] == ["CDKN2A", "CDKN2B", "MTAP"]
    assert values(intake, "tmb") == ["57.1 {mut}/Mb"]


def test_a_large_record_takes_little_time() -> None:
    """2 MB, some 750 resources: well under a second (0.1 s on two cores)."""
    bundle = json.loads((SAMPLES / "Bundle-mcode-patient-bundle-jenny-m.json").read_bytes())
    patient, *others = bundle["entry"]
    entries = [patient]
    for number in range(20):
        for entry in others:
            resource = json.loads(json.dumps(entry["resource"]))
            resource["id"] += f"-{number}"
            entries.append({"resource": resource})
    content = json.dumps({**bundle, "entry": entries}).encode()
    assert len(content) > 2_000_000
    started = time.perf_counter()
    intake = read_fhir(content, "large.json", VOCABULARY)
    assert time.perf_counter() - started < 2
    assert len(intake.facts) > 20
