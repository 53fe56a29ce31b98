"""A plan as a FHIR R4 document: a Composition with a section for each part, in words that every reader can show.

The sections are those of the printed plan. Each names, as references, the facts of the case that it rests on (the
case's own resources are in the document), the publications behind it and the trials that it speaks of. It holds no
order and no request: it is a record of what a person may ask about.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

import msgspec

from abreast.case import Case
from abreast.foundation.language import current
from abreast.outputs.documents.blocks import (
    AnyBlock,
    Bullets,
    Card,
    Defined,
    Heading,
    Para,
    Reasons,
    Rules,
    Run,
    Sources,
    Table,
    Words,
)
from abreast.outputs.documents.plan_document import plan_document
from abreast.outputs.fhir.case_bundle import NAMESPACE, case_bundle, fact_addresses
from abreast.outputs.fhir.coding import ABSENT_REASON, OWN_CODES, Json, coding, concept, without_nothing
from abreast.plan import all_trials
from abreast.plan.model import Plan, PlanReference, PlanTrial

STUDY_STATUS = {"open": "active", "opening_soon": "approved", "closed": "closed-to-accrual"}
"""How a study stands, in the codes of FHIR R4's ResearchStudy; of others it is said that nobody knows."""

PHASES = {
    "EARLY_PHASE1": "early-phase-1",
    "PHASE1": "phase-1",
    "PHASE2": "phase-2",
    "PHASE3": "phase-3",
    "PHASE4": "phase-4",
    "NA": "n-a",
}
_PHASE = "http://terminology.hl7.org/CodeSystem/research-study-phase"
_REGISTRY = "https://clinicaltrials.gov"


def plan_fhir(plan: Plan, case: Case) -> bytes:
    """Return the document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(plan_bundle(plan, case)), indent=1) + b"\n"


def plan_bundle(plan: Plan, case: Case) -> Json:
    """Return the document bundle as plain values. The words are in the language of now."""
    record = case_bundle(case, _day(plan))
    addresses = _Addresses(plan, case, record["entry"][0]["fullUrl"])
    document = plan_document(plan)
    composition: Json = {
        "resourceType": "Composition",
        "id": addresses.own("composition"),
        "language": current(),
        "status": "final",
        "type": concept("Plan of care note", coding("loinc", "18776-5")),
        "subject": {"reference": addresses.patient},
        "date": plan.made,
        "author": [{"reference": f"urn:uuid:{addresses.own('abreast')}"}],
        "title": document.title,
        "section": list(_sections(document.body, addresses)),
    }
    composition["text"] = _narrative([Para((Run(words),)) for words in (document.title, *document.about)])
    device: Json = {
        "resourceType": "Device",
        "id": addresses.own("abreast"),
        "deviceName": [{"name": f"abreast {plan.abreast}", "type": "user-friendly-name"}],
    }
    sources = [_source(addresses, place, one) for place, one in enumerate(plan.sources.values(), 1)]
    studies = [_study(addresses, one) for one in all_trials(plan)]
    resources = [composition, device, *sources, *studies]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    return {
        "resourceType": "Bundle",
        "id": addresses.own("document"),
        "language": current(),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{addresses.own('document')}"},
        "type": "document",
        "timestamp": f"{plan.made}T00:00:00Z",
        "entry": [*entries, *record["entry"]],
    }


def _day(plan: Plan) -> dt.date:
    return dt.date.fromisoformat(plan.made)


class _Addresses:
    """Where things stand in the document: by the names that the printed plan links to."""

    def __init__(self, plan: Plan, case: Case, patient: str) -> None:
        self.patient = patient
        self._seed = f"{patient}/{plan.made}/{current()}"
        facts = fact_addresses(case)
        own = [fact.id for fact in plan.facts.values() if fact.origin.kind != "derived"]
        self._places = {f"record-{number}": facts[name] for number, name in enumerate(own, 1) if name in facts}
        for number in range(1, len(plan.sources) + 1):
            self._places[f"source-{number}"] = f"urn:uuid:{self.own(f'source/{number}')}"
        for one in all_trials(plan):
            self._places[f"{_REGISTRY}/study/{one.nct}"] = f"urn:uuid:{self.own(f'trial/{one.nct}')}"

    def own(self, what: str) -> str:
        """Return the id of something that the document makes."""
        return str(uuid.uuid5(NAMESPACE, f"{self._seed}/{what}"))

    def of(self, blocks: Iterable[AnyBlock]) -> list[Json]:
        """Return references to all that blocks link to, each once."""
        names = (name for run in _runs(blocks) for name in (run.to, run.url) if name in self._places)
        return [{"reference": address} for address in dict.fromkeys(self._places[name] for name in names)]


def _runs(blocks: Iterable[AnyBlock]) -> Iterator[Run]:
    for block in blocks:
        match block:
            case Para(words):
                yield from words
            case Bullets(items) | Reasons(items):
                for words in items:
                    yield from words
            case Card(inner):
                yield from _runs(inner)
            case _:
                pass


# --- sections ------------------------------------------------------------------------------------------------------


def _sections(body: Iterable[AnyBlock], addresses: _Addresses) -> Iterator[Json]:
    """Yield a section for each heading of the first level; cards become sections inside."""
    title, blocks = "", list[AnyBlock]()
    for block in body:
        if isinstance(block, Heading) and block.level == 1:
            if title:
                yield _section(title, blocks, addresses)
            title, blocks = block.text, []
        else:
            blocks.append(block)
    if title:
        yield _section(title, blocks, addresses)


def _section(title: str, blocks: list[AnyBlock], addresses: _Addresses) -> Json:
    plain = [block for block in blocks if not isinstance(block, Card)]
    parts = [_part(block, addresses) for block in blocks if isinstance(block, Card)]
    found = {"title": title, "text": _narrative(plain), "entry": addresses.of(plain), "section": parts}
    return without_nothing(found)


def _part(card: Card, addresses: _Addresses) -> Json:
    heading = next((block for block in card.blocks if isinstance(block, Heading)), None)
    rest = [block for block in card.blocks if block is not heading]
    kind, _slash, status = card.about.partition("/")
    code = concept(card.about, coding(f"{OWN_CODES}/plan-{kind}", status.rpartition("/")[2])) if card.about else {}
    found = {
        "title": heading.text if heading else "",
        "code": code,
        "text": _narrative(rest),
        "entry": addresses.of(rest),
    }
    return without_nothing(found)


def _source(addresses: _Addresses, number: int, one: PlanReference) -> Json:
    attachment = without_nothing({"title": one.title, "url": one.url})
    return without_nothing(
        {
            "resourceType": "DocumentReference",
            "id": addresses.own(f"source/{number}"),
            "status": "current",
            "type": concept("Source"),
            "description": f"{one.title}. {one.publisher}, {one.date}. Checked {one.checked}.",
            "content": [{"attachment": attachment}],
        }
    )


def _study(addresses: _Addresses, one: PlanTrial) -> Json:
    status = STUDY_STATUS.get(one.recruitment, "")
    unknown = {"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}
    phase = PHASES.get(one.phases[0]) if len(one.phases) == 1 else None
    if one.phases == ("PHASE1", "PHASE2"):
        phase = "phase-1-phase-2"
    elif one.phases == ("PHASE2", "PHASE3"):
        phase = "phase-2-phase-3"
    return without_nothing(
        {
            "resourceType": "ResearchStudy",
            "id": addresses.own(f"trial/{one.nct}"),
            "identifier": [{"system": _REGISTRY, "value": one.nct}],
            "title": one.title,
            "status": status,
            "_status": {} if status else unknown,
            "phase": concept(phase, coding(_PHASE, phase)) if phase else {},
            "note": [{"text": f"{one.label}. {one.recruitment_words}"}],
        }
    )


# --- words as XHTML ------------------------------------------------------------------------------------------------


def _narrative(blocks: Iterable[AnyBlock]) -> Json:
    inner = "".join(_xhtml(block) for block in blocks)
    if not inner:
        return {}
    lang = f'lang="{current()}" xml:lang="{current()}"'
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml" {lang}>{inner}</div>'}


def _xhtml(block: AnyBlock) -> str:
    match block:
        case Heading(level, text):
            return f"<h{min(level + 1, 6)}>{_text(text)}</h{min(level + 1, 6)}>"
        case Para(words):
            return f"<p>{_words(words)}</p>"
        case Bullets(items, ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_words(one)}</li>' for one in items)}</{tag}>"
        case Reasons(lines):
            return "".join(f"<p><small>{_words(one)}</small></p>" for one in lines)
        case Table(head, rows, _):
            top = "".join(f"<th>{_text(cell)}</th>" for cell in head)
            body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
        case Card(blocks):
            return "".join(_xhtml(one) for one in blocks)
        case Defined(terms):
            return f"<dl>{''.join(f'<dt>{_text(a)}</dt><dd>{_text(b)}</dd>' for a, b in terms)}</dl>"
        case Sources(prefix, entries):
            numbered = ((f"{prefix}{number}", one) for number, (_, one) in enumerate(entries, 1))
            return "".join(f"<p>{_text(number)}. {_words(one)}</p>" for number, one in numbered)
        case Rules(_, label):
            return f"<p>{_text(label)}</p>" if label else ""
        case _:
            return ""


def _words(words: Words) -> str:
    return "".join(_run(one) for one in words)


def _run(one: Run) -> str:
    said = _text(one.text)
    if one.style == "strong":
        said = f"<b>{said}</b>"
    elif one.style == "quote":
        said = f"<q>{said}</q>"
    return f"<a href={quoteattr(one.url)}>{said}</a>" if one.url else said


def _text(words: str) -> str:
    return escape("".join(one if one.isprintable() or one in "\n\t" else " " for one in words))


__all__ = ["plan_bundle", "plan_fhir"]
