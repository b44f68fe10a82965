"""Keys of our own actors: made once, sealed for one name, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys, signatures
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation import own_address, sealing
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.foundation.secrets import open_secrets
from fedconnect.models.own_actor import OwnActor
from support.forum import BASE


def test_an_actor_without_a_key_cannot_sign(session: Session) -> None:
    with pytest.raises(NotFound):
        own_keys.signer(session, "board:nobody")


def test_a_key_is_made_once_and_signs_as_its_own_actor(session: Session) -> None:
    own_keys.ensure_key(session, "board:respite", "/boards/respite")
    own_keys.ensure_key(session, "board:respite", "/boards/elsewhere")
    assert session.scalar(select(func.count()).select_from(OwnActor)) == 1
    signer = own_keys.signer(session, "board:respite")
    assert signer.key_id == f"{BASE}/boards/respite#main-key"
    headers = signer.sign("POST", "https://home.example/inbox?x=1", b"{}", {"X-Extra": "1"})
    sent = Request(
        "POST", "https://home.example", "/inbox?x=1", {k.lower(): v for k, v in headers.items()}, b"{}"
    )
    read = signatures.read_signature(sent)
    assert read.key_id == signer.key_id
    assert read.is_by(signatures.load_key(signer.public_pem))
    assert "x-extra" in headers["Signature"]


def test_a_key_sealed_for_one_actor_opens_for_no_other(session: Session) -> None:
    own_keys.make_key(session, "board:respite", "/boards/respite")
    row = session.scalars(select(OwnActor)).one()
    row.name = "board:benefits"
    session.flush()
    with pytest.raises(FedConnectError):
        own_keys.signer(session, "board:benefits")


def test_whoever_takes_over_with_other_secrets_has_no_key_in_memory(session: Session, tmp_path: Path) -> None:
    own_keys.make_key(session, "board:respite", "/boards/respite")
    session.flush()
    own_keys.signer(session, "board:respite")
    own_address.configure("https://other.example")
    sealing.configure(open_secrets(tmp_path))
    with pytest.raises(FedConnectError):
        own_keys.signer(session, "board:respite")
