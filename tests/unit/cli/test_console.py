"""Words reach whoever reads them, whatever letters the place that they go to can show."""

from __future__ import annotations

import io
import sys

import pytest

from abreast.cli.console import out


def test_letters_that_cannot_be_shown_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding="ascii"))
    out().print("≥ 1 % de las células")
    sys.stdout.flush()
    assert pipe.getvalue().decode().strip() == "? 1 % de las c?lulas"
