"""``abreast knowledge``: the medical content, and ``abreast ask``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abreast.cli.console import LANG, note, out
from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso

if TYPE_CHECKING:
    from abreast.knowledge import Knowledge
    from abreast.knowledge.ask import Found, Reply

app = typer.Typer(help="Look at and check the medical content.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add top-level commands of this module."""
    parent.command("ask")(ask)


def ask(
    question: Annotated[list[str], typer.Argument(help="Your question, in your own words.", show_default=False)],
    lang: LANG = "en",
) -> None:
    """Ask a question and get a short answer with its sources, or hear that there is none.

    The answers are written and checked by hand; nothing is made up. Without an answer the command ends with 1 and
    gives your question back, to take to your team. Nothing you ask is saved or sent.

    Example: abreast ask "What is HER2-low?"
    """
    from abreast.knowledge import load_knowledge
    from abreast.knowledge.ask import Asker
    from abreast.vocabulary import load_vocabulary

    text = " ".join(question).strip()
    if not text:
        raise typer.BadParameter(_("expected a question, such as: What is HER2-low?"), param_hint="question")
    knowledge = load_knowledge(load_vocabulary())
    reply = Asker(knowledge).ask(text)
    if reply.best is None:
        _say_none(reply)
        raise typer.Exit(1)
    _say_answer(reply.best, knowledge)
    _say_others(_("See also:"), reply.others)


def _say_none(reply: Reply) -> None:
    console = out()
    told = _("There is no answer here that fits your question closely enough, and nothing is made up.")
    console.print(told, markup=False)
    console.print(_("A question for your team: %(question)s") % {"question": reply.question}, markup=False)
    _say_others(_("There are answers to these:"), reply.others)


def _say_others(heading: str, others: tuple[Found, ...]) -> None:
    if others:
        console = out()
        console.print(f"\n{heading}", markup=False)
        for one in others:
            console.print(f"  {one.title}", markup=False)


def _say_answer(found: Found, knowledge: Knowledge) -> None:
    from abreast.knowledge import AnswerEntry

    entry, console = found.entry, out()
    statements = entry.answer if isinstance(entry, AnswerEntry) else (entry.definition,)
    console.print(f"{found.title}\n", markup=False)
    for statement in statements:
        console.print(f"{statement.text}\n", markup=False)
    if isinstance(entry, AnswerEntry) and entry.ask_team:
        console.print(_("Ask your team: %(question)s") % {"question": entry.ask_team} + "\n", markup=False)
    console.print(_("Facts last checked on %(day)s.") % {"day": say_iso(entry.reviewed)}, markup=False)
    if dt.date.fromisoformat(entry.review_due) < dt.date.today():
        due = say_iso(entry.review_due)
        console.print(_("They were due for another check on %(day)s.") % {"day": due}, markup=False)
    named = dict.fromkeys((*(one for said in statements for one in said.sources), *entry.sources))
    for known in (knowledge.references[source] for source in named if source in knowledge.references):
        where = known.url or (f"PubMed {known.pmid}" if known.pmid else known.nct)
        seen = _(" (seen through a report about it)") if known.seen == "secondary" else ""
        source = f"{known.title}. {known.publisher}, {known.date}{seen}. {where}"
        console.print(_("Source: %(source)s") % {"source": source}, markup=False)


@app.command("list")
def list_(
    kind: Annotated[
        str, typer.Argument(help="options, tests, questions, warnings, support ... (all when left out)")
    ] = "",
    lang: LANG = "en",
) -> None:
    """List the entries, with the day each was last reviewed."""
    from abreast.knowledge import KINDS, load_knowledge
    from abreast.vocabulary import load_vocabulary

    if kind and kind not in KINDS:
        raise typer.BadParameter(_("expected one of %(known)s") % {"known": ", ".join(KINDS)}, param_hint="kind")
    console = out()
    for name, entry in load_knowledge(load_vocabulary()).entries():
        if not kind or name == kind:
            title = next((getattr(entry, key) for key in TITLES if hasattr(entry, key)), "")
            reviewed = _("reviewed %(day)s") % {"day": say_iso(str(entry.reviewed))}
            console.print(f"{name}/{entry.id}: {title} ({reviewed})", markup=False)


TITLES = ("name", "title", "term", "question", "text")


@app.command()
def show(
    entry_id: Annotated[str, typer.Argument(help="The id, as 'abreast knowledge list' shows it.")],
    lang: LANG = "en",
) -> None:
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
        raise InputError(_("there is no entry %(id)s; 'abreast knowledge list' shows all") % {"id": repr(wanted)})
    console = out()
    for kind, entry in found:
        console.print(f"# {kind}/{entry.id}", markup=False)
        console.print(yaml.safe_dump(readable(entry), allow_unicode=True, sort_keys=False, width=100), markup=False)
        for source in entry.sources:
            if source in knowledge.references:
                ref = msgspec.to_builtins(knowledge.references[source])
                told = _("Source: %(source)s") % {"source": f"{source}: {ref['title']} {ref['url']}".rstrip()}
                console.print(told, markup=False)


@app.command()
def check() -> None:
    """Check every entry: schema, rules, sources, dates, reading grade, forbidden wording, and every translation.

    Ends with 1 on an error.
    """
    from abreast.foundation.language import LANGUAGES, SOURCE
    from abreast.knowledge import load_knowledge
    from abreast.knowledge.check import check_packs
    from abreast.knowledge.check_translations import check_translations, count_states
    from abreast.knowledge.loader import DATA
    from abreast.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    findings = check_packs(DATA, vocabulary)
    console = out()
    if not any(finding.level == "error" for finding in findings):
        knowledge = load_knowledge(vocabulary, SOURCE)
        findings += check_translations(knowledge)
        for name in LANGUAGES.keys() - {SOURCE}:
            told = ", ".join(f"{count} {one}" for one, count in sorted(count_states(knowledge, name).items()))
            console.print(f"{LANGUAGES[name]}: {told}", markup=False)
    for finding in findings:
        console.print(str(finding), markup=False)
    errors = sum(1 for finding in findings if finding.level == "error")
    console.print(f"{errors} errors, {len(findings) - errors} remarks", markup=False)
    if errors:
        raise typer.Exit(1)


@app.command()
def book(
    out_file: Annotated[Path, typer.Option("--out", help="The HTML file to write.")] = Path("abreast-knowledge.html"),
    pdf_file: Annotated[
        Path | None, typer.Option("--pdf", help="Write a PDF to print instead, to this file.", show_default=False)
    ] = None,
) -> None:
    """Write all medical content as one readable page: every entry with its rules in plain words and its sources.

    It is made for doctors and nurses who review the content.
    """
    from abreast import __version__
    from abreast.foundation.packed import write_whole
    from abreast.knowledge import load_knowledge
    from abreast.knowledge.definitions import read_definitions
    from abreast.knowledge.loader import DATA
    from abreast.outputs.book import book_html, read_book
    from abreast.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    definitions = read_definitions(DATA)
    content = read_book(load_knowledge(vocabulary), definitions, vocabulary, __version__, dt.date.today())
    if pdf_file:
        from abreast.outputs.documents.book_document import book_pdf

        write_whole(pdf_file, book_pdf(content), mode=0o644)
    else:
        write_whole(out_file, book_html(content).encode("utf-8"), mode=0o644)
    note(f"Written: {pdf_file or out_file}")
