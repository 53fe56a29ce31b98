"""The course of treatment: dated treatments gathered into lines of therapy.

A *line* is the treatment that is given until something makes it change. Records list drugs, not lines, so the
lines are worked out here, in a way that a careful reader of a chart would follow and that says where it is
unsure. What counts as systemic treatment against the cancer, and that medicines for the bones or against side
effects do not, follows Saini and Twelves (see :data:`SOURCES`). Nobody has settled how to count lines from dates alone;
the rules below are ours:

1. A line number that the record gives wins over everything else.
2. A treatment whose setting differs from that of the line so far begins a new line. Treatments of one setting that
   was meant to cure (all of what was given before, or after, an operation) are one planned course and one line.
3. A drug that starts on the same days (within 28 days of the first drug of the line) belongs to the line.
4. After a recorded progression, the next start begins a new line.
5. A drug of the same class as one of the line, without a recorded progression, stays in the line: drugs are
   exchanged for their side effects. It *may* have been a line of its own, and is listed as one that is only suspected.
6. Maintenance, and medicines that put the ovaries to rest, begin no line of their own beside other treatment.
7. Any other start begins a new line. Drugs that go on from the line before are part of it.

A treatment without a start date is kept out, and listed as a suspected line, so that a count of lines is never
more certain than the record.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from abreast.case.implied import progressed
from abreast.case.model import Case, Declaration, Fact, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import mark
from abreast.vocabulary import Quantity, Relation, Vocabulary

SAME_START_DAYS = 28
"""Drugs that start within so many days of each other are one combination."""

EXCHANGED_WITHIN = (
    "aromatase_inhibitor",
    "cdk4_6_inhibitor",
    "parp_inhibitor",
    "pd1_pdl1_inhibitor",
    "her2_antibody",
    "anthracycline",
    "taxane",
    "platinum",
    "fluoropyrimidine",
    "vinca_alkaloid",
)
"""Classes narrow enough that one drug is exchanged for another because of side effects alone."""

SOURCES = (
    "Saini KS, Twelves C. Determining lines of therapy in patients with solid cancers. Br J Cancer 2021;125:155-163. "
    "https://doi.org/10.1038/s41416-021-01319-8",
)
_RULE = mark("lines of treatment from dated drugs")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of therapy of a case: facts about ``line``, certain ones in order of time, then suspected ones.

    ``undated`` are the treatments that could not be put in order. ``complete`` is set when the list of treatments was
    declared complete; the list of lines then is, too.
    """

    facts: tuple[Fact, ...] = ()
    undated: tuple[Fact, ...] = ()
    complete: Declaration | None = None


@dataclass(slots=True)
class _Group:
    """A line while it is being gathered."""

    items: list[Fact] = field(default_factory=list)
    carried: list[Fact] = field(default_factory=list)
    perhaps_own: list[Fact] = field(default_factory=list)
    number: float | None = None
    starts_only: bool = False

    @property
    def start(self) -> PartialDate | None:
        """The earliest start of its drugs."""
        starts = [start for item in self.items if isinstance(start := item.get("start"), PartialDate)]
        return min(starts, key=lambda start: (start.earliest, start.latest), default=None)


def lines_of_therapy(case: Case, today: dt.date) -> Lines:
    """Gather the systemic anticancer treatments of a case into lines (the rules are in the text of this module).

    Treatment that is only planned, to start after ``today``, is left out.
    """
    vocabulary = case.vocabulary
    items = [
        item
        for item in case.items("therapy")
        if against_cancer(vocabulary, item) is not Relation.IS_NOT and not _planned(item, today)
    ]
    sure = [item for item in items if item.certainty == "certain" and against_cancer(vocabulary, item) is Relation.IS]
    numbered = [item for item in sure if _given_number(item) is not None]
    dated = [item for item in sure if item not in numbered and isinstance(item.get("start"), PartialDate)]
    loose = [item for item in items if item not in numbered and item not in dated]
    given = _numbered_groups(vocabulary, numbered)
    free = [item for item in sorted(dated, key=_order) if not _belongs_to_given(vocabulary, given, item)]
    groups = _in_time([*given, *_walk(vocabulary, free)])
    declaration = case.is_complete("therapy")
    facts = _facts(case, groups, loose, declaration)
    complete = None
    if declaration:
        complete = Declaration("line", _source((), declared=("therapy",)), declaration.date)
    return Lines((*facts, *_denials(case)), tuple(item for item in loose if item.certainty == "certain"), complete)


def _planned(item: Fact, today: dt.date) -> bool:
    start = item.get("start")
    return isinstance(start, PartialDate) and start.earliest > today


def _belongs_to_given(vocabulary: Vocabulary, groups: Iterable[_Group], item: Fact) -> bool:
    """Add an item without a number to the numbered line that it started with; return whether there is one."""
    for group in groups:
        if group.start and _settings_agree(vocabulary, group, item) and _starts_together(group, item):
            group.items.append(item)
            return True
    return False


def against_cancer(vocabulary: Vocabulary, item: Fact) -> Relation:
    """Return whether an item is systemic treatment of the cancer (medicines for bones or side effects are not).

    One without a drug, or with a drug that is still being studied, may be.
    """
    drugs = [drug for drug in item.fields.get("drug", ()) if isinstance(drug, str)]
    if not drugs or "investigational_agent" in drugs:
        return Relation.MAY_BE
    relations = [vocabulary.relate("drug", drug, "systemic_therapy") for drug in drugs]
    return next((one for one in (Relation.IS, Relation.MAY_BE) if one in relations), Relation.IS_NOT)


def _given_number(item: Fact) -> float | None:
    number = item.get("line")
    return number.low if isinstance(number, Quantity) and number.is_exact else None


def _order(item: Fact) -> tuple[dt.date, dt.date, str, str]:
    start = item.get("start")
    assert isinstance(start, PartialDate)
    return start.earliest, start.latest, str(item.get("drug")), item.id


def _numbered_groups(vocabulary: Vocabulary, items: Iterable[Fact]) -> list[_Group]:
    groups: dict[tuple[str, float], _Group] = {}
    for item in items:
        number = _given_number(item)
        assert number is not None
        setting = item.get("setting")
        course = "" if not isinstance(setting, str) else _course(vocabulary, setting)
        groups.setdefault((course, number), _Group(number=number)).items.append(item)
    for group in groups.values():
        group.items.sort(key=lambda item: (str(item.get("start") or "9999"), str(item.get("drug")), item.id))
    return [groups[key] for key in sorted(groups)]


def _course(vocabulary: Vocabulary, setting: str) -> str:
    """Return ``metastatic`` for each of its kinds, else the setting itself."""
    return "metastatic" if vocabulary.relate("setting", setting, "metastatic") is Relation.IS else setting


def _in_time(groups: list[_Group]) -> list[_Group]:
    """Order groups by start; those without any date keep their place before the others of a higher number."""
    far = dt.date.max
    return sorted(groups, key=lambda group: (group.start.earliest if group.start else far, group.number or 0))


def _walk(vocabulary: Vocabulary, items: Sequence[Fact]) -> list[_Group]:
    groups: list[_Group] = []
    companions: list[Fact] = []
    for item in items:
        if _is_companion(vocabulary, item):
            companions.append(item)
            continue
        current = groups[-1] if groups else None
        if current is None or not _joins(vocabulary, current, item):
            groups.append(_Group([item], carried=_going_on(current, item), starts_only=_no_end(current)))
    for item in companions:
        _attach(vocabulary, groups, item)
    return groups


def _joins(vocabulary: Vocabulary, group: _Group, item: Fact) -> bool:
    """Add the item to the line when it belongs there; return whether it does."""
    if not _settings_agree(vocabulary, group, item):
        return False
    if item.get("setting") == "maintenance" or _planned_course(vocabulary, group, item):
        group.items.append(item)
        return True
    if _grew_before(vocabulary, group, item):
        return False
    if _starts_together(group, item) or any(other.get("drug") == item.get("drug") for other in group.items):
        group.items.append(item)
        return True
    if any(_same_class(vocabulary, other, item) for other in group.items):
        group.items.append(item)
        group.perhaps_own.append(item)
        return True
    return False


def _settings_agree(vocabulary: Vocabulary, group: _Group, item: Fact) -> bool:
    own = item.get("setting")
    known = [setting for other in group.items if isinstance(setting := other.get("setting"), str)]
    if not isinstance(own, str) or not known:
        return True
    return all(vocabulary.relate("setting", own, one) is not Relation.IS_NOT for one in known)


def _planned_course(vocabulary: Vocabulary, group: _Group, item: Fact) -> bool:
    settings = [one.get("setting") for one in (*group.items, item)]
    return all(
        isinstance(one, str) and vocabulary.relate("setting", one, "curative") is Relation.IS for one in settings
    )


def _grew_before(vocabulary: Vocabulary, group: _Group, item: Fact) -> bool:
    start = item.get("start")
    assert isinstance(start, PartialDate)
    for other in group.items:
        if progressed(vocabulary, other) and _order(other)[:2] < _order(item)[:2]:
            end = other.get("end")
            if not isinstance(end, PartialDate) or end.earliest <= start.latest:
                return True
    return False


def _starts_together(group: _Group, item: Fact) -> bool:
    first, start = group.start, item.get("start")
    assert first is not None
    assert isinstance(start, PartialDate)
    overlap = start.earliest <= first.latest and first.earliest <= start.latest
    return overlap or (start.latest - first.earliest).days <= SAME_START_DAYS


def _same_class(vocabulary: Vocabulary, first: Fact, second: Fact) -> bool:
    """Whether two drugs are of one class: the narrowest classes of one and of the other meet, or lie in one line."""
    for one in first.fields.get("drug", ()):
        for other in second.fields.get("drug", ()):
            if isinstance(one, str) and isinstance(other, str) and _classes_meet(vocabulary, one, other):
                return True
    return False


def _classes_meet(vocabulary: Vocabulary, one: str, other: str) -> bool:
    shared = vocabulary.ancestors("drug", one) & vocabulary.ancestors("drug", other)
    return not shared.isdisjoint(EXCHANGED_WITHIN)


def _is_companion(vocabulary: Vocabulary, item: Fact) -> bool:
    drugs = [drug for drug in item.fields.get("drug", ()) if isinstance(drug, str)]
    return all(vocabulary.relate("drug", drug, "ovarian_suppression") is Relation.IS for drug in drugs)


def _attach(vocabulary: Vocabulary, groups: list[_Group], item: Fact) -> None:
    start = item.get("start")
    assert isinstance(start, PartialDate)
    fitting = [group for group in groups if _settings_agree(vocabulary, group, item)]
    earlier = [
        group for group in fitting if group.start and (group.start.earliest - start.latest).days <= SAME_START_DAYS
    ]
    if earlier:
        earlier[-1].items.append(item)
    elif fitting:
        fitting[0].carried.append(item)
    else:
        groups.append(_Group([item]))


def _going_on(group: _Group | None, item: Fact) -> list[Fact]:
    """Return the drugs of the line before that go on beside the new one for longer than a change takes."""
    start = item.get("start")
    if group is None or not isinstance(start, PartialDate):
        return []
    result = []
    for other in (*group.carried, *group.items):
        end = other.get("end")
        overlap = isinstance(end, PartialDate) and (end.earliest - start.latest).days > SAME_START_DAYS
        if overlap or (end is None and other.get("ongoing") is True):
            result.append(other)
    return result


def _no_end(group: _Group | None) -> bool:
    """Whether nothing tells when the line before ended, or why."""
    return group is not None and not any(item.get("end") or item.fields.get("outcome") for item in group.items)


# --- lines as facts ------------------------------------------------------------------------------------------------

_STARTS_ONLY = (
    "Only the dates on which drugs were started are on record. That another kind of drug was started is taken as "
    "the beginning of another line."
)
_PERHAPS = (
    "Another drug of the same class was started without a recorded growth of the cancer. This may have been a line of "
    "its own."
)
_UNDATED = "It has no start date. It may be a line of its own, or part of another one."
_DOUBTFUL = "It is not certain that this was given against the cancer. It may be a line of its own."


def _facts(case: Case, groups: Sequence[_Group], loose: Sequence[Fact], declaration: Declaration | None) -> list[Fact]:
    certain: list[Fact] = []
    possible: list[Fact] = []
    for index, group in enumerate(groups):
        certain.append(_fact(case, group, _number(case, groups, index, loose, declaration), f"line:{index + 1}"))
        possible += [_possible(item, _PERHAPS) for item in group.perhaps_own]
    for item in loose:
        sure = item.certainty == "certain" and against_cancer(case.vocabulary, item) is Relation.IS
        possible.append(_possible(item, _UNDATED if sure else _DOUBTFUL))
    return certain + possible


def _fact(case: Case, group: _Group, number: Quantity | None, fact_id: str) -> Fact:
    items = [*group.carried, *group.items]
    drugs = dict.fromkeys(
        drug for item in items for given in item.fields.get("drug", ()) for drug in _with_parts(case.vocabulary, given)
    )
    fields: dict[str, tuple[Value, ...]] = {"drug": tuple(drugs)}
    setting = _setting(case.vocabulary, group.items)
    if setting:
        fields["setting"] = (setting,)
    if number is not None:
        fields["number"] = (number,)
    if group.start:
        fields["start"] = (group.start,)
    fields |= _ending(group.items)
    outcomes = dict.fromkeys(outcome for item in group.items for outcome in item.fields.get("outcome", ()))
    if outcomes:
        fields["outcome"] = tuple(outcomes)
    return Fact(
        "line",
        fields=fields,
        date=group.start,
        source=_source(tuple(item.id for item in items)),
        note=_STARTS_ONLY if group.starts_only else "",
        id=fact_id,
    )


def _with_parts(vocabulary: Vocabulary, drug: Value) -> tuple[Value, ...]:
    if isinstance(drug, str) and drug in vocabulary.terms["drug"]:
        return (drug, *vocabulary.terms["drug"][drug].components)
    return (drug,)


def _setting(vocabulary: Vocabulary, items: Iterable[Fact]) -> str | None:
    """Return what the settings of the items have in common: the most general of those given."""
    given = [setting for item in items if isinstance(setting := item.get("setting"), str)]
    return max(given, key=lambda one: len(vocabulary.descendants("setting", one)), default=None)


def _ending(items: Sequence[Fact]) -> dict[str, tuple[Value, ...]]:
    if any(item.get("ongoing") is True for item in items):
        return {"ongoing": (True,)}
    ends = [end for item in items if isinstance(end := item.get("end"), PartialDate)]
    fields: dict[str, tuple[Value, ...]] = {}
    if len(ends) == len(items):
        fields["end"] = (max(ends, key=lambda end: (end.latest, end.earliest)),)
    if ends or all(item.get("ongoing") is False for item in items):
        fields["ongoing"] = (False,) if len(ends) == len(items) or not ends else ()
    return {name: values for name, values in fields.items() if values}


def _number(
    case: Case, groups: Sequence[_Group], index: int, loose: Sequence[Fact], declaration: Declaration | None
) -> Quantity | None:
    """Return which line of its setting this is: exact when given, else from the lines before it, sure and possible."""
    group = groups[index]
    if group.number is not None:
        return Quantity.exact(group.number)
    setting = _setting(case.vocabulary, group.items)
    if setting is None:
        return None
    before = groups[:index]
    same = [one for one in before if _relation(case.vocabulary, one, setting) is Relation.IS]
    maybe = [one for one in before if _relation(case.vocabulary, one, setting) is Relation.MAY_BE]
    last_given = max((place for place, one in enumerate(same) if one.number is not None), default=None)
    if last_given is not None:
        since = same[last_given + 1 :]
        low = 1 + (same[last_given].number or 0) + len(since)
        return Quantity(low, low + sum(len(one.perhaps_own) for one in since))
    low = 1.0 + len(same)
    if declaration is None:
        return Quantity(low, math.inf)
    own = sum(len(one.perhaps_own) for one in same) + sum(1 + len(one.perhaps_own) for one in maybe)
    return Quantity(low, low + own + len(loose))


def _relation(vocabulary: Vocabulary, group: _Group, setting: str) -> Relation:
    own = _setting(vocabulary, group.items)
    if own is None:
        return Relation.MAY_BE
    return vocabulary.relate("setting", _course(vocabulary, own), _course(vocabulary, setting))


def _possible(item: Fact, why: str) -> Fact:
    kept = ("drug", "setting", "start", "end", "ongoing", "outcome")
    fields = {name: item.fields[name] for name in kept if name in item.fields}
    return Fact(
        "line",
        fields=fields,
        date=item.date,
        source=_source((item.id,)),
        certainty="suspected",
        note=why,
        id=f"line:perhaps:{item.id}",
    )


def _denials(case: Case) -> list[Fact]:
    """Return what a "no" about treatments says about lines: no treatment of a kind, no line of it."""
    result = []
    for denial in case.denials("therapy"):
        if set(denial.fields) <= {"drug", "setting"}:
            source = _source((denial.id,))
            result.append(replace(denial, attribute="line", source=source, id=f"line:no:{denial.id}"))
    return result


def _source(facts: tuple[str, ...], declared: tuple[str, ...] = ()) -> Source:
    return Source("derived", rule=_RULE, facts=facts, declared=declared, citations=SOURCES)


__all__ = ["SOURCES", "Lines", "against_cancer", "lines_of_therapy"]
