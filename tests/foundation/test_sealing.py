"""What is stored of keys and cookies opens by this installation's own secrets, for one purpose, and else not."""

from __future__ import annotations

import pytest

from fedconnect.foundation import sealing
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.secrets import Secrets

OWN = Secrets("session", {"k1": bytes(32), "k2": bytes([1] * 32)}, "k2", ("former",))


@pytest.fixture(autouse=True)
def _own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_secrets", OWN)


def test_nothing_is_sealed_or_digested_before_there_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_secrets", None)
    for use in (sealing.seal, sealing.unseal, sealing.digest, sealing.digests):
        with pytest.raises(RuntimeError):
            use("x", "test")  # type: ignore[operator]


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealed = sealing.seal(b"token", "grant 1")
    assert sealing.unseal(sealed, "grant 1") == b"token"
    with pytest.raises(FedConnectError):
        sealing.unseal(sealed, "grant 2")


def test_it_is_sealed_with_the_present_key() -> None:
    assert sealing.seal(b"token", "grant 1").startswith("k2:")


def test_a_digest_by_a_former_secret_still_counts_and_none_is_made_by_it() -> None:
    present, former = sealing.digests("cookie", "session")
    assert sealing.digest("cookie", "session") == present != former
    assert former == Secrets("former", OWN.keys, OWN.current).digest("cookie", "session")
    assert sealing.digest("cookie", "sign-in") != present
