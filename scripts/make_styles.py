"""Make the style sheets of the app and of the kept plan from nhsuk-frontend and our own colors.

    npm ci --prefix styles --omit=optional       once: the library, and the Sass compiler
    .venv/bin/python scripts/make_styles.py

The sheets are committed, so that nobody who uses abreast needs npm. They have every color once for light and once for
dark pages. The library works shades and tints out while it is compiled, which custom properties cannot take part in; so
everything is compiled twice, with the colors of ``styles/light`` and of ``styles/dark``. The two results have the same
lines, but for colors: each pair of colors that differs becomes a custom property, declared at the top of plan.css.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
STYLES = ROOT / "styles"
SASS = STYLES / "node_modules" / ".bin" / "sass"
SHEETS = {
    "plan": ROOT / "src" / "abreast" / "outputs" / "templates" / "plan.css",
    "app": ROOT / "src" / "abreast" / "web" / "static" / "app.css",
}
"""The sheets, in the order in which the app loads them."""

COLOR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^()]*\)|\b(?:white|black)\b")
NAMED = re.compile(r"^\$([\w-]+): *(#[0-9a-f]+);", re.MULTILINE)

Pair = tuple[str, str]


def sass(*arguments: str) -> None:
    """Run the compiler.

    Raises:
        subprocess.CalledProcessError: when it finds a mistake; what it says goes to the terminal.
    """
    subprocess.run([str(SASS), "--no-source-map", "--no-charset", *arguments], cwd=STYLES, check=True)


def compiled(theme: str, folder: Path) -> dict[str, list[str]]:
    """Return the lines of each sheet with the colors of a theme."""
    paths = [f"--load-path={path}" for path in (theme, "node_modules", ".")]
    sass(*paths, *(f"{name}.scss:{folder / theme / name}.css" for name in SHEETS))
    return {name: (folder / theme / f"{name}.css").read_text(encoding="utf-8").splitlines() for name in SHEETS}


def named_colors() -> dict[Pair, str]:
    """Return the name of each pair of colors in the two palettes; the first name, where two have the same colors."""
    light, dark = (
        dict(NAMED.findall((STYLES / theme / "_palette.scss").read_text(encoding="utf-8")))
        for theme in ("light", "dark")
    )
    if light.keys() != dark.keys():
        raise SystemExit(f"only in one palette: {', '.join(sorted(light.keys() ^ dark.keys()))}")
    return {(light[name], dark[name]): name for name in reversed(light)}


def merged(light: str, dark: str, names: dict[Pair, str]) -> str:
    """Return a line with custom properties for the colors that differ; pairs without a name get one in ``names``."""
    ours, theirs = COLOR.findall(light), COLOR.findall(dark)
    if COLOR.sub("", light) != COLOR.sub("", dark) or len(ours) != len(theirs):
        raise SystemExit(f"more than colors differs:\n  {light}\n  {dark}")
    others = iter(theirs)

    def one(found: re.Match[str]) -> str:
        pair = found[0], next(others)
        if pair[0] == pair[1]:
            return found[0]
        return f"var(--{names.setdefault(pair, f'tone-{len(names)}')})"

    return COLOR.sub(one, light)


def declared(names: dict[Pair, str]) -> str:
    """Return the rules that give each custom property its color: as the device wants it, unless the person chose.

    Paper is always light: the dark rules are for screens.
    """
    light = "".join(f"--{name}:{pair[0]};" for pair, name in names.items())
    dark = "".join(f"--{name}:{pair[1]};" for pair, name in names.items())
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f":root[data-theme=light]{{color-scheme:light}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}"
    )


def made() -> dict[str, str]:
    """Return the text of each sheet."""
    version = json.loads((STYLES / "package.json").read_text(encoding="utf-8"))["devDependencies"]["nhsuk-frontend"]
    names = named_colors()
    with tempfile.TemporaryDirectory() as made_in:
        folder = Path(made_in)
        light, dark = compiled("light", folder), compiled("dark", folder)
        for name in SHEETS:
            pairs = zip(light[name], dark[name], strict=True)
            (folder / f"{name}.css").write_text("\n".join(merged(*pair, names) for pair in pairs), encoding="utf-8")
        first = folder / "plan.css"
        first.write_text(declared(names) + first.read_text(encoding="utf-8"), encoding="utf-8")
        sass("--style=compressed", *(f"{folder / name}.css:{folder / name}.min.css" for name in SHEETS))
        head = f"/* Made by scripts/make_styles.py from styles/ and nhsuk-frontend {version} (MIT, see NOTICE). */\n"
        return {name: head + (folder / f"{name}.min.css").read_text(encoding="utf-8") for name in SHEETS}


def main() -> None:
    """Write the sheets."""
    for name, text in made().items():
        SHEETS[name].write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {SHEETS[name].name}: {len(text.encode()):,} bytes\n")


if __name__ == "__main__":
    main()
