"""One set of fixtures for the core's tests and the plugins' own; and `--fast`, the tests of single modules."""

from __future__ import annotations

import gc

import pytest

from fedconnect.foundation import database

pytest_plugins = [
    "support.keeper",
    "support.forum",
    "support.unit",
    "support.visitor",
    "support.team",
    "support.readership",
]

#: What starts a server, an app or a process; whoever asks for one of these is not a unit test.
_SLOW_FIXTURES = {"settings", "valkey_url", "postgres_url", "old"}
_SLOW_FOLDERS = {
    "browser",
    "faults",
    "fuzz",
    "guards",
    "house",
    "interop",
    "journeys",
    "packaging",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only tests of single modules: no app, one engine")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A test that asks for no database finds none: what any test before it had installed is not there any more."""
    database._Installed.database = None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--fast"):
        return
    found = [(item, _is_fast(item)) for item in items]
    config.hook.pytest_deselected(items=[item for item, is_fast in found if not is_fast])
    items[:] = [item for item, is_fast in found if is_fast]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of short tests: what was loaded for them is looked at no more, and what they leave less often."""
    if session.config.getoption("--fast"):
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 50)


def _is_fast(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    folder = item.path.relative_to(item.config.rootpath).parts[1]
    slow = any(item.get_closest_marker(name) for name in ("slow", "heavy"))
    return not (slow or fixtures & _SLOW_FIXTURES or folder in _SLOW_FOLDERS)
