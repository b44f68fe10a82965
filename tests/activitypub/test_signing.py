"""Our own signatures: they hold for this very request alone, and say who we are, when, and what was signed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from fedconnect.activitypub import signatures, signing
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation.errors import Malformed, Unproven
from fedconnect.models.instance import SignatureForm
from support.remote import key_number, public_pem

KEY_ID = "https://forum.example/actor#main-key"
NOW = datetime(2026, 11, 1, 10, 0, 59, 999_999, tzinfo=UTC)
INBOX = "https://home.example/inbox"


@pytest.fixture(autouse=True)
def _at_one_moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


CAVAGE, RFC9421 = SignatureForm.CAVAGE, SignatureForm.RFC9421
both = pytest.mark.parametrize("form", [CAVAGE, RFC9421])


def sign(
    method: str = "POST",
    url: str = INBOX,
    body: bytes | None = b"{}",
    form: SignatureForm = CAVAGE,
    **extra: str,
) -> dict[str, str]:
    return signing.sign(key_number(1), KEY_ID, method, url, body, extra, form)


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
    except (Unproven, Malformed):
        return False


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"}, {"target": "/inbox?a=1"}, {"target": "/users/ana/inbox"}, {"body": b"{} "},
        {"base_url": "https://other.example"},
    ],
)  # fmt: skip
def test_a_signature_holds_for_no_other_request(changes: dict[str, Any], form: SignatureForm) -> None:
    assert holds(arrived(sign(form=form)))
    assert not holds(arrived(sign(form=form), **changes))


@pytest.mark.parametrize(
    ("form", "name"),
    [(CAVAGE, "Host"), (CAVAGE, "Digest"), (RFC9421, "Content-Digest"), (RFC9421, "Signature-Input")]
    + [(form, name) for form in (CAVAGE, RFC9421) for name in ("Date", "Content-Type", "Collection-Synchronization")],
)  # fmt: skip
def test_nothing_that_is_sent_along_can_be_changed_on_the_way(form: SignatureForm, name: str) -> None:
    headers = sign(form=form, **{"Collection-Synchronization": "url=1"})
    assert holds(arrived(headers))
    assert not holds(arrived({**headers, name: headers[name] + "0"}))
    assert not holds(arrived({other: value for other, value in headers.items() if other != name}))


@both
def test_another_key_did_not_make_it(form: SignatureForm) -> None:
    signature = signatures.read_signature(arrived(sign(form=form)))
    assert signature.key_id == KEY_ID
    assert not signature.is_by(signatures.load_key(public_pem(key_number(2))))


@both
@pytest.mark.parametrize("target", ["/users/ana", "/users/ana?page=1&b=%20", "/", "/a//b;c"])
def test_a_get_covers_path_and_query_and_claims_no_body(target: str, form: SignatureForm) -> None:
    headers = sign("GET", "https://home.example" + target, None, form)
    assert not {"Digest", "Content-Digest", "Content-Type"} & headers.keys()
    assert holds(arrived(headers, method="GET", target=target, body=b""))
    assert not holds(arrived(headers, method="GET", target=target + "&", body=b""))


@both
def test_an_address_without_a_path_is_asked_for_at_its_root_and_a_fragment_is_not_sent(
    form: SignatureForm,
) -> None:
    for url in ("https://home.example", "https://home.example#key"):
        assert holds(arrived(sign("GET", url, None, form), method="GET", target="/", body=b""))


def test_an_empty_body_is_a_body() -> None:
    headers = sign(body=b"")
    assert headers["Content-Type"] == "application/activity+json"
    assert headers["Digest"] == "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert holds(arrived(headers, body=b""))


@both
def test_the_host_has_its_port_and_the_moment_is_in_gmt_and_now(form: SignatureForm) -> None:
    headers = sign(url="https://home.example:8443/inbox", form=form)
    assert headers["Host"] == "home.example:8443"
    assert holds(arrived(headers, base_url="https://home.example:8443"))
    assert headers["Date"].endswith(" GMT")
    assert parsedate_to_datetime(headers["Date"]) == NOW.replace(microsecond=0)


def test_the_receiver_is_told_what_was_signed_in_which_order_and_how() -> None:
    said = sign(**{"Collection-Synchronization": "url=1"})["Signature"]
    assert f'keyId="{KEY_ID}",algorithm="rsa-sha256",' in said
    assert 'headers="host date content-type digest collection-synchronization (request-target)"' in said


def test_rfc_9421_is_written_as_mastodon_reads_it() -> None:
    """One label; method, whole address and digest; when, whose key, and the only algorithm that Mastodon takes."""
    headers = sign(form=RFC9421)
    assert headers["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "date" "content-type" "content-digest")'
        f';created={int(NOW.timestamp())};keyid="{KEY_ID}";alg="rsa-v1_5-sha256"'
    )
    assert headers["Content-Digest"] == "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"
    assert headers["Signature"].startswith("sig1=:")
    assert "Digest" not in headers


def test_an_rfc_9421_signature_is_over_the_very_lines_that_the_rfc_says() -> None:
    headers = sign("GET", "https://home.example/users/ana?page=1", None, RFC9421)
    told = headers["Signature-Input"].removeprefix("sig1=")
    base = (
        '"@method": GET\n"@target-uri": https://home.example/users/ana?page=1\n'
        f'"date": {headers["Date"]}\n"@signature-params": {told}'
    )
    value = base64.b64decode(headers["Signature"].removeprefix("sig1=:").removesuffix(":"))
    key_number(1).public_key().verify(value, base.encode(), padding.PKCS1v15(), hashes.SHA256())
