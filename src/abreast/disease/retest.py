"""Gene results that growth has overtaken: a change that was not found may have come since."""

from __future__ import annotations

from collections.abc import Iterator

from abreast.case import Case, Fact, Source
from abreast.case.implied import progressed
from abreast.disease.derivations import AcquiredGene, Knowledge
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import mark
from abreast.vocabulary import Relation, Vocabulary

RULE = mark("the cancer grew after the test that did not find it")


def retest_facts(case: Case, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield each gene change that may have come since its last negative result, as a suspected finding of the tumor.

    This is so when every result that denies the change is dated, the cancer surely grew after all of them, and
    treatment under which the change arises had begun by then. What is suspected decides nothing: it only keeps the
    denial from answering for a time that it does not speak of. Whether the change is there stays open.

    Source: ASCO rapid recommendation update on testing for ESR1 mutations, 2023 (``data/acquired.yaml``).
    """
    for acquired in knowledge.acquired:
        denials = [fact for fact in case.denials("variant") if _denies(case.vocabulary, fact, acquired.gene)]
        grown = _growth_since(case, denials, acquired) if denials else None
        if grown is not None:
            day, growth = grown
            used = (*(fact.id for fact in denials), growth.id)
            yield Fact(
                "variant",
                fields={"gene": (acquired.gene,), "origin": ("somatic",)},
                date=day,
                certainty="suspected",
                source=Source("derived", rule=RULE, facts=used, citations=knowledge.acquired_citations),
                id=f"variant:{acquired.gene}:since-growth",
            )


def _denies(vocabulary: Vocabulary, denial: Fact, gene: str) -> bool:
    """Whether a denial speaks of this gene in the tumor."""

    def among(terms: str, asked: str, name: str) -> bool:
        said = denial.fields.get(name, ())
        return not said or any(
            isinstance(one, str) and vocabulary.relate(terms, asked, one) is Relation.IS for one in said
        )

    certain = denial.certainty == "certain"
    return certain and among("gene", gene, "gene") and among("variant_origin", "somatic", "origin")


def _growth_since(case: Case, denials: list[Fact], acquired: AcquiredGene) -> tuple[PartialDate, Fact] | None:
    """Return the latest growth under such treatment that surely came after all of these results."""
    tested = [fact.date for fact in denials]
    since = [
        (day, fact)
        for day, fact in _growths(case)
        if all(test is not None and test.latest < day.earliest for test in tested) and _had(case, acquired.under, day)
    ]
    return max(since, key=lambda one: (one[0].earliest, one[1].id), default=None)


def _growths(case: Case) -> Iterator[tuple[PartialDate, Fact]]:
    """Yield each dated growth on record, and the fact that tells it."""
    for fact in (*case.about("progression.date"), *case.about("progressing"), *case.items("therapy")):
        if fact.certainty != "certain":
            continue
        if isinstance(fact.value, PartialDate):
            yield fact.value, fact
        elif fact.value is True and fact.date is not None:
            yield fact.date, fact
        elif progressed(case.vocabulary, fact) and isinstance(end := fact.get("end"), PartialDate):
            yield end, fact


def _had(case: Case, drug: str, by: PartialDate) -> bool:
    """Whether treatment with a drug of this class had begun by a day, as far as its dates tell."""
    for item in case.items("therapy"):
        start = item.get("start")
        begun = not isinstance(start, PartialDate) or start.earliest <= by.latest
        drugs = [one for one in item.fields.get("drug", ()) if isinstance(one, str)]
        if (
            item.certainty == "certain"
            and begun
            and any(case.vocabulary.relate("drug", one, drug) is Relation.IS for one in drugs)
        ):
            return True
    return False


__all__ = ["retest_facts"]
