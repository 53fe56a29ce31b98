"""Walks through the app in Spanish, page by page, and tells which English words it meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import html
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.web.app import routes
from abreast.web.desk import Desk

ENGLISH = frozenset(
    (
        *("about", "after", "again", "all", "also", "an", "and", "any", "are", "at", "be", "because", "been", "before"),
        *("being", "below", "between", "both", "but", "by", "can", "could", "did", "does", "each", "even", "every"),
        *("few", "for", "from", "had", "have", "her", "here", "his", "how", "if", "into", "is", "it", "its", "just"),
        *(
            "know",
            "like",
            "made",
            "many",
            "may",
            "more",
            "most",
            "much",
            "must",
            "my",
            "new",
            "not",
            "now",
            "of",
            "off",
        ),
        *("on", "one", "only", "or", "other", "our", "out", "over", "own", "please", "same", "see", "she", "should"),
        *("since", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they"),
        *("this", "those", "through", "to", "too", "took", "under", "until", "up", "very", "was", "we", "were"),
        *("what", "when", "where", "whether", "which", "while", "who", "whom", "why", "will", "with", "would"),
        *("yes", "you", "your", "yours"),
    )
)
"""Words of grammar that English has and Spanish has not. Left out are those that Spanish has too, or that are a number
or a letter in it: a, as, do, has, he, i, in, me, no, once, son, use."""

_QUOTED = re.compile(r"https?://\S+|“[^”]*”|\"[^\"]*\"")
"""Addresses, and what is quoted: words of the registry, of a report, of a button in another program."""

_NAMES = re.compile(r"The Black Breast Cancer Alliance|The Pink Fund|Road To Recovery")
"""Names of organizations and of their programs, which have no Spanish one."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SHOWN = ("aria-label", "alt", "title", "placeholder", "value")


def client_of(desk: Desk) -> TestClient:
    """Return a browser that prefers Spanish, in front of all pages of the app."""
    return TestClient(Starlette(routes=routes(desk)), headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"})


def english_in(page: str) -> list[str]:
    """Return the pieces of a page with English words, where the page does not say that they are English."""
    tree = html.fromstring(page)
    for part in tree.xpath(
        "//style | //script | //svg/style | //*[@lang='en'] | //code | //q | //datalist | //textarea"
    ):
        part.drop_tree()
    return [text for text in _texts(tree) if found(text)]


def found(text: str) -> list[str]:
    """Return the English words of grammar in a text."""
    return [word for word in _WORD.findall(_NAMES.sub("", _QUOTED.sub("", text))) if word.lower() in ENGLISH]


def _texts(tree: html.HtmlElement) -> Iterator[str]:
    for one in tree.itertext():
        if isinstance(one, str) and one.strip():
            yield " ".join(one.split())
    for element in tree.xpath("//*[not(self::svg)]"):  # a picture has its words beside it, each in its language
        for name in SHOWN:
            value = element.get(name) if isinstance(element.tag, str) else None
            if value and (name != "value" or element.tag == "button") and " " in value:
                yield value


def links(page: str) -> list[str]:
    """Return the addresses inside the app that a page links to, without the place in the page."""
    addresses = (urlsplit(one) for one in html.fromstring(page).xpath("//a/@href"))
    return [f"{one.path}?{one.query}".rstrip("?") for one in addresses if not one.netloc and one.path.startswith("/")]


def kind_of(address: str) -> str:
    """Return what kind of page an address is: all options are one kind, all trials, all questions."""
    return re.sub(r"(/plan/options/|/plan/trials/|/question/|/ask/).+", r"\1...", urlsplit(address).path)
