"""What all tests share: no network, a home of their own, and skips that are told by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from abreast.vocabulary import Vocabulary, load_vocabulary

_COMMON = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
# The suite tries the same examples each time, so that a red run means that the code changed. New examples are
# looked for with ``./check tests/generative --hypothesis-profile=explore``.
settings.register_profile("default", parent=_COMMON, derandomize=True)
settings.register_profile("explore", parent=_COMMON, max_examples=2000)
settings.load_profile("default")

_mined = providers._get_local_constants


def _constants() -> Constants:
    """Return the constants of the program that Hypothesis may try; none where the examples shall stay the same.

    Hypothesis takes them from all modules that happen to be loaded, so that a test would get other examples alone than
    beside other tests. It has no setting for this: its own tests put another function in the place of this one, too.
    While a test runs, the default settings are those of the test.
    """
    return Constants() if settings.default.derandomize else _mined()


providers._get_local_constants = _constants

SASS = Path(__file__).parents[1] / "styles" / "node_modules" / ".bin" / "sass"
COMMANDS = {
    "chromium": ("chromium",),
    "tesseract": ("tesseract",),
    "pdftoppm": ("pdftoppm",),
    "node": ("node",),
    "sass": (str(SASS),),  # npm ci --prefix styles --omit=optional
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="a skipped test is a failure")
    parser.addoption("--screens", action="store_true", help="picture each page of the app in docs/screens")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for what in marker.args:
            if not any(shutil.which(command) for command in COMMANDS[what]):
                if item.config.getoption("--full"):
                    pytest.fail(f"needs {what}, which is not installed", pytrace=False)
                pytest.skip(f"needs {what}, which is not installed")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.skipped and item.config.getoption("--full") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although nothing may be: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests store away from the person's own folders."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ABREAST_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setenv("ABREAST_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary that ships."""
    return load_vocabulary()
