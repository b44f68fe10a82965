"""What people type for the server they live on: a handle, the address of their profile, or a domain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fedconnect.activitypub import webfinger
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import fetch, own_address
from fedconnect.foundation.errors import AddressRefused, Malformed

_PRIVATE = (".local", ".internal", ".lan", ".home.arpa", ".test")  # names of one network, or of tests
_NOWHERE = (".localhost", ".onion", ".i2p", ".invalid")


class NoAddress(Malformed):
    """What was typed is nowhere that people live; the text says what would do."""

    safe = (
        "Please type your handle, such as @ana@example.social, or just your server, such as example.social."
    )


class OwnAddress(Malformed):
    """What was typed is this forum, which has no accounts."""

    safe = (
        "That is this forum. Please type your handle, such as @ana@example.social, or just your own server."
    )


@dataclass(frozen=True, slots=True)
class Address:
    """A domain in its one spelling, with the handle where one was typed."""

    domain: str
    handle: Handle | None


def read_address(typed: str) -> Address:
    """Read what somebody typed.

    Raises:
        Malformed: nothing that could be a server that people live on; the text says what would do.
    """
    typed = typed.strip()
    if not typed or len(typed) > 400 or re.search(r"[\s\\<>\"]", typed):
        raise NoAddress("no address")
    if match := webfinger.PROFILE.fullmatch(typed):
        typed = f"@{match[2]}@{match[1]}"
    if "@" in typed.removeprefix("@"):
        handle = webfinger.parse_handle(typed)
        return Address(_usable(handle.host), Handle(handle.user, _usable(handle.host)))
    return Address(_usable(typed.removeprefix("@")), None)


def _usable(text: str) -> str:
    text = re.sub(r"^https?://", "", text, flags=re.IGNORECASE).partition("/")[0]
    try:
        host = fetch.host_of(f"https://{text}/")
    except AddressRefused as error:
        raise NoAddress("no host") from error
    if host == own_address.host():
        raise OwnAddress("our own host")
    if len(fetch.schemes_of(host)) == 2:
        return host  # an address that the setting names
    if "." not in host or ":" in host or host.startswith("[") or host.endswith(_NOWHERE):
        raise NoAddress("not a public host")
    if host.endswith(_PRIVATE) and not fetch.leads_to_permitted(host):
        raise NoAddress("not a public host")
    if re.fullmatch(r"[0-9.]+", host):
        raise NoAddress("an IP address")
    return host
