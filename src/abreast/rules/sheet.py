"""Many rules, worked out together for one case after another.

The rules of a registry share most of their parts, and a case says nothing about most of what they ask. A sheet lists
every distinct part once, below what it is made of, and knows for each attribute which parts hang on it. For a case only
those parts are worked out that hang on something the case speaks of; the others have the answer that they have for a
case that says nothing, which is worked out once for all cases.

The answers are those of :func:`abreast.rules.evaluate`; a generative test holds them equal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from abreast.case import Case
from abreast.rules.evaluate import Answer, Context, Truth, at_least, evaluate, join
from abreast.rules.expression import All, AnyOf, AtLeast, Compare, Count, Expression, Has, Known, TermTest, children
from abreast.vocabulary import Vocabulary


class Sheet:
    """Rules and all their parts, each once. Made once, then used for any number of cases.

    Attributes:
        rules: every distinct part, below what it is made of.
        nobody: a case that says nothing, with the answers that all cases share where they say nothing.
    """

    def __init__(self, rules: Iterable[Expression], vocabulary: Vocabulary) -> None:
        """Lay out the rules."""
        self._at: dict[Expression, int] = {}
        for rule in rules:
            self._lay_out(rule)
        self.rules: tuple[Expression, ...] = tuple(self._at)
        self._program = [
            (rule, tuple([self._at[part] for part in children(rule)]), _DECIDING.get(type(rule))) for rule in self.rules
        ]
        self._bits: dict[str, int] = {}
        self._hangs_on = self._attributes()
        self.nobody = Context(Case.of(vocabulary, ()), dt.date.min)
        self._silent: list[Answer | None] = [None] * len(self.rules)

    def _lay_out(self, rule: Expression) -> int:
        place = self._at.get(rule)
        if place is None:
            for part in children(rule):
                self._lay_out(part)
            place = self._at[rule] = len(self._at)
        return place

    def _attributes(self) -> list[int]:
        """Return for each part the attributes that its answer may hang on, one bit for each attribute."""
        found: list[int] = []
        for rule, parts, _ in self._program:
            name = attribute_of(rule)
            bits = self._bits.setdefault(name, 1 << len(self._bits)) if name else 0
            for part in parts:
                bits |= found[part]
            found.append(bits)
        return found

    def place(self, rule: Expression) -> int:
        """Return where a rule stands; raise :class:`KeyError` when the sheet does not hold it."""
        return self._at[rule]

    def concerned(self, case: Case) -> list[int]:
        """Return the places of the parts whose answer may hang on something that the case speaks of, in order."""
        spoken = {fact.attribute for fact in case.facts}
        spoken.update(one.list for one in case.complete)
        spoken.update(one.attribute for one in case.settled)
        bits = sum(self._bits.get(name, 0) for name in spoken)
        return [place for place, hangs_on in enumerate(self._hangs_on) if hangs_on & bits]

    def silent(self, place: int) -> Answer:
        """Return the answer of a part for a case that says nothing about it."""
        answer = self._silent[place]
        if answer is None:
            answer = self._silent[place] = evaluate(self.rules[place], self.nobody)
        return answer

    def fill(self, context: Context) -> list[Answer | None]:
        """Work out every part that the case concerns and keep the answers in ``context``.

        Return the answers at their places, and ``None`` where the case says nothing, so that the silent one holds.
        """
        answers = self._silent.copy()
        found: list[Answer | None] = [None] * len(answers)
        kept = context.kept
        lists = _Lists(context.case)
        for place in self.concerned(context.case):
            rule, parts, deciding = self._program[place]
            if deciding is not None:
                answer = join([answers[part] or self.silent(part) for part in parts], deciding)
            elif not parts:
                no = lists.plain_no(rule) if isinstance(rule, Has) else None
                answer = evaluate(rule, context) if no is None else no
            elif isinstance(rule, AtLeast):
                answer = at_least(rule.number, [answers[part] or self.silent(part) for part in parts])
            else:
                answer = ~(answers[parts[0]] or self.silent(parts[0]))
            answers[place] = found[place] = kept[rule] = answer
        return found


class _Lists:
    """The complete lists of a case, and which terms their items reach.

    A rule that asks a complete list for a drug that none of its items could be is answered without looking at each.
    """

    def __init__(self, case: Case) -> None:
        names = {one.list for one in case.complete if not case.denials(one.list)}
        self._no = {name: Answer(Truth.FALSE, (), (name,)) for name in names}
        self._case = case
        self._reached: dict[tuple[str, str], frozenset[str] | None] = {}

    def plain_no(self, rule: Has) -> Answer | None:
        """Return the "no" of a complete list whose items all fail the rule's first condition; else ``None``."""
        no = self._no.get(rule.list)
        if no is None or not rule.where:
            return None
        first = rule.where[0]
        if first.negated or not isinstance(first.test, TermTest):
            return None
        key = (rule.list, first.field)
        if key not in self._reached:
            self._reached[key] = self._reach(*key)
        reached = self._reached[key]
        return no if reached is not None and reached.isdisjoint(first.test.terms) else None

    def _reach(self, name: str, field: str) -> frozenset[str] | None:
        """Return all terms that the items' field is or may be; ``None`` when an item says nothing that can be named."""
        terms = self._case.vocabulary.field(name, field).terms
        found: set[str] = set()
        for item in self._case.items(name):
            values = item.fields.get(field, ())
            if not values:
                return None
            for value in values:
                if not isinstance(value, str):
                    return None
                found |= self._case.vocabulary.reach(terms, value)
        return frozenset(found)


_DECIDING = {All: Truth.FALSE, AnyOf: Truth.TRUE}
"""What one part of a conjunction or a disjunction must be to decide it."""


def attribute_of(rule: Expression) -> str:
    """Return the attribute that an atom asks about; "" for whatever asks about none by itself."""
    match rule:
        case Compare(attribute) | Known(attribute):
            return attribute
        case Has(name) | Count(name):
            return name
        case _:
            return ""


__all__ = ["Sheet", "attribute_of"]
