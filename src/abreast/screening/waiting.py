"""Until when a rule that is broken stays so, if nothing but time passes.

The plain answer is :func:`abreast.rules.not_yet`: the rule is asked again on every day on which a window ends. What
most trials ask ("no such treatment within so many weeks") is answered for all patients at once: the last day of an item
that may count, and the length of the window after it. A generative test holds the two equal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from abreast.foundation.dates import shift
from abreast.rules import Context, DateTest, Expression, Has, Not, Period, Where, not_yet
from abreast.rules.evaluate import window_start
from abreast.rules.expression import atoms
from abreast.rules.planes import attribute_of
from abreast.screening.lists import Lists
from abreast.screening.table import NOTHING
from abreast.screening.vectors import Flags, Ints

if TYPE_CHECKING:
    from abreast.screening.columns import Columns

_HANGS_ON_TODAY = ("start", "end", "months_on", "months_to_progression")
"""Fields that may be implied by how much time has passed."""

_NEVER, _ASK = -1, 0
"""Instead of a day: nothing that is on record lets it end; only the evaluator can tell."""


@dataclass(frozen=True)
class _Window:
    """A rule that nothing of a list, with conditions that time does not change, has a date within a period."""

    list: str
    others: tuple[Where, ...]
    field: str
    period: Period


class Waiting:
    """How long the patients of a table of facts wait. What is worked out is kept."""

    def __init__(self, columns: Columns) -> None:
        """Begin with nothing worked out."""
        self.columns = columns
        self._lists: dict[str, Lists] = {}
        self._to_come: dict[str, Flags] = {}
        self._last: dict[_Window, Ints] = {}
        self._contexts: dict[tuple[int, frozenset[str]], Context] = {}
        self._days: dict[tuple[Expression, int], dt.date | None] = {}

    def day(self, rule: Expression, patient: int) -> dt.date | None:
        """Return the first day from which a rule that is broken for a patient holds; ``None`` when there is none."""
        fading = _fading(rule)
        if fading and not self._has_dates_to_come(fading)[patient]:
            return None
        window = _window(rule)
        last = int(self._last_days(window)[patient]) if window else _ASK
        if window is None or last == _ASK:
            return self._asked(rule, patient)
        return None if last == _NEVER else self._after(window, last, rule, patient)

    def _after(self, window: _Window, last: int, rule: Expression, patient: int) -> dt.date | None:
        """Return the day after the window from the last day; where months are too short for that, ask."""
        began = dt.date.fromordinal(last)
        day = shift(shift(began, window.period.amount, window.period.unit), 1, "days")
        if day > self.columns.today and window_start(day, window.period) > began:
            return day
        return self._asked(rule, patient)

    def _asked(self, rule: Expression, patient: int) -> dt.date | None:
        """Return what the plain evaluator says."""
        key = (rule, patient)
        if key not in self._days:
            asks = _asks(rule)
            if (patient, asks) not in self._contexts:
                self._contexts[patient, asks] = self.columns.context(patient, asks)
            self._days[key] = not_yet(rule, self._contexts[patient, asks])
        return self._days[key]

    def _has_dates_to_come(self, name: str) -> Flags:
        """Return of whom the list holds a date after today."""
        if name not in self._to_come:
            self._to_come[name] = self._list(name).items.to_come()
        return self._to_come[name]

    def _last_days(self, window: _Window) -> Ints:
        """Return for each patient the last day on which an item that may count was within the window."""
        if window not in self._last:
            found = self._list(window.list)
            last = found.items.last_day(window.others, window.field, never=_NEVER, ask=_ASK)
            last[~found.complete & (last != _ASK)] = _NEVER
            last[(found.denials != NOTHING) | self._has_dates_to_come(window.list)] = _ASK
            self._last[window] = last
        return self._last[window]

    def _list(self, name: str) -> Lists:
        if name not in self._lists:
            self._lists[name] = Lists(self.columns, self.columns.vocabulary.attribute(name))
        return self._lists[name]


@lru_cache(maxsize=1 << 12)
def _asks(rule: Expression) -> frozenset[str]:
    """Return the attributes that a rule asks about."""
    return frozenset(map(attribute_of, atoms(rule)))


@lru_cache(maxsize=1 << 12)
def _fading(rule: Expression) -> str:
    """Return the list of a rule that something lies within windows: without a date to come, time only takes it away."""
    if not isinstance(rule, Has):
        return ""
    dated = [one for one in rule.where if isinstance(one.test, DateTest)]
    within = all(isinstance(one.test, DateTest) and one.test.op == "within" and not one.negated for one in dated)
    return rule.list if within and not _hang_on_today(rule.where) else ""


@lru_cache(maxsize=1 << 12)
def _window(rule: Expression) -> _Window | None:
    """Return a rule that nothing lies within one window as such; ``None`` when it is not one."""
    if not (isinstance(rule, Not) and isinstance(rule.part, Has) and _fading(rule.part)):
        return None
    others = tuple(one for one in rule.part.where if not isinstance(one.test, DateTest))
    dated = [(one.field, one.test) for one in rule.part.where if isinstance(one.test, DateTest)]
    if len(dated) != 1 or dated[0][0] == "start":  # that nothing began may follow from an end long ago
        return None
    return _Window(rule.part.list, others, dated[0][0], dated[0][1].period)


def _hang_on_today(wheres: tuple[Where, ...]) -> bool:
    return any(one.field in _HANGS_ON_TODAY and not isinstance(one.test, DateTest) for one in wheres)
