"""Tables of people and what their plan would talk about: a short record, and the options in each standing."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from abreast.case import Case
from abreast.case.file import read_case
from abreast.knowledge import Knowledge, Option
from abreast.knowledge.definitions import read_definitions
from abreast.knowledge.loader import DATA, read_entry
from abreast.plan.assemble import prepare
from abreast.plan.entries import options
from abreast.plan.model import PlanOption
from abreast.vocabulary import load_vocabulary

TODAY = dt.date(2026, 11, 21)
VOCABULARY = load_vocabulary()


@lru_cache
def packs(folder: str) -> Knowledge:
    """Return the options of one folder, and nothing else."""
    definitions = read_definitions(DATA)
    files = sorted((DATA / "options" / folder).glob("*.yaml"))
    assert files, f"no options in {folder}"
    return Knowledge(references={}, options=tuple(read_entry(file, Option, VOCABULARY, definitions) for file in files))


def person(facts: str) -> Case:
    """Return a case from facts parted by ``;``.

    ``er.percent 90 %``, ``therapy drug=letrozole start=2024``, ``no metastasis site=brain``, ``complete therapy``.
    """
    entries: list[str] = []
    complete: list[str] = []
    for said in filter(None, (part.strip() for part in facts.split(";"))):
        words = said.split()
        if words[0] == "complete":
            complete += words[1:]
        elif words[0] == "no" or VOCABULARY.attribute(words[0]).shape == "list":
            absent = ", absent: true" if words[0] == "no" else ""
            name, *fields = words[1:] if words[0] == "no" else words
            shown = "".join(", {}: {}".format(*field.split("=", 1)) for field in fields)
            entries.append(f"- {{is: {name}{shown}{absent}}}")
        else:
            entries.append(f"- {{is: {words[0]}, value: '{' '.join(words[1:])}'}}")
    text = "abreast: case/1\nfacts:\n" + "\n".join(entries) + f"\ncomplete: [{', '.join(complete)}]\n"
    return read_case(text, "person.yaml", VOCABULARY)


def standing(folder: str, facts: str) -> dict[str, str]:
    """Return how each option of a folder stands for a person; an option that is not shown is left out."""
    view = prepare(person(facts), packs(folder), TODAY)
    return {option.id: option.standing for option in options(view)}


def plan_option(folder: str, facts: str, name: str) -> PlanOption:
    """Return one option as the plan shows it."""
    view = prepare(person(facts), packs(folder), TODAY)
    return next(option for option in options(view) if option.id == name)


def check(folder: str, person_has: str, **expected: str) -> None:
    """Check the standing of every option that is named.

    ``talk_about``, ``depends``, ``not_now`` and ``absent`` list ids parted by blanks. ``talk_about_only`` names all
    that may be talked about: no other option of the folder is.
    """
    found = standing(folder, person_has)
    for kind, names in expected.items():
        wanted = names.split()
        unknown = set(wanted) - {option.id for option in packs(folder).options}
        assert not unknown, f"no such option: {unknown}"
        if kind == "talk_about_only":
            assert {name for name, one in found.items() if one == "talk_about"} == set(wanted), person_has
            continue
        shown = {name: found.get(name, "absent") for name in wanted}
        assert shown == dict.fromkeys(wanted, kind), f"{person_has}: {shown}"
