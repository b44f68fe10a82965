"""A zero byte is in nothing that people write, and PostgreSQL keeps none: what brings one is refused where it is read."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

from fedconnect.foundation.errors import Malformed, NotFound

Fields = TypeVar("Fields", bound="MultiDict[str, str]")


def refuse_zero_bytes(app: Flask) -> None:
    """Let no address, query or form with a zero byte reach a page."""
    app.request_class = _Request
    app.before_request(_check_path)


class _Request(Request):
    """A request whose fields are checked when they are first read, and no sooner: reading a form costs something."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The fields of the query. Raises Malformed."""
        return _checked(super().args)

    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:
        """The fields of a form. Raises Malformed."""
        return _checked(super().form)


def _checked(fields: Fields) -> Fields:
    if any("\0" in text for field in fields.items(multi=True) for text in field):
        raise Malformed("a zero byte in a field")
    return fields


def _check_path() -> None:
    if "\0" in request.path:
        raise NotFound("a zero byte in an address")
