"""Sign out in this browser."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import revocation
from fedconnect.web import current_visit

blueprint = Blueprint("sign_in/sign_out", __name__)


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """Sign out in this browser; with the last one the permission is given back."""
    visit = current_visit.find_visit()
    if visit is not None:
        revocation.sign_out(visit)
    response = redirect("/", 303)
    current_visit.forget_session(response)
    return response
