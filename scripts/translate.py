#!/usr/bin/env python3
"""Keep the catalogs of src/abreast/locale in step with the words of the source.

    scripts/translate.py            find all words, bring every catalog up to date, compile it, tell what is missing
    scripts/translate.py --check    change nothing; fail when a catalog is not in step

Words are found by Babel in Python (``_``, ``gettext``, ``ngettext``, ``pgettext``, ``npgettext``, ``mark``), in Jinja
templates, and in the YAML files named in ``YAML`` below, of which the words under the keys named there are shown.
Nothing is guessed: a changed English message is a new message, and its old translation goes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from babel.messages import Catalog, Message
from babel.messages.checkers import checkers
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent.parent
SOURCE = HERE / "src" / "abreast"
LOCALE = SOURCE / "locale"
DOMAIN = "abreast"
LANGUAGES = ("es",)

METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
OPTIONS = {"**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None}

YAML = {"web/data/interview.yaml": ("ask", "why", "where", "hint", "label"), "disease/data/*.yaml": ("name",)}
"""Files of words (as glob patterns), and the keys whose text is shown."""


def template() -> Catalog:
    """Return all messages of the source, with the files they are in."""
    found = Catalog(domain=DOMAIN, project="abreast", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        SOURCE, METHODS, OPTIONS, KEYWORDS, ("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    for pattern, keys in YAML.items():
        for file in sorted(SOURCE.glob(pattern)):
            for text in _texts(yaml.safe_load(file.read_text(encoding="utf-8")), keys):
                found.add(text, None, [(file.relative_to(SOURCE).as_posix(), 0)])
    return found


def _texts(node: object, keys: tuple[str, ...], shown: bool = False) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, keys, key in keys)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, keys, shown)
    elif shown and isinstance(node, str) and node.strip():
        yield node


def catalog(language: str) -> Catalog:
    """Return a catalog as it is kept, brought up to date with the source."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if path.exists():
        with path.open("rb") as file:
            kept = read_po(file, locale=language, domain=DOMAIN)
    else:
        kept = Catalog(locale=language, domain=DOMAIN, charset="utf-8")
    kept.update(template(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def po_bytes(one: Catalog) -> bytes:
    """Return a catalog as the text that people edit: by file, without dates or line numbers that change daily."""
    out = io.BytesIO()
    _plain_header(one)
    write_po(out, one, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(po: bytes, language: str) -> bytes:
    """Return a catalog as gettext reads it."""
    out = io.BytesIO()
    one = read_po(io.BytesIO(po), locale=language, domain=DOMAIN)
    _plain_header(one)
    write_mo(out, one)
    return out.getvalue()


def _plain_header(one: Catalog) -> None:
    one.header_comment = "# The words of abreast. Kept in step by scripts/translate.py; see docs/translation.md."
    one.project, one.version, one.msgid_bugs_address = "abreast", "1", ""
    one.last_translator = one.language_team = ""
    one.creation_date = one.revision_date = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    one.fuzzy = False


def wanting(one: Catalog) -> list[Message]:
    """Return the messages that are not translated, or only guessed."""
    return [m for m in one if m.id and (m.fuzzy or not all(m.string if isinstance(m.string, tuple) else [m.string]))]


def faults(one: Catalog) -> Iterator[str]:
    """Yield what Babel finds wrong with a translation: other placeholders, or another number of plural forms."""
    for message in one:
        if not message.id or message in wanting(one):
            continue
        for check in checkers:
            try:
                check(one, message)
            except Exception as error:
                yield f"{message.id!r}: {error}"


def main() -> int:
    """Do what the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a catalog is not in step")
    parser.add_argument("--list", action="store_true", help="list the messages that are not translated")
    options = parser.parse_args()
    status = 0
    for language in LANGUAGES:
        folder = LOCALE / language / "LC_MESSAGES"
        one = catalog(language)
        po = po_bytes(one)
        for path, content in ((folder / f"{DOMAIN}.po", po), (folder / f"{DOMAIN}.mo", mo_bytes(po, language))):
            if not path.exists() or path.read_bytes() != content:
                status |= options.check
                print(f"{path.relative_to(HERE)}: {'is not in step' if options.check else 'written'}")
                if not options.check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
        missing = wanting(one)
        wrong = list(faults(one))
        print(f"{language}: {len(one)} messages, {len(missing)} not translated, {len(wrong)} at fault")
        print(*wrong, *(repr(m.id) for m in missing if options.list), sep="\n")
        status |= options.check and bool(missing or wrong)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
