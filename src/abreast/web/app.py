"""The app as one ASGI application, and its server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from abreast.foundation import language
from abreast.foundation.errors import InputError
from abreast.web import documents, pages, people, plan_pages, reports
from abreast.web.desk import Desk
from abreast.web.frame import missing, spoken
from abreast.web.guard import Guard, Keys

HOST = "127.0.0.1"


def make_app(desk: Desk, keys: Keys, port: int) -> ASGIApp:
    """Return the app with its guard."""
    return Guard(Starlette(routes=routes(desk), exception_handlers={404: no_page(desk)}), keys, port)


def no_page(desk: Desk) -> Callable[[Request, Exception], Response]:
    """Return what answers an address that leads nowhere: a page of the app, with the ways on."""

    def say(request: Request, error: Exception) -> Response:
        with language.use(spoken(desk, request)):
            return missing(desk, request)

    return say


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of all pages."""
    return [route for room in (pages, people, reports, documents, plan_pages) for route in room.routes(desk)]


@dataclass(frozen=True)
class Address:
    """Where the app is: ``shown`` to be read in the terminal, ``once`` to start the browser with."""

    shown: str
    once: str


def serve(desk: Desk, port: int, ready: Callable[[Address], None]) -> None:
    """Serve until the person stops it; ``ready`` is called when the app can be opened.

    ``port`` 0 means any that is free. The medical facts and the registry are read meanwhile.

    Raises:
        InputError: when the port is taken.
    """
    listening = _listen(port)
    port = listening.getsockname()[1]
    keys = Keys()
    config = uvicorn.Config(
        make_app(desk, keys, port),
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    threading.Thread(target=desk.warm, daemon=True).start()
    base = f"http://{HOST}:{port}/?key="
    ready(Address(base + keys.shown, base + keys.once))
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(64)
    except (OSError, OverflowError):
        listening.close()
        raise InputError(f"port {port} is taken or not allowed; leave out --port to use any that is free") from None
    return listening


__all__ = ["Address", "make_app", "routes", "serve"]
