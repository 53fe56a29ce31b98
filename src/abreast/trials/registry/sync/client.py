"""The one place of abreast that opens a connection to another computer: reading ClinicalTrials.gov's API v2.

Only GET requests go out; what they ask for is the same for everybody (:mod:`.query`). The user agent names the product
and its version and nothing else. Cookies are not kept. A request that fails in passing is tried again, later each time;
when the registry says how long to wait (``Retry-After``), that is how long.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import httpx
import msgspec
import stamina

from abreast import __version__
from abreast.foundation.language import gettext as _
from abreast.trials.registry.sync.errors import Misunderstood, Refused, Unreachable, still_usable
from abreast.trials.registry.sync.pages import Page, Version, read_page, read_version
from abreast.trials.registry.sync.query import Parameters, by_number

REGISTRY = "https://clinicaltrials.gov/api/v2"
"""The registry's own address."""

stamina.instrumentation.set_on_retry_hooks([])  # the person is told by us, and no log is written

_PASSING = {408, 425, 429, 500, 502, 503, 504}

_ELSEWHERE = {301, 302, 307, 308, 404}
"""Answers to a number that the registry does not have any more, or has under another number (301, as it documents)."""


class Settings(msgspec.Struct, frozen=True):
    """How the registry is asked.

    Attributes:
        url: the address of the API; another one is for a mirror and for tests.
        proxy: the address of a proxy; empty for what the environment says (``HTTPS_PROXY``, ``NO_PROXY``).
        page_size: studies in one answer; the registry gives at most 1,000.
        attempts: how often a request is tried.
        timeout: seconds without a sign of life after which a request has failed; connecting gets a third of it.
        longest_wait: seconds that abreast waits at the registry's request before it gives up.
        longest_answer: seconds that one answer may take.
        largest_answer: bytes that one answer may have.
        burst: so many requests may go out at once; then one a second (``robots.txt`` of the site asks for that pace).
    """

    url: str = REGISTRY
    proxy: str = ""
    page_size: int = 200
    attempts: int = 6
    timeout: float = 30.0
    longest_wait: float = 120.0
    longest_answer: float = 300.0
    largest_answer: int = 400_000_000
    burst: int = 5


class Client:
    """Asks the registry. Use it in a ``with`` statement."""

    def __init__(self, settings: Settings | None = None, waiting: Callable[[str], None] = lambda _: None) -> None:
        """Prepare; nothing is sent yet. ``waiting`` is told when a request has to be tried again.

        Raises:
            Unreachable: when the proxy's address, or the registry's, is none.
        """
        self.settings = settings or Settings()
        self._waiting = waiting
        self._sent = 0
        self._last = 0.0
        limit = self.settings.timeout
        try:
            self._http = httpx.Client(
                base_url=self.settings.url.rstrip("/") + "/",
                proxy=self.settings.proxy or None,
                timeout=httpx.Timeout(limit, connect=limit / 3),
                headers={"User-Agent": f"abreast/{__version__}", "Accept": "application/json"},
            )
        except (ValueError, httpx.InvalidURL, ImportError) as error:  # no such kind of proxy; no address; SOCKS
            raise Unreachable(_("The proxy cannot be used: %(why)s") % {"why": error}) from None

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    # --- what can be asked ---

    def version(self) -> Version:
        """Return the version of the registry's data; a registry that does not tell has an empty one.

        Raises:
            SyncError: when no usable answer comes.
        """
        try:
            return read_version(self._get("version", {}))
        except Refused:
            return Version("")

    def page(self, asked: Parameters, token: str = "", *, size: int = 0) -> Page:
        """Return one page of the studies asked for; the first without a token, with the total.

        Every page must be asked for with the same parameters; that is why the token's page comes from the same dict.

        Raises:
            Refused: when the registry does not take the request, as it does with a token that is too old.
            SyncError: when no usable answer comes.
        """
        paging = {"pageToken": token} if token else {"countTotal": "true"}
        return read_page(self._get("studies", {**asked, "pageSize": str(size or self.settings.page_size), **paging}))

    def count(self, asked: Parameters) -> int | None:
        """Return how many studies there are of what is asked for, fetching as little as possible."""
        body = self._get("studies", {**asked, "fields": "NCTId", "countTotal": "true", "pageSize": "1"})
        return read_page(body).total_count

    def pages(self, asked: Parameters, *, size: int = 0) -> Iterator[Page]:
        """Yield all pages of what is asked for.

        Raises:
            SyncError: when no usable answer comes, or the pages never end.
        """
        token, seen = "", {""}
        while True:
            page = self.page(asked, token, size=size)
            yield page
            token = page.next_page_token
            if not token:
                return
            if token in seen:
                raise Misunderstood(_("The registry gave the same page twice.") + " " + still_usable())
            seen.add(token)

    def has(self, nct: str) -> bool:
        """Whether the registry has a study under this very number; one that was merged into another does not count.

        Raises:
            SyncError: when no usable answer comes.
        """
        try:
            self._get(f"studies/{nct}", {"fields": "NCTId"})
        except Refused as error:
            if isinstance(error.__cause__, _Status) and error.__cause__.code in _ELSEWHERE:
                return False
            raise
        return True

    def by_number(self, numbers: tuple[str, ...]) -> Iterator[Page]:
        """Yield the pages of the studies with these numbers."""
        return self.pages(by_number(numbers), size=max(len(numbers), 1))

    # --- asking ---

    def _get(self, path: str, parameters: Parameters) -> bytes:
        """Return the body of an answer, trying again where that can help."""
        tries = stamina.retry_context(
            on=self._try_again,
            attempts=self.settings.attempts,
            timeout=None,
            wait_initial=0.5,
            wait_max=30.0,
            wait_jitter=0.5,
        )
        try:
            for attempt in tries:
                with attempt:
                    self._pace()
                    return self._once(path, parameters)
        except _Status as error:
            raise _explain_status(error) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as error:
            raise _explain(error, self.settings) from error
        raise AssertionError("a retry loop ends with an answer or an error")

    def _once(self, path: str, parameters: Parameters) -> bytes:
        begun = time.monotonic()
        body = bytearray()
        with self._http.stream("GET", path, params=parameters) as answer:
            self._http.cookies.clear()
            if answer.status_code != httpx.codes.OK:
                raise _Status(answer.status_code, answer.headers, _beginning(answer))
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > self.settings.largest_answer:
                    raise Misunderstood(_("The registry's answer is too large to be right.") + " " + still_usable())
                if time.monotonic() - begun > self.settings.longest_answer:
                    raise httpx.ReadTimeout("the answer takes too long")
        return bytes(body)

    def _pace(self) -> None:
        """Wait until the next request may go out."""
        self._sent += 1
        if self._sent > self.settings.burst:
            time.sleep(max(0.0, self._last + 1.0 - time.monotonic()))
        self._last = time.monotonic()

    def _try_again(self, error: Exception) -> bool | float:
        """Whether to try again, or after how many seconds."""
        if isinstance(error, _Status):
            if error.code not in _PASSING:
                return False
            if error.wait is not None and error.wait > self.settings.longest_wait:
                return False
            self._waiting(_("The registry is busy (%(code)d); trying again.") % {"code": error.code})
            return True if error.wait is None else error.wait
        if not isinstance(error, httpx.TransportError) or isinstance(error, httpx.UnsupportedProtocol):
            return False
        if any(
            _caused_by(error, kind) for kind in (ssl.SSLCertVerificationError, socket.gaierror, ConnectionRefusedError)
        ):
            return False  # trying again in a few seconds does not mend a certificate, a name or a server that is off
        self._waiting(_("The connection was lost; trying again."))
        return True


class _Status(Exception):  # noqa: N818 - never leaves this module but as a cause
    """The registry answered, and not with what was asked for."""

    def __init__(self, code: int, headers: httpx.Headers, words: str) -> None:
        self.code = code
        self.words = words
        self.wait = _wait(headers.get("Retry-After", ""))
        super().__init__(f"{code} {words}")


def _beginning(answer: httpx.Response) -> str:
    """Return the first line of an error's text, if it is text."""
    if not answer.headers.get("Content-Type", "").startswith("text/plain"):
        return ""
    for chunk in answer.iter_text(2000):
        line = chunk.strip().splitlines()[:1]
        return "".join(sign for sign in line[0] if sign.isprintable())[:200] if line else ""
    return ""


def _wait(header: str) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3: seconds or a date)."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        day = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if day.tzinfo is None:
        day = day.replace(tzinfo=dt.UTC)
    return max(0.0, (day - dt.datetime.now(dt.UTC)).total_seconds())


def _caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _explain_status(error: _Status) -> Refused | Unreachable:
    if error.code in _PASSING:
        later = _("The registry is busy or out of order (%(code)d). Try again later.")
        if error.wait:
            later = _("The registry is busy (%(code)d) and asks to wait %(minutes)d minutes. Try again then.")
        said = later % {"code": error.code, "minutes": max(1, round((error.wait or 0) / 60))}
        return Unreachable(f"{said} {still_usable()}")
    if error.code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        why = _("The proxy wants a user name and a password: give them in its address, http://name:password@host:port.")
        return Refused(f"{why} {still_usable()}")
    answer = f"{error.code} {error.words}".strip()
    why = _("The registry did not take the request (%(answer)s).") % {"answer": answer}
    return Refused(f"{why} {still_usable()}")


def _explain(error: Exception, settings: Settings) -> Unreachable:
    host = httpx.URL(settings.url).host
    if _caused_by(error, ssl.SSLError):
        why = _(
            "The secure connection to %(host)s could not be checked. If your workplace inspects connections, name its"
            " certificates in SSL_CERT_FILE; otherwise this network is not to be trusted."
        )
    elif isinstance(error, httpx.ProxyError) or (_uses_proxy(settings) and isinstance(error, httpx.ConnectError)):
        why = _("The proxy did not let the request through (%(error)s). Check --proxy or HTTPS_PROXY.")
    elif _caused_by(error, socket.gaierror):
        why = _("The address %(host)s could not be found. Is this computer connected to the internet?")
    elif isinstance(error, httpx.TimeoutException):
        why = _("%(host)s did not answer in time.")
    elif isinstance(error, httpx.ConnectError):
        why = _("%(host)s could not be reached (%(error)s). Is this computer connected to the internet?")
    elif isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
        why = _("The address of the registry is not one that can be asked: it must begin with https://")
    else:
        why = _("The connection to %(host)s broke off (%(error)s).")
    return Unreachable(f"{why % {'host': host, 'error': error}} {still_usable()}")


def _uses_proxy(settings: Settings) -> bool:
    names = ("https_proxy", "all_proxy", "http_proxy")
    return bool(settings.proxy) or any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)
