"""What another server runs, as its NodeInfo says. Ref: NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software)."""

from __future__ import annotations

import re

from fedconnect.activitypub import strict_json
from fedconnect.activitypub.vocabulary import same_origin, uri
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FetchFailed

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
_NAME = re.compile(r"[a-z0-9_-]{1,40}")


def fetch_software(base: str) -> str:
    """Return the name of the software at `scheme://host`, lower case; empty where it names none.

    Raises:
        FetchFailed: no answer. Malformed: no acceptable JSON.
    """
    links = _get(f"{base}/.well-known/nodeinfo").get("links")
    for link in links if isinstance(links, list) else []:
        where = uri(link.get("href")) if isinstance(link, dict) else None
        if where and str(link.get("rel", "")).startswith(_SCHEMA) and same_origin(where, base):
            software = _get(where).get("software")
            name = software.get("name") if isinstance(software, dict) else None
            return name.lower() if isinstance(name, str) and _NAME.fullmatch(name.lower()) else ""
    return ""


def _get(url: str) -> strict_json.Document:
    response = fetch.get(url, headers={"Accept": "application/json"})
    if response.status != 200:
        raise FetchFailed(
            f"NodeInfo says {response.status}", response_status=response.status, retryable=False
        )
    return strict_json.loads(response.body)
