"""``abreast knowledge``: the medical content, and ``abreast ask``."""

from __future__ import annotations

from typing import Annotated

import typer

from abreast.cli.console import out

app = typer.Typer(help="Look at and check the medical content.", no_args_is_help=True)


def register(_: typer.Typer) -> None:
    """Add top-level commands of this module."""


@app.command("list")
def list_(
    kind: Annotated[
        str, typer.Argument(help="options, tests, questions, warnings, support ... (all when left out)")
    ] = "",
) -> None:
    """List the entries, with the day each was last reviewed."""
    from abreast.knowledge import KINDS, load_knowledge
    from abreast.vocabulary import load_vocabulary

    if kind and kind not in KINDS:
        raise typer.BadParameter(f"expected one of {', '.join(KINDS)}", param_hint="kind")
    console = out()
    for name, entry in load_knowledge(load_vocabulary()).entries():
        if not kind or name == kind:
            title = next((getattr(entry, key) for key in TITLES if hasattr(entry, key)), "")
            console.print(f"{name}/{entry.id}: {title} (reviewed {entry.reviewed})", markup=False)


TITLES = ("name", "title", "term", "question", "text")


@app.command()
def show(entry_id: Annotated[str, typer.Argument(help="The id, as 'abreast knowledge list' shows it.")]) -> None:
    """Show one entry whole: its words, its rules and its sources."""
    import msgspec
    import yaml

    from abreast.foundation.errors import InputError
    from abreast.knowledge import load_knowledge
    from abreast.knowledge.words import readable
    from abreast.vocabulary import load_vocabulary

    knowledge = load_knowledge(load_vocabulary())
    wanted = entry_id.rsplit("/", 1)[-1]
    found = [(kind, entry) for kind, entry in knowledge.entries() if entry.id == wanted]
    if not found:
        raise InputError(f"there is no entry {wanted!r}; 'abreast knowledge list' shows all")
    console = out()
    for kind, entry in found:
        console.print(f"# {kind}/{entry.id}", markup=False)
        console.print(yaml.safe_dump(readable(entry), allow_unicode=True, sort_keys=False, width=100), markup=False)
        for source in entry.sources:
            if source in knowledge.references:
                ref = msgspec.to_builtins(knowledge.references[source])
                console.print(f"source {source}: {ref['title']} {ref['url']}".rstrip(), markup=False)


@app.command()
def check() -> None:
    """Check every entry: schema, rules, sources, dates, reading grade, forbidden wording. Ends with 1 on an error."""
    from abreast.knowledge.check import check_packs
    from abreast.knowledge.loader import DATA
    from abreast.vocabulary import load_vocabulary

    findings = check_packs(DATA, load_vocabulary())
    console = out()
    for finding in findings:
        console.print(str(finding), markup=False)
    errors = sum(1 for finding in findings if finding.level == "error")
    console.print(f"{errors} errors, {len(findings) - errors} remarks", markup=False)
    if errors:
        raise typer.Exit(1)
