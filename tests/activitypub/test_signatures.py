"""The vectors hold, what is altered does not, and another library agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fedconnect.activitypub import signatures, signing
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation.errors import FedConnectError, Unproven
from support.remote import key_number, public_pem

VECTORS = json.loads((Path(__file__).parents[1] / "samples/ours/signature-vectors.json").read_text())
FROZEN = "2026-08-10T09:15:30Z"
DIALECTS = ["draft_cavage", "rfc9421"]


def request_of(dialect: str, **changes: Any) -> Request:
    vector = VECTORS[dialect]
    facts: dict[str, Any] = {
        "method": vector["method"],
        "base_url": "https://forum.example",
        "target": "/b/bread/inbox",
        "headers": {name.lower(): value for name, value in vector["headers"].items()},
        "body": VECTORS["body"].encode(),
    }
    return Request(**{**facts, **changes})


def holds(request: Request) -> bool:
    key = signatures.load_key(VECTORS["public_key_pem"])
    with time_machine.travel(FROZEN, tick=False):
        try:
            return signatures.read_signature(request).is_by(key)
        except FedConnectError:
            return False


def test_s18_without_a_signature_among_the_headers_nothing_is_signed() -> None:
    body = b'{"signature": {"type": "RsaSignature2017", "signatureValue": "QUJD"}}'
    with pytest.raises(Unproven, match="no signature"):
        signatures.read_signature(Request("POST", "https://forum.example", "/inbox", {"date": "x"}, body))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_vector_holds(dialect: str) -> None:
    assert holds(request_of(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_vector_with_anything_changed_does_not_hold(dialect: str) -> None:
    body = VECTORS["body"].encode()
    for changes in (
        {"body": body[:-1] + b" }"},
        {"method": "PUT"},
        {"target": "/b/cake/inbox"},
        {"base_url": "https://other.example"},
    ):
        assert not holds(request_of(dialect, **changes)), changes
    headers = request_of(dialect).headers
    for name in headers:
        assert not holds(request_of(dialect, headers={n: v for n, v in headers.items() if n != name})), name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_another_key_does_not_fit(dialect: str) -> None:
    with time_machine.travel(FROZEN, tick=False):
        signature = signatures.read_signature(request_of(dialect))
    assert not signature.is_by(key_number(4).public_key())
    assert not signature.is_by(ed25519.Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize("missing", ['"@method" ', '"@target-uri" ', ' "content-digest"'])
def test_s13_an_rfc_9421_signature_that_covers_too_little_is_refused(missing: str) -> None:
    headers = dict(request_of("rfc9421").headers)
    headers["signature-input"] = headers["signature-input"].replace(missing, "")
    with time_machine.travel(FROZEN, tick=False), pytest.raises(Unproven, match="covers too little"):
        signatures.read_signature(request_of("rfc9421", headers=headers))


@pytest.mark.parametrize("algorithm", ["none", "hmac-sha256", "rsa-sha1", "rsa-sha512"])
def test_s13_another_algorithm_is_refused(algorithm: str) -> None:
    headers = dict(request_of("draft_cavage").headers)
    headers["signature"] = headers["signature"].replace("rsa-sha256", algorithm)
    assert not holds(request_of("draft_cavage", headers=headers))


def test_s13_weak_huge_and_unknown_keys_are_refused() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for pem in (public_pem(weak), "", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(Unproven):
            signatures.load_key(pem)
    strong = ed25519.Ed25519PrivateKey.generate().public_key()
    assert signatures.load_key(strong.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def test_only_a_time_that_the_signature_covers_counts() -> None:
    """A replayer must not refresh an old signature by its unsigned `created` parameter."""
    headers = dict(request_of("draft_cavage").headers)
    headers["signature"] = headers["signature"].replace("host date ", "host ") + ",created=1786353330"
    assert not holds(request_of("draft_cavage", headers=headers))


def test_what_we_sign_we_accept() -> None:
    body = b'{"a":1}'
    headers = signing.sign(
        key_number(1), "https://forum.example/a#main-key", "POST", "https://forum.example/inbox?x=1", body
    )
    request = Request(
        "POST", "https://forum.example", "/inbox?x=1", {n.lower(): v for n, v in headers.items()}, body
    )
    assert signatures.read_signature(request).is_by(key_number(1).public_key())


def test_another_librarys_rfc_9421_signature_is_accepted() -> None:
    """An oracle that is not ours: http-message-signatures."""
    import requests
    from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

    from support.remote import key_number

    class Keys(HTTPSignatureKeyResolver):
        def resolve_private_key(self, key_id: str) -> Any:
            return key_number(2)

    body = b'{"type":"Follow"}'
    prepared = requests.Request("POST", "https://forum.example/inbox", data=body).prepare()
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    prepared.headers["Content-Digest"] = f"sha-256=:{digest}:"
    HTTPMessageSigner(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys()).sign(
        prepared, key_id="https://remote.example/u#main-key",
        covered_component_ids=("@method", "@target-uri", "content-digest"), use_existing_digest=True,
    )  # fmt: skip
    request = Request(
        "POST", "https://forum.example", "/inbox", {n.lower(): v for n, v in prepared.headers.items()}, body
    )
    signature = signatures.read_signature(request)
    assert signature.is_by(key_number(2).public_key())
    assert not signature.is_by(key_number(3).public_key())


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 10 Aug 2026 09:15:30 +99999999",
                                  "Mon, 10 Aug 99999999999 09:15:30 GMT", "", "x" * 8000, "Mon, 99 Abc 2026"])  # fmt: skip
def test_m6_a_date_beyond_all_time_is_no_date(date: str) -> None:
    headers = {**request_of("draft_cavage").headers, "date": date}
    with pytest.raises(Unproven):
        signatures.read_signature(request_of("draft_cavage", headers=headers))


@pytest.mark.parametrize("moment", ["253402300799", "253402300800", "9" * 30, "9" * 5000])
def test_m6_a_signature_that_runs_out_at_the_end_of_time_is_read_or_refused(moment: str) -> None:
    rfc9421 = dict(request_of("rfc9421").headers)
    rfc9421["signature-input"] += f";expires={moment}"
    created = f'keyId="k",algorithm="hs2019",created=1786353330,expires={moment},signature="QUJD",'
    cavage = {
        **request_of("draft_cavage").headers,
        "signature": created + 'headers="(request-target) host digest (created) (expires)"',
    }
    with time_machine.travel(FROZEN, tick=False):
        for dialect, headers in (("rfc9421", rfc9421), ("draft_cavage", cavage)):
            try:
                read = signatures.read_signature(request_of(dialect, headers=headers))
            except Unproven:
                continue
            assert not read.is_by(signatures.load_key(VECTORS["public_key_pem"]))
