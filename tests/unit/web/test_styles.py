"""The style sheets: made from ``styles/`` and nothing else, small, asking nobody, and whole in both themes."""

from __future__ import annotations

import gzip
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from abreast.outputs.html import TEMPLATES
from abreast.web.frame import STATIC

MAKER = Path(__file__).parents[3] / "scripts" / "make_styles.py"
SHEETS = {"plan": TEMPLATES / "plan.css", "app": STATIC / "app.css"}
MOST_BYTES = 60_000


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_styles", MAKER)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def text() -> str:
    return "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS.values())


@pytest.mark.needs("node", "sass")
def test_the_committed_sheets_are_what_the_script_makes() -> None:
    assert {name: sheet.read_text(encoding="utf-8") for name, sheet in SHEETS.items()} == maker().made()


def test_style_and_script_of_a_page_are_small() -> None:
    files = [*STATIC.iterdir(), SHEETS["plan"]]
    assert {file.suffix for file in files} <= {".css", ".js"}
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= MOST_BYTES


def test_the_sheets_ask_nobody_for_anything() -> None:
    assert set(re.findall(r"url\(\s*[\"']?([^)]{5})", text())) <= {"data:"}
    assert not re.search(r"@import|@font-face|https?:|//[a-z]|image-set|src:", text())


def test_nothing_of_the_librarys_own_look_is_left() -> None:
    """Its blue, green and yellow, its letters."""
    assert not re.search(r"#005eb8|#007f3b|#ffeb3b|#003087|frutiger", text(), re.IGNORECASE)


def test_every_color_that_is_used_is_declared_for_light_and_for_dark() -> None:
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", text())
    light, *darks = [dict(re.findall(r"--([\w-]+):([^;]+)", block)) for block in blocks if "--ink" in block]
    assert len(darks) == 2  # as the device says, and as the person chose
    assert darks[0] == darks[1]
    assert light.keys() == darks[0].keys()
    own = set(re.findall(r"(?<=[{;])--([\w-]+):", text()))
    assert set(re.findall(r"var\(--([\w-]+)\)", text())) <= own
    assert all(light[name] != darks[0][name] for name in ("ink", "page", "panel", "brand", "link"))


def test_one_palette_without_a_color_of_the_other_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = maker()
    for theme, words in (("light", "$ink: #111111;\n$page: #eeeeee;"), ("dark", "$ink: #eeeeee;")):
        (tmp_path / theme).mkdir()
        (tmp_path / theme / "_palette.scss").write_text(words)
    monkeypatch.setattr(made, "STYLES", tmp_path)
    with pytest.raises(SystemExit, match="only in one palette: page"):
        made.named_colors()


def test_pairs_of_colors_become_custom_properties() -> None:
    made = maker()
    names = {("#111111", "#eeeeee"): "ink"}
    assert made.merged("a{color:#111111}", "a{color:#eeeeee}", names) == "a{color:var(--ink)}"
    assert made.merged("a{color:#123456}", "a{color:#654321}", names) == "a{color:var(--tone-1)}"
    assert made.merged("a{color:#abcdef}", "a{color:#abcdef}", names) == "a{color:#abcdef}"
    assert names["#123456", "#654321"] == "tone-1"
    with pytest.raises(SystemExit, match="more than colors"):
        made.merged("a{margin:0}", "a{margin:1px}", names)
