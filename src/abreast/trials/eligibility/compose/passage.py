"""The sentence that is being composed: where it stands, what it quotes from, and what was noted of it on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from abreast.rules import Expression
from abreast.trials.eligibility.model import Section


class Sentence(msgspec.Struct, frozen=True):
    """What a sentence says.

    ``mode`` tells how: it states a condition ("plain"), asks for one ("must"), forbids ("prohibit"), permits ("allow"),
    or only explains ("note"). ``residue`` are the places of words that were not read.
    """

    rule: Expression
    mode: str
    main: str = ""
    families: tuple[str, ...] = ()
    residue: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Passage:
    """One sentence on its way from tokens to a rule.

    ``words`` gives the text between two offsets, ``place`` is where the sentence stands, ``later`` tells that another
    one of the same criterion stands before it. The rest is noted while it is composed.
    """

    section: Section
    words: Callable[[int, int], str]
    place: tuple[int, int]
    later: bool = False
    weak: bool = False
    """Words were left over in a requirement, so that what was read beside them may not be the whole of it."""
    timed: bool = False
    """The sentence gives a time, which may count for each treatment that it names."""
    ongoing: int | None = None
    """Where treatment is named that goes on now; what follows it may be meant at the same time."""
    asking: bool = False
    """What is being read is asked for, though it stands under "Exclusion"."""
    residue: list[tuple[int, int]] = field(default_factory=list)
    families: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self.words(*self.place)

    @property
    def quote(self) -> str:
        """The sentence as it is shown to the team: on one line, and not too long."""
        return " ".join(self.text.split())[:_LONGEST_QUOTE]

    def afresh(self) -> Passage:
        """Return the same sentence with nothing noted yet."""
        return Passage(self.section, self.words, self.place)


_LONGEST_QUOTE = 300
