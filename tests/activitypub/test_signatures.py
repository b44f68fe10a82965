"""The vectors hold, what is altered does not, and another library agrees."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fedconnect.activitypub import signatures, signing
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation import clock
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


def signed_9421(
    components: str,
    target: str = "/inbox",
    tail: str = ';created={now};keyid="{key}"',
    method: str = "POST",
    **headers: str,
) -> Request:
    """A request as another server signs it with RFC 9421: over these components, in this order."""
    key, now = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32), int(clock.now().timestamp())
    body = b'{"a":1}' if method == "POST" else b""
    digest = base64.b64encode(hashlib.sha512(body).digest()).decode()
    sent = {"host": "forum.example", "date": format_datetime(clock.now(), usegmt=True),
            "content-digest": f"sha-512=:{digest}:", **headers}  # fmt: skip
    path, _, query = target.partition("?")
    derived = {
        "@method": method, "@target-uri": f"https://forum.example{target}", "@authority": "forum.example",
        "@path": path, "@query": f"?{query}", "@request-target": target,
    }  # fmt: skip
    tail = tail.format(now=now, key="https://home.example/users/ana#ed25519")
    lines = [f'"{name}": {derived.get(name) or sent[name]}' for name in components.split()]
    listed = " ".join(f'"{name}"' for name in components.split())
    base = "\n".join([*lines, f'"@signature-params": ({listed}){tail}'])
    value = base64.b64encode(key.sign(base.encode())).decode()
    sent |= {"signature-input": f"sig1=({listed}){tail}", "signature": f"sig1=:{value}:"}
    return Request(method, "https://forum.example", target, sent, body)


EDWARD = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32).public_key()


@pytest.mark.parametrize(
    ("components", "target"),
    [
        ("@method @target-uri content-digest", "/inbox"),
        ("@method @path @authority content-digest", "/inbox"),
        ("@authority @path @query @method content-digest date", "/inbox?a=1"),
        ("@method @request-target host content-digest", "/inbox?a=1"),
        ("@method @path host date content-digest", "/inbox"),
    ],
)
def test_where_a_request_goes_may_be_covered_in_each_way_that_rfc_9421_knows(
    components: str, target: str
) -> None:
    request = signed_9421(components, target)
    assert signatures.read_signature(request).is_by(EDWARD)
    dated = signed_9421(components + " date" * ("date" not in components), target, ';keyid="{key}"')
    assert signatures.read_signature(dated).is_by(EDWARD), "a Date that is covered is a time too"
    for moved in ({"target": "/inbox2"}, {"base_url": "https://other.example"}, {"method": "PUT"}):
        changed = replace(request, **moved)
        with contextlib.suppress(Unproven):
            assert not signatures.read_signature(changed).is_by(EDWARD), moved


@pytest.mark.parametrize(
    ("components", "target"),
    [
        ("@method @path content-digest", "/inbox"), ("@method @authority content-digest", "/inbox"),
        ("@method @path @authority content-digest", "/inbox?a=1"), ("@path @authority content-digest", "/inbox"),
        ("@method @path @authority", "/inbox"), ("@method @request-target content-digest", "/inbox"),
    ],
)  # fmt: skip
def test_a_signature_that_leaves_open_where_a_request_goes_proves_nothing(
    components: str, target: str
) -> None:
    with pytest.raises(Unproven, match="covers too little"):
        signatures.read_signature(signed_9421(components, target))


def test_without_a_time_that_is_covered_nothing_is_proven() -> None:
    with pytest.raises(Unproven, match="covers too little"):
        signatures.read_signature(signed_9421("@method @target-uri content-digest", tail=';keyid="{key}"'))
    with pytest.raises(Unproven, match="keyid"):
        signatures.read_signature(signed_9421("@method @target-uri content-digest", tail=";created={now}"))


def test_each_digest_that_is_named_is_the_bodys() -> None:
    right = signed_9421("@method @target-uri content-digest").headers["content-digest"]
    for wrong in ("sha-512=:AAAA:", f"{right}, sha-256=:AAAA:", "md5=:AAAA:"):
        request = signed_9421("@method @target-uri content-digest", **{"content-digest": wrong})
        with pytest.raises(Unproven, match="the body is not the one"):
            signatures.read_signature(request)


@pytest.mark.parametrize(("algorithm", "holds"), [("hs2019", True), ("ed25519", True), ("rsa-sha256", False)])
def test_an_ed25519_key_signs_as_draft_cavage_too(algorithm: str, holds: bool) -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    date = format_datetime(clock.now(), usegmt=True)
    base = f"(request-target): get /x\nhost: forum.example\ndate: {date}"
    value = base64.b64encode(key.sign(base.encode())).decode()
    signature = f'keyId="https://home.example/a#k",algorithm="{algorithm}",headers="(request-target) host date",signature="{value}"'
    headers = {"host": "forum.example", "date": date, "signature": signature}
    request = Request("GET", "https://forum.example", "/x", headers, b"")
    assert signatures.read_signature(request).is_by(EDWARD) is holds


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


def test_a_key_whose_exponent_makes_each_check_dear_is_refused() -> None:
    common = key_number(1).public_key().public_numbers()
    for exponent, is_taken in (
        (65537, True),
        (3, True),
        ((1 << 32) - 1, True),
        ((1 << 32) + 1, False),
        ((1 << 2000) + 1, False),
    ):
        key = rsa.RSAPublicNumbers(exponent, common.n).public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        if is_taken:
            assert signatures.load_key(pem)
        else:
            with pytest.raises(Unproven):
                signatures.load_key(pem)


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


def signed_at(moment: datetime) -> Request:
    """A request that ana signed at some moment, in draft-cavage."""
    with time_machine.travel(moment, tick=False):
        headers = signing.sign(key_number(1), "https://a.example/ana#k", "GET", "https://forum.example/")
    return Request("GET", "https://forum.example", "/", {n.lower(): v for n, v in headers.items()}, b"")


@pytest.mark.parametrize(
    ("seconds", "is_fresh"),
    [(-12 * 3600 - 1, False), (-12 * 3600, True), (0, True), (3600, True), (3601, False)],
)
def test_a_signature_counts_for_twelve_hours_and_an_hour_before_its_time(
    seconds: int, is_fresh: bool
) -> None:
    now = datetime(2026, 8, 10, 9, 15, 30, tzinfo=UTC)
    request = signed_at(now + timedelta(seconds=seconds))
    with time_machine.travel(now, tick=False):
        if is_fresh:
            assert signatures.read_signature(request).is_by(key_number(1).public_key())
        else:
            with pytest.raises(Unproven, match="too long ago"):
                signatures.read_signature(request)


@pytest.mark.parametrize(("seconds", "has_expired"), [(-3601, True), (-3600, False), (60, False)])
def test_a_signature_that_says_when_it_runs_out_counts_an_hour_longer(
    seconds: int, has_expired: bool
) -> None:
    headers = dict(request_of("rfc9421").headers)
    with time_machine.travel(FROZEN, tick=False):
        expires = int(datetime.now(UTC).timestamp()) + seconds
        headers["signature-input"] += f";expires={expires}"
        if has_expired:
            with pytest.raises(Unproven, match="has expired"):
                signatures.read_signature(request_of("rfc9421", headers=headers))
        else:
            assert signatures.read_signature(request_of("rfc9421", headers=headers)).key_id


@pytest.mark.parametrize("name", ["(request-target)", "host", "digest", "date"])
def test_s09_a_cavage_signature_that_covers_too_little_is_refused(name: str) -> None:
    headers = dict(request_of("draft_cavage").headers)
    before, _, after = headers["signature"].partition('headers="')
    covered, _, rest = after.partition('"')
    assert name in covered.split()
    kept = " ".join(one for one in covered.split() if one != name)
    headers["signature"] = f'{before}headers="{kept}"{rest}'
    with time_machine.travel(FROZEN, tick=False), pytest.raises(Unproven, match="covers too little"):
        signatures.read_signature(request_of("draft_cavage", headers=headers))


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "SHA-256=",
        "SHA-512=QUJD",
        "SHA-256=QUJD",
        "sha-256=not base64",
        "SHA-256={0},SHA-256={0}",
        "SHA-256={0} x",
    ],
)
def test_s08_a_digest_is_one_sha_256_of_the_body(digest: str) -> None:
    own = request_of("draft_cavage").headers["digest"].partition("=")[2]
    headers = {**request_of("draft_cavage").headers, "digest": digest.replace("{0}", own)}
    with time_machine.travel(FROZEN, tick=False), pytest.raises(Unproven):
        signatures.read_signature(request_of("draft_cavage", headers=headers))


@pytest.mark.parametrize(
    "change",
    [
        ("keyId=", "keyid="), ('keyId="', 'keyId="x",keyId="'), ("signature=", "value="), (",", ",,x "), ('keyId="', 'keyId="\\"'),
    ],
)  # fmt: skip
def test_a_signature_header_has_one_meaning_or_none(change: tuple[str, str]) -> None:
    headers = dict(request_of("draft_cavage").headers)
    headers["signature"] = headers["signature"].replace(*change, 1)
    assert not holds(request_of("draft_cavage", headers=headers))


@pytest.mark.parametrize(
    "change",
    [
        ('("@method"', '("@method" "@method"'), ('"@method"', '"@method";req'), ("sig1=", "sig2="), ("created=", "made="),
        ('keyid="', 'key="'), ("sig1=(", "sig1=( "), ("sig1=(", 'sig0=();created=1, sig1=('), ('"@method"', '"@nothing" "@method"'),
    ],
)  # fmt: skip
def test_a_signature_input_holds_one_signature_over_plain_components(change: tuple[str, str]) -> None:
    headers = dict(request_of("rfc9421").headers)
    label = headers["signature-input"].partition("=")[0]
    headers["signature-input"] = headers["signature-input"].replace(
        *(one.replace("sig1", label) for one in change), 1
    )
    assert headers["signature-input"] != request_of("rfc9421").headers["signature-input"]
    assert not holds(request_of("rfc9421", headers=headers))


@pytest.mark.parametrize("name", ["signature", "signature-input", "digest", "content-digest", "date"])
def test_a_header_may_have_8192_letters_and_not_one_more(name: str) -> None:
    headers = {"signature": "x", "host": "forum.example", name: "x" * 8193}
    with pytest.raises(Unproven, match="oversized"):
        signatures.read_signature(Request("POST", "https://forum.example", "/inbox", headers, b""))
    headers[name] = "x" * 8192
    with pytest.raises(Unproven) as caught:
        signatures.read_signature(Request("POST", "https://forum.example", "/inbox", headers, b""))
    assert "oversized" not in caught.value.detail
