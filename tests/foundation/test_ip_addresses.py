"""Which addresses a request may reach: each refused block from its first address to its last, and no further."""

from __future__ import annotations

import ipaddress

import pytest

from fedconnect.foundation.ip_addresses import AddressPolicy

PUBLIC = AddressPolicy()


def permits(text: str, policy: AddressPolicy = PUBLIC) -> bool:
    return policy.permits(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"), ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"), ("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "255.255.255.255"), ("2001::", "2001:1ff:ffff::"),
        ("2001:db8::", "2001:db8:ffff::"), ("2002::", "2002:ffff::"), ("3fff::", "3fff:fff:ffff::"),
    ],
)  # fmt: skip
def test_a_block_is_refused_from_its_first_address_to_its_last(first: str, last: str) -> None:
    assert not permits(first)
    assert not permits(last)


@pytest.mark.parametrize(
    "address",
    [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::", "2001:200::", "2001:db7::", "2001:db9::", "2003::",
        "3ffe::", "3fff:1000::",
    ],
)  # fmt: skip
def test_the_neighbours_of_a_block_can_be_reached(address: str) -> None:
    assert permits(address)


@pytest.mark.parametrize(
    "address",
    ["::", "::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "1fff::", "4000::", "fc00::1", "fe80::1", "ff02::1"],
)
def test_of_ipv6_only_the_global_part_can_be_reached(address: str) -> None:
    assert not permits(address)


def test_a_setting_opens_what_it_names_and_nothing_beside_it() -> None:
    policy = AddressPolicy((ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/8")))
    assert permits("10.1.255.255", policy)
    assert permits("fd00::1", policy)
    for address in ("10.0.255.255", "10.2.0.0", "127.0.0.1", "fc00::1"):
        assert not permits(address, policy)
    assert permits("8.8.8.8", policy)
    assert not policy.is_named(ipaddress.ip_address("8.8.8.8"))
