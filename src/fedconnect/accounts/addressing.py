"""What people type for the server they live on: a handle, the address of their profile, or a domain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fedconnect.activitypub import own_keys, webfinger
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, Malformed

_PRIVATE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion", ".i2p", ".test", ".invalid")
_WOULD_DO = (
    "Please type your handle, such as @ana@example.social, or just your server, such as example.social."
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
        raise Malformed("no address", safe=_WOULD_DO)
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
        raise Malformed("no host", safe=_WOULD_DO) from error
    if host == own_keys.host():
        raise Malformed("our own host", safe="That is this forum. " + _WOULD_DO)
    if len(fetch.schemes_of(host)) == 2:
        return host  # an address that the setting names
    if "." not in host or ":" in host or host.startswith("[") or host.endswith(_PRIVATE):
        raise Malformed("not a public host", safe=_WOULD_DO)
    if re.fullmatch(r"[0-9.]+", host):
        raise Malformed("an IP address", safe=_WOULD_DO)
    return host
