"""Every address under which the forum answers a GET, with what its blanks stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from flask import Flask

#: What nobody visits by hand: files, and the answer of a home server.
_NOT_PAGES = ("/static", "/sign-in/back")


def shapes(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield each GET rule as it is written, and with its blanks as `<name>` alone."""
    for rule in app.url_map.iter_rules():
        written = str(rule)
        if "GET" in (rule.methods or set()) and not written.startswith(_NOT_PAGES):
            yield written, re.sub(r"<\w+:(\w+)>", r"<\1>", re.sub(r"<any\(([^,)]*)[^>]*>", r"\1", written))


def filled(shape: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the addresses of a shape, one for each way to fill its blanks (`1` where nothing is known)."""
    found = [shape]
    for blank in re.findall(r"<(\w+)>", shape):
        found = [one.replace(f"<{blank}>", value) for one in found for value in values.get(blank, ["1"])]
    return found
