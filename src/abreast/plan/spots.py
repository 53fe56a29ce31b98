"""Where in the body the cancer is, as far as the record says: what a picture of the body marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from abreast.case import Fact
from abreast.foundation.language import gettext as _
from abreast.plan.model import Because, Spot
from abreast.plan.view import View
from abreast.plan.words import say_value

_NODES = ("n.clinical", "n.pathologic", "n.post_treatment")


def spots(view: View) -> tuple[Spot, ...]:
    """Return the places: the breast and its nodes first, then where it has spread to, in the order of the record.

    A place that the record denies is left out; one that it only suspects, or says is gone, is marked so.
    """
    return (*_breast(view), *_nodes(view), *_spread(view))


def _side(view: View) -> Literal["left", "right", "both", ""]:
    if view.case.read("bilateral").value is True:
        return "both"
    said = view.case.read("side").value
    return "left" if said == "left" else "right" if said == "right" else "both" if said == "bilateral" else ""


def _breast(view: View) -> Iterator[Spot]:
    cancer = view.case.read("cancer")
    if not cancer.facts or view.vocabulary.relate("cancer", str(cancer.value), "breast").value != "is":
        return
    taken = [fact for fact in view.case.items("surgery") if _is(view, fact, "procedure", ("lumpectomy", "mastectomy"))]
    facts = (*cancer.facts, *view.case.read("side").facts, *taken)
    because = Because(facts=tuple(fact.id for fact in facts))
    name = _("breast, operated on") if taken else _("breast, where it began")
    yield Spot(place="breast", name=name, standing="gone" if taken else "present", side=_side(view), because=because)


def _nodes(view: View) -> Iterator[Spot]:
    """Yield the nodes near the breast, when an N category counts cancer in them and no list names them."""
    listed = [fact for fact in view.case.items("metastasis") if _is(view, fact, "site", ("regional_node",))]
    found = [
        fact
        for name in _NODES
        for fact in (*view.case.read(name).facts, *view.case.read(name).doubtful)
        if view.vocabulary.relate("tnm_n", str(fact.value), "N+").value == "is"
    ]
    if found and not listed:
        because = Because(facts=tuple(fact.id for fact in found))
        yield Spot(
            place="regional_node",
            name=_("lymph nodes near the breast (%(category)s)") % {"category": found[-1].value},
            standing="suspected" if all(fact.certainty != "certain" for fact in found) else "present",
            side=_side(view),
            because=because,
        )


def _spread(view: View) -> Iterator[Spot]:
    field = view.vocabulary.field("metastasis", "site")
    for fact in view.case.items("metastasis"):
        status = fact.get("status")
        gone = status is not None and view.vocabulary.relate("lesion_status", str(status), "resolved").value == "is"
        for site in fact.fields.get("site", ()):
            yield Spot(
                place=str(site),
                name=say_value(site, field, view.vocabulary),
                standing="suspected" if fact.certainty != "certain" else "gone" if gone else "present",
                side=_side(view),
                because=Because(facts=(fact.id,)),
            )


def _is(view: View, fact: Fact, field: str, asked: tuple[str, ...]) -> bool:
    terms = view.vocabulary.field(fact.attribute, field).terms
    return any(
        view.vocabulary.relate(terms, str(value), one).value == "is"
        for value in fact.fields.get(field, ())
        for one in asked
    )


__all__ = ["spots"]
