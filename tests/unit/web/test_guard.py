"""Who is refused: a wrong name, a foreign page, no key; and what every answer carries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from abreast.web.guard import HEADERS, LARGEST_BODY, SORRY, Guard, Keys, _said

PORT = 4711
HOST = f"127.0.0.1:{PORT}"
HOME = f"http://{HOST}"


@dataclass
class Inside:
    """An app that tells whether anything reached it."""

    reached: list[str] = field(default_factory=list)
    breaks: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope["path"])
        if self.breaks:
            raise ValueError("stage IV")  # words of a case
        await PlainTextResponse("inside")(scope, receive, send)


@dataclass
class Asked:
    status: int
    headers: dict[str, str]
    body: str


def ask(guard: Guard, method: str = "GET", path: str = "/", query: str = "", **headers: str | None) -> Asked:
    given = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value is not None],
    }
    asyncio.run(guard(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Asked(sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]).decode())


@pytest.fixture
def guard() -> Guard:
    return Guard(Inside(), Keys(), PORT)


def cookie(guard: Guard) -> str:
    return f"{guard.cookie}={guard.keys.cookie}"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"host": "evil.example"}),
        ("GET", {"host": f"localhost:{PORT}"}),
        ("GET", {"host": None}),
        ("GET", {"origin": "http://evil.example"}),
        ("GET", {"sec_fetch_site": "cross-site"}),
        ("GET", {"sec_fetch_site": "same-site"}),
        ("POST", {"content_length": "0"}),
        ("POST", {"content_length": "0", "origin": "null"}),
        ("POST", {"content_length": "0", "origin": "http://evil.example"}),
        ("POST", {"content_length": "0", "origin": f"https://{HOST}"}),
        ("POST", {"content_length": "0", "origin": "http://127.0.0.1:4712"}),
    ],
)
def test_even_with_the_cookie_a_foreign_request_is_refused(
    guard: Guard, method: str, headers: dict[str, str | None]
) -> None:
    asked = ask(guard, method, cookie=cookie(guard), **headers)
    assert asked.status == 403
    assert guard.app.reached == []


@pytest.mark.parametrize("sent", [None, "", "abreast-4711=", "abreast-4711=wrong", "other=1", "=;=;", '"'])
def test_without_the_right_cookie_nothing_is_reached(guard: Guard, sent: str | None) -> None:
    for method, headers in (("GET", {}), ("POST", {"origin": HOME, "content_length": "0"})):
        assert ask(guard, method, cookie=sent, **headers).status == 403
    assert guard.app.reached == []


@pytest.mark.parametrize("query", ["", "key=", "key=wrong", "key=%ff"])
def test_a_wrong_key_opens_nothing(guard: Guard, query: str) -> None:
    asked = ask(guard, query=query)
    assert asked.status == 403
    assert "set-cookie" not in asked.headers


def test_the_key_shown_opens_again_and_again_the_other_once(guard: Guard) -> None:
    shown, once = guard.keys.shown, guard.keys.once
    assert [ask(guard, query=f"key={key}").status for key in (shown, shown, once, once)] == [303, 303, 303, 403]


def test_a_key_works_at_the_door_only(guard: Guard) -> None:
    assert ask(guard, path="/plan", query=f"key={guard.keys.shown}").status == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(guard: Guard) -> None:
    asked = ask(guard, query=f"key={guard.keys.shown}")
    assert asked.headers["location"] == "/"
    attributes = {part.strip().lower() for part in asked.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes
    assert guard.keys.shown not in asked.headers["set-cookie"]


def test_with_the_cookie_the_app_is_reached_and_every_answer_carries_the_headers(guard: Guard) -> None:
    for asked in (ask(guard, cookie=cookie(guard)), ask(guard)):
        assert {name: asked.headers[name.lower()] for name in HEADERS} == HEADERS
    assert guard.app.reached == ["/"]


@pytest.mark.parametrize(("length", "status"), [(None, 411), ("-1", 411), ("ten", 411), (str(LARGEST_BODY + 1), 413)])
def test_a_body_that_is_too_long_or_of_unknown_length_is_refused(guard: Guard, length: str | None, status: int) -> None:
    asked = ask(guard, "POST", cookie=cookie(guard), origin=HOME, content_length=length)
    assert asked.status == status
    assert guard.app.reached == []


def test_a_fault_shows_and_logs_no_word_of_a_case(capsys: pytest.CaptureFixture[str]) -> None:
    guard = Guard(Inside(breaks=True), Keys(), PORT)
    asked = ask(guard, cookie=cookie(guard))
    assert asked.status == 500
    said = asked.body + "".join(capsys.readouterr())
    assert "ValueError" in said
    assert "stage IV" not in said
    assert "Traceback" not in said


def test_secrets_differ_from_session_to_session() -> None:
    keys = [Keys() for _ in range(3)]
    assert len({secret for one in keys for secret in (one.shown, one.once, one.cookie)}) == 9


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([], "Something went wrong"),
        ([(b"accept-language", b"es-MX,en;q=0.5")], "Algo salió mal"),
        ([(b"Accept-Language", b"es"), (b"cookie", b"language=en")], "Something went wrong"),
        ([(b"cookie", b"language=es")], "Algo salió mal"),
    ],
)
def test_a_fault_is_told_in_the_persons_language(headers: list[tuple[bytes, bytes]], said: str) -> None:
    assert _said(SORRY, {"type": "http", "headers": headers}).startswith(said)
