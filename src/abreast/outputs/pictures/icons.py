"""What a study counted, as groups of 100 people: one dot for each, full for those to whom it happened.

All groups have the same denominator, there are never more than two side by side, and what an option is given for is
drawn no larger than what it can cause. What is drawn is what the packs mark with ``picture``; how many lived or died is
never drawn, and nothing is worked out for one person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from abreast.foundation.language import gettext as _
from abreast.knowledge import Evidence, SideEffect
from abreast.plan.model import PlanOption

HUNDRED = 100
MOST_EFFECTS = 4
"""How many side effects are drawn when a study gives them for one group only."""
_STEP = 10


@dataclass(frozen=True)
class Share:
    """A group of people and how many of 100 of them it happened to."""

    name: str
    value: float

    @property
    def said(self) -> str:
        """The figure as the study gives it: ``68``, ``3.8``."""
        return f"{self.value:g}"


@dataclass(frozen=True)
class Counted:
    """One thing that a study counted: ``what``, in one group or in two, and the plain sentence about it."""

    what: str
    kind: Literal["benefit", "harm"]
    shares: tuple[Share, ...]
    sentence: str
    study: str = ""


def counted(option: PlanOption) -> tuple[Counted, ...]:
    """Return what can be drawn for an option: what it is given for first, then harms in the same way.

    Side effects that are known for one group only are drawn when a benefit is, so that both are shown in equal detail.
    """
    pairs = [_pair(one) for one in option.detail.evidence if _can_be_drawn(one)]
    benefits = [one for one in pairs if one.kind == "benefit"]
    harms = [one for one in pairs if one.kind == "harm"]
    if benefits and not harms:
        harms = list(_known_for_one_group(option))
    return (*benefits, *harms)


def _can_be_drawn(evidence: Evidence) -> bool:
    return evidence.picture != "" and [arm.unit for arm in evidence.arms] == ["per_hundred", "per_hundred"]


def _pair(evidence: Evidence) -> Counted:
    return Counted(
        what=evidence.end_point,
        kind="benefit" if evidence.picture == "benefit" else "harm",
        shares=tuple(Share(arm.name, arm.value) for arm in evidence.arms),
        sentence=evidence.text,
        study=evidence.trial,
    )


def _known_for_one_group(option: PlanOption) -> Iterator[Counted]:
    known = [one for one in (*option.detail.common, *option.detail.serious) if one.per_hundred is not None]
    for effect in sorted(known, key=_most_often)[:MOST_EFFECTS]:
        share = Share(_("with this treatment"), effect.per_hundred or 0)
        sentence = _("About %(count)s of 100 people had it with this treatment.") % {"count": share.said}
        yield Counted(what=_first_sentence(effect.text), kind="harm", shares=(share,), sentence=sentence)


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _most_often(effect: SideEffect) -> float:
    return -(effect.per_hundred or 0)


def icon_array(share: Share) -> Markup:
    """Return the picture of one group: 100 dots in rows of ten, full ones first; the words are its name."""
    full = min(HUNDRED, max(0, int(share.value + 0.5)))
    words = _("%(group)s: about %(count)s of 100 people") % {"group": share.name, "count": share.said}
    dots = Markup('<path class="all" d="{}"/>').format(_dots(range(HUNDRED)))
    holes = Markup('<path class="hole" d="{}"/>').format(_dots(range(full, HUNDRED))) if full < HUNDRED else ""
    drawn = Markup('<svg class="icons" viewBox="0 0 100 100" role="img" aria-label="{}">').format(words)
    return drawn + dots + holes + Markup("</svg>")


def _dots(numbers: range) -> str:
    """Return lines of no length: drawn with round ends, each is a dot."""
    return "".join(f"M{n % 10 * _STEP + _STEP // 2} {n // 10 * _STEP + _STEP // 2}h0" for n in numbers)


__all__ = ["Counted", "Share", "counted", "icon_array"]
