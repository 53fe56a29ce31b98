"""Processor time of each page of the app, from the request to its last byte, without a browser.

    python benchmarks/pages.py [CASE]

One case with three lines of treatment and the shipped registry. *First* is the first page after a change to the case,
which makes the plan anew; the others show a plan that is made. CSS and JavaScript are measured as gzip sends them.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.outputs.html import TEMPLATES
from abreast.session import open_bench
from abreast.session.files import SAMPLE, load_case
from abreast.web import documents, pages, people, plan_pages, reports
from abreast.web.desk import Desk
from abreast.web.frame import STATIC
from abreast.web.plan_frame import SECTIONS
from abreast.web.store import Store

RUNS = 7
PATHS = ("/", "/plan", *(f"/plan/{name}" for name in SECTIONS), "/plan/documents", "/ask", "/danger", "/answers")


def timed(client: TestClient, path: str) -> float:
    """Return milliseconds for one page."""
    began = time.process_time()
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return (time.process_time() - began) * 1000


def main(case: str = "") -> None:
    """Measure and print."""
    bench = open_bench()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Store(Path(folder)), lambda: bench)
        desk.warm()
        desk.add(load_case([Path(case)]) if case else load_case([], sample=True))
        made = [*pages.routes(desk), *people.routes(desk), *reports.routes(desk), *documents.routes(desk)]
        app = Starlette(routes=[*made, *plan_pages.routes(desk)])
        with TestClient(app, base_url="http://127.0.0.1") as client:
            timed(client, "/plan")
            changed = []
            for _ in range(RUNS):
                desk.remove_treatment("none")  # a change that changes nothing: the plan is made anew
                changed.append(timed(client, "/plan"))
            sys.stdout.write(f"first page after a change: {statistics.median(changed):.0f} ms\n")
            plan = desk.plan()
            more = [f"/plan/options/{one.id}" for one in plan.options[:1]]
            more += [f"/plan/trials/{one.nct}" for one in plan.trials.treatment[:1]]
            for path in (*PATHS, *more):
                timed(client, path)
                times = [timed(client, path) for _ in range(RUNS)]
                sys.stdout.write(f"{path}: {statistics.median(times):.0f} ms\n")
    sent = {one.name: len(gzip.compress(one.read_bytes(), 6)) for one in (*STATIC.iterdir(), TEMPLATES / "plan.css")}
    sys.stdout.write(f"CSS and JavaScript, compressed: {sum(sent.values()) / 1000:.1f} kB {sent} (sample: {SAMPLE})\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
