"""Who may ask: only the person's own browser, and only pages that this app made.

Any program on the machine, and any web page in the browser, can reach a port of this machine. Every request is
therefore held against four things: the ``Host`` it names (a page that made its own name point here names that one),
the ``Origin`` it comes from (a form on another site says so), a key that only the opened address carries, and, once
that was used, a cookie that scripts cannot read and other sites cannot send. What is refused gets no page and touches
nothing.
"""

from __future__ import annotations

import secrets
import sys
import traceback
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abreast.foundation import language
from abreast.foundation.language import mark

LARGEST_BODY = 100_000_000
"""Bytes of the largest upload; a record of one person is a few megabytes."""

SORRY = mark("Something went wrong in abreast. Your answers up to here are saved. Go back and try again.")
TOO_LARGE = mark("That is too large: files may have up to 100 MB together.")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Keys:
    """The secrets of one session.

    ``shown`` is in the address that the terminal shows. ``once`` is in the address that the browser is started with,
    which other users of the machine may see in the list of processes: it opens the door one time. ``cookie`` is what
    the browser carries afterwards.
    """

    shown: str = field(default_factory=_secret)
    once: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)

    def opens(self, key: str) -> bool:
        """Whether a key of an address opens the door; the one for one time is used up by it."""
        if self.once and secrets.compare_digest(key.encode(), self.once.encode()):
            self.once = ""
            return True
        return secrets.compare_digest(key.encode(), self.shown.encode())


class Guard:
    """Stands before the app: refuses what is not the person's, and puts the same headers on every answer."""

    def __init__(self, app: ASGIApp, keys: Keys, port: int) -> None:
        """Guard an app that is served on a port of this machine."""
        self.app = app
        self.keys = keys
        self.host = f"127.0.0.1:{port}"
        self.cookie = f"abreast-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": _with_headers(message["headers"])}
            await send(message)

        answer = self._door(scope)
        try:
            await (answer or self.app)(scope, receive, sending)
        except Exception as error:  # the person gets a page, and no log gets the words of a case
            sys.stderr.write(f"abreast: a fault of ours at {_where(error)} ({type(error).__name__})\n")
            if not started:
                await PlainTextResponse(_said(SORRY, scope), 500)(scope, receive, sending)

    def _door(self, scope: Scope) -> Response | None:
        """Return the answer at the door, or ``None`` when the request may go on."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get("host") != self.host:
            return _refuse("this address is not the one that abreast was opened at")
        posting = scope["method"] not in ("GET", "HEAD")
        origin = headers.get("origin")
        if origin != f"http://{self.host}" and (posting or origin is not None):
            return _refuse("this request comes from another page")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _refuse("this request comes from another page")
        if posting and not headers.get("content-length", "").isdigit():
            return PlainTextResponse("abreast needs to know how long this is.", 411)
        if posting and int(headers["content-length"]) > LARGEST_BODY:
            return PlainTextResponse(_said(TOO_LARGE, scope), 413)
        if self._has_cookie(headers.get("cookie", "")):
            return None
        key = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if not posting and scope["path"] == "/" and self.keys.opens(key):
            return self._let_in()
        return _refuse("open abreast with the address that it shows in the terminal")

    def _has_cookie(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self.cookie)
        except CookieError:
            return False
        return found is not None and secrets.compare_digest(found.value.encode(), self.keys.cookie.encode())

    def _let_in(self) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(self.cookie, self.keys.cookie, httponly=True, samesite="strict", path="/")
        return response


def _said(message: str, scope: Scope) -> str:
    """Return a message in the language that the person chose, or that the browser prefers."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        chosen = SimpleCookie(headers.get(b"cookie", "")).get("language")
    except CookieError:
        chosen = None
    spoken = chosen.value if chosen and chosen.value in language.LANGUAGES else ""
    with language.use(spoken or language.preferred(headers.get(b"accept-language", ""))):
        return language.gettext(message)


def _refuse(why: str) -> Response:
    return PlainTextResponse(f"Refused: {why}.", 403)


def _with_headers(raw: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [*raw, *((name.lower().encode(), value.encode()) for name, value in HEADERS.items())]


def _where(error: BaseException) -> str:
    """Return the place in our code, without any words of the error: those may be words of a case."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "abreast" in Path(frame.filename).parts]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"


__all__ = ["HEADERS", "LARGEST_BODY", "Guard", "Keys"]
