"""Patient, and the Parameters that a trial search sends beside it: age, sex, place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.fhir.node import Node
from abreast.intake.fhir.record import Finding, Record, Resource

_SEX = {"male": "male", "female": "female", "m": "male", "f": "female", "248152002": "female", "248153007": "male"}
_COUNTRY = {
    "us": "US",
    "usa": "US",
    "united states": "US",
    "united states of america": "US",
    "u.s.": "US",
    "u.s.a.": "US",
}
_US_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?$")


def read_patient(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield birth date, sex, postal code and country; say that other elements are not about the disease."""
    root = resource.root
    birth = root.date("birthDate")
    if birth:
        yield record.fact(resource, "birthDate", "birth_date", birth)
    yield from _sex(resource, record)
    yield from _address(resource, record)
    for name in ("deceasedBoolean", "deceasedDateTime"):
        if root.value.get(name) not in (None, False):
            yield resource.unused("the record says that this person has died", name)


def _sex(resource: Resource, record: Record) -> Iterator[Finding]:
    stated: list[tuple[Node | str, str]] = [("gender", resource.root.text("gender"))]
    for name in ("us-core-birthsex", "us-core-sex"):
        for extension in resource.root.extensions(name):
            value = extension.text("valueCode") or extension.get("valueCoding").text("code")
            stated.append((extension, value))
    for node, text in stated:
        sex = _SEX.get(text.lower())
        if sex:
            yield record.fact(resource, node, "sex", sex)
        elif text:
            yield resource.unused(f"{text!r} does not say whether female or male", node)


def _address(resource: Resource, record: Record) -> Iterator[Finding]:
    current = [
        address
        for address in resource.root.objects("address")
        if address.text("use") != "old" and not address.get("period").get("end")
    ]
    for address in sorted(current, key=lambda one: one.text("use") != "home")[:1]:
        code, country = address.text("postalCode"), address.text("country")
        if code and record.search_gives_zip:
            yield resource.unused(
                "the trial search beside it gives a postal code of its own", address.get("postalCode")
            )
        elif code:
            yield record.fact(resource, address.get("postalCode"), "zip", postal_code(code))
        if country:
            yield record.fact(resource, address.get("country"), "country", _COUNTRY.get(country.lower(), country))


def read_parameters(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield the postal code of a trial search; its other parameters are wishes, not facts about the person."""
    for parameter in resource.root.objects("parameter"):
        name = parameter.text("name")
        if name == "zipCode":
            for _, value in parameter.value_x():
                if value.text():
                    yield record.fact(resource, value, "zip", postal_code(value.text()))
        elif not parameter.get("resource"):
            yield resource.unused("a setting of a trial search, not a fact about the person", parameter)


def postal_code(text: str) -> str:
    """Return a US ZIP code without its extension; any other postal code as it is."""
    match = _US_ZIP.match(text.strip())
    return match[1] if match else text.strip()
