"""Which page of a list is asked for."""

from __future__ import annotations

from flask import request

from fedconnect.foundation.errors import Malformed


def page_number() -> int:
    """Return the `page` of the query, from 1.

    Raises:
        Malformed: it is no number from 1 to 10,000.
    """
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 10_000 or len(text) > 5:
        raise Malformed("page", safe="A page is a whole number from 1.")
    return int(text)
