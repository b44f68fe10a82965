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
from fedconnect.foundation import caches, clock, own_address, sealing
from fedconnect.foundation.errors import NotFound
from fedconnect.models.instance import SignatureForm
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
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        form: SignatureForm = SignatureForm.CAVAGE,
    ) -> dict[str, str]:
        """Return the headers that prove a request to be this actor's, `extra` ones among them."""
        return signing.sign(self.key, self.key_id, method, url, body, extra, form)


_signers: dict[tuple[str, str], Signer] = {}
_lock = threading.Lock()


@caches.cleared_with_all
def forget_signers() -> None:
    """Load every key anew."""
    _signers.clear()


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
            private_sealed=sealing.seal(private, f"actor-key {name}"),
            created_at=clock.now(),
        )
    )


def ensure_key(session: Session, name: str, path: str) -> bool:
    """Make an actor's key where it has none; whether it had none."""
    if session.execute(select(OwnActor.id).where(OwnActor.name == name)).first() is not None:
        return False
    make_key(session, name, path)
    return True


def signer(session: Session, name: str) -> Signer:
    """Return the signer of an actor of ours, loaded once a process.

    Raises:
        NotFound: no such actor.
    """
    address = own_address.base_url()
    with _lock:
        if (address, name) not in _signers:
            row = session.execute(select(OwnActor).where(OwnActor.name == name)).scalar_one_or_none()
            if row is None:
                raise NotFound(f"no own actor {name}")
            private = sealing.unseal(row.private_sealed, f"actor-key {name}")
            key = serialization.load_der_private_key(
                private,
                password=None,
                unsafe_skip_rsa_key_validation=True,  # our own key: the check costs 40 ms
            )
            assert isinstance(key, rsa.RSAPrivateKey)
            _signers[address, name] = Signer(address + row.path, row.public_pem, key)
        return _signers[address, name]
