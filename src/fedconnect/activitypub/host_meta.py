"""Where a host's WebFinger is, if it is not where RFC 7033 puts it. Ref: RFC 6415 §3 and §4; XRD 1.0.

The XML is read by the standard library's expat, which is told to end at a DOCTYPE: without one there are no entities, and
nothing in it can grow or name a file. defusedxml does the same and more, and has had no release since 2021.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit
from xml.parsers import expat

from fedconnect.activitypub import strict_json, vocabulary
from fedconnect.foundation import fetch
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed
from fedconnect.foundation.fetch import HttpResponse

MAX_BYTES = 65_536
_MOST_LINKS = 50
_DOCUMENTS = ("host-meta", "host-meta.json")
_ACCEPT = "application/xrd+xml, application/jrd+json;q=0.9, application/json;q=0.8"
_templates: TTLCache[str] = TTLCache(life_s=600)  # scheme and host → template, or nothing


def webfinger_address(host: str, scheme: str, resource: str) -> str | None:
    """Return the address at which a host says that it answers for a resource; None where it says nothing usable.

    Asks the host twice at most, and not again for ten minutes.
    """
    base = f"{scheme}://{host}"
    template = _templates.get(base)
    if template is None:
        template = next((one for name in _DOCUMENTS if (one := _ask(base, name))), "")
        _templates.put(base, template)
    return template.replace("{uri}", quote(resource, safe="")) or None


def _ask(base: str, name: str) -> str:
    try:
        answer = fetch.get(f"{base}/.well-known/{name}", headers={"Accept": _ACCEPT}, max_bytes=MAX_BYTES)
        if answer.status != 200:
            return ""
        found = _read_json(answer) if answer.body.lstrip()[:1] == b"{" else read_xrd(answer.body)
    except (FetchFailed, Malformed):
        return ""
    return next((one for one in found if _is_usable(one, urlsplit(base).scheme)), "")


def _is_usable(template: str, scheme: str) -> bool:
    """Whether a template leads to an address of its own choice, and by https where the host was asked by https."""
    try:
        parts = urlsplit(template)
        fetch.host_of(template)
    except (ValueError, FedConnectError):
        return False
    is_short = len(template) <= vocabulary.MAX_URI
    return is_short and parts.scheme == scheme and "{uri}" in parts.path + "?" + parts.query


def _read_json(answer: HttpResponse) -> list[str]:
    links = vocabulary.listed(strict_json.loads(answer.body).get("links"))[:_MOST_LINKS]
    found = [one.get("template") for one in links if isinstance(one, dict) and one.get("rel") == "lrdd"]
    return [one for one in found if isinstance(one, str)]


def read_xrd(body: bytes) -> list[str]:
    """Return the templates of the `lrdd` links of an XRD document.

    Raises:
        Malformed: no XML, or one with a DOCTYPE.
    """
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        is_link = name.rpartition(" ")[2] == "Link" and attributes.get("rel") == "lrdd"
        if is_link and "template" in attributes and len(found) < _MOST_LINKS:
            found.append(attributes["template"])

    def refuse(*_: object) -> None:
        raise Malformed("a host-meta with a DOCTYPE")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Malformed("a host-meta that cannot be read") from error
    return found
