"""Signing out in another browser."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import revocation
from fedconnect.web import current_visit
from fedconnect.web.path_ids import read_id

blueprint = Blueprint("you/sessions", __name__)


@blueprint.post("/you/sessions/<session_id>/end")
def end(session_id: str) -> BaseResponse:
    """Sign out in another browser."""
    visit = current_visit.get_visit()
    revocation.end_session(visit, read_id(session_id))
    return redirect("/you", 303)
