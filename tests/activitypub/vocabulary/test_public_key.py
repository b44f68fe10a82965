"""The keys of an actor, in each way in which large servers list them; and whose they are not."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from fedconnect.activitypub.vocabulary.public_key import lists_by_address, read_key, read_keys
from support.remote import key_number, public_pem

ANA = "https://home.example/users/ana"
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# FEP-521a and the did:key method's own examples begin so.
DID_KEY = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def multibase(prefix: bytes, raw: bytes) -> str:
    number, found = int.from_bytes(prefix + raw), ""
    while number:
        number, rest = divmod(number, 58)
        found = LETTERS[rest] + found
    return "z" + found


def multikey(text: str, **values: object) -> dict[str, object]:
    known = {"id": f"{ANA}#ed25519", "type": "Multikey", "controller": ANA, "publicKeyMultibase": text}
    return {**known, **values}


def own_pem(key: ed25519.Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_a_multikey_is_the_key_that_it_says() -> None:
    edward = ed25519.Ed25519PrivateKey.generate().public_key()
    raw = edward.public_bytes(Encoding.Raw, PublicFormat.Raw)
    rsa = key_number(3)
    pkcs1 = rsa.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    document = {
        "publicKey": {"id": f"{ANA}#main-key", "owner": ANA, "publicKeyPem": "PEM"},
        "assertionMethod": [
            multikey(multibase(b"\xed\x01", raw)),
            multikey(multibase(b"\x85\x24", pkcs1), id=f"{ANA}#rsa"),
        ],
    }
    keys = read_keys(document, ANA)
    assert [(one.id, one.is_proven) for one in keys] == [
        (f"{ANA}#main-key", True),
        (f"{ANA}#ed25519", True),
        (f"{ANA}#rsa", True),
    ]
    assert keys[1].pem == own_pem(edward)
    assert keys[2].pem == public_pem(rsa)


def test_a_multikey_that_others_made_is_read() -> None:
    key = read_key(multikey(DID_KEY), ANA)
    assert key is not None
    assert isinstance(load_pem_public_key(key.pem.encode()), ed25519.Ed25519PublicKey)


@pytest.mark.parametrize(
    "text",
    [
        "", "z", "z" + "0" * 40, "m" + DID_KEY[1:], DID_KEY[:-2], DID_KEY + "2", multibase(b"\xe7\x01", b"\2" * 33),
        multibase(b"\x85\x24", b"\x30\x03\x02\x01\x05"), multibase(b"\xed\x01", b""), "z" + "9" * 1500, "z" + "é" * 40,
    ],
)  # fmt: skip
def test_a_multikey_that_cannot_be_read_is_none(text: str) -> None:
    assert read_key(multikey(text), ANA) is None


@pytest.mark.parametrize(
    ("key", "identity", "is_proven"),
    [
        ({"id": f"{ANA}#main-key", "owner": ANA}, f"{ANA}#main-key", True),
        ({"id": f"{ANA}#main-key", "owner": {"id": ANA}}, f"{ANA}#main-key", True),
        ({"id": f"{ANA}#main-key", "controller": [ANA]}, f"{ANA}#main-key", True),
        ({"@id": f"{ANA}#main-key"}, f"{ANA}#main-key", True),
        ({"id": "#main-key"}, f"{ANA}#main-key", True),
        ({"id": ANA}, ANA, True),
        ({"id": f"{ANA}/main-key", "owner": ANA}, f"{ANA}/main-key", False),
    ],
)
def test_one_says_whose_a_key_is_in_each_way_that_large_servers_know(
    key: dict[str, object], identity: str, is_proven: bool
) -> None:
    (found,) = read_keys({"publicKey": {**key, "publicKeyPem": "PEM"}}, ANA)
    assert (found.id, found.owner, found.pem, found.is_proven) == (identity, ANA, "PEM", is_proven)


@pytest.mark.parametrize(
    "key",
    [
        {"id": f"{ANA}/main-key"}, {"id": "https://evil.example/key"}, {"id": f"{ANA}#k", "owner": f"{ANA}2"}, {"id": "main-key"},
        {"id": f"{ANA}#k", "controller": "https://evil.example/eve"}, {"id": f"{ANA}#k", "owner": [ANA, f"{ANA}2"]}, {},
        {"id": f"{ANA}2#k"}, {"id": f"{ANA}#k", "owner": 7},
    ],
)  # fmt: skip
def test_a_key_of_somebody_else_or_without_a_place_is_not_theirs(key: dict[str, object]) -> None:
    assert read_keys({"publicKey": {"publicKeyPem": "PEM", **key}}, ANA) == ()
    bare = {"type": "Multikey", "publicKeyMultibase": DID_KEY}
    assert read_keys({"assertionMethod": [bare | key]}, ANA) == ()


def test_ten_of_either_list_count_and_each_name_once() -> None:
    many = [{"id": f"{ANA}#{n}", "owner": ANA, "publicKeyPem": "PEM"} for n in range(11)]
    again = [multikey(DID_KEY, id=f"{ANA}#{n}") for n in range(5, 16)]
    found = read_keys({"publicKey": many, "assertionMethod": again}, ANA)
    assert [one.id for one in found] == [f"{ANA}#{n}" for n in range(15)]
    assert found[5].pem == "PEM"


def test_a_key_may_be_named_by_its_address_alone() -> None:
    far = f"{ANA}/keys/1"
    assert lists_by_address({"publicKey": far}, far)
    assert lists_by_address({"assertionMethod": [multikey(DID_KEY), far]}, far)
    assert not lists_by_address({"publicKey": {"id": far}}, far)
    assert not lists_by_address({}, far)
