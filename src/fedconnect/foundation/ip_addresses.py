"""Which addresses an outgoing request may reach."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from fedconnect.foundation.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Python's `is_global` lets through translated, reserved and multicast ranges, so the lists are our own.
_REFUSED_V4 = tuple(
    ipaddress.ip_network(block)
    for block in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ]
)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.ip_network(block)
    for block in ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]
)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which addresses may be reached: public ones, and the private ones that a setting names."""

    allowed_private: tuple[Network, ...] = ()

    def permits(self, address: Address) -> bool:
        """Whether outgoing requests may connect to `address`."""
        if self.is_named(address):
            return True
        if isinstance(address, ipaddress.IPv6Address):
            return address in _GLOBAL_V6 and not any(address in block for block in _REFUSED_V6)
        return not any(address in block for block in _REFUSED_V4)

    def is_named(self, address: Address) -> bool:
        """Whether the setting names this address; IP hosts, ports and plain http are accepted only there."""
        return any(address.version == block.version and address in block for block in self.allowed_private)
