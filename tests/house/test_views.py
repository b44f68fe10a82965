"""A view parses, calls one use case, and answers: `web/` writes no SQL, asks no home server and makes no policy.

What import-linter cannot see is read here from the syntax: which names are imported, and what is called on a session.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "fedconnect" / "web"

#: Names that a view may import of what is otherwise not its own affair: they annotate or read, and ask nobody.
HARMLESS = {("sqlalchemy.orm", "Session"), ("fedconnect.foundation.fetch", "host_of")}

#: Rooms whose work is done by use cases alone.
OUT_OF_REACH = (
    "sqlalchemy", "requests", "urllib3",  # rows, and other servers
    "fedconnect.foundation.fetch", "fedconnect.accounts.mastodon_api", "fedconnect.foundation.outbound_slots",
    "fedconnect.moderation.posts.held_posts",  # who may write, and what waits
    "fedconnect.moderation.authorization",  # who decides on which ground
)  # fmt: skip


def found_in(source: str) -> Iterator[str]:
    """Yield what a view's source does that only a use case may: a name out of reach, or a query."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [("", one.name) for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "", one.name) for one in node.names]
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "session"
        ):
            yield f"session.{node.attr}"
            continue
        elif isinstance(node, ast.Attribute) and node.attr == "__table__":
            yield "__table__"
            continue
        else:
            continue
        for module, name in names:
            whole = f"{module}.{name}".lstrip(".")
            if (module, name) not in HARMLESS and _is_within(whole):
                yield whole


def _is_within(name: str) -> bool:
    return any(name == room or name.startswith(room + ".") for room in OUT_OF_REACH)


def test_no_view_asks_the_database_or_another_server_or_decides_who_may() -> None:
    found = {(path.name, what) for path in WEB.rglob("*.py") for what in found_in(path.read_text())}
    assert found == set(), "call a use case of the room that owns it"


@pytest.mark.parametrize(
    "source",
    [
        "session.get(Post, 1)",
        "def f(session): return session.execute(x).scalar()",
        "from sqlalchemy import select",
        "from sqlalchemy.orm import Session, aliased",
        "from fedconnect.foundation import clock, fetch",
        "from fedconnect.foundation.fetch import host_of, send",
        "from fedconnect.accounts.mastodon_api import HomeRefused",
        "import requests",
        "def f():\n    from fedconnect.foundation.outbound_slots import outbound_slot",
        "from fedconnect.moderation.authorization import permit",
    ],
)
def test_what_a_view_may_not_do_is_seen(source: str) -> None:
    assert len(list(found_in(source))) == 1


def test_annotating_a_session_and_reading_an_address_is_a_views_own_affair() -> None:
    source = "from sqlalchemy.orm import Session\nfrom fedconnect.foundation.fetch import host_of\nsessions.end(session)"
    assert list(found_in(source)) == []


def test_a_view_asks_only_whether_something_is_posted() -> None:
    """Flask answers HEAD wherever GET is answered: what is not a GET is not yet a POST."""
    asked = re.compile(r"request\.method (?:==|!=|in|not in) (?!\"POST\")[^\s:]+")
    allowed = {"request.method in _SAFE_METHODS"}
    found = {(path.name, one) for path in WEB.rglob("*.py") for one in asked.findall(path.read_text())}
    assert {one for one in found if one[1] not in allowed} == set()
