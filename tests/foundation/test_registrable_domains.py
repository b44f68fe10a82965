"""What one party may make many of is counted as one; what only looks alike is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fedconnect.foundation import registrable_domains
from fedconnect.foundation.registrable_domains import registrable_domain


@pytest.fixture(autouse=True)
def nobody_is_home() -> Iterator[None]:
    yield
    registrable_domains.configure(())


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("a.example.org:8443", "example.org"),
        ("a.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("ana.github.io", "ana.github.io"),
        ("x.ana.github.io", "ana.github.io"),
        ("localhost", "localhost"),
        ("localhost:8000", "localhost"),
        ("127.0.0.1:3000", "127.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("[2001:db8::1]:8443", "2001:db8::1"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
    ],
)
def test_the_part_that_somebody_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("host", "is_home"),
    [
        ("example.org", True), ("social.example.org", True), ("other.example.org:8443", True), ("notexample.org", False),
        ("example.org.evil.net", False), ("ana.github.io", True), ("ben.github.io", False),
    ],
)  # fmt: skip
def test_home_is_a_whole_domain_and_no_neighbour(host: str, is_home: bool) -> None:
    assert not registrable_domains.is_home(host)
    registrable_domains.configure(("social.example.org", "ana.github.io"))
    assert registrable_domains.is_home(host) is is_home
