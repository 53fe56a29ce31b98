"""Numbers with a unit, exact or known only between two limits, and their conversion.

Units are UCUM codes (https://ucum.org). Only those that breast cancer records and trial criteria use
are known; the table is data (``data/units.yaml``) and the tests hold it to an independent library.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number between ``low`` and ``high`` in ``unit``.

    An exact number has ``low == high``. ``<1`` has ``low == -inf`` and ``high_open`` set. ``unit`` is a
    UCUM code, or "" when the number has none. ``normal_low`` and ``normal_high`` are the laboratory's own
    limits in the same unit, when the report gave them.
    """

    low: float
    high: float
    unit: str = ""
    low_open: bool = False
    high_open: bool = False
    normal_low: float | None = None
    normal_high: float | None = None

    @classmethod
    def exact(cls, number: float, unit: str = "") -> Quantity:
        """Return the quantity that is exactly ``number``."""
        return cls(number, number, unit)

    @property
    def is_exact(self) -> bool:
        """Whether the number is known exactly."""
        return self.low == self.high

    def scaled(self, factor: float, unit: str, offset: float = 0.0) -> Quantity:
        """Return the same quantity as ``value * factor + offset`` in ``unit``, normal limits included."""

        def turn(number: float | None) -> float | None:
            return None if number is None else number * factor + offset

        return replace(
            self,
            low=self.low * factor + offset,
            high=self.high * factor + offset,
            unit=unit,
            normal_low=turn(self.normal_low),
            normal_high=turn(self.normal_high),
        )

    def __str__(self) -> str:
        """Return the text that :func:`parse_quantity` reads back to an equal quantity."""
        if self.is_exact:
            number = format_number(self.low)
        elif math.isinf(self.low):
            number = ("<" if self.high_open else "<=") + format_number(self.high)
        elif math.isinf(self.high):
            number = (">" if self.low_open else ">=") + format_number(self.low)
        else:
            number = f"{format_number(self.low)} to {format_number(self.high)}"
        text = f"{number} {self.unit}".rstrip()
        if self.normal_low is not None and self.normal_high is not None:
            return f"{text} (normal {format_number(self.normal_low)} to {format_number(self.normal_high)})"
        if self.normal_high is not None:
            return f"{text} (normal <={format_number(self.normal_high)})"
        if self.normal_low is not None:
            return f"{text} (normal >={format_number(self.normal_low)})"
        return text


def format_number(number: float) -> str:
    """Return ``number`` without a needless fraction, in a form that reads back exactly."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(
    rf"""\s*(?:
        (?P<op><=|>=|<|>|≤|≥)\s*(?P<bound>{_NUMBER})
      | (?P<low>{_NUMBER})\s*(?:-|–|to)\s*(?P<high>{_NUMBER})
      | (?P<exact>{_NUMBER})
    )\s*(?P<unit>[^\s(][^(]*?)?\s*
    (?:\(\s*normal\s+(?P<normal>[^)]*)\))?\s*$""",
    re.VERBOSE,
)
_NORMAL = re.compile(
    rf"(?:(?P<low>{_NUMBER})\s*(?:-|–|to)\s*(?P<high>{_NUMBER})|(?P<op><=|>=)\s*(?P<bound>{_NUMBER}))$"
)


def parse_quantity(text: str, default_unit: str = "") -> Quantity:
    """Read ``90 %``, ``<1 %``, ``20 to 30 %``, ``31 U/L (normal 10 to 40)``.

    Raises:
        ValueError: when the text is not a number, a range or a bound with an optional unit.
    """
    match = _QUANTITY.match(text)
    if not match:
        raise ValueError(f"expected a number such as 90, <1, or 20 to 30, with its unit, found {text!r}")
    unit = (match["unit"] or default_unit).strip()
    normal_low = normal_high = None
    if match["normal"] is not None:
        normal = _NORMAL.match(match["normal"].strip())
        if not normal:
            raise ValueError(f"expected normal limits such as (normal 10 to 40) or (normal <=40), found {text!r}")
        if normal["op"]:
            bound = float(normal["bound"])
            normal_low, normal_high = (bound, None) if normal["op"] == ">=" else (None, bound)
        else:
            normal_low, normal_high = float(normal["low"]), float(normal["high"])
    if match["exact"] is not None:
        low = high = float(match["exact"])
        return Quantity(low, high, unit, normal_low=normal_low, normal_high=normal_high)
    if match["op"]:
        bound, op = float(match["bound"]), match["op"]
        if op in ("<", "<=", "≤"):
            return Quantity(-math.inf, bound, unit, high_open=op == "<", normal_low=normal_low, normal_high=normal_high)
        return Quantity(bound, math.inf, unit, low_open=op == ">", normal_low=normal_low, normal_high=normal_high)
    low, high = float(match["low"]), float(match["high"])
    if low > high:
        raise ValueError(f"a range must begin with its lower end, found {text!r}")
    return Quantity(low, high, unit, normal_low=normal_low, normal_high=normal_high)
