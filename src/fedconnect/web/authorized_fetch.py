"""Authorized fetch: with that setting, ActivityPub documents are for requests that somebody signed.

Blocked servers then read nothing. The instance actor stays open, or nobody could check our signatures.
"""

from __future__ import annotations

from flask import Flask, current_app, request

from fedconnect.activitypub.signatures import Request
from fedconnect.federation.inbound import inbox
from fedconnect.foundation import own_address
from fedconnect.foundation.errors import Unproven
from fedconnect.web import current_visit


def set_authorized_fetch(app: Flask, *, wanted: bool) -> None:
    """Take over the setting."""
    app.config["AUTHORIZED_FETCH"] = wanted


def is_wanted() -> bool:
    """Whether documents are for signed requests only."""
    return bool(current_app.config.get("AUTHORIZED_FETCH"))


def signed_request() -> Request:
    """Return the present request as signatures are checked against it."""
    return Request(
        method=request.method,
        base_url=own_address.base_url(),
        target=_target(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(cache=False) if request.method == "POST" else b"",
    )


def check_reader() -> None:
    """Let a document be read, or not.

    Raises:
        Unproven (401), NotPermitted (403), Busy (503): the setting asks for a signature that is not there.
    """
    if is_wanted():
        prove_reader()


def prove_reader() -> str:
    """Return the actor who signed this request.

    Raises:
        Unproven, NotPermitted, Busy: as inbox.prove.
    """
    if "signature" not in request.headers:
        raise Unproven("an unsigned request for a document")
    return inbox.prove(signed_request(), current_visit.client_address())


def _target() -> str:
    """Return path and query exactly as they were sent, since that is what was signed."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    return str(raw).removesuffix("?")
