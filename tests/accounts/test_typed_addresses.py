"""What people type for the server they live on: one spelling of it, and nothing that is no public server."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from fedconnect.accounts.typed_addresses import Address, NoAddress, OwnAddress, read_address
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import fetch, http_connections, own_address
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ip_addresses import AddressPolicy


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This forum is forum.example, and no private address is allowed."""
    monkeypatch.setattr(own_address, "host", lambda: "forum.example")
    monkeypatch.setattr(fetch, "_configuration", fetch._Configuration(AddressPolicy(), None, "test"))


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "@", "ana", "a" * 401, "social.example" + "/" * 387, "social example", "social\\.example",
        "<social.example>", 'social.example"', "localhost", "printer.local", "a.localhost", "vault.internal",
        "box.lan", "nas.home.arpa", "hidden.onion", "eep.i2p", "a.test", "a.invalid", "10.0.0.1", "8.8.8.8",
        "[2001:db8::1]", "social.example:8443", "ftp://social.example", "https://", "social..example",
        "-social.example", "https://ana:pw@social.example/",
    ],
)  # fmt: skip
def test_what_is_no_public_server_is_not_asked(typed: str) -> None:
    with pytest.raises(Malformed):
        read_address(typed)


@pytest.mark.parametrize("ending", [".test", ".lan", ".local", ".internal", ".home.arpa"])
def test_a_name_of_ones_own_network_is_a_server_where_the_setting_permits_private_addresses(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    with pytest.raises(NoAddress):
        read_address(f"@ana@social{ending}")
    policy = AddressPolicy((ipaddress.ip_network("10.0.0.0/8"),))
    for configured in (fetch, http_connections):
        name = "_configuration" if configured is fetch else "_configured"
        monkeypatch.setattr(configured, name, fetch._Configuration(policy, None, "test"))
    leads_to = ["10.0.0.7"]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, *rest: [(0, 0, 0, "", (one, port)) for one in leads_to]
    )
    assert read_address(f"@ana@social{ending}").domain == f"social{ending}"
    for elsewhere in (["192.168.0.1"], ["10.0.0.7", "8.8.8.8"], []):
        leads_to[:] = elsewhere
        with pytest.raises(NoAddress):
            read_address(f"social{ending}")
    for typed in ("a.localhost", "hidden.onion", "eep.i2p", "a.invalid", "192.168.0.1"):
        with pytest.raises(NoAddress):
            read_address(typed)


@pytest.mark.parametrize(
    "typed", ["@ana@localhost", "ana@10.0.0.1", "@ana@social.example:8443", "@ana@b.onion"]
)
def test_a_handle_is_no_way_around(typed: str) -> None:
    with pytest.raises(NoAddress):
        read_address(typed)


@pytest.mark.parametrize(
    "typed", ["forum.example", "FORUM.example.", "https://forum.example/boards", "@ana@forum.example"]
)
def test_nobody_lives_here(typed: str) -> None:
    with pytest.raises(OwnAddress):
        read_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "social.example", "@social.example", " social.example ", "Social.EXAMPLE", "social.example.",
        "https://social.example", "HTTPS://social.example/about", "http://social.example/", "social.example/explore",
        "https://social.example:443/",
    ],
)  # fmt: skip
def test_a_server_has_one_spelling(typed: str) -> None:
    assert read_address(typed) == Address("social.example", None)


@pytest.mark.parametrize(
    "typed",
    [
        "@ana@social.example", "ana@social.example", "@ana@SOCIAL.example", "https://social.example/@ana",
        "https://social.example/users/ana", "https://social.example/u/ana/", "http://social.example/profile/ana",
    ],
)  # fmt: skip
def test_a_handle_may_be_typed_or_copied_from_a_profile(typed: str) -> None:
    assert read_address(typed) == Address("social.example", Handle("ana", "social.example"))


def test_a_name_in_another_script_is_asked_by_its_ascii_form() -> None:
    assert read_address("bücher.example").domain == "xn--bcher-kva.example"


def test_the_longest_that_may_be_typed_is_read() -> None:
    assert read_address("social.example".ljust(400, "/")).domain == "social.example"


def test_an_address_of_the_own_network_is_fine_where_the_setting_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ipaddress

    policy = AddressPolicy((ipaddress.ip_network("127.0.0.0/8"),))
    monkeypatch.setattr(fetch, "_configuration", fetch._Configuration(policy, None, "test"))
    assert read_address("127.0.0.1:3000") == Address("127.0.0.1:3000", None)
    with pytest.raises(NoAddress):
        read_address("10.0.0.1:3000")
