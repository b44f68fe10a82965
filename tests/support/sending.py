"""Requests from the loopback address on which a server of the tests lives, as real servers send them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


def session_of(base: str) -> requests.Session:
    """Return a session whose requests come from the address of a server."""
    session = requests.Session()
    session.mount("http://", _FromItsAddress(base))
    return session


class _FromItsAddress(HTTPAdapter):
    def __init__(self, base: str) -> None:
        self._address = urlsplit(base).hostname or ""
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)
