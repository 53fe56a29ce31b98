"""A record taken apart: its resources, what refers to what, and whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from abreast.case import Certainty, Fact, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import InputError, Place
from abreast.intake.fhir.codes import Tables, term_of
from abreast.intake.fhir.node import Concept, Node
from abreast.intake.model import Unused
from abreast.vocabulary import Vocabulary

Finding = Fact | Unused
"""What a reader yields: a fact, or something that became none, and why."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its JSON, its type, and the label by which people find it again ("Condition/abc")."""

    root: Node
    type: str
    id: str
    label: str
    full_url: str = ""
    inside: str = ""

    def place(self, node: Node | str = "") -> str:
        """Return the label and path, as sources and reasons name a place."""
        path = node.path if isinstance(node, Node) else node
        return f"{self.label}, {path}" if path else self.label

    def unused(self, why: str, node: Node | str = "") -> Unused:
        """Return a note that something here became no fact."""
        return Unused(self.place(node), self.type, why)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The last parts of the profiles that the resource claims."""
        return tuple(one.text().rsplit("/", 1)[-1].partition("|")[0] for one in self.root.get("meta").each("profile"))


@dataclass(frozen=True)
class Record:
    """The resources about one person, with all that readers need to look up."""

    file: str
    vocabulary: Vocabulary
    tables: Tables
    resources: tuple[Resource, ...]
    references: Mapping[str, Resource] = field(default_factory=dict)
    breast: bool = False
    other_cancers: frozenset[str] = frozenset()

    def fact(
        self,
        resource: Resource,
        node: Node | str,
        attribute: str,
        value: Value | None = None,
        fields: Mapping[str, Value | None] | None = None,
        *,
        absent: bool = False,
        date: PartialDate | None = None,
        certainty: Certainty = "certain",
        specimen: str = "",
        note: str = "",
    ) -> Fact:
        """Return a fact whose source is a place in a resource; fields without a value are left out."""
        kept = {name: (one,) for name, one in (fields or {}).items() if one is not None and one != ""}
        source = Source("fhir", file=self.file, place=resource.place(node))
        return Fact(
            attribute,
            value,
            kept,
            absent=absent,
            date=date,
            source=source,
            certainty=certainty,
            specimen=specimen,
            note=note,
        )

    def concept(self, node: Node) -> Concept:
        """Read a CodeableConcept."""
        return self.tables.concept(node)

    def answer(self, kind: str, concept: Concept) -> str | None:
        """Return the term that an answer means: by the answer sets of this package, else by the vocabulary's terms."""
        found = self.tables.answers[kind].find(concept)
        if found is None and kind in self.vocabulary.terms:
            return term_of(concept, kind, self.vocabulary) or None
        return found

    def intent(self, resource: Resource) -> str:
        """Return the setting that mCODE's intent of a treatment means, under either of its names, or ""."""
        for name in ("mcode-procedure-intent", "mcode-treatment-intent"):
            for extension in resource.root.extensions(name):
                if setting := self.answer("setting", self.concept(extension.get("valueCodeableConcept"))):
                    return setting
        return ""

    def term(self, set_name: str, concept: Concept) -> str:
        """Return the term of a set that a concept names, or ""."""
        return term_of(concept, set_name, self.vocabulary)

    def term_by_code(self, set_name: str, concept: Concept) -> str:
        """Return the term of a set that a concept names by code, or ""."""
        return term_of(concept, set_name, self.vocabulary, names=False)

    def follow(self, resource: Resource, reference: Node) -> Resource | None:
        """Return the resource that a Reference points to, contained ones included."""
        text = reference.text("reference") if isinstance(reference.value, dict) else reference.text()
        if text.startswith("#"):
            return self.references.get(f"{resource.inside or resource.label}{text}")
        return find_reference(self.references, text)

    @cached_property
    def attribute_names(self) -> dict[str, str]:
        """The attributes by their name and synonyms, for observations that send no known code."""
        return {
            name.casefold(): attribute.id
            for attribute in self.vocabulary.attributes.values()
            if attribute.shape == "one" and not attribute.derived
            for name in (*attribute.synonyms, attribute.name)
        }

    @cached_property
    def search_gives_zip(self) -> bool:
        """Whether a trial search (Parameters) beside the record says where to search."""
        return any(
            parameter.text("name") == "zipCode"
            for resource in self.resources
            if resource.type == "Parameters"
            for parameter in resource.root.objects("parameter")
        )

    @cached_property
    def statements_differ(self) -> bool:
        """Whether the dates of the medication statements differ from one another.

        A client that sends the moment of sending as ``effectiveDateTime`` sends the same one for all of them.
        """
        dates = {
            resource.root.text("effectiveDateTime")[:10]
            for resource in self.resources
            if resource.type == "MedicationStatement" and isinstance(resource.root.value.get("effectiveDateTime"), str)
        }
        return len(dates) > 1


def reference_keys(resource: Resource) -> Iterator[str]:
    """Yield the texts by which other resources may refer to this one."""
    if resource.inside:
        yield f"{resource.inside}#{resource.id.lstrip('#')}"
        return
    if resource.full_url:
        yield resource.full_url
    if resource.id:
        yield f"{resource.type}/{resource.id}"
        yield resource.id
        yield f"urn:uuid:{resource.id}"


def index_references(resources: Iterable[Resource]) -> dict[str, Resource]:
    """Return every resource under each text that may refer to it; the first of a kind wins."""
    index: dict[str, Resource] = {}
    for resource in resources:
        for key in reference_keys(resource):
            index.setdefault(key, resource)
    return index


def find_reference(index: Mapping[str, Resource], text: str) -> Resource | None:
    """Return what a reference points to, also one with a server's address or a version."""
    if not text:
        return None
    text = text.partition("/_history/")[0]
    return index.get(text) or index.get("/".join(text.rsplit("/", 2)[-2:]))


# --- whom the record is about ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a record: the patients, and the subjects that resources name."""

    patients: tuple[Resource, ...]
    count: int
    chosen: Resource | None
    own: frozenset[str]
    other: frozenset[str]


_SUBJECT = ("subject", "patient", "individual")


def subject_of(resource: Resource) -> str:
    """Return the reference to the person a resource is about, or ""."""
    for name in _SUBJECT:
        node = resource.root.value.get(name) if isinstance(resource.root.value, dict) else None
        if isinstance(node, dict) and isinstance(node.get("reference"), str):
            return str(node["reference"]).strip()
        if isinstance(node, str):
            return node.strip()
    return ""


def choose_person(resources: tuple[Resource, ...], file: str, wanted: str | None) -> People:
    """Find the person whom the record is about.

    Raises:
        InputError: when there are several people and ``wanted`` names none of them.
    """
    patients = tuple({(r.id or r.label): r for r in resources if r.type == "Patient" and not r.inside}.values())
    index = index_references(patients)
    subjects = {subject for resource in resources if (subject := subject_of(resource)) and not subject.startswith("#")}
    strangers = {subject for subject in subjects if find_reference(index, subject) is None}
    if wanted:
        chosen = find_reference(index, wanted)
        if chosen is None and wanted not in subjects:
            raise InputError(_who(patients, subjects, f"there is no patient {wanted!r}"), Place(file))
        own = {subject for subject in subjects if subject == wanted or find_reference(index, subject) is chosen}
        return People(patients, max(len(patients), 1), chosen, frozenset(own), frozenset(subjects - own))
    if len(patients) > 1 or (not patients and len(strangers) > 1):
        count = len(patients) or len(strangers)
        raise InputError(_who(patients, strangers, f"there are {count} patients in this file"), Place(file))
    own = subjects - strangers
    if patients and not own and len(strangers) == 1:
        own, strangers = strangers, set()  # nothing refers to the one Patient by its id, and all to the same other id
    if not patients:
        own, strangers = strangers, set()
    chosen = patients[0] if patients else None
    return People(patients, 1 if patients or own else 0, chosen, frozenset(own), frozenset(strangers))


def _who(patients: tuple[Resource, ...], subjects: Iterable[str], message: str) -> str:
    names = [f"Patient/{patient.id}" if patient.id else patient.label for patient in patients] or sorted(subjects)
    shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    return f"{message}; expected one: choose among {shown}" if shown else message


def doubt(findings: Iterable[Finding], why: str) -> Iterator[Finding]:
    """Yield the findings with their facts unconfirmed: the record does not make sure whom they are about."""
    for finding in findings:
        if isinstance(finding, Fact):
            yield replace(finding, certainty="unconfirmed", note=f"{finding.note}; {why}".lstrip("; "))
        else:
            yield finding
