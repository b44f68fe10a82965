"""The tokens of a grant: sealed for one reader, opened where they are used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fedconnect.accounts.oauth import Token
from fedconnect.foundation import clock, sealing
from fedconnect.models.reader import Grant

#: What stands in a grant whose tokens are forgotten.
FORGOTTEN = {"token_sealed": "", "refresh_sealed": ""}


def sealed(reader_id: int, given: Token) -> dict[str, Any]:
    """Return the columns that keep what a home server gave for a reader, and until when it is good."""
    ends_at = None if given.ends_in_s is None else clock.now() + timedelta(seconds=given.ends_in_s)
    return {
        "token_sealed": sealing.seal(given.value.encode(), _purpose(reader_id)),
        "refresh_sealed": sealing.seal(given.refresh.encode(), _refreshing(reader_id))
        if given.refresh
        else "",
        "ends_at": ends_at,
    }


def seal_anew(grant: Grant) -> None:
    """Seal a grant's tokens by the installation's present key."""
    refresh = refresh_token_of(grant)
    grant.token_sealed = sealing.seal(token_of(grant).encode(), _purpose(grant.reader_id))
    grant.refresh_sealed = sealing.seal(refresh.encode(), _refreshing(grant.reader_id)) if refresh else ""


def token_of(grant: Grant) -> str:
    """Return a grant's token, opened."""
    return sealing.unseal(grant.token_sealed, _purpose(grant.reader_id)).decode()


def refresh_token_of(grant: Grant) -> str:
    """Return the token that is good for a new one, opened; empty where the home gave none."""
    if not grant.refresh_sealed:
        return ""
    return sealing.unseal(grant.refresh_sealed, _refreshing(grant.reader_id)).decode()


def tokens_of(grant: Grant) -> set[str]:
    """Return all tokens of a grant, opened."""
    return {token_of(grant), refresh_token_of(grant)} - {""}


def _purpose(reader_id: int) -> str:
    return f"grant {reader_id}"


def _refreshing(reader_id: int) -> str:
    return f"grant {reader_id} refresh"
