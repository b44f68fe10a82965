"""docs/urls.md: which file and function answers which address. `make urls` writes it anew."""

from __future__ import annotations

import inspect
from collections import defaultdict
from pathlib import Path

from flask import Flask

import fedconnect
from fedconnect.web.routes import register_blueprints

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "urls.md"
SOURCES = Path(fedconnect.__file__).parent

_HEAD = """# Addresses

Which file answers which address. `make urls` writes this page, and `tests/house/test_urls.py` compares it with the code.
Files are named from `src/fedconnect/`; wherever GET is answered, so is HEAD. Beside these, `/static/…` is what lies in
`web/static/`, and a plugin's pages begin with its name (`plugins/*/pages.py`). What `web/demo/` answers is there with
`fedconnect up --demo` alone.

Addresses do not change: those of boards and posts are ids that other servers keep, and links were sent to people.
"""


def routed() -> Flask:
    """Return an app that knows our addresses, and nothing else."""
    app = Flask("fedconnect", static_folder=None)
    register_blueprints(app, is_demo=True)
    return app


def lines() -> dict[str, list[tuple[str, str, str, str]]]:
    """Return for each room: the address, the methods, the file and the function."""
    app = routed()
    found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        file = Path(inspect.getfile(view)).relative_to(SOURCES)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found[file.parent.as_posix()].append((str(rule), methods, file.as_posix(), view.__name__))
    return {room: sorted(found[room]) for room in sorted(found)}


def page() -> str:
    """Return docs/urls.md as it should be."""
    text = _HEAD
    for room, rows in lines().items():
        text += f"\n## {room}/\n\n| address | methods | file | function |\n|---|---|---|---|\n"
        for address, methods, file, function in rows:
            text += f"| `{address}` | {methods} | `{file}` | `{function}` |\n"
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
