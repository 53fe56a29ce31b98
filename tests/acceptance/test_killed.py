"""A server that is killed in the midst of answers has kept every one that it confirmed, in clear and locked."""

from __future__ import annotations

import http.client
import random
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from abreast.session.keeping import key_of
from abreast.vocabulary import load_vocabulary
from abreast.web.store import Store
from tests.browser.conftest import App

PASSPHRASE = "four words of mine"


class Person:
    """Somebody who answers as fast as the app confirms, and remembers what it confirmed."""

    def __init__(self, app: App) -> None:
        where = urlsplit(app.address)
        self.base = app.base
        self.connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)
        self.connection.request("GET", f"/?{where.query}")
        answer = self.connection.getresponse()
        self.cookie = str(answer.getheader("set-cookie")).partition(";")[0]
        answer.read()
        self.confirmed: list[str] = []
        self.zip_code = 0

    def post(self, path: str, **fields: str) -> int:
        headers = {"Cookie": self.cookie, "Origin": self.base, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urlencode(fields), headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def answer_until_it_dies(self, first: int) -> None:
        number = first
        try:
            while True:
                if self.post("/question/zip?from=answers", answer=str(number)) == 303:
                    self.zip_code = number
                if self.post("/notes", do="note", text=f"note {number}") == 303:
                    self.confirmed.append(f"note {number}")
                number += 1
        except (OSError, http.client.HTTPException):
            return


def killed_while_answering(app: App, person: Person, first: int, after: float) -> None:
    answering = threading.Thread(target=person.answer_until_it_dies, args=(first,))
    answering.start()
    until = time.monotonic() + 60
    while len(person.confirmed) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(after)
    app.kill()
    answering.join(timeout=30)
    assert not answering.is_alive()


@pytest.mark.parametrize("locked", [False, True])
def test_no_confirmed_answer_is_lost(tmp_path: Path, locked: bool) -> None:
    chance = random.Random(20261121)
    folder = tmp_path / "cases"
    app = App(folder).start()
    person = Person(app)
    assert person.post("/begin") == 303
    if locked:
        sent = {"do": "lock", "passphrase": PASSPHRASE, "again": PASSPHRASE, "shown-as": "A friend"}
        assert person.post("/case/passphrase", **sent) == 303
    (name,) = (one.name for one in Store(folder).saved())
    confirmed: list[str] = []
    for number in range(3):
        killed_while_answering(app, person, 10_000 * (number + 1), chance.uniform(0, 0.3))
        confirmed += person.confirmed
        assert person.confirmed, "nothing was answered before the kill"
        key = key_of(folder / name, PASSPHRASE) if locked else None
        loaded, kept = Store(folder).read(name, load_vocabulary(), key)
        told = [one.text for one in kept.notes.remarks]
        assert set(confirmed) <= set(told)
        assert len(told) - len(confirmed) <= number + 1, "only the one under way may be there without a word"
        assert int(str(loaded.case.read("zip").value)) - person.zip_code in (0, 1)
        app = App(folder).start()
        person = Person(app)
        opened = {"name": name, "passphrase": PASSPHRASE} if locked else {"name": name}
        assert person.post("/open", **opened) == 303
    app.stop()
    left = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
    assert left == ([name] if locked else [name, f"{name}.notes.json"])
