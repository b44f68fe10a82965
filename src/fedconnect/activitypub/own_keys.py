"""Keys of the actors that are ours: made once, sealed in the database, kept loaded in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import signing
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.secrets import Secrets
from fedconnect.models.own_actor import OwnActor

INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Signer:
    """An actor of ours that can sign."""

    uri: str
    public_pem: str
    key: rsa.RSAPrivateKey

    @property
    def key_id(self) -> str:
        return self.uri + "#main-key"

    def sign(
        self, method: str, url: str, body: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Return the headers that prove a request to be this actor's, `extra` ones among them."""
        return signing.sign(self.key, self.key_id, method, url, body, extra)


@dataclass(frozen=True, slots=True)
class _Identity:
    base_url: str
    secrets: Secrets


_identity: _Identity | None = None
_signers: dict[str, Signer] = {}
_lock = threading.Lock()


def configure(base_url: str, secrets: Secrets) -> None:
    """Say who we are, and what opens the sealed keys."""
    global _identity
    _identity = _Identity(base_url, secrets)
    _signers.clear()


def base_url() -> str:
    """Return this installation's address, without a slash at its end."""
    return _configured().base_url


def host() -> str:
    """Return the host as it stands in handles (`forum.example`, `127.0.0.1:8000`)."""
    return base_url().partition("://")[2]


def seal(value: bytes, purpose: str) -> str:
    """Return a value sealed with this installation's present key (AES-256-GCM, key id in front)."""
    return _configured().secrets.seal(value, purpose)


def unseal(sealed: str, purpose: str) -> bytes:
    """Return what was sealed for this purpose.

    Raises:
        FedConnectError: the key is not in the data folder, or the value was tampered with.
    """
    return _configured().secrets.unseal(sealed, purpose)


def digest(token: str, purpose: str) -> str:
    """Return a keyed digest of a token: what is stored of a cookie, useless to who reads the database."""
    return _configured().secrets.digest(token, purpose)


def digests(token: str, purpose: str) -> tuple[str, ...]:
    """Return a token's digests by the present session secret and by former ones that still count."""
    return _configured().secrets.digests(token, purpose)


def make_key(session: Session, name: str, path: str) -> None:
    """Make and store a key pair for an actor of ours (RSA 2048, as every peer verifies it)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    session.add(
        OwnActor(
            name=name,
            path=path,
            public_pem=public.decode(),
            private_sealed=_configured().secrets.seal(private, f"actor-key {name}"),
            created_at=clock.now(),
        )
    )


def ensure_key(session: Session, name: str, path: str) -> None:
    """Make an actor's key where it has none."""
    if session.execute(select(OwnActor.id).where(OwnActor.name == name)).first() is None:
        make_key(session, name, path)


def signer(session: Session, name: str) -> Signer:
    """Return the signer of an actor of ours, loaded once a process.

    Raises:
        NotFound: no such actor.
    """
    with _lock:
        if name not in _signers:
            row = session.execute(select(OwnActor).where(OwnActor.name == name)).scalar_one_or_none()
            if row is None:
                raise NotFound(f"no own actor {name}")
            identity = _configured()
            private = identity.secrets.unseal(row.private_sealed, f"actor-key {name}")
            key = serialization.load_der_private_key(
                private,
                password=None,
                unsafe_skip_rsa_key_validation=True,  # our own key: the check costs 40 ms
            )
            assert isinstance(key, rsa.RSAPrivateKey)
            _signers[name] = Signer(identity.base_url + row.path, row.public_pem, key)
        return _signers[name]


def _configured() -> _Identity:
    if _identity is None:
        raise RuntimeError("own_keys.configure() was not called")
    return _identity
