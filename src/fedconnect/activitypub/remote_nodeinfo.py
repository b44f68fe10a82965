"""What another server runs, as its NodeInfo says. Ref: NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from fedconnect.activitypub import strict_json
from fedconnect.activitypub.vocabulary import listed, same_origin, string, uri
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FetchFailed

_SCHEMA = re.compile(r"https?://nodeinfo\.diaspora\.software/ns/schema/[0-9.]{1,8}/?")
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_MOST = 10  # links


def fetch_software(base: str) -> str:
    """Return the name of the software at `scheme://host`, lower case; empty where it names none.

    Raises:
        FetchFailed: no answer. Malformed: no acceptable JSON.
    """
    listing = _get(f"{base}/.well-known/nodeinfo")
    for link in listed(listing.get("links"))[:_MOST]:
        if not isinstance(link, dict) or not _SCHEMA.fullmatch(string(link.get("rel"))):
            continue
        href = string(link.get("href"))
        where = uri(urljoin(base + "/", href)) if href else None
        if where and same_origin(where, base):
            return _name_in(_get(where))
    return _name_in(listing)  # some answer with the document itself


def _name_in(document: strict_json.Document) -> str:
    software = document.get("software")
    name = string(software.get("name")) if isinstance(software, dict) else ""
    plain = name.strip().lower().replace(" ", "")
    return plain if _NAME.fullmatch(plain) else ""


def _get(url: str) -> strict_json.Document:
    response = fetch.get(url, headers={"Accept": "application/json"})
    if response.status != 200:
        raise FetchFailed(
            f"NodeInfo says {response.status}", response_status=response.status, retryable=False
        )
    return strict_json.loads(response.body)
