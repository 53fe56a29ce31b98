"""Kill a real ``abreast sync`` at random moments, again and again, and look at the registry after each time.

    python benchmarks/kill_sync.py --times 200

After every kill (SIGKILL: nothing can be tidied up) the registry must open without being made anew, pass its integrity
check, hold every study of the state before the update or every one of the state after it and no mixture, and answer a
plan. At the end one run is left alone, and what is here must be what the server has. Prints how often what was hit, and
ends with 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from abreast.trials.registry import Registry
from tests.fake import ctgov

IDLE = "when all was in place (while criteria were read)"

CHANGED = 60
"""So many of the open studies change with each new state of the registry."""


@dataclass
class Seen:
    """What the kills met."""

    moments: collections.Counter[str] = field(default_factory=collections.Counter)
    finished: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> None:
    """Run the loop and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = loop(Path(folder), asked.times, asked.seed, tell=print)
    print(
        f"{asked.times} kills in {time.monotonic() - begun:.0f} s; {seen.finished} runs ended before they were killed"
    )
    for moment, count in sorted(seen.moments.items()):
        print(f"    {count:4d} killed {moment}")
    print(f"faults: {len(seen.faults)}")
    for fault in seen.faults:
        print(f"    {fault}")
    sys.exit(1 if seen.faults else 0)


def loop(
    home: Path, times: int, seed: int, *, page_size: int = 60, plan_every: int = 1, tell: Callable[[str], None] = str
) -> Seen:
    """Kill so many updates, and return what was seen; a plan is made after each kill, or after every so many."""
    os.environ["ABREAST_HOME"] = str(home)
    dice = random.Random(seed)
    server = ctgov.Registry(ctgov.shipped())
    server.pause = 0.03
    seen = Seen()
    state = 0
    with ctgov.serving(server) as url:
        run(url, page_size)  # reads all criteria for the first time; not what later runs are like
        server.asked.clear()
        begun = time.monotonic()
        if run(url, page_size).returncode:
            seen.faults.append("the first run failed")
        whole, requests = time.monotonic() - begun, len(server.asked)
        kills = 0
        while kills < times:
            if look(seen, server, state) == IDLE:  # nothing under way: let the registry move on
                state += 1
                advance(server, state)
            server.asked.clear()
            process = subprocess.Popen(command(url, page_size), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                if dice.random() < 0.5:  # anywhere
                    process.wait(dice.uniform(0.2, whole))
                else:  # about when the last page has come: putting in place, reading criteria
                    while len(server.asked) < requests and process.poll() is None:
                        time.sleep(0.01)
                    process.wait(dice.uniform(0.0, 1.5))
                seen.finished += 1
                if process.returncode:
                    seen.faults.append(f"a run ended with {process.returncode}")
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                seen.moments[look(seen, server, state)] += 1
                if kills % plan_every == 0:
                    plan(seen)
                if kills % 20 == 0:
                    tell(f"{kills} kills, {len(seen.faults)} faults")
        last = run(url, page_size)
        if last.returncode:
            seen.faults.append(f"the last run ended with {last.returncode}: {last.stderr.decode()}")
        if look(seen, server, state) != IDLE:
            seen.faults.append("after the last run an update is still under way")
        compare(seen, server, state)
        plan(seen)
    return seen


def command(url: str, page_size: int) -> list[str]:
    """Return the command as a person runs it."""
    return [sys.executable, "-m", "abreast", "sync", "--full", "--page-size", str(page_size), "--url", url]


def run(url: str, page_size: int) -> subprocess.CompletedProcess[bytes]:
    """Run an update to its end."""
    return subprocess.run(command(url, page_size), capture_output=True, check=False)


def advance(server: ctgov.Registry, state: int) -> None:
    """Let the registry have new data: some studies say which state they are of."""
    day = f"2026-11-{20 + state % 9:02d}"
    server.new_data(day)
    for nct in chosen(server):
        before = server.studies[nct]["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
        criteria = f"{before.split(chr(10) + '* State')[0]}\n* State {state} of the registry"
        server.change(nct, day=day, title=f"Breast Cancer, state {state}", criteria=criteria)
    server.data = f"{day}T00:{state // 60 % 60:02d}:{state % 60:02d}"


def chosen(server: ctgov.Registry) -> list[str]:
    """Return the numbers of the studies that change: the first open ones in scope."""
    from abreast.trials.registry.sync import scope

    return server.matching(scope().open_studies())[:CHANGED]


def changing(registry: Registry, server: ctgov.Registry) -> set[str]:
    """Return the titles of these studies as they are here."""
    found = (registry.study(nct) for nct in chosen(server))
    return {one.title if one else "missing" for one in found}


def look(seen: Seen, server: ctgov.Registry, state: int) -> str:
    """Open the registry as any command does, check it, and return what was under way."""
    from abreast.trials.registry import open_registry
    from abreast.trials.registry.sync import stage

    with open_registry() as registry:
        for notice in registry.notices:
            seen.faults.append(f"notice: {notice}")
        for wrong in registry.check():
            seen.faults.append(f"check: {wrong}")
        titles = changing(registry, server)
        states = {title for title in titles if title.startswith("Breast Cancer, state ")}
        if states and len(titles) != 1:
            seen.faults.append(f"a mixture of states: {sorted(titles)[:3]}")
        if len(registry.studies()) != len(server.studies):
            seen.faults.append(f"{registry.count()} studies in the place of {len(server.studies)}")
        under_way = stage.load(registry)
        if under_way is None:
            done = not state or titles == {f"Breast Cancer, state {state}"}
            return IDLE if done else "before its first page was asked for"
        step = {"list": "while the list was read", "confirm": "while asking by number", "ready": "while put in place"}
        return step[under_way.step]


def compare(seen: Seen, server: ctgov.Registry, state: int) -> None:
    """Hold what is here against what the server has."""
    from abreast.trials.registry import open_registry

    with open_registry() as registry:
        for nct, record in server.studies.items():
            here = registry.record(nct) or {}
            if here.get("protocolSection") != record["protocolSection"]:
                seen.faults.append(f"{nct} is not what the server has")
        if state and changing(registry, server) != {f"Breast Cancer, state {state}"}:
            seen.faults.append("studies of an older state")


def plan(seen: Seen) -> None:
    """Make the sample's plan with the registry as it is."""
    import datetime as dt

    from abreast.session import load_case, plan_for

    made = plan_for(load_case([], sample=True), dt.date(2026, 11, 21), tell=seen.faults.append)
    if not made.trials.looked_at:
        seen.faults.append("a plan that looked at no trial")


if __name__ == "__main__":
    main()
