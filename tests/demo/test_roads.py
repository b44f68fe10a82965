"""Nothing of the demo goes behind the code's back: it knows no table, opens no session, and asks for no domain function."""

from __future__ import annotations

import ast
from pathlib import Path

import fedconnect.demo

ROOM = Path(fedconnect.demo.__file__).parent

#: All that the demo may know of the forum: the protocol, how requests are sent and signed, bells, and its own door.
KNOWN = (
    "fedconnect.demo", "fedconnect.activitypub", "fedconnect.foundation.clock", "fedconnect.foundation.errors",
    "fedconnect.foundation.fetch", "fedconnect.foundation.html", "fedconnect.foundation.ids", "fedconnect.foundation.queue",
    "fedconnect.foundation.settings", "fedconnect.web.demo.door",
)  # fmt: skip


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


def test_the_demo_makes_no_row_by_itself() -> None:
    strange = {
        (path.name, name)
        for path in ROOM.rglob("*.py")
        for name in imported(path)
        if name.startswith(("fedconnect", "sqlalchemy", "sqlite3", "psycopg"))
        and not any(name == one or name.startswith(one + ".") for one in KNOWN)
    }
    assert strange == set()


def test_no_file_of_the_demo_names_the_database() -> None:
    said = [
        path.name
        for path in ROOM.rglob("*.py")
        if "transaction(" in path.read_text() or "fedconnect.db" in path.read_text()
    ]
    assert said == []
