"""Which part of a host's name somebody registered: what one party may make many of is counted as one.

And which of them are home: the servers that this installation's own people come from.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_home: frozenset[str] = frozenset()


def configure(home_hosts: tuple[str, ...]) -> None:
    """Say which servers this installation's own people come from."""
    global _home
    _home = frozenset(map(registrable_domain, home_hosts))


def is_home(host: str) -> bool:
    """Whether a server is one that this installation's own people come from."""
    return registrable_domain(host) in _home


@lru_cache(maxsize=10_000)
def registrable_domain(host: str) -> str:
    """Return the part of a host that somebody registered; an address or a lone name is its own."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return _suffixes().privatesuffix(name) or name


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
