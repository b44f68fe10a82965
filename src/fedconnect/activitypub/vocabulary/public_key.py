"""The keys of an actor, in the two ways in which its document may list them.

Ref: the security vocabulary (`publicKey`, as Mastodon writes it); FEP-521a (`assertionMethod` with Multikeys);
W3C Controlled Identifiers 1.0 §2.2.2 (Multikey); draft-msporny-base58.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from fedconnect.activitypub.vocabulary.properties import Document, listed, reference, string, uri

_MOST = 10  # in either list
_LONGEST = 8192
_LONGEST_MULTIBASE = 1500  # an RSA key of 8192 bits; what reads it is not linear
_ED25519, _RSA = b"\xed\x01", b"\x85\x24"
_BASE58 = {
    letter: value for value, letter in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
# AlgorithmIdentifier of rsaEncryption, in front of the bits that a Multikey holds. Ref: RFC 3279 §2.3.1
_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that an actor document lists. `is_proven`: its own address says whose it is."""

    id: str
    owner: str
    pem: str
    is_proven: bool


def read_keys(document: Document, owner: str) -> tuple[PublicKey, ...]:
    """Return the keys that an actor lists as its own, those of `publicKey` first."""
    found: dict[str, PublicKey] = {}
    for name in ("publicKey", "assertionMethod"):
        for one in listed(document.get(name))[:_MOST]:
            if isinstance(one, dict) and (key := read_key(one, owner)) is not None:
                found.setdefault(key.id, key)
    return tuple(found.values())


def lists_by_address(document: Document, key_uri: str) -> bool:
    """Whether an actor names a key whose document stands at an address of its own."""
    named = [*listed(document.get("publicKey"))[:_MOST], *listed(document.get("assertionMethod"))[:_MOST]]
    return key_uri in [uri(one) for one in named]


def read_key(document: Document, owner: str) -> PublicKey | None:
    """Return a key that says that it is this owner's; without an owner it is theirs where it stands under their address."""
    said = string(document.get("id") or document.get("@id"))
    identity = uri(owner + said if said.startswith("#") else said)
    if identity is None:
        return None
    is_proven = identity.partition("#")[0] == owner
    claimed = document.get("owner") or document.get("controller")
    if reference(claimed) != owner and not (claimed is None and is_proven):
        return None
    pem = string(document.get("publicKeyPem")) or _from_multibase(string(document.get("publicKeyMultibase")))
    return PublicKey(identity, owner, pem, is_proven) if 0 < len(pem) <= _LONGEST else None


def _from_multibase(text: str) -> str:
    """Return a Multikey as PEM; nothing where it is none of the kinds that sign here."""
    if not text.startswith("z") or len(text) > _LONGEST_MULTIBASE or not _BASE58.keys() >= set(text[1:]):
        return ""
    number = 0
    for letter in text[1:]:
        number = number * 58 + _BASE58[letter]
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    try:
        if raw.startswith(_ED25519):
            return _pem(ed25519.Ed25519PublicKey.from_public_bytes(raw[2:]))
        if raw.startswith(_RSA):
            return _pem(load_der_public_key(_sequence(_RSA_ALGORITHM + _element(0x03, b"\0" + raw[2:]))))
    except ValueError:
        return ""
    return ""


def _sequence(content: bytes) -> bytes:
    return _element(0x30, content)


def _element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + content


def _pem(key: Any) -> str:
    return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
