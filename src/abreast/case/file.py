"""The case file: a case as YAML or JSON that a person can read, write and keep.

``docs/case-file.md`` explains the format; ``docs/case-file.schema.json`` describes what :func:`write_case` writes.
Reading is kinder than the schema: a value may be given by its name or a synonym ("Ibrance" for palbociclib), a unit by
what people call it. What was worked out is never written: it follows from what is.
"""

from __future__ import annotations

import difflib
import json
import math
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, cast, get_args

import yaml

from abreast.case.model import Case, Certainty, Declaration, Fact, Settlement, Source, SourceKind, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import CaseError, Place, VocabularyError
from abreast.foundation.yaml import read_yaml
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary
from abreast.vocabulary.quantity import parse_quantity

FORMAT = "case/1"
"""The name and version of the format, in the key ``abreast`` of every file."""

MULTIPLES = ("{xULN}", "{xLLN}")
"""Units of a value that a source gives as a multiple of a normal limit."""

_TOP = ("abreast", "label", "facts", "complete", "settled")
_OF_FACT = (
    "is",
    "value",
    "absent",
    "date",
    "as_of",
    "certainty",
    "specimen",
    "sample",
    "note",
    "id",
    "refines",
    "source",
)
_CERTAINTIES: tuple[str, ...] = get_args(Certainty)
_SOURCE_KINDS: tuple[str, ...] = get_args(SourceKind)
_OF_SOURCE = ("kind", "file", "place", "quote", "rule", "facts", "declared", "citations")
_OF_NUMBER = ("low", "high", "unit", "low_open", "high_open", "normal_low", "normal_high")


# --- writing -------------------------------------------------------------------------------------------------------


def write_case(case: Case, format: Literal["yaml", "json"] = "yaml") -> str:
    """Return the case file of a case. :func:`read_case` gives back an equal case, without what was derived."""
    content = case_content(case)
    if format == "json":
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def case_content(case: Case) -> dict[str, Any]:
    """Return the content of a case file as plain values."""
    content: dict[str, Any] = {"abreast": FORMAT}
    if case.label:
        content["label"] = case.label
    content["facts"] = [_fact_content(case.vocabulary, fact) for fact in case.facts if fact.source.kind != "derived"]
    complete = [one for one in case.complete if one.source.kind != "derived"]
    if complete:
        content["complete"] = [_declaration_content(one) for one in complete]
    if case.settled:
        content["settled"] = [
            {"attribute": one.attribute, "fact": one.fact, "source": _source_content(one.source)}
            for one in case.settled
        ]
    return content


class _Dumper(yaml.SafeDumper):
    """Writes dates as plain text, as the reader takes them, and never an anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Quote text with characters that YAML would fold or lose."""
        style = None if data.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def _fact_content(vocabulary: Vocabulary, fact: Fact) -> dict[str, Any]:
    known = vocabulary.attribute(fact.attribute)
    content: dict[str, Any] = {"is": fact.attribute}
    if fact.value is not None:
        content["value"] = _value_content(vocabulary, known, fact.value)
    for name, values in fact.fields.items():
        part = known.fields[name]
        given = [_value_content(vocabulary, part, value, known) for value in values]
        content[name] = given[0] if len(given) == 1 else given
    if fact.absent:
        content["absent"] = True
    if fact.date:
        content["as_of" if "date" in known.fields else "date"] = str(fact.date)
    if fact.certainty != "certain":
        content["certainty"] = fact.certainty
    if fact.specimen:
        content["sample" if "specimen" in known.fields else "specimen"] = fact.specimen
    for key, text in (("note", fact.note), ("id", fact.id), ("refines", fact.refines)):
        if text:
            content[key] = text
    content["source"] = _source_content(fact.source)
    return content


def _value_content(vocabulary: Vocabulary, part: Attribute | Field, value: Value, of: Attribute | None = None) -> Any:
    match value:
        case bool():
            return value
        case Quantity():
            text = str(value)
            try:
                same = _read_number(vocabulary, part, text, of) == value
            except ValueError:
                same = False
            return text if same else _number_content(value)
        case PartialDate():
            return str(value)
        case str():
            return value


def _number_content(value: Quantity) -> dict[str, Any]:
    """Return a number in full, for those that the short form would not give back exactly."""
    content: dict[str, Any] = {
        "low": None if math.isinf(value.low) else value.low,
        "high": None if math.isinf(value.high) else value.high,
        "unit": value.unit,
    }
    content |= {key: True for key in ("low_open", "high_open") if getattr(value, key)}
    content |= {key: number for key in ("normal_low", "normal_high") if (number := getattr(value, key)) is not None}
    return content


def _source_content(source: Source) -> dict[str, Any]:
    content: dict[str, Any] = {"kind": source.kind}
    content |= {key: text for key in ("file", "place", "quote", "rule") if (text := getattr(source, key))}
    return content | {key: list(some) for key in ("facts", "declared", "citations") if (some := getattr(source, key))}


def _declaration_content(one: Declaration) -> dict[str, Any]:
    content: dict[str, Any] = {"list": one.list}
    if one.date:
        content["date"] = str(one.date)
    return content | {"source": _source_content(one.source)}


# --- reading -------------------------------------------------------------------------------------------------------


def read_case(text: str, file: str, vocabulary: Vocabulary) -> Case:
    """Read a case file, YAML or JSON.

    A fact without a source gets the file and line it stands in. Units become UCUM codes and names become terms.

    Raises:
        InputError: when the text is neither YAML nor JSON.
        CaseError: listing every entry that breaks the format or does not fit the vocabulary, each with its line and
            what was expected.
    """
    content = _content(text, file)
    reader = _Reader(vocabulary, file, text)
    case = reader.case(content)
    if reader.problems:
        raise CaseError("\n  ".join(["this case file is not in order.", *reader.problems]), Place(file))
    return case


def _content(text: str, file: str) -> Any:
    looks_like_json = text.lstrip()[:1] in ("{", "[") and not file.lower().endswith((".yaml", ".yml"))
    if not looks_like_json:
        return read_yaml(text, file)
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise CaseError(f"not readable as JSON: {error.msg}", Place(file, f"line {error.lineno}")) from None
    except (ValueError, RecursionError) as error:
        raise CaseError(f"not readable as JSON: {error}", Place(file)) from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return result


class _EntryError(ValueError):
    """One entry cannot be read; the message says what was expected."""


@dataclass
class _Reader:
    """Reads one file and gathers every problem on the way."""

    vocabulary: Vocabulary
    file: str
    text: str
    problems: list[str] = field(default_factory=list)

    def case(self, content: object) -> Case:
        if not isinstance(content, dict):
            self.problem((), "expected a case file, which begins with 'abreast: case/1'")
            return Case.of(self.vocabulary, ())
        if content.get("abreast") != FORMAT:
            self.problem(("abreast",), f"expected 'abreast: {FORMAT}', found {content.get('abreast')!r}")
        for key in content:
            if key not in _TOP:
                self.problem((key,), f"there is no key {key!r} in a case file{_nearest(key, _TOP)}")
        label = content.get("label", "")
        if not isinstance(label, str):
            self.problem(("label",), f"expected a name in quotes, found {label!r}")
            label = ""
        facts = [fact for fact in self.each(content, "facts", self.fact) if isinstance(fact, Fact)]
        self.repeats(facts)
        complete = [one for one in self.each(content, "complete", self.declaration) if isinstance(one, Declaration)]
        settled = [one for one in self.each(content, "settled", self.settlement) if isinstance(one, Settlement)]
        return Case.of(self.vocabulary, facts, complete, settled, label)

    def each(self, content: dict[str, Any], key: str, read: Any) -> Iterator[object]:
        entries = content.get(key)
        if entries is None:
            return
        if not isinstance(entries, list):
            self.problem((key,), f"expected a list under '{key}:', each entry beginning with '- '")
            return
        for index, raw in enumerate(entries):
            try:
                yield read(raw, (key, index))
            except (_EntryError, VocabularyError) as error:
                message = error.message if isinstance(error, VocabularyError) else str(error)
                self.problem((key, index), message, raw)

    def repeats(self, facts: Iterable[Fact]) -> None:
        seen: set[str] = set()
        for fact in facts:
            if fact.id and fact.id in seen:
                self.problems.append(f"two facts have the id {fact.id!r}; an id must be given once, or left out")
            seen.add(fact.id)

    def problem(self, path: tuple[str | int, ...], message: str, raw: object = None) -> None:
        line = self.lines.get(path)
        where = f"line {line}" if line else " ".join(str(part + 1 if isinstance(part, int) else part) for part in path)
        name = f" ({raw['is']})" if isinstance(raw, dict) and isinstance(raw.get("is"), str) else ""
        self.problems.append(f"{where}{name}: {message}" if where else message)

    @cached_property
    def lines(self) -> dict[tuple[str | int, ...], int]:
        """The line of every top key and of every entry below it; JSON is YAML enough for this."""
        try:
            root = yaml.compose(self.text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError, ValueError):  # JSON that YAML reads otherwise: no lines then
            return {}
        lines: dict[tuple[str | int, ...], int] = {}
        if isinstance(root, yaml.MappingNode):
            for key, value in root.value:
                lines[(key.value,)] = key.start_mark.line + 1
                if isinstance(value, yaml.SequenceNode):
                    for index, entry in enumerate(value.value):
                        lines[(key.value, index)] = entry.start_mark.line + 1
        return lines

    # --- entries ---------------------------------------------------------------------------------------------

    def fact(self, raw: object, path: tuple[str | int, ...]) -> Fact:
        entry = _mapping(raw, "a fact such as {is: er.percent, value: 90 %}")
        if not isinstance(entry.get("is"), str):
            raise _EntryError("expected 'is:' with the name of an attribute")
        known = self.vocabulary.attribute(entry["is"])
        keys = [*known.fields, *(key for key in _OF_FACT if key not in known.fields)]
        for key in entry:
            if key not in keys:
                raise _EntryError(f"{known.id} has no {key!r}{_nearest(str(key), keys)}")
        value: Value | None = None
        if known.shape == "one":
            value = self.value(known, entry.get("value"), known.id)
        elif "value" in entry:
            raise _EntryError(f"{known.id} is a list: give its fields ({', '.join(known.fields)}) instead of 'value'")
        absent = entry.get("absent", False)
        if not isinstance(absent, bool) or (absent and known.shape == "one"):
            raise _EntryError("expected 'absent: true' only with an item of a list")
        date = entry.get("as_of", None if "date" in known.fields else entry.get("date"))
        specimen = entry.get("sample", "" if "specimen" in known.fields else entry.get("specimen", ""))
        return Fact(
            known.id,
            value,
            self.fields(known, entry),
            absent=absent,
            date=None if date is None else _date(date),
            source=self.source(entry.get("source"), path, Source("file")),
            certainty=cast("Certainty", _one_of(entry.get("certainty", "certain"), _CERTAINTIES, "certainty")),
            specimen=_text(specimen, "specimen"),
            note=_text(entry.get("note", ""), "note"),
            id=_text(entry.get("id", ""), "id"),
            refines=_text(entry.get("refines", ""), "refines"),
        )

    def fields(self, known: Attribute, entry: Mapping[str, Any]) -> dict[str, tuple[Value, ...]]:
        fields: dict[str, tuple[Value, ...]] = {}
        for name, part in known.fields.items():
            if name in entry:
                given = entry[name] if isinstance(entry[name], list) else [entry[name]]
                if not given:
                    raise _EntryError(f"expected a value for {name}, or no {name!r} at all")
                fields[name] = tuple(self.value(part, one, f"{known.id}.{name}", known) for one in given)
        return fields

    def value(self, part: Attribute | Field, raw: object, label: str, of: Attribute | None = None) -> Value:
        match part.kind:
            case "flag":
                if isinstance(raw, bool) or raw in ("yes", "no"):
                    return raw in (True, "yes")
                raise _EntryError(f"expected yes or no for {label}, found {_said(raw)}")
            case "term":
                return self.term(part.terms, raw, label)
            case "date":
                return _date(raw)
            case "text":
                return _text(raw, label)
            case "number":
                if isinstance(raw, dict):
                    return _full_number(raw, label)
                if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
                    raise _EntryError(f"expected a number for {label}, found {_said(raw)}")
                try:
                    return _read_number(self.vocabulary, part, str(raw), of)
                except ValueError as error:
                    raise _EntryError(f"{label}: {error}") from None

    def term(self, terms: str, raw: object, label: str) -> str:
        if isinstance(raw, bool) or not isinstance(raw, (str, int)):
            raise _EntryError(f"expected a value of {label}, found {_said(raw)}")
        text = str(raw)
        if text in self.vocabulary.terms[terms]:
            return text
        found = self.vocabulary.by_name(terms, text)
        if found is None:
            known = {name: term.id for term in self.vocabulary.terms[terms].values() for name in (term.id, term.name)}
            near = [known[name] for name in difflib.get_close_matches(text, known, n=3)]
            every = list(self.vocabulary.terms[terms])
            hint = near or (every if len(every) <= 12 else [])
            listed = f"; it may be {', '.join(dict.fromkeys(hint))}" if hint else ""
            raise _EntryError(f"{label} has no value {text!r}{listed}")
        return found

    def declaration(self, raw: object, path: tuple[str | int, ...]) -> Declaration:
        entry = {"list": raw} if isinstance(raw, str) else _mapping(raw, "the name of a list, such as 'therapy'")
        _only(entry, ("list", "date", "source"))
        known = self.vocabulary.attribute(_text(entry.get("list"), "list"))
        if known.shape != "list":
            raise _EntryError(f"{known.id} is not a list, so it cannot be complete")
        date = entry.get("date")
        source = self.source(entry.get("source"), path, Source("file"))
        return Declaration(known.id, source, None if date is None else _date(date))

    def settlement(self, raw: object, path: tuple[str | int, ...]) -> Settlement:
        entry = _mapping(raw, "{attribute: stage.stated, fact: the id of the fact that counts}")
        _only(entry, ("attribute", "fact", "source"))
        known = self.vocabulary.attribute(_text(entry.get("attribute"), "attribute"))
        return Settlement(known.id, _text(entry.get("fact"), "fact"), self.source(entry.get("source"), path, None))

    def source(self, raw: object, path: tuple[str | int, ...], missing: Source | None) -> Source:
        if raw is None:
            line = self.lines.get(path)
            return Source("file", self.file, f"line {line}" if line else "") if missing else Source("answer")
        entry = _mapping(raw, "a source such as {kind: report, file: report.pdf, place: page 2}")
        _only(entry, _OF_SOURCE)
        kind = cast("SourceKind", _one_of(entry.get("kind"), _SOURCE_KINDS, "source kind"))
        if kind == "derived":
            raise _EntryError("what was worked out is not written in a case file")
        if len(entry) == 1:
            return Source(kind)
        texts = {key: _text(entry.get(key, ""), f"source {key}") for key in ("file", "place", "quote", "rule")}
        lists = {key: _texts(entry.get(key, []), f"source {key}") for key in ("facts", "declared", "citations")}
        return Source(kind, texts["file"], texts["place"], texts["quote"], texts["rule"], *lists.values())


def _mapping(raw: object, expected: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _EntryError(f"expected {expected}, found {_said(raw)}")
    return raw


def _only(entry: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in entry:
        if key not in keys:
            raise _EntryError(f"there is no {key!r} here{_nearest(str(key), keys)}")


def _one_of(raw: object, allowed: tuple[str, ...], label: str) -> str:
    if raw not in allowed:
        raise _EntryError(f"expected {label} to be one of {', '.join(allowed)}, found {_said(raw)}")
    return str(raw)


def _text(raw: object, label: str) -> str:
    if not isinstance(raw, str):
        raise _EntryError(f"expected text for {label}, found {_said(raw)}; text that looks like a number needs quotes")
    return raw


def _texts(raw: object, label: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise _EntryError(f"expected a list for {label}, found {_said(raw)}")
    return tuple(_text(one, label) for one in raw)


def _date(raw: object) -> PartialDate:
    if isinstance(raw, bool) or not isinstance(raw, (int, str)):
        raise _EntryError(f"expected a date such as 2024, 2024-03 or 2024-03-09, found {_said(raw)}")
    try:
        return PartialDate.parse(str(raw))
    except ValueError as error:
        raise _EntryError(str(error)) from None


def _read_number(vocabulary: Vocabulary, part: Attribute | Field, text: str, of: Attribute | None = None) -> Quantity:
    """Return a number in the short form, its unit checked and turned into its UCUM code."""
    value = parse_quantity(text)
    if not value.unit:
        if part.unit:
            raise ValueError(f"expected a number with its unit, such as '{text} {part.unit}', found {text!r}")
        return value
    if value.unit in MULTIPLES and isinstance(part, Attribute):
        return value
    unit = vocabulary.unit(value.unit)
    if unit is None:
        raise ValueError(f"the unit {value.unit!r} is not known; expected one such as {part.unit or 'none'!r}")
    code = value if unit == value.unit else _with_unit(value, unit)
    attribute = part.id if isinstance(part, Attribute) else None
    if vocabulary.convert(code, attribute, part.unit) is None:
        raise ValueError(f"{value.unit!r} cannot be turned into {part.unit or 'a number without a unit'!r}")
    return code


def _with_unit(value: Quantity, unit: str) -> Quantity:
    return value.scaled(1.0, unit)


def _full_number(raw: dict[str, Any], label: str) -> Quantity:
    _only(raw, _OF_NUMBER)
    numbers: dict[str, float | None] = {}
    for key in ("low", "high", "normal_low", "normal_high"):
        number = raw.get(key)
        if number is not None and (isinstance(number, bool) or not isinstance(number, (int, float))):
            raise _EntryError(f"{label}: expected a number for {key}, found {_said(number)}")
        numbers[key] = None if number is None else float(number)
    low = -math.inf if numbers["low"] is None else numbers["low"]
    high = math.inf if numbers["high"] is None else numbers["high"]
    if low > high or math.isnan(low) or math.isnan(high):
        raise _EntryError(f"{label}: expected low to be at most high")
    flags = {key: raw.get(key, False) is True for key in ("low_open", "high_open")}
    unit = _text(raw.get("unit", ""), f"{label} unit")
    return Quantity(low, high, unit, **flags, normal_low=numbers["normal_low"], normal_high=numbers["normal_high"])


def _said(raw: object) -> str:
    return "nothing" if raw is None else reprlib.repr(raw)


def _nearest(word: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


__all__ = ["FORMAT", "case_content", "read_case", "write_case"]
