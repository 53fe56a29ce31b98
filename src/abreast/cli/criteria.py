"""``abreast criteria``: how eligibility text is read."""

from __future__ import annotations

from typing import Annotated

import typer

from abreast.cli.console import LANG, out
from abreast.foundation.language import gettext as _

app = typer.Typer(help="See how eligibility criteria are read.", no_args_is_help=True)


@app.command()
def read(
    what: Annotated[str, typer.Argument(help="An NCT number, or a file with eligibility text.")],
    lang: LANG = "en",
) -> None:
    """Show for each criterion what was read, word for word, and what was not, so that it can be checked."""
    from abreast.cli.load import eligibility_text
    from abreast.rules import rule_text
    from abreast.trials.eligibility import read_criteria

    text = eligibility_text(what)
    console = out()
    for number, criterion in enumerate(read_criteria(text), 1):
        cohort = f" [{criterion.cohort}]" if criterion.cohort else ""
        console.print(f"{number}. {criterion.section}{cohort} ({criterion.family})", style="bold", markup=False)
        console.print(_("   text:  %(words)s") % {"words": " ".join(criterion.text.split())}, markup=False)
        console.print(_("   rule:  %(rule)s") % {"rule": rule_text(criterion.rule)}, markup=False)
        for one in criterion.reads:
            words = " ".join(one.span.of(text).split())
            told = _("   read:  %(words)s by %(family)s") % {"words": repr(words), "family": one.by}
            console.print(told, style="dim", markup=False)
        for span in criterion.residue:
            told = _("   not read: %(words)s") % {"words": repr(" ".join(span.of(text).split()))}
            console.print(told, style="yellow", markup=False)
