#!/usr/bin/env python3
"""Tell which entries of the medical content are to be translated, and write the files to begin with.

scripts/translation_todo.py                      how many of each kind are missing, stale, unreviewed, reviewed
scripts/translation_todo.py --list [KIND ...]    the entries that are missing or stale, most important kinds first
scripts/translation_todo.py --show KIND/ID ...   the file to fill in: the mark and the English texts by their keys
"""

from __future__ import annotations

import argparse
from collections import Counter

import yaml

from abreast.knowledge import load_knowledge
from abreast.knowledge.model import Entry
from abreast.knowledge.translation import ORDER, english, mark, read_translations, state
from abreast.vocabulary import load_vocabulary


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", default="es")
    parser.add_argument("--list", nargs="*", metavar="KIND")
    parser.add_argument("--show", nargs="+", metavar="KIND/ID")
    options = parser.parse_args()
    knowledge = load_knowledge(load_vocabulary(), "en")
    kept = read_translations(options.language)
    entries = {f"{kind}/{entry.id}": entry for kind in ORDER for entry in getattr(knowledge, kind)}
    if options.show:
        for key in options.show:
            print(f"# {options.language}/{key}.yaml\n{skeleton(entries[key])}")
        return
    states = {key: state(entry, kept.get(key)) for key, entry in entries.items()}
    if options.list is not None:
        for key, one in states.items():
            if one in ("missing", "stale") and (not options.list or key.split("/")[0] in options.list):
                print(f"{one:8} {_words(entries[key]):5} words  {key}")
        return
    for kind in ORDER:
        counted = Counter(one for key, one in states.items() if key.startswith(f"{kind}/"))
        words = sum(
            _words(entries[key])
            for key, one in states.items()
            if key.startswith(f"{kind}/") and one in ("missing", "stale")
        )
        print(
            f"{kind:15}",
            *(f"{counted[one]:4} {one}" for one in ("missing", "stale", "unreviewed", "reviewed")),
            f"{words:6} words to do",
        )


def skeleton(entry: Entry) -> str:
    """Return the file of a translation, with the English in it still."""
    texts = {key: text if isinstance(text, str) else list(text) for key, text in english(entry).items()}
    return yaml.safe_dump(
        {"of": mark(entry), "reviewed": None, "texts": texts}, allow_unicode=True, sort_keys=False, width=120
    )


def _words(entry: Entry) -> int:
    return sum(len((text if isinstance(text, str) else " ".join(text)).split()) for text in english(entry).values())


if __name__ == "__main__":
    main()
