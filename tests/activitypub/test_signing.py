"""Our own signatures: they hold for this very request alone, and say who we are, when, and what was signed."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine

from fedconnect.activitypub import signatures, signing
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation.errors import Unproven
from support.remote import key_number, public_pem

KEY_ID = "https://forum.example/actor#main-key"
NOW = datetime(2026, 11, 1, 10, 0, 59, 999_999, tzinfo=UTC)
INBOX = "https://home.example/inbox"


@pytest.fixture(autouse=True)
def _at_one_moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def sign(method: str = "POST", url: str = INBOX, body: bytes | None = b"{}", **extra: str) -> dict[str, str]:
    return signing.sign(key_number(1), KEY_ID, method, url, body, extra)


def arrived(headers: dict[str, str], **changes: Any) -> Request:
    """The request as its receiver has it."""
    known: dict[str, Any] = {
        "method": "POST",
        "base_url": "https://home.example",
        "target": "/inbox",
        "body": b"{}",
    }
    return Request(
        **{**known, "headers": {name.lower(): value for name, value in headers.items()}, **changes}
    )


def holds(request: Request) -> bool:
    try:
        return signatures.read_signature(request).is_by(signatures.load_key(public_pem(key_number(1))))
    except Unproven:
        return False


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"}, {"target": "/inbox?a=1"}, {"target": "/users/ana/inbox"}, {"body": b"{} "},
        {"base_url": "https://other.example"},
    ],
)  # fmt: skip
def test_a_signature_holds_for_no_other_request(changes: dict[str, Any]) -> None:
    assert holds(arrived(sign()))
    assert not holds(arrived(sign(), **changes))


@pytest.mark.parametrize("name", ["Host", "Date", "Content-Type", "Digest", "Collection-Synchronization"])
def test_nothing_that_is_sent_along_can_be_changed_on_the_way(name: str) -> None:
    headers = sign(**{"Collection-Synchronization": "url=1"})
    assert holds(arrived(headers))
    assert not holds(arrived({**headers, name: headers[name] + "0"}))
    assert not holds(arrived({other: value for other, value in headers.items() if other != name}))


def test_another_key_did_not_make_it() -> None:
    signature = signatures.read_signature(arrived(sign()))
    assert signature.key_id == KEY_ID
    assert not signature.is_by(signatures.load_key(public_pem(key_number(2))))


@pytest.mark.parametrize("target", ["/users/ana", "/users/ana?page=1&b=%20", "/", "/a//b;c"])
def test_a_get_covers_path_and_query_and_claims_no_body(target: str) -> None:
    headers = sign("GET", "https://home.example" + target, None)
    assert not {"Digest", "Content-Type"} & headers.keys()
    assert holds(arrived(headers, method="GET", target=target, body=b""))
    assert not holds(arrived(headers, method="GET", target=target + "&", body=b""))


def test_an_address_without_a_path_is_asked_for_at_its_root_and_a_fragment_is_not_sent() -> None:
    for url in ("https://home.example", "https://home.example#key"):
        assert holds(arrived(sign("GET", url, None), method="GET", target="/", body=b""))


def test_an_empty_body_is_a_body() -> None:
    headers = sign(body=b"")
    assert headers["Content-Type"] == "application/activity+json"
    assert headers["Digest"] == "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert holds(arrived(headers, body=b""))


def test_the_host_has_its_port_and_the_moment_is_in_gmt_and_now() -> None:
    headers = sign(url="https://home.example:8443/inbox")
    assert headers["Host"] == "home.example:8443"
    assert holds(arrived(headers, base_url="https://home.example:8443"))
    assert headers["Date"].endswith(" GMT")
    assert parsedate_to_datetime(headers["Date"]) == NOW.replace(microsecond=0)


def test_the_receiver_is_told_what_was_signed_in_which_order_and_how() -> None:
    said = sign(**{"Collection-Synchronization": "url=1"})["Signature"]
    assert f'keyId="{KEY_ID}",algorithm="rsa-sha256",' in said
    assert 'headers="host date content-type digest collection-synchronization (request-target)"' in said
