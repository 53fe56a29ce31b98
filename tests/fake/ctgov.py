"""A ClinicalTrials.gov API v2 on this machine, for tests and benchmarks.

It follows the registry's OpenAPI description (see ``docs/registry.md``): ``/version``, ``/studies`` with its query and
filter parameters, paging by token, ``countTotal`` on the first page only, ``pageSize`` coerced to 1,000, errors 400
and 404 as plain text. A parameter that is not documented, or one that changes between pages, is refused, so that a
test fails when the client asks for what does not exist. What may go wrong is scripted: see :class:`Fault`.

    python -m tests.fake.ctgov --port 8080        serve the shipped studies until stopped
"""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Record = dict[str, Any]

DOCUMENTED = {
    "format", "markupFormat", "query.cond", "query.term", "query.locn", "query.titles", "query.intr", "query.outc",
    "query.spons", "query.lead", "query.id", "query.patient", "filter.overallStatus", "filter.geo", "filter.ids",
    "filter.advanced", "filter.synonyms", "postFilter.overallStatus", "postFilter.geo", "postFilter.ids",
    "postFilter.advanced", "postFilter.synonyms", "aggFilters", "geoDecay", "fields", "sort", "countTotal", "pageSize",
    "pageToken",
}  # fmt: skip
UNDERSTOOD = {"query.cond", "filter.overallStatus", "filter.ids", "filter.advanced", "fields", "format"}
PAGING = {"countTotal", "pageSize", "pageToken"}
RANGE = re.compile(r"AREA\[LastUpdatePostDate\]RANGE\[\s*([0-9-]+|MIN)\s*,\s*([0-9-]+|MAX)\s*\]")
PHRASE = re.compile(r'"([^"]+)"')


@dataclass
class Fault:
    """What happens to one request in the place of an answer, or to the answer.

    ``status`` answers so, with ``headers`` and ``body``; ``slow`` waits so many seconds first; ``drip`` sends the
    answer in small pieces with a pause between them; ``cut`` closes the connection after so many bytes of the body
    (0: before any answer); ``body`` alone sends that text in the place of the JSON.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "text/plain"
    slow: float = 0.0
    drip: float = 0.0
    cut: int | None = None


OK = Fault()


class Registry:
    """The studies served, and how the server behaves. Change it between requests as a test needs."""

    def __init__(self, records: Iterable[Record] = (), data: str = "2026-11-20T09:00:05") -> None:
        self.studies: dict[str, Record] = {}
        self.data = data
        self.faults: deque[Fault] = deque()
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.tokens: dict[str, tuple[dict[str, str], int, tuple[str, ...]]] = {}
        self.lied_total: Callable[[int], int] = lambda total: total
        self.before_page: Callable[[int], None] = lambda number: None
        self.repeat_last_of_page = False
        self.empty_pages = False
        self.same_page_for_ever = False
        self.pause = 0.0
        self.put(*records)
        self._lock = threading.RLock()

    # --- what a test does ---

    def put(self, *records: Record) -> None:
        """Add or replace studies."""
        for record in records:
            self.studies[number(record)] = record

    def remove(self, *numbers: str) -> None:
        """Take studies out."""
        for nct in numbers:
            del self.studies[nct]

    def change(self, nct: str, *, day: str, **fields: Any) -> None:
        """Change a study and post it on a day: ``status=``, ``criteria=``, ``title=``."""
        record = copy.deepcopy(self.studies[nct])
        protocol = record["protocolSection"]
        protocol.setdefault("statusModule", {})["lastUpdatePostDateStruct"] = {"date": day, "type": "ACTUAL"}
        protocol["statusModule"]["statusVerifiedDate"] = day[:7]
        if "status" in fields:
            protocol["statusModule"]["overallStatus"] = fields["status"]
        if "criteria" in fields:
            protocol.setdefault("eligibilityModule", {})["eligibilityCriteria"] = fields["criteria"]
        if "title" in fields:
            protocol["identificationModule"]["briefTitle"] = fields["title"]
        self.studies[nct] = record

    def new_data(self, day: str) -> None:
        """Let the registry's data be of another day: every record says so, as the real one's do."""
        self.data = f"{day}T09:00:05"

    def expire_tokens(self) -> None:
        """Forget all tokens given out."""
        self.tokens.clear()

    def paths(self) -> list[str]:
        """Return what was asked for, without parameters."""
        return [path for path, _, _ in self.asked]

    # --- what the server does ---

    def answer(self, path: str, parameters: dict[str, str]) -> tuple[int, str, bytes]:
        """Return status, content type and body."""
        with self._lock:
            if path == "/api/v2/version":
                return _json({"apiVersion": "2.0.5", "dataTimestamp": self.data})
            if path == "/api/v2/studies":
                return self._page(parameters)
            if match := re.fullmatch(r"/api/v2/studies/(NCT\d{8})", path):
                found = self.studies.get(match[1])
                return (
                    _json(self._shown(found, parameters)) if found else _text(404, f"NCT number {match[1]} not found")
                )
            return _text(404, "Not found")

    def matching(self, parameters: dict[str, str]) -> list[str]:
        """Return the numbers of the studies that a query finds, in the registry's order."""
        return [nct for nct in sorted(self.studies) if _matches(self.studies[nct], nct, parameters)]

    def _page(self, parameters: dict[str, str]) -> tuple[int, str, bytes]:
        unknown = parameters.keys() - DOCUMENTED
        if unknown:
            return _text(400, f"unknown parameter {sorted(unknown)}")
        beyond = parameters.keys() - UNDERSTOOD - PAGING
        if beyond:
            return _text(400, f"this stand-in does not know {sorted(beyond)}")
        query = {name: value for name, value in parameters.items() if name not in PAGING}
        size = min(int(parameters.get("pageSize") or 0) or 10, 1000)
        token = parameters.get("pageToken")
        if token is None:
            number, start, found = 0, 0, tuple(self.matching(query))
        else:
            kept = self.tokens.get(token)
            if kept is None:
                return _text(400, "`pageToken` is invalid or expired")
            asked, start, found = kept
            if asked != query:
                return _text(400, "`pageToken` was given for other parameters")
            number = start
        self.before_page(number)
        chosen = found[start : start + size]
        end = start + size
        if self.empty_pages and token is None and end < len(found):
            chosen, end = (), 0
        studies = [self._shown(self.studies[nct], parameters) for nct in chosen if nct in self.studies]
        if self.repeat_last_of_page and start:
            studies = [self._shown(self.studies[found[start - 1]], parameters), *studies]
        body: dict[str, Any] = {"studies": studies}
        if token is None and parameters.get("countTotal") == "true":
            body["totalCount"] = self.lied_total(len(found))
        if self.same_page_for_ever:
            end = 0
        if end < len(found):
            name = f"t{end}-{abs(hash((tuple(sorted(query.items())), end))) % 10**8}"
            self.tokens[name] = (query, end, found)
            body["nextPageToken"] = name
        return _json(body)

    def _shown(self, record: Record, parameters: dict[str, str]) -> Record:
        if parameters.get("fields") == "NCTId":
            return {"protocolSection": {"identificationModule": {"nctId": number(record)}}}
        derived = {**record.get("derivedSection", {})}
        derived["miscInfoModule"] = {**derived.get("miscInfoModule", {}), "versionHolder": self.data[:10]}
        return {**record, "derivedSection": derived, "hasResults": record.get("hasResults", False)}


def number(record: Record) -> str:
    """Return a record's registry number."""
    return str(record["protocolSection"]["identificationModule"]["nctId"])


def aliases(record: Record) -> tuple[str, ...]:
    """Return the numbers that a study had before."""
    return tuple(record["protocolSection"]["identificationModule"].get("nctIdAliases", ()))


def study(nct: str, title: str = "A Study of Breast Cancer", *, update: str = "2026-10-01", **fields: Any) -> Record:
    """Return a small whole record."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct, "briefTitle": title},
            "statusModule": {
                "overallStatus": fields.get("status", "RECRUITING"),
                "statusVerifiedDate": update[:7],
                "lastUpdatePostDateStruct": {"date": update, "type": "ACTUAL"},
            },
            "conditionsModule": {"conditions": fields.get("conditions", ["Breast Cancer"])},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE2"],
                "designInfo": {"primaryPurpose": "TREATMENT"},
            },
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Examplinib"}]},
            "eligibilityModule": {
                "eligibilityCriteria": fields.get("criteria", "Inclusion Criteria:\n\n* Metastatic breast cancer\n"),
                "sex": "ALL",
                "minimumAge": "18 Years",
            },
        }
    }


def shipped() -> Iterator[Record]:
    """Yield the studies of the snapshot that ships, as the registry would hand them out."""
    from abreast.trials.registry.snapshot import snapshot_entries

    for entry in snapshot_entries():
        yield entry.record


def _matches(record: Record, nct: str, parameters: dict[str, str]) -> bool:
    protocol = record["protocolSection"]
    status = protocol.get("statusModule", {})
    ids, statuses = parameters.get("filter.ids"), parameters.get("filter.overallStatus")
    if ids and not {nct, *aliases(record)} & set(re.split(r"[,|]", ids)):
        return False
    if statuses and status.get("overallStatus") not in re.split(r"[,|]", statuses):
        return False
    if advanced := parameters.get("filter.advanced"):
        low, high = RANGE.fullmatch(advanced).groups()  # type: ignore[union-attr]
        day = status.get("lastUpdatePostDateStruct", {}).get("date", "")
        if (low != "MIN" and day < low) or (high != "MAX" and day > high):
            return False
    if condition := parameters.get("query.cond"):
        identification, conditions = protocol["identificationModule"], protocol.get("conditionsModule", {})
        text = _plain(
            " . ".join(
                [
                    identification.get("briefTitle", ""),
                    identification.get("officialTitle", ""),
                    *conditions.get("conditions", []),
                    *conditions.get("keywords", []),
                ]
            )
        )
        return any(f" {_plain(phrase).strip()} " in text for phrase in PHRASE.findall(condition))
    return True


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", text.lower().replace("tumour", "tumor")).split()
    return f" {' '.join(word.rstrip('s') for word in words)} "


def _json(value: Any) -> tuple[int, str, bytes]:
    return 200, "application/json", json.dumps(value).encode()


def _text(status: int, words: str) -> tuple[int, str, bytes]:
    return status, "text/plain", words.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    registry: Registry

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        registry = self.registry
        parameters = dict(parse_qsl(url.query, keep_blank_values=True))
        registry.asked.append((url.path, parameters, dict(self.headers.items())))
        fault = registry.faults.popleft() if registry.faults else OK
        time.sleep(fault.slow + registry.pause)
        if fault.cut == 0:
            self._hang_up()
            return
        if fault.status:
            status, kind, body = fault.status, fault.content_type, (fault.body or "").encode()
        elif fault.body is not None:
            status, kind, body = 200, fault.content_type, fault.body.encode()
        else:
            status, kind, body = registry.answer(url.path, parameters)
        self._send(status, kind, body, fault)

    def _send(self, status: int, kind: str, body: bytes, fault: Fault) -> None:
        if "gzip" in self.headers.get("Accept-Encoding", "") and fault.cut is None and not fault.drip:
            packed = gzip.compress(body, 1)
        else:
            packed = body
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(packed)))
            self.send_header("Set-Cookie", "visitor=somebody; Path=/")
            if packed is not body:
                self.send_header("Content-Encoding", "gzip")
            for name, value in fault.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if fault.cut is not None:
                self.wfile.write(packed[: fault.cut])
                self.wfile.flush()
                self._hang_up()
                return
            if fault.drip:
                for start in range(0, len(packed), 2000):
                    self.wfile.write(packed[start : start + 2000])
                    self.wfile.flush()
                    time.sleep(fault.drip)
                return
            self.wfile.write(packed)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that is killed in the midst of an answer is what some tests are about."""


@contextmanager
def serving(registry: Registry, port: int = 0) -> Iterator[str]:
    """Serve a registry on this machine; the value is the address of its API."""
    handler = type("Handler", (_Handler,), {"registry": registry})
    server = _Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/v2"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def today() -> dt.date:
    """Return the day on which the tests play."""
    return dt.date(2026, 11, 21)


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="Serve the shipped studies as ClinicalTrials.gov's API v2 would.")
    parser.add_argument("--port", type=int, default=0)
    with serving(Registry(shipped()), parser.parse_args().port) as address:
        print(address, flush=True)
        threading.Event().wait()
